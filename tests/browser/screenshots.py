"""Takes the pictures of the documents, and the first of the README: ``python tests/browser/screenshots.py``.

All that they show is real: JupyterLab, a kernel, edits and clicks; so it needs what the tests in a browser need. The
pictures are put together from cells, and have few colours, so that they are small. Times and durations on them differ
from one run to the next. Names of scenes (``lineages``) take only those.
"""

from __future__ import annotations

import argparse
import io
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import chromium
from browser_notebook import BrowserNotebook
from page_user import PageUser
from PIL import Image
from sample_notebooks import penguins, slow, small
from servers import JupyterServer, new_home
from views import Card, Lineage

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Locator

IMAGES = Path(__file__).parents[2] / "docs" / "images"
FLIGHTS = Path(__file__).parents[2] / "notebooks" / "flights.ipynb"
WINDOW = {"width": 1060, "height": 1600}
SCALE = 1.5
COLOURS = 224
SETTLED = 600  # milliseconds until what was scrolled to is live, and what the mouse was on has faded
# What the front end shows where the mouse and the keyboard are.
STEPS = [("rounded", "taxed"), ("shipped", "rounded"), ("insured", "shipped"), ("packed", "insured")]
CALM = ".jp-cell-toolbar, .jp-Collapser { visibility: hidden !important; }"
FIT = "Fit the whole graph"
AWAY = "() => { jupyterapp.shell.currentWidget.content.activeCellIndex = 0; }"


class Studio:
    """Where notebooks are opened and pictures of them are taken.

    Args:
        context: the browser.
        server: a JupyterLab.
    """

    def __init__(self, context: BrowserContext, server: JupyterServer) -> None:
        self.context = context
        self.server = server
        self.user: PageUser

    def folder(self, name: str) -> Path:
        """A folder of one scene."""
        folder = self.server.root / name
        folder.mkdir()
        return folder

    @contextmanager
    def open(self, path: Path, theme: str = "light") -> Iterator[BrowserNotebook]:
        """Open a notebook and run it."""
        self.user = PageUser(self.context, self.server, path.stem)
        try:
            notebook = self.user.open(path, theme=theme)
            notebook.page.add_style_tag(content=CALM)
            notebook.run_all()
            yield notebook
        finally:
            self.user.page.close()
            self.server.end_kernels()

    def take(self, name: str, *parts: Locator) -> None:
        """Take a picture of things on the page, one beneath the other, as the file ``name``."""
        page = self.user.page
        page.evaluate(AWAY)
        taken = []
        for part in parts:
            part.scroll_into_view_if_needed()
            page.wait_for_timeout(SETTLED)
            for fit in part.get_by_role("button", name=FIT).all():
                fit.click()
            page.mouse.move(0, 0)
            page.wait_for_timeout(SETTLED)
            taken.append(Image.open(io.BytesIO(part.screenshot(animations="disabled"))).convert("RGB"))
        size = max(one.width for one in taken), sum(one.height for one in taken)
        whole = Image.new("RGB", size, taken[0].getpixel((1, 1)))
        top = 0
        for one in taken:
            whole.paste(one, (0, top))
            top += one.height
        file = IMAGES / name
        file.parent.mkdir(parents=True, exist_ok=True)
        whole.quantize(COLOURS, dither=Image.Dither.NONE).save(file, optimize=True)
        print(f"{file.name}: {whole.width} x {whole.height}, {file.stat().st_size // 1000} kB")


def readme(studio: Studio) -> None:
    """A card and the lineage after a change of the seed."""
    with studio.open(penguins(studio.folder("readme"))) as notebook:
        Card(notebook, "bills").becomes("fresh")
        notebook.edit("what-if", "seed += 1")
        Card(notebook, "confusion").becomes("stale")
        Lineage(notebook).becomes("bills", "stale")
        studio.take("penguins.png", *map(notebook.cell, ("what-if", "confusion", "lineage")))


