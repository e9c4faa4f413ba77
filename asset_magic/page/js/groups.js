// The menu of a lineage's groups: which of them are drawn as one card.
import { button, element } from "./dom.js";

/** A menu that opens under its button; hidden where there is but one group. */
export class GroupMenu {
  /** @param {{ signal: AbortSignal, chosen: () => void }} options `chosen`: the choice is another now */
  constructor({ signal, chosen }) {
    this.chosen = chosen;
    /** @type {Set<string>} */ this.collapsed = new Set();
    /** @type {Map<string, HTMLInputElement>} */ this.boxes = new Map();
    this.list = element("div", { class: "am-menu-list" });
    this.el = element("details", { class: "am-menu", hidden: true }, element("summary", { class: "am-button" }, "Groups"), this.list);
    this.el.addEventListener("keydown", (event) => event.key === "Escape" && this.shut(event));
    const outside = (/** @type {Event} */ event) => !event.composedPath().includes(this.el); // which reaches into shadow roots
    document.addEventListener("pointerdown", (event) => outside(event) && (this.el.open = false), { signal });
  }

  /** @param {Map<string, number>} groups how many assets each has, collapsed ones too */
  offer(groups) {
    this.el.hidden = groups.size < 2 && !this.collapsed.size;
    const names = [...groups.keys()].sort();
    if (names.join("\n") !== [...this.boxes.keys()].join("\n")) this.build(names, groups);
    for (const [name, box] of this.boxes) box.checked = !this.collapsed.has(name);
  }

  /** @param {string} name @param {boolean} collapsed */
  set(name, collapsed) {
    if (collapsed) this.collapsed.add(name);
    else this.collapsed.delete(name);
    this.chosen();
  }

  /** @param {string[]} names @param {Map<string, number>} groups */
  build(names, groups) {
    this.boxes.clear();
    const all = (/** @type {boolean} */ collapsed) => () => {
      this.collapsed = new Set(collapsed ? names : []);
      this.chosen();
    };
    const rows = names.map((name) => this.row(name, groups.get(name) ?? 0));
    const both = [
      button("Collapse all", { onclick: all(true) }),
      button("Expand all", { onclick: all(false) }),
    ];
    this.list.replaceChildren(...rows, element("div", { class: "am-menu-end" }, ...both));
  }

  /** @param {string} name @param {number} count */
  row(name, count) {
    const box = element("input", { type: "checkbox" });
    box.addEventListener("change", () => this.set(name, !box.checked));
    this.boxes.set(name, box);
    return element("label", {}, box, element("bdi", {}, name), element("small", {}, String(count)));
  }

  /** @param {Event} event */
  shut(event) {
    if (!this.el.open) return;
    event.stopPropagation();
    this.el.open = false;
    this.el.querySelector("summary")?.focus();
  }
}
