// What anywidget calls: `initialize` once for a kernel's channel, `render` where the reader asks for a console.
import { element, setText } from "./dom.js";
import { Page } from "./page.js";
import { NOTE, followKernel, hydrate } from "./hydration.js";
import { Card, Check } from "./card.js";
import { Lineage } from "./lineage.js";
import { AssetDetail, Table } from "./tables.js";
import LIVE_CSS from "./live.css?raw";
import LINEAGE_CSS from "./lineage.css?raw";

/** @import { Model, View, ViewClass, What } from "./protocol.js" */

/** @type {Record<string, ViewClass>} */
const VIEWS = { card: Card, check: Check, lineage: Lineage, assets: Table, stale: Table, asset: AssetDetail };
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

/** Every asset, for front ends that keep outputs in frames, where nothing can be found to be made live. */
class Console {
  /** @param {Model} model @param {HTMLElement} el */
  constructor(model, el) {
    this.el = el;
    this.page = new Page(model);
    this.ended = new AbortController();
    /** @type {View[]} */ this.views = [];
    this.note = element("div", { class: "am-note" }, "Asking the kernel…");
    el.append(this.note);
    const { page, ended: { signal } } = this;
    const lost = () => this.lost();
    page.lost = lost;
    page.listen((changed, what) => this.update(changed, what), signal);
    const session = page.manager?.context?.sessionContext;
    if (session) followKernel(page, session, signal, { ask: () => (lost(), page.hello()), lost, gone: lost });
    model.on("comm:close", lost);
    signal.addEventListener("abort", () => model.off("comm:close", lost));
    page.hello();
  }

  /** @param {Set<string>} changed @param {What} what */
  update(changed, what) {
    if (!this.views.length) this.open();
    else for (const view of this.views) view.update(changed, what);
  }

  open() {
    this.note.remove();
    this.views = CONSOLE.map((view) => {
      // No data-keys: this is a place of its own, not an output to be found and made live.
      const place = element("div", { class: "asset-magic", "data-view": view, "data-selection": "", "data-am-bare": view === "assets" });
      this.el.append(place);
      return new VIEWS[view](place, this.page);
    });
  }

  close() {
    for (const view of this.views.splice(0)) view.close();
    this.el.replaceChildren();
  }

  lost() {
    this.page.offline();
    this.close();
    setText(this.note, NOTE);
    this.el.append(this.note);
  }

  end() {
    this.ended.abort();
    this.page.close();
    this.close();
  }
}

/** @param {{ model: Model, el: HTMLElement }} place */
function render({ model, el }) {
  const root = el.getRootNode();
  dress(root instanceof ShadowRoot ? root : document);
  const shown = new Console(model, el);
  return () => shown.end();
}

export default { initialize, render };
