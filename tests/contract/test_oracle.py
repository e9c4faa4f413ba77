"""The oracle: what is FRESH equals what a new kernel gives for the same cells.

Hypothesis writes small notebooks and edits them as people do. Whatever happened on the way, in the end each fresh asset
has the value that a new kernel gives, run from top to bottom and then materialized until nothing is stale; and what
is fresh in the new kernel has become fresh here, by doing no more than the statuses asked for.

Each plain variable is bound by one cell, and cells read only what stands above them, so that every notebook has one
meaning.
"""

from __future__ import annotations

import contextlib
import re
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given, note
from hypothesis import strategies as st
from notebook_user import Notebook, asset_cell


@dataclass
class Formula:
    """An expression over names that stand above its cell. Small moduli let changes upstream often cancel out."""

    terms: list[str]
    modulus: int = 1000

    def __str__(self) -> str:
        return f"({' + '.join(self.terms) or '0'}) % {self.modulus}"


IMPORTS = "from asset_magic import AssetCheckResult, DataVersion, Output"
STYLES = {
    "value": "{value}",
    "optional": "result = {value}\nresult if result % 3 else None",
    "stated": f"{IMPORTS}\nresult = {{value}}\nOutput(result, data_version=DataVersion(str(result)))",
    "checked": f"{IMPORTS}\n{{name}} = {{value}}\nAssetCheckResult(passed={{name}} % 2 == 0)",
    "inputs": "{value}",
    "several": "{value}, {value} + 1",
    "parts": "for name in sorted(context.selected_output_names):\n"
    "    if name == '{name}': {name} = {value}\n"
    "    else: {other} = {value} + 1",
}
"""How an asset cell gives its value."""


@dataclass
class Cell:
    """A cell of the notebook, as its author thinks of it."""

    id: str
    kind: str  # variable, helper, source, asset, derived, check
    formula: Formula = field(default_factory=lambda: Formula([]))
    value: int = 0
    deps: list[str] = field(default_factory=list)
    guarded: bool = False  # a blocking check stands on it
    renamed: bool = False
    plain: bool = False
    broken: bool = False
    unbound: bool = False
    form: int = 0
    style: str = "value"

    @property
    def name(self) -> str:
        """The name that the cell binds."""
        return f"r_{self.id}" if self.renamed else self.id

    @property
    def names(self) -> list[str]:
        """All assets that the cell makes."""
        return [self.name, f"o_{self.id}"] if self.style in ("several", "parts") else [self.name]

    @property
    def is_asset(self) -> bool:
        return self.kind == "asset" and not self.plain

    def source(self) -> str:
        """The cell's text."""
        if self.kind == "helper":
            return self._helper()
        if self.kind == "source":
            return f"%source_asset {self.id} path={self.id}.txt"
        if self.kind == "check":
            asset, options = self.deps[0], "blocking" if self.guarded else ""
            return f"%%asset_check {asset} name={self.id} {options}\n{asset} % 4 != {self.value}"
        bind = f"{self.name} = {self.value}" if self.kind == "variable" else f"{self.name} = {self.formula}"
        if not self.is_asset:
            return "pass" if self.unbound else self._written(self._alarm() + bind)
        return self._asset()

    def _asset(self) -> str:
        value, options = str(self.formula), [f"deps={','.join(self.deps)}"] if self.deps else []
        read = next((term for term in self.formula.terms if re.fullmatch(r"(r_)?a\d+", term)), None)
        if self.style == "inputs" and read is not None:
            value = re.sub(rf"\b{read}\b", "given", value)
            options.append(f"ins=given={read}")
        options += {
            "optional": ["output_required=false"],
            "checked": ["check_specs=even"],
            "parts": ["can_subset"],
        }.get(self.style, [])
        body = STYLES[self.style].format(value=value, name=self.name, other=f"o_{self.id}")
        cell = asset_cell(self.name, self._written(f"{self._alarm()}{body}"), " ".join(options))
        if len(self.names) > 1:
            cell = cell.replace(f"%%asset {self.name}", f"%%multi_asset {' '.join(self.names)}", 1)
        return cell.replace(f"ran({self.name!r})", f"ran({self.id!r})")

    def _helper(self) -> str:
        below = {"h0": "x * {} + v0", "h1": "h0(x) - {}", "h2": "h1(x) % (3 + {})"}[self.id]
        return f"def {self.id}(x):\n    return {below.format(self.value)}"

    def _alarm(self) -> str:
        return "raise ValueError('broken')\n" if self.broken else ""

    def _written(self, text: str) -> str:
        """The same code in one of several forms."""
        return [text, f"# {self.id}\n{text}", f"\n\n{text}  # so", text.replace(" + ", "+"), f"{text}\n\n"][
            self.form % 5
        ]


