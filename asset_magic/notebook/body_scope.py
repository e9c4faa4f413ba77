"""What IPython's magics find while a body runs: its variables, and the lines of its cell."""

from __future__ import annotations

import ast
import linecache
import sys
from collections.abc import Callable
from typing import Any

from asset_magic.notebook.shell import Shell

_SHELLS_OWN = ("_dh", "_ih", "_oh", "In", "Out", "get_ipython")


class BodyScope:
    """What magics and ``!`` see while a body runs: its variables as the notebook's, and its code as lines of its cell.

    On leaving it raises what failed in a cell that a magic ran meanwhile, as `%%capture` does: the shell only shows it.

    Args:
        shell: the shell.
        namespace: the variables of the body.
        filename: what stands for its cell.
    """

    def __init__(self, shell: Shell, namespace: dict[str, Any], filename: str) -> None:
        self._shell = shell
        self._namespace = namespace
        self._filename = filename

    def __enter__(self) -> None:
        shell = self._shell
        ipython: Any = shell.ipython
        self._before = ipython.user_ns, ipython.compile, shell.failed_inside
        for name in _SHELLS_OWN:  # magics keep their own state there
            if name in ipython.user_ns:
                self._namespace.setdefault(name, ipython.user_ns[name])
        ipython.user_ns, shell.failed_inside, shell.given_inside = self._namespace, None, None
        ipython.compile = BodyCompiler(ipython.compile, self._filename, shell.transform)
        shell.bodies += 1

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: object) -> None:
        shell = self._shell
        ipython: Any = shell.ipython
        failed = shell.failed_inside
        ipython.user_ns, ipython.compile, shell.failed_inside = self._before
        shell.bodies -= 1
        if failed is not None and kind is None:
            raise failed


class BodyCompiler:
    """The shell's compiler while a body runs: code that a magic runs counts as lines of the cell that it stands in.

    Args:
        compiler: the shell's own.
        filename: what stands for the cell.
        transform: turns IPython's syntax into Python.
    """

    def __init__(self, compiler: Any, filename: str, transform: Callable[[str], str]) -> None:
        self._compiler = compiler
        self._filename = filename
        self._transform = transform
        self._inner: tuple[str, int | None] = ("", None)
        self._found = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._compiler, name)

    def __call__(self, source: Any, filename: str, *args: Any, **kwargs: Any) -> Any:
        return self._compiler(
            source, self._filename if self._found and filename[:1] == "<" else filename, *args, **kwargs
        )

    def ast_parse(self, source: str, *args: Any, **kwargs: Any) -> ast.AST:
        """The syntax of code, its lines numbered as in the cell if it is found there."""
        tree: ast.AST = self._compiler.ast_parse(source, *args, **kwargs)
        line = self._inner[1] if source == self._inner[0] else self._line_of(source)
        self._found = line is not None
        return ast.increment_lineno(tree, line) if line else tree

    def cache(self, transformed_code: str, number: int = 0, raw_code: str | None = None) -> str:
        """The file name for a cell that a magic runs: that of the cell around it."""
        self._inner = transformed_code, self._line_of(raw_code or transformed_code)
        if self._inner[1] is not None:
            return self._filename
        name: str = self._compiler.cache(transformed_code, number, raw_code=raw_code)
        return name

    def _line_of(self, source: str) -> int | None:
        """How many lines of the cell stand before ``source``, which the line that runs now holds or begins."""
        frame = sys._getframe(2)
        while frame.f_back is not None and frame.f_code.co_filename != self._filename:
            frame = frame.f_back
        lines, start = linecache.getlines(self._filename), frame.f_lineno - 1
        after = "".join(lines[start:])
        at = after.find(source.strip("\n")) if source.strip() else -1
        if at >= 0:
            return start + after.count("\n", 0, at)
        return start + 1 if self._transform("".join(lines[start + 1 :])) == source else None
