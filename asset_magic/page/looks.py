"""What a live page asks to see, drawn by the same code as what is stored."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from asset_magic.model.errors import AssetMagicError
from asset_magic.model.keys import AssetKey
from asset_magic.model.records import CapturedOutput
from asset_magic.page.card import card, check_card, shown_text
from asset_magic.page.detail import live_detail
from asset_magic.page.diff import live_diff
from asset_magic.page.faces import Faces
from asset_magic.page.groups import collapse
from asset_magic.page.history import history_html
from asset_magic.page.live_picture import live_picture
from asset_magic.page.table import ROWS, assets_table, stale_report
from asset_magic.session import inspect
from asset_magic.session.runner import Runner

Preview = tuple[dict[str, str] | None, dict[str, Any], dict[str, Any]]
Request = Mapping[str, Any]


_OUTPUTS = 100  # of a body that are shown again
_PRINTED = 20_000  # characters of a printed text that are shown again, its last


class Looks:
    """Draws what a page asks for.

    Args:
        runner: the session's assets.
        faces: how assets look.
        preview: how a value shows itself: as text that goes into its card, or as a mime bundle and its metadata.
        traceback: an error as text.
    """

    def __init__(
        self,
        runner: Runner,
        faces: Faces,
        preview: Callable[[Any], Preview],
        traceback: Callable[[BaseException], str],
    ) -> None:
        self._traceback = traceback
        self._runner = runner
        self._faces = faces
        self._preview = preview
        self._views: Mapping[str, Callable[[Request], dict[str, Any]]] = {
            "card": self._card,
            "check": self._check,
            "lineage": self._lineage,
            "assets": self._assets,
            "stale": self._stale,
            "asset": self._asset,
            "history": self._history,
            "diff": self._diff,
        }

    def answer(self, request: Request) -> dict[str, Any]:
        """The answer to ``request``; what it cannot have is said in it."""
        answer = {"kind": "view", "id": request.get("id"), "view": request.get("view")}
        draw = self._views.get(str(request.get("view")))
        if draw is None:
            return {**answer, "error": "there is no such view"}
        self._runner.session.refresh()
        try:
            return {**answer, **draw(request)}
        except AssetMagicError as error:
            return {**answer, "error": str(error)}

    def _card(self, request: Request) -> dict[str, Any]:
        key = self._key(request)
        current = self._runner.session.values.get(key)
        preview, rich, metadata = self._preview(current.value if current is not None else None)
        page = card(inspect.result_view(self._runner, key, live=True), preview, below=rich)["text/html"]
        value = {"data": rich, "metadata": metadata} if rich else None
        outputs = [_mime_bundle(output) for output in current.record.outputs[:_OUTPUTS]] if current is not None else []
        shown = {"html": page, "text": shown_text(preview), "value": value, "outputs": outputs}
        return {**shown, "keys": [key], "print": self._faces.print(key)}

    def _check(self, request: Request) -> dict[str, Any]:
        key = self._key(request)
        check = self._runner.graph.checks.get(key, {}).get(str(request.get("check")))
        if check is None:
            return {"error": "there is no such check any more"}
        view = inspect.check_view(self._runner, check, live=True)
        return {"html": check_card(view)["text/html"], "keys": [key], "code": view.code}

    def _lineage(self, request: Request) -> dict[str, Any]:
        keys = self._selected(request)
        view = inspect.lineage(self._runner, keys, statuses=True)
        return {"html": live_picture(collapse(view, set(request.get("collapsed") or ()))), "keys": list(keys)}

    def _assets(self, request: Request) -> dict[str, Any]:
        keys = self._selected(request)
        views = inspect.views(self._runner, keys)
        return {"html": assets_table(views, counted=False)["text/html"], "keys": list(keys)}

    def _stale(self, request: Request) -> dict[str, Any]:
        keys = self._selected(request)
        whole = len(keys) == len(self._runner.graph)
        views = inspect.views(self._runner, keys, explained=ROWS)
        return {"html": stale_report(views, whole=whole)["text/html"], "keys": list(keys)}

    def _asset(self, request: Request) -> dict[str, Any]:
        key = self._key(request)
        view, runs = inspect.view(self._runner, key, diffs=True), inspect.history(self._runner, key)
        return {"html": live_detail(view, runs, self._failure(key)), "keys": [key]}

    def _history(self, request: Request) -> dict[str, Any]:
        key = self._key(request)
        return {"html": history_html(inspect.history(self._runner, key), self._failure(key)), "keys": [key]}

    def _diff(self, request: Request) -> dict[str, Any]:
        from asset_magic.session.diffs import diff_view  # not needed before somebody asks

        key = self._key(request)
        places = {run.id: place for place, run in enumerate(inspect.history(self._runner, key))}
        older, newer = places.get(str(request.get("older"))), places.get(str(request.get("newer")))
        if older is None or newer is None:
            return {"error": "one of these runs is not kept any more"}
        return {"html": live_diff(diff_view(self._runner, key, older, newer)), "keys": [key]}

    def _failure(self, key: AssetKey) -> str:
        error = self._runner.session.errors.get(key)
        return self._traceback(error) if isinstance(error, BaseException) else ""

    def _key(self, request: Request) -> AssetKey:
        return self._runner.session.known(str(request.get("key", "")))

    def _selected(self, request: Request) -> tuple[AssetKey, ...]:
        return inspect.selected(self._runner, str(request.get("selection") or "") or None, allow_empty=True)


def _mime_bundle(output: CapturedOutput) -> dict[str, Any]:
    """What a body printed or displayed, as front ends draw it."""
    if not output.stream:
        return {"data": dict(output.data), "metadata": dict(output.metadata)}
    text = output.text if len(output.text) <= _PRINTED else f"…{output.text[-_PRINTED:]}"
    return {"data": {f"application/vnd.jupyter.{output.stream}": text}, "metadata": {}}