class Book:
    """The notebook on paper: its cells in order, and the edits that people make. Edits return the cells to run."""

    def __init__(self, plan: list[tuple]) -> None:
        self.cells: dict[str, Cell] = {}
        for name in ("v0", "v1"):
            self._add(Cell(name, "variable", value=1))
        for name in ("h0", "h1", "h2"):
            self._add(Cell(name, "helper", value=1))
        self._add(Cell("src", "source"))
        for number, (kind, terms, modulus, pick, style) in enumerate(plan):
            assets = self._of("asset")
            if kind == "check":
                checked = {cell.deps[0] for cell in self._of("check")}
                if assets and assets[-1].id not in checked:  # right below its asset, so that nothing runs in between
                    if pick % 2 == 0:
                        assets[-1].guarded, assets[-1].style = True, "value"
                    check = Cell(f"k{number}", "check", value=pick % 4, guarded=pick % 2 == 0)
                    self._add(check, deps=[assets[-1].id])
                continue
            cell = Cell(f"{'a' if kind == 'asset' else 'n'}{number}", kind)
            cell.style = style if kind == "asset" else "value"
            self._add(cell)
            self._rewrite(cell, terms, modulus, pick)

    def _add(self, cell: Cell, deps: list[str] | None = None) -> None:
        cell.deps = deps or []
        self.cells[cell.id] = cell

    def _of(self, *kinds: str) -> list[Cell]:
        return [cell for cell in self.cells.values() if cell.kind in kinds]

    def _pick(self, pick: int, *kinds: str, free: bool = False) -> Cell | None:
        cells = [cell for cell in self._of(*kinds) if not (free and cell.guarded)]
        return cells[pick % len(cells)] if cells else None

    def _rewrite(self, cell: Cell, terms: list[tuple[str, int]], modulus: int, pick: int) -> None:
        above = list(self.cells)[: list(self.cells).index(cell.id)]
        assets = [self.cells[id] for id in above if self.cells[id].kind == "asset"]
        values = [self.cells[id] for id in above if self.cells[id].kind in ("asset", "derived")]
        derived = [cell for cell in values if cell.kind == "derived"]
        names = [name for cell in values for name in cell.names]
        written = []
        for kind, which in terms:
            if kind == "value" and values:
                written.append(names[which % len(names)])
            elif kind == "derived" and derived:
                written.append(derived[which % len(derived)].name)
            elif kind == "length" and assets:
                written.append(f"len(repr({assets[which % len(assets)].name}))")
            elif kind == "helper":
                written.append(f"h{which % 3}({which})")
            elif kind == "source":
                written.append("int(src.read_text())")
            else:
                written.append(["v0", "v1", str(which)][which % 3])
        cell.formula = Formula(written, modulus)
        cell.deps = [assets[pick % len(assets)].name] if cell.kind == "asset" and assets and pick % 3 == 0 else []

    # Edits

    def edit_body(self, pick, terms, modulus, value):
        cell = self._pick(pick, "asset", "derived")
        if cell is None:
            return []
        self._rewrite(cell, terms, modulus, value)
        return [cell]

    def edit_style(self, pick, terms, modulus, value):
        cell = self._pick(pick, "asset", free=True)
        if cell is None:
            return []
        cell.style = list(STYLES)[(list(STYLES).index(cell.style) + value) % len(STYLES)]
        return [cell]

    def edit_form(self, pick, terms, modulus, value):
        cell = self._pick(pick, "asset", "derived")
        if cell is None:
            return []
        cell.form += 1 + value
        return [cell]

    def edit_helper(self, pick, terms, modulus, value):
        cell = self._pick(pick, "helper")
        cell.value = value
        return [cell]

    def set_variable(self, pick, terms, modulus, value):
        cell = self._pick(pick, "variable")
        cell.value = value
        return [cell]

    def drop_dependency(self, pick, terms, modulus, value):
        cell = self._pick(pick, "asset")
        if cell is None:
            return []
        cell.formula.terms = cell.formula.terms[1:]
        cell.deps = []
        return [cell]

    def rename(self, pick, terms, modulus, value):
        cell = self._pick(pick, "asset", free=True)
        if cell is None:
            return []
        old = cell.name
        cell.renamed = not cell.renamed
        if value % 2:  # with all that reads it, as a careful author does
            for other in self._of("asset", "derived"):
                other.formula.terms = [re.sub(rf"\b{old}\b", cell.name, term) for term in other.formula.terms]
                other.deps = [cell.name if dep == old else dep for dep in other.deps]
            return [cell, *self._of("asset", "derived")]
        return [cell]

    def turn_plain(self, pick, terms, modulus, value):
        cell = self._pick(pick, "asset", free=True)
        if cell is None:
            return []
        cell.plain = not cell.plain
        return [cell]

    def break_or_mend(self, pick, terms, modulus, value):
        cell = self._pick(pick, "asset", "derived")
        if cell is None:
            return []
        cell.broken = not cell.broken
        return [cell]

    def unbind_or_bind(self, pick, terms, modulus, value):
        cell = self._pick(pick, "variable", "derived")
        cell.unbound = not cell.unbound
        return [cell]

    def edit_check(self, pick, terms, modulus, value):
        cell = self._pick(pick, "check", free=True)
        if cell is None:
            return []
        cell.value = value % 4
        return [cell]

    def rerun(self, pick, terms, modulus, value):
        return [list(self.cells.values())[pick % len(self.cells)]]


