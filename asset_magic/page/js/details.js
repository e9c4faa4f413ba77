// One asset in detail, under a lineage or as the drawer of a card: what the kernel draws of it, its value, its buttons.
import { ago, button, element, inner, setText } from "./dom.js";

/** @import { Page } from "./page.js" */
/** @import { RunRequest, ViewReply, What } from "./protocol.js" */

const PAUSE = 150;

/** A panel at the end of an element; it follows its asset until it is closed. */
export class Details {
  /**
   * @param {HTMLElement} el where to append the panel
   * @param {Page} page
   * @param {string} key
   * @param {{ view?: "asset" | "history", shut?: () => void }} [options] a history is bare; `shut`: the reader closes it
   */
  constructor(el, page, key, { view = "asset", shut } = {}) {
    this.page = page;
    this.key = key;
    this.view = view;
    this.end = new AbortController();
    this.turn = 0;
    /** @type {ReturnType<typeof setTimeout> | undefined} */ this.timer = undefined;
    /** @type {HTMLElement | null} */ this.value = null;
    this.body = element("div", { class: "am-details-body" });
    this.preview = element("div", { class: "am-preview", hidden: true });
    this.el = element("section", { class: `am-details am-details-${view}`, "aria-label": `Details of ${key}` });
    /** @type {HTMLButtonElement[]} */ this.own = [];
    if (view === "asset") this.el.append(this.head(shut));
    this.el.append(this.body, this.preview);
    el.append(this.el);
    this.enable();
    void this.refresh();
  }

  /** @param {Set<string>} changed @param {What} what */
  update(changed, what) {
    if (changed.has(this.key) || what.queue || what.run) this.enable();
    if (what.time) this.tellTimes();
    if (!changed.has(this.key)) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.refresh(), PAUSE);
  }

  close() {
    clearTimeout(this.timer);
    this.end.abort();
    this.page.discard(this.value);
    this.el.remove();
  }

  /** @param {(() => void) | undefined} shut */
  head(shut) {
    const { key } = this;
    const { signal } = this.end;
    /** @param {string} label @param {Omit<RunRequest, "keys">} request @param {string} name */
    const runs = (label, request, name) => button(label, { name, signal, onclick: () => this.page.materialize({ ...request, keys: [key] }) });
    const materialize = runs("Materialize", { label: key }, `Materialize ${key}`);
    const rest = runs("Materialize downstream", { label: `${key} and downstream`, downstream: true }, `Materialize ${key} and all downstream of it`);
    const force = runs("Force", { label: `${key}, forced`, force: true }, `Materialize ${key} even if it is fresh`);
    this.own = [materialize, force];
    const cross = button("×", { name: "Close details", class: "am-close", signal, onclick: () => shut?.() });
    return element("header", { class: "am-details-head" }, element("bdi", { class: "am-details-name" }, key), materialize, rest, force, shut && cross);
  }

  /** A source is made elsewhere, and what waits or runs need not be asked for again. */
  enable() {
    const state = this.page.state(this.key);
    const source = this.page.assets.get(this.key)?.kind === "source";
    for (const node of this.own) {
      node.hidden = source;
      node.disabled = state === "running" || state === "queued";
    }
    this.own[0]?.classList.toggle("am-primary", ["stale", "missing", "failed"].includes(state));
  }

  async refresh() {
    const turn = ++this.turn;
    const { key, page, view } = this;
    try {
      const [reply, card] = await Promise.all([
        page.look({ view, key }),
        view === "asset" ? page.look({ view: "card", key }).catch(() => null) : null,
      ]);
      if (turn === this.turn && !this.end.signal.aborted) this.show(reply, card);
    } catch (error) {
      if (turn === this.turn) this.body.replaceChildren(element("p", { class: "am-error" }, String(error instanceof Error ? error.message : error)));
    }
  }

  /** @param {ViewReply} reply @param {ViewReply | null} card */
  show(reply, card) {
    const folds = new Map([...this.body.querySelectorAll("details")].map((node) => [summaryOf(node), node.open]));
    this.body.replaceChildren(inner(reply.html));
    for (const node of this.body.querySelectorAll("details")) node.open = folds.get(summaryOf(node)) ?? node.open;
    this.tellTimes();
    this.page.discard(this.value);
    this.value = card?.value ? this.page.render(card.value) : null;
    this.preview.replaceChildren(...(this.value ? [this.value] : []));
    this.preview.hidden = !this.value;
  }

  /** "2 min ago" for what the kernel wrote as a time; the time itself is shown on pointing. */
  tellTimes() {
    for (const time of this.body.querySelectorAll("time")) {
      const moment = Date.parse(time.dateTime) / 1000;
      if (Number.isNaN(moment)) continue;
      time.title ||= time.textContent ?? "";
      setText(time, ago(this.page.now() - moment));
    }
  }
}

/** @param {HTMLDetailsElement} node */
function summaryOf(node) {
  return node.querySelector("summary")?.textContent ?? "";
}
