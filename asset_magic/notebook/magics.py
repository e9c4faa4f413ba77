"""The magics: each reads its line, asks the session, and shows what came of it."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from IPython.core.magic import (
    Magics,
    cell_magic,
    line_cell_magic,
    line_magic,
    magics_class,
    no_var_expand,
)

from asset_magic.model.definitions import AssetsDefinition
from asset_magic.model.errors import AssetMagicError, BlockingCheckFailed, UpstreamError, ValueUnusable
from asset_magic.model.keys import AssetKey
from asset_magic.notebook import cells, report, signatures
from asset_magic.notebook.arguments import Signature
from asset_magic.notebook.display import Display
from asset_magic.notebook.plain_cells import PlainCells
from asset_magic.notebook.shell import Shell
from asset_magic.notebook.storing import keep_house
from asset_magic.run.execute import drive
from asset_magic.run.report import RunReport, raise_for
from asset_magic.session import inspect
from asset_magic.session.registering import add_assets, add_checks
from asset_magic.session.runner import Runner
from asset_magic.session.sources import observe_path

Work = Coroutine[Any, Any, None]


def documented(signature: Signature) -> Any:
    """Give a magic the help text of its signature."""

    def decorate(function: Any) -> Any:
        function.__doc__ = signature.help()
        return function

    return decorate


@magics_class
class AssetMagics(Magics):
    """Cells become assets, and assets are shown, run and forgotten."""

    def __init__(self, shell: Shell, runner: Runner, plain: PlainCells, display: Display) -> None:
        super().__init__(shell.ipython)
        self._display = display
        self._adapter = shell
        self._runner = runner
        self._session = runner.session
        self._plain = plain
        self._awaited = {
            "asset": self._asset,
            "multi_asset": self._multi_asset,
            "asset_check": self._asset_check,
            "source_asset": self._source_asset,
            "materialize": self._materialize,
        }

    async def awaited(self, magic: str, line: str, text: str | None = None) -> None:
        """Run a magic in a cell that waits for it, since a body may wait too."""
        await self._shown(self._awaited[magic](line, text))

    async def serve(self, id: str) -> None:
        """Run what a button asked for and only a cell can wait for; pages call this."""
        await self._display.serve(id)

    def _now(self, work: Work) -> None:
        drive(self._shown(work), awaits=False)

    async def _shown(self, work: Work) -> None:
        with self._session.lock:
            await work

    @no_var_expand
    @line_cell_magic
    @documented(signatures.ASSET)
    def asset(self, line: str, cell: str | None = None) -> None:
        if cell is None:
            self._detail(line)
        else:
            self._now(self._asset(line, cell))

    @no_var_expand
    @cell_magic
    @documented(signatures.MULTI_ASSET)
    def multi_asset(self, line: str, cell: str) -> None:
        self._now(self._multi_asset(line, cell))

    @no_var_expand
    @cell_magic
    @documented(signatures.ASSET_CHECK)
    def asset_check(self, line: str, cell: str) -> None:
        self._now(self._asset_check(line, cell))

    @no_var_expand
    @line_cell_magic
    @documented(signatures.SOURCE_ASSET)
    def source_asset(self, line: str, cell: str | None = None) -> None:
        self._now(self._source_asset(line, cell))

    @no_var_expand
    @line_magic
    @documented(signatures.MATERIALIZE)
    def materialize(self, line: str) -> None:
        self._now(self._materialize(line))

    @no_var_expand
    @line_magic
    @documented(signatures.ASSETS)
    def assets(self, line: str) -> None:
        asked = signatures.ASSETS.parse(line)
        if asked.options:
            self._adapter.display({"text/plain": keep_house(self._session, asked)})
            return
        from asset_magic.page.table import assets_table  # not needed before somebody asks

        keys, said = self._chosen(signatures.ASSETS, line)
        self._show(keys, lambda: assets_table(inspect.views(self._runner, keys), selection=said))
        self._show_widget()

    @no_var_expand
    @line_magic
    @documented(signatures.STALE)
    def stale(self, line: str) -> None:
        from asset_magic.page.table import ROWS, stale_report  # not needed before somebody asks

        keys, said = self._chosen(signatures.STALE, line)
        whole = len(keys) == len(self._runner.graph)
        self._show(
            keys,
            lambda: stale_report(inspect.views(self._runner, keys, explained=ROWS), whole=whole, selection=said),
        )

    @no_var_expand
    @line_magic
    @documented(signatures.DIFF)
    def diff(self, line: str) -> None:
        from asset_magic.page.diff import PICTURES, asset_diff  # not needed before somebody asks
        from asset_magic.session.diffs import diff_view

        parsed = signatures.DIFF.parse(line)
        self._session.look_again()
        with self._session.lock:
            view = diff_view(self._runner, self._session.known(parsed.names[0]), *parsed.numbers)
        self._adapter.display(asset_diff(view))
        if view.value.picture:
            self._adapter.display({"image/png": b64encode(view.value.picture).decode(), "text/plain": PICTURES})

    @no_var_expand
    @line_magic
    @documented(signatures.FORGET)
    def forget(self, line: str) -> None:
        with self._session.lock:
            self._session.forget(*self._chosen(signatures.FORGET, line)[0])

    @no_var_expand
    @line_magic
    @documented(signatures.ACCEPT)
    def accept(self, line: str) -> None:
        from asset_magic.session.accepting import accept  # seldom needed

        with self._session.lock:
            keys, _ = self._chosen(signatures.ACCEPT, line)
            accepted = accept(self._runner, keys)
            report.show_accepted(self._adapter, self._runner, keys, accepted)

    @no_var_expand
    @line_magic
    @documented(signatures.LINEAGE)
    def lineage(self, line: str) -> None:
        from asset_magic.page.lineage import lineage  # not needed before somebody draws

        keys, said = self._chosen(signatures.LINEAGE, line)
        self._show(keys, lambda: lineage(inspect.lineage(self._runner, keys), selection=said))
        self._show_widget()

    def _show(self, keys: Sequence[AssetKey], page: Callable[[], dict[str, str]]) -> None:
        nothing = not keys and len(self._runner.graph)
        self._adapter.display({"text/plain": "No asset matches now."} if nothing else page())

    def _show_card(self, key: AssetKey) -> None:
        self._display.displayed(key, report.show_asset(self._adapter, self._runner, key))

    def _show_widget(self) -> None:
        """The live widget, beneath what is stored, where the reader asked for one."""
        widget = self._display.widget
        if widget is not None:
            self._adapter.display(*self._adapter.format(widget))

    def _chosen(self, signature: Signature, line: str) -> tuple[tuple[AssetKey, ...], str]:
        """The assets that are asked for, and by which text."""
        selection = signature.parse(line).selection
        self._session.look_again()
        self._session.refresh()
        if signature in (signatures.FORGET, signatures.ACCEPT):
            from asset_magic.graph.selection_syntax import listed  # not needed before somebody selects

            selection = listed(selection)
        return inspect.selected(self._runner, selection or None), selection

    def _detail(self, line: str) -> None:
        from asset_magic.page.detail import asset_detail  # not needed before somebody asks

        self._session.look_again()
        parsed = signatures.ASSET_DETAIL.parse(line)
        key = self._session.known(parsed.names[0])
        self._adapter.display(asset_detail(inspect.view(self._runner, key, diffs=True)))
        if parsed.options.get("history"):
            report.show_history(self._adapter, self._runner, key)

    # Cells that define something

    async def _asset(self, line: str, text: str | None) -> None:
        await self._define(signatures.ASSET, line, text or "")

    async def _multi_asset(self, line: str, text: str | None) -> None:
        await self._define(signatures.MULTI_ASSET, line, text or "")

    async def _define(self, signature: Signature, line: str, text: str) -> None:
        plain = self._plain
        known = self._runner.graph.definitions
        with self._registering():
            parsed = signature.parse(line)
            definition = cells.asset_of(self._adapter, parsed, text, plain.ref, plain.raw, known)
            add_assets(self._session, definition)
        if not parsed.options.get("defer"):
            with self._showing_failures(definition.keys):
                await self._bring_up(definition.keys, force=parsed.options.get("force", False))
        for key in definition.keys:
            self._show_card(key)
        self._raise_for_blocking(definition)

    @contextmanager
    def _showing_failures(self, keys: Sequence[AssetKey]) -> Iterator[None]:
        """An error too comes with the cards of its assets: there a page tells when it is over."""
        try:
            yield
        except BaseException:
            for key in keys:
                self._display.displayed(key, report.show_failed(self._adapter, self._runner, key))
            raise

    @contextmanager
    def _registering(self) -> Iterator[None]:
        """What cannot be registered leaves what its cell made before."""
        try:
            yield
        except AssetMagicError:
            self._session.cells.refuse()
            raise

    async def _bring_up(self, keys: Sequence[AssetKey], *, force: bool = False, shown: bool = True) -> RunReport:
        """Run assets if they are not fresh, with what they need upstream.

        Args:
            keys: the assets.
            force: run them even when fresh.
            shown: this is their own cell, so what a fresh one printed is shown again and its variable bound again.

        Raises:
            UpstreamError: something upstream keeps them from running.
            Exception: what the body raised.
        """
        done = await self._runner.materialize(keys, force=force)
        outcomes = [done.outcomes[key] for key in keys if key in done.outcomes]
        for outcome in outcomes:
            if outcome.state == "failed" and outcome.error is not None:
                raise outcome.error
            if outcome.state == "skipped" and not outcome.intended:
                raise UpstreamError(f"{' and '.join(keys)} did not run: {outcome.reason}") from _first_error(done)
        if shown and (not outcomes or outcomes[0].state == "fresh"):
            report.show_outputs_again(self._adapter, self._runner, keys[0])
            self._session.bind(keys)
        for key in keys:
            for problem in self._session.problems(key):
                self._session.notify(f"{key} stays stale: {problem}")
        self._session.tell_rivals(keys)
        return done

    def _raise_for_blocking(self, definition: AssetsDefinition) -> None:
        for key in definition.keys:
            for check in self._runner.graph.checks.get(key, {}).values():
                verdict = self._runner.checks.verdict(check)
                if verdict is not None and verdict.blocks:
                    raise BlockingCheckFailed(f"the blocking check {check.spec.name} of {key} did not pass")

    async def _source_asset(self, line: str, text: str | None) -> None:
        plain = self._plain
        with self._registering():
            parsed = signatures.SOURCE_ASSET.parse(line)
            definition = cells.source_of(self._adapter, parsed, text, plain.ref, plain.raw)
            add_assets(self._session, definition)
        if definition.path is not None:
            observe_path(self._session, definition.key)
            if not Path(definition.path).exists():
                self._session.notify(f"{definition.key}: there is no file {definition.path} (yet)")
        elif definition.code is not None:
            with self._showing_failures(definition.keys):
                await self._bring_up(definition.keys)
        self._show_card(definition.key)

    async def _asset_check(self, line: str, text: str | None) -> None:
        plain, session, runner = self._plain, self._session, self._runner
        with self._registering():
            parsed = signatures.ASSET_CHECK.parse(line)
            key = session.known(parsed.names[0])
            definition = cells.check_of(self._adapter, parsed, key, text or "", plain.ref, plain.raw)
            add_checks(session, definition)
        check = runner.graph.checks[key][definition.name]
        try:
            done = await self._bring_up([up for up in runner.check_inputs(check) if up in runner.graph], shown=False)
            verdict = runner.checks.verdict(check)
            if verdict is None:
                raise UpstreamError(f"the check {check.spec.name} cannot be evaluated: {key} has no value yet")
        except BaseException:
            report.show_check(self._adapter, runner, check, failed=True)
            raise
        if not any(evaluation.asset_check_key == check.spec.key for evaluation in done.evaluations):
            self._adapter.replay(verdict.outputs)
        report.show_check(self._adapter, runner, check, failed=verdict.error != "" or verdict.blocks)
        if verdict.error:
            raise runner.checks.errors.get(check.spec.key) or ValueUnusable(verdict.error)
        if verdict.blocks:
            raise BlockingCheckFailed(f"the blocking check {check.spec.name} of {key} did not pass")

    # Runs

    async def _materialize(self, line: str, text: str | None = None) -> None:
        parsed = signatures.MATERIALIZE.parse(line)
        self._session.look_again()
        self._session.refresh()
        keys = inspect.selected(self._runner, parsed.selection or None)
        options = {"force": parsed.options.get("force", False), "only": parsed.options.get("only", False)}
        if parsed.options.get("dry_run"):
            report.show_plan(self._adapter, self._runner, self._runner.plan(keys, **options))
            return
        done = await self._runner.materialize(keys, **options)
        report.show_run(self._adapter, self._runner, keys, done)
        self._session.tell_rivals(keys)
        raise_for(done)


def _first_error(done: RunReport) -> BaseException | None:
    return next((outcome.error for outcome in done.outcomes.values() if outcome.error is not None), None)
