// What one node of the lineage says of its assets: status, a line about it, checks, progress. Written only where it differs.
import { ago, elapsed, plural, seconds, setAttribute, setText, thousands } from "./dom.js";

/** @import { Page } from "./page.js" */
/** @import { Face, State } from "./protocol.js" */
/** @import { LineageNode } from "./nodes.js" */

/** The most pressing first: what a collapsed group shows of its members. @type {State[]} */
const PRESSING = ["running", "failed", "stale", "missing", "queued", "gone", "fresh", "source"];
const LEFT = 16;
const RIGHT = 10;
const PILL_LEFT = 14;
/** Of a run that takes longer than it did before, the bar stops short of the end. */
const NEARLY = 0.97;

/** How its assets stand: of several, the most pressing state. @param {LineageNode} node @param {Page} page @returns {State} */
export function stateOf(node, page) {
  if (node.group === null) return page.state(node.name);
  const states = new Set(node.keys.map((key) => page.state(key)));
  return PRESSING.find((state) => states.has(state)) ?? "fresh";
}

/** No selector goes from a node to its parts, so that a thousand of them are restyled as cheaply as their cards. @param {LineageNode} node */
export function drawState({ g, card, pill, state }) {
  setAttribute(g, "data-status", state);
  for (const part of [card, pill]) if (part) setAttribute(part, "data-state", state);
}

/** @param {LineageNode} node @param {Page} page */
export function drawNode(node, page) {
  drawState(node);
  if (node.group === null) drawAsset(node, page);
  else drawMembers(node, page);
  drawBar(node, page);
}

/** @param {LineageNode} node @param {Page} page */
function drawAsset(node, page) {
  const face = page.assets.get(node.name);
  const { state } = node;
  const line = face ? aboutAsset(face, node, page) : "no longer an asset";
  const rest = face ? [...face.flags, ...(face.blocked && face.blocked !== line ? [face.blocked] : [])] : [];
  say(node.title, [node.name, `${state}: ${line}`, ...rest].join("\n"));
  write(node, state, line, face?.checks ?? []);
  node.meta?.classList.toggle("am-bad", state === "failed");
}

/** @param {LineageNode} node @param {Page} page */
function drawMembers(node, page) {
  /** @type {Map<State, number>} */ const counts = new Map();
  /** @type {Map<string, number>} */ const marks = new Map();
  for (const key of node.keys) {
    const state = page.state(key);
    counts.set(state, (counts.get(state) ?? 0) + 1);
    for (const [mark, count] of page.assets.get(key)?.checks ?? []) marks.set(mark, (marks.get(mark) ?? 0) + count);
  }
  const size = node.summary || plural(node.keys.length, "asset");
  const rest = PRESSING.filter((state) => state !== node.state && counts.has(state)).map((state) => `${thousands(counts.get(state) ?? 0)} ${state}`);
  const word = `${thousands(counts.get(node.state) ?? 0)} ${node.state}`;
  say(node.title, [`${node.name}: ${size}`, [word, ...rest].join(", ")].join("\n"));
  write(node, word, [size, ...rest].join(" · "), ["○", "✓", "!", "✗"].flatMap((mark) => {
    const count = marks.get(mark);
    return count ? [/** @type {[string, number]} */ ([mark, count])] : [];
  }));
}

/**
 * @param {LineageNode} node
 * @param {string} word in the pill
 * @param {string} line in the second row
 * @param {[string, number][]} checks
 */
function write(node, word, line, checks) {
  const kind = node.group === null ? "" : "group ";
  setAttribute(node.g, "aria-label", `${kind}${node.name}, ${word}: ${line}`);
  say(node.meta, fitted(line, node.area.width - LEFT - RIGHT));
  drawPill(node, word);
  drawMarks(node, checks);
}

/** @param {LineageNode} node @param {string} word */
function drawPill(node, word) {
  if (!node.status || node.word === word) return;
  const width = Math.max(Math.round(textWidth(word)) + 12, node.pillWidth);
  node.word = word;
  say(node.status, word);
  setAttribute(node.pill ?? node.status, "width", width);
  setAttribute(node.status, "x", PILL_LEFT + width / 2);
  setAttribute(node.status, "text-anchor", "middle");
}

