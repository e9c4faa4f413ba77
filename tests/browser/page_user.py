"""A person who looks at one browser page, and what went wrong on that page."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from browser_notebook import BrowserNotebook
from waiting import PATIENCE

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, ConsoleMessage, Error, Locator, Page, Request, WebSocket
    from servers import JupyterServer

PICTURES = Path(__file__).parents[2] / "build" / "screenshots"
FRONT_END = (Path(__file__).parent / "front_end.js").read_text(encoding="utf-8")
BROKEN_WIDGET = "Error displaying widget"
# What the front ends themselves complain of, whatever the notebook: each with the reason.
NOT_OURS = (
    # Notebook 7.6 looks at its shortcuts before it has loaded them.
    re.compile(r"^Cannot read properties of undefined \(reading 'schema'\)$"),
    # JupyterLab asks the debugger of a kernel that is just being restarted.
    re.compile(r"^Could not restore the debugger state: "),
)


def _of_ours(said: str) -> bool:
    return not any(pattern.search(said) for pattern in NOT_OURS)


@dataclass
class Faults:
    """What no page of ours may cause."""

    console: list[str] = field(default_factory=list)
    page: list[str] = field(default_factory=list)
    external: list[str] = field(default_factory=list)
    text: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.console or self.page or self.external or self.text)


class PageUser:
    """One page of a browser, on one server.

    Attributes:
        page: Playwright's page, for what has no word here.
        server: where its notebooks come from.
        faults: what went wrong so far.
    """

    def __init__(self, context: BrowserContext, server: JupyterServer, name: str) -> None:
        self.server = server
        self.faults = Faults()
        self.page: Page = context.new_page()
        self.page.set_default_timeout(PATIENCE * 1000)
        self.page.add_init_script(FRONT_END)
        self._name = name
        self._listen()

    def _listen(self) -> None:
        def console(message: ConsoleMessage) -> None:
            if message.type == "error" and _of_ours(message.text):
                self.faults.console.append(f"{message.text} ({message.location.get('url', '')})")

        def error(raised: Error) -> None:
            if _of_ours(raised.message):
                self.faults.page.append(raised.stack or raised.message)

        def request(sent: Request | WebSocket) -> None:
            if urlsplit(sent.url).scheme not in ("data", "blob") and not self._of_the_server(sent.url):
                self.faults.external.append(sent.url)

        self.page.on("console", console)
        self.page.on("pageerror", error)
        self.page.on("request", request)
        self.page.on("websocket", request)

    def _of_the_server(self, url: str) -> bool:
        return urlsplit(url).netloc == urlsplit(self.server.url).netloc

    # Opening notebooks

    def open(self, path: Path, *, kernel: bool = True, theme: str = "light") -> BrowserNotebook:
        """Open the page of a notebook (for the second time: reload it), and wait until it is drawn.

        Args:
            path: the file.
            kernel: wait for its kernel, too.
            theme: ``"light"`` or ``"dark"``.
        """
        name = path.relative_to(self.server.root).as_posix()
        self.page.goto(self.server.page_of(name))
        self._drawn(name)
        self._wear(theme)
        return self._notebook(name, kernel=kernel)

    def open_beside(self, path: Path, mode: str = "split-right") -> BrowserNotebook:
        """Open a second notebook in the same JupyterLab page; ``mode`` is JupyterLab's (``"tab-after"``)."""
        name = path.relative_to(self.server.root).as_posix()
        self.page.evaluate("([path, mode]) => frontEnd.open(path, mode)", [name, mode])
        return self._notebook(name, kernel=True)

    def notebook(self, path: Path) -> BrowserNotebook:
        """A notebook that is open already."""
        return BrowserNotebook(self.page, path.relative_to(self.server.root).as_posix())

    def _drawn(self, name: str) -> None:
        self.page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=3 * PATIENCE * 1000)
        self.page.wait_for_function("path => window.jupyterapp && frontEnd.panels(path).length > 0", arg=name)

    def _notebook(self, name: str, *, kernel: bool) -> BrowserNotebook:
        self.page.evaluate("path => frontEnd.ready(path, 0)", name)
        if kernel:
            self.page.evaluate("path => frontEnd.kernelReady(path)", name)
        return BrowserNotebook(self.page, name)

    def _wear(self, theme: str) -> None:
        light = {"light": "true", "dark": "false"}[theme]
        if self.page.get_attribute("body", "data-jp-theme-light") != light:
            name = f"JupyterLab {theme.title()}"
            self.page.evaluate("theme => jupyterapp.commands.execute('apputils:change-theme', { theme })", name)
            self.page.wait_for_selector(f"body[data-jp-theme-light={light}]", state="attached")

    # Looking

    @property
    def text(self) -> str:
        """All text that the page shows."""
        return self.page.inner_text("body")

    def screenshot(self, name: str, of: Locator | None = None) -> Path:
        """Take a picture of the page, or of one thing on it, into ``build/screenshots``, for people to look at."""
        file = PICTURES / f"{self.server.kind}_{name}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        (of or self.page).screenshot(path=file, animations="disabled")
        return file

    def close_dialogs(self) -> None:
        """Accept what the front end wants to say, as when a kernel died."""
        dialogs = self.page.locator(".jp-Dialog .jp-mod-accept")
        dialogs.first.wait_for()
        while dialogs.count():
            dialogs.first.click()

    def close(self) -> Faults:
        """Close the page, and say what was wrong with it to the end."""
        if BROKEN_WIDGET in self.text:
            self.faults.text.append(BROKEN_WIDGET)
        if self.faults:
            self.screenshot(f"fault_{self._name}")
        self.page.close()
        return self.faults
