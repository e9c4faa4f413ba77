// A front end as far as the page touches it: a widget model, its manager, a document with panels and outputs.

/**
 * @import { Face, FromKernel, Manager, Model, Run, Slot } from "../../asset_magic/page/js/protocol.js"
 */

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
