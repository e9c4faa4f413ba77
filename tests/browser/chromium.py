"""The browser, as the tests and the pictures of the documentation use it."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import BrowserContext

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
WINDOW = {"width": 1200, "height": 800}


@contextmanager
def started(window: dict[str, int] = WINDOW, scale: float = 1) -> Iterator[BrowserContext]:
    """A browser with empty stores.

    Args:
        window: its width and height.
        scale: how many pixels of a picture are one of the page.
    """
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser.new_context(viewport=window, device_scale_factor=scale, reduced_motion="reduce", locale="en-US")
        browser.close()
