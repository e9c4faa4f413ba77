// The strip of many assets: how they stand, what runs, what waits, and what failed.
import { badge, button, element, focusButton, focused, nameButton, plural, setAttribute, setText, thousands, wholeSeconds } from "./dom.js";

/**
 * @import { Queued, Run, State, What } from "./protocol.js"
 * @import { Page } from "./page.js"
 */

/** @type {State[]} */
const ORDER = ["running", "queued", "fresh", "source", "stale", "missing", "failed"];
/** @type {State[]} */
const NOT_FRESH = ["stale", "missing", "failed"];
/** @type {State[]} */
const DONE = ["fresh", "source"];
/** The mark of a check that was not evaluated. */
const OPEN = "○";

/** "12 assets · 9 fresh · 2 stale · 1 failed", Materialize stale, and beneath it progress, queue and failures. */
export class StatusStrip {
  /**
   * @param {Page} page
   * @param {{ selection?: string, keys?: string[] | null, all?: boolean }} [scope]
   *   `keys`: what it counts, null: every asset; `all`: fresh ones can be run too
   */
  constructor(page, { selection = "", keys = null, all = false } = {}) {
    this.page = page;
    this.selection = selection;
    this.keys = keys;
    this.counts = element("span", { class: "am-counts", role: "img" });
    this.stale = button("Materialize stale", { onclick: () => this.materializeStale() });
    this.all = button("Materialize all", { onclick: () => this.materializeAll() });
    this.all.hidden = !all;
    const actions = element("span", { class: "am-actions" }, this.stale, this.all);
    this.run = new RunLine(page);
    this.queue = element("div", { class: "am-queue" });
    /** By the id of what waits. @type {Map<string, HTMLElement>} */ this.lines = new Map();
    this.failure = new FailureBox(page, this);
    this.node = element(
      "div",
      { class: "am-status-strip" },
      element("div", { class: "am-strip" }, this.counts, actions),
      this.run.node,
      this.queue,
      this.failure.node,
    );
    this.update(new Set(), { turns: new Set(), queue: true, run: true, time: true, done: null });
  }

  /** @param {string[] | null} keys */
  setKeys(keys) {
    this.keys = keys;
    this.count();
  }

  /** @param {Set<string>} changed @param {What} what */
  update(changed, what) {
    if (changed.size || what.turns.size || what.queue || what.done !== null || !this.counts.firstChild) this.count();
    if (what.run) this.invite();
    if (what.run || what.queue) this.run.update();
    if (what.queue) this.waiting();
    if (what.queue || what.done !== null) this.failure.update(what.done);
  }

  count() {
    const keys = this.keys?.filter((key) => this.page.assets.has(key)) ?? [...this.page.assets.keys()];
    /** @type {Map<State, number>} */ const counts = new Map();
    for (const key of keys) {
      const state = this.page.state(key);
      counts.set(state, (counts.get(state) ?? 0) + 1);
    }
    this.tell(keys, counts);
    const due = keys.filter((key) => this.isDue(key)).length;
    offer(this.stale, due ? `Materialize stale (${thousands(due)})` : "Materialize stale", due ? "what is not fresh, and checks not evaluated" : "nothing is stale", due);
    const made = keys.filter((key) => this.page.assets.get(key)?.kind === "asset").length;
    offer(this.all, "Materialize all", made ? `${thousands(made)}, fresh ones too` : "there is nothing to materialize", made);
    this.invite();
  }

  /** Has a run of what is stale anything to do for it? Checks that have no verdict are evaluated then. @param {string} key */
  isDue(key) {
    const state = this.page.state(key);
    if (NOT_FRESH.includes(state)) return true;
    return DONE.includes(state) && this.checks([key]).some(([mark]) => mark === OPEN);
  }

  /** @param {string[]} keys */
  checks(keys) {
    return keys.flatMap((key) => this.page.assets.get(key)?.checks ?? []);
  }

  /** @param {string[]} keys @param {Map<State, number>} counts */
  tell(keys, counts) {
    const parts = [
      element("span", { class: "am-count" }, plural(keys.length, "asset")),
      ...ORDER.filter((state) => counts.has(state)).map((state) => counted(state, `${thousands(counts.get(state) ?? 0)} ${state}`)),
      ...verdicts(this.checks(keys), this.checks(keys.filter((key) => DONE.includes(this.page.state(key))))),
    ];
    const text = parts.map((part) => part.textContent).join(" · ");
    if (this.counts.getAttribute("aria-label") === text) return;
    setAttribute(this.counts, "aria-label", text);
    this.counts.replaceChildren(...parts);
  }

  /** What is asked for during a run waits for its end, so nothing invites to it. */
  invite() {
    this.stale.classList.toggle("am-primary", !this.stale.disabled && !this.page.running);
  }

  materializeStale() {
    const { selection } = this;
    const label = selection ? `what is stale in ${selection}` : "what is stale";
    this.page.materialize({ label, stale: true, ...(selection ? { selection } : {}) }, this);
  }

  materializeAll() {
    const { selection } = this;
    this.page.materialize({ label: selection ? `all of ${selection}` : "everything", selection, force: true }, this);
  }

  /** Lines that stay are not made again, so that focus stays. */
  waiting() {
    const { page, queue } = this;
    const active = focused(queue);
    const lines = page.queue.map((queued) => this.lines.get(queued.id) ?? queueLine(page, queued));
    this.lines = new Map(page.queue.map(({ id }, at) => [id, /** @type {HTMLElement} */ (lines[at])]));
    for (const line of [...queue.children]) if (!lines.includes(/** @type {HTMLDivElement} */ (line))) line.remove();
    for (const [at, line] of lines.entries()) if (queue.children[at] !== line) queue.insertBefore(line, queue.children[at] ?? null);
    if (active && !active.isConnected) focusButton(lines.length ? queue : this.node);
  }
}

