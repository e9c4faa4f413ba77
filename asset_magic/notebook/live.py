"""The live page of a notebook: what pages ask for is served between cells, and what changes is told to them."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, replace
from functools import partial
from typing import Any

from asset_magic.model.errors import AssetMagicError
from asset_magic.model.keys import AssetKey
from asset_magic.notebook import report
from asset_magic.notebook.plain_cells import PlainCells
from asset_magic.notebook.shell import Shell
from asset_magic.notebook.tracebacks import plain_traceback
from asset_magic.page.channel import Channel
from asset_magic.page.faces import Faces
from asset_magic.page.looks import Looks
from asset_magic.run.execute import drive
from asset_magic.run.interrupt import interruptible
from asset_magic.run.report import one_line, raise_for
from asset_magic.session.progress import RunState, Watch
from asset_magic.session.queue import RunQueue, RunRequest
from asset_magic.session.runner import Runner

_SETTLE = 0.05  # seconds that a click waits, so that one that takes it back is heard first
_IDLE = 0.3  # seconds without a cell until what takes long to look at is looked at
_BUSY = 0.2  # seconds until a lock that another thread holds is tried again
_SHORT = 0.05  # seconds; of an asset that takes less its beginning is not told
_ELSEWHERE = 2.0  # seconds between two looks at what other kernels have written into the store
_OFTEN = 0.1  # seconds between two messages of a run of short assets


class LivePage:
    """One kernel's side of the live page.

    Messages may arrive on any thread. They are put aside, and served on the main thread between cells.

    Args:
        shell: the notebook's shell.
        runner: the session's assets.
        plain: knows whether a cell runs.
    """

    def __init__(self, shell: Shell, runner: Runner, plain: PlainCells) -> None:
        self._shell = shell
        self._runner = runner
        self._plain = plain
        self._session = runner.session
        self.faces = Faces(runner)
        self._looks = Looks(runner, self.faces, partial(report.preview_of, shell), partial(plain_traceback, shell))
        self._asked: deque[Mapping[str, Any]] = deque()
        self._queue = RunQueue()
        self._handed_over: dict[str, RunRequest] = {}
        self._marks: dict[AssetKey, Any] = {}
        self._channel: Channel | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._request: RunRequest | None = None
        self._run: RunState | None = None
        self._told: dict[str, Any] = {}
        self._told_at = 0.0
        self._told_run = 0.0
        self._cells = 0  # that have ended

    # The channel

    def open(self) -> Any:
        """Open the channel, while a cell runs, unless it is open already.

        Returns:
            The widget that the channel is; it shows all assets where it is displayed.
        """
        if self._channel is None:
            self._loop = self._shell.loop
            self._session.changes.wanted = True
            self._channel = Channel(self._received)
            self._runner.watch = Watch(self._runner.took, self._follow)
            if self._loop is not None:
                self._loop.call_later(_ELSEWHERE, self._look_elsewhere)
        return self._channel.widget

    def close(self) -> None:
        """Close the channel: the pages show what is stored."""
        channel, self._channel = self._channel, None
        self._session.changes.wanted = False
        self._runner.watch = None
        if channel is not None:
            channel.close()

    # Told by the shell

    def cell_ended(self) -> None:
        """Told that a cell has run to its end."""
        if self._channel is not None and self._loop is not None:
            self._cells += 1
            self._loop.call_soon(self._wake)
            self._loop.call_later(_IDLE, self._catch_up, self._cells)

    def displayed(self, key: AssetKey, card_print: str) -> None:
        """Told that the cell of ``key`` has displayed a card with this print."""
        self.faces.displayed(key, card_print)

    # What pages say, on whatever thread

    def _received(self, message: Mapping[str, Any]) -> None:
        match message.get("kind"):
            case "run":
                self._queue.put(_request_of(message))
                self._tell(queue=self._waiting())
            case "cancel":
                id = str(message.get("id"))
                if self._queue.take_back(id) or self._handed_over.pop(id, None) is not None:
                    self._tell(queue=self._waiting())
            case _:
                self._asked.append(message)
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._wake)

    # On the main thread, between cells

    def _wake(self) -> None:
        """Serve what was asked for, unless a cell runs, whose end will wake again."""
        if self._plain.running or self._channel is None or self._loop is None:
            return
        with self._locked() as mine:
            if not mine:
                self._loop.call_later(_BUSY, self._wake)
                return
            if self._asked:
                with self._shell.busy():  # pages take an idle kernel that does not answer for one that is no more
                    while self._asked:
                        self._answer(self._asked.popleft())
            self._flush()
        if self._queue.waiting:
            self._loop.call_later(_SETTLE, self._serve)

    def _catch_up(self, cells: int) -> None:
        """Look at what takes long, one thing after the other, once no cell has run for a while."""
        if self._plain.running or self._channel is None or self._loop is None or cells != self._cells:
            return
        with self._locked() as mine:
            left = not mine or self._session.catch_up()
            if mine and left:
                self._flush()
        if left:
            self._loop.call_later(_SETTLE if mine else _BUSY, self._catch_up, cells)

    def _look_elsewhere(self) -> None:
        """Tell the pages what other kernels have made of what this one depends on; then look again later."""
        if self._channel is None or self._loop is None:
            return
        if not self._plain.running:
            with self._locked() as mine:
                if mine and self._session.elsewhere.moved():
                    self._flush()
        self._loop.call_later(_ELSEWHERE, self._look_elsewhere)

    @contextmanager
    def _locked(self) -> Iterator[bool]:
        mine = self._session.lock.acquire(blocking=False)
        try:
            yield mine
        finally:
            if mine:
                self._session.lock.release()

    def _answer(self, message: Mapping[str, Any]) -> None:
        if message.get("kind") == "hello":
            self._session.changes.take()
            faces = self.faces.of(self._runner.graph.keys)
            self._send(kind="snapshot", assets=faces, queue=self._waiting(), run=self._progress(steps=True))
            for id in self._handed_over:  # the page that was asked to hand it in may be gone
                self._send(kind="serve", id=id)
        elif message.get("kind") == "look":
            with self._shell.capture(shown=False):  # values show themselves by code of the reader's
                answer = self._looks.answer(message)
            self._send(**answer)

    def _serve(self) -> None:
        """Run what waits first, unless a cell runs, whose end will come back to it."""
        if self._plain.running or self._loop is None or self._request is not None:
            return
        with self._locked() as mine:
            request = self._queue.take() if mine else None
            if request is not None:
                self._begin(request)
        if self._queue.waiting:
            self._loop.call_later(0 if mine else _BUSY, self._serve)

    def _begin(self, request: RunRequest) -> None:
        try:
            waits = self._runner.awaits(self._runner.plan(request.resolve(self._runner), force=request.force))
        except AssetMagicError as error:
            self._send(kind="done", id=request.id, error=str(error))
            return
        if waits:  # only a request can wait for the kernel's event loop, so a page has to make one
            self._handed_over[request.id] = request
            self._send(kind="serve", id=request.id)
            return
        with self._shell.busy(), interruptible():
            drive(self._served(request), awaits=False)

    async def serve(self, id: str) -> None:
        """Run a request that a page was asked to hand in, since it waits for the event loop."""
        request = self._handed_over.pop(id, None)
        if request is not None:
            with self._session.lock:
                await self._served(request)

    async def _served(self, request: RunRequest) -> None:
        self._request = request
        notes: list[str] = []
        self._tell(queue=self._waiting())
        try:
            with self._off_stage(notes):
                keys = request.resolve(self._runner)
                done = await self._runner.materialize(keys, force=request.force)
                notes += report.still_stale(self._runner, keys, done)
                raise_for(done)
        except (KeyboardInterrupt, asyncio.CancelledError):
            notes.append("interrupted: what had finished stays finished")
        except AssetMagicError as error:
            notes.append(str(error))
        except GeneratorExit:
            raise
        except BaseException as error:  # a SystemExit of a body would end the kernel, as no cell is there to take it
            notes.append(one_line(error))
        finally:
            self._request = self._run = None
            self._flush()
            self._send(kind="done", id=request.id, error="\n".join(notes))

    @contextmanager
    def _off_stage(self, notes: list[str]) -> Iterator[None]:
        """No cell asked, so what bodies print is kept only, and what the session says is said on the page."""
        notify, self._session.notify = self._session.notify, notes.append
        try:
            with self._runner.off_stage(partial(self._shell.capture, shown=False)):
                yield
        finally:
            self._session.notify = notify

    # What pages are told

    def _flush(self) -> None:
        """Tell the pages what has changed."""
        self._session.refresh(())
        keys = dict.fromkeys(self._session.changes.take())
        for key in self._runner.graph.checks:  # verdicts may go without a word, as when a helper of the check changes
            marks = self.faces.marks(key)
            if self._marks.get(key) != marks:
                self._marks[key] = marks
                keys[key] = None
        state = self._state()
        if keys or state != self._told:
            self._told = state
            self._tell(assets=self.faces.of(keys), **state)

    def _follow(self, state: RunState | None) -> None:
        """Told how far a run is, by the run itself."""
        self._run = state
        now = time.perf_counter()
        long = state is not None and (state.expected is None or state.expected > _SHORT)
        if state is not None and (long or now - self._told_at > _OFTEN):
            self._told_at = now
            steps = self._told_run != state.started
            self._told_run = state.started
            run = self._progress(steps=steps)
            self._tell(assets=self.faces.of(self._session.changes.take(reasons=False)), run=run)

    def _state(self) -> dict[str, Any]:
        return {"queue": self._waiting(), "run": self._progress()}

    def _waiting(self) -> list[dict[str, Any]]:
        waiting = [*self._handed_over.values(), *self._queue.waiting]
        return [{"id": one.id, "label": one.label, "keys": list(one.keys)} for one in waiting]

    def _progress(self, *, steps: bool = False) -> dict[str, Any] | None:
        """How far the run is; ``steps``, which are many, are told once a run, so that messages stay small."""
        if self._run is None:
            return None
        request = self._request
        label = {"id": request.id, "label": request.label} if request is not None else {"id": None, "label": ""}
        told = {**label, **asdict(replace(self._run, steps=())), "key": self._run.key or ""}
        del told["steps"]
        return {**told, "waiting": [list(keys) for keys in self._run.steps]} if steps else told

    def _tell(self, **changed: Any) -> None:
        self._send(kind="patch", **changed)

    def _send(self, **message: Any) -> None:
        if self._channel is not None:
            self._channel.send({**message, "clock": time.time()})


def _request_of(message: Mapping[str, Any]) -> RunRequest:
    return RunRequest(
        id=str(message.get("id")),
        label=str(message.get("label", "")),
        keys=tuple(map(str, message.get("keys") or ())),
        selection=str(message.get("selection") or ""),
        stale=bool(message.get("stale")),
        downstream=bool(message.get("downstream")),
        force=bool(message.get("force")),
    )
