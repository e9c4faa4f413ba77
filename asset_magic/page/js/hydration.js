// Which outputs are ours, and when they are live. No stored output says which kernel it belongs to. The widget
// manager does: JupyterLab keeps one per open document, and `manager.context` is that document; what is left is to
// find the document's panels.
/**
 * @import { DocumentContext, Manager, SessionContext, View, ViewClass, What } from "./protocol.js"
 * @import { Page } from "./page.js"
 */

// Not in untrusted outputs: what is drawn there must not act.
const OUTPUT = ".jp-mod-trusted .asset-magic[data-keys]";
export const NOTE = "Not live: what drew this has gone. Run the notebook to go on.";
/** Told to the page when a kernel's channel is opened, by whatever version of this module, with the document. */
const OPENED = "asset-magic-opened";
const GONE = ["restarting", "autorestarting", "terminating", "dead"];

/**
 * Does `panel` show the document? In JupyterLab the tab of a panel carries data-id = panel.id and a tooltip
 * "Name: …\nPath: …\n…" (labels translated, order fixed). Notebook 7 has one panel and no tabs. Undecidable
 * (tooltip not there yet): no; we are asked again.
 * @param {Element} panel
 * @param {DocumentContext} context
 */
function shows(panel, context) {
  const tabs = /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('li[role="tab"][data-id]'));
  const tab = [...tabs].find((tab) => tab.dataset.id === panel.id);
  if (!tab) return !document.querySelector(".jp-LabShell") && document.querySelectorAll(".jp-NotebookPanel").length === 1;
  const line = (tab.getAttribute("title") ?? "").split("\n")[1] ?? "";
  const path = context.contentsModel?.path ?? context.path;
  return line.replace(/^[^:：]*[:：]\s*/, "") === path;
}

/**
 * @param {Page} page
 * @param {SessionContext} session
 * @param {AbortSignal} signal
 * @param {{ ask: () => void, lost: () => void, gone: () => void }} told `ask`: it may be there again; `lost`: for now
 */
export function followKernel(page, session, signal, { ask, lost, gone }) {
  const kernel = page.manager?.kernel?.id;
  const slots = {
    statusChanged: (/** @type {unknown} */ _, /** @type {string} */ status) => {
      if (GONE.includes(status)) gone();
      if (status !== "starting") return;
      page.renewSubshells(); // a new process under the same id, restarted by someone else
      ask();
    },
    connectionStatusChanged: (/** @type {unknown} */ _, /** @type {string} */ status) => (status === "connected" ? ask() : lost()),
    kernelChanged: () => page.manager?.kernel?.id === kernel || gone(),
  };
  for (const name of /** @type {(keyof typeof slots)[]} */ (Object.keys(slots))) {
    session[name].connect(slots[name]);
    signal.addEventListener("abort", () => session[name].disconnect(slots[name]));
  }
}

/** The live views over the outputs of one document. */
export class Hydration {
  /**
   * @param {Page} page
   * @param {DocumentContext} context
   * @param {Record<string, ViewClass>} classes by data-view
   */
  constructor(page, context, classes) {
    this.page = page;
    this.context = context;
    this.classes = classes;
    /** @type {Map<HTMLElement, View>} */ this.views = new Map();
    /** A panel keeps its document for life, so only a yes is kept. @type {WeakSet<Element>} */ this.ours = new WeakSet();
    /** @type {Set<string>} */ this.known = new Set();
    this.ended = new AbortController();
    this.observer = new MutationObserver((records) => this.observed(records));
  }

  start() {
    const { page, ended: { signal } } = this;
    page.lost = () => this.offline(NOTE);
    page.listen((changed, what) => this.update(changed, what), signal);
    followKernel(page, this.context.sessionContext, signal, {
      ask: () => this.ask(),
      lost: () => this.offline(NOTE),
      gone: () => this.stop(NOTE),
    });
    // What was opened before may be of a kernel that is no more, and must not take the outputs of the new one.
    document.dispatchEvent(new CustomEvent(OPENED, { detail: this.context }));
    document.addEventListener(OPENED, (event) => event instanceof CustomEvent && event.detail === this.context && this.ask(), { signal });
    // Files may have changed while the reader was elsewhere.
    window.addEventListener("focus", () => page.live && page.hello(), { signal });
    this.observer.observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter: ["title"] });
    page.hello(); // nothing is drawn before the answer: a model restored without kernel stays silent
  }

  /**
   * New outputs, cells scrolled back in, and tabs whose tooltip has just been set.
   * @param {MutationRecord[]} records
   */
  observed(records) {
    if (!this.page.live) return;
    if (records.some(({ type, target }) => type === "attributes" && /** @type {Element} */ (target).matches("li[data-id]")))
      this.adoptAll(document);
    for (const { addedNodes } of records)
      for (const node of addedNodes)
        if (node instanceof HTMLElement && !node.closest(".cm-editor, .am-live")) {
          if (node.matches(OUTPUT)) this.adopt(node);
          else this.adoptAll(node);
        }
  }

  /** @param {ParentNode} root */
  adoptAll(root) {
    if (this.page.live) for (const el of root.querySelectorAll(OUTPUT)) this.adopt(/** @type {HTMLElement} */ (el));
  }

  /** Make an output live, if it is one of ours and the kernel knows of what it shows. @param {HTMLElement} el */
  adopt(el) {
    const { page, classes, ours, views } = this;
    const Class = Object.hasOwn(classes, el.dataset.view ?? "") && classes[el.dataset.view ?? ""];
    if (!Class || views.has(el) || el.closest(".am-live")) return;
    const keys = (el.dataset.keys ?? "").split(" ").filter(Boolean);
    const known = keys.filter((key) => page.assets.has(key)).length;
    if (keys.length && !known) return;
    const panel = el.closest(".jp-NotebookPanel");
    if (!panel || !(ours.has(panel) || shows(panel, this.context))) return;
    ours.add(panel);
    views.set(el, new Class(el, page));
  }

  /** @param {Set<string>} changed @param {What} what */
  update(changed, what) {
    for (const [el, view] of this.views)
      if (el.isConnected) view.update(changed, what);
      else {
        view.close(); // cleared, or scrolled away: adopted afresh on return
        this.views.delete(el);
      }
    const { assets } = this.page;
    const more = [...assets.keys()].some((key) => !this.known.has(key)) || !this.known.size;
    this.known = new Set(assets.keys());
    if (more) this.adoptAll(document);
  }

  /** Live again only if the kernel answers; a new process cannot, as it does not know the channel. */
  ask() {
    this.offline(NOTE);
    this.page.hello();
  }

  /** Back to what is stored. @param {string} [note] */
  offline(note) {
    this.page.offline();
    for (const view of this.views.values()) view.close(note);
    this.views.clear();
    this.known.clear();
  }

  /** @param {string} [note] */
  stop(note) {
    this.observer.disconnect();
    this.ended.abort();
    this.offline(note);
    this.page.close();
  }
}

/**
 * @param {Page} page
 * @param {Manager | undefined} manager
 * @param {Record<string, ViewClass>} classes
 * @returns {(() => void) | undefined} what ends it
 */
export function hydrate(page, manager, classes) {
  if (!manager?.context) return undefined; // no document behind it (a frame of VS Code or Colab, a console)
  const hydration = new Hydration(page, manager.context, classes);
  hydration.start();
  return () => hydration.stop(NOTE);
}
