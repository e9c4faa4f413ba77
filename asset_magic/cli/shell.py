"""The shell that runs the cells: IPython's own, without a kernel, a terminal or anything of the user's set-up."""

from __future__ import annotations

import atexit
import os
import sys
import tempfile
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from IPython.core.interactiveshell import InteractiveShell
from traitlets import Type
from traitlets.config import Config

from asset_magic.cli.outputs import CellDisplayHook, CellDisplayPublisher, CellStream, Collector

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_INLINE = "module://matplotlib_inline.backend_inline"


class NotebookShell(InteractiveShell):
    """An IPython shell whose outputs are collected."""

    displayhook_class = Type(CellDisplayHook)
    display_pub_class = Type(CellDisplayPublisher)
    collector = Collector()

    def _showtraceback(self, etype: type[BaseException], evalue: BaseException, stb: Any) -> None:
        lines = stb.split("\n") if isinstance(stb, str) else stb
        self.collector.add_error(evalue, lines)

    def enable_gui(self, gui: str | None = None) -> None:
        """``%matplotlib inline`` asks for no event loop, and there is none to give to others."""

    def ask_exit(self) -> None:
        """What ``exit`` does in a cell.

        Raises:
            SystemExit: there is no kernel to end, so it ends the cell.
        """
        raise SystemExit("exit was called")


@contextmanager
def notebook_shell(notebook: Path) -> Iterator[NotebookShell]:
    """A new shell that works in the folder of ``notebook``, as a kernel that Jupyter starts for it does."""
    folder = notebook.parent
    config = Config()
    config.HistoryManager.enabled = False
    config.HistoryManager.hist_file = ":memory:"
    config.InteractiveShell.colors_force = True
    config.InteractiveShell.warn_venv = False
    os.chdir(folder)
    sys.path.insert(0, str(folder))
    # As a kernel does: pyplot then shows its figures by itself, once a cell has ended.
    os.environ["MPLBACKEND"] = os.environ.get("MPLBACKEND") or _INLINE
    with tempfile.TemporaryDirectory(prefix="asset-magic-") as profile, _named(notebook):
        shell: NotebookShell = NotebookShell.instance(config=config, ipython_dir=profile)
        shell.collector = Collector()
        try:
            yield shell
        finally:
            atexit.unregister(shell.atexit_operations)
            shell.restore_sys_module_state()


@contextmanager
def _named(notebook: Path) -> Iterator[None]:
    """Say which notebook it is, as Jupyter does."""
    before = os.environ.get("JPY_SESSION_NAME")
    os.environ["JPY_SESSION_NAME"] = str(notebook)
    try:
        yield
    finally:
        if before is None:
            del os.environ["JPY_SESSION_NAME"]
        else:
            os.environ["JPY_SESSION_NAME"] = before


@contextmanager
def collected(shell: NotebookShell) -> Iterator[None]:
    """Let what is printed meanwhile go to the shell's collector; nothing can be typed in.

    What other programs print goes to stderr: stdout is for the report alone.
    """
    before = sys.stdout, sys.stderr, sys.stdin
    before[0].flush()
    report = os.dup(1)
    os.dup2(2, 1)
    sys.stdout, sys.stderr = CellStream(shell.collector, "stdout"), CellStream(shell.collector, "stderr")
    with open(os.devnull, encoding="utf-8") as nothing:
        sys.stdin = nothing
        try:
            yield
        finally:
            sys.stdout, sys.stderr, sys.stdin = before
            os.dup2(report, 1)
            os.close(report)
