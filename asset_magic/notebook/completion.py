"""Tab completion on the lines of our magics: argument names, asset names and selections."""

from __future__ import annotations

import re
from typing import Any

from IPython.core.completer import CompletionContext, SimpleCompletion, SimpleMatcherResult, context_matcher

from asset_magic.notebook import signatures
from asset_magic.notebook.arguments import Signature
from asset_magic.session.runner import Runner

_LINE = re.compile(r"^\s*(%%?\w+)\s(?:.*[\s,=\[(+])?([\w/:.*-]*)$")
_IN_SELECTION = re.compile(r"""^\s*%\w+\s((?:"[^"]*+"|[^"])*?)((?:"[^"]*+"?+|[\w./:@*#=<>-])*+)$""")
_AWAITS_ASSETS = re.compile(r"(?:^|[(,]|\b(?:and|or|not|AND|OR|NOT)\b)\s*(?:\d*\s*\+\s*)?$")
_SIGNATURES = {
    "%%asset": signatures.ASSET,
    "%%multi_asset": signatures.MULTI_ASSET,
    "%%asset_check": signatures.ASSET_CHECK,
    "%%source_asset": signatures.SOURCE_ASSET,
    "%source_asset": signatures.SOURCE_ASSET,
    "%materialize": signatures.MATERIALIZE,
    "%lineage": signatures.LINEAGE,
    "%asset": signatures.ASSET_DETAIL,
    "%diff": signatures.DIFF,
    "%forget": signatures.FORGET,
    "%accept": signatures.ACCEPT,
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
    magic = re.match(r"\s*(%%?\w+)\s", line)
    signature = _SIGNATURES.get(magic[1]) if magic else None
    if signature is not None and signature.positionals.selection:
        return _in_selection(runner, signature, line)
    match = _LINE.match(line)
    if match is None or signature is None:
        return "", []
    word = match[2]
    before = line[: len(line) - len(word)]
    names: list[str] = [str(key) for key in sorted(runner.graph.definitions)]
    options = list(signature.option_names())
    if before.endswith(("=", ",", "[")):
        found = _values(runner, signature, before, names)
    elif match[1] in ("%asset", "%%asset_check", "%diff") and len(before.split()) == 1:
        found = names
    elif len(before.split()) == 1:
        found = []
    elif signature.positionals.numbers:
        found = _places(runner, before.split()[1])
    else:
        found = options
    return word, [text for text in found if text.startswith(word)]


def _places(runner: Runner, name: str) -> list[str]:
    """The places in the history of an asset."""
    key = next((key for key in runner.graph.definitions if str(key) == name), None)
    return [str(place) for place in range(len(runner.session.store.history(key)))] if key is not None else []


def _values(runner: Runner, signature: Signature, before: str, names: list[str]) -> list[str]:
    """What an option may be told: its choices, names of assets, or labels that assets have already."""
    said = re.search(r"(\w+)=\S*$", before)
    option = signature.known.get(said[1]) if said else None
    if option is None or option.choices:
        return list(option.choices) if option is not None else []
    if option.kind in ("key", "keys", "inputs"):
        return names
    found: set[str] = set()
    for spec in map(runner.graph.spec, runner.graph.definitions):
        match option.name:
            case "group":
                found.add(spec.group_name)
            case "kinds":
                found |= spec.kinds
            case "owners":
                found.update(spec.owners)
            case "tags":
                found.update(f"{name}={value}" for name, value in spec.tags.items())
    return sorted(found)


def _in_selection(runner: Runner, signature: Signature, line: str) -> tuple[str, list[str]]:
    from asset_magic.graph.selection_syntax import ATTRIBUTES  # not needed before somebody selects

    match = _IN_SELECTION.match(line)
    if match is None:
        return "", []
    before, word = match[1], match[2]
    names = [str(key) for key in sorted(runner.graph.definitions)]
    if ":" in word:
        attribute, _, _ = word.partition(":")
        found = [f"key:{name}" for name in names] if attribute == "key" else _labels(runner, attribute)
    elif _AWAITS_ASSETS.search(before):
        found = [*names, *(f"{name}:" for name in ATTRIBUTES), "roots(", "sinks(", "not "]
    elif before[-1:].isspace():
        found = ["and ", "or ", *(names if signature is signatures.FORGET else ())]
    else:
        found = []
    if not before or before[-1].isspace():
        found += signature.option_names()
    return word, [text for text in found if text.startswith(word)]


def _labels(runner: Runner, attribute: str) -> list[str]:
    """What an attribute may be told to be: its choices, or what the assets there are have."""
    from asset_magic.graph.selection_nodes import Group, KeyPrefix, Kind, Owner, Selection, Tag
    from asset_magic.graph.selection_syntax import CHOICES

    if attribute in CHOICES:
        return [f"{attribute}:{choice}" for choice in CHOICES[attribute]]
    found: set[Selection] = set()
    for key in runner.graph.definitions:
        spec = runner.graph.spec(key)
        match attribute:
            case "group":
                found.add(Group(spec.group_name))
            case "kind":
                found.update([Kind(None), *map(Kind, spec.kinds)])
            case "owner":
                found.update([Owner(None), *map(Owner, spec.owners)])
            case "tag":
                found.update([Tag(None), *map(Tag, spec.tags), *(Tag(*tag) for tag in spec.tags.items())])
            case "key_prefix":
                found.update(KeyPrefix("/".join(key.path[:n])) for n in range(1, len(key.path)))
    return sorted(map(str, found))


def matcher_for(runner: Runner) -> Any:
    """A matcher for IPython's completer."""

    @context_matcher(identifier="asset_magic")
    def match_assets(context: CompletionContext) -> SimpleMatcherResult:
        word, found = candidates(runner, context.line_with_cursor[: context.cursor_position])
        completions = [SimpleCompletion(text=text, type="asset") for text in found]
        return {"completions": completions, "suppress": bool(found), "matched_fragment": word, "ordered": True}

    return match_assets
