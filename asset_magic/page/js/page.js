// What this page knows of the kernel's assets, and what it asks of the kernel. No drawing here.
import { announce } from "./dom.js";
import { Values } from "./values.js";

/**
 * @import { Face, Queued, Run, State, What, Value, Look, ViewReply, RunRequest, FromKernel, ToKernel } from "./protocol.js"
 * @import { Model, Manager, Kernel, Snapshot, Patch } from "./protocol.js"
 */
/** @typedef {(changed: Set<string>, what: What) => void} Listener */

const TICK = 1000;
const REMINDER = 30_000;
/** For how long an idle kernel may be silent, and how often to look, in ms. */
const SILENCE = 3000;
const LISTENING = 500;

/** One kernel as seen from this page. */
export class Page {
  /** @param {Model} model @param {Manager} [manager] the widget manager of the document, where there is one */
  constructor(model, manager = model.widget_manager) {
    /** @type {Map<string, Face>} */ this.assets = new Map();
    /** Runs that wait, those not yet seen by the kernel last. @type {Queued[]} */ this.queue = [];
    /** @type {Run | null} */ this.running = null;
    /** The assets of each step of the run. @type {string[][]} */ this.steps = [];
    /** What waits for its turn, with the queued run that may be taken back; what runs. @type {Map<string, Queued | "ahead" | "runs">} */ this.turns = new Map();
    /** Of those, what listeners have not been told of. @type {Set<string>} */ this.turned = new Set();
    /** What failed or was refused, by the id of the run. @type {Map<string, string>} */ this.failures = new Map();
    /** Runs that were asked for before the last of those failed: their beginning is no news. @type {Set<string>} */ this.before = new Set();
    /** Is there a kernel that answers? */ this.live = false;
    /** What this page asked for, by id. @type {Map<string, RunRequest & { by: unknown }>} */ this.asked = new Map();
    this.model = model;
    this.manager = manager;
    /** @type {Set<Listener>} */ this.listeners = new Set();
    /** @type {Map<string, { resolve: (reply: ViewReply) => void, reject: (reason: Error) => void }>} */ this.looks = new Map();
    /** Asked for here and not yet in the kernel's queue. @type {Map<string, Queued>} */ this.unseen = new Map();
    /** Taken back here, though the kernel may still name them; has it ever? @type {Map<string, boolean>} */ this.cancelled = new Map();
    this.values = new Values(manager?.rendermime);
    /** Called when the channel turns out to be closed. */ this.lost = () => this.offline();
    this.skew = 0;
    this.asking = false;
    this.count = 0;
    // Two windows may look at one kernel, and both hear every answer.
    this.name = Math.random().toString(36).slice(2, 10);
    /** @type {ReturnType<typeof setInterval> | undefined} */ this.timer = undefined;
    this.period = 0;
    /** @type {ReturnType<typeof setInterval> | undefined} */ this.listening = undefined;
    this.silence = 0;
    /** Has a question been put again, to be put no more? */ this.repeated = false;
    this.receive = this.receive.bind(this);
    model.on("msg:custom", this.receive);
  }

  /** Ask for everything; the answer makes the page live. One question at a time: a busy kernel answers late. */
  hello() {
    if (this.asking) return;
    this.asking = true;
    this.send({ kind: "hello" });
  }

  /**
   * Ask for a rendered view. Rejects with the kernel's words if it cannot be had, and when the kernel goes away.
   * @param {Look} request
   * @returns {Promise<ViewReply>}
   */
  look(request) {
    const id = this.id("look");
    return new Promise((resolve, reject) => {
      this.looks.set(id, { resolve, reject });
      this.send({ kind: "look", id, ...request });
    });
  }

  /**
   * Ask for a run. It shows as queued at once, though a busy kernel will hear of it later.
   * @param {RunRequest} request
   * @param {unknown} [by] who asks and tells of a failure itself; else every strip does
   * @returns {string} the id of the run
   */
  materialize(request, by = null) {
    const id = this.id("run");
    this.asked.set(id, { ...request, by });
    this.unseen.set(id, { id, label: request.label, keys: request.keys ?? [] });
    this.failures.clear();
    this.send({ kind: "run", id, ...request });
    this.requeue(this.queue);
    this.tell([], { queue: true });
    return id;
  }

  /** Take a queued run back. @param {string} id */
  cancel(id) {
    this.cancelled.set(id, !this.unseen.delete(id));
    this.send({ kind: "cancel", id });
    this.requeue(this.queue);
    this.tell([], { queue: true });
  }

  /** Stop what runs, as the front end's own Interrupt does. */
  interrupt() {
    void this.kernel?.interrupt();
  }