def flights(studio: Studio) -> None:
    """The larger notebook as it is kept: a check, the lineage, and a change that turns out to change nothing."""
    path = shutil.copy(FLIGHTS, studio.folder("flights"))
    studio.user = PageUser(studio.context, studio.server, "flights")
    studio.user.page.set_viewport_size({"width": 1760, "height": WINDOW["height"]})  # all of the lineage
    notebook = studio.user.open(Path(path), kernel=False)
    notebook.page.add_style_tag(content=CALM)
    studio.take("flights.png", *map(notebook.cell, ("airliners", "lineage", "other-wind", "cutoff")))
    studio.user.page.close()


def cards(studio: Studio) -> None:
    """A card that is fresh, cards that are stale, and a card with its history and what changed in it."""
    with studio.open(penguins(studio.folder("cards"))) as notebook:
        Card(notebook, "bills").becomes("fresh")
        studio.take("interface/card_fresh.png", notebook.cell("confusion"))
        notebook.edit("what-if", "seed += 1")
        for key in ("model", "confusion"):
            Card(notebook, key).becomes("stale")
        studio.take("interface/cards_stale.png", *map(notebook.cell, ("what-if", "model", "confusion")))
        confusion = Card(notebook, "confusion")
        for seed in (8, 9, 10):
            notebook.edit("what-if", f"seed = {seed}")
            confusion.becomes("stale")
            confusion.materialize()
            confusion.becomes("fresh")
        confusion.press("History of confusion")
        confusion.box.locator(".am-drawer .am-details-body > *").first.wait_for()
        studio.take("interface/history.png", confusion.box)
        confusion.box.get_by_role("button", name=re.compile("^Changes of")).first.click()
        confusion.says("Made from")
        studio.take("interface/compared.png", confusion.box)


def running(studio: Studio) -> None:
    """A run in the lineage, and a click that waits for its end; then what is left without a kernel."""
    folder = studio.folder("running")
    forecast = slow("forecast", "[price * growth for price in cleaned]").replace("forecast", "forecast group=model", 1)
    cells = {
        "imports": "from pathlib import Path\nfrom time import sleep",
        "growth": "growth = 1.1",
        "orders": "%%asset orders group=sales\n[120, 80, 310]",
        "cleaned": "%%asset cleaned group=sales\n[price for price in orders if price > 100]",
        "forecast": forecast.replace("sleep(0.01)", "sleep(0.01)\nsleep(3)"),
        "budget": "%%asset budget group=report\nsum(forecast)",
        "advice": '%%asset advice group=report\nf"Keep {budget:.0f} aside"',
        "chart": "%%asset chart group=report\ndict(zip(cleaned, forecast))",
        "lineage": "%lineage",
    }
    (folder / "go").touch()
    with studio.open(small(folder, cells)) as notebook:
        lineage = Lineage(notebook)
        lineage.becomes("advice", "fresh")
        (folder / "go").unlink()
        notebook.edit("growth", "growth = 1.2")
        lineage.becomes("advice", "stale")
        Card(notebook, "budget").materialize()
        lineage.becomes("forecast", "running")
        Card(notebook, "chart").materialize()
        lineage.becomes("chart", "queued")
        notebook.page.wait_for_timeout(SETTLED)  # for a bar of some length
        studio.take("interface/run.png", notebook.cell("lineage"))
        (folder / "go").touch()
        Card(notebook, "chart").becomes("fresh")
        notebook.shut_down()
        lineage.says("Not live")
        studio.take("interface/not_live.png", *map(notebook.cell, ("budget", "lineage")))


