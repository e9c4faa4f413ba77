// The drawn graph as data: which node stands for which assets, where it is, and what is next to it.
import { svgElement } from "./node_face.js";

/** @import { State, What } from "./protocol.js" */
/** @import { Area, Spot } from "./viewport.js" */

/**
 * A node of the picture, its parts looked up once.
 * @typedef {object} LineageNode
 * @property {string} name the asset's key, or the name of a collapsed group
 * @property {string | null} group null unless it is a collapsed group
 * @property {string[]} keys of the assets that it stands for
 * @property {Area} area in pixels of the picture
 * @property {SVGGElement} g
 * @property {State} state how its assets stand, drawn or not
 * @property {Element} title
 * @property {Element | null} card
 * @property {Element | null} status
 * @property {Element | null} pill
 * @property {Element | null} meta
 * @property {Element | null} marks
 * @property {Element | null} bar
 * @property {string} summary what the kernel wrote in the second row
 * @property {string} word in the pill, as drawn
 * @property {number} pillWidth with room for each state
 * @property {string | null} checks the verdicts drawn, as one text
 * @property {LineageNode[]} up
 * @property {LineageNode[]} down
 * @property {SVGElement[]} edges
 */

let drawings = 0;

/** All nodes of one drawing. */
export class LineageNodes {
  /** @param {SVGSVGElement} svg */
  constructor(svg) {
    this.svg = svg;
    /** By each asset that they stand for. @type {Map<string, LineageNode>} */ this.byKey = new Map();
    this.all = [...svg.querySelectorAll("g.am-node")].map((g) => readNode(/** @type {SVGGElement} */ (g), origin(svg)));
    /** @type {Map<Element, LineageNode>} */ this.byElement = new Map();
    for (const node of this.all) {
      this.byElement.set(node.g, node);
      for (const key of node.keys) this.byKey.set(key, node);
    }
    this.connect();
  }

  /**
   * What may look different.
   * @param {Set<string>} changed
   * @param {What} what
   * @param {string | undefined} runs
   */
  touched(changed, what, runs) {
    return what.time ? this.all : this.at([...changed, ...what.turns, ...(what.run && runs ? [runs] : [])]);
  }

  /** The nodes of some assets, each once. @param {Iterable<string>} keys @returns {LineageNode[]} */
  at(keys) {
    const nodes = new Set();
    for (const key of keys) nodes.add(this.byKey.get(key));
    nodes.delete(undefined);
    return [...nodes];
  }

  /** The node that an event was for. @param {EventTarget | null} target */
  of(target) {
    const g = target instanceof Element ? target.closest("g.am-node") : null;
    return g ? this.byElement.get(g) : undefined;
  }

  /** The node nearest to a spot. @param {Spot} spot */
  nearest(spot) {
    return least(this.all, ({ area }) => Math.hypot(middle(area).x - spot.x, middle(area).y - spot.y));
  }

  /**
   * Where an arrow key leads: along the edges sideways, along the column up and down.
   * @param {LineageNode} node
   * @param {string} arrow the name of the key
   */
  beside(node, arrow) {
    const { x, y } = node.area;
    const far = (/** @type {LineageNode} */ other) => Math.abs(other.area.y - y);
    if (arrow === "ArrowLeft") return least(node.up, far);
    if (arrow === "ArrowRight") return least(node.down, far);
    const way = arrow === "ArrowUp" ? -1 : 1;
    return least(this.all.filter(({ area }) => area.x === x && (area.y - y) * way > 0), far);
  }

  connect() {
    const named = new Map(this.all.map((node) => [node.g.dataset.node ?? node.name, node]));
    const arrow = this.ownArrow();
    for (const edge of /** @type {NodeListOf<SVGElement>} */ (this.svg.querySelectorAll(".am-edge"))) {
      const from = named.get(edge.dataset.from ?? "");
      const to = named.get(edge.dataset.to ?? "");
      if (arrow) edge.setAttribute("marker-end", arrow);
      if (!from || !to) continue;
      from.down.push(to);
      to.up.push(from);
      for (const node of [from, to]) node.edges.push(edge);
    }
  }

  /** Pictures share the name of the arrow, and a browser draws none where the first so named is in a hidden tab. */
  ownArrow() {
    const marker = this.svg.querySelector("marker");
    if (!marker) return "";
    marker.id = `am-arrow-${++drawings}`;
    return `url(#${marker.id})`;
  }
}

/** @param {Area} area @returns {Spot} */
export function middle({ x, y, width, height }) {
  return { x: x + width / 2, y: y + height / 2 };
}

/**
 * @template T
 * @param {T[]} items
 * @param {(item: T) => number} measure
 * @returns {T | undefined}
 */
function least(items, measure) {
  /** @type {T | undefined} */ let best;
  let size = Infinity;
  for (const item of items) {
    const own = measure(item);
    if (own < size) [best, size] = [item, own];
  }
  return best;
}

/** What a picture calls its upper left corner. @param {SVGSVGElement} svg @returns {Spot} */
function origin(svg) {
  const [x = 0, y = 0] = (svg.getAttribute("viewBox") ?? "").split(/[ ,]+/).map(Number);
  return { x, y };
}

/** @param {SVGGElement} g @param {Spot} corner @returns {LineageNode} */
function readNode(g, corner) {
  const [x = 0, y = 0] = (g.getAttribute("transform") ?? "").match(/-?[\d.]+/g)?.map(Number) ?? [];
  const card = g.querySelector(".am-card");
  const [width, height] = [Number(card?.getAttribute("width")), Number(card?.getAttribute("height"))];
  const group = g.classList.contains("am-group") ? (g.dataset.group ?? "") : null;
  const key = g.dataset.key ?? "";
  const [meta, pill] = [g.querySelector(".am-meta"), g.querySelector(".am-pill")];
  return {
    name: group ?? key,
    group,
    keys: group === null ? [key] : (g.dataset.keys ?? "").split(" ").filter(Boolean),
    area: { x: x - corner.x, y: y - corner.y, width, height },
    g,
    state: "gone",
    card,
    title: g.querySelector("title") ?? g.insertBefore(svgElement("title", {}), g.firstChild),
    status: g.querySelector(".am-status"),
    pill,
    meta,
    marks: g.querySelector(".am-marks"),
    bar: g.querySelector(".am-bar"),
    summary: meta?.textContent ?? "",
    word: "",
    pillWidth: Number(pill?.getAttribute("width")),
    checks: null,
    up: [],
    down: [],
    edges: [],
  };
}
