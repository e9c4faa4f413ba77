// The buttons that narrow a lineage to what is upstream or downstream of one asset.
import { button, element, nameButton } from "./dom.js";

/** @typedef {"upstream" | "downstream" | "both"} Way */

/** Hidden until there is an asset to go by. */
export class FocusBar {
  /** @param {{ narrowed: () => void }} options `narrowed`: something else is to be seen */
  constructor({ narrowed }) {
    this.narrowed = narrowed;
    /** The asset that is selected. @type {string | null} */ this.chosen = null;
    /** @type {{ key: string, way: Way } | null} */ this.focus = null;
    /** @type {Map<Way | null, HTMLButtonElement>} */
    this.buttons = new Map([
      ["upstream", button("Upstream", { onclick: () => this.narrow("upstream") })],
      ["downstream", button("Downstream", { onclick: () => this.narrow("downstream") })],
      ["both", button("Both", { onclick: () => this.narrow("both") })],
      [null, button("All", { name: "All: show the whole graph again", onclick: () => this.narrow(null) })],
    ]);
    this.el = element("span", { class: "am-focus", role: "group", "aria-label": "Show only", hidden: true }, ...this.buttons.values());
  }

  /** The asset that the picture goes by. */
  get key() {
    return this.focus?.key ?? this.chosen;
  }

  /** @param {string | null} chosen the one asset that is selected */
  offer(chosen) {
    this.chosen = chosen;
    this.el.hidden = !this.key;
    for (const [way, node] of this.buttons) {
      node.setAttribute("aria-pressed", String((this.focus?.way ?? null) === way));
      if (!way) continue;
      const where = way === "both" ? "upstream or downstream" : way;
      nameButton(node, `${node.textContent}: show only ${this.key} and what is ${where} of it`);
    }
  }

  /** @param {Way | null} way null: everything again */
  narrow(way) {
    const { key } = this;
    if (way && !key) return;
    this.focus = way && key ? { key, way } : null;
    this.narrowed();
  }

  /** What is to be seen of a selection. @param {string} selection "" is everything */
  within(selection) {
    if (!this.focus) return selection;
    const { key, way } = this.focus;
    const around = `${way === "downstream" ? "" : "+"}key:"${key}"${way === "upstream" ? "" : "+"}`;
    return selection ? `(${selection}) and (${around})` : around;
  }
}
