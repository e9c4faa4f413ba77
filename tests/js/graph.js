// A lineage as the kernel draws it, and a live view of it.
import { Lineage } from "../../asset_magic/page/js/lineage.js";
import { Page } from "../../asset_magic/page/js/page.js";
import { face, fakeModel, settled } from "./front.js";

/** @import { Face, ViewReply } from "../../asset_magic/page/js/protocol.js" */
/** @typedef {{ at: [number, number], keys?: string[] }} Drawn a node; with keys: a collapsed group */

/** The box of the viewport, since jsdom lays nothing out. */
export const BOX = { width: 1000, height: 0 };

/** Observers of sizes that were made, to be told of one. @type {Set<() => void>} */
const observers = new Set();
export const resized = () => observers.forEach((tell) => tell());

/** What jsdom lacks. */
export function laidOut() {
  observers.clear();
  BOX.width = 1000;
  BOX.height = 0;
  globalThis.ResizeObserver = class {
    /** @param {ResizeObserverCallback} callback */
    constructor(callback) {
      this.tell = () => callback([], this);
      observers.add(this.tell);
    }
    observe() {}
    unobserve() {}
    disconnect() {
      observers.delete(this.tell);
    }
  };
  const height = (/** @type {HTMLElement} */ el) => BOX.height || Number.parseFloat(el.style.height) || 0;
  Object.defineProperty(HTMLElement.prototype, "clientWidth", { configurable: true, get: () => BOX.width });
  Object.defineProperty(HTMLElement.prototype, "clientHeight", { configurable: true, get() { return height(this); } });
}

const quoted = (/** @type {string} */ text) => text.replace(/&/g, "&amp;").replace(/"/g, "&quot;").replace(/</g, "&lt;");

/**
 * @param {Record<string, Drawn>} nodes
 * @param {[string, string][]} edges
 * @param {[number, number]} size
 */
export function liveSvg(nodes, edges, [width, height]) {
  const lines = edges.map(([from, to]) => `<path class="am-edge" data-from="${quoted(from)}" data-to="${quoted(to)}" d="M0 0H9" marker-end="url(#am-arrow)"/>`);
  const cards = Object.entries(nodes).map(([name, { at, keys }]) => {
    const group = keys && `class="am-node am-group" data-group="${quoted(name)}" data-node="group:${quoted(name)}" data-keys="${quoted(keys.join(" "))}"`;
    const own = group ?? `class="am-node" data-key="${quoted(name)}" data-node="${quoted(name)}"`;
    return `<g ${own} tabindex="-1" role="button" transform="translate(${at.join(",")})"><title>${quoted(name)}</title>
      <rect class="am-card" width="200" height="66"/><text class="am-name">${quoted(name)}</text><text class="am-meta">${keys ? `${keys.length} assets` : "int"}</text>
      <rect class="am-pill" x="14" y="44" width="52"/><text class="am-status"></text><g class="am-marks"></g><rect class="am-bar" x="7" width="0"/></g>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" class="am-lineage" width="${width}" height="${height}" viewBox="-12 -12 ${width} ${height}"><defs><marker id="am-arrow"><path/></marker></defs><g>${lines.join("")}</g>${cards.join("")}</svg>`;
}

/** orders and customers -> joined -> report, each with its face. */
export const SHOP = liveSvg(
  { orders: { at: [0, 0] }, customers: { at: [0, 84] }, joined: { at: [256, 42] }, report: { at: [512, 42] } },
  [["orders", "joined"], ["customers", "joined"], ["joined", "report"]],
  [736, 174],
);
export const SHOP_KEYS = ["orders", "customers", "joined", "report"];

/** @type {(() => void)[]} */ const opened = [];
export const closeAll = () => opened.splice(0).forEach((close) => close());

/**
 * A stored lineage with its live view, not yet answered.
 * @param {Record<string, Partial<Face>>} [faces] those that are not plainly fresh
 * @param {{ selection?: string, keys?: string[] }} [stored]
 */
export function lineage(faces = {}, { selection = "", keys = SHOP_KEYS } = {}) {
  const el = document.createElement("div");
  el.className = "asset-magic";
  Object.assign(el.dataset, { view: "lineage", keys: keys.join(" "), selection });
  el.innerHTML = '<img alt="Asset lineage">';
  document.body.replaceChildren(el);
  const model = fakeModel();
  const page = new Page(model);
  model.snapshot(Object.fromEntries(keys.map((key) => [key, face(faces[key])])));
  const view = new Lineage(el, page);
  const ended = new AbortController();
  page.listen((changed, what) => view.update(changed, what), ended.signal);
  opened.push(() => {
    ended.abort();
    view.close();
    page.close();
  });
  const node = (/** @type {string} */ name) => /** @type {SVGGElement} */ ([...el.querySelectorAll("g.am-node")].find((g) => g instanceof SVGElement && (g.dataset.key ?? g.dataset.group) === name));
  const part = (/** @type {string} */ name, /** @type {string} */ which) => node(name).querySelector(which)?.textContent;
  const at = (/** @type {string} */ selector) => /** @type {HTMLElement} */ (el.querySelector(selector));
  const labelled = (/** @type {string} */ label) => [...el.querySelectorAll("button")].find((button) => button.textContent === label && !button.closest("[hidden]"));
  return {
    el, model, page, view, node, part, at, labelled,
    press: (/** @type {string} */ label) => labelled(label)?.click(),
    click: (/** @type {string} */ name, options = {}) => node(name).dispatchEvent(new MouseEvent("click", { bubbles: true, ...options })),
    type: (/** @type {string} */ key, options = {}) => document.activeElement?.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...options })),
    focused: () => (document.activeElement instanceof SVGElement ? document.activeElement.dataset.key ?? document.activeElement.dataset.group : document.activeElement?.className),
    looks: () => model.sent.filter((message) => message.kind === "look" && message.view === "lineage"),
    /** @param {Partial<ViewReply>} [reply] to the last look at a lineage */
    async answer(reply = {}) {
      const { id } = model.sent.findLast((message) => message.kind === "look" && message.view === "lineage");
      model.say({ kind: "view", id, view: "lineage", html: SHOP, keys, ...reply });
      await settled();
    },
  };
}

/** The same, drawn. @param {Record<string, Partial<Face>>} [faces] @param {{ selection?: string, keys?: string[] }} [stored] @param {Partial<ViewReply>} [reply] */
export async function drawnLineage(faces, stored, reply) {
  const shown = lineage(faces, stored);
  await shown.answer(reply);
  return shown;
}

/** Answer each look at the details of an asset that waits. @param {ReturnType<typeof fakeModel>} model @param {{ html?: string, value?: object | null, text?: string }} reply */
export async function answerDetails(model, { html = "<p>of the asset</p>", value = null, text = "" }) {
  const answered = new Set();
  for (const { kind, id, view, key } of model.sent)
    if (kind === "look" && ["asset", "card", "history"].includes(view) && !answered.has(id))
      model.say(/** @type {any} */ ({ kind: "view", id, view, html: view === "card" ? "" : html, keys: [key], ...(view === "card" ? { value, text } : {}) }));
  await settled();
}