def failures(studio: Studio) -> None:
    """A body that raises, what waits for it, a check that does not pass, and what it blocks."""
    cells = {
        "rate": "rate = 0.2",
        "prices": "%%asset prices group=shop\n[10, 20, 30]",
        "taxed": "%%asset taxed group=shop\n[round(price * (1 + rate), 2) for price in prices]",
        "total": "%%asset total group=books\nsum(taxed)",
        "check": "%%asset_check total name=affordable blocking\nfrom asset_magic import AssetCheckResult\n"
        'AssetCheckResult(passed=total < 80, metadata={"limit": 80, "over": max(0.0, total - 80)})',
        "report": '%%asset report group=books\nf"Please pay {total}"',
    }
    with studio.open(small(studio.folder("failures"), cells)) as notebook:
        Card(notebook, "report").becomes("fresh")
        notebook.edit("rate", 'rate = "20%"')
        Card(notebook, "report").becomes("stale")
        Card(notebook, "total").materialize()
        Card(notebook, "taxed").becomes("failed")
        Card(notebook, "total").says("skipped")
        studio.take("interface/failure.png", *map(notebook.cell, ("rate", "taxed", "total")))
        notebook.edit("rate", "rate = 0.5")
        Card(notebook, "report").becomes("stale")
        Card(notebook, "report").materialize()
        Card(notebook, "total").says("✗ affordable")
        Card(notebook, "report").says("affordable")
        studio.take("interface/check.png", *map(notebook.cell, ("total", "check", "report")))


def causes(studio: Studio) -> None:
    """Why an asset is stale, down to a helper two levels below, the code upstream, and a variable."""
    clean = "def clean(rows):\n    token = 'abc'\n    return [row for row in rows if row > 0]"
    taxed = "%%asset taxed\n[round(price * (1 + rate), 2) for price in orders]"
    cells = {
        "rate": "rate = 0.2",
        "clean": clean,
        "prepare": "def prepare(rows):\n    return clean(rows)",
        "orders": "%%asset orders\nprepare([10, 20, 30])",
        "taxed": taxed,
        **{name: f"%%asset {name}\n[price + 1 for price in {up}]" for name, up in STEPS},
        "report": '%%asset report\nf"{len(orders)} orders: {sum(packed)}"',
        "why": "%asset report",
    }
    with studio.open(small(studio.folder("causes"), cells)) as notebook:
        Card(notebook, "report").becomes("fresh")
        notebook.edit("rate", "rate = 0.25")
        notebook.edit("clean", clean.replace("> 0", "> 15"))
        notebook.edit("taxed", taxed.replace("taxed", "taxed defer", 1).replace(", 2)", ")"))
        Card(notebook, "report").becomes("stale")
        notebook.edit("why", cells["why"])
        studio.take("interface/causes.png", notebook.cell("why"))


def lineages(studio: Studio) -> None:
    """The lineage in light and dark, and the details of an asset."""
    for theme in ("light", "dark"):
        with studio.open(penguins(studio.folder(f"lineage_{theme}")), theme) as notebook:
            lineage = Lineage(notebook)
            lineage.becomes("bills", "fresh")
            notebook.edit("seed", "seed = 8")
            lineage.becomes("bills", "stale")
            if theme == "light":
                studio.take("interface/lineage.png", notebook.cell("lineage"))
            else:
                lineage.node("confusion").click()
                lineage.details.says("seed 7 -> 8")
                lineage.details.box.locator(".am-preview table").wait_for()
                studio.take("interface/details_dark.png", notebook.cell("lineage"))


SCENES: tuple[Callable[[Studio], None], ...] = (readme, flights, cards, running, failures, causes, lineages)


def main() -> None:
    names = [scene.__name__ for scene in SCENES]
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("scenes", nargs="*", metavar="NAME", help=f"{', '.join(names)}; by default all of them")
    wanted = parser.parse_args().scenes or names
    if unknown := [name for name in wanted if name not in names]:
        sys.exit(f"there is no scene {unknown[0]}; there are {', '.join(names)}")
    if chromium.CHROMIUM is None:
        sys.exit("this needs chromium")
    with tempfile.TemporaryDirectory() as folder, chromium.started(WINDOW, SCALE) as context:
        root = Path(folder) / "notebooks"
        root.mkdir()
        server = JupyterServer.start("lab", root, new_home(Path(folder) / "home"))
        try:
            for scene in SCENES:
                if scene.__name__ in wanted:
                    scene(Studio(context, server))
        finally:
            server.stop()


if __name__ == "__main__":
    main()
