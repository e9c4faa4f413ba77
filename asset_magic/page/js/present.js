// What an asset is now, where that is no longer what its cell has displayed.
/**
 * @import { Face, Value, ViewReply } from "./protocol.js"
 * @import { Page } from "./page.js"
 */
import { cover, element, inner } from "./dom.js";

const CELL_OUTPUT = ".jp-OutputArea-child";

/** What the cell put out after `el`. @param {HTMLElement} el */
export function outputBelow(el) {
  return el.closest(CELL_OUTPUT)?.nextElementSibling ?? null;
}

/**
 * Hide what the cell stored around `el` that belongs to the run whose card `el` is.
 * @param {HTMLElement} el
 * @param {{ above?: boolean, below?: boolean }} where `above`: what the body printed and drew; `below`: value or error
 * @returns {Element[]} what has been hidden
 */
export function hideStored(el, { above = false, below = false }) {
  const own = el.closest(CELL_OUTPUT);
  const found = [];
  const next = below ? outputBelow(el) : null;
  if (next) found.push(next);
  for (let before = above ? own?.previousElementSibling : null; before; before = before.previousElementSibling) found.push(before);
  for (const output of found) output.setAttribute("data-am-hidden", "");
  return found;
}

/** @param {Element[]} hidden what `hideStored` gave */
export function showStored(hidden) {
  for (const output of hidden.splice(0)) output.removeAttribute("data-am-hidden");
}

/** Is there a card above this one in the output of its cell? What a body printed stands above the first. @param {Element} el */
function follows(el) {
  let before = el.closest(CELL_OUTPUT)?.previousElementSibling;
  while (before && !before.querySelector('.asset-magic[data-view="card"]')) before = before.previousElementSibling;
  return Boolean(before);
}

/** What the asset is now, drawn instead of what its cell displayed, where the two differ. */
export class Present {
  /** @param {HTMLElement} el @param {Page} page @param {AbortSignal} signal */
  constructor(el, page, signal) {
    this.el = el;
    this.page = page;
    this.signal = signal;
    this.outputs = element("div", { class: "am-outputs" });
    this.card = element("div", { class: "am-present" });
    this.value = element("div", { class: "am-value" });
    /** @type {HTMLElement[]} */ this.rendered = [];
    /** @type {Element[]} */ this.hidden = [];
    /** The print of what is seen. */ this.print = el.dataset.print ?? "";
    this.asked = "";
  }

  /** @param {string} key @param {Face} face */
  follow(key, face) {
    if (face.print === this.print) return;
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
    const first = !follows(this.el);
    this.card.replaceChildren(inner(reply.html));
    this.render(this.outputs, first ? reply.outputs ?? [] : []);
    this.render(this.value, reply.value ? [reply.value] : []);
    this.hidden = hideStored(this.el, { above: first, below: this.el.dataset.value === "below" });
  }

  /** @param {HTMLElement} place @param {Value[]} values */
  render(place, values) {
    for (const value of values) {
      const node = this.page.render(value);
      if (!node) continue;
      this.rendered.push(node);
      place.append(node);
    }
  }

  close() {
    this.el.removeAttribute("data-am-old");
    for (const node of this.rendered.splice(0)) this.page.discard(node);
    for (const place of [this.outputs, this.card, this.value]) place.replaceChildren();
    showStored(this.hidden);
  }
}
