// What anywidget calls: `initialize` once for a kernel's channel, `render` where the reader asks for a console.
import { cover, element } from "./dom.js";
import { Page } from "./page.js";
import { hydrate } from "./hydration.js";
import { Card, Check } from "./card.js";
import { AssetDetail, AssetsTable, StaleTable } from "./tables.js";
import LIVE_CSS from "./live.css?raw";

/** @import { Model, View, ViewClass } from "./protocol.js" */

/** @type {Record<string, ViewClass>} */
const VIEWS = { card: Card, check: Check, assets: AssetsTable, stale: StaleTable, asset: AssetDetail };
const STYLE = "asset-magic-style";

/** The style of all live views, once in the document or in the shadow root that holds them. @param {Document | ShadowRoot} root */
function dress(root) {
  const place = root instanceof ShadowRoot ? root : root.head;
  const old = root.getElementById(STYLE);
  if (old) old.textContent = LIVE_CSS; // another kernel's may be of another version: the newest dresses all
  else place.append(element("style", { id: STYLE }, LIVE_CSS));
}

/** @param {{ model: Model }} channel */
function initialize({ model }) {
  const page = new Page(model);
  dress(document);
  return hydrate(page, model.widget_manager, VIEWS) ?? (() => page.close());
}

/**
 * The console: every asset, for front ends that keep outputs in frames, where nothing can be found to be made live.
 * @param {{ model: Model, el: HTMLElement }} place
 */
function render({ model, el }) {
  const root = el.getRootNode();
  dress(root instanceof ShadowRoot ? root : document);
  const page = new Page(model);
  const ended = new AbortController();
  /** @type {View[]} */ let views = [];
  const waiting = element("div", { class: "am-note" }, "Asking the kernel…");
  el.append(waiting);
  const open = () => {
    waiting.remove();
    views = ["lineage", "assets"].filter((view) => view in VIEWS).map((view) => {
      const place = element("div", { class: "asset-magic", "data-view": view, "data-keys": "", "data-selection": "" });
      el.append(place);
      cover(place, "instead");
      return new VIEWS[view](place, page);
    });
  };
  page.listen((changed, what) => {
    if (!views.length) open();
    for (const view of views) view.update(changed, what);
  }, ended.signal);
  const close = (/** @type {string} */ note = "") => {
    ended.abort();
    page.close();
    for (const view of views) view.close(note);
  };
  model.on("comm:close", () => close("Not live: the kernel is gone."));
  page.hello();
  return () => close();
}

export default { initialize, render };
