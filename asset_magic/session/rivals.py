"""Names that several plain cells bind, where an asset reads them: only the order of the cells on the page, which no
kernel knows, says which of them counts in a new kernel.

A cell that goes on from what another one bound (`df = df.dropna()`) is no rival of it, but the next step. If the first
step alone runs again, the name is one step behind. Both are told and change no status: scratch names are reused all
the time, and cells that were deleted are heard of no more. Cells without an id cannot be told from each other.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

from asset_magic.model.definitions import CellRef
from asset_magic.model.keys import AssetKey
from asset_magic.session.variables import Binding, CellId, Variables

_NAMED = 3

_State = tuple[str, CellId | None, frozenset[tuple[str, str]]]


class Rivals:
    """Tells of names that plain cells disagree on.

    Args:
        variables: the bindings of plain variables.
        readers: the assets that read a name, through helpers too.
        say: says a sentence to the reader.
    """

    def __init__(
        self,
        variables: Variables,
        readers: Callable[[str], Collection[AssetKey]],
        say: Callable[[str], None],
    ) -> None:
        self._variables = variables
        self._readers = readers
        self._say = say
        self._told: set[_State] = set()

    def flags(self, names: Iterable[str]) -> list[str]:
        """What is to be known of ``names``, a sentence for each that cells disagree on."""
        return [sentence for name in names if (sentence := self._sentence(name, name))]

    def tell_taken_over(self, before: dict[str, Binding | None]) -> None:
        """Tell of the names that a cell has taken over from another one, or bound first, and that assets read.

        Args:
            before: the names that it bound, with the bindings from before.
        """
        for name, old in before.items():
            now = self._variables.bindings.get(name)
            if now is None or (old is not None and old.cell == now.cell):
                continue
            if (readers := self._readers(name)) and (sentence := self._rivals(name, _read_by(name, readers))):
                self._told.add(self._state(name))
                self._say(sentence)

    def tell_readers(self, key: AssetKey, names: Iterable[str]) -> None:
        """Tell, once for each state of things, what is to be known of the names that ``key`` reads."""
        for name in names:
            sentence = self._sentence(name, _read_by(name, [key]))
            if sentence and (state := self._state(name)) not in self._told:
                self._told.add(state)
                self._say(sentence)

    def _sentence(self, name: str, called: str) -> str:
        return self._rivals(name, called) or self._behind(name, called)

    def _rivals(self, name: str, called: str) -> str:
        """Which cells bind ``name`` apart from the one whose value it has, each from scratch and to another value."""
        now, here = self._now(name), self._variables.cell_of(name)
        cells = [] if now is None else [ref for ref, binding in self._others(name, now) if _starts(name, binding)]
        if not cells or here is None:
            return ""
        return (
            f"{called} is bound in {_listed([here, *cells])}: {here} counts now, in a new kernel the one that stands "
            "last in the notebook. Two names keep them apart"
        )

    def _behind(self, name: str, called: str) -> str:
        """Which cells go on from the cell whose value ``name`` has, and have not run since it did."""
        now, here = self._now(name), self._variables.cell_of(name)
        others = [] if now is None else list(self._others(name, now))
        cells = [ref for ref, binding in others if now is not None and now.cell in binding.ancestors]
        if not cells or here is None:
            return ""
        went = f"{_listed(cells)}, which went on from there, {'has' if len(cells) == 1 else 'have'} not run since"
        return f"{called} is as {here} bound it: {went}"

    def _now(self, name: str) -> Binding | None:
        """The binding of ``name``; none where it is left over, which is a cause of staleness of its own."""
        return None if name in self._variables.left_over else self._variables.bindings.get(name)

    def _others(self, name: str, now: Binding) -> Iterator[tuple[CellRef, Binding]]:
        """The cells that bound ``name`` to another value, those aside from which the present value comes."""
        if isinstance(now.cell, str):
            for cell, ref, binding in self._variables.bound_in(name):
                if cell not in now.ancestors and binding.version != now.version:
                    yield ref, binding

    def _state(self, name: str) -> _State:
        now = self._variables.bindings.get(name)
        bound = {(cell, binding.version) for cell, _, binding in self._variables.bound_in(name)}
        return name, now.cell if now is not None else None, frozenset(bound)


def _starts(name: str, binding: Binding) -> bool:
    """Whether a cell binds ``name`` without regard to what it was."""
    return name not in binding.variables


def _read_by(name: str, readers: Collection[AssetKey]) -> str:
    return f"{name}, which {_listed(readers)} {'reads' if len(readers) == 1 else 'read'},"


def _listed(things: Sequence[object] | Collection[AssetKey]) -> str:
    words = [str(thing) for thing in things]
    shown = words if len(words) <= _NAMED else [*words[:_NAMED], f"{len(words) - _NAMED} more"]
    return " and ".join([", ".join(shown[:-1]), shown[-1]]) if len(shown) > 1 else shown[0]
