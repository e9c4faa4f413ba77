// The line on one asset above its card or its details: how it stands and what to do about it.
/**
 * @import { Face, RunRequest, What } from "./protocol.js"
 * @import { Page } from "./page.js"
 */
import { ago, badge, button, elapsed, element, focusButton, focused, seconds, setText } from "./dom.js";

/**
 * How an asset stands, in words: "made 2 min ago · 1.4 s", "upstream orders changed", "4 s of about 38 s".
 * @param {Page} page
 * @param {string} key
 * @param {boolean} brief leave out why, which is told elsewhere
 */
function standing(page, key, brief) {
  const face = page.assets.get(key);
  const run = page.running;
  if (!face) return "no longer an asset of this kernel";
  const state = page.state(key);
  if (state === "running") return run?.key === key ? elapsed(run, page.now()) : "";
  if (state === "queued") return run ? `waits for ${run.key || run.label}` : "waits for the kernel";
  const parts = [];
  if (!brief) parts.push(face.run === "skipped" && face.blocked ? `skipped: ${face.blocked}` : face.blocked);
  if (!brief && state !== "failed") parts.push(face.why);
  if (face.made !== null) parts.push(`${made(face)} ${ago(page.now() - face.made)}`);
  if (face.made !== null && face.took !== null && state === "fresh") parts.push(seconds(face.took));
  return parts.filter(Boolean).join(" · ") || (state === "missing" ? "never materialized" : "");
}

/** Whose time is told: a run that gave no value has left the one before. @param {Face} face */
function made({ kind, run }) {
  if (kind === "source") return "seen";
  return run === "failed" || run === "skipped" || run === "interrupted" ? "last value made" : "made";
}

/** One line on one asset: pill, words, check marks and buttons; beneath it why it failed. */
export class AssetStrip {
  /**
   * @param {Page} page
   * @param {string} key
   * @param {{ more?: HTMLElement | null, detailed?: boolean, told?: (error: string) => boolean }} [options]
   *   `more`: one more button; `detailed`: causes, verdicts and errors stand beneath in full, so they are not told here;
   *   `told`: does this error stand beneath?
   */
  constructor(page, key, { more = null, detailed = false, told = () => detailed } = {}) {
    this.page = page;
    this.key = key;
    this.more = more;
    this.detailed = detailed;
    this.told = told;
    /** The run that was last asked for here. */ this.asked = "";
    this.other = false;
    this.mode = "";
    this.badge = badge("missing");
    this.words = element("span", { class: "am-words", dir: "auto" });
    this.marks = element("span", { class: "am-checks" });
    this.actions = element("span", { class: "am-actions" });
    this.error = element("div", { class: "am-error am-error-text", dir: "auto", hidden: true });
    this.flags = element("div", { class: "am-flags", dir: "auto", hidden: true });
    const said = element("span", { class: "am-said" }, this.words, this.marks);
    const line = element("div", { class: "am-strip" }, this.badge, said, this.actions);
    this.node = element("div", { class: "am-asset-strip" }, line, this.flags, this.error);
    this.write();
  }

  /** @param {Set<string>} changed @param {What} what */
  update(changed, what) {
    const mine = changed.has(this.key) || what.turns.has(this.key);
    const ticking = what.run && this.mode !== "idle" && this.mode !== "none";
    if (mine || what.queue || what.time || ticking) this.write();
  }

  /** Another cell defines the asset now: no buttons here. @param {boolean} other */
  setOther(other) {
    this.other = other;
    this.write();
  }

  write() {
    const { page, key } = this;
    const state = page.state(key);
    const face = page.assets.get(key);
    badge(this.other && face ? "elsewhere" : state, this.badge);
    setText(this.words, this.other && face ? "defined by another cell now" : standing(page, key, this.detailed));
    setText(this.marks, (this.detailed ? [] : (face?.checks ?? [])).map(([mark, count]) => `${mark} ${count}`).join("  "));
    const failure = (state === "failed" && face?.error) || "";
    const error = page.failures.get(this.asked) ?? (this.told(failure) ? "" : failure);
    setText(this.error, error);
    this.error.hidden = !error;
    const flags = this.other || this.detailed ? [] : (face?.flags ?? []);
    setText(this.flags, flags.map((flag) => `! ${flag}`).join("\n"));
    this.flags.hidden = !flags.length;
    const waits = page.waiting(key) ? "queued" : "ahead";
    const idle = state === "queued" ? waits : state === "running" ? state : "idle";
    this.setMode(!face || this.other ? "none" : idle === "idle" && face.kind === "source" ? "source" : idle);
    const due = state === "stale" || state === "missing" || state === "failed";
    this.actions.firstElementChild?.classList.toggle("am-primary", due && this.mode === "idle");
  }

  /** Which buttons there are. Those that stay the same are not made again, so that focus stays. @param {string} mode */
  setMode(mode) {
    if (this.mode === mode) return;
    this.mode = mode;
    const active = focused(this.actions);
    this.actions.replaceChildren(...this.buttons(mode), ...(this.more && mode !== "none" ? [this.more] : []));
    if (active && active === this.more) this.more.focus();
    else if (active) focusButton(this.actions);
  }

  /** @param {string} mode */
  buttons(mode) {
    const { page, key } = this;
    if (mode === "none") return [];
    if (mode === "running") return [button("Stop", { name: `Stop ${key}`, onclick: () => page.interrupt() })];
    if (mode === "ahead") return [button("Stop", { name: `Stop the run that ${key} waits in`, onclick: () => page.interrupt() })];
    if (mode === "queued") {
      const onclick = () => page.cancel(page.waiting(key)?.id ?? "");
      return [button("Take back", { name: `Take back ${key} from the queue`, onclick })];
    }
    const downstream = this.runButton("Materialize downstream", `Materialize downstream of ${key}, and ${key} too`, { downstream: true });
    if (mode === "source") return [downstream];
    return [
      this.runButton("Materialize", `Materialize ${key}`, {}),
      downstream,
      this.runButton("Force", `Force ${key}: run it even when fresh`, { force: true }),
    ];
  }

  /** @param {string} label @param {string} name @param {Partial<RunRequest>} request */
  runButton(label, name, request) {
    const { key, page } = this;
    const onclick = () => {
      const run = request.downstream ? `${key} and downstream` : request.force ? `${key} (forced)` : key;
      this.asked = page.materialize({ label: run, keys: [key], ...request }, this);
    };
    return button(label, { name, onclick });
  }
}
