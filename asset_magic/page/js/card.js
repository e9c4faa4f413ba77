// The live side of one asset's card and of one check's: how it stands, what to do about it, and its present value.
/**
 * @import { Face, RunRequest, View, ViewReply, What } from "./protocol.js"
 * @import { Page } from "./page.js"
 */
import { ago, badge, button, cover, element, inner, seconds, setAttribute, setText, uncover, wholeSeconds } from "./dom.js";
import { Details } from "./details.js";

/**
 * How an asset stands, in words: "made 2 min ago · 1.4 s", "upstream orders changed", "4 s of about 38 s".
 * @param {Page} page
 * @param {string} key
 */
export function standing(page, key) {
  const face = page.assets.get(key);
  const run = page.running;
  if (!face) return "no longer an asset of this kernel";
  const state = page.state(key);
  if (state === "running") {
    if (run?.key !== key) return "";
    const since = wholeSeconds(page.now() - run.began);
    return run.expected ? `${since} of about ${seconds(run.expected)}` : since;
  }
  if (state === "queued") return run ? `waits for ${run.key || run.label}` : "waits for the kernel";
  const parts = [face.run === "skipped" && face.blocked ? `skipped: ${face.blocked}` : face.blocked];
  if (state !== "failed") parts.push(face.why);
  if (face.made !== null) parts.push(`${face.kind === "source" ? "seen" : "made"} ${ago(page.now() - face.made)}`);
  if (face.made !== null && face.took !== null && state === "fresh") parts.push(seconds(face.took));
  return parts.filter(Boolean).join(" · ") || (state === "missing" ? "never materialized" : "");
}

/** One line on one asset: pill, words, check marks and buttons. Also used above `%asset`. */
export class AssetStrip {
  /** @param {Page} page @param {string} key @param {AbortSignal} signal */
  constructor(page, key, signal) {
    this.page = page;
    this.key = key;
    this.signal = signal;
    /** The run that was last asked for here. */ this.asked = "";
    this.other = false;
    this.mode = "";
    this.badge = badge("missing");
    this.words = element("span", { class: "am-words", dir: "auto" });
    this.marks = element("span", { class: "am-checks" });
    this.actions = element("span", { class: "am-actions" });
    this.error = element("div", { class: "am-error am-error-text", dir: "auto", hidden: true });
    this.drawer = new Drawer(page, key, signal);
    const said = element("span", { class: "am-said" }, this.words, this.marks);
    const line = element("div", { class: "am-strip" }, this.badge, said, this.actions);
    this.node = element("div", { class: "am-asset-strip" }, line, this.error, this.drawer.node);
    this.write();
  }

  /** @param {Set<string>} changed @param {What} what */
  update(changed, what) {
    const mine = changed.has(this.key);
    const ticking = what.run && this.mode !== "idle" && this.mode !== "none";
    if (mine || what.queue || what.time || ticking) this.write();
    this.drawer.update(changed, what);
  }

  /** Another cell defines the asset now: no buttons here. @param {boolean} other */
  setOther(other) {
    this.other = other;
    this.write();
  }

  write() {
    const { page, key } = this;
    const state = page.state(key);
    const face = page.assets.get(key);
    badge(state, this.badge);
    setText(this.words, this.other && face ? "defined by another cell now" : standing(page, key));
    setText(this.marks, (face?.checks ?? []).map(([mark, count]) => `${mark} ${count}`).join("  "));
    const error = page.failures.get(this.asked) ?? (state === "failed" ? face?.error : "") ?? "";
    setText(this.error, error);
    this.error.hidden = !error;
    const idle = state === "running" || state === "queued" ? state : "idle";
    this.setMode(!face || this.other ? "none" : idle === "idle" && face.kind === "source" ? "source" : idle);
    const due = state === "stale" || state === "missing" || state === "failed";
    this.actions.firstElementChild?.classList.toggle("am-primary", due && this.mode === "idle");
  }

  /** Which buttons there are. Those that stay the same are not made again, so that focus stays. @param {string} mode */
  setMode(mode) {
    if (this.mode === mode) return;
    this.mode = mode;
    const focused = this.actions.contains(document.activeElement);
    this.actions.replaceChildren(...this.buttons(mode));
    if (focused) this.actions.querySelector("button")?.focus();
  }

  /** @param {string} mode */
  buttons(mode) {
    const { page, key, signal } = this;
    const history = () => this.drawer.button;
    if (mode === "none") return [];
    if (mode === "running") return [button("Stop", { name: `Stop materializing ${key}`, signal, onclick: () => page.interrupt() }), history()];
    if (mode === "queued") {
      const onclick = () => page.cancel(page.waiting(key)?.id ?? "");
      return [button("Take back", { name: `Take ${key} back from the queue`, signal, onclick }), history()];
    }
    const downstream = this.runButton("Materialize downstream", `Materialize ${key} and all downstream of it`, { downstream: true });
    if (mode === "source") return [downstream, history()];
    return [
      this.runButton("Materialize", `Materialize ${key}`, {}),
      downstream,
      this.runButton("Force", `Materialize ${key} even if it is fresh`, { force: true }),
      history(),
    ];
  }

  /** @param {string} label @param {string} name @param {Partial<RunRequest>} request */
  runButton(label, name, request) {
    const { key, page, signal } = this;
    const onclick = () => {
      const run = request.downstream ? `${key} and downstream` : request.force ? `${key} (forced)` : key;
      this.asked = page.materialize({ label: run, keys: [key], ...request }, this);
    };
    return button(label, { name, signal, onclick });
  }
}

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
    this.strip = new AssetStrip(page, this.key, this.ended.signal);
    this.present = new Present(el, page, this.ended.signal);
    this.live = cover(el, "beside");
    this.live.append(this.present.card, this.strip.node, this.present.value);
    this.check();
  }

  /** @param {Set<string>} changed @param {What} what */
  update(changed, what) {
    this.strip.update(changed, what);
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
