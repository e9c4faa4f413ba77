"""The namespaces of a piece of code, and which of them a name belongs to.

Python's own rules: a function's names are its own wherever in the function they are bound; a class body and the
top level are read statement by statement; comprehensions hide their loop variables. What no inner namespace owns is
looked up outside, now or, in the body of a function, when the function runs. The walk over the syntax tree is in
`walk` and `branches`; nothing here knows syntax.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(slots=True)
class Path:
    """What is known at one point of a straight run through statements.

    Attributes:
        bound: names that are surely bound here.
        maybe: names that are bound here on some way to this point.
        dead: control never passes this point (after ``raise``, ``break``, ``continue``).
    """

    bound: set[str] = field(default_factory=set)
    maybe: set[str] = field(default_factory=set)
    dead: bool = False

    def fork(self) -> Path:
        """A copy to follow another branch with."""
        return Path(set(self.bound), set(self.maybe), self.dead)


def join(ends: list[Path]) -> Path:
    """The point where branches meet again: sure is what is sure on each branch that gets here."""
    alive = [path for path in ends if not path.dead] or ends
    bound = set.intersection(*(path.bound for path in alive))
    maybe = set().union(*(path.maybe for path in ends))
    return Path(bound, maybe, all(path.dead for path in ends))


@dataclass(slots=True)
class Loop:
    """A loop being read: the paths that leave it, and those that start it again."""

    breaks: list[Path] = field(default_factory=list)
    again: list[Path] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Block:
    """A namespace that is read in order of its statements: the top level, or the body of a class.

    Attributes:
        path: what is known at the statement being read.
        gone: names deleted since the innermost loop or ``try`` began.
        dropped: names that were bound by the code itself before they were deleted.
        loops: the loops around the statement being read.
        globals: names declared ``global`` (in a class).
        late: outside names of methods that nobody can have called yet (in a class).
    """

    path: Path = field(default_factory=Path)
    gone: set[str] = field(default_factory=set)
    dropped: set[str] = field(default_factory=set)
    loops: list[Loop] = field(default_factory=list)
    globals: set[str] = field(default_factory=set)
    late: set[str] = field(default_factory=set)

    def forget(self, name: str) -> None:
        """``name`` is unbound from here on."""
        if name in self.path.maybe:
            self.dropped.add(name)
        self.path.bound.discard(name)
        self.path.maybe.discard(name)
        self.gone.add(name)

    def interrupted(self, start: Path) -> Path:
        """What is known after statements that began at ``start`` and may have stopped anywhere."""
        left = self.gone & self.dropped
        return Path(start.bound - self.gone, start.maybe.union(self.path.maybe, left), start.dead)


@dataclass(slots=True, eq=False)
class Function:
    """The namespace of a function or lambda. Which names are its own is known only at its end.

    Attributes:
        own: parameters and names bound in the body.
        loads: names looked up in the body, not yet known to be its own.
        touched: of these, names whose value the body may change in place.
        globals: names declared ``global``.
        nonlocals: names declared ``nonlocal``.
        late: names that the body, or a function in it, looks up at the top level.
    """

    own: set[str] = field(default_factory=set)
    loads: set[str] = field(default_factory=set)
    touched: set[str] = field(default_factory=set)
    globals: set[str] = field(default_factory=set)
    nonlocals: set[str] = field(default_factory=set)
    late: set[str] = field(default_factory=set)


@dataclass(slots=True, eq=False)
class Inner:
    """A namespace that only hides names: a comprehension's loop variables, or type parameters."""

    names: set[str]


