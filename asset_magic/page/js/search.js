// The search box over a lineage: what does not match is dimmed, Enter goes from match to match.
import { announce, element, setText, thousands } from "./dom.js";

/** @import { LineageNode, LineageNodes } from "./nodes.js" */

/** Finds nodes by parts of their names. */
export class LineageSearch {
  /** @param {{ go: (node: LineageNode) => void, leave: () => void }} options `go`: show a match */
  constructor({ go, leave }) {
    this.go = go;
    this.leave = leave;
    /** @type {LineageNodes | null} */ this.nodes = null;
    /** @type {LineageNode[]} */ this.matches = [];
    this.at = -1;
    this.input = element("input", { type: "search", class: "am-search", placeholder: "Search", "aria-label": "Search assets", spellcheck: "false" });
    this.count = element("span", { class: "am-search-count" });
    this.el = element("span", { class: "am-search-box" }, this.input, this.count);
    this.input.addEventListener("input", () => this.find());
    this.input.addEventListener("keydown", (event) => this.pressed(event));
  }

  /** Search in another drawing. @param {LineageNodes} nodes */
  over(nodes) {
    this.nodes = nodes;
    this.mark();
  }

  find() {
    this.at = -1;
    this.mark();
    if (this.words.length) announce(this.matches.length === 1 ? "1 match" : `${thousands(this.matches.length)} matches`);
  }

  get words() {
    return this.input.value.toLowerCase().split(/\s+/).filter(Boolean);
  }

  mark() {
    const { words, nodes } = this;
    if (!nodes) return;
    this.matches = words.length ? nodes.all.filter((node) => nodeMatches(node, words)) : [];
    const found = new Set(this.matches);
    for (const node of nodes.all) node.g.classList.toggle("am-match", found.has(node));
    nodes.svg.classList.toggle("am-searching", words.length > 0);
    this.tell();
  }

  tell() {
    const { length } = this.matches;
    const place = this.at < 0 ? `${thousands(length)} found` : `${thousands(this.at + 1)} of ${thousands(length)}`;
    setText(this.count, this.words.length ? (length ? place : "none") : "");
  }

  /** @param {KeyboardEvent} event */
  pressed(event) {
    event.stopPropagation();
    if (event.key === "Enter") this.next(event.shiftKey ? -1 : 1);
    else if (event.key === "Escape") this.clear();
  }

  /** @param {number} step */
  next(step) {
    const { length } = this.matches;
    if (!length) return;
    this.at = this.at < 0 && step < 0 ? length - 1 : (this.at + step + length) % length;
    const node = this.matches[this.at];
    this.tell();
    if (!node) return;
    announce(`${node.name}, ${thousands(this.at + 1)} of ${thousands(length)}`);
    this.go(node);
  }

  /** An empty box is left. */
  clear() {
    if (!this.input.value) this.leave();
    this.input.value = "";
    this.find();
  }
}

/** @param {LineageNode} node @param {string[]} words */
function nodeMatches(node, words) {
  const text = [node.name, ...(node.group === null ? [] : node.keys)].join(" ").toLowerCase();
  return words.every((word) => text.includes(word));
}
