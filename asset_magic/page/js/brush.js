// When nodes of a lineage are drawn again: what is seen at once, the rest when the browser has time.
import { drawNode, drawState, stateOf } from "./node_face.js";

/** @import { LineageNode } from "./nodes.js" */
/** @import { Page } from "./page.js" */
/** @import { Viewport } from "./viewport.js" */

/** Nodes in one idle slice: their texts are laid out with the next frame, which has to stay short. */
const SLICE = 60;
/** Milliseconds after which a browser that is never idle has to draw a slice all the same. */
const PATIENCE = 500;
const BLANK = "am-blank";

/** Draws nodes of one viewport. What can be seen is never older than what the page knows. */
export class Brush {
  /** @param {Page} page @param {Viewport} viewport @param {AbortSignal} signal */
  constructor(page, viewport, signal) {
    this.page = page;
    this.viewport = viewport;
    /** Known to look different from how they are drawn. @type {Set<LineageNode>} */ this.due = new Set();
    this.waiting = 0;
    signal.addEventListener("abort", () => forget(this.waiting));
  }

  /**
   * Nodes of another drawing: those before are no more. Texts take a browser long, so what is not seen waits for its own.
   * @param {LineageNode[]} nodes
   */
  over(nodes) {
    this.due.clear();
    for (const { g } of nodes) g.classList.add(BLANK);
    this.mark(nodes);
  }

  /** These may look different now. @param {Iterable<LineageNode>} nodes @returns {boolean} whether a state is another */
  mark(nodes) {
    let other = false;
    for (const node of nodes) {
      const state = stateOf(node, this.page);
      other ||= state !== node.state;
      node.state = state;
      this.due.add(node);
    }
    this.look();
    return other;
  }

  /** Draw what is due and can be seen; from far off that is the state alone. */
  look() {
    const { viewport } = this;
    if (!this.due.size) return;
    const { seen } = viewport;
    for (const node of this.due)
      if (!overlap(node.area, seen)) continue;
      else if (viewport.far) drawState(node);
      else this.draw(node);
    if (this.due.size) this.waiting ||= whenIdle(() => this.slice());
  }

  slice() {
    this.waiting = 0;
    let room = SLICE;
    for (const node of this.due) {
      if (!room--) break;
      this.draw(node);
    }
    if (this.due.size) this.waiting = whenIdle(() => this.slice());
  }

  /** In full, if it is due: the reader is at it. @param {LineageNode | undefined} node */
  draw(node) {
    if (!node || !this.due.delete(node)) return;
    node.g.classList.remove(BLANK);
    drawNode(node, this.page);
  }
}

/** @typedef {import("./viewport.js").Area} Area */

/** @param {Area} a @param {Area} b */
function overlap(a, b) {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

// Safari has no idle callbacks.
const hasIdle = typeof requestIdleCallback === "function";

/** @param {() => void} work @returns {number} */
function whenIdle(work) {
  return hasIdle ? requestIdleCallback(work, { timeout: PATIENCE }) : Number(setTimeout(work, 50));
}

/** @param {number} waiting */
function forget(waiting) {
  if (hasIdle) cancelIdleCallback(waiting);
  else clearTimeout(waiting);
}