class Scopes:
    """The namespaces around the node being read, and what was found so far.

    Attributes:
        module: the top level.
        stack: the namespaces around the node being read, outermost first.
        block: the namespace whose statements run in order here; None inside a function.
        depth: how many functions are around the node being read.
        lazy: how many generator expressions are.
        reads: names looked up outside.
        optional: names looked up outside if they are there.
        touched: names whose value may be changed in place.
        rebound: names that a function binds through ``global``.
    """

    def __init__(self) -> None:
        self.module = Block()
        self.stack: list[Block | Function | Inner] = [self.module]
        self.block: Block | None = self.module
        self.depth = 0
        self.lazy = 0
        self.reads: set[str] = set()
        self.optional: set[str] = set()
        self.touched: set[str] = set()
        self.rebound: set[str] = set()
        self._loaded: set[str] = set()
        self._pending: dict[str, set[str]] = {}
        self._escaped: set[str] = set()

    def load(self, name: str) -> None:
        """The code looks ``name`` up here."""
        owner = self.module if len(self.stack) == 1 else self._owner(name)
        if owner is self.module:
            if self.depth:
                self._function().late.add(name)
            else:
                self._load_outside(name)
        elif isinstance(owner, Function):
            owner.loads.add(name)

    def touch(self, name: str) -> None:
        """The code may change the value of ``name`` in place."""
        owner = self.module if len(self.stack) == 1 else self._owner(name)
        if owner is self.module:
            self.touched.add(name)
        elif isinstance(owner, Function):
            owner.touched.add(name)

    def bind(self, name: str) -> None:
        """The code binds ``name`` here."""
        for scope in reversed(self.stack):
            if isinstance(scope, Block):
                if name in scope.globals:
                    scope = self.module
                scope.path.bound.add(name)
                scope.path.maybe.add(name)
                return
            if isinstance(scope, Function):
                if name in scope.globals:
                    self.rebound.add(name)
                elif name not in scope.nonlocals:
                    scope.own.add(name)
                return
            if name in scope.names:
                return

    def unbind(self, name: str) -> None:
        """The code deletes ``name`` here, which looks it up first."""
        scope = self.stack[-1]
        if isinstance(scope, Function):
            if name in scope.globals:
                # Whoever runs after that function may find the name gone: it can no longer be sure.
                self.reads.add(name)
            self.bind(name)
            return
        self.load(name)
        self.drop(name)

    def drop(self, name: str) -> None:
        """``name`` is unbound from here on, without being looked up."""
        scope = self.stack[-1]
        if isinstance(scope, Block):
            owner = self.module if name in scope.globals else scope
            owner.forget(name)
            if owner is self.module and name in self._escaped:
                self.reads.add(name)

    def enter_function(self) -> None:
        """What follows is the body of a function or lambda."""
        self.stack.append(Function())
        self.depth += 1

    def leave_function(self) -> set[str]:
        """The body has ended. Returns the names that it looks up at the top level when it runs."""
        scope = self.stack.pop()
        assert isinstance(scope, Function)
        self.depth -= 1
        late = scope.late
        for name in (scope.loads | scope.nonlocals) - scope.own:
            owner = self._owner(name, skip_class=True)
            if owner is self.module:
                late.add(name)
            elif isinstance(owner, Function):
                owner.loads.add(name)
        for name in scope.touched - scope.own:
            self.touch(name)
        return late

    def settle(self, late: set[str], name: str | None = None) -> None:
        """A function that looks up ``late`` stands here.

        Args:
            late: what it looks up at the top level when it runs.
            name: the name that must be looked up before it can run; None if it may run at once.
        """
        if self.depth:
            self._function().late.update(late)
            return
        scope = next(scope for scope in reversed(self.stack) if not isinstance(scope, Inner))
        if name is None or name in self._loaded or name in self._escaped:
            # A loop may have come round: who looked the name up before it was defined calls it the next time.
            self.run_now(late)
        elif scope is self.module:
            self._pending.setdefault(name, set()).update(late)
        elif isinstance(scope, Block):
            scope.late.update(late)

    def run_now(self, late: Iterable[str]) -> None:
        """A function that looks up ``late`` may run from here on."""
        for name in late:
            self._load_outside(name)
            self._escaped.add(name)

    def finish(self) -> None:
        """The code has ended: what no one has called yet finds what is bound now."""
        bound = self.module.path.bound
        for late in self._pending.values():
            self.reads.update(late - bound)

    def _load_outside(self, name: str) -> None:
        self._loaded.add(name)
        if name not in self.module.path.bound:
            self.reads.add(name)
        if name in self._pending:
            self._flush(name)
        if self.lazy:
            self._escaped.add(name)

    def _flush(self, name: str) -> None:
        """The function called ``name`` may run from here on, and so may what it calls."""
        bound, seen, queue = self.module.path.bound, {name}, [name]
        while queue:
            late = self._pending[queue.pop()]
            self.reads.update(late - bound)
            self._escaped.update(late)
            called = (late & self._pending.keys()) - seen
            seen |= called
            queue.extend(called)

    def _function(self) -> Function:
        return next(scope for scope in reversed(self.stack) if isinstance(scope, Function))

    def _owner(self, name: str, *, skip_class: bool = False) -> Block | Function | None:
        """Where ``name`` is looked up: the top level, a function, or None for a namespace that surely has it."""
        innermost = self.stack[-1]
        for scope in reversed(self.stack):
            if isinstance(scope, Inner):
                if name in scope.names:
                    return None
            elif isinstance(scope, Function):
                return self.module if name in scope.globals else scope
            elif scope is self.module:
                return scope
            elif scope is innermost and not skip_class:
                if name in scope.globals:
                    return self.module
                if name in scope.path.maybe and scope.late:
                    # The class body may be calling one of its methods.
                    late, scope.late = scope.late, set()
                    self.settle(late)
                if name in scope.path.bound:
                    return None
        return self.module