  /** The kernel's time, in epoch seconds. */
  now() {
    return Date.now() / 1000 + this.skew;
  }

  /**
   * What the pill of an asset says.
   * @param {string} key
   * @returns {State}
   */
  state(key) {
    const face = this.assets.get(key);
    if (!face) return "gone";
    const turn = this.turns.get(key);
    if (turn === "runs" || face.run === "running") return "running";
    if (turn) return "queued";
    if (face.kind === "source") return face.status === "stale" ? "stale" : "source";
    return face.run === "failed" ? "failed" : face.status;
  }

  /**
   * The queued run that names this asset, whoever asked for it.
   * @param {string} key
   * @returns {Queued | undefined}
   */
  waiting(key) {
    const turn = this.turns.get(key);
    return typeof turn === "object" ? turn : undefined;
  }

  /**
   * A value as the front end shows it, null if nothing can. Give it back with `discard`.
   * @param {Value} value
   * @returns {HTMLElement | null}
   */
  render(value) {
    return this.values.render(value);
  }

  /** @param {HTMLElement | null} node that `render` gave */
  discard(node) {
    this.values.discard(node);
  }

  /** @param {Listener} listener @param {AbortSignal} signal */
  listen(listener, signal) {
    this.listeners.add(listener);
    this.tick();
    signal.addEventListener("abort", () => {
      this.listeners.delete(listener);
      this.tick();
    });
  }

  /** The kernel is gone or out of reach: nothing of what is known holds any more. */
  offline() {
    this.live = this.asking = false;
    this.running = null;
    this.queue = this.steps = [];
    for (const known of [this.assets, this.turns, this.turned, this.unseen, this.asked, this.failures, this.cancelled]) known.clear();
    const gone = new Error("the kernel is gone or out of reach");
    for (const { reject } of this.looks.values()) reject(gone);
    this.looks.clear();
    this.listenToSilence();
    this.tick();
  }

  /**
   * An idle kernel that leaves a question unanswered is another one under the same id, restarted from elsewhere: no
   * front end tells of that. One that is busy without saying so answers late, which makes the page live again.
   */
  listenToSilence() {
    const awaited = !this.repeated && (this.asking || this.looks.size > 0 || this.unseen.size > 0);
    if (!awaited) clearInterval(this.listening);
    if (!awaited) this.listening = undefined;
    this.silence = awaited && this.kernel?.status === "idle" ? this.silence + LISTENING : 0;
    if (this.silence <= SILENCE) return;
    this.repeated = true;
    this.lost();
    this.renewSubshells();
    this.hello();
  }

  /** JupyterLab goes on to send what is said to widgets to the subshells that a kernel had before such a restart. */
  renewSubshells() {
    const { kernel } = this;
    const over = kernel?.commsOverSubshells;
    if (!kernel || !over || over === "disabled") return;
    for (const way of ["disabled", over]) kernel.commsOverSubshells = way;
  }

  /** No more of this page. */
  close() {
    this.model.off("msg:custom", this.receive);
    this.offline();
    this.listeners.clear();
  }

  /** @param {FromKernel} message */
  receive(message) {
    this.silence = 0;
    this.repeated = false;
    if (message.kind === "snapshot") this.replace(message);
    else if (message.kind === "patch") this.live && this.patch(message);
    else if (message.kind === "view") this.answer(message);
    else if (message.kind === "done") this.finished(message.id, message.error);
    else if (message.kind === "serve") this.serve(message.id);
  }

  /** @param {Snapshot} message */
  replace(message) {
    this.asking = false;
    this.live = true;
    const changed = new Set([...this.assets.keys(), ...Object.keys(message.assets)]);
    for (const [key, face] of this.assets) if (same(face, message.assets[key])) changed.delete(key);
    this.assets = new Map(Object.entries(message.assets));
    this.clocked(message);
    this.tell(changed, { queue: true, run: true });
  }

  /** @param {Patch} message */
  patch(message) {
    for (const [key, face] of Object.entries(message.assets ?? {}))
      if (face) this.assets.set(key, face);
      else this.assets.delete(key);
    const failures = this.failures.size;
    this.clocked(message);
    const queue = message.queue !== undefined || this.failures.size !== failures;
    this.tell(Object.keys(message.assets ?? {}), { queue, run: message.run !== undefined });
  }

