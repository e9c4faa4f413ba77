"""A random notebook on paper: its cells in order, and the edits that people make."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from hypothesis import strategies as st

from oracle.cells import DERIVED, FIXED, HELPERS, KINDS, MODULE, STYLES, TERMS, Cell, Formula

if TYPE_CHECKING:
    from collections.abc import Iterator


class Draft(NamedTuple):
    """What an author has in mind for a cell: numbers that become names when it is known what stands above."""

    terms: list[tuple[str, int]]
    modulus: int
    pick: int


class Planned(NamedTuple):
    """A cell of the plan of a notebook."""

    kind: str
    draft: Draft
    style: str
    gives: str


terms = st.lists(
    st.tuples(st.sampled_from(["asset", "derived", "helper", "asset", *TERMS]), st.integers(0, 8)),
    min_size=1,
    max_size=3,
)
drafts = st.builds(Draft, terms, st.sampled_from([1000, 2, 1000]), st.integers(0, 7))
plans = st.lists(
    st.builds(
        Planned,
        st.sampled_from(["asset", "derived", "asset", "check", "asset", "helper"]),
        drafts,
        st.sampled_from(["value", *STYLES]),
        st.sampled_from(["int", *KINDS]),
    ),
    min_size=3,
    max_size=10,
)


class Book:
    """A notebook of which each cell reads only what stands above it, and each variable is bound by one cell.

    So every notebook has one meaning, whatever order its cells ran in. ``k`` alone is bound by a cell and then again,
    from its own value, by the next.
    """

    def __init__(self, plan: list[Planned]) -> None:
        self.cells: dict[str, Cell] = {id: Cell(id, "fixed") for id in FIXED}
        self.module = 1
        for number, planned in enumerate(plan):
            self._plan(number, planned)

    def _plan(self, number: int, planned: Planned) -> None:
        if planned.kind == "check":
            self._plan_check(number, planned.draft.pick)
            return
        cell = Cell(
            f"{ {'asset': 'a', 'derived': 'n', 'helper': 'g'}[planned.kind] }{number}".replace(" ", ""), planned.kind
        )
        if cell.kind == "asset":
            cell.style, cell.gives = planned.style, planned.gives
        elif cell.kind == "derived":
            cell.style = list(DERIVED)[planned.draft.pick % len(DERIVED)]
        self.cells[cell.id] = cell
        self.rewrite(cell, planned.draft)

    def _plan_check(self, number: int, pick: int) -> None:
        """A check stands right below its asset, so that nothing that it could block runs in between."""
        last = next(reversed(self.cells.values()))
        if last.kind != "asset":
            return
        if pick % 2 == 0:
            last.guarded, last.style = True, "value"
        self.cells[f"c{number}"] = Cell(f"c{number}", "check", value=pick % 4, deps=[last.id], guarded=pick % 2 == 0)

    def of(self, *kinds: str) -> list[Cell]:
        """The cells of these kinds."""
        return [cell for cell in self.cells.values() if cell.kind in kinds]

    def pick(self, pick: int, *kinds: str, free: bool = False) -> Cell | None:
        """One of the cells of these kinds; ``free`` of blocking checks."""
        cells = [cell for cell in self.of(*kinds) if not (free and cell.guarded)]
        return cells[pick % len(cells)] if cells else None

    def below(self, cell: Cell) -> Iterator[Cell]:
        """What stands below a cell."""
        cells = list(self.cells.values())
        yield from cells[cells.index(cell) + 1 :]

    def rewrite(self, cell: Cell, draft: Draft) -> None:
        """Let ``cell`` compute what ``draft`` says, from what stands above it."""
        above = list(self.cells.values())[: list(self.cells).index(cell.id)]
        cell.formula = Formula([self._term(cell, above, *term) for term in draft.terms], draft.modulus)
        assets = [one for one in above if one.is_asset]
        cell.deps = (
            [assets[draft.pick % len(assets)].name] if cell.kind == "asset" and assets and not draft.pick % 3 else []
        )

    def _term(self, cell: Cell, above: list[Cell], kind: str, which: int) -> str:
        names = {
            "asset": [name for one in above if one.kind == "asset" for name in one.names],
            "derived": [one.name for one in above if one.kind == "derived"],
            "helper": [one.name for one in above if one.kind == "helper"],
        }.get(kind, [])
        if names:
            name = names[which % len(names)]
            return f"{name}({which})" if kind == "helper" else f"probe.size({name})"
        if kind in names or kind not in TERMS or (kind == "rng" and cell.kind != "asset"):
            kind = "number"  # a draw would change the generator, so that a plain cell gives another value each time
        return TERMS[kind].format(n=which)


class Edits:
    """The edits that people make to a cell. Each returns the cells to run afterwards."""

    def __init__(self, book: Book) -> None:
        self.book = book

    def body(self, pick: int, draft: Draft) -> list[Cell]:
        """Another computation."""
        cell = self.book.pick(pick, "asset", "derived", "helper")
        if cell is None:
            return []
        self.book.rewrite(cell, draft)
        return [cell]

    def style(self, pick: int, draft: Draft) -> list[Cell]:
        """The same computation, given in another way."""
        cell = self.book.pick(pick, "asset", "derived", free=True)
        if cell is None:
            return []
        styles = list(STYLES if cell.kind == "asset" else DERIVED)
        cell.style = styles[(styles.index(cell.style) + 1 + draft.pick) % len(styles)]
        return [cell]

    def kind_of_value(self, pick: int, draft: Draft) -> list[Cell]:
        """The same number in a value of another type."""
        cell = self.book.pick(pick, "asset")
        if cell is None:
            return []
        cell.gives = list(KINDS)[(list(KINDS).index(cell.gives) + 1 + draft.pick) % len(KINDS)]
        return [cell]

    def helper(self, pick: int, draft: Draft) -> list[Cell]:
        """Another number in a helper, a class or a decorator."""
        cell = self.book.cells[HELPERS[pick % len(HELPERS)]]
        cell.value = draft.pick
        return [cell]

    def variable(self, pick: int, draft: Draft) -> list[Cell]:
        """Another value of a plain variable, or the old one again."""
        cell = self.book.cells[list(FIXED)[1:7][pick % 6]]
        cell.value = draft.pick % 4
        return [cell]

    def without(self, pick: int, draft: Draft) -> list[Cell]:
        """One dependency less."""
        cell = self.book.pick(pick, "asset")
        if cell is None:
            return []
        cell.formula.terms, cell.deps = cell.formula.terms[1:], []
        return [cell]

    def rename(self, pick: int, draft: Draft) -> list[Cell]:
        """Another name of an asset; a careful author changes all that reads it, too."""
        cell = self.book.pick(pick, "asset", free=True)
        if cell is None:
            return []
        old = cell.name
        cell.renamed = not cell.renamed
        if draft.pick % 2 == 0:
            return [cell]
        readers = self.book.of("helper", "asset", "derived")
        for other in readers:
            other.formula.rename(old, cell.name)
            other.deps = [cell.name if dep == old else dep for dep in other.deps]
        return [cell, *(other for other in readers if other is not cell)]

    def plain(self, pick: int, draft: Draft) -> list[Cell]:
        """An asset's cell becomes plain, or an asset's again."""
        cell = self.book.pick(pick, "asset", free=True)
        if cell is None:
            return []
        cell.plain = not cell.plain
        return [cell]

    def broken(self, pick: int, draft: Draft) -> list[Cell]:
        """An error comes or goes."""
        cell = self.book.pick(pick, "asset", "derived")
        if cell is None:
            return []
        cell.broken = not cell.broken
        return [cell]

    def unbound(self, pick: int, draft: Draft) -> list[Cell]:
        """A plain cell does not bind its variable any more, or does again."""
        cells = [cell for cell in self.book.cells.values() if cell.settable and cell.id not in ("k", "grow")]
        cell = cells[pick % len(cells)]
        cell.unbound = not cell.unbound
        return [cell]

    def check(self, pick: int, draft: Draft) -> list[Cell]:
        """A check asks something else."""
        cell = self.book.pick(pick, "check", free=True)
        if cell is None:
            return []
        cell.value = draft.pick % 4
        return [cell]


EDITS = tuple(name for name, member in vars(Edits).items() if callable(member) and not name.startswith("_"))


def module_text(book: Book) -> str:
    """The text of the local module."""
    return MODULE.format(value=book.module)
