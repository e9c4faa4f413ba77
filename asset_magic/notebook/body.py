"""From the text of a cell to code that the engine can run."""

from __future__ import annotations

import ast
import builtins
import inspect
import re
from collections.abc import Callable, Coroutine, Generator, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from functools import partial
from types import CodeType, coroutine
from typing import Any

from asset_magic.model.definitions import CellRef, Computation
from asset_magic.model.errors import DefinitionError
from asset_magic.model.results import DEFAULT_OUTPUT, NO_VALUE, AssetCheckResult, MaterializeResult, Output
from asset_magic.notebook.body_scope import BodyScope
from asset_magic.notebook.shell import Shell, let_go_of_figures
from asset_magic.reading.bytecode import dotted_in
from asset_magic.reading.code import code_version
from asset_magic.reading.names import names_in, strings_in
from asset_magic.run.outputs import Named, Yielded
from asset_magic.session.unnamed import THE_NOTEBOOK

CONTEXT = "context"
"""The name under which a body finds its execution context."""

_ABSENT = object()
_RESULTS = (Output, MaterializeResult, AssetCheckResult)
_BRANCHES = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.Try, ast.TryStar, ast.With, ast.AsyncWith, ast.Match)
_SHELL_SYNTAX = re.compile(r"[%!?]|get_ipython")
_LOOKS_BEHIND = re.compile("__main__|get_ipython")
_NO_STRINGS: tuple[tuple[str, ...], frozenset[str]] = ((), frozenset())
_STATED = (Output, MaterializeResult)


def read_body(
    shell: Shell,
    what: str,
    text: str,
    cell: CellRef,
    raw: str,
    *,
    targets: Sequence[str] = (),
    uses: Sequence[str] = (),
    before: Computation | None = None,
) -> Computation:
    """The code of a cell body.

    Args:
        shell: the shell it was typed into.
        what: what the body is for, as errors name it: ``"orders"`` or ``"the check not_empty of orders"``.
        text: the body.
        cell: its cell.
        raw: the text of the whole cell, for tracebacks.
        targets: the variables whose values it makes; none for a check.
        uses: names that the body meets only in strings.
        before: what the same asset was made by so far; a cell that runs again unchanged is not read again.

    Raises:
        DefinitionError: the body is empty or is not Python.
    """
    if not text.strip():
        raise DefinitionError(f"{what} has no code: write it below the first line of the cell")
    offset, known = _place(raw, text)
    filename = shell.remember_source(raw if known else text, cell.number)
    origin = (what, text, offset, shell.flags, tuple(targets), tuple(uses))
    if before is not None and isinstance(before.call, _Body) and before.call.origin == origin:
        return replace(before, call=before.call.moved_to(filename), cell=cell)
    tree, python = _parse(shell, what, text, offset)
    if not tree.body:
        raise DefinitionError(f"{what} has only comments: write its code below the first line of the cell")
    names = names_in(tree)
    asks = CONTEXT in names.reads
    if not names.reads.isdisjoint(targets):
        _refuse_reading_itself(what, tree, targets)
    imports = "import" in text
    version = code_version(tree)
    files, words = strings_in(tree) if "'" in python or '"' in python else _NO_STRINGS
    if names.opaque and _LOOKS_BEHIND.search(python):
        words |= {THE_NOTEBOOK}
    flags = shell.flags | (ast.PyCF_ALLOW_TOP_LEVEL_AWAIT if names.awaits else 0)
    body = _Body(
        shell,
        what,
        tuple(targets),
        _compiled(what, tree, filename, flags),
        uses_shell=_uses_shell(text, tree),
        asks=asks,
        hides=_hides_last(tree, python, offset),
        origin=origin if python is text else (),
    )
    given = names.binds | names.optional | ({CONTEXT} if asks else frozenset())
    if names.binds_unseen:
        given |= names.reads
    return Computation(
        call=body,
        code_version=version,
        reads=names.reads.difference(targets).union(uses),
        binds=given,
        namespace=shell.variables,
        source=text.strip("\n"),
        cell=cell,
        awaits=names.awaits,
        file_names=files,
        mentions=words,
        imports=_imported(tree) if imports else (),
        dotted=frozenset if uses or names.opaque else body.dotted,
        ends_with=_bound_last(tree, targets),
    )


