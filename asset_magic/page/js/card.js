// The live side of one asset's card and of one check's: how it stands, what to do about it, and its present value.
/**
 * @import { Face, View, ViewReply, What } from "./protocol.js"
 * @import { Page } from "./page.js"
 */
import { AssetStrip } from "./asset_strip.js";
import { Details } from "./details.js";
import { button, cover, element, inner, setAttribute, uncover } from "./dom.js";

/** The history of one asset, beneath its line when opened. */
class Drawer {
  /** @param {Page} page @param {string} key @param {AbortSignal} signal */
  constructor(page, key, signal) {
    this.page = page;
    this.key = key;
    /** @type {Details | null} */ this.details = null;
    this.node = element("div", { class: "am-drawer", hidden: true });
    this.button = button("History", { name: `History of ${key}`, signal, onclick: () => this.toggle() });
    this.button.setAttribute("aria-expanded", "false");
    signal.addEventListener("abort", () => this.details?.close());
  }

  toggle() {
    const open = this.node.hidden;
    this.node.hidden = !open;
    setAttribute(this.button, "aria-expanded", String(open));
    this.details?.close();
    this.details = open ? new Details(this.node, this.page, this.key, { view: "history" }) : null;
  }

  /** @param {Set<string>} changed @param {What} what */
  update(changed, what) {
    this.details?.update(changed, what);
  }
}

/** @implements {View} */
export class Card {
  /** @param {HTMLElement} el @param {Page} page */
  constructor(el, page) {
    this.el = el;
    this.page = page;
    this.key = (el.dataset.keys ?? "").trim();
    this.ended = new AbortController();
    this.drawer = new Drawer(page, this.key, this.ended.signal);
    this.strip = new AssetStrip(page, this.key, this.ended.signal, { more: this.drawer.button });
    this.present = new Present(el, page, this.ended.signal);
    this.live = cover(el, "beside");
    this.live.append(this.present.card, this.strip.node, this.drawer.node, this.present.value);
    this.check();
  }

  /** @param {Set<string>} changed @param {What} what */
  update(changed, what) {
    this.strip.update(changed, what);
    this.drawer.update(changed, what);
    if (changed.has(this.key)) this.check();
  }

  /** Is this card still its asset's, and does it show what the asset is now? */
  check() {
    const face = this.page.assets.get(this.key);
    const code = this.el.dataset.code;
    const other = Boolean(face && code && code !== face.code);
    if (other !== this.strip.other) this.strip.setOther(other);
    if (face && !other && this.page.state(this.key) !== "running") this.present.follow(this.key, face);
  }

  /** @param {string} [note] */
  close(note) {
    this.ended.abort();
    this.present.close();
    uncover(this.el, note);
  }
}

/** What the asset is now, drawn instead of what its cell displayed, where the two differ. */
class Present {
  /** @param {HTMLElement} el @param {Page} page @param {AbortSignal} signal */
  constructor(el, page, signal) {
    this.el = el;
    this.page = page;
    this.signal = signal;
    this.card = element("div", { class: "am-present" });
    this.value = element("div", { class: "am-value" });
    /** @type {HTMLElement | null} */ this.rendered = null;
    /** @type {Element | null} */ this.hidden = null;
    /** The print of what is seen. */ this.print = el.dataset.print ?? "";
    this.asked = "";
  }

  /** @param {string} key @param {Face} face */
  follow(key, face) {
    if (face.print === this.print) return;
    // Without a print to go by, what a card shows can have changed only if one of these did.
    const { print, made, code, checks, error, flags } = face;
    const stamp = JSON.stringify([print, made, code, checks, error, flags]);
    if (stamp === this.asked) return;
    this.asked = stamp;
    this.el.setAttribute("data-am-old", ""); // a busy kernel answers late
    const latest = () => !this.signal.aborted && this.asked === stamp;
    this.page.look({ view: "card", key }).then(
      (reply) => latest() && this.draw(reply),
      () => latest() && this.close(), // the kernel is gone, and this view with it; or the asset is, and the strip says so
    );
  }

  /** @param {ViewReply} reply */
  draw(reply) {
    this.close();
    this.print = reply.print ?? "";
    const stored = this.print !== "" && this.print === this.el.dataset.print;
    cover(this.el, stored ? "beside" : "instead");
    if (stored) return;
    this.card.replaceChildren(inner(reply.html));
    this.rendered = reply.value ? this.page.render(reply.value) : null;
    if (this.rendered) this.value.replaceChildren(this.rendered);
    if (this.el.dataset.value !== "below") return;
    this.hidden = this.el.closest(".jp-OutputArea-child")?.nextElementSibling ?? null;
    this.hidden?.setAttribute("data-am-hidden", "");
  }

  close() {
    this.el.removeAttribute("data-am-old");
    this.page.discard(this.rendered);
    this.rendered = null;
    this.card.replaceChildren();
    this.value.replaceChildren();
    this.hidden?.removeAttribute("data-am-hidden");
    this.hidden = null;
  }
}

/** One check: its latest result in place of the stored one. @implements {View} */
export class Check {
  /** @param {HTMLElement} el @param {Page} page */
  constructor(el, page) {
    this.el = el;
    this.page = page;
    this.key = (el.dataset.keys ?? "").trim();
    this.ended = new AbortController();
    this.asked = "";
    this.follow();
  }

  /** @param {Set<string>} changed */
  update(changed) {
    if (changed.has(this.key)) this.follow();
  }

  follow() {
    const face = this.page.assets.get(this.key);
    const stamp = JSON.stringify([face?.made, face?.checks, face?.code]);
    if (!face || stamp === this.asked) return;
    this.asked = stamp;
    this.page.look({ view: "check", key: this.key, check: this.el.dataset.check ?? "" }).then(
      ({ html }) => this.ended.signal.aborted || this.asked !== stamp || this.draw(inner(html)),
      () => {},
    );
  }

  /** @param {DocumentFragment} content */
  draw(content) {
    uncover(this.el);
    if (content.textContent?.trim() === this.el.textContent?.trim()) return;
    cover(this.el, "instead").append(content);
  }

  /** @param {string} [note] */
  close(note) {
    this.ended.abort();
    uncover(this.el, note);
  }
}