  /** @param {Patch | Snapshot} message */
  clocked({ clock, queue, run }) {
    this.skew = clock - Date.now() / 1000;
    if (run !== undefined) {
      if (run?.started !== this.running?.started) this.steps = [];
      this.steps = run?.waiting ?? this.steps;
      if (run && run.started !== this.running?.started && !this.before.has(run.id ?? "")) this.failures.clear();
      this.running = run;
    }
    for (const id of [...(queue ?? []).map((queued) => queued.id), run?.id]) if (id) this.unseen.delete(id);
    if (queue) this.forget(new Set(queue.map((queued) => queued.id)));
    this.requeue(queue ?? this.queue);
  }

  /** The kernel hears of a run before it hears that it is taken back, so it names it once before it does not any more. @param {Set<string>} queued */
  forget(queued) {
    for (const [id, named] of this.cancelled)
      if (queued.has(id)) this.cancelled.set(id, true);
      else if (named) {
        this.cancelled.delete(id);
        this.asked.delete(id);
      }
  }

  /** @param {Queued[]} queue what the kernel says */
  requeue(queue) {
    const seen = queue.filter(({ id }) => !this.cancelled.has(id) && !this.unseen.has(id));
    this.queue = [...seen, ...this.unseen.values()];
    this.follow();
  }

  /** Whose turn it is, and who waits for one. */
  follow() {
    const { running: run, turns: before } = this;
    const begun = run ? run.done + (run.key ? 1 : 0) : 0;
    this.turns = new Map();
    for (const queued of [...this.queue].reverse()) for (const key of queued.keys) this.turns.set(key, queued);
    for (const key of run ? this.steps.slice(begun).flat() : []) this.turns.set(key, "ahead");
    if (run?.key) this.turns.set(run.key, "runs");
    for (const [key, turn] of this.turns) if (before.get(key) !== turn) this.turned.add(key);
    for (const key of before.keys()) if (!this.turns.has(key)) this.turned.add(key);
  }

  /** @param {ViewReply} reply */
  answer(reply) {
    const waiting = this.looks.get(reply.id);
    this.looks.delete(reply.id);
    if (reply.error) waiting?.reject(new Error(reply.error));
    else waiting?.resolve(reply);
  }

  /** @param {string} id @param {string} [error] */
  finished(id, error) {
    const request = this.asked.get(id);
    this.unseen.delete(id);
    this.requeue(this.queue.filter((queued) => queued.id !== id));
    if (error) this.failed(id, error);
    if (request) announce(`${request.label}: ${error ? `failed. ${error.split("\n")[0]}` : "done"}`);
    this.tell([], { queue: true, run: true, done: id });
    this.cancelled.delete(id);
    const waiting = new Set(this.queue.map((queued) => queued.id));
    for (const asked of this.asked.keys()) if (!waiting.has(asked)) this.asked.delete(asked); // one runs at a time
  }

  /** @param {string} id @param {string} error */
  failed(id, error) {
    this.failures.set(id, error);
    this.before = new Set(this.queue.map((queued) => queued.id));
  }

  /** A body that awaits needs the kernel's event loop, which only an execute request has. @param {string} id */
  serve(id) {
    const code = `await get_ipython().magics_manager.registry['AssetMagics'].serve(${JSON.stringify(id)})`;
    this.kernel?.requestExecute({ code, silent: true, store_history: false, stop_on_error: false, allow_stdin: false });
  }

  /** @returns {Kernel | null | undefined} */
  get kernel() {
    return this.manager?.context?.sessionContext.session?.kernel ?? this.manager?.kernel;
  }

  /** @param {Iterable<string>} changed @param {Partial<What>} what */
  tell(changed, what) {
    const keys = new Set(changed);
    const all = { turns: this.turned, queue: false, run: false, time: false, done: null, ...what };
    this.turned = new Set();
    for (const listener of [...this.listeners]) listener(keys, all);
    this.tick();
  }

  /** One timer: each second while something runs, each half minute for "2 min ago", none when nobody looks. */
  tick() {
    const period = !this.live || !this.listeners.size ? 0 : this.running ? TICK : REMINDER;
    if (period === this.period) return;
    this.period = period;
    clearInterval(this.timer);
    let passed = 0;
    const ticked = () => {
      passed += period;
      const time = passed >= REMINDER;
      if (time) passed = 0;
      this.tell([], { run: period === TICK, time });
    };
    if (period) this.timer = setInterval(ticked, period);
  }

  /** @param {ToKernel} message */
  send(message) {
    this.listening ??= setInterval(() => this.listenToSilence(), LISTENING);
    try {
      this.model.send(message);
    } catch {
      this.lost();
    }
  }

  /** @param {string} kind */
  id(kind) {
    return `${kind}-${this.name}-${++this.count}`;
  }
}

/** @param {Face} a @param {Face | undefined} b */
function same(a, b) {
  return JSON.stringify(a) === JSON.stringify(b);
}
