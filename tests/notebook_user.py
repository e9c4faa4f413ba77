"""A user at a notebook: types cells into a real IPython shell and looks at what it says.

`Notebook` keeps the sources of its cells under their ids, as a front end does, so that a test can edit a cell, run one
again, or restart and run all. The shell is a genuine `InteractiveShell`; only what it would show is caught.

How often the body of an asset ran is counted by `asset_probe`, a module that bodies import themselves: reading a
name that the body binds is no dependency, so counting changes nothing that is being counted.
"""

from __future__ import annotations

import atexit
import builtins
import contextlib
import io
import sys
import tempfile
import textwrap
import types
import warnings
from collections import Counter
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

if TYPE_CHECKING:
    from collections.abc import Iterator


def _install_probe() -> types.ModuleType:
    probe = sys.modules.get("asset_probe")
    if probe is None:
        probe = types.ModuleType("asset_probe", "Counts how often the body of an asset ran.")
        probe.__version__ = "1.0.0"
        probe.counts = Counter()
        probe.ran = lambda name: probe.counts.update([name])
        sys.modules["asset_probe"] = probe
    return probe


PROBE = _install_probe()


@dataclass
class Ran:
    """What came of running one cell."""

    number: int
    id: str | None
    stdout: str
    stderr: str
    displays: list[dict[str, Any]]
    error: BaseException | None
    result: Any = None

    @property
    def ok(self) -> bool:
        return self.error is None

    @property
    def text(self) -> str:
        """All that a reader of the page sees as text, tracebacks included."""
        shown = [str(data.get("text/plain", "")) for data in self.displays]
        return "\n".join(part for part in [self.stdout, *shown, self.stderr] if part)

    @property
    def message(self) -> str:
        """The message of the error."""
        return "" if self.error is None else str(self.error)


