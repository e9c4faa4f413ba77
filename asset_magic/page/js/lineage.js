// The live lineage: strip, toolbar, the graph in its viewport, details of the asset that is opened.
import { announce, button, cover, element, focused, kernelHtml, nameButton, setAttribute, setText, thousands, uncover } from "./dom.js";
import { Brush } from "./brush.js";
import { Details } from "./details.js";
import { FocusBar } from "./focus.js";
import { GroupMenu } from "./groups.js";
import { LineageNodes, middle } from "./nodes.js";
import { Overview } from "./overview.js";
import { LineageSearch } from "./search.js";
import { StatusStrip } from "./status.js";
import { Viewport } from "./viewport.js";

/** @import { Page } from "./page.js" */
/** @import { ViewReply, What } from "./protocol.js" */
/** @import { LineageNode } from "./nodes.js" */

const CLOSER = 1.25;
const REGROWTH = 400;
const ARROWS = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"];

/** A view (see protocol.js) over a stored lineage. */
export class Lineage {
  /** @param {HTMLElement} el @param {Page} page */
  constructor(el, page) {
    this.el = el;
    this.page = page;
    this.selection = el.dataset.selection ?? "";
    this.end = new AbortController();
    const { signal } = this.end;
    /** @type {LineageNodes | null} */ this.nodes = null;
    /** The one node that Tab reaches. @type {LineageNode | null} */ this.current = null;
    /** @type {Set<string>} */ this.selected = new Set();
    /** @type {Details | null} */ this.details = null;
    /** Code versions as drawn: another one may have other dependencies. @type {Map<string, string>} */ this.code = new Map();
    this.turn = 0;
    this.asking = false;
    this.drawn = "";
    /** @type {ReturnType<typeof setTimeout> | undefined} */ this.timer = undefined;

    this.strip = new StatusStrip(page, { selection: this.selection, keys: [], all: true });
    this.groups = new GroupMenu({ signal, chosen: () => void this.ask() });
    this.search = new LineageSearch({ go: (node) => this.goTo(node), leave: () => this.current?.g.focus({ preventScroll: true }) });
    this.focus = new FocusBar({ narrowed: () => this.narrowed() });
    this.chosen = button("Materialize selected", { class: "am-primary", onclick: () => this.materialize() });
    this.problem = element("p", { class: "am-error", role: "alert", hidden: true });
    this.box = element("div", { class: "am-viewport" });
    this.viewport = new Viewport(this.box, { signal, moved: () => this.moved() });
    this.brush = new Brush(page, this.viewport, signal);
    this.overview = new Overview(this.viewport, signal);
    this.body = element("div", { class: "am-graph" }, this.strip.node, this.tools(), this.problem, this.box);
    this.listen(signal);
    void this.ask();
  }

  /** @param {Set<string>} changed @param {What} what */
  update(changed, what) {
    this.strip.update(changed, what);
    if (this.nodes && this.brush.mark(this.nodes.touched(changed, what, this.page.running?.key))) this.overview.changed();
    this.details?.update(changed, what);
    if (this.reshaped(changed)) this.askLater();
  }

  /** @param {string} [note] */
  close(note) {
    clearTimeout(this.timer);
    this.details?.close();
    this.end.abort();
    uncover(this.el, note);
  }

  /** Have the kernel draw what is to be seen now. @param {string} [then] the asset to go to */
  async ask(then) {
    const turn = ++this.turn;
    this.asking = true;
    const late = () => turn !== this.turn || this.end.signal.aborted;
    try {
      const reply = await this.page.look({ view: "lineage", selection: this.focus.within(this.selection), collapsed: [...this.groups.collapsed] });
      if (!late()) this.draw(reply, then);
    } catch (error) {
      if (!late()) this.refused(error instanceof Error ? error.message : String(error));
    }
    if (!late()) this.asking = false;
  }

