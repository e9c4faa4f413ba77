"""Kernels as processes of their own, so that several notebooks use one store at once, as they do in life."""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_WAIT = 60.0  # seconds for a cell of a test


@dataclass
class Said:
    """What came of running one cell in another kernel."""

    text: str
    displays: list[dict[str, Any]]
    message: str
    result: str


class Kernel:
    """A notebook whose kernel is another process.

    Args:
        store: the folder of its store.
        book: the path of the notebook; None where the front end does not say it.
        config: settings of asset_magic, by name.
        environ: environment variables.
    """

    def __init__(
        self,
        store: Path,
        book: Path | None = None,
        config: Mapping[str, Any] | None = None,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        said = {**_own_places(), "ASSET_MAGIC_HOME": str(store), **(environ or {})}
        said["JPY_SESSION_NAME"] = str(book) if book is not None else ""
        where = str((book or store).parent)
        self._pipe, theirs = multiprocessing.Pipe()
        self._process = _starter().Process(target=_serve, args=(theirs, where, said, dict(config or {})), daemon=True)
        self._process.start()
        theirs.close()

    def run(self, source: str, id: str | None = "new") -> Said:
        """Run a cell; see `Notebook.run`."""
        said: Said = self._ask("run", source, id)
        return said

    def loading(self) -> str:
        """What loading the extension said."""
        said: str = self._ask("loading")
        return said

    def statuses(self) -> dict[str, str]:
        """The status of every asset, by key."""
        found: dict[str, str] = self._ask("statuses")
        return found

    def causes(self, name: str) -> list[str]:
        """The reasons why ``name`` is not fresh, and the reasons behind them."""
        found: list[str] = self._ask("all_causes", name)
        return found

    def flags(self, name: str) -> str:
        """What else the reader must know of ``name``."""
        found: str = self._ask("flags", name)
        return found

    def count(self, name: str) -> int:
        """How often the body that counts itself under ``name`` ran."""
        found: int = self._ask("count", name)
        return found

    def value(self, name: str) -> Any:
        """The current value of an asset; it has to pickle."""
        return self._ask("value", name)

    def close(self) -> None:
        """End the process."""
        if self._process.is_alive():
            self._pipe.send(None)
        self._process.join(_WAIT)
        self._pipe.close()

    def _ask(self, what: str, *args: Any) -> Any:
        self._pipe.send((what, args))
        if not self._pipe.poll(_WAIT):
            raise TimeoutError(f"the other kernel does not answer: {what} {args}")
        answer = self._pipe.recv()
        if isinstance(answer, BaseException):
            raise answer
        return answer


def _own_places() -> dict[str, str]:
    names = ("JUPYTER_DATA_DIR", "PYTEST_VERSION", "PYTEST_CURRENT_TEST")
    return {name: os.environ[name] for name in names if name in os.environ}


def _starter() -> Any:
    """Where it can be had, a process that has imported everything already, and forks itself for each kernel."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    starter = multiprocessing.get_context("forkserver")
    starter.set_forkserver_preload(["other_kernels", "notebook_user", "asset_magic.notebook.extension"])
    return starter


def _serve(pipe: Any, where: str, environ: dict[str, str], config: dict[str, Any]) -> None:
    os.environ.update(environ)
    os.chdir(where)
    sys.path.insert(0, where)
    from notebook_user import Notebook

    notebook = Notebook(load=False)
    for name, value in config.items():
        notebook.shell.config.AssetMagic[name] = value
    loaded = notebook.load()
    while (asked := pipe.recv()) is not None:
        what, args = asked
        try:
            answer = loaded.text if what == "loading" else getattr(notebook, what)(*args)
            if what == "run":
                answer = Said(answer.text, answer.displays, answer.message, repr(answer.result))
            pipe.send(answer)
        except BaseException as error:
            pipe.send(RuntimeError(f"{type(error).__name__}: {error}"))
    notebook.close()
