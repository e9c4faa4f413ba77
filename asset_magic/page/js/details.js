// One asset in detail, under a lineage, for %asset or as the drawer of a card: what the kernel draws of it, its value.
import { AssetStrip } from "./asset_strip.js";
import { Comparison } from "./comparison.js";
import { ago, button, element, focused, inner, setText } from "./dom.js";
import { Followed } from "./followed.js";

/** @import { Page } from "./page.js" */
/** @import { ViewReply, What } from "./protocol.js" */
/** @typedef {[detail: ViewReply, card: ViewReply | null]} Answer */

/** A panel at the end of an element; it follows its asset until it is closed. */
export class Details {
  /**
   * @param {HTMLElement} el where to append the panel
   * @param {Page} page
   * @param {string} key
   * @param {{ view?: "asset" | "history", shut?: () => void, shown?: () => void }} [options]
   *   a history is bare; `shut`: the reader closes it; `shown`: there is something to see
   */
  constructor(el, page, key, { view = "asset", shut, shown = () => {} } = {}) {
    this.page = page;
    this.key = key;
    this.view = view;
    this.shown = shown;
    this.end = new AbortController();
    /** @type {HTMLElement | null} */ this.value = null;
    this.body = element("div", { class: "am-details-body" });
    this.preview = element("div", { class: "am-preview", hidden: true });
    this.comparison = new Comparison(page, key, this.end.signal);
    this.el = element("section", { class: `am-details am-details-${view}`, "aria-label": `Details of ${key}` });
    this.strip = view === "asset" ? new AssetStrip(page, key, { detailed: true }) : null;
    this.el.append(...(this.strip ? [this.head(shut), this.strip.node] : []), this.body, this.preview);
    el.append(this.el);
    this.followed = new Followed(this.el, page, this.end.signal, () => this.ask(), {
      draw: (answer) => this.draw(answer),
      refused: (words) => this.body.replaceChildren(element("p", { class: "am-error" }, words)),
    });
  }

  /** @param {Set<string>} changed @param {What} what */
  update(changed, what) {
    this.strip?.update(changed, what);
    if (what.time) this.tellTimes();
    if (changed.has(this.key)) this.followed.again();
  }

  close() {
    this.end.abort();
    this.page.discard(this.value);
    this.el.remove();
  }

  /** @param {(() => void) | undefined} shut */
  head(shut) {
    const name = element("bdi", { class: "am-details-name" }, this.key);
    const cross = shut && button("×", { name: "Close details", class: "am-close", onclick: shut });
    return element("header", { class: "am-details-head" }, name, cross);
  }

  /** A value that fails to show does not keep the rest away. @returns {Promise<Answer>} */
  ask() {
    const { key, page, view } = this;
    const card = view === "asset" ? page.look({ view: "card", key }).catch(() => null) : null;
    return Promise.all([page.look({ view, key }), card]);
  }

  /** @param {Answer} answer */
  draw([{ html }, card]) {
    const at = focused(this.body);
    const active = at?.textContent;
    const folds = new Map([...this.body.querySelectorAll("details")].map((node) => [summaryOf(node), node.open]));
    this.body.replaceChildren(inner(html));
    for (const node of this.body.querySelectorAll("details")) {
      node.open = folds.get(summaryOf(node)) ?? node.open;
      if (active && active === summaryOf(node)) node.querySelector("summary")?.focus();
    }
    this.tellTimes();
    this.comparison.stand(this.body, at);
    this.page.discard(this.value);
    this.value = card?.value ? this.page.render(card.value) : null;
    const shown = this.value ?? (card?.text ? element("pre", { class: "am-value-text" }, card.text) : null);
    this.preview.replaceChildren(...(shown ? [shown] : []));
    this.preview.hidden = !shown;
    this.shown();
  }

  /** "2 min ago" for what the kernel wrote as a time; the time itself is shown on pointing. */
  tellTimes() {
    for (const time of this.body.querySelectorAll("time")) {
      const moment = Date.parse(time.dateTime) / 1000;
      if (Number.isNaN(moment)) continue;
      time.title ||= time.textContent ?? "";
      setText(time, ago(this.page.now() - moment));
    }
    this.comparison.tellTimes();
  }
}

/** @param {HTMLDetailsElement} node */
function summaryOf(node) {
  return node.querySelector("summary")?.textContent ?? "";
}
