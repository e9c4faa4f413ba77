import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Details } from "../../asset_magic/page/js/details.js";
import { Page } from "../../asset_magic/page/js/page.js";
import { CLOCK, face, FakeDocument, fakeModel, settled } from "./front.js";

/** @type {(() => void)[]} */ const opened = [];
beforeEach(() => document.body.replaceChildren());
afterEach(() => opened.splice(0).forEach((close) => close()));

/** What the kernel draws of some runs, newest first. @param {string[]} runs */
function table(...runs) {
  const rows = runs.map((run, k) => `<tr data-run="${run}"><td>${k}</td><td><time datetime="${new Date((CLOCK - 60 * (k + 1)) * 1000).toISOString()}">10:0${9 - k}</time></td></tr>`);
  return `<table><thead><tr><th>#</th><th>Made</th></tr></thead><tbody>${rows.join("")}</tbody></table><pre>printed</pre>`;
}

/** @param {string[]} runs the history that the kernel tells of @param {"history" | "asset"} [view] */
async function history(runs, view = "history") {
  const model = fakeModel(new FakeDocument("a.ipynb").manager);
  const page = new Page(model);
  model.snapshot({ orders: face() });
  const details = new Details(document.body, page, "orders", { view });
  opened.push(() => (details.close(), page.close()));
  const shown = async (/** @type {string[]} */ now) => {
    for (const { id, view } of model.sent.filter(({ kind, view }) => kind === "look" && view !== "diff"))
      model.say({ kind: "view", id, view, html: view === "card" ? "" : table(...now), keys: ["orders"] });
    await settled();
  };
  await shown(runs);
  const { el } = details;
  return {
    details, el, model, shown,
    lists: () => [...el.querySelectorAll("select")].map((list) => list.value),
    press: (/** @type {string} */ name) => [...el.querySelectorAll("button")].find((button) => button.textContent === name && !button.hidden)?.click(),
    changes: () => [...el.querySelectorAll("button")].filter((button) => button.textContent === "Changes"),
    asks: () => model.sent.filter(({ view }) => view === "diff").map(({ key, older, newer }) => [key, older, newer]),
    answer: async (/** @type {object} */ reply) => {
      const { id, view } = model.sent.filter(({ view }) => view === "diff").at(-1);
      model.say({ kind: "view", id, view, html: "", keys: ["orders"], ...reply });
      await settled();
    },
    compared: () => [...el.querySelectorAll("tr[data-compared]")].map((row) => row.getAttribute("data-run")),
    result: () => el.querySelector(".am-diff"),
  };
}

test("the newest two runs are chosen, and nothing is asked before the reader does", async () => {
  const { lists, asks, el } = await history(["c", "b", "a"]);
  expect([lists(), asks(), el.querySelector(".am-diff:not([hidden])")]).toEqual([["b", "c"], [], null]);
});

test("two chosen runs are compared, and the difference stands beneath the table with its rows marked", async () => {
  const { el, press, asks, answer, compared, result } = await history(["c", "b", "a"]);
  const older = el.querySelector("select");
  if (older) older.value = "a";
  press("Compare");
  await answer({ html: "<div data-said>1 row added</div>" });
  expect([asks(), compared(), result()?.textContent]).toEqual([[["orders", "a", "c"]], ["c", "a"], "1 row added"]);
  expect(el.querySelector("table")?.nextElementSibling?.contains(result())).toBe(true);
});

test("each run but the oldest has a button that compares it with the one before", async () => {
  const { changes, asks, lists } = await history(["c", "b", "a"]);
  changes()[1].click();
  expect([changes().length, asks(), lists()]).toEqual([2, [["orders", "a", "b"]], ["a", "b"]]);
});

test("buttons and lists are named for those who do not see them, by when the run was", async () => {
  const { changes, el, result } = await history(["b", "a"]);
  expect(changes()[0].getAttribute("aria-label")).toBe("Changes of orders in the run of 10:09");
  expect([...el.querySelectorAll("select, [role]")].every((node) => node.getAttribute("aria-label")?.includes("orders"))).toBe(true);
  expect([...el.querySelectorAll("option")].map((option) => option.text)).toEqual(["0 · 1 min ago", "1 · 2 min ago", "0 · 1 min ago", "1 · 2 min ago"]);
  expect(result()?.getAttribute("role")).toBe("region");
});

test("another choice is compared at once while a difference is shown, and not before", async () => {
  const { el, asks, press, answer } = await history(["c", "b", "a"]);
  const [older] = el.querySelectorAll("select");
  const choose = (/** @type {string} */ run) => {
    older.value = run;
    older.dispatchEvent(new Event("change"));
  };
  choose("a");
  expect(asks()).toEqual([]);
  press("Compare");
  await answer({ html: "x" });
  choose("b");
  expect(asks().at(-1)).toEqual(["orders", "b", "c"]);
});

test("what is said comes last, however late the kernel answers what was asked before", async () => {
  const { changes, model, answer, result } = await history(["c", "b", "a"]);
  changes()[0].click();
  const { id } = model.last("look");
  changes()[1].click();
  await answer({ html: "second" });
  model.say({ kind: "view", id, view: "diff", html: "first", keys: ["orders"] });
  await settled();
  expect(result()?.textContent).toBe("second");
});

test("a new run leaves what was chosen and shown, and the keyboard where it is", async () => {
  const { details, el, press, answer, shown, lists, result, compared } = await history(["b", "a"]);
  press("Compare");
  await answer({ html: "<p>shown</p>" });
  el.querySelector("select")?.focus();
  details.followed.ask();
  await shown(["c", "b", "a"]);
  expect([lists(), result()?.textContent, compared()]).toEqual([["a", "b"], "shown", ["b", "a"]]);
  expect(document.activeElement === el.querySelector("select")).toBe(true);
});

test("the keyboard stays on the button of a row that the kernel has drawn anew", async () => {
  const { details, shown, changes } = await history(["b", "a"]);
  changes()[0].focus();
  details.followed.ask();
  await shown(["c", "b", "a"]);
  expect(document.activeElement === changes()[1]).toBe(true);
});

test("a run that is not kept any more gives way to the newest", async () => {
  const { details, shown, lists } = await history(["b", "a"]);
  details.followed.ask();
  await shown(["d", "c"]);
  expect(lists()).toEqual(["c", "d"]);
});

test("what the kernel refuses is said in its words", async () => {
  const { press, answer, result } = await history(["b", "a"]);
  press("Compare");
  await answer({ error: "one of these runs is not kept any more" });
  expect([result()?.textContent, result()?.hasAttribute("aria-busy")]).toEqual(["one of these runs is not kept any more", false]);
});

test("closing takes the difference away, and the keyboard back to the button", async () => {
  const { press, answer, result, compared, el } = await history(["b", "a"]);
  press("Compare");
  await answer({ html: "x" });
  /** @type {HTMLElement | null} */ (el.querySelector(".am-compare .am-close"))?.focus();
  press("×");
  expect([result()?.hasAttribute("hidden"), compared(), document.activeElement?.textContent]).toEqual([true, [], "Compare"]);
});

test("one run has nothing to be compared with", async () => {
  const { el } = await history(["a"]);
  expect(el.querySelectorAll("select, button")).toHaveLength(0);
});

test("the panel of an asset compares its runs, too", async () => {
  const { changes } = await history(["b", "a"], "asset");
  await vi.waitFor(() => expect(changes()).toHaveLength(1));
});
