"""A notebook in a browser page: its cells by id, as `notebook_user.Notebook` has them, and what they show."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

from waiting import eventually

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page


class BrowserNotebook:
    """One view of one notebook in a page. Waits for conditions, never for a time.

    Attributes:
        page: Playwright's page.
        path: the notebook, as the server names it.
        view: which of several views of the notebook in this page, from 0.
    """

    def __init__(self, page: Page, path: str, view: int = 0) -> None:
        self.page = page
        self.path = path
        self.view = view

    # Cells

    def run(self, cell: str, *, wait: bool = True) -> None:
        """Run a cell; ``wait=False`` does not wait for its end."""
        self._command("notebook:run-cell", cell, wait=wait)

    def run_all(self, *, wait: bool = True) -> None:
        """Run every cell from top to bottom; the front end stops at the first error."""
        self._command("notebook:run-all-cells", wait=wait)

    def write(self, cell: str, source: str) -> None:
        """Write a new source into a cell, without running it."""
        text = textwrap.dedent(source).strip("\n")
        arguments = [self.path, self.view, cell, text]
        self.page.evaluate("([p, v, c, s]) => frontEnd.widget(p, v, c).model.sharedModel.setSource(s)", arguments)

    def edit(self, cell: str, source: str) -> None:
        """Change a cell and run it."""
        self.write(cell, source)
        self.run(cell)

    def source(self, cell: str) -> str:
        """What is written in a cell."""
        arguments = [self.path, self.view, cell]
        return self.page.evaluate("([p, v, c]) => frontEnd.widget(p, v, c).model.sharedModel.getSource()", arguments)

    def replace(self, cell: str, old: str, new: str) -> None:
        """Replace a part of a cell that is there once, and run the cell."""
        source = self.source(cell)
        assert source.count(old) == 1, f"{old!r} is not once in the cell {cell!r}"
        self.edit(cell, source.replace(old, new))

    def command(self, name: str, cell: str | None = None) -> None:
        """Run a command of the front end by its name, with a cell selected."""
        self._command(name, cell)

    def _command(self, name: str, cell: str | None = None, *, wait: bool = True) -> Any:
        call = "frontEnd.command(p, v, n, c)"
        body = f"async ([p, v, n, c]) => {{ {'await ' if wait else ''}{call}; }}"
        return self.page.evaluate(body, [self.path, self.view, name, cell])

    def save(self) -> None:
        """Save the notebook."""
        self.page.evaluate("path => frontEnd.panels(path)[0].context.save()", self.path)

    # Views

    def split(self) -> BrowserNotebook:
        """Open a second view of this notebook beside this one."""
        self.page.evaluate("() => frontEnd.showAll()")
        self.command("docmanager:clone")
        count = "path => frontEnd.panels(path).length"
        eventually(lambda: self.page.evaluate(count, self.path), lambda views: views > self.view + 1)
        other = BrowserNotebook(self.page, self.path, self.view + 1)
        other.panel.wait_for()
        return other

    def close(self) -> None:
        """Close this view; later views of the notebook move up by one."""
        self.page.evaluate("([p, v]) => frontEnd.panels(p)[v].close()", [self.path, self.view])

    def rename(self, name: str) -> BrowserNotebook:
        """Give the notebook another file name."""
        path = f"{self.path.rpartition('/')[0]}/{name}"
        self.page.evaluate("([old, path]) => frontEnd.panels(old)[0].context.rename(path)", [self.path, name])
        eventually(lambda: self.page.evaluate("path => frontEnd.panels(path).length", path), bool)
        return BrowserNotebook(self.page, path)

    def scroll_to(self, cell: str) -> None:
        """Scroll to a cell, and wait until it is in the page."""
        arguments = [self.path, self.view, cell]
        self.page.evaluate("([p, v, c]) => frontEnd.scrollTo(p, v, c)", arguments)
        self.cell(cell).wait_for()

    # The kernel

    def restart(self) -> None:
        """Restart the kernel."""
        self.page.evaluate("path => frontEnd.kernel(path).restart()", self.path)

    def shut_down(self) -> None:
        """Shut the kernel down."""
        self.page.evaluate("path => frontEnd.panels(path)[0].sessionContext.shutdown()", self.path)

    def interrupt(self) -> None:
        """Interrupt the kernel."""
        self.page.evaluate("path => frontEnd.kernel(path).interrupt()", self.path)

    @property
    def kernel(self) -> str:
        """The id of the kernel."""
        return self.page.evaluate("path => frontEnd.kernel(path).id", self.path)

    # Looking

    @property
    def panel(self) -> Locator:
        """The part of the page that shows this notebook."""
        found = self.page.evaluate("([p, v]) => frontEnd.ready(p, v)", [self.path, self.view])
        return self.page.locator(f'[id="{found}"]')

    def cell(self, cell: str) -> Locator:
        """A cell, its outputs included."""
        self.page.evaluate("([p, v, c]) => frontEnd.mark(p, v, c)", [self.path, self.view, cell])
        return self.panel.locator(f'[data-test-cell="{cell}"]')

    def outputs(self, cell: str) -> Locator:
        """What a cell shows."""
        return self.cell(cell).locator(".jp-OutputArea-output")

    @property
    def ours(self) -> Locator:
        """All outputs of asset_magic."""
        return self.panel.locator(".asset-magic")

    @property
    def kinds(self) -> list[str]:
        """The kind of each cell: ``"code"`` or ``"markdown"``."""
        kinds = "([p, v]) => frontEnd.panels(p)[v].content.widgets.map(cell => cell.model.type)"
        return self.page.evaluate(kinds, [self.path, self.view])

    def number(self, cell: str) -> int | None:
        """The execution count of a cell, None while it runs or before it ran."""
        arguments = [self.path, self.view, cell]
        return self.page.evaluate("([p, v, c]) => frontEnd.widget(p, v, c).model.executionCount", arguments)