/** @param {LineageNode} node @param {[string, number][]} checks */
function drawMarks(node, checks) {
  const drawn = checks.map(([mark, count]) => `${mark} ${count}`).join(" ");
  if (!node.marks || drawn === node.checks) return;
  node.checks = drawn;
  const row = node.marks.querySelector(".am-mark-row") ?? markRow(node.marks, node.area.width - RIGHT);
  while (row.childElementCount > checks.length) row.lastElementChild?.remove();
  for (const [at, [mark, count]] of checks.entries()) {
    const part = row.children[at] ?? row.appendChild(svgElement("tspan", { class: "am-mark", dx: at ? 9 : 0 }));
    setAttribute(part, "data-mark", mark);
    say(part, `${mark} ${count}`);
  }
}

/** What the kernel drew gives way to a row that is patched. @param {Element} marks @param {number} x */
function markRow(marks, x) {
  const row = svgElement("text", { class: "am-mark-row", x, y: 55, "text-anchor": "end" });
  marks.replaceChildren(row);
  return row;
}

/** Change a text within its node, which is cheaper than to replace it. @param {Element | null} node @param {string} text */
function say(node, text) {
  const inner = node?.firstChild;
  if (!(inner instanceof Text)) setText(node, text);
  else if (inner.data !== text) inner.data = text;
}

/** @param {LineageNode} node @param {Page} page */
function drawBar(node, page) {
  const run = page.running && node.keys.includes(page.running.key) ? page.running : null;
  const whole = node.area.width - 2 * Number(node.bar?.getAttribute("x"));
  const part = run?.expected ? Math.min((page.now() - run.began) / run.expected, NEARLY) : 1;
  if (!node.bar) return;
  setAttribute(node.bar, "width", run ? Math.max(Math.round(whole * part), 1) : 0);
  node.bar.classList.toggle("am-endless", Boolean(run && !run.expected));
}

/**
 * @param {Face} face
 * @param {LineageNode} node
 * @param {Page} page
 */
function aboutAsset(face, node, page) {
  const { state } = node;
  if (state === "running") return page.running?.key === node.name ? elapsed(page.running, page.now()) : "";
  if (state === "failed") return face.error || "failed";
  if (state === "source") return node.summary;
  if (face.run === "skipped" && face.blocked) return face.blocked;
  if (face.status !== "fresh") return face.why || (face.status === "missing" ? "never materialized" : "");
  if (face.made === null) return node.summary;
  const when = ago(page.now() - face.made);
  return face.took === null ? when : `${when} · ${seconds(face.took)}`;
}

/**
 * @param {string} tag
 * @param {Record<string, string | number>} attributes
 * @returns {SVGElement}
 */
export function svgElement(tag, attributes) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) setAttribute(node, name, value);
  return node;
}

/** As much of a line as fits; measured without the browser, whose own measuring costs a layout. @param {string} text @param {number} width */
export function fitted(text, width) {
  const most = Math.ceil(width / 4);
  if (text.length <= most && textWidth(text) <= width) return text;
  const room = width - textWidth("…");
  let [kept, used] = ["", 0];
  for (const char of text.slice(0, most)) {
    used += textWidth(char);
    if (used > room) break;
    kept += char;
  }
  return `${kept.trimEnd()}…`;
}

/** About how wide a text of 11 pixels is, rather too wide. @param {string} text */
function textWidth(text) {
  let width = 0;
  for (const char of text) {
    if ("iljtfrI.,:;'|!()[] ".includes(char)) width += 4.2;
    else if ("mwMW@%—".includes(char)) width += 10.8;
    else if (char < "\x80") width += char >= "A" && char <= "Z" ? 7.9 : 6.8;
    else width += char >= "\u1100" ? 11.6 : 7.3;
  }
  return width;
}