/**
 * "1 check failed", "2 warnings", "1 check not evaluated"; what passed is not counted.
 * @param {[string, number][]} checks
 * @param {[string, number][]} present those of fresh assets: of others it goes without saying that some are not evaluated
 */
function verdicts(checks, present) {
  const number = (/** @type {[string, number][]} */ all, /** @type {string} */ mark) => all.reduce((sum, [sign, count]) => sum + (sign === mark ? count : 0), 0);
  const [failed, warned, open] = [number(checks, "✗"), number(checks, "!"), number(present, OPEN)];
  return [
    ...(failed ? [counted("failed", `${plural(failed, "check")} failed`)] : []),
    ...(warned ? [counted("stale", plural(warned, "warning"))] : []),
    ...(open ? [counted("missing", `${plural(open, "check")} not evaluated`)] : []),
  ];
}

/** @param {State} state that it is coloured as @param {string} text */
function counted(state, text) {
  return element("span", { class: "am-count", "data-state": state }, text);
}

/** @param {HTMLButtonElement} node @param {string} label @param {string} what @param {number} many how many assets it is for */
function offer(node, label, what, many) {
  node.disabled = !many;
  setText(node, label);
  nameButton(node, `${label}: ${what}`);
}

/** @param {Page} page @param {Queued} queued */
function queueLine(page, { id, label, keys }) {
  const name = `Take back ${label} from the queue`;
  const many = keys.length > 1 ? element("span", { class: "am-quiet" }, plural(keys.length, "asset")) : null;
  return element(
    "div",
    { class: "am-queued" },
    badge("queued"),
    element("bdi", { class: "am-label" }, label),
    many,
    button("Take back", { name, onclick: () => page.cancel(id) }),
  );
}

/** What runs: how far it is, for how long, how long still, and Stop. */
class RunLine {
  /** @param {Page} page */
  constructor(page) {
    this.page = page;
    this.label = element("bdi", { class: "am-label" });
    this.text = element("span", { class: "am-quiet" });
    this.bar = element("div", { class: "am-progress", role: "progressbar", "aria-label": "Progress", "aria-valuemin": 0 });
    this.fill = this.bar.appendChild(element("div", { class: "am-progress-fill" }));
    const stop = button("Stop", { name: "Stop the run", onclick: () => page.interrupt() });
    this.node = element("div", { class: "am-run", hidden: true });
    this.node.append(element("div", { class: "am-strip" }, badge("running"), this.label, this.text, stop), this.bar);
  }

  update() {
    const run = this.page.running;
    this.node.hidden = !run;
    if (!run) return;
    setText(this.label, run.key || run.label);
    setText(this.text, runText(run, this.page.now()));
    setAttribute(this.bar, "aria-valuemax", run.total);
    setAttribute(this.bar, "aria-valuenow", run.done);
    this.fill.style.width = `${Math.round(100 * progress(run, this.page.now()))}%`;
  }
}

/**
 * "3 of 12 · 4.2 s · about 38 s left · 1 failed"
 * @param {Run} run
 * @param {number} now
 */
export function runText(run, now) {
  const parts = [`${thousands(run.done)} of ${thousands(run.total)}`, wholeSeconds(now - run.started)];
  parts.push(leftText(run, now));
  if (run.failed) parts.push(`${thousands(run.failed)} failed`);
  if (run.skipped) parts.push(`${thousands(run.skipped)} skipped`);
  return parts.filter(Boolean).join(" · ");
}

/** An estimate of a whole run that is too short for its end to be announced, in seconds. */
const SHORT = 2;

/**
 * What is left by an estimate that was true when the present asset began; nothing once it is exceeded.
 * @param {Run} run
 * @param {number} now
 */
function leftText({ left, began, started }, now) {
  if (left === null) return "";
  const still = left - (now - began);
  if (Math.round(still) > 0) return `about ${wholeSeconds(Math.round(still))} left`;
  const whole = began - started + left;
  return whole >= SHORT && still > 0 && still < whole / 10 ? "nearly done" : "";
}

/**
 * How much of the run is done, from 0 to 1; the present asset counts by its last duration.
 * @param {Run} run
 * @param {number} now
 */
function progress(run, now) {
  const part = run.key && run.expected ? Math.min((now - run.began) / run.expected, 0.95) : 0;
  return run.total ? Math.min((run.done + Math.max(part, 0)) / run.total, 1) : 0;
}

/** What failed in the last run that nobody else tells of, until the next one or until it is put away. */
class FailureBox {
  /** @param {Page} page @param {StatusStrip} strip */
  constructor(page, strip) {
    this.page = page;
    this.strip = strip;
    this.text = element("div", { class: "am-error-text", dir: "auto" });
    const dismiss = button("Dismiss", { name: "Dismiss this message", onclick: () => this.dismiss() });
    this.node = element("div", { class: "am-error", hidden: true }, this.text, dismiss);
  }

  /** @param {string | null} done */
  update(done) {
    const by = this.page.asked.get(done ?? "")?.by ?? this.strip;
    const error = done === null || by !== this.strip ? undefined : this.page.failures.get(done);
    if (error) setText(this.text, error);
    this.node.hidden = !error && (!this.page.failures.size || this.node.hidden);
  }

  dismiss() {
    this.node.hidden = true;
    focusButton(this.strip.node);
  }
}
