"""Writes the table of scenarios into docs/correctness.md: ``python tests/correctness/scenarios/table.py``."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import ModuleType

_TESTS = Path(__file__).parents[2]
sys.path[:0] = [str(_TESTS)] if str(_TESTS) not in sys.path else []

from correctness.scenarios import (  # noqa: E402 - found by the line above
    becoming,
    body,
    checks,
    definitions,
    failures,
    files,
    helpers,
    inplace,
    kernels,
    modules,
    names,
    plain_cells,
    plain_kinds,
    rivals,
    running,
    upstream,
    values,
    variables,
)
from correctness.scenarios.scenario import Expected, Scenario  # noqa: E402
from documents import with_table  # noqa: E402

THEMES: tuple[ModuleType, ...] = (
    body,
    names,
    variables,
    values,
    plain_cells,
    plain_kinds,
    rivals,
    helpers,
    modules,
    upstream,
    definitions,
    becoming,
    inplace,
    files,
    checks,
    failures,
    running,
    kernels,
)
DOCUMENT = _TESTS.parent / "docs" / "correctness.md"


def written(document: str) -> str:
    """The document with the table as the data says it."""
    return with_table(document, "scenarios", table())


def table() -> str:
    """All scenarios, theme by theme."""
    total = sum(len(theme.SCENARIOS) for theme in THEMES)
    links = ", ".join(f"[{_lower(theme.TITLE)}](#{_anchor(theme.TITLE)})" for theme in THEMES)
    apart = sum(bool(scenario.differs) for theme in THEMES for scenario in theme.SCENARIOS)
    exceptions = f"In {apart} of them a new kernel makes something else of an asset, as their policy says."
    number, parts = 0, [f"There are {total} rows: {links}. {exceptions}"]
    for theme in THEMES:
        rows = []
        for scenario in theme.SCENARIOS:
            number += 1
            rows.append(f"| {number} | {scenario.do} | {_then(scenario)} | {_why(scenario)} |")
        source = f"../tests/correctness/scenarios/{Path(theme.__file__ or '').name}"
        head = f"\n### {theme.TITLE}\n\nThe cells of these are in [{Path(source).name}]({source}).\n"
        parts.append("\n".join([head, "| | you do | then | why |", "|---|---|---|---|", *rows]))
    return "\n".join(parts)


def _lower(title: str) -> str:
    return title[:1].lower() + title[1:]


def _anchor(title: str) -> str:
    """What GitHub calls a heading."""
    return re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-")


def _then(scenario: Scenario) -> str:
    fresh = [name for name, text in scenario.then.items() if text == "fresh"]
    said = [f"{_names(fresh)} {'is' if len(fresh) == 1 else 'are'} **fresh**"] if fresh else []
    said += [_status(name, text) for name, text in scenario.then.items() if text != "fresh"]
    if scenario.error:
        said.append(f"the cell ends with an error: {_quoted(scenario.error)}")
    if scenario.says:
        said.append(f"you read {_quoted(scenario.says)}")
    said += [f"`{name}` is flagged: {_quoted(flag)}" for name, flag in scenario.flags.items()]
    return _sentence("; ".join([*said, *_bodies(scenario)]))


def _status(name: str, text: str) -> str:
    if text == "gone":
        return f"`{name}` is gone"
    expected = Expected.of(text)
    category = f" ({expected.category})" if expected.category and expected.status == "stale" else ""
    reason = f": {_quoted(expected.reason)}" if expected.reason else ""
    return f"`{name}` is **{expected.status}**{category}{reason}"


def _bodies(scenario: Scenario) -> Iterator[str]:
    ran = dict.fromkeys(scenario.runs.split())
    yield f"{_names(ran)} ran" if ran else "nothing ran"
    stale = [name for name, text in scenario.then.items() if not text.startswith(("fresh", "gone"))]
    if scenario.again == "" and stale and scenario.gives:
        yield "`%materialize` brings back the kept values and runs nothing"
    elif scenario.again == "" and stale:
        yield "`%materialize` cannot mend it"
    elif scenario.again:
        yield f"`%materialize` runs {_names(scenario.again.split())}"
    if scenario.mend:
        yield f"running the cell of {_names(scenario.mend.split())} mends it"


def _names(names: Iterable[str]) -> str:
    quoted = [f"`{name}`" for name in names]
    return " and ".join([*([", ".join(quoted[:-1])] if len(quoted) > 1 else []), quoted[-1]])


def _quoted(text: str) -> str:
    numbered = re.sub(r"In\[\w*[^\W\d]\w*\]", "In[…]", text)
    return f"“{numbered}”".replace("|", "\\|")


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + "."


def _why(scenario: Scenario) -> str:
    return f"{scenario.why} *Policy: {scenario.policy}*" if scenario.policy else scenario.why


if __name__ == "__main__":
    DOCUMENT.write_text(written(DOCUMENT.read_text()))
    print(f"{sum(len(theme.SCENARIOS) for theme in THEMES)} scenarios in {DOCUMENT.name}")
