"""Plain cells: what each read and bound, told to the session, and what the reader must be told in turn."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from types import FunctionType, ModuleType
from typing import Any

from xxhash import xxh3_128_hexdigest

from asset_magic.model.definitions import CellRef
from asset_magic.model.keys import AssetKey
from asset_magic.model.records import AssetStatus, Materialization
from asset_magic.notebook.between import Between
from asset_magic.notebook.shell import Shell
from asset_magic.reading.cells import read_cell
from asset_magic.reading.names import Names, words_in
from asset_magic.session.closures import Named
from asset_magic.session.cost import LOOK, NAMED, VARIABLES, Budget, affordable, changeable
from asset_magic.session.runner import Runner
from asset_magic.session.session import Session
from asset_magic.session.unnamed import kept_to_itself, looked_for
from asset_magic.session.variables import CellId, Reading

OWN_CELLS = ("%%asset ", "%%multi_asset ", "%%asset_check ", "%%source_asset ")
_ABSENT = object()
_CODE = (FunctionType, type, ModuleType)


@dataclass(slots=True)
class Running:
    """A cell between its begin and its end."""

    ref: CellRef
    identity: CellId
    raw: str
    own: bool
    raw_count: int
    names: Names | None = None
    now: frozenset[str] = frozenset()
    code_version: str = ""
    identities: dict[str, int] = field(default_factory=dict)
    before: dict[str, str] = field(default_factory=dict)
    around: dict[str, Named] = field(default_factory=dict)
    timeless: frozenset[str] = frozenset()
    perhaps: frozenset[str] = frozenset()
    patches: Mapping[str, frozenset[str]] = field(default_factory=dict)
    sources: tuple[tuple[str, str, str], ...] = ()
    aside: dict[str, Any] = field(default_factory=dict)
    known: frozenset[str] | None = None
    stale: dict[AssetKey, Materialization] = field(default_factory=dict)


class PlainCells:
    """Listens to the cells of a notebook.

    Attributes:
        ended: told of each cell when all of this has been done.
    """

    def __init__(self, shell: Shell, runner: Runner) -> None:
        self._shell = shell
        self._runner = runner
        self._session: Session = runner.session
        self._stack: list[Running | None] = []
        self._between = Between()
        self._anonymous = 0
        self.ended: Callable[[CellRef], None] = lambda ref: None

    @property
    def raw(self) -> str:
        """The text of the cell that runs now."""
        return next((cell.raw for cell in self._stack if cell is not None), "")

    @property
    def ref(self) -> CellRef:
        """The cell that runs now."""
        return self._session.cells.ref or CellRef(None, self._shell.number)

    @property
    def running(self) -> bool:
        """Whether a cell runs now."""
        return bool(self._stack)

    def begin(self, info: Any) -> None:
        """IPython's ``pre_run_cell``."""
        if self._stack:  # %%capture and the like run their body as a cell of its own: it is part of the outer one
            self._stack.append(None)
            if self._shell.bodies:
                self._shell.cell_begins_inside()
            return
        count = self._shell.raw_count
        ref = CellRef(getattr(info, "cell_id", None), self._shell.number_of(count))
        identity = ref.id if ref.id is not None else ("run", self._next())
        raw = info.raw_cell or ""
        cell = Running(ref, identity, raw, raw.lstrip().startswith(OWN_CELLS), count)
        self._stack.append(cell)
        self._session.cells.begin(ref)
        self._session.suspects.pass_time()
        if self._between.anything_ran():
            self._session.namespace.advance()
        if cell.own:
            self._leave_over(cell)
        else:
            self._read(cell, info)

    def ran_outside(self) -> None:
        """IPython's ``post_execute``, which kernels trigger for the callbacks of widgets, too."""
        if not self._stack:
            self._session.namespace.advance()
            self._session.suspects.pass_time()

    def end(self, result: Any) -> None:
        """IPython's ``post_run_cell``."""
        if not self._stack:  # the cell that loaded the extension began before it
            self._shell.count_of(result, self._shell.raw_count_at_load)
            return
        cell = self._stack.pop()
        if cell is None or self._stack:
            self._ended_inside(result)
            return
        self._take_over_failure(result)
        self._shell.count_of(result, cell.raw_count)
        error = result.error_before_exec or result.error_in_exec
        if result.error_before_exec is None:
            if cell.names is not None:
                self._note(cell, cell.names, failed=error is not None)
                self._say_what_is_stale(cell)
            self._hint(cell, result.error_in_exec)
        else:
            self._session.namespace.variables.update(cell.aside)  # nothing has run
        # A cell of decorated functions may have failed before it came to them all, so it keeps what it made before.
        decorates = "asset" in cell.raw and cell.names is not None
        self._session.cells.end(result.error_before_exec is None and (error is None or not decorates))
        self._between.cell_ended()
        self.ended(cell.ref)

    def _leave_over(self, cell: Running) -> None:
        """What the cell bound when it was a plain one is left over, and its asset may read it."""
        variables = self._session.variables
        variables.ran(cell.identity, cell.ref)
        if variables.results(cell.identity):
            variables.bound(Reading(cell.identity, ""), {})
            self._session.namespace.advance()

    def _ended_inside(self, result: Any) -> None:
        """A cell inside of the running one has ended; if it was no Python, the shell only shows that."""
        if self._shell.bodies:
            self._shell.cell_ends_inside()
            self._shell.failed_inside = result.error_before_exec or self._shell.failed_inside

    def _take_over_failure(self, result: Any) -> None:
        """A cell of an asset that failed under `%%capture` and the like has failed, so that what runs cells stops."""
        error, self._shell.failed_inside = self._shell.failed_inside, None
        if error is not None and result.success:
            result.error_in_exec = error

    def _read(self, cell: Running, info: Any) -> None:
        read = read_cell(cell.raw) or read_cell(self._transformed(info))
        if read is None:
            return
        cell.names, cell.now, cell.timeless, cell.perhaps, cell.code_version, cell.patches, cell.sources = read
        session, variables = self._session, self._session.namespace.variables
        follow = session.namespace.follow(cell.now, session.graph.variables.__contains__)
        cell.timeless -= follow.writes
        cell.identities = {name: id(variables.get(name, _ABSENT)) for name in cell.names.binds | follow.writes}
        if follow.assets:
            session.refresh([session.graph.variables[name] for name in follow.assets])
            cell.stale = self._stale(follow.assets)
            if "materialize" not in cell.raw:  # else the cell may bring them up to date before it shows them
                self._say_what_is_stale(cell)
        if cell.names.opaque:
            cell.known = frozenset(variables)
        if not cell.names.opaque:
            self._put_aside(cell, follow.names)
        for name in self._changeable(follow.names):
            session.namespace.forget(name)
            cell.before[name] = session.namespace.named(name).version.digest
        for name in cell.names.touches.union(cell.patches) & follow.names:
            if session.namespace.defines(name) and session.namespace.holds_state(name):
                cell.before[name] = session.namespace.named(name).version.digest
        cell.around = self._around(cell)

    def _put_aside(self, cell: Running, read: Collection[str]) -> None:
        """Take away what this cell bound in a branch when it ran before, to see whether it comes to that branch again.

        Only variables that nothing in the cell reads: it cannot tell the difference.
        """
        variables = self._session.namespace.variables
        for name in cell.perhaps:
            binding = self._session.variables.bindings.get(name)
            own = binding is not None and binding.cell == cell.identity
            if own and name in variables and name not in read and name not in self._session.graph.variables:
                cell.aside[name] = variables.pop(name)

    def _changeable(self, names: Iterable[str]) -> Iterable[str]:
        """Variables among ``names``, or other names for their values, that a cell may change in place."""
        session, variables = self._session, self._session.namespace.variables
        values = {
            id(variables[name]): name
            for name in names
            if session.namespace.defines(name) and name not in session.graph.variables
            if changeable(variables[name]) and affordable(variables[name])
        }
        if not values:
            return ()
        others = (n for n in session.variables.bindings if id(variables.get(n, _ABSENT)) in values)
        return dict.fromkeys((*values.values(), *others))

    def _around(self, cell: Running) -> dict[str, Named]:
        """Variables that assets read and that the cell does not name, but may reach by another way."""
        session, variables = self._session, self._session.namespace.variables
        names = cell.names
        if names is None or not _has_anything_in_hand(cell, names):
            return {}
        found: dict[str, Named] = {}
        budget = Budget(VARIABLES)
        for name in session.following.variables:
            if name not in cell.before and name in variables and name not in session.graph.variables:
                value = variables[name]
                if changeable(value) and affordable(value) and budget.affords(cost := session.namespace.cost(name)):
                    budget.spend(cost)
                    named = session.namespace.named(name)
                    if named.version.kind == "value":  # else its version is not that of its content alone
                        found[name] = named
        return found

    def _changed_around(self, cell: Running, bound: Collection[str]) -> set[str]:
        """Of those variables, the ones that the cell has changed in place; code in them changes with its definition."""
        variables = self._session.namespace.variables
        defines = cell.patches or any(isinstance(variables.get(name), _CODE) for name in bound)
        return {
            name
            for name, now in self._around(cell).items()
            if name not in bound and name in cell.around and cell.around[name].version.digest != now.version.digest
            if not (defines and (now.keepers or now.reads))
        }

    def _transformed(self, info: Any) -> str:
        """The cell as Python; older versions of IPython do not pass it."""
        passed: str | None = getattr(info, "transformed_cell", None)
        if passed is not None:
            return passed
        try:
            return self._shell.transform(info.raw_cell)
        except SyntaxError:
            return str(info.raw_cell)

    def _stale(self, names: Iterable[str]) -> dict[AssetKey, Materialization]:
        """The assets behind variables that are stale, with the materialization that the variable holds."""
        session, found = self._session, {}
        for name in sorted(names):
            key = session.graph.variables[name]
            current = session.values.get(key)
            shown = current is not None and current.variable == name and not session.values.rebound(key)
            if current is not None and shown and not session.is_fresh(key):
                found[key] = current.record
        return found

    def _say_what_is_stale(self, cell: Running) -> None:
        """Tell, once for a cell, which assets it meets that are stale, those aside that it has brought up to date."""
        session = self._session
        for key, record in cell.stale.items():
            current = session.values.get(key)
            if current is not None and current.record is record and session.status(key) is not AssetStatus.FRESH:
                causes = session.causes(key)
                why = f" ({causes[0].reason})" if causes else ""
                session.notify(f"{key} is stale{why}: this cell shows its older value")
        cell.stale = {}

    def _note(self, cell: Running, names: Names, *, failed: bool) -> None:
        session, variables = self._session, self._session.namespace.variables
        session.namespace.advance()
        session.suspects.ran(str(cell.ref), names.reads | names.binds)
        self._verify(cell, names)  # first, since what is put back here has not changed
        bound = self._bound(cell, names, failed=failed)
        session.variables.ran(cell.identity, cell.ref)
        around = self._changed_around(cell, bound)
        bound |= around
        changed = around.union(name for name in cell.before if name in bound)
        reading = self._reading(cell, cell.now.union(changed))
        versions = {name: self._version(name, cell, reading) for name in sorted(bound)}
        perhaps = session.variables.bindings if names.opaque else names.reads | names.binds
        gone = [name for name in perhaps if name in session.variables.bindings and name not in variables]
        apart = {name: Reading(cell.identity, cell.code_version) for name in cell.timeless}
        apart |= {name: self._patching(cell, name) for name in cell.patches if name in bound - names.binds}
        before = {name: session.variables.bindings.get(name) for name in versions}
        session.variables.bound(reading, versions, apart)
        session.variables.unbound(gone)
        session.namespace.imported(cell.sources, bound)
        session.rivals.tell_taken_over(before)
        assets = session.graph.variables
        touched = assets if names.opaque else names.reads | names.binds
        remarked = [name for name in touched if name in assets and (name in names.binds or name not in variables)]
        session.changes.note(assets[name] for name in remarked)
        for name in versions:
            session.namespace.forget(name)

    def _bound(self, cell: Running, names: Names, *, failed: bool) -> set[str]:
        """The variables that the cell bound, or changed in place."""
        session, variables = self._session, self._session.namespace.variables
        rebound = {n for n, identity in cell.identities.items() if n in variables and id(variables[n]) != identity}
        missed = {name for name in cell.aside if name not in variables}
        variables.update({name: cell.aside[name] for name in missed})
        reached = rebound if failed else names.binds | rebound  # a cell that failed need not have come to all
        reached = reached - missed
        self._let_go_of_own(cell, reached)
        bound = {name for name in reached if session.namespace.defines(name)}
        if cell.known is not None:
            before = session.variables.results(cell.identity)  # a star import binds them again, where nobody sees it
            bound |= {
                name
                for name in variables
                if (name not in cell.known or name in before) and session.namespace.defines(name)
            }
        for name, digest in cell.before.items():
            if name in variables and name not in bound:
                session.namespace.forget(name)
                changed = session.namespace.named(name).version.digest != digest
                if changed or name in session.variables.results(cell.identity):
                    bound.add(name)
        return bound - {name for name in bound if self._is_assets_own(name)}

    def _let_go_of_own(self, cell: Running, bound: Collection[str]) -> None:
        """Leave a variable to this cell if the cell was its asset's, and binds it itself now."""
        session = self._session
        for made in session.cells.made_by(cell.ref.id):
            if isinstance(made, AssetKey) and made in session.graph and session.graph.spec(made).variable in bound:
                session.values.let_go(made)

    def _is_assets_own(self, name: str) -> bool:
        """Whether ``name`` holds what its asset bound there (a cell may name it without binding it)."""
        key = self._session.graph.variables.get(name)
        current = self._session.values.get(key) if key is not None else None
        return (
            key is not None
            and current is not None
            and current.variable == name
            and not self._session.values.rebound(key)
        )

    def _patching(self, cell: Running, name: str) -> Reading:
        """What the cell read to set parts of ``name``: that does not call what ``name`` reads when it is called."""
        reading = self._reading(cell, cell.now - {name})
        binding = self._session.variables.bindings.get(name)
        if binding is not None and name not in reading.variables:  # else a helper may have changed it, too
            reading.variables[name] = binding
            reading.parts = cell.patches[name]
        return reading

    def _reading(self, cell: Running, names: Iterable[str]) -> Reading:
        """What the cell read by ``names``, helpers followed; the bindings are those from before it."""
        session = self._session
        follow = session.namespace.follow(names, session.graph.variables.__contains__)
        reading = Reading(cell.identity, cell.code_version)
        for name in sorted(follow.assets):
            key = session.graph.variables[name]
            current = session.values.get(key)
            if current is not None and (name in session.variables.bindings or current.variable is None):
                continue  # the variable is not the asset's value: rebound by a plain cell, or a definition
            if current is not None:
                reading.assets[key] = current.record.data_version
        for name in sorted(follow.names):
            binding = session.variables.bindings.get(name)
            if binding is not None:
                reading.variables[name] = binding
        return reading

    def _version(self, name: str, cell: Running, reading: Reading) -> str:
        session = self._session
        value = session.namespace.variables[name]
        if not affordable(value):
            return f"run:{self._next()}"
        version = session.namespace.named(name).version
        if version.kind != "opaque":
            return version.digest
        parts = [cell.code_version, name]
        parts += [f"{key}={data}" for key, data in sorted(reading.assets.items())]
        parts += [f"{read}={binding.version}" for read, binding in sorted(reading.variables.items())]
        return xxh3_128_hexdigest("\n".join(parts).encode())

    def _verify(self, cell: Running, names: Names) -> None:
        """Look at the values that the cell may have changed, as far as time allows: those that it names come first."""
        session, assets = self._session, self._session.graph.variables
        if not _has_anything_in_hand(cell, names):
            return
        named = (assets[name] for name in sorted(names.touches | names.reads) if name in assets)
        session.values.verify_some(named, Budget(NAMED))
        session.values.verify_some(None, Budget(LOOK))

    def _hint(self, cell: Running, error: BaseException | None) -> None:
        """Tell where a name stayed that a plain cell looked for in vain."""
        if error is None or cell.own:
            return
        graph = self._runner.graph
        for name in looked_for(error, words_in(cell.raw)):
            if name in graph.variables:
                key = graph.variables[name]
                self._session.notify(f"the asset {key} has no value yet: %materialize {key} makes it")
                return
            if where := kept_to_itself(name, graph):
                self._session.notify(where)
                return

    def _next(self) -> int:
        self._anonymous += 1
        return self._anonymous


def _has_anything_in_hand(cell: Running, names: Names) -> bool:
    """Whether a cell can reach any object that was there before it: by a name, or as something imported."""
    return bool(names.reads) or names.opaque or "import" in cell.raw