EDITS = [name for name, method in vars(Book).items() if callable(method) and not name.startswith("_")]

terms = st.lists(
    st.tuples(st.sampled_from(["value", "derived", "length", "helper", "variable", "source"]), st.integers(0, 8)),
    min_size=1,
    max_size=3,
)
moduli = st.sampled_from([1000, 2, 1000])
kinds = st.sampled_from(["asset", "derived", "asset", "check"])
styles = st.sampled_from(["value", *STYLES])
plans = st.lists(st.tuples(kinds, terms, moduli, st.integers(0, 7), styles), min_size=4, max_size=12)
edits = st.lists(
    st.tuples(
        st.sampled_from([*EDITS, "materialize", "write_source", "mend_plain_cells"]),
        st.integers(0, 15),
        terms,
        moduli,
        st.integers(0, 4),
    ),
    min_size=3,
    max_size=15,
)


class Author:
    """A user who runs what was edited, and does what the statuses ask for."""

    def __init__(self, nb: Notebook, book: Book) -> None:
        self.nb = nb
        self.book = book
        self.failed: set[str] = set()

    def run(self, cell: Cell) -> None:
        """Run a cell as it is written now. A fresh asset whose code means the same is reused."""
        source = cell.source()
        fresh = self.book.cells[cell.id].is_asset and self._is_fresh(cell) and self.nb.cells.get(cell.id) == source
        before = dict(self.nb.counts)
        ran = self.nb.run(source, cell.id)
        (self.failed.discard if ran.ok else self.failed.add)(cell.id)
        assert not fresh or dict(self.nb.counts) == before, f"{cell.name} was fresh, and something ran"

    def edit(self, name: str, *arguments: object) -> None:
        """Make one edit and run what was edited."""
        if name == "materialize":
            self.nb.materialize()
        elif name == "mend_plain_cells":
            self.mend_plain_cells()
        elif name == "write_source":
            Path("src.txt").write_text(str(arguments[-1]))
        elif name == "edit_form":
            self._edit_form(*arguments)
        else:
            for cell in getattr(self.book, name)(*arguments):
                self.run(cell)

    def _edit_form(self, *arguments: object) -> None:
        """A change of form alone leaves a fresh asset fresh, and runs nothing."""
        before = {id: self._is_fresh(cell) for id, cell in self.book.cells.items()}
        counts = dict(self.nb.counts)
        for cell in self.book.edit_form(*arguments):
            was_written = self.nb.cells.get(cell.id) is not None
            self.run(cell)
            if cell.is_asset and before[cell.id] and was_written:
                assert dict(self.nb.counts) == counts, f"the form of {cell.name} changed, and something ran"
                assert self.nb.status(cell.name) == "fresh"

    def _is_fresh(self, cell: Cell) -> bool:
        return cell.is_asset and all(name in self.nb.assets and self.nb.status(name) == "fresh" for name in cell.names)

    def mend_plain_cells(self) -> bool:
        """Run again the plain cells that statuses ask for, and those whose latest run failed."""
        reasons = "\n".join(reason for name in self.nb.statuses() for reason in self.nb.all_causes(name))
        names = set(re.findall(r"(\w+) (?:was computed in|is left over from)|upstream (\w+) is not", reasons))
        asked = {name for pair in names for name in pair if name}
        numbers = {int(number) for number in re.findall(r"In\[(\d+)\]", reasons)}
        outdated = [
            cell
            for cell in self.book.cells.values()
            if not cell.is_asset
            and cell.kind in ("variable", "derived", "asset", "helper")
            and (cell.name in asked or cell.id in self.failed or self.nb.numbers[cell.id] in numbers)
        ]
        for cell in outdated:
            self.run(cell)
        return bool(outdated)

    def settle(self) -> None:
        """Materialize and run the plain cells that statuses ask for, until nothing changes."""
        before = None
        for _ in range(2 * len(self.book.cells)):
            self.nb.materialize()
            if not self.mend_plain_cells() or before == (before := self._state()):
                break
        self.nb.materialize()

    def _state(self) -> object:
        shown = {name: (status, self.nb.causes(name)) for name, status in self.nb.statuses().items()}
        return re.sub(r"In\[\d+\]", "In[]", repr(shown))


