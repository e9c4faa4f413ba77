"""What cells print, display and raise, collected as a front end would store it."""

from __future__ import annotations

import base64
import io
import json
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Output = dict[str, Any]


class Collector:
    """The outputs of the running cell, in order, in the form of the notebook file."""

    def __init__(self) -> None:
        self.outputs: list[Output] = []
        self._displays: defaultdict[str, list[Output]] = defaultdict(list)
        self._clears_first = False

    def begin(self) -> list[Output]:
        """Collect for another cell from now on.

        Returns:
            The list that its outputs go to.
        """
        self.outputs = []
        self._clears_first = False
        return self.outputs

    def add_text(self, stream: str, text: str) -> None:
        """Add what was written to ``"stdout"`` or ``"stderr"``; one output for all that is written in a row."""
        if not text:
            return
        self._clear_if_due()
        last = self.outputs[-1] if self.outputs else {}
        if last.get("output_type") == "stream" and last["name"] == stream:
            last["text"] += text
        else:
            self.outputs.append({"output_type": "stream", "name": stream, "text": text})

    def add_display(self, data: Mapping[str, Any], metadata: Mapping[str, Any] | None, display_id: str | None) -> None:
        """Add something displayed; ``display_id`` lets later code replace it."""
        shown = {"output_type": "display_data", "data": _storable(data), "metadata": _storable(metadata or {})}
        self._add(shown)
        if display_id is not None:
            self._displays[display_id].append(shown)

    def update_display(self, data: Mapping[str, Any], metadata: Mapping[str, Any] | None, display_id: str) -> None:
        """Replace what was displayed under ``display_id``, in earlier cells too."""
        for shown in self._displays.get(display_id, ()):
            shown.update(data=_storable(data), metadata=_storable(metadata or {}))

    def add_result(self, data: Mapping[str, Any], metadata: Mapping[str, Any] | None, number: int) -> None:
        """Add the value of the last expression of cell ``number``."""
        result = {"output_type": "execute_result", "execution_count": number}
        self._add({**result, "data": _storable(data), "metadata": _storable(metadata or {})})

    def add_error(self, error: BaseException, traceback: Sequence[str]) -> None:
        """Add an error and its traceback, as lines."""
        name = type(error).__name__
        self._add({"output_type": "error", "ename": name, "evalue": str(error), "traceback": list(traceback)})

    def clear(self, *, wait: bool) -> None:
        """Forget the outputs of the running cell, now or when the next one comes."""
        if wait:
            self._clears_first = True
        else:
            self.outputs.clear()

    def _add(self, output: Output) -> None:
        self._clear_if_due()
        self.outputs.append(output)

    def _clear_if_due(self) -> None:
        if self._clears_first:
            self._clears_first = False
            self.outputs.clear()


class CellStream(io.TextIOBase):
    """``sys.stdout`` or ``sys.stderr`` of the cells. It outlives a cell, as loggers hold on to it."""

    def __init__(self, collector: Collector, name: str) -> None:
        self._collector = collector
        self.name = name

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """Text is kept as text; libraries ask all the same."""
        return "utf-8"

    def writable(self) -> bool:
        """It can be written to."""
        return True

    def write(self, text: str) -> int:
        """Keep ``text``."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        self._collector.add_text(self.name, text)
        return len(text)


class CellDisplayPublisher(DisplayPublisher):
    """Keeps what is displayed; its shell has the collector."""

    shell: Any

    def publish(
        self,
        data: dict[str, Any],
        metadata: dict[str, Any] | None = None,
        *_: Any,
        transient: dict[str, Any] | None = None,
        update: bool = False,
        **__: Any,
    ) -> None:
        """Keep a mime bundle."""
        display_id = (transient or {}).get("display_id")
        if update and display_id is not None:
            self.shell.collector.update_display(data, metadata, display_id)
        else:
            self.shell.collector.add_display(data, metadata, display_id)

    def clear_output(self, wait: bool = False) -> None:
        """Forget what the running cell has shown."""
        self.shell.collector.clear(wait=wait)


class CellDisplayHook(DisplayHook):
    """Keeps the value of a cell's last expression, without a prompt in the text."""

    shell: Any

    def write_output_prompt(self) -> None:
        """The number is part of the output."""

    def write_format_data(self, format_dict: dict[str, Any], md_dict: dict[str, Any] | None = None) -> None:
        """Keep the value's mime bundle."""
        self.shell.collector.add_result(format_dict, md_dict, self.prompt_count)

    def finish_displayhook(self) -> None:
        """No line ends here."""
        self._is_active = False


def _storable(bundle: Mapping[str, Any]) -> dict[str, Any]:
    """The bundle as a message to a front end carries it: plain JSON, bytes in base 64."""
    return {kind: value if isinstance(value, str) else _plain(value) for kind, value in bundle.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    return json.loads(
        json.dumps(value, default=lambda other: _plain(other) if isinstance(other, bytes) else str(other))
    )
