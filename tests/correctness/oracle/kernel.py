"""The judge: a new kernel with an empty store that runs the cells of a notebook from top to bottom.

It answers requests in a process of its own, and forks for each, so that every notebook meets a process in which nothing
has happened yet. The engine of the tests is not imported into it, so what is broken there on purpose is whole here.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import pickle
import pkgutil
import subprocess
import sys
import tempfile
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from notebook_user import Notebook

TESTS = Path(__file__).parents[2]


@dataclass(frozen=True)
class Outcome:
    """How one asset stands: its value as text where it is fresh, and why it is not fresh otherwise."""

    status: str
    value: str
    causes: tuple[str, ...]
    checks: tuple[tuple[str, bool | None], ...]


Cells = tuple[tuple[str | None, str], ...]
Files = tuple[tuple[str, str], ...]


class NewKernels:
    """Kernels that run notebooks from top to bottom, each notebook in one of its own."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._known: dict[tuple[Cells, Files], dict[str, Outcome]] = {}

    def run(self, cells: Cells, files: Files) -> dict[str, Outcome]:
        """How the assets of ``cells`` end beside ``files``, when all have run and nothing is left to materialize."""
        known = self._known.get((cells, files))
        if known is None:
            if len(self._known) > 200:
                self._known.clear()
            known = self._known[cells, files] = self._ask(cells, files)
        return known

    def _ask(self, cells: Cells, files: Files) -> dict[str, Outcome]:
        if self._process is None:
            command = [sys.executable, "-c", "from oracle.kernel import answer_requests; answer_requests()"]
            path = os.pathsep.join([str(TESTS), str(TESTS / "correctness"), *filter(None, sys.path)])
            environment = {**os.environ, "PYTHONPATH": path, "PYTHONHASHSEED": "4711", "ASSET_MAGIC_HOME": "memory"}
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, cwd=TESTS
            )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        _send(self._process.stdin, (cells, files))
        answer: dict[str, Outcome] | str = pickle.load(self._process.stdout)
        if isinstance(answer, str):
            raise AssertionError(f"the new kernel broke down:\n{answer}")
        return answer

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.communicate()
            self._process = None


def outcomes(nb: Notebook) -> dict[str, Outcome]:
    """How each asset of a live notebook stands."""
    from oracle.probe import shown

    found = {}
    for name, status in nb.statuses().items():
        value = shown(nb.value(name)) if status == "fresh" else ""
        causes = () if status == "fresh" else tuple(nb.causes(name))
        found[name] = Outcome(status, value, causes, tuple(sorted(nb.checks(name).items())))
    return found


def run_from_the_top(cells: Cells, files: Files) -> dict[str, Outcome]:
    """Run ``cells`` in this process, which must be a new one."""
    from notebook_user import Notebook

    for name, text in files:
        Path(name).write_text(text)
    with Notebook() as nb:
        for id, source in cells:
            nb.run(source, id)
        before = None
        while before != (before := nb.statuses()):
            nb.materialize()
        return outcomes(nb)


def _send(stream: IO[bytes], message: Any) -> None:
    stream.write(pickle.dumps(message))
    stream.flush()


def answer_requests() -> None:
    """Run the notebooks that arrive on standard input, and send what became of them to standard output."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    _load_everything()
    gc.collect()
    gc.freeze()  # else each child would copy what it only looks at
    while True:
        try:
            request = pickle.load(sys.stdin.buffer)
        except EOFError:
            return
        if os.fork():
            os.wait()
            continue
        gc.disable()  # it ends before that matters
        with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
            sys.path.insert(0, folder)
            try:
                answer: Any = run_from_the_top(*request)
            except BaseException:
                answer = traceback.format_exc()
        _send(answers, answer)
        os._exit(0)


def _load_everything() -> None:
    """Import what a notebook may need, so that children find it there."""
    from notebook_user import Notebook

    import asset_magic
    import oracle.probe  # noqa: F401

    for module in pkgutil.walk_packages(asset_magic.__path__, "asset_magic."):
        if not module.name.endswith("__main__"):
            with contextlib.suppress(ImportError):  # parts that need packages which may not be there
                importlib.import_module(module.name)
    Notebook().close()