@given(plan=plans, edits=edits)
def test_fresh_equals_a_new_kernel(plan, edits):
    """What is FRESH equals what a new kernel with an empty store gives for the same cells."""
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        Path("src.txt").write_text("1")
        book = Book(plan)
        with Notebook() as nb:
            author = Author(nb, book)
            try:
                for cell in book.cells.values():
                    author.run(cell)
                for edit in edits:
                    nb.transcript.append(f"-- {edit[0]}")
                    author.edit(*edit)
                nb.transcript.append("-- settle")
                author.settle()
                here = outcome(nb)
            except BaseException:
                note("\n".join(nb.transcript))
                raise
            there = new_kernel(nb)
        note("\n".join(nb.transcript))
        compare(here, there)


@dataclass
class Outcome:
    """How one asset ended."""

    status: str
    value: object
    causes: list[str]
    checks: dict[str, bool | None]


def outcome(nb: Notebook) -> dict[str, Outcome]:
    """How each asset of a notebook ended."""
    return {
        name: Outcome(status, nb.value(name) if status == "fresh" else None, nb.causes(name), nb.checks(name))
        for name, status in nb.statuses().items()
    }


def new_kernel(nb: Notebook) -> dict[str, Outcome]:
    """How the assets end in a new kernel that runs the same cells, and materializes until nothing changes."""
    with nb.restart_and_run_all() as clean:
        before = None
        while before != (before := clean.statuses()):
            clean.materialize()
        return outcome(clean)


def compare(here: dict[str, Outcome], there: dict[str, Outcome]) -> None:
    """The two kernels know the same assets, agree on which are fresh, and on the values of those."""
    assert set(here) == set(there)
    for name, mine in here.items():
        clean = there[name]
        if mine.status == "fresh":
            assert clean.status == "fresh", f"{name} is fresh here, and in a new kernel {clean.status}: {clean.causes}"
            assert mine.value == clean.value, f"{name} is fresh with another value than in a new kernel"
            assert mine.causes == []
            assert mine.checks == clean.checks, f"{name} is fresh with other verdicts than in a new kernel"
        else:
            assert mine.causes, f"{name} is {mine.status}, and nothing says why"
            assert clean.status != "fresh", f"{name} is fresh in a new kernel, and here {mine.status}: {mine.causes}"


@pytest.mark.parametrize("kind", EDITS)
def test_edits_are_what_they_say(kind):
    """The oracle's own edits name cells of the notebook, and every notebook that they leave can be written down."""
    asset = ("asset", [("helper", 1)], 3, 0, "checked")
    book = Book([asset, ("check", [], 2, 1, "value"), ("derived", [("value", 0)], 3, 1, "value")])
    for cell in getattr(book, kind)(1, [("value", 0)], 3, 2):
        assert cell is book.cells[cell.id]
        assert cell.source()