class _Body:
    """Runs a cell body in a namespace of its own.

    Attributes:
        origin: all that reading the body followed from; empty where IPython's own syntax had to be transformed, since
            what that becomes depends on the state of the shell.
    """

    def __init__(
        self,
        shell: Shell,
        what: str,
        targets: tuple[str, ...],
        code: tuple[CodeType | None, CodeType | None],
        *,
        uses_shell: bool,
        asks: bool,
        hides: bool,
        origin: tuple[object, ...],
    ) -> None:
        self._shell = shell
        self._what = what
        self._targets = targets
        self._code = code
        self._uses_shell = uses_shell
        self._asks = asks
        self._hides = hides
        self.origin = origin

    def dotted(self) -> frozenset[str]:
        """The attributes of names, where it does nothing else with the name; none where magics may do more."""
        return frozenset() if self._uses_shell else dotted_in(*self._code)

    def moved_to(self, filename: str) -> _Body:
        """The same body as the code of another file: a cell that runs again has another number."""
        statements, last = (code and _moved(code, filename) for code in self._code)
        return _Body(
            self._shell,
            self._what,
            self._targets,
            (statements, last),
            uses_shell=self._uses_shell,
            asks=self._asks,
            hides=self._hides,
            origin=self.origin,
        )

    def __call__(self, values: Mapping[str, Any], context: Any) -> Any:
        namespace = {"__name__": "__main__", "__builtins__": builtins, **values}
        if self._asks:
            namespace.setdefault(CONTEXT, context)  # a variable of the user's of that name comes before
        if any(code is not None and code.co_flags & inspect.CO_COROUTINE for code in self._code):
            return self._wait(namespace)
        if not self._uses_shell:
            return self._result(namespace, [_ABSENT if c is None else eval(c, namespace) for c in self._code][1])
        with self._as_variables(namespace):
            last = [_ABSENT if code is None else eval(code, namespace) for code in self._code][1]
        if last is None and self._code[0] is None:  # the body is all below a cell magic that gives nothing
            last = self._shell.given_inside
        return self._result(namespace, last)

    def _as_variables(self, namespace: dict[str, Any]) -> AbstractContextManager[None]:
        code = self._code[0] or self._code[1]
        return BodyScope(self._shell, namespace, code.co_filename if code is not None else "")

    async def _wait(self, namespace: dict[str, Any]) -> Any:
        last: Any = _ABSENT
        scope = partial(self._as_variables, namespace) if self._uses_shell else nullcontext
        for code in self._code:
            if code is not None:
                with scope():
                    last = eval(code, namespace)
                if code.co_flags & inspect.CO_COROUTINE:
                    last = await (_within(scope, last) if self._uses_shell else last)
        return self._result(namespace, last if self._code[1] is not None else _ABSENT)

    def _result(self, namespace: dict[str, Any], last: Any) -> Any:
        """What the body gives: what it bound to the targets, else its last expression."""
        found = {name: namespace[name] for name in self._targets if name in namespace}
        result = last if last is not _ABSENT else None
        if found and (results := _results_in(result)):
            result = _joined(found, results, self._targets)
        elif found:
            if result is not None and not self._hides and not any(result is value for value in found.values()):
                self._shell.display(*self._shell.format(result))
            result = Named(found) if len(self._targets) > 1 else found[self._targets[0]]
        values = result.values() if isinstance(result, Named) else result if isinstance(result, Yielded) else (result,)
        let_go_of_figures([value.value if isinstance(value, _STATED) else value for value in values])
        return result


@coroutine
def _within(
    scope: Callable[[], AbstractContextManager[None]], work: Coroutine[Any, Any, Any]
) -> Generator[Any, Any, Any]:
    """Await ``work``, with ``scope`` around each of its steps, and not around what runs while it waits."""
    step = partial(work.send, None)
    while True:
        try:
            with scope():
                waits_for = step()
        except StopIteration as done:
            return done.value
        try:
            step = partial(work.send, (yield waits_for))
        except BaseException as error:
            step = partial(work.throw, error)


def _bound_last(tree: ast.Module, targets: Iterable[str]) -> str:
    """The name that the last statement assigns to, if it is none of the targets."""
    last = tree.body[-1]
    assigned = last.targets[0] if isinstance(last, ast.Assign) else None
    return assigned.id if isinstance(assigned, ast.Name) and assigned.id not in targets else ""


def _results_in(last: Any) -> tuple[Any, ...]:
    """The results that a last expression is, which say more than a value would; none if it is a value."""
    items = tuple(last) if isinstance(last, (tuple, list)) else (last,)
    return items if all(isinstance(item, _RESULTS) for item in items) else ()


