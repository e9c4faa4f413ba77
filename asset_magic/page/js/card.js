// The live side of one asset's card and of one check's: how it stands, what to do about it, and its present value.
/**
 * @import { View, ViewReply, What } from "./protocol.js"
 * @import { Page } from "./page.js"
 */
import { AssetStrip } from "./asset_strip.js";
import { Details } from "./details.js";
import { button, cover, element, inner, setAttribute, uncover } from "./dom.js";
import { Present, hideStored, outputBelow, showStored } from "./present.js";

/** The history of one asset, beneath its line when opened. */
class Drawer {
  /** @param {Page} page @param {string} key @param {AbortSignal} signal */
  constructor(page, key, signal) {
    this.page = page;
    this.key = key;
    /** @type {Details | null} */ this.details = null;
    this.node = element("div", { class: "am-drawer", hidden: true });
    this.button = button("History", { name: `History of ${key}`, onclick: () => this.toggle() });
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
    this.strip = new AssetStrip(page, this.key, { more: this.drawer.button, told: (error) => this.tells(error) });
    this.present = new Present(el, page, this.ended.signal);
    this.live = cover(el, "beside");
    this.live.append(this.present.outputs, this.present.card, this.strip.node, this.drawer.node, this.present.value);
    this.check();
  }

  /** @param {Set<string>} changed @param {What} what */
  update(changed, what) {
    this.strip.update(changed, what);
    this.drawer.update(changed, what);
    if (changed.has(this.key) || what.turns.has(this.key)) this.check();
  }

  /** Is this card still its asset's, and does it show what the asset is now? */
  check() {
    const face = this.page.assets.get(this.key);
    const code = this.el.dataset.code;
    const other = Boolean(face && code && code !== face.code);
    if (other !== this.strip.other) this.strip.setOther(other);
    if (face && !other && this.page.state(this.key) !== "running") this.present.follow(this.key, face);
  }

  /** Is this the card of a run that failed, with its traceback beneath? @param {string} error */
  tells(error) {
    const { el } = this;
    const own = el.dataset.value === "below" && this.page.assets.get(this.key)?.print === el.dataset.print;
    const rows = [...el.querySelectorAll(":scope > table td[colspan]")];
    if (!own || !rows.some((row) => row.textContent?.startsWith("✗"))) return false;
    // The front end may be about to write the traceback; that of a run before tells another error.
    const beneath = spaced(outputBelow(el)?.textContent ?? "");
    return !beneath || beneath.includes(spaced(error.replace(/…$/, "")));
  }

  /** @param {string} [note] */
  close(note) {
    this.ended.abort();
    this.present.close();
    uncover(this.el, note);
  }
}

/** @param {string} text */
function spaced(text) {
  return text.replace(/\s+/g, " ").trim();
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
    /** @type {Element[]} */ this.hidden = [];
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
      (reply) => this.ended.signal.aborted || this.asked !== stamp || this.draw(reply),
      () => {},
    );
  }

  /** @param {ViewReply} reply */
  draw({ html, code }) {
    uncover(this.el);
    showStored(this.hidden);
    const stored = this.el.dataset.code ?? "";
    if (stored && code && stored !== code) {
      cover(this.el, "beside").append(element("div", { class: "am-words" }, "defined by another cell now"));
      return;
    }
    const content = inner(html);
    if (content.textContent?.trim() === this.el.textContent?.trim()) return;
    this.hidden = hideStored(this.el, { below: this.el.dataset.value === "below" });
    cover(this.el, "instead").append(content);
  }

  /** @param {string} [note] */
  close(note) {
    this.ended.abort();
    showStored(this.hidden);
    uncover(this.el, note);
  }
}
