"""What a reader finds of asset_magic in a notebook: cards, the lineage, tables; and the buttons on them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from waiting import becomes, eventually

if TYPE_CHECKING:
    from browser_notebook import BrowserNotebook
    from playwright.sync_api import Locator


class View:
    """One output of asset_magic.

    Attributes:
        box: the element that holds what is stored and what is live.
    """

    def __init__(self, box: Locator) -> None:
        self.box = box

    @property
    def text(self) -> str:
        """All that can be read there now."""
        return self.box.inner_text()

    @property
    def live(self) -> bool:
        """Whether a live view is drawn there, once."""
        return self.box.locator(".am-live").count() == 1

    def says(self, text: str) -> None:
        """Wait until ``text`` can be read."""
        eventually(lambda: self.text, lambda seen: text in seen)

    def says_no(self, text: str) -> None:
        """Wait until ``text`` cannot be read."""
        eventually(lambda: self.text, lambda seen: text not in seen)

    def button(self, name: str) -> Locator:
        """The button that screen readers call by this whole name."""
        return self.box.get_by_role("button", name=re.compile(f"^{re.escape(name)}$"))

    def press(self, name: str) -> None:
        """Click the button of this name."""
        self.button(name).click()


class Card(View):
    """The card of an asset.

    Args:
        notebook: where it is.
        key: of the asset.
        nth: which, where several cells show a card of the asset.
    """

    def __init__(self, notebook: BrowserNotebook, key: str, nth: int = 0) -> None:
        cards = notebook.panel.locator(f'.asset-magic[data-view="card"][data-keys="{key}"]')
        super().__init__(cards.nth(nth))
        self.key = key

    @property
    def state(self) -> str:
        """What the pill says; "" where there is none."""
        pills = self.box.locator(".am-live .am-state")
        return (pills.first.get_attribute("data-state") or "") if pills.count() else ""

    def becomes(self, state: str) -> None:
        """Wait until the pill says ``state``."""
        becomes(lambda: self.state, state)

    def materialize(self) -> None:
        """Click Materialize."""
        self.press(f"Materialize {self.key}")


class Lineage(View):
    """The lineage of a notebook that shows one, or the ``nth`` where it shows several."""

    def __init__(self, notebook: BrowserNotebook, nth: int = 0) -> None:
        super().__init__(notebook.panel.locator('.asset-magic[data-view="lineage"]').nth(nth))

    def node(self, key: str) -> Locator:
        """The node of an asset."""
        return self.box.locator(f'.am-live g.am-node[data-key="{key}"]')

    @property
    def details(self) -> View:
        """What is said of the asset that was opened."""
        return View(self.box.locator(".am-details"))

    @property
    def statuses(self) -> dict[str, str]:
        """The status of each node that is drawn."""
        nodes = self.box.locator(".am-live g.am-node")
        return dict(nodes.evaluate_all("all => all.map(node => [node.dataset.key, node.dataset.status])"))

    @property
    def focused(self) -> str:
        """The asset whose node has the keyboard's focus."""
        return self.box.page.evaluate("() => document.activeElement?.dataset.key ?? ''")

    def becomes(self, key: str, status: str) -> None:
        """Wait until a node has ``status``."""
        becomes(lambda: self.statuses.get(key), status)


class StatusLine(View):
    """The line of counts and buttons over a lineage or a table of assets.

    Args:
        notebook: where it is.
        view: ``"lineage"`` or ``"assets"``.
    """

    def __init__(self, notebook: BrowserNotebook, view: str) -> None:
        super().__init__(notebook.panel.locator(f'.asset-magic[data-view="{view}"]').first)

    def materialize_stale(self) -> None:
        """Click Materialize stale."""
        self.box.get_by_role("button").filter(has_text=re.compile("^Materialize stale")).click()

    def row(self, key: str) -> str:
        """What the table says of an asset."""
        return self.box.locator(f'.am-live tr[data-key="{key}"]').inner_text()


def all_live(notebook: BrowserNotebook, count: int) -> None:
    """Wait until there are ``count`` outputs of ours, each live, once; a check that has nothing new to say need not."""
    becomes(lambda: _lives(notebook, checks_count=True), [1] * count)


def none_live(notebook: BrowserNotebook) -> None:
    """Wait until all outputs of ours are what is stored, and can be seen."""
    eventually(lambda: _lives(notebook), lambda lives: len(lives) > 0 and not any(lives))
    assert notebook.ours.evaluate_all("all => all.every(el => el.getBoundingClientRect().height > 9)")


def _lives(notebook: BrowserNotebook, *, checks_count: bool = False) -> list[int]:
    count = "el.querySelectorAll('.am-live').length || (check && el.dataset.view === 'check' ? 1 : 0)"
    return notebook.ours.evaluate_all(f"(all, check) => all.map(el => {count})", checks_count)
