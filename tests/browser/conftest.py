"""Real front ends in a real browser. Skipped, with the reason, where they are not installed; in CI that is a failure.

Servers live as long as the test run, one for each front end and home. The browser lives for a module: Playwright keeps
an event loop running in the thread of the tests, where tests of other folders run loops of their own.
"""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from chromium import CHROMIUM, started
from page_user import PageUser
from servers import JupyterServer, new_home

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import BrowserContext


@pytest.fixture(scope="session")
def chromium() -> str:
    """The program of the browser, where all that these tests need is there."""
    missing = [name for name in ("jupyterlab", "notebook", "playwright") if importlib.util.find_spec(name) is None]
    if CHROMIUM is None:
        missing.append("chromium")
    if missing:
        reason = f"tests in a browser need {', '.join(missing)}; see the README"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)
    assert CHROMIUM is not None
    return CHROMIUM


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[BrowserContext]:
    """A browser with empty stores. The pages of one module share its cache."""
    with started() as context:
        yield context


@pytest.fixture(scope="session")
def servers(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., JupyterServer]]:
    """Gives the server of a front end and a user, and starts it when it is asked for first.

    ``servers("lab", user="reader", sitting=2)`` is the server that the same user starts later.
    """
    running: dict[tuple[str, str, int], JupyterServer] = {}
    homes: dict[tuple[str, str], Path] = {}

    def serve(
        kind: str, user: str = "writer", sitting: int = 1, settings: dict[str, dict[str, Any]] | None = None
    ) -> JupyterServer:
        if (kind, user) not in homes:
            homes[kind, user] = new_home(tmp_path_factory.mktemp(f"home-{kind}-{user}"), settings)
        if (kind, user, sitting) not in running:
            root = tmp_path_factory.getbasetemp()
            running[kind, user, sitting] = JupyterServer.start(kind, root, homes[kind, user])
        return running[kind, user, sitting]

    yield serve
    for server in running.values():
        server.stop()


@pytest.fixture(scope="module", params=["lab", "notebook"])
def kind(request: pytest.FixtureRequest) -> str:
    """The front end: JupyterLab 4 and Notebook 7 in turn."""
    return request.param


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """What the pages looked like when a test failed is kept for people to look at."""
    report = yield
    if report.when == "call" and report.failed:
        for user in getattr(item, "page_users", []):
            user.screenshot(f"failed_{item.name}")
    return report


@pytest.fixture
def visit(browser: BrowserContext, request: pytest.FixtureRequest) -> Iterator[Callable[[JupyterServer], PageUser]]:
    """Opens a page of a server; at the end nothing may have gone wrong on any of them, and no kernel is left."""
    users: list[PageUser] = []
    request.node.page_users = users

    def come(server: JupyterServer) -> PageUser:
        users.append(PageUser(browser, server, request.node.name))
        return users[-1]

    yield come
    faults = [user.close() for user in users]
    for user in users:
        user.server.end_kernels()
    assert not any(faults), [found for found in faults if found]


@pytest.fixture
def user(kind: str, servers: Callable[..., JupyterServer], visit: Callable[[JupyterServer], PageUser]) -> PageUser:
    """A person at a page of each front end in turn."""
    return visit(servers(kind))


@pytest.fixture
def lab_user(servers: Callable[..., JupyterServer], visit: Callable[[JupyterServer], PageUser]) -> PageUser:
    """A person at a page of JupyterLab, for what only JupyterLab has."""
    return visit(servers("lab"))