  /** Ask again soon, yet not while an answer is due: a busy kernel is slow. */
  askLater() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => (this.asking ? this.askLater() : void this.ask()), REGROWTH);
  }

  /** @param {string} words */
  refused(words) {
    setText(this.problem, words);
    this.problem.hidden = false;
    if (!this.body.isConnected) cover(this.el, "beside").replaceChildren(element("p", { class: "am-error" }, words));
  }

  /** @param {ViewReply} reply @param {string} [then] */
  draw(reply, then) {
    this.problem.hidden = true;
    this.remember(reply.keys);
    if (reply.html === this.drawn) return;
    this.drawn = reply.html;
    const content = kernelHtml(reply.html);
    const svg = content.querySelector("svg");
    if (!this.body.isConnected) cover(this.el, "instead").replaceChildren(this.body);
    const hadFocus = focused(this.box) !== null;
    if (svg) this.drawGraph(svg, then);
    else {
      this.nodes = this.current = null;
      this.brush.over([]);
      this.box.replaceChildren(content);
    }
    if (hadFocus || then !== undefined) this.current?.g.focus({ preventScroll: true });
    this.strip.selection = this.focus.within(this.selection);
    this.strip.setKeys(reply.keys);
    this.showChoice();
  }

  /** @param {SVGSVGElement} svg @param {string} [then] */
  drawGraph(svg, then) {
    const nodes = new LineageNodes(svg);
    const move = this.steadyPoint(nodes, then);
    const before = this.current;
    this.nodes = nodes;
    this.current = null;
    const [first] = nodes.all;
    this.brush.over(nodes.all);
    this.viewport.show(svg, nodes.all.map(({ area }) => area), move);
    this.overview.over(nodes.all);
    this.search.over(nodes);
    const again = (then !== undefined && nodes.byKey.get(then)) || nodes.at(before?.keys ?? [])[0] || first;
    if (again) this.setCurrent(again, then !== undefined || before?.edges.some((edge) => edge.classList.contains("am-lit")) === true);
    if (again && then !== undefined) this.viewport.reveal(again.area);
  }

  /** What is in both drawings and stays where it is seen. @param {LineageNodes} after @param {string} [then] */
  steadyPoint(after, then) {
    if (!this.nodes) return undefined;
    const { x, y, width, height } = this.viewport.seen;
    const nearest = this.nodes.nearest({ x: x + width / 2, y: y + height / 2 });
    for (const key of [then, this.details?.key, ...(this.current?.keys ?? []), ...(nearest?.keys ?? [])]) {
      const [from, to] = key === undefined ? [] : [this.nodes.byKey.get(key), after.byKey.get(key)];
      if (from && to) return { from: middle(from.area), to: middle(to.area) };
    }
    return undefined;
  }

  /** @param {string[]} keys drawn */
  remember(keys) {
    this.code = new Map(keys.map((key) => [key, this.page.assets.get(key)?.code ?? ""]));
    /** @type {Map<string, number>} */ const groups = new Map();
    for (const key of keys) {
      const group = this.page.assets.get(key)?.group;
      if (group !== undefined) groups.set(group, (groups.get(group) ?? 0) + 1);
    }
    this.groups.offer(groups);
  }

  /** May the graph have other nodes or edges than those drawn? @param {Set<string>} changed */
  reshaped(changed) {
    for (const key of changed) if (this.page.assets.get(key)?.code !== this.code.get(key)) return true;
    return false;
  }

  // ---- the toolbar ----

  tools() {
    const { viewport } = this;
    const closer = button("+", { name: "Zoom in", onclick: () => viewport.zoom(CLOSER) });
    const farther = button("−", { name: "Zoom out", onclick: () => viewport.zoom(1 / CLOSER) });
    const fit = button("Fit", { name: "Fit the whole graph", onclick: () => viewport.fit() });
    const zoom = element("span", { class: "am-zoom", role: "group", "aria-label": "Zoom" }, farther, closer, fit);
    return element("div", { class: "am-tools" }, zoom, this.groups.el, this.focus.el, this.chosen, this.search.el);
  }

  narrowed() {
    this.viewport.touched = false;
    void this.ask(this.focus.key ?? undefined);
  }

  showChoice() {
    for (const node of this.nodes?.all ?? []) {
      const chosen = node.keys.every((key) => this.selected.has(key));
      node.g.classList.toggle("am-selected", chosen);
      setAttribute(node.g, "aria-pressed", String(chosen));
    }
    const { size } = this.selected;
    this.chosen.hidden = size < 2;
    setText(this.chosen, `Materialize selected (${thousands(size)})`);
    nameButton(this.chosen, `Materialize selected (${thousands(size)})`);
    this.focus.offer(this.details?.key ?? (size === 1 ? ([...this.selected][0] ?? null) : null));
  }

  // ---- the graph ----

  /** @param {AbortSignal} signal */
  listen(signal) {
    this.box.addEventListener("click", (event) => this.clicked(event), { signal });
    this.box.addEventListener("keydown", (event) => this.pressed(event), { signal });
    this.box.addEventListener("pointerover", (event) => this.brush.draw(this.nodes?.of(event.target)), { signal });
    this.box.addEventListener("focusin", (event) => this.entered(event), { signal });
    this.body.addEventListener("keydown", (event) => event.key === "Escape" && this.details && this.shut(), { signal });
  }

  /** @param {MouseEvent} event */
  clicked(event) {
    const node = this.nodes?.of(event.target);
    if (!node) return;
    node.g.focus({ preventScroll: true });
    if (event.shiftKey) this.addToChoice(node);
    else this.open(node);
  }

  /** @param {FocusEvent} event */
  entered(event) {
    const node = this.nodes?.of(event.target);
    if (node) this.setCurrent(node, true);
  }

  moved() {
    this.brush.look();
    this.overview.follow();
  }

  /** @param {LineageNode} node @param {boolean} lit has the reader come here? */
  setCurrent(node, lit) {
    this.brush.draw(node);
    for (const edge of this.current?.edges ?? []) edge.classList.remove("am-lit");
    this.current?.g.setAttribute("tabindex", "-1");
    this.current = node;
    node.g.setAttribute("tabindex", "0");
    if (lit) for (const edge of node.edges) edge.classList.add("am-lit");
  }

  /** @param {KeyboardEvent} event */
  pressed(event) {
    const node = this.current;
    if (!node || event.ctrlKey || event.metaKey || event.altKey) return;
    if (!this.act(event.key, node)) return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** @param {string} key @param {LineageNode} node @returns {boolean} whether the key means something here */
  act(key, node) {
    if (ARROWS.includes(key)) this.step(this.nodes?.beside(node, key));
    else if (key === "Enter") this.open(node);
    else if (key === " ") this.addToChoice(node);
    else if (key === "m") this.materialize();
    else if (key === "f") this.viewport.fit();
    else if (key === "+" || key === "=") this.viewport.zoom(CLOSER);
    else if (key === "-") this.viewport.zoom(1 / CLOSER);
    else if (key === "/") this.search.input.focus();
    else if (key === "Escape") return this.back();
    else return false;
    return true;
  }

  /** @param {LineageNode | undefined} node */
  step(node) {
    if (!node) return;
    node.g.focus({ preventScroll: true });
    this.viewport.reveal(node.area);
  }

  /** A match of the search; the box keeps the keyboard. @param {LineageNode} node */
  goTo(node) {
    this.setCurrent(node, true);
    this.viewport.centre(middle(node.area));
  }

  /** @param {LineageNode} node */
  open(node) {
    this.setCurrent(node, true);
    if (node.group !== null) return this.expand(node.group, node.keys[0]);
    this.selected = new Set(node.keys);
    if (this.details?.key !== node.name) {
      this.details?.close();
      this.details = new Details(this.body, this.page, node.name, { shut: () => this.shut() });
    }
    this.showChoice();
  }

  /** @param {string} group @param {string} [first] one of its assets */
  expand(group, first) {
    this.groups.collapsed.delete(group);
    void this.ask(first);
  }

  /** @param {LineageNode} node */
  addToChoice(node) {
    const chosen = node.keys.every((key) => this.selected.has(key));
    for (const key of node.keys)
      if (chosen) this.selected.delete(key);
      else this.selected.add(key);
    announce(`${thousands(this.selected.size)} selected`);
    this.showChoice();
  }

  /** The selected assets, or else the one where the keyboard is; sources are made elsewhere. */
  materialize() {
    const wanted = this.selected.size ? [...this.selected] : (this.current?.keys ?? []);
    const keys = wanted.filter((key) => this.page.assets.get(key)?.kind === "asset");
    const [first] = keys;
    if (first === undefined) return;
    this.page.materialize({ label: keys.length === 1 ? first : `${thousands(keys.length)} selected`, keys }, this.strip);
  }

  shut() {
    this.details?.close();
    this.details = null;
    this.selected.clear();
    this.showChoice();
    this.current?.g.focus({ preventScroll: true });
  }

  /** Escape: one step back. @returns {boolean} */
  back() {
    if (this.details || this.selected.size) this.shut();
    else if (this.focus.focus) this.focus.narrow(null);
    else return false;
    return true;
  }
}
