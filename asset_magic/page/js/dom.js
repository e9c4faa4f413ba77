// Small helpers for drawing: elements, buttons, times in words, and covering a stored output with a live one.

/**
 * A new element. `class`, `aria-label`, `data-…` and the like are attributes; text children are always text.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Record<string, string | number | boolean | null | undefined>} [attributes] true: present; false and null: absent
 * @param {...(Node | string | null | undefined | false)} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) setAttribute(node, name, value);
  node.append(...children.filter((child) => child instanceof Node || typeof child === "string"));
  return node;
}

/**
 * @param {Element} node
 * @param {string} name
 * @param {string | number | boolean | null | undefined} value
 */
export function setAttribute(node, name, value) {
  if (value === false || value === null || value === undefined) node.removeAttribute(name);
  else if (node.getAttribute(name) !== String(value)) node.setAttribute(name, value === true ? "" : String(value));
}

/**
 * Write the text only if it differs: an untouched node keeps the reader's selection and costs no layout.
 * @param {Element | null} node
 * @param {string} text
 */
export function setText(node, text) {
  if (node && node.textContent !== text) node.textContent = text;
}

/**
 * A real button. `name` is what screen readers say: it must name the asset ("Materialize orders"), and begin with the
 * label, which those who speak to their computer say.
 * @param {string} label
 * @param {{ name?: string, class?: string, onclick: (event: MouseEvent) => void }} options
 */
export function button(label, { name = label, class: extra = "", onclick }) {
  const node = element("button", { type: "button", class: `am-button ${extra}`.trim(), "aria-label": name, title: name }, label);
  node.addEventListener("click", onclick); // goes with the button: a signal would keep both as long as the view
  return node;
}

/** @param {HTMLElement} node @param {string} name */
export function nameButton(node, name) {
  for (const attribute of ["title", "aria-label"]) setAttribute(node, attribute, name);
}

/**
 * The pill that says how an asset stands; its colour comes from `data-state` (see live.css).
 * @param {import("./protocol.js").State} state
 * @param {HTMLElement} [old] the pill to write again
 */
export function badge(state, old = element("span", { class: "am-state" })) {
  setAttribute(old, "data-state", state);
  setText(old, state === "gone" ? "no asset" : state);
  return old;
}

/**
 * HTML of the kernel (see ViewReply), never of anyone else.
 * @param {string} html
 */
export function kernelHtml(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}

/** What stands within the frame that every stored output has. @param {string} html */
export function inner(html) {
  const content = kernelHtml(html);
  const frame = content.firstElementChild;
  if (content.childElementCount !== 1 || !frame?.matches(".asset-magic")) return content;
  const within = document.createDocumentFragment();
  within.append(...frame.childNodes);
  return within;
}

/**
 * A duration as one reads it.
 * @param {number} duration in seconds
 */
export function seconds(duration) {
  if (duration < 0.001) return "< 1 ms";
  if (duration < 0.0995) return `${Math.round(duration * 1000)} ms`;
  if (duration < 9.95) return `${duration.toFixed(1)} s`;
  const whole = Math.round(duration);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/**
 * For how long something has been going on: whole seconds, since it is written once a second.
 * @param {number} duration in seconds
 */
export function wholeSeconds(duration) {
  const whole = Math.max(Math.floor(duration), 0);
  return whole < 60 ? `${whole} s` : seconds(whole);
}

/** An expected duration is worth telling from here on, in seconds. */
const WORTH_TELLING = 1;
/** A run that takes this many times as long as expected has nothing to do with it any more. */
const EXCEEDED = 1.5;

/**
 * For how long the present asset of a run has been running, of how long that took before, where that still says something.
 * @param {import("./protocol.js").Run} run
 * @param {number} now
 */
export function elapsed({ began, expected }, now) {
  const since = wholeSeconds(now - began);
  const telling = expected !== null && expected >= WORTH_TELLING && now - began <= EXCEEDED * expected;
  return telling ? `${since} of about ${seconds(expected)}` : since;
}

/**
 * A number as the kernel writes it: "1,200".
 * @param {number} number
 */
export function thousands(number) {
  return number.toLocaleString("en-US");
}

/** "1 asset", "1,200 assets". @param {number} number @param {string} noun */
export function plural(number, noun) {
  return `${thousands(number)} ${noun}${number === 1 ? "" : "s"}`;
}

/**
 * How long ago, in words that stay true for a while.
 * @param {number} duration in seconds
 */
export function ago(duration) {
  if (duration < 60) return "just now";
  if (duration < 3600) return `${Math.floor(duration / 60)} min ago`;
  if (duration < 86400) return `${Math.floor(duration / 3600)} h ago`;
  return `${Math.floor(duration / 86400)} d ago`;
}

/**
 * A place for the live view of a stored output. What is stored stays untouched beneath; it is seen too ("beside")
 * or not ("instead"; change it by calling `cover` again, the place remains the same).
 * @param {HTMLElement} el the .asset-magic element
 * @param {"beside" | "instead"} mode
 * @returns {HTMLElement}
 */
export function cover(el, mode) {
  el.setAttribute("data-am-live", mode);
  const old = el.querySelector(":scope > .am-live");
  if (old instanceof HTMLElement) return old;
  for (const note of el.querySelectorAll(":scope > .am-note")) note.remove();
  // No style reaches bare text, so it gets an element of its own while it is covered.
  for (const node of [...el.childNodes])
    if (node instanceof Text && node.data.trim()) node.replaceWith(element("span", { class: "am-bare" }, node.data));
  const live = element("div", { class: "am-live", "data-jp-suppress-context-menu": true });
  keepKeys(live);
  el.append(live);
  return live;
}

/**
 * Bare keys are commands of JupyterLab; not within our controls. Notebook 7 hears of a key first, and asks what has
 * the focus before anything around it: its commands are for whatever is focused in a notebook.
 * @param {HTMLElement} live
 */
function keepKeys(live) {
  const keep = (/** @type {EventTarget | null} */ at) => at instanceof Element && at.setAttribute("data-lm-suppress-shortcuts", "true");
  keep(live);
  live.addEventListener("focusin", ({ target }) => keep(target));
  live.addEventListener("keydown", (event) => event.stopPropagation());
}

/**
 * Back to the stored output, as it was.
 * @param {HTMLElement} el
 * @param {string} [note] a line to leave under it
 */
export function uncover(el, note) {
  for (const live of el.querySelectorAll(":scope > .am-live, :scope > .am-note")) live.remove();
  for (const bare of el.querySelectorAll(":scope > .am-bare")) bare.replaceWith(...bare.childNodes);
  el.removeAttribute("data-am-live");
  if (note) el.append(element("div", { class: "am-note" }, note));
}

/** The element within `el` that has the keyboard; a shadow root tells only of itself. @param {Element} el */
export function focused(el) {
  const root = el.getRootNode();
  const active = root instanceof Document || root instanceof ShadowRoot ? root.activeElement : null;
  return active && el.contains(active) ? active : null;
}

/** Give the keyboard to the first button in `el` that can be pressed. @param {Element} el */
export function focusButton(el) {
  for (const button of el.querySelectorAll("button")) if (!button.disabled && !button.closest("[hidden]")) return button.focus();
}

/**
 * Say something to those who listen to the page rather than see it.
 * @param {string} text
 */
export function announce(text) {
  let region = document.getElementById("am-announcer");
  if (!region) {
    region = element("div", { id: "am-announcer", class: "am-unseen", role: "status", "aria-live": "polite" });
    document.body.append(region);
  }
  region.textContent = text;
}
