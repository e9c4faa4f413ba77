"""Writes the table of faults into docs/reliability.md: ``python tests/reliability/table.py``."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

_TESTS = Path(__file__).parents[1]
sys.path[:0] = [str(_TESTS)] if str(_TESTS) not in sys.path else []

from documents import with_table  # noqa: E402 - found by the line above
from reliability.fault import Fault, Proved  # noqa: E402
from reliability.faults import THEMES  # noqa: E402
from reliability.kernel import ALL  # noqa: E402

DOCUMENT = _TESTS.parent / "docs" / "reliability.md"


def written(document: str) -> str:
    """The document with the table as the data says it."""
    return with_table(document, "faults", table())


def table() -> str:
    """All faults, theme by theme."""
    parts = []
    for theme, faults in THEMES.items():
        rows = [f"| {fault.what} | {_says(fault)} | {fault.kept} | {_then(fault)} |" for fault in faults]
        parts.append(
            "\n".join(
                [f"### {theme}\n", "| what happens | you read | what is kept | then |", "|---|---|---|---|", *rows]
            )
        )
    return "\n\n".join(parts)


def _says(fault: Fault | Proved) -> str:
    if isinstance(fault, Fault):
        return f"“{_code(fault.says)}”" if fault.says else "nothing"
    sentence = fault.says.startswith("the stored")
    return f"“{_code(fault.says)}”" if sentence else fault.says


def _code(text: str) -> str:
    """What is typed as code."""
    return re.sub(r"%assets --trust", "`%assets --trust`", text).replace("|", "\\|")


def _then(fault: Fault | Proved) -> str:
    if isinstance(fault, Proved):
        path, _, name = fault.test.partition("::")
        shown = name.removeprefix("test_").replace("_", " ") or Path(path).name
        return f"[{shown}](../tests/{(Path('reliability') / path).as_posix().replace('reliability/../', '')})"
    return _sentence("; ".join(_runs(fault)))


def _runs(fault: Fault) -> Iterator[str]:
    if fault.running:
        yield "the kernel goes on, with the right values"
    elif fault.again is None:
        yield "Run All makes again what could not be saved"
    else:
        yield f"Run All {_bodies(fault.again)}"
    lasts = ", as long as this lasts" if fault.lasts and fault.later else ""
    yield f"after a restart {'Run All' if fault.running else 'it'} {_bodies(fault.later)}{lasts}"


def _bodies(names: str) -> str:
    if not names:
        return "runs nothing"
    return "makes all again" if names == ALL else f"runs {' and '.join(f'`{name}`' for name in names.split())}"


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + "."


if __name__ == "__main__":
    DOCUMENT.write_text(written(DOCUMENT.read_text()))
    print(f"{sum(map(len, THEMES.values()))} faults in {DOCUMENT.name}")
