// A front end as far as the page touches it: a widget model, its manager, a document with panels and outputs.

/**
 * @import { Face, FromKernel, Manager, Model, Run, Slot } from "../../asset_magic/page/js/protocol.js"
 */

// jsdom lays nothing out, so nothing is ever resized.
globalThis.ResizeObserver ??= class {
  observe() {}
  unobserve() {}
  disconnect() {}
};

/** The clock of the toy kernel, ahead of the page's by an hour. */
export const CLOCK = Date.now() / 1000 + 3600;

/** @param {Partial<Face>} [face] @returns {Face} */
export function face(face = {}) {
  return {
    status: "fresh", kind: "asset", group: "default", why: "", run: "success", error: "", made: CLOCK - 120, took: 1.4,
    checks: [], blocked: "", flags: [], code: "c0dec0de", print: "11111111", ...face,
  };
}

/** @param {Partial<Run>} [run] @returns {Run} */
export function run(run = {}) {
  return {
    id: null, label: "orders", done: 0, total: 1, key: "orders", started: CLOCK, began: CLOCK, expected: null, left: null,
    failed: 0, skipped: 0, ...run,
  };
}

/** A model whose messages are kept in `sent`, and whose kernel speaks with `say`. */
export class FakeModel {
  /** @param {Manager} [manager] */
  constructor(manager) {
    this.widget_manager = manager;
    /** @type {any[]} */ this.sent = [];
    /** @type {Map<string, Set<Slot>>} */ this.slots = new Map();
    this.closed = false;
  }

  /** @param {object} content */
  send(content) {
    if (this.closed) throw new Error("Comm is disposed");
    this.sent.push(content);
  }

  /** @param {string} event @param {Slot} slot */
  on(event, slot) {
    this.slots.set(event, (this.slots.get(event) ?? new Set()).add(slot));
  }

  /** @param {string} event @param {Slot} slot */
  off(event, slot) {
    this.slots.get(event)?.delete(slot);
  }

  /** @param {string} event @param {unknown[]} values */
  trigger(event, ...values) {
    for (const slot of [...(this.slots.get(event) ?? [])]) slot(...values);
  }

  /** @param {FromKernel} message */
  say(message) {
    this.trigger("msg:custom", message);
  }

  /** @param {Record<string, Face>} assets @param {object} [rest] */
  snapshot(assets, rest = {}) {
    this.say({ kind: "snapshot", assets, queue: [], run: null, clock: CLOCK, ...rest });
  }

  /** @param {object} rest */
  patch(rest) {
    this.say({ kind: "patch", clock: CLOCK, ...rest });
  }

  /** The last message of a kind. @param {string} kind */
  last(kind) {
    return this.sent.findLast((message) => message.kind === kind);
  }

  /** Answer the last look. @param {object} reply */
  reply(reply) {
    const { id, view } = this.last("look");
    this.say({ kind: "view", id, view, html: "", keys: [], ...reply });
  }
}

/** @returns {Model & FakeModel} */
export const fakeModel = (/** @type {Manager} */ manager = {}) => /** @type {any} */ (new FakeModel(manager));

/** A signal of the front end. */
class FakeSignal {
  constructor() {
    /** @type {Set<Slot>} */ this.slots = new Set();
  }

  /** @param {Slot} slot */
  connect(slot) {
    this.slots.add(slot);
  }

  /** @param {Slot} slot */
  disconnect(slot) {
    this.slots.delete(slot);
  }

  /** @param {unknown} value */
  emit(value) {
    for (const slot of [...this.slots]) slot(null, value);
  }
}

/** An open document: its session, its kernel, its widget manager. */
export class FakeDocument {
  /** @param {string} path */
  constructor(path) {
    /** @type {object[]} */ this.executed = [];
    this.interrupts = 0;
    /** @type {any[]} */ this.drawn = [];
    const kernel = {
      id: `kernel of ${path}`,
      status: "idle",
      interrupt: async () => void this.interrupts++,
      requestExecute: (/** @type {object} */ content) => this.executed.push(content),
    };
    this.session = {
      session: { kernel },
      statusChanged: new FakeSignal(),
      connectionStatusChanged: new FakeSignal(),
      kernelChanged: new FakeSignal(),
    };
    /** @type {{ context: any, kernel: any, rendermime: any }} */
    this.manager = {
      kernel,
      context: { path, contentsModel: { path }, sessionContext: this.session },
      rendermime: {
        preferredMimeType: (/** @type {object} */ data) => Object.keys(data)[0],
        createRenderer: () => this.renderer(),
        latexTypesetter: { typeset: (/** @type {HTMLElement} */ node) => void (node.textContent = (node.textContent ?? "").replaceAll("$", "")) },
      },
    };
  }

  renderer() {
    const renderer = {
      node: document.createElement("div"),
      disposed: false,
      dispose: () => void (renderer.disposed = true),
      renderModel: async (/** @type {any} */ model) => void (renderer.node.textContent = String(Object.values(model.data)[0])),
    };
    renderer.node.className = "jp-RenderedFake";
    this.drawn.push(renderer);
    return renderer;
  }
}

/** An empty page. @param {{ lab?: boolean }} [options] */
export function frontEnd({ lab = true } = {}) {
  document.head.replaceChildren();
  document.body.innerHTML = lab ? '<div class="jp-LabShell"><ul class="tabs"></ul><div class="main"></div></div>' : '<div class="main"></div>';
}

/**
 * Open a panel that shows the document at `path`, with outputs, each a piece of HTML.
 * @param {string} path
 * @param {string[]} outputs
 * @param {{ trusted?: boolean, title?: string | null }} [options]
 */
export function openPanel(path, outputs, { trusted = true, title = `Name: ${path}\nPath: ${path}\nKind: notebook` } = {}) {
  const panel = document.createElement("div");
  panel.className = "jp-NotebookPanel";
  panel.id = `panel-${document.querySelectorAll(".jp-NotebookPanel").length}`;
  const tab = document.createElement("li");
  tab.setAttribute("role", "tab");
  tab.dataset.id = panel.id;
  if (title !== null) tab.title = title;
  document.querySelector(".tabs")?.append(tab);
  document.querySelector(".main")?.append(panel);
  for (const html of outputs) addOutput(panel, html, trusted);
  return panel;
}

/** @param {Element} panel @param {string} html @param {boolean} [trusted] */
export function addOutput(panel, html, trusted = true) {
  const child = document.createElement("div");
  child.className = "jp-OutputArea-child";
  child.innerHTML = `<div class="jp-OutputArea-output ${trusted ? "jp-mod-trusted" : ""}">${html}</div>`;
  panel.append(child);
  return child;
}

/** Take the notes on views that are not live away, and tell what they said. @param {Element} root */
export function takeNotes(root) {
  return [...root.querySelectorAll(".am-note")].map((note) => {
    note.remove();
    return note.textContent;
  });
}

/** What %%asset stored. @param {string} key @param {string} [attributes] */
export function storedCard(key, attributes = 'data-code="c0dec0de" data-print="11111111"') {
  return `<div class="asset-magic" data-view="card" data-keys="${key}" ${attributes} style="border-left:4px solid #777"><div><b>${key}</b> · <span style="opacity:0.8">int</span></div></div>`;
}

/** Let promises and observers be heard. */
export const settled = () => new Promise((resolve) => setTimeout(resolve, 0));

/** Wait until something holds. @param {() => unknown} holds */
export async function until(holds) {
  for (let turn = 0; turn < 200; turn++) {
    if (holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`in vain: ${holds}`);
}