class _Screen(DisplayPublisher):
    """Keeps what is displayed, instead of printing its text."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.shown: list[dict[str, Any]] = []

    def publish(self, data: dict[str, Any], metadata: Any = None, **kwargs: Any) -> None:
        self.shown.append(dict(data))

    def clear_output(self, wait: bool = False) -> None:
        self.shown.clear()


class Notebook:
    """A notebook with a live kernel: an ordered dict of cells, and a shell that runs them.

    Attributes:
        cells: the present source of each cell, by id, in the order of the notebook.
        numbers: the execution count of the latest run of each cell, as in ``In[3]``.
        transcript: all that was run, in order, for people who read a failed test.
    """

    _NEW = "new"
    _ipython_folder = tempfile.TemporaryDirectory(prefix="ipython")

    def __init__(self, *, load: bool = True) -> None:
        config = Config()
        config.HistoryManager.enabled = False
        config.HistoryManager.hist_file = ":memory:"
        config.InteractiveShell.colors = "nocolor"
        InteractiveShell.clear_instance()
        vars(builtins).pop("_", None)  # left by the examples of docstrings; IPython would take it for gettext's
        self.shell = InteractiveShell.instance(config=config, ipython_dir=self._ipython_folder.name)
        self.shell.display_pub = _Screen(parent=self.shell, shell=self.shell)
        self.cells: dict[str, str] = {}
        self.numbers: dict[str, int] = {}
        self.transcript: list[str] = []
        self.counts: Counter[str] = Counter()
        PROBE.counts = self.counts
        if load:
            self.load()

    # Running cells

    def load(self) -> Ran:
        """Run ``%load_ext asset_magic`` in a cell that is not kept."""
        ran = self._run("%load_ext asset_magic", None)
        if "asset" not in self.shell.magics_manager.magics["cell"]:
            raise RuntimeError(f"the extension did not load:\n{ran.text}")
        return ran

    def run(self, source: str, id: str | None = _NEW) -> Ran:
        """Write ``source`` into the cell ``id`` and run it: a new cell unless ``id`` is known; None sends no id."""
        source = textwrap.dedent(source).strip("\n")
        if id == self._NEW:
            id = next(name for name in map("c{}".format, range(1, 10**6)) if name not in self.cells)
        if id is not None:
            self.cells[id] = source
        return self._run(source, id)

    def edit(self, id: str, source: str) -> Ran:
        """Change an existing cell and run it."""
        assert id in self.cells, f"there is no cell {id!r} to edit"
        return self.run(source, id)

    def rerun(self, id: str) -> Ran:
        """Run a cell once more, as it is."""
        return self._run(self.cells[id], id)

    def run_all(self) -> list[Ran]:
        """Run every cell from top to bottom, going on after errors."""
        return [self.rerun(id) for id in list(self.cells)]

    def restart_and_run_all(self) -> Notebook:
        """A new kernel with the same cells, run from top to bottom. This notebook is closed."""
        self.close()
        fresh = Notebook()
        fresh.cells = dict(self.cells)
        fresh.run_all()
        return fresh

    def _run(self, source: str, id: str | None) -> Ran:
        out, err = io.StringIO(), io.StringIO()
        screen = self.shell.display_pub
        screen.shown = []
        number = self.shell.execution_count
        if id is not None:
            self.numbers[id] = number
        self.transcript.append(f"In[{number}] {id or ''}\n{textwrap.indent(source, '    ')}")
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), _warnings_on_the_page():
            result = self.shell.run_cell(source, store_history=True, cell_id=id)
        error = result.error_before_exec or result.error_in_exec
        if error is not None:
            self.transcript.append(f"    !! {type(error).__name__}: {error}")
        return Ran(number, id, out.getvalue(), err.getvalue(), list(screen.shown), error, result.result)

    # Shorthands for the magics

    def asset(self, name: str, body: str, options: str = "", id: str | None = None) -> Ran:
        """Run an ``%%asset`` cell whose runs are counted under ``name``. The cell's id is the name, unless given."""
        key = name.rpartition("/")[2]
        return self.run(asset_cell(name, body, options), id or key)

    def check(self, asset: str, body: str, options: str = "", name: str = "ok") -> Ran:
        """Run an ``%%asset_check`` cell called ``name``, counted under ``check ASSET NAME``."""
        probe = f"import asset_probe; asset_probe.ran({f'check {asset} {name}'!r})"
        head = f"%%asset_check {asset} name={name} {options}".rstrip()
        return self.run(f"{head}\n{probe}\n{textwrap.dedent(body).strip()}", f"{asset}.{name}")

    def materialize(self, args: str = "") -> Ran:
        """Run ``%materialize`` in a scratch cell."""
        return self._run(f"%materialize {args}".strip(), "scratch-materialize")

    # Looking at assets

    @property
    def assets(self) -> Any:
        """The live registry of this kernel."""
        import asset_magic

        return asset_magic.assets

    def status(self, name: str) -> str:
        """``"fresh"``, ``"stale"`` or ``"missing"``."""
        return _text(self.assets[name].status)

    def statuses(self) -> dict[str, str]:
        """The status of every asset, by key."""
        return {str(key): self.status(key) for key in self.assets}

    def causes(self, name: str) -> list[str]:
        """The reasons why ``name`` is not fresh."""
        return [cause.reason for cause in self.assets[name].stale_causes]

    def all_causes(self, name: str) -> list[str]:
        """The reasons why ``name`` is not fresh, and the reasons behind them."""
        return [cause.reason for cause in _walk(self.assets[name].stale_causes)]

    def categories(self, name: str) -> set[str]:
        """The categories of the causes of ``name``."""
        return {_text(cause.category) for cause in self.assets[name].stale_causes}

    def all_categories(self, name: str) -> set[str]:
        """The categories of the causes of ``name``, and of the causes behind them."""
        return {_text(cause.category) for cause in _walk(self.assets[name].stale_causes)}

    def value(self, name: str) -> Any:
        """The current value of ``name``."""
        return self.assets[name].value

    def flags(self, name: str) -> str:
        """What else the reader must know of ``name``, as one text."""
        return "\n".join(self.assets[name].flags)

    def last_run(self, name: str) -> str | None:
        """How the latest run of ``name`` ended."""
        last = self.assets[name].last_run
        return None if last is None else _text(last)

    def checks(self, name: str) -> dict[str, bool | None]:
        """The latest verdict of each check of ``name``."""
        checks = self.assets[name].checks
        results = checks.values() if hasattr(checks, "values") else checks
        return {getattr(result, "name", None) or result.check_name: result.passed for result in results}

    def count(self, name: str) -> int:
        """How often the body of the asset ``name`` ran; ``count("check orders ok")`` for a check."""
        return self.counts[name]

    def edges(self) -> set[tuple[str, str]]:
        """The graph, as pairs (upstream, downstream)."""
        return {(str(up), str(down)) for up, down in self.assets.graph.edges}

    def here(self, name: str) -> Any:
        """What a notebook variable holds; raises KeyError where it is unbound."""
        return self.shell.user_ns[name]

    def bound(self, name: str) -> bool:
        """Whether a notebook variable is bound."""
        return name in self.shell.user_ns

    # The end

    def close(self) -> None:
        """Shut the kernel down, and leave the process as it was found."""
        if InteractiveShell.initialized() and InteractiveShell.instance() is self.shell:
            with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
                if "asset_magic" in self.shell.extension_manager.loaded:
                    self.shell.run_line_magic("unload_ext", "asset_magic")
            atexit.unregister(self.shell.atexit_operations)
            self.shell.restore_sys_module_state()
            InteractiveShell.clear_instance()

    def __enter__(self) -> Notebook:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()


def asset_cell(name: str, body: str, options: str = "") -> str:
    """The source of an ``%%asset`` cell whose runs are counted under the last part of its name."""
    probe = f"import asset_probe; asset_probe.ran({name.rpartition('/')[2]!r})"
    head = f"%%asset {name} {options}".rstrip()
    return f"{head}\n{probe}\n" + textwrap.dedent(body).strip("\n")


@contextlib.contextmanager
def _warnings_on_the_page() -> Iterator[None]:
    """Print warnings to stderr, as outside of a test, where the test runner would collect them."""

    def show(message: Any, category: Any, filename: Any, lineno: Any, file: Any = None, line: Any = None) -> None:
        sys.stderr.write(warnings.formatwarning(message, category, filename, lineno, line))

    with warnings.catch_warnings():
        warnings.simplefilter("default")
        warnings.showwarning = show
        yield


def _text(value: Any) -> str:
    return str(value.value) if isinstance(value, Enum) else str(value)


def _walk(causes: Any) -> Iterator[Any]:
    """Causes and the causes behind them, each sentence once: diamonds would repeat them without end."""
    todo, seen = list(causes), set()
    while todo:
        cause = todo.pop(0)
        if (cause.key, cause.reason) not in seen:
            seen.add((cause.key, cause.reason))
            yield cause
            todo.extend(cause.children)
