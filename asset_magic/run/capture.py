"""Keeping what a body prints, while it is printed."""

from __future__ import annotations

import sys
from collections.abc import Callable
from io import StringIO
from itertools import groupby
from typing import Any

from asset_magic.model.records import CapturedOutput


class Outputs(list[CapturedOutput]):
    """Captured outputs in order, one for each time something was printed or displayed."""

    def add_text(self, stream: str, text: str) -> None:
        """Add printed text."""
        if text:
            self.append(CapturedOutput(stream, text))

    def merged(self) -> tuple[CapturedOutput, ...]:
        """The outputs with what was printed to one stream in a row as one."""
        if not self:
            return ()
        found: list[CapturedOutput] = []
        for stream, group in groupby(self, key=lambda output: output.stream):
            if stream:
                found.append(CapturedOutput(stream, "".join(output.text for output in group)))
            else:
                found += group
        return tuple(found)


class Tee:
    """A text stream that writes to another one and keeps a copy; anything else goes to the other one."""

    def __init__(self, stream: Any, name: str, outputs: Outputs, before: Callable[[], None] | None = None) -> None:
        self._stream = stream
        self._before = before
        self._name = name
        self._outputs = outputs

    def write(self, text: str) -> int:
        """Write ``text`` through, and keep it."""
        if self._before is not None:
            self._before()
        self._outputs.add_text(self._name, text)
        written: int = self._stream.write(text)
        return written

    def writelines(self, lines: Any) -> None:
        """Write each of ``lines``."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


class Capture:
    """Keeps what is printed to stdout and stderr meanwhile; it is printed all the same, unless ``shown`` is off.

    A class and not a generator, since every body runs inside of one and entering a class is quicker.

    Args:
        shown: off to keep it only.
        before: called before anything is written.
    """

    def __init__(self, *, shown: bool = True, before: Callable[[], None] | None = None) -> None:
        self._shown = shown
        self._wipe = before

    def __enter__(self) -> Outputs:
        self.outputs = Outputs()
        self._before = sys.stdout, sys.stderr
        out, err = self._before if self._shown else (StringIO(), StringIO())
        self._mine = Tee(out, "stdout", self.outputs, self._wipe), Tee(err, "stderr", self.outputs, self._wipe)
        sys.stdout, sys.stderr = self._mine
        return self.outputs

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: object) -> None:
        if sys.stdout is self._mine[0]:
            sys.stdout = self._before[0]
        if sys.stderr is self._mine[1]:
            sys.stderr = self._before[1]