def _joined(found: Mapping[str, Any], results: tuple[Any, ...], targets: tuple[str, ...]) -> Any:
    """What a body gives that binds some of its targets and ends with results, which say something of them."""
    left = dict(found)
    items: list[Any] = []
    for result in results:
        items.append(_with_value(result, left, targets, len(items)) if isinstance(result, _STATED) else result)
    if len(items) == 1 and not left:
        return items[0]
    bound = (Output(value, name if len(targets) > 1 else DEFAULT_OUTPUT) for name, value in left.items())
    return Yielded((*items, *bound))


def _with_value(result: Any, left: dict[str, Any], targets: tuple[str, ...], place: int) -> Any:
    """A result with the bound value that it says something of, which is then no longer ``left`` to be given."""
    if len(targets) == 1:
        name = targets[0]
    elif isinstance(result, Output):
        unnamed = result.output_name == DEFAULT_OUTPUT and place < len(targets)
        name = targets[place] if unnamed else result.output_name
    else:
        name = result.asset_key.name if result.asset_key is not None else ""
    value = left.pop(name, NO_VALUE)
    return replace(result, value=value) if result.value is NO_VALUE else result


def _refuse_reading_itself(what: str, tree: ast.Module, targets: Iterable[str]) -> None:
    """Refuse a body that surely reads its own asset; in a branch or loop, the body may have bound the name before."""
    for target in targets:
        for statement in tree.body:
            names = names_in(ast.Module([statement], []))
            if target in names.reads and not (isinstance(statement, _BRANCHES) and target in names.binds):
                raise DefinitionError(
                    f"{what} reads itself: {target} is read before the body binds it. "
                    "Give the result or the input another name."
                )
            if target in names.reads or target in names.binds:
                break


def _imported(tree: ast.Module) -> tuple[str, ...]:
    """The modules that the body imports."""
    found: dict[str, None] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update(dict.fromkeys(alias.name for alias in node.names))
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found[node.module] = None
    return tuple(found)


def _place(raw: str, text: str) -> tuple[int, bool]:
    """How many lines of the cell stand before the body, and whether the body was found in it."""
    at = raw.rfind(text.rstrip("\n"))
    return (raw.count("\n", 0, at), True) if at >= 0 else (0, False)


def _parse(shell: Shell, what: str, text: str, offset: int) -> tuple[ast.Module, str]:
    """The syntax of a body, and the Python that it is in the end."""
    lines = "\n" * offset
    try:
        return ast.parse(lines + text), text
    except SyntaxError:
        pass
    try:
        python = shell.transform(text)
        return ast.parse(lines + python), python
    except SyntaxError as error:
        raise _unreadable(what, error) from None


def _compiled(what: str, tree: ast.Module, filename: str, flags: int) -> tuple[CodeType | None, CodeType | None]:
    """The statements, and the last expression if there is one."""
    last = tree.body[-1]
    statements = tree.body[:-1] if isinstance(last, ast.Expr) else tree.body
    try:
        return (
            compile(ast.Module(statements, []), filename, "exec", flags, dont_inherit=True) if statements else None,
            compile(ast.Expression(last.value), filename, "eval", flags, dont_inherit=True)
            if isinstance(last, ast.Expr)
            else None,
        )
    except SyntaxError as error:  # such as `return` outside a function: found by the compiler, not by the parser
        raise _unreadable(what, error) from None


def _hides_last(tree: ast.Module, python: str, offset: int) -> bool:
    """Whether a semicolon stands after the last expression, which hides it in IPython."""
    last = tree.body[-1]
    line = python.split("\n")[(last.end_lineno or 0) - offset - 1].encode()
    return isinstance(last, ast.Expr) and line[last.end_col_offset :].lstrip().startswith(b";")


def _moved(code: CodeType, filename: str) -> CodeType:
    """The code with another file name, in tracebacks of the functions in it, too."""
    if code.co_filename == filename:
        return code
    constants = tuple([_moved(c, filename) if isinstance(c, CodeType) else c for c in code.co_consts])
    return code.replace(co_filename=filename, co_consts=constants)


def _unreadable(what: str, error: SyntaxError) -> DefinitionError:
    line = (error.text or "").rstrip("\n")
    shown = f"\n    {line.strip()}" if line.strip() else ""
    if shown and error.offset:
        shown += "\n    " + " " * max(0, error.offset - 1 - (len(line) - len(line.lstrip()))) + "^"
    return DefinitionError(f"{what} cannot be read: {error.msg} (line {error.lineno} of the cell){shown}")


def _uses_shell(text: str, tree: ast.Module) -> bool:
    """Whether the body holds line magics or ``!``, which look into the notebook's variables."""
    if _SHELL_SYNTAX.search(text) is None:
        return False
    return any(isinstance(node, ast.Name) and node.id == "get_ipython" for node in ast.walk(tree))
