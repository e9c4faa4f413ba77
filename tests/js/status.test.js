import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Page } from "../../asset_magic/page/js/page.js";
import { StatusStrip, runText } from "../../asset_magic/page/js/status.js";
import { CLOCK, FakeDocument, face, fakeModel, frontEnd, run } from "./front.js";

let ended = new AbortController();
beforeEach(() => {
  frontEnd();
  ended = new AbortController();
});
afterEach(() => ended.abort());

/** A strip over four assets. @param {{ selection?: string, keys?: string[] | null, all?: boolean }} [scope] */
function strip(scope) {
  const doc = new FakeDocument("a.ipynb");
  const model = fakeModel(doc.manager);
  const page = new Page(model);
  model.snapshot({ raw: face({ kind: "source" }), orders: face(), totals: face({ status: "stale" }), bad: face({ run: "failed", status: "missing" }) });
  const strip = new StatusStrip(page, scope);
  document.body.append(strip.node);
  page.listen((changed, what) => strip.update(changed, what), ended.signal);
  const at = (/** @type {string} */ selector) => /** @type {HTMLElement} */ (strip.node.querySelector(selector));
  const counts = () => at(".am-counts").getAttribute("aria-label");
  const press = (/** @type {string} */ name) => /** @type {HTMLElement} */ (at(`[aria-label="${name}"]`)).click();
  return { doc, model, page, strip, at, counts, press };
}

test("a strip counts how the assets stand", () => {
  expect(strip().counts()).toBe("4 assets · 1 fresh · 1 source · 1 stale · 1 failed");
});

test("a strip counts the checks that did not pass or were not evaluated", () => {
  const { model, counts } = strip({ keys: ["orders", "totals"] });
  model.patch({ assets: { orders: face({ checks: [["✓", 3], ["✗", 1]] }), totals: face({ checks: [["✗", 1], ["!", 1], ["○", 1]] }) } });
  expect(counts()).toBe("2 assets · 2 fresh · 2 checks failed · 1 warning · 1 check not evaluated");
});

test("a strip counts only what it is over", () => {
  const { counts, strip: it } = strip({ keys: ["orders", "totals"] });
  expect(counts()).toBe("2 assets · 1 fresh · 1 stale");
  it.setKeys(["orders"]);
  expect(counts()).toBe("1 asset · 1 fresh");
});

test("the counts follow a patch", () => {
  const { model, counts } = strip();
  model.patch({ assets: { totals: face(), bad: null } });
  expect(counts()).toBe("3 assets · 2 fresh · 1 source");
});

test("Materialize stale asks for all that is not fresh, within the selection", () => {
  const { model, press } = strip({ selection: "group:marts" });
  press("Materialize stale (2): what is not fresh, and checks not evaluated");
  expect(model.last("run")).toMatchObject({ stale: true, selection: "group:marts" });
});

test("a check of something fresh that was not evaluated is offered to the run of what is stale, since what is downstream waits for it", () => {
  const { model, strip: it } = strip({ keys: ["orders", "raw", "totals"] });
  model.patch({ assets: { totals: face({ checks: [["○", 1]], status: "stale" }), orders: face({ checks: [["✓", 1], ["○", 2]] }), raw: face({ kind: "source", checks: [["✓", 1]] }) } });
  expect([it.stale.textContent, it.stale.disabled]).toEqual(["Materialize stale (2)", false]);
  expect(it.counts.textContent).toContain("2 checks not evaluated");
});

test("with nothing stale there is nothing to press", () => {
  const { model, at } = strip();
  model.patch({ assets: { totals: face(), bad: face() } });
  expect(/** @type {HTMLButtonElement} */ (at(".am-actions button")).disabled).toBe(true);
});

test("Materialize all runs what is fresh too, within the selection, and says so", () => {
  const { model, press, at } = strip({ selection: "group:marts", all: true });
  press("Materialize all: 3, fresh ones too");
  expect(model.last("run")).toMatchObject({ force: true, selection: "group:marts" });
  expect(at(".am-queued .am-label").textContent).toBe("all of group:marts");
});

test("a table has no Materialize all", () => {
  expect(strip().at('[aria-label^="Materialize all"]').hidden).toBe(true);
});

test("during a run more can be asked for, and nothing invites to it", () => {
  const { model, at } = strip({ all: true });
  const [stale, all] = /** @type {HTMLButtonElement[]} */ ([...at(".am-actions").children]);
  const looks = () => [stale?.classList.contains("am-primary"), stale?.disabled, all?.disabled];
  expect(looks()).toEqual([true, false, false]);
  model.patch({ run: run({ key: "orders" }) });
  expect(looks()).toEqual([false, false, false]);
  model.patch({ run: null });
  expect(looks()).toEqual([true, false, false]);
});

test("a run shows how far it is, and goes when it ends", () => {
  const { model, at } = strip();
  model.patch({ run: run({ key: "orders", done: 3, total: 12, started: CLOCK - 4, began: CLOCK - 1, left: 39, failed: 1 }) });
  expect(at(".am-run").hidden).toBe(false);
  expect(at(".am-run .am-label").textContent).toBe("orders");
  expect(at(".am-run .am-quiet").textContent).toBe("3 of 12 · 4 s · about 38 s left · 1 failed");
  expect(at("[role=progressbar]").getAttribute("aria-valuenow")).toBe("3");
  model.patch({ run: null });
  expect(at(".am-run").hidden).toBe(true);
});

