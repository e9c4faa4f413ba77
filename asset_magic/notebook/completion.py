"""Tab completion on the lines of our magics: argument names, asset names and selections."""

from __future__ import annotations

import re
from typing import Any

from IPython.core.completer import CompletionContext, SimpleCompletion, SimpleMatcherResult, context_matcher

from asset_magic.model.keys import AssetKey
from asset_magic.notebook import signatures
from asset_magic.session.runner import Runner

_LINE = re.compile(r"^\s*(%%?\w+)\s(?:.*[\s,=\[(+])?([\w/:.*-]*)$")
_SELECTORS = ("group:", "tag:", "kind:", "owner:", "status:", "is:", "key:", "roots(", "sinks(", "and ", "or ", "not ")
_SIGNATURES = {
    "%%asset": signatures.ASSET,
    "%%multi_asset": signatures.MULTI_ASSET,
    "%%asset_check": signatures.ASSET_CHECK,
    "%%source_asset": signatures.SOURCE_ASSET,
    "%source_asset": signatures.SOURCE_ASSET,
    "%materialize": signatures.MATERIALIZE,
    "%lineage": signatures.LINEAGE,
    "%asset": signatures.ASSET_DETAIL,
    "%forget": signatures.FORGET,
    "%assets": signatures.ASSETS,
    "%stale": signatures.STALE,
}


def candidates(runner: Runner, line: str) -> tuple[str, list[str]]:
    """What may follow on a line of one of our magics.

    Args:
        runner: whose assets there are.
        line: the line up to the cursor.

    Returns:
        The word that is being typed, and what it may become.
    """
    match = _LINE.match(line)
    signature = _SIGNATURES.get(match[1]) if match else None
    if match is None or signature is None:
        return "", []
    word = match[2]
    before = line[: len(line) - len(word)]
    names: list[str] = [str(key) for key in sorted(runner.graph.definitions)]
    options = list(signature.option_names())
    if signature.positionals.selection:
        found = [*names, *_SELECTORS, *options]
        if word.startswith("group:"):
            found = sorted({f"group:{runner.graph.spec(AssetKey(key)).group_name}" for key in names})
        elif word.startswith("status:"):
            found = [f"status:{status}" for status in ("fresh", "stale", "missing", "failed")]
    elif before.endswith(("=", ",", "[")):
        found = names if re.search(r"(deps|ins|key_prefix)=\S*$", before) else []
    elif match[1] in ("%asset", "%forget", "%%asset_check") and len(before.split()) == 1:
        found = names
    elif len(before.split()) == 1:
        found = []
    else:
        found = options
    return word, [text for text in found if text.startswith(word)]


def matcher_for(runner: Runner) -> Any:
    """A matcher for IPython's completer."""

    @context_matcher(identifier="asset_magic")
    def match_assets(context: CompletionContext) -> SimpleMatcherResult:
        word, found = candidates(runner, context.line_with_cursor[: context.cursor_position])
        completions = [SimpleCompletion(text=text, type="asset") for text in found]
        return {"completions": completions, "suppress": bool(found), "matched_fragment": word, "ordered": True}

    return match_assets
