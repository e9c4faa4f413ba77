// Values as the front end shows them, and the few kinds that are shown where it offers nothing.
import { element } from "./dom.js";

/** @import { Rendermime, Renderer, Value } from "./protocol.js" */

/** Renderers set formulas when they are attached as widgets, which these never are. */
const WITH_FORMULAS = ["text/html", "text/latex", "text/markdown"];

/** What draws values; each drawn one has to be given back. */
export class Values {
  /** @param {Rendermime | undefined} rendermime */
  constructor(rendermime) {
    this.rendermime = rendermime;
    /** @type {WeakMap<HTMLElement, Renderer>} */ this.renderers = new WeakMap();
  }

  /**
   * @param {Value} value
   * @returns {HTMLElement | null}
   */
  render({ data, metadata }) {
    const mime = this.rendermime?.preferredMimeType(data, "any");
    if (!this.rendermime || !mime) return plainly(data);
    const renderer = this.rendermime.createRenderer(mime);
    const drawn = renderer.renderModel({ data, metadata, trusted: true, setData() {} });
    if (WITH_FORMULAS.includes(mime)) void drawn.then(() => this.rendermime?.latexTypesetter?.typeset(renderer.node));
    this.renderers.set(renderer.node, renderer);
    return renderer.node;
  }

  /** @param {HTMLElement | null} node */
  discard(node) {
    if (!node) return;
    node.remove();
    this.renderers.get(node)?.dispose();
    this.renderers.delete(node);
  }
}

/**
 * @param {Record<string, unknown>} data
 * @returns {HTMLElement | null}
 */
function plainly(data) {
  const html = data["text/html"];
  if (typeof html === "string") {
    const node = element("div", { class: "am-value-html" });
    node.innerHTML = html; // scripts that come this way do not run
    for (const script of node.querySelectorAll("script")) script.remove();
    return node;
  }
  const png = data["image/png"];
  if (typeof png === "string") return element("img", { src: `data:image/png;base64,${png.trim()}`, alt: "" });
  const text = data["text/plain"] ?? data["application/vnd.jupyter.stdout"] ?? data["application/vnd.jupyter.stderr"];
  return typeof text === "string" ? element("pre", { class: "am-value-text" }, text) : null;
}
