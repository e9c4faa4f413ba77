"""How outputs come alive: chosen by ``%config AssetMagic.display``, the front end, and what a terminal can show."""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING, Any

from asset_magic.model.definitions import CellRef
from asset_magic.model.keys import AssetKey
from asset_magic.notebook.config import AssetMagic
from asset_magic.notebook.plain_cells import PlainCells
from asset_magic.notebook.shell import Shell
from asset_magic.session.runner import Runner

if TYPE_CHECKING:
    from asset_magic.notebook.live import LivePage


class Display:
    """What a notebook's outputs are beside what is stored of them.

    Args:
        shell: the notebook's shell.
        runner: the session's assets.
        plain: knows whether a cell runs.
        config: what the reader has set.
    """

    def __init__(self, shell: Shell, runner: Runner, plain: PlainCells, config: AssetMagic) -> None:
        self._shell = shell
        self._runner = runner
        self._plain = plain
        self._live: LivePage | None = None
        self.config = config
        self.config.observe(self._chosen, "display")
        if not shell.has_page and sys.stderr.isatty():
            from asset_magic.notebook.terminal import ProgressLine
            from asset_magic.session.progress import Watch

            line = ProgressLine(sys.stderr)
            runner.watch = Watch(runner.took, line.told)
            runner.capture = partial(shell.capture, before=line.wipe)

    def cell_ended(self, ref: CellRef) -> None:
        """Told that a cell has run to its end."""
        if len(self._runner.graph) and self._comes_alive(ref):
            self._page.open()
        if self._live is not None:
            self._live.cell_ended()

    def displayed(self, key: AssetKey, card_print: str) -> None:
        """Told that the cell of ``key`` has displayed a card with this print."""
        if self._comes_alive(self._plain.ref):
            self._page.displayed(key, card_print)

    @property
    def widget(self) -> Any:
        """The widget to show below tables and pictures, where the reader asks for one and nothing else is live."""
        if self.config.display != "widget" or not self._shell.has_page or self._shell.loop is None:
            return None
        if self._comes_alive(self._plain.ref):
            return None
        return self._page.open()

    async def serve(self, id: str) -> None:
        """Run a request that a page hands in."""
        if self._live is not None:
            await self._live.serve(id)

    def close(self) -> None:
        """Leave the page with what is stored."""
        self._runner.watch = None
        self._close_page()

    def _close_page(self) -> None:
        live, self._live = self._live, None
        if live is not None:
            live.close()

    def _chosen(self, change: Any) -> None:
        if change.new == "static":
            self._close_page()

    def _comes_alive(self, ref: CellRef) -> bool:
        """Whether the front end shows outputs on its own page, where they can be drawn over.

        JupyterLab and Notebook send the id of each cell, VS Code sends an address, and programs that run notebooks
        send nothing.
        """
        if not self._shell.has_page or self.config.display == "static" or self._shell.loop is None:
            return False
        return self.config.display == "live" or (ref.id is not None and ":" not in ref.id)

    @property
    def _page(self) -> LivePage:
        if self._live is None:
            from asset_magic.notebook.live import LivePage  # not needed in terminals and by programs

            self._live = LivePage(self._shell, self._runner, self._plain)
        return self._live
