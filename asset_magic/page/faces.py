"""What the live page shows of an asset beside its stored card: status, cause, times, verdicts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from xxhash import xxh3_64_hexdigest

from asset_magic.model.keys import AssetKey
from asset_magic.model.records import Materialization
from asset_magic.page.card import card
from asset_magic.page.text import check_counts, one_line
from asset_magic.session import inspect
from asset_magic.session.runner import Runner
from asset_magic.session.views import AssetView

_REASON = 200
_SHORT = 8

Face = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Shown:
    """What a cell displayed of its asset: the print of the card, and what it followed from."""

    print: str
    version: str
    head: str


class Faces:
    """Says how assets look now, and whether what their cells displayed still is what they are.

    Args:
        runner: the session's assets.
    """

    def __init__(self, runner: Runner) -> None:
        self._runner = runner
        self._shown: dict[AssetKey, _Shown] = {}
        self._digests: dict[AssetKey, tuple[Materialization, str]] = {}

    def displayed(self, key: AssetKey, card_print: str) -> None:
        """Told that the cell of ``key`` has displayed a card with this print."""
        view = inspect.result_view(self._runner, key)
        self._shown[key] = _Shown(card_print, self._version(key), _head(view))

    def of(self, keys: Iterable[AssetKey]) -> dict[str, Face | None]:
        """How each of ``keys`` looks; None for what is no asset any more."""
        graph = self._runner.graph
        keys = list(dict.fromkeys(keys))
        known = [key for key in keys if key in graph]
        found: dict[str, Face | None] = {str(key): None for key in keys}
        for view in inspect.views(self._runner, known):
            found[str(view.key)] = self._face(view)
        return found

    def marks(self, key: AssetKey) -> list[list[Any]]:
        """The verdicts of the checks of ``key`` as signs and counts."""
        return _marks(inspect.result_view(self._runner, key, live=True))

    def _version(self, key: AssetKey) -> str:
        """What tells the value of ``key``, and what its body has put on the page, from those of other runs."""
        current = self._runner.session.values.get(key)
        if current is None:
            return ""
        record = current.record
        known, digest = self._digests.get(key, (None, ""))
        if known is not record:
            said = repr([(output.stream, output.text, output.data) for output in record.outputs])
            digest = f"{record.data_version} {xxh3_64_hexdigest(said.encode('utf-8', 'surrogatepass'))}"
            self._digests[key] = record, digest
        return digest

    def _face(self, view: AssetView) -> Face:
        current = self._runner.session.values.get(view.key)
        interrupted = view.last_run == "failed" and view.error == inspect.INTERRUPTED
        run = "interrupted" if interrupted else view.last_run
        return {
            "status": view.status,
            "kind": view.kind,
            "group": view.group,
            "why": _why(view),
            "run": run,
            "error": one_line(view.error, _REASON) if run == "failed" else "",
            "blocked": one_line(view.error, _REASON) if run in ("skipped", "interrupted") else "",
            "made": current.record.timestamp if current is not None else None,
            "took": current.record.duration if current is not None else None,
            "checks": _marks(view),
            "flags": [one_line(flag, 300) for flag in view.flags],
            "code": view.code,
            "print": self.print(view.key),
        }

    def print(self, key: AssetKey) -> str:
        """What tells the present card of ``key`` from others; that of the stored card where it is the same still."""
        shown = self._shown.get(key)
        version = self._version(key)
        head = _head(inspect.result_view(self._runner, key, live=True)) if shown is not None else ""
        if shown is not None and (shown.version, shown.head) == (version, head):
            return shown.print
        return xxh3_64_hexdigest(f"{version}\n{head}".encode())[:_SHORT]


def _head(view: AssetView) -> str:
    return card(view)["text/html"]


def _marks(view: AssetView) -> list[list[Any]]:
    return [[sign, count] for sign, _, count in check_counts(view.checks)]


def _why(view: AssetView) -> str:
    """The first cause in words, and how many more there are."""
    causes = [cause for cause in view.causes if not (view.last_run == "failed" and view.error in cause.reason)]
    if not causes:
        return "accepted by hand" if view.accepted and view.status == "fresh" else ""
    more = f" (+{len(causes) - 1} more)" if len(causes) > 1 else ""
    return one_line(causes[0].reason, _REASON) + more
