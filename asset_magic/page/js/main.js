// What anywidget calls: `initialize` once for a kernel's channel, `render` where the reader asks for a console.
import { element, setText } from "./dom.js";
import { Page } from "./page.js";
import { NOTE, followKernel, hydrate } from "./hydration.js";
import { Card, Check } from "./card.js";
import { Lineage } from "./lineage.js";
import { AssetDetail, AssetsTable, StaleTable } from "./tables.js";
import LIVE_CSS from "./live.css?raw";
import LINEAGE_CSS from "./lineage.css?raw";

/** @import { Model, View, ViewClass } from "./protocol.js" */

/** @type {Record<string, ViewClass>} */
const VIEWS = { card: Card, check: Check, lineage: Lineage, assets: AssetsTable, stale: StaleTable, asset: AssetDetail };
const STYLE = "asset-magic-style";
const CONSOLE = ["lineage", "assets"];

/** The style of all live views, once in the document or in the shadow root that holds them. @param {Document | ShadowRoot} root */
function dress(root) {
  const place = root instanceof ShadowRoot ? root : root.head;
  const old = root.getElementById(STYLE);
  const css = LIVE_CSS + LINEAGE_CSS;
  if (old) old.textContent = css; // another kernel's may be of another version: the newest dresses all
  else place.append(element("style", { id: STYLE }, css));
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
  const { signal } = ended;
  /** @type {View[]} */ let views = [];
  const note = element("div", { class: "am-note" }, "Asking the kernel…");
  el.append(note);
  const open = () => {
    note.remove();
    views = CONSOLE.map((view) => {
      // No data-keys: this is a place of its own, not an output to be found and made live.
      const place = element("div", { class: "asset-magic", "data-view": view, "data-selection": "", "data-am-bare": view === "assets" });
      el.append(place);
      return new VIEWS[view](place, page);
    });
  };
  const close = () => {
    for (const view of views) view.close();
    views = [];
    el.replaceChildren();
  };
  const lost = () => {
    page.offline();
    close();
    setText(note, NOTE);
    el.append(note);
  };
  const end = () => {
    ended.abort();
    page.close();
    close();
  };
  page.lost = lost;
  page.listen((changed, what) => {
    if (!views.length) open();
    else for (const view of views) view.update(changed, what);
  }, signal);
  const session = page.manager?.context?.sessionContext;
  if (session) followKernel(page, session, signal, { ask: () => (lost(), page.hello()), lost, gone: lost });
  model.on("comm:close", lost);
  page.hello();
  return end;
}

export default { initialize, render };