test("the elapsed time goes on while a run lasts, and no timer is left after it", () => {
  vi.useFakeTimers();
  try {
    const { model, at, page } = strip();
    model.say({ kind: "patch", clock: Date.now() / 1000, run: run({ started: Date.now() / 1000, total: 2 }) });
    vi.advanceTimersByTime(3000);
    expect(at(".am-run .am-quiet").textContent).toBe("0 of 2 · 3 s");
    page.offline();
    expect(vi.getTimerCount()).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});

test("relative times are due each half minute, during a run too", () => {
  vi.useFakeTimers();
  try {
    const { model, page } = strip();
    let due = 0;
    page.listen((_, what) => (due += Number(what.time)), ended.signal);
    vi.advanceTimersByTime(60_000);
    model.patch({ run: run() });
    vi.advanceTimersByTime(60_000);
    expect(due).toBe(4);
  } finally {
    vi.useRealTimers();
  }
});

test("nobody looking, no timer", () => {
  vi.useFakeTimers();
  try {
    const model = fakeModel();
    new Page(model);
    model.snapshot({ orders: face() });
    model.patch({ run: run() });
    expect(vi.getTimerCount()).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});

test.each([
  ["that has time left", 9, 12, " · about 3 s left"],
  ["of which a second is left", 9, 10, " · about 1 s left"],
  ["of which less than a tenth is left", 9, 9.3, " · nearly done"],
  ["of which half a second is left, but more than a tenth", 2, 2.4, ""],
  ["that is exceeded", 9, 5, ""],
  ["that was too short for its end to be announced", 1, 1.05, ""],
])("an estimate %s", (_, since, left, said) => {
  expect(runText(run({ began: CLOCK - since, started: CLOCK - since, left }), CLOCK)).toBe(`0 of 1 · ${since} s${said}`);
});

test("numbers are written with separators of thousands", () => {
  const { model, at, counts, strip: it } = strip();
  model.snapshot(Object.fromEntries(Array.from({ length: 1200 }, (_, k) => [`a${k}`, face({ status: k % 8 ? "stale" : "fresh" })])));
  model.patch({ queue: [{ id: "q1", label: "all", keys: Array.from({ length: 1200 }, (_, k) => `of ${k}`) }], run: run({ done: 1000, total: 2000 }) });
  expect([counts(), it.stale.textContent]).toEqual(["1,200 assets · 150 fresh · 1,050 stale", "Materialize stale (1,050)"]);
  expect([at(".am-queued .am-quiet").textContent, at(".am-run .am-quiet").textContent]).toEqual(["1,200 assets", "1,000 of 2,000 · 0 s"]);
});

test("Stop interrupts the kernel", () => {
  const { doc, model, press } = strip();
  model.patch({ run: run() });
  press("Stop the run");
  expect(doc.interrupts).toBe(1);
});

test("what waits can be taken back, whoever asked for it", () => {
  const { model, press, at } = strip();
  model.patch({ queue: [{ id: "q1", label: "totals", keys: ["totals", "b", "c"] }] });
  expect(at(".am-queue").textContent).toBe("queuedtotals3 assetsTake back");
  press("Take back totals from the queue");
  expect([model.last("cancel").id, at(".am-queue").textContent]).toEqual(["q1", ""]);
});

test("the keyboard stays in the queue while it moves on, and goes to the next button when there is none", () => {
  const { model, strip: it } = strip();
  const waits = (/** @type {string[]} */ ...ids) => model.patch({ queue: ids.map((id) => ({ id, label: id, keys: ["a", "b"] })) });
  const active = () => document.activeElement?.getAttribute("aria-label");
  waits("one", "two", "three");
  /** @type {HTMLElement} */ (it.queue.children[1]?.querySelector("button")).focus();
  waits("two", "three");
  expect(active()).toBe("Take back two from the queue");
  waits("three");
  expect(active()).toBe("Take back three from the queue");
  waits();
  expect(active()).toBe("Materialize stale (2): what is not fresh, and checks not evaluated");
});

test("a message that is put away leaves the keyboard in its strip", () => {
  const { model, press } = strip();
  model.say({ kind: "done", id: "r1", error: "1 failed: bad" });
  press("Dismiss this message");
  expect(document.activeElement?.textContent).toBe("Materialize stale (2)");
});

test("what failed is told where it was asked for, and nowhere else", () => {
  const { model, page, press, at } = strip();
  const other = new StatusStrip(page);
  page.listen((changed, what) => other.update(changed, what), ended.signal);
  press("Materialize stale (2): what is not fresh, and checks not evaluated");
  model.say({ kind: "done", id: model.last("run").id, error: "1 failed" });
  expect([at(".am-error").hidden, other.failure.node.hidden]).toEqual([false, true]);
});

test("what failed is told until a run begins that was asked for later, in whatever window or cell", () => {
  const { model, at } = strip();
  const hidden = () => at(".am-error").hidden;
  model.patch({ queue: [{ id: "r2", label: "orders", keys: ["orders"] }], run: run({ id: "r1" }) });
  model.patch({ run: null });
  model.say({ kind: "done", id: "r1", error: "1 failed: bad" });
  model.patch({ queue: [], run: run({ id: "r2", started: CLOCK + 1 }) });
  expect(hidden()).toBe(false);
  model.patch({ run: null });
  model.patch({ run: run({ started: CLOCK + 2 }) });
  expect(hidden()).toBe(true);
});

test("what failed is told in place until it is dismissed or another run is asked for", () => {
  const { model, page, press, at } = strip();
  model.say({ kind: "done", id: "r1", error: "1 failed: bad\nZeroDivisionError" });
  expect([at(".am-error").hidden, at(".am-error-text").textContent]).toEqual([false, "1 failed: bad\nZeroDivisionError"]);
  press("Dismiss this message");
  expect(at(".am-error").hidden).toBe(true);
  model.say({ kind: "done", id: "r2", error: "again" });
  expect(at(".am-error").hidden).toBe(false);
  page.materialize({ label: "orders", keys: ["orders"] });
  expect(at(".am-error").hidden).toBe(true);
});
