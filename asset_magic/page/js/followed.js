// What is asked of the kernel again and again, as things change.

/** @import { Page } from "./page.js" */

const SETTLING = 150;

/**
 * A question that is asked again when something changed: one at a time, as a busy kernel answers late.
 * @template T
 */
export class Followed {
  /**
   * @param {HTMLElement} el marked as old while an answer is awaited
   * @param {Page} page
   * @param {AbortSignal} signal
   * @param {() => Promise<T>} question
   * @param {{ draw: (answer: T) => void, refused?: (words: string) => void }} answers
   */
  constructor(el, page, signal, question, { draw, refused = () => {} }) {
    this.el = el;
    this.page = page;
    this.signal = signal;
    this.question = question;
    this.draw = draw;
    this.refused = refused;
    this.waiting = false;
    this.due = false;
    /** @type {ReturnType<typeof setTimeout> | undefined} */ this.timer = undefined;
    signal.addEventListener("abort", () => {
      clearTimeout(this.timer);
      el.removeAttribute("data-am-old");
    });
    this.ask();
  }

  /** Ask again soon; a burst of changes is one question. */
  again() {
    this.el.setAttribute("data-am-old", "");
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), SETTLING);
  }

  ask() {
    this.timer = undefined;
    this.due = this.waiting;
    if (this.waiting) return;
    this.waiting = true;
    this.question().then(
      (answer) => this.signal.aborted || this.answered(() => this.draw(answer)),
      (error) => this.signal.aborted || !this.page.live || this.answered(() => this.refused(error.message)),
    );
  }

  /** @param {() => void} draw */
  answered(draw) {
    this.waiting = false;
    draw();
    if (this.due) this.ask();
    else if (this.timer === undefined) this.el.removeAttribute("data-am-old");
  }
}
