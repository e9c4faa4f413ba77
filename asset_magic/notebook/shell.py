"""The one place that touches IPython's shell: everything else asks this adapter."""

from __future__ import annotations

import re
import sys
import traceback
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from asset_magic.model.records import CapturedOutput
from asset_magic.run.capture import Capture, Outputs

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop
    from types import TracebackType

    from IPython.core.interactiveshell import InteractiveShell


_FILE = re.compile(r'(.*)File "([^"]+)"(, line \d+.*)', re.DOTALL)


class Shell:
    """What asset_magic needs of an `InteractiveShell`.

    Args:
        shell: the shell that the extension is loaded into.

    Attributes:
        bodies: how many bodies with magics in them are running.
        failed_inside: an error that was only shown, inside of the running body or cell.
        given_inside: the result of the latest cell that a magic ran inside of a body, as `%%capture` does.
    """

    def __init__(self, shell: InteractiveShell) -> None:
        self.ipython = shell
        self.raw_count_at_load: int = shell.execution_count
        self._ahead = 0
        self.bodies = 0
        self.failed_inside: BaseException | None = None
        self.given_inside: Any = None
        self._displayhooks: list[Callable[[Any], Any]] = []

    # Code

    @property
    def variables(self) -> dict[str, Any]:
        """The notebook's variables."""
        variables: dict[str, Any] = self.ipython.user_ns
        return variables

    def hidden(self) -> Collection[str]:
        """Names in the notebook that are the shell's own."""
        hidden: Collection[str] = self.ipython.user_ns_hidden
        return hidden

    @property
    def flags(self) -> int:
        """The compiler flags of the notebook (future imports)."""
        flags: int = self.ipython.compile.flags
        return flags

    def transform(self, text: str) -> str:
        """IPython's syntax (magics, ``!``, ``?``) turned into Python."""
        transformed: str = self.ipython.transform_cell(text)
        return transformed

    def remember_source(self, text: str, number: int) -> str:
        """Make ``text`` known to tracebacks as the code of cell ``number``.

        Returns:
            The file name to compile the code under.
        """
        name: str = self.ipython.compile.cache(text, number, raw_code=text)
        return name

    # The page

    def display(self, bundle: Mapping[str, Any], metadata: Mapping[str, Any] | None = None) -> None:
        """Show a mime bundle beneath the running cell."""
        self.ipython.display_pub.publish(data=dict(bundle), metadata=dict(metadata or {}))

    def format(self, value: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        """The value's own display: its mime bundle and metadata."""
        formatter = self.ipython.display_formatter
        if formatter is None:
            return {}, {}
        _choose_backend(value)
        data, metadata = formatter.format(value)
        return data, metadata

    def replay(self, outputs: Sequence[CapturedOutput]) -> None:
        """Show again what a body printed and displayed."""
        for output in outputs:
            if output.stream:
                print(output.text, end="", file=sys.stderr if output.stream == "stderr" else sys.stdout)
            else:
                self.display(output.data, output.metadata)

    def capture(self, *, shown: bool = True, before: Callable[[], None] | None = None) -> CellCapture:
        """Keep what is printed and displayed meanwhile; it is shown all the same, unless ``shown`` is off.

        Args:
            shown: whether it is shown.
            before: called before anything is written.
        """
        return CellCapture(self.ipython.display_pub, shown=shown, before=before)

    # Errors

    def show_errors_by(self, show: Callable[..., bool]) -> ErrorHook:
        """Ask ``show`` whenever the shell is to show an error: see `ErrorHook`."""
        return ErrorHook(self.ipython, show)

    def traceback_lines(self, error: BaseException, trace: TracebackType | None) -> list[str]:
        """A traceback in the shell's own style."""
        if isinstance(error, SyntaxError):
            entries: Any = traceback.extract_tb(trace)  # as IPython itself passes it
            return self.ipython.SyntaxTB.structured_traceback(type(error), error, entries)
        lines: list[str] = self.ipython.InteractiveTB.structured_traceback(type(error), error, trace, tb_offset=0)
        return lines

    def show_traceback(self, error: BaseException, lines: list[str]) -> None:
        """Show an error by these lines; `%debug` and `%tb` find it."""
        shown = type(error), error, error.__traceback__
        self.ipython._get_exc_info(shown)
        self.ipython._showtraceback(type(error), error, lines)
        if self.ipython.call_pdb:
            self.ipython.debugger(force=True)

    def with_cell_numbers(self, line: str) -> str:
        """A line of Python's own traceback, with the number of the cell in place of the file that stands for it."""
        match = _FILE.match(line)
        label = self.ipython.compile.format_code_name(match[2]) if match else None
        return f"{match[1]}{' '.join(label)}{match[3]}" if match and label else line

    # The front end

    @property
    def has_page(self) -> bool:
        """Whether a front end shows outputs on a page (and not a terminal)."""
        return getattr(self.ipython, "kernel", None) is not None

    @property
    def loop(self) -> AbstractEventLoop | None:
        """The event loop that the running cell is part of; kernels without one serve nothing between cells."""
        import asyncio  # slow to import, and loaded already where there is a loop

        try:
            return asyncio.get_running_loop()
        except RuntimeError:
            return None

    @contextmanager
    def busy(self) -> Iterator[None]:
        """Let the front end show the kernel as busy meanwhile, as it does of itself while a cell runs."""
        kernel: Any = getattr(self.ipython, "kernel", None)
        tell = partial(kernel.session.send, kernel.iopub_socket, "status", ident=b"status") if kernel else None
        if tell is not None:
            tell({"execution_state": "busy"})
        try:
            yield
        finally:
            if tell is not None:
                tell({"execution_state": "idle"})

    def cell_begins_inside(self) -> None:
        """A cell begins inside of a body: note what it is going to give, which `%%capture` shows to nobody."""
        shows = sys.displayhook

        def show(value: Any) -> None:
            self.given_inside = value
            shows(value)

        self.given_inside = None
        self._displayhooks.append(shows)
        sys.displayhook = show

    def cell_ends_inside(self) -> None:
        """That cell has ended."""
        if self._displayhooks:
            sys.displayhook = self._displayhooks.pop()

    # Events

    def connect(self, events: Mapping[str, Callable[..., None]]) -> None:
        """Call back at IPython's events."""
        for name, callback in events.items():
            self.ipython.events.register(name, callback)

    def disconnect(self, events: Mapping[str, Callable[..., None]]) -> None:
        """Take callbacks back."""
        for name, callback in events.items():
            self.ipython.events.unregister(name, callback)

    @property
    def number(self) -> int:
        """The execution count of the running cell."""
        return self.number_of(self.raw_count)

    @property
    def raw_count(self) -> int:
        """The shell's ``execution_count``, which some versions count up before a cell runs and some after it."""
        count: int = self.ipython.execution_count
        return count

    def number_of(self, raw_count: int) -> int:
        """The number of the cell that runs while the shell's ``execution_count`` is ``raw_count``."""
        return raw_count - self._ahead

    def count_of(self, result: Any, raw_count: int) -> None:
        """Learn from a finished cell whether IPython counts up before a cell runs or after it (versions differ).

        Args:
            result: IPython's `ExecutionResult`.
            raw_count: the shell's ``execution_count`` while the cell ran.
        """
        if result.execution_count is not None and result.info.store_history:
            self._ahead = raw_count - result.execution_count


class ErrorHook:
    """Stands in for the ``showtraceback`` of a shell.

    Args:
        ipython: the shell.
        show: is asked first, with the error and whether it was just ``caught``; it tells whether it has shown it.
    """

    def __init__(self, ipython: InteractiveShell, show: Callable[..., bool]) -> None:
        self._ipython = ipython
        self._show = show
        self._shells_own = ipython.showtraceback
        self._removed = False
        ipython.showtraceback = self  # type: ignore[method-assign]

    def __call__(self, exc_tuple: Any = None, *args: Any, **kwargs: Any) -> None:
        caught = None if exc_tuple else sys.exc_info()[1]
        error = exc_tuple[1] if exc_tuple else caught or getattr(sys, "last_value", None)
        asked = error is not None and not self._removed and not kwargs.get("exception_only")
        if error is None or not asked or not self._show(error, caught=caught is not None):
            self._shells_own(exc_tuple, *args, **kwargs)

    def remove(self) -> None:
        """Give the shell its own back; who has taken this one's place since keeps it."""
        self._removed = True
        if vars(self._ipython).get("showtraceback") is self:
            del self._ipython.showtraceback


class CellCapture(Capture):
    """Keeps what is displayed, too.

    Args:
        publisher: the shell's publisher of displays.
        shown: it is shown all the same.
        before: called before anything is written.
    """

    def __init__(self, publisher: Any, *, shown: bool = True, before: Callable[[], None] | None = None) -> None:
        super().__init__(shown=shown, before=before)
        self._publisher = publisher

    def __enter__(self) -> Outputs:
        self._own = vars(self._publisher).get("publish")
        self._publish = self._publisher.publish
        self._publisher.publish = self._keep
        return super().__enter__()

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: object) -> None:
        try:
            if kind is None:
                flush_figures()
        finally:
            if self._own is None:
                vars(self._publisher).pop("publish", None)
            else:
                self._publisher.publish = self._own
            super().__exit__(kind, error, trace)

    def _keep(self, data: dict[str, Any], metadata: dict[str, Any] | None = None, **more: Any) -> None:
        if not more.get("update"):
            self.outputs.append(CapturedOutput("", data=data, metadata=metadata or {}))
        if self._shown:
            with _uncounted(self.outputs):
                self._publish(data, metadata, **more)


@contextmanager
def _uncounted(outputs: Outputs) -> Iterator[None]:
    """A terminal shows displays by printing their text: do not keep them twice."""
    count = len(outputs)
    yield
    del outputs[count:]


def _choose_backend(value: Any) -> None:
    """Let pyplot load its backend, as its first figure does: only then is a figure from a store shown as a picture."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is not None and isinstance(value, pyplot.Figure):
        pyplot.draw_if_interactive()


def flush_figures() -> None:
    """Show open pyplot figures now, so that they stay with the body that drew them."""
    inline = sys.modules.get("matplotlib_inline.backend_inline")
    pyplot = sys.modules.get("matplotlib.pyplot")
    if inline is not None and pyplot is not None and pyplot.get_fignums():
        import matplotlib

        if "inline" in matplotlib.get_backend():
            inline.flush_figures()


def let_go_of_figures(value: Any) -> None:
    """Close the pyplot figures that are (part of) a value: the value is shown, so pyplot must not show them again."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is None:
        return
    for item in value if isinstance(value, (tuple, list)) and len(value) < 100 else (value,):
        if isinstance(item, pyplot.Figure):
            pyplot.close(item)
