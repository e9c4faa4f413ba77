"""Where plain variables come from: which cell bound each, from which assets and variables, at which versions.

A plain cell cannot be run on the reader's behalf, so what it computed from something that has changed since is a
cause of staleness that only the reader can mend; these causes are found here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from asset_magic.model.definitions import CellRef
from asset_magic.model.keys import AssetKey
from asset_magic.model.metadata import EMPTY

CellId = Hashable


@dataclass(frozen=True, slots=True, eq=False)
class Binding:
    """That a cell bound a variable.

    Attributes:
        cell: the identity of the cell; a cell without an id is a new one each time it runs.
        version: of the value that it bound.
        code_version: of the cell.
        assets: the data version of each asset that the cell read.
        variables: the variables that it read: the binding at that time, and the version of the value.
        ancestors: all cells that had a part in the value.
        again_from: set if the cell ran again on its own result, with another outcome: the cell it began from.
        parts: if the cell did nothing but set parts of the value, such as attributes of a class: which.
    """

    cell: CellId
    version: str
    code_version: str
    assets: Mapping[AssetKey, str]
    variables: Mapping[str, Binding]
    ancestors: frozenset[CellId]
    again_from: CellId | None = None
    parts: frozenset[str] = frozenset()


@dataclass(slots=True)
class Reading:
    """What a plain cell read when it began, or what it read for one of the variables that it bound.

    Attributes:
        parts: what it set, if it did nothing else with that variable.
    """

    cell: CellId
    code_version: str
    assets: dict[AssetKey, str] = field(default_factory=dict)
    variables: dict[str, Binding] = field(default_factory=dict)
    parts: frozenset[str] = frozenset()


class Variables:
    """The bindings of all plain variables."""

    def __init__(self) -> None:
        self.bindings: dict[str, Binding] = {}
        self.left_over: set[str] = set()
        self._cells: dict[CellId, CellRef] = {}
        self._results: dict[CellId, dict[str, Binding]] = {}
        self._binders: defaultdict[str, dict[str, None]] = defaultdict(dict)

    def ran(self, cell: CellId, ref: CellRef) -> None:
        """Tell that ``cell`` runs, now under the number of ``ref``."""
        self._cells[cell] = ref

    def cell_of(self, name: str) -> CellRef | None:
        """The cell that bound ``name``, under its present number."""
        binding = self.bindings.get(name)
        return self._cells.get(binding.cell) if binding is not None else None

    def results(self, cell: CellId) -> Collection[str]:
        """The variables that the last run of ``cell`` bound or changed."""
        return self._results.get(cell, ())

    def bound_in(self, name: str) -> Iterator[tuple[str, CellRef, Binding]]:
        """The cells with an id whose last run bound or changed ``name``, and what they bound."""
        for cell in self._binders.get(name, ()):
            binding = self._results[cell].get(name)
            if binding is not None:
                yield cell, self._cells[cell], binding

    def bound(self, reading: Reading, versions: Mapping[str, str], apart: Mapping[str, Reading] = EMPTY) -> None:
        """Tell that the cell of ``reading`` has ended, having bound the variables of ``versions``.

        Args:
            reading: what the cell read.
            versions: the version of each variable that it bound.
            apart: what was read for variables that surely took nothing else from what the cell read.
        """
        before = self._results.get(reading.cell, {})
        if not (versions or before):
            self._results[reading.cell] = {}
            return
        results = {}
        for name, version in versions.items():
            results[name] = _binding(apart.get(name, reading), name, version, before.get(name))
            self.bindings[name] = results[name]
            self.left_over.discard(name)
            if isinstance(reading.cell, str):
                self._binders[name][reading.cell] = None
        for name, old in before.items():
            if name not in versions and self.bindings.get(name) is old:
                self.left_over.add(name)
        self._results[reading.cell] = results

    def unbound(self, names: Iterable[str]) -> None:
        """Tell that ``names`` were deleted."""
        for name in names:
            self.bindings.pop(name, None)
            self.left_over.discard(name)

    def problem(
        self, name: str, version_of_asset: Callable[[AssetKey], str | None], is_fresh: Callable[[AssetKey], bool]
    ) -> str:
        """Why ``name`` is not what a clean run would give, or ""."""
        if name in self.left_over:
            began = self.bindings[name].variables.get(name)  # where the cell only changed what another one bound
            again = f"; run {self._cells[began.cell]}" if began is not None else ""
            return f"{name} is left over from an earlier {self.cell_of(name)}{again}"
        seen: set[int] = set()
        work = [(name, self.bindings[name])] if name in self.bindings else []
        for what, binding in work:
            if id(binding) in seen:
                continue
            seen.add(id(binding))
            cell = self._cells[binding.cell]
            if binding.again_from is not None:
                origin = self._cells[binding.again_from]
                steps = f"run {origin}, then {cell}" if binding.again_from != binding.cell else f"run {cell} afresh"
                return f"{cell} ran again on its own result; {steps}"
            older = self._older(binding, version_of_asset)
            if older:
                return f"{what} was computed in {cell} from an older {older}; run that cell"
            for key in binding.assets:
                if not is_fresh(key):
                    return (
                        f"{what} was computed in {cell} from {key}, which is stale: %materialize {key}, then run {cell}"
                    )
            work.extend(self._read_by(binding))
        return ""

    def assets_behind(self, names: Iterable[str]) -> set[AssetKey]:
        """The assets that the present values of ``names`` were computed from."""
        found: set[AssetKey] = set()
        seen: set[int] = set()
        work = [self.bindings[name] for name in names if name in self.bindings]
        while work:
            binding = work.pop()
            if id(binding) not in seen:
                seen.add(id(binding))
                found.update(binding.assets)
                work.extend(read for _, read in self._read_by(binding))
        return found

    def derived_from(self, key: AssetKey) -> list[str]:
        """The variables whose cell read the asset ``key``."""
        return [name for name, binding in self.bindings.items() if key in binding.assets]

    def _read_by(self, binding: Binding) -> Iterator[tuple[str, Binding]]:
        """What the value was computed from; a cell that ran again with an equal result stands for its earlier run."""
        for name, read in binding.variables.items():
            latest = self._results.get(read.cell, {}).get(name, read)
            yield name, latest if latest.version == read.version else read

    def _older(self, binding: Binding, version_of_asset: Callable[[AssetKey], str | None]) -> str:
        for key, version in binding.assets.items():
            if version_of_asset(key) != version:
                return str(key)
        for name, read in binding.variables.items():
            latest = self._results.get(read.cell, {}).get(name)
            if latest is not None and latest is not read and latest.version != read.version:
                return name
            if latest is None and (name in self.left_over or read.cell in self._results):
                return name
        return ""


def _binding(reading: Reading, name: str, version: str, before: Binding | None) -> Binding:
    own = [b for b in reading.variables.values() if reading.cell in b.ancestors]
    again_from = None
    if own and before is not None:
        again_from = before.again_from
        sets_anew = bool(before.parts) and before.parts <= reading.parts
        if not sets_anew and (before.version != version or not _began_alike(before, reading)):
            again_from = again_from or _origin(before, name) or reading.cell
    variables = {n: b for n, b in reading.variables.items() if reading.cell not in b.ancestors}
    if own and before is not None:
        variables = {**before.variables, **variables}  # what its earlier run began from
    ancestors = frozenset([reading.cell]).union(*(b.ancestors for b in reading.variables.values()))
    return Binding(
        reading.cell,
        version,
        reading.code_version,
        dict(reading.assets),
        variables,
        ancestors,
        again_from,
        reading.parts,
    )


def _began_alike(before: Binding, reading: Reading) -> bool:
    """Whether a cell that ran on its own result is at least the same code, and read the same otherwise."""
    if before.code_version != reading.code_version or before.assets != reading.assets:
        return False
    others = {n: b.version for n, b in reading.variables.items() if reading.cell not in b.ancestors}
    return all(name in before.variables and before.variables[name].version == v for name, v in others.items())


def _origin(binding: Binding, name: str) -> CellId | None:
    """The other cell that a value began from."""
    if name in binding.variables:
        return binding.variables[name].cell
    return next((read.cell for read in binding.variables.values()), None)
