// The live side of what %assets, %stale and %asset show: the kernel's own tables, asked for again when they change.
import { Details } from "./details.js";
import { badge, cover, element, inner, setAttribute, uncover } from "./dom.js";
import { Followed } from "./followed.js";
import { StatusStrip } from "./status.js";

/**
 * @import { View, ViewName, ViewReply, What } from "./protocol.js"
 * @import { Page } from "./page.js"
 */

/** The pill of a row as the kernel draws it, and as it is patched here. */
const PILL = 'td > span[style^="background:"], td > .am-state';

/** What %assets and %stale show. @implements {View} */
export class Table {
  /** @param {HTMLElement} el @param {Page} page */
  constructor(el, page) {
    const { view, selection = "" } = /** @type {{ view: ViewName, selection?: string }} */ (/** @type {unknown} */ (el.dataset));
    this.el = el;
    this.page = page;
    this.ended = new AbortController();
    this.strip = new StatusStrip(page, { selection });
    this.body = element("div", { class: "am-table" });
    this.live = cover(el, "beside");
    this.live.append(this.strip.node, this.body);
    const look = { view, ...(selection ? { selection } : {}) };
    const draw = (/** @type {ViewReply} */ reply) => this.draw(reply, Boolean(selection) && view === "assets");
    this.followed = new Followed(el, page, this.ended.signal, () => page.look(look), { draw });
  }

  /** @param {ViewReply} reply @param {boolean} counted are these the assets that the strip is about? */
  draw({ html, keys }, counted) {
    this.body.replaceChildren(inner(html));
    if (counted) this.strip.setKeys(keys);
    cover(this.el, "instead");
    this.mark();
  }

  /** @param {Set<string>} changed @param {What} what */
  update(changed, what) {
    this.strip.update(changed, what);
    if (changed.size || what.turns.size) this.mark();
    if (changed.size) this.followed.again();
  }

  /** Rows show at once how their assets stand, before the kernel has drawn them anew. */
  mark() {
    for (const row of this.body.querySelectorAll("tr[data-key]")) {
      const state = this.page.state(row.getAttribute("data-key") ?? "");
      setAttribute(row, "data-state", state);
      const pill = row.querySelector(PILL);
      if (!(pill instanceof HTMLElement)) continue;
      pill.className = "am-state";
      pill.removeAttribute("style");
      badge(state, pill);
    }
  }

  /** @param {string} [note] */
  close(note) {
    this.ended.abort();
    uncover(this.el, note);
  }
}

/** One asset in detail. @implements {View} */
export class AssetDetail {
  /** @param {HTMLElement} el @param {Page} page */
  constructor(el, page) {
    this.el = el;
    const key = (el.dataset.keys ?? "").trim();
    this.details = new Details(cover(el, "beside"), page, key, { shown: () => cover(el, "instead") });
  }

  /** @param {Set<string>} changed @param {What} what */
  update(changed, what) {
    this.details.update(changed, what);
  }

  /** @param {string} [note] */
  close(note) {
    this.details.close();
    uncover(this.el, note);
  }
}
