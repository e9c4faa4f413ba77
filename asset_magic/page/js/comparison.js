// How the value and the code of an asset differ between two of its runs, beneath the table of them.
import { announce, button, element, focused, inner, setAttribute } from "./dom.js";

/** @import { Page } from "./page.js" */
/** @import { ViewReply } from "./protocol.js" */

/** Two lists to choose from, a button in each row for what is asked most, and the difference once it was asked for. */
export class Comparison {
  /** @param {Page} page @param {string} key @param {AbortSignal} signal */
  constructor(page, key, signal) {
    this.page = page;
    this.key = key;
    this.signal = signal;
    /** @type {HTMLTableRowElement[]} */ this.rows = [];
    /** What is shown, or asked for: `older newer`. */ this.asked = "";
    const ask = () => this.ask();
    this.older = element("select", { class: "am-select", "aria-label": `Compare from this run of ${key}` });
    this.newer = element("select", { class: "am-select", "aria-label": `Compare to this run of ${key}` });
    for (const list of [this.older, this.newer]) list.addEventListener("change", () => this.asked && ask());
    this.show = button("Compare", { name: `Compare these runs of ${key}`, onclick: ask });
    this.shut = button("×", { name: "Close the comparison", class: "am-close", onclick: () => this.clear() });
    const from = element("span", { class: "am-quiet" }, "From");
    const to = element("span", { class: "am-quiet" }, "to");
    this.bar = element("div", { class: "am-compare", role: "group", "aria-label": `Compare runs of ${key}` }, from, this.older, to, this.newer, this.show, this.shut);
    this.result = element("div", { class: "am-diff", role: "region", "aria-label": `Difference between runs of ${key}`, hidden: true });
    this.node = element("div", { class: "am-comparison" }, this.bar, this.result);
    this.shut.hidden = true;
  }

  /**
   * Stand beneath the table of runs that the kernel has drawn anew; what was chosen and shown stays.
   * @param {HTMLElement} body
   * @param {Element | null} at what had the keyboard before
   */
  stand(body, at) {
    const table = body.querySelector("tr[data-run]")?.closest("table");
    this.rows = [...(table?.querySelectorAll("tr") ?? [])].filter((row) => row.dataset.run);
    if (!table || this.rows.length < 2) return this.node.remove();
    table.querySelector("thead tr")?.append(element("th", { class: "am-row-action" }, element("span", { class: "am-unseen" }, "Changes")));
    this.rows.forEach((row, k) => row.append(element("td", { class: "am-row-action" }, this.rows[k + 1] ? this.changes(k) : "")));
    this.choices();
    table.after(this.node);
    if (this.node.contains(at) && at instanceof HTMLElement) at.focus();
    const run = at?.closest("tr")?.dataset.run;
    if (run) this.rows.find((row) => row.dataset.run === run)?.querySelector("button")?.focus();
  }

  /** @param {number} k the place of a row */
  changes(k) {
    const time = this.rows[k].querySelector("time");
    const when = time?.title || time?.textContent;
    return button("Changes", {
      name: `Changes of ${this.key} in the run of ${when}`,
      onclick: () => {
        this.choose(this.rows[k + 1].dataset.run ?? "", this.rows[k].dataset.run ?? "");
        this.ask();
      },
    });
  }

  choices() {
    const runs = this.rows.map((row) => row.dataset.run ?? "");
    const [older, newer] = [this.older.value, this.newer.value];
    for (const list of [this.older, this.newer]) list.replaceChildren(...runs.map((run) => element("option", { value: run })));
    this.choose(runs.includes(older) ? older : runs[1], runs.includes(newer) ? newer : runs[0]);
    this.tellTimes();
    this.mark();
  }

  /** @param {string} older @param {string} newer */
  choose(older, newer) {
    this.older.value = older;
    this.newer.value = newer;
  }

  /** Runs are called by when they were, as in the table. */
  tellTimes() {
    for (const list of [this.older, this.newer])
      this.rows.forEach((row, k) => {
        const option = list.options[k];
        const when = row.querySelector("time")?.textContent ?? "";
        if (option) option.text = `${k} · ${when}`;
      });
  }

  ask() {
    const [older, newer] = [this.older.value, this.newer.value];
    const asked = `${older} ${newer}`;
    this.asked = asked;
    this.mark();
    setAttribute(this.result, "aria-busy", true);
    const latest = () => !this.signal.aborted && this.asked === asked;
    this.page.look({ view: "diff", key: this.key, older, newer }).then(
      (reply) => latest() && this.draw(reply),
      (error) => latest() && this.say(element("p", { class: "am-error" }, error.message)),
    );
  }

  /** @param {ViewReply} reply */
  draw({ html }) {
    this.say(inner(html));
    announce(`${this.key}: ${this.result.querySelector("[data-said]")?.textContent ?? "compared"}`);
  }

  /** @param {Node} content */
  say(content) {
    this.result.replaceChildren(content);
    this.result.hidden = this.shut.hidden = false;
    setAttribute(this.result, "aria-busy", false);
  }

  clear() {
    const within = focused(this.node);
    this.asked = "";
    this.result.replaceChildren();
    this.result.hidden = this.shut.hidden = true;
    this.mark();
    if (within) this.show.focus();
  }

  /** Which rows are compared. */
  mark() {
    for (const row of this.rows) setAttribute(row, "data-compared", this.asked !== "" && [this.older.value, this.newer.value].includes(row.dataset.run ?? ""));
  }
}
