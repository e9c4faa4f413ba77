// A small map of a large graph in the corner of its viewport: where what stands is, and what of it is seen.
import { svgElement } from "./node_face.js";

/** @import { LineageNode } from "./nodes.js" */
/** @import { Viewport } from "./viewport.js" */

const WIDTH = 220;
const HEIGHTS = [28, 110];
/** A box in which the map leaves enough to be seen. */
const NARROWEST = 2 * WIDTH;
/** Screens that a picture must fill before there is a map. */
const SCREENS = 4;

/** Nodes as spots in the colours of their states; press or drag to go there. */
export class Overview {
  /** @param {Viewport} viewport @param {AbortSignal} signal */
  constructor(viewport, signal) {
    this.viewport = viewport;
    this.el = svgElement("svg", { class: "am-overview", "aria-hidden": "true", preserveAspectRatio: "none" });
    this.spots = svgElement("g", {});
    this.frame = svgElement("rect", { class: "am-seen", "vector-effect": "non-scaling-stroke" });
    /** @type {Map<string, SVGElement>} */ this.paths = new Map();
    /** @type {LineageNode[]} */ this.nodes = [];
    this.waiting = 0;
    this.el.append(this.spots, this.frame);
    this.el.addEventListener("pointerdown", (event) => this.pressed(event), { signal });
    this.el.addEventListener("pointermove", (event) => event.buttons && this.pressed(event), { signal });
    this.el.addEventListener("click", (event) => event.stopPropagation(), { signal });
    signal.addEventListener("abort", () => cancelAnimationFrame(this.waiting));
  }

  /** @param {LineageNode[]} nodes of the picture that is shown now */
  over(nodes) {
    this.nodes = nodes;
    const { width, height } = this.viewport.picture;
    const [low = 0, high = 0] = HEIGHTS;
    this.el.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.el.setAttribute("width", String(WIDTH));
    this.el.setAttribute("height", String(Math.round(Math.min(Math.max((WIDTH * height) / width, low), high))));
    this.viewport.box.append(this.el);
    this.paint();
    this.follow();
  }

  /** States have changed: painted with the next frame, however many they are. */
  changed() {
    if (!this.shown || this.waiting) return;
    this.waiting = requestAnimationFrame(() => {
      this.waiting = 0;
      this.paint();
    });
  }

  /** Is there so much that a map helps, and is some of it out of sight? */
  get shown() {
    const { picture, size, seen } = this.viewport;
    if (size.width < NARROWEST || picture.width * picture.height < SCREENS * size.width * size.height) return false;
    return seen.width < picture.width || seen.height < picture.height;
  }

  paint() {
    /** @type {Map<string, string[]>} */ const lines = new Map();
    for (const { state, area } of this.nodes) {
      const line = lines.get(state) ?? [];
      line.push(`M${area.x} ${area.y}h${area.width}v${area.height}h${-area.width}z`);
      lines.set(state, line);
    }
    for (const state of lines.keys()) if (!this.paths.has(state)) this.paths.set(state, this.spots.appendChild(svgElement("path", { "data-state": state })));
    for (const [state, path] of this.paths) path.setAttribute("d", (lines.get(state) ?? []).join(""));
  }

  /** The viewport has moved. */
  follow() {
    this.el.classList.toggle("am-absent", !this.shown);
    for (const [name, value] of Object.entries(this.viewport.seen)) this.frame.setAttribute(name, String(value));
  }

  /** @param {PointerEvent} event */
  pressed(event) {
    event.stopPropagation();
    const { left, top, width, height } = this.el.getBoundingClientRect();
    const { picture, scale, seen } = this.viewport;
    const spot = { x: ((event.clientX - left) / width) * picture.width, y: ((event.clientY - top) / height) * picture.height };
    this.viewport.pan((seen.x + seen.width / 2 - spot.x) * scale, (seen.y + seen.height / 2 - spot.y) * scale);
  }
}
