// The live side of what %assets, %stale and %asset show: the kernel's own tables, asked for again when they change.
import { badge, cover, element, inner, setAttribute, uncover } from "./dom.js";
import { AssetStrip } from "./card.js";
import { StatusStrip } from "./status.js";

/**
 * @import { Look, View, ViewName, What } from "./protocol.js"
 * @import { Page } from "./page.js"
 */

const SETTLING = 150;
/** The pill of a row as the kernel draws it, and as it is patched here. */
const PILL = 'td > span[style^="background:"], td > .am-state';

/** A look that is repeated when something changed: one at a time, as a busy kernel answers late. */
class Followed {
  /**
   * @param {HTMLElement} el marked as old while an answer is awaited
   * @param {Page} page
   * @param {AbortSignal} signal
   * @param {() => Look} request
   * @param {(content: DocumentFragment, keys: string[]) => void} draw
   */
  constructor(el, page, signal, request, draw) {
    this.el = el;
    this.page = page;
    this.signal = signal;
    this.request = request;
    this.draw = draw;
    this.waiting = false;
    this.due = false;
    /** @type {ReturnType<typeof setTimeout> | undefined} */ this.timer = undefined;
    signal.addEventListener("abort", () => {
      clearTimeout(this.timer);
      el.removeAttribute("data-am-old");
    });
    this.ask();
  }

  /** Ask again soon; a burst of changes is one question. */
  again() {
    this.el.setAttribute("data-am-old", "");
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), SETTLING);
  }

  ask() {
    this.timer = undefined;
    this.due = this.waiting;
    if (this.waiting) return;
    this.waiting = true;
    const done = () => {
      this.waiting = false;
      if (this.signal.aborted) return;
      if (this.due) this.ask();
      else if (this.timer === undefined) this.el.removeAttribute("data-am-old");
    };
    this.page.look(this.request()).then(
      ({ html, keys }) => {
        if (!this.signal.aborted) this.draw(inner(html), keys);
        done();
      },
      () => this.signal.aborted || !this.page.live || done(),
    );
  }
}

/**
 * @param {ViewName} view
 * @returns {import("./protocol.js").ViewClass}
 */
function table(view) {
  return class {
    /** @param {HTMLElement} el @param {Page} page */
    constructor(el, page) {
      const selection = el.dataset.selection ?? "";
      this.el = el;
      this.page = page;
      this.ended = new AbortController();
      this.strip = new StatusStrip(page, this.ended.signal, { selection });
      this.body = element("div", { class: "am-table" });
      this.live = cover(el, "beside");
      this.live.append(this.strip.node, this.body);
      const request = () => ({ view, ...(selection ? { selection } : {}) });
      this.followed = new Followed(el, page, this.ended.signal, request, (content, keys) => {
        this.body.replaceChildren(content);
        if (selection && view === "assets") this.strip.setKeys(keys);
        cover(el, "instead");
        this.mark();
      });
    }

    /** @param {Set<string>} changed @param {What} what */
    update(changed, what) {
      this.strip.update(changed, what);
      if (changed.size || what.queue) this.mark();
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
  };
}

export const AssetsTable = table("assets");
export const StaleTable = table("stale");

/** One asset in detail. @implements {View} */
export class AssetDetail {
  /** @param {HTMLElement} el @param {Page} page */
  constructor(el, page) {
    const key = (el.dataset.keys ?? "").trim();
    this.el = el;
    this.key = key;
    this.ended = new AbortController();
    this.strip = new AssetStrip(page, key, this.ended.signal);
    this.body = element("div", { class: "am-detail" });
    this.live = cover(el, "beside");
    this.live.append(this.strip.node, this.body);
    this.followed = new Followed(el, page, this.ended.signal, () => ({ view: "asset", key }), (content) => {
      this.body.replaceChildren(content);
      cover(el, "instead");
    });
  }

  /** @param {Set<string>} changed @param {What} what */
  update(changed, what) {
    this.strip.update(changed, what);
    if (changed.has(this.key)) this.followed.again();
  }

  /** @param {string} [note] */
  close(note) {
    this.ended.abort();
    uncover(this.el, note);
  }
}
