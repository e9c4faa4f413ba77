"""Measure the live lineage of 1,000 assets in Chromium: ``python benchmarks/browser.py``.

The page's own module draws into an empty page, and gets the messages that a kernel sends. What is timed of the browser
is the handling of one message with the style and the layout that follow from it, which are asked for at once.
"""

from __future__ import annotations

import argparse
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median
from typing import Any

from engine import Upstream, chain, definitions, layers, materialized
from measuring import Row, best, machine, milli, print_table
from playwright.sync_api import Page, sync_playwright

from asset_magic import asset
from asset_magic.page.faces import Faces
from asset_magic.page.looks import Looks
from asset_magic.page.module import live_module

WINDOW = {"width": 1200, "height": 800}
PAGE = """async ([module, snapshot]) => {
  const url = URL.createObjectURL(new Blob([module], { type: "text/javascript" }));
  const { render } = (await import(url)).default;
  const slots = new Map();
  const say = (message) => [...(slots.get("msg:custom") ?? [])].forEach((slot) => slot(message));
  const looks = [];
  const model = {
    on: (event, slot) => slots.set(event, new Set([...(slots.get(event) ?? []), slot])),
    off: (event, slot) => slots.get(event)?.delete(slot),
    send: (message) => {
      if (message.kind === "hello") setTimeout(() => say(snapshot));
      if (message.kind === "look" && message.view === "lineage") looks.push(message);
    },
  };
  document.body.replaceChildren(document.createElement("div"));
  window.kernel = { say, looks, close: render({ model, el: document.body.firstChild }) };
}"""
INSERT = """async (view) => {
  while (!kernel.looks.length) await new Promise((later) => setTimeout(later));
  await new Promise((later) => setTimeout(later, 50));
  const begin = performance.now();
  kernel.say({ ...view, id: kernel.looks.at(-1).id });
  while (!document.querySelector("svg.am-lineage")) await Promise.resolve();
  document.body.getBoundingClientRect();
  return (performance.now() - begin) / 1000;
}"""
PATCH = """async ([patch, status]) => {
  await new Promise((later) => setTimeout(later, 300));
  const begin = performance.now();
  kernel.say(patch);
  document.body.getBoundingClientRect();
  const took = (performance.now() - begin) / 1000;
  const nodes = [...document.querySelectorAll("svg.am-lineage .am-node")];
  while (!nodes.every((node) => node.dataset.status === status)) await new Promise((later) => setTimeout(later, 5));
  return [took, (performance.now() - begin) / 1000];
}"""


@dataclass(frozen=True)
class Graph:
    """What a kernel says of a graph: first all is fresh, then its root has other code."""

    drawing: float
    view: dict[str, Any]
    fresh: dict[str, Any]
    stale: dict[str, Any]

    @classmethod
    def of(cls, count: int, upstream: Upstream, runs: int) -> Graph:
        """Materialize a graph of ``count`` assets and have it drawn."""
        runner = materialized(definitions(count, upstream))
        faces = Faces(runner)
        looks = Looks(runner, faces, lambda value: (None, {}, {}), lambda *_: "")
        request = {"kind": "look", "id": "", "view": "lineage", "selection": ""}
        drawing = best(lambda: looks.answer(request), runs)
        keys = tuple(runner.graph.keys)
        view, fresh = looks.answer(request), faces.of(keys)
        width = sum(not upstream(n) for n in range(count))
        for n in range(width):
            runner.session.define(asset(name=f"a{n}")(_other))
        runner.session.refresh()
        return cls(drawing, view, fresh, faces.of(keys))


def _other() -> int:
    return 2


def rows(page: Page, count: int, runs: int) -> Iterator[Row]:
    """The two rows of the plan, for two shapes of graph."""
    for upstream in (chain, layers):
        graph = Graph.of(count, upstream, runs)
        clock = {"queue": [], "run": None, "clock": time.time()}
        inserted = []
        for _ in range(runs):
            page.evaluate(PAGE, [live_module(), {"kind": "snapshot", "assets": graph.fresh, **clock}])
            inserted.append(page.evaluate(INSERT, graph.view))
        patched = []
        for _ in range(runs):
            for status, faces in (("stale", graph.stale), ("fresh", graph.fresh)):
                patched.append(page.evaluate(PATCH, [{"kind": "patch", "assets": faces, **clock}, status]))
        picture, patch = graph.drawing + median(inserted), median(took for took, _ in patched)
        name = f"lineage of {count:,} assets ({upstream.__name__})"
        measured = f"{milli(picture)} (kernel {milli(graph.drawing)}, page {milli(median(inserted))})"
        yield Row(f"{name}: the live picture", measured, "under 0.3 s", picture < 0.3)
        measured = f"{milli(patch)} (the last node after {milli(median(last for _, last in patched))})"
        yield Row(f"{name}: a status patch of all", measured, "under 30 ms", patch < 0.030)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="fewer assets and runs")
    quick = parser.parse_args().quick
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport=WINDOW)
        print(f"{machine()}, Chromium {browser.version}")
        found = list(rows(page, 100 if quick else 1_000, 2 if quick else 7))
        browser.close()
    print_table("The live page, in a browser", found)


if __name__ == "__main__":
    main()
