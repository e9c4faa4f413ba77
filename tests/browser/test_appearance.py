"""Light and dark, and the ways to display that the reader may choose."""

from __future__ import annotations

import pytest
from front_ends import in_lab, in_notebook
from sample_notebooks import SHOP, SHOP_OUTPUTS, penguins, small
from views import Card, Lineage, all_live
from waiting import becomes


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_page_can_be_read_in_each_theme(user, tmp_path, theme):
    notebook = user.open(penguins(tmp_path), theme=theme)
    notebook.run_all()
    becomes(lambda: Card(notebook, "bills").state, "fresh")
    notebook.edit("what-if", "seed += 1")
    notebook.run("stale")
    Lineage(notebook).becomes("model", "stale")
    for cell in ("penguins", "complete", "model", "confusion", "lineage", "stale", "assets"):
        user.screenshot(f"{theme}_{cell}", notebook.cell(cell))
    faint = {text: contrast for contrast, text in notebook.ours.evaluate_all(CONTRASTS) if contrast < READABLE}
    assert not faint


READABLE = 4.5
# The contrast of each visible text of ours with what is behind it, as the accessibility guidelines compute it.
CONTRASTS = """all => {
  const rgb = (text) => (text.match(/[\\d.]+/g) ?? []).map(Number);
  const light = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((c) => (c /= 255) <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const over = (top, under) => top.slice(0, 3).map((c, i) => c * (top[3] ?? 1) + under[i] * (1 - (top[3] ?? 1)));
  const behind = (el) => {
    const layers = [];
    for (let at = el; at; at = at.parentElement) layers.unshift(rgb(getComputedStyle(at).backgroundColor));
    return layers.reduce((under, layer) => layer.length ? over(layer, under) : under, [255, 255, 255]);
  };
  const found = [];
  for (const el of all) for (const node of el.querySelectorAll("*")) {
    const text = [...node.childNodes].filter((n) => n.nodeType === 3).map((n) => n.data.trim()).join("");
    if (!/\\w/.test(text) || node.closest("svg, button:disabled, .am-unseen") || !node.checkVisibility()) continue;
    let opacity = 1;
    for (let at = node; at && at !== el; at = at.parentElement) opacity *= Number(getComputedStyle(at).opacity);
    const under = behind(node), ink = rgb(getComputedStyle(node).color);
    const a = light(over([...ink.slice(0, 3), (ink[3] ?? 1) * opacity], under)), b = light(under);
    found.push([Math.round(10 * (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)) / 10, text.slice(0, 40)]);
  }
  return found;
}"""


@in_lab
def test_in_a_narrow_panel_no_button_breaks_in_two_and_nothing_is_cut_off(user, tmp_path):
    notebook = user.open(small(tmp_path, SHOP))
    notebook.run_all()
    all_live(notebook, SHOP_OUTPUTS)
    controls = notebook.panel.locator(".am-live :is(button, input):visible")
    before = controls.count()
    notebook.page.set_viewport_size({"width": 430, "height": 900})
    becomes(lambda: notebook.panel.bounding_box()["width"] < 430, True)
    user.screenshot("narrow", notebook.cell("lineage"))
    assert controls.count() == before > 10
    assert controls.evaluate_all(MISPLACED) == []


# What is higher than a line or reaches out of its view.
MISPLACED = """all => all.filter(el => {
  const [own, view] = [el, el.closest(".am-live")].map(node => node.getBoundingClientRect());
  return own.height > 30 || own.left < view.left || own.right > view.right;
}).map(el => el.textContent || el.placeholder)"""


@in_lab
def test_static_display_shows_no_live_view(user, tmp_path):
    notebook = user.open(small(tmp_path, {"choice": "%config AssetMagic.display = 'static'", **SHOP}))
    notebook.run_all()
    becomes(notebook.ours.count, SHOP_OUTPUTS)
    becomes(lambda: notebook.number("lineage"), 7)
    notebook.edit("rate", "rate = 0.5")
    assert notebook.panel.locator(".am-live").count() == 0


@in_notebook
def test_a_page_that_is_live_becomes_static_by_config(user, tmp_path):
    notebook = user.open(small(tmp_path, {**SHOP, "choice": "None"}))
    notebook.run_all()
    all_live(notebook, SHOP_OUTPUTS)
    notebook.edit("choice", "%config AssetMagic.display = 'static'")
    becomes(notebook.panel.locator(".am-live").count, 0)
    notebook.edit("choice", "%config AssetMagic.display = 'auto'")
    notebook.run("total")
    all_live(notebook, SHOP_OUTPUTS)


CONSOLE = """
from ipywidgets.widgets.widget import _instances
next(each for each in _instances.values() if type(each).__name__ == "AssetMagicPage")
"""


@in_lab
def test_the_widget_shows_all_assets(user, tmp_path):
    """What front ends with frames get of ``display = "widget"``: there nothing else can be live."""
    notebook = user.open(small(tmp_path, {**SHOP, "console": CONSOLE.strip()}))
    notebook.run_all()
    notebook.edit("rate", "rate = 0.5")
    becomes(lambda: Lineage(notebook, nth=1).statuses.get("total"), "stale")
    user.screenshot("widget", notebook.cell("console"))


@in_lab
def test_no_widget_is_stored_where_outputs_come_alive_in_place(kind, servers, visit, tmp_path):
    path = small(tmp_path, {"choice": "%config AssetMagic.display = 'widget'", **SHOP})
    notebook = visit(servers(kind)).open(path)
    notebook.run_all()
    all_live(notebook, SHOP_OUTPUTS)
    notebook.save()
    assert "widget-view" not in path.read_text()
    again = visit(servers(kind, sitting=2)).open(path)
    becomes(lambda: again.panel.locator(".asset-magic img").count(), 1)
    assert "Loading widget" not in again.panel.inner_text()
