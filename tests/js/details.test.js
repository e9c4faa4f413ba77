import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Details } from "../../asset_magic/page/js/details.js";
import { Page } from "../../asset_magic/page/js/page.js";
import { StatusStrip } from "../../asset_magic/page/js/status.js";
import { answerDetails } from "./graph.js";
import { CLOCK, face, FakeDocument, fakeModel, settled } from "./front.js";

/** @import { Face } from "../../asset_magic/page/js/protocol.js" */

/** @type {(() => void)[]} */ const opened = [];
beforeEach(() => document.body.replaceChildren());
afterEach(() => {
  for (const close of opened.splice(0)) close();
  vi.useRealTimers();
});

/** @param {Partial<Face>} [shown] @param {{ view?: "asset" | "history" }} [options] */
function details(shown, options) {
  const doc = new FakeDocument("a.ipynb");
  const model = fakeModel(doc.manager);
  const page = new Page(model);
  model.snapshot({ orders: face(shown) });
  const view = new Details(document.body, page, "orders", options);
  const ended = new AbortController();
  page.listen((changed, what) => view.update(changed, what), ended.signal);
  page.tick();
  opened.push(() => {
    ended.abort();
    view.close();
    page.close();
  });
  const buttons = () => [...view.el.querySelectorAll("button")].filter((button) => !button.hidden && button.textContent !== "×");
  const press = (/** @type {string} */ label) => buttons().find((button) => button.textContent === label)?.click();
  return { doc, model, page, view, el: view.el, buttons, press, asks: () => model.sent.filter(({ kind }) => kind === "look") };
}

test("it shows what the kernel draws of the asset, out of its frame, and the value as the front end shows it", async () => {
  const { doc, model, el } = details();
  await answerDetails(model, { html: '<div class="asset-magic" data-view="asset"><p>no causes</p></div>', value: { data: { "text/html": "<table></table>" }, metadata: {} } });
  expect([el.querySelector(".am-details-body")?.innerHTML, el.querySelector(".am-preview")?.textContent]).toEqual(["<p>no causes</p>", "<table></table>"]);
  expect(doc.drawn).toHaveLength(1);
});

test("a value that shows as text in its card shows as text here, too", async () => {
  const { model, view } = details();
  await answerDetails(model, { text: "[1, '<b>2</b>']" });
  expect([view.preview.hidden, view.preview.querySelector("pre")?.textContent]).toEqual([false, "[1, '<b>2</b>']"]);
});

test("where nothing shows of the value there is no preview", async () => {
  const { model, view } = details();
  await answerDetails(model, {});
  expect(view.preview.hidden).toBe(true);
});

test("a value that fails to show does not keep the rest away", async () => {
  const { model, el } = details();
  for (const { id, view } of model.sent.filter(({ kind }) => kind === "look"))
    model.say({ kind: "view", id, view, html: "<p>code</p>", keys: ["orders"], ...(view === "card" ? { error: "cannot be loaded" } : {}) });
  await vi.waitFor(() => expect(el.querySelector(".am-details-body")?.textContent).toBe("code"));
});

test("the buttons ask for runs", () => {
  const { model, press } = details({ status: "stale" });
  press("Materialize downstream");
  expect(model.last("run")).toMatchObject({ keys: ["orders"], downstream: true });
  press("Take back");
  press("Materialize");
  expect(model.last("run")).toMatchObject({ keys: ["orders"], label: "orders" });
});

test("Force runs what is fresh", () => {
  const { model, press } = details();
  press("Force");
  expect(model.last("run")).toMatchObject({ keys: ["orders"], force: true });
});

test("what waits already is not asked for twice", () => {
  const { buttons, press } = details();
  press("Materialize");
  expect(buttons().map((button) => button.textContent)).toEqual(["Take back"]);
});

test("a failure of a run asked for here is told here, and no strip tells it again", async () => {
  const { model, page, press, el } = details({ status: "stale" });
  const ended = new AbortController();
  const strip = new StatusStrip(page);
  page.listen((changed, what) => strip.update(changed, what), ended.signal);
  press("Materialize");
  model.say({ kind: "done", id: model.last("run").id, error: "orders is refused" });
  expect([el.querySelector(".am-asset-strip .am-error")?.textContent, strip.failure.node.hidden]).toEqual(["orders is refused", true]);
  ended.abort();
});

test("how it stands is told once: why it does and what failed are for the kernel's page beneath", () => {
  const { el } = details({ status: "stale", run: "failed", error: "ZeroDivisionError", why: "rate 2 -> 3", checks: [["✗", 1]], took: 2 });
  expect(el.querySelector(".am-asset-strip .am-strip")?.textContent).toBe("failedlast value made 2 min agoMaterializeMaterialize downstreamForce");
  expect(el.textContent).not.toContain("ZeroDivisionError");
});

test("a source is not materialized, what is downstream of it is", () => {
  const { buttons } = details({ kind: "source" });
  expect(buttons().map((button) => button.textContent)).toEqual(["Materialize downstream"]);
});

test("times are told in words, and the time itself on pointing", async () => {
  const { model, el } = details();
  await answerDetails(model, { html: `<time datetime="${new Date((CLOCK - 7200) * 1000).toISOString()}">10:42</time><time datetime="whenever">whenever</time>` });
  const [time, odd] = el.querySelectorAll("time");
  expect([time?.textContent, time?.title, odd?.textContent]).toEqual(["2 h ago", "10:42", "whenever"]);
});

test("words of time go on with the time", async () => {
  vi.useFakeTimers({ now: (CLOCK - 3600) * 1000, toFake: ["Date", "setInterval", "clearInterval"] });
  const { model, el } = details();
  await answerDetails(model, { html: `<time datetime="${new Date((CLOCK - 60) * 1000).toISOString()}">10:42</time>` });
  expect(el.querySelector("time")?.textContent).toBe("1 min ago");
  vi.advanceTimersByTime(120_000);
  expect(el.querySelector("time")?.textContent).toBe("3 min ago");
});

test("a change of the asset is looked at once, however many come, and another asset's not at all", async () => {
  const { model, asks } = details({}, { view: "history" });
  model.reply({ html: "<p>3 runs</p>" });
  await settled();
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  model.patch({ assets: { other: face() } });
  vi.runAllTimers();
  expect(asks()).toHaveLength(1);
  for (let k = 0; k < 5; k++) model.patch({ assets: { orders: face({ why: `${k}` }) } });
  vi.runAllTimers();
  expect(asks()).toHaveLength(2);
});

test("what the reader folded and unfolded stays so, the keyboard stays there, and values that are replaced are given back", async () => {
  const { doc, model, view, el } = details();
  const html = "<details open><summary>Code</summary>x</details><details><summary>Causes</summary>y</details>";
  const value = { data: { "text/plain": "1" }, metadata: {} };
  await answerDetails(model, { html, value });
  const folds = () => [...el.querySelectorAll("details")];
  const [code, causes] = folds();
  if (code && causes) [code.open, causes.open] = [false, true];
  causes?.querySelector("summary")?.focus();
  view.followed.ask();
  await answerDetails(model, { html, value });
  expect(folds().map((node) => node.open)).toEqual([false, true]);
  expect([document.activeElement, document.activeElement?.textContent]).toEqual([folds()[1]?.querySelector("summary"), "Causes"]);
  expect(doc.drawn.map((renderer) => renderer.disposed)).toEqual([true, false]);
});

test("what the kernel refuses is said in its words", async () => {
  const { model, el } = details({}, { view: "history" });
  model.reply({ error: "no asset is named <i>orders</i>" });
  await vi.waitFor(() => expect(el.querySelector(".am-error")?.textContent).toBe("no asset is named <i>orders</i>"));
});

test("a history is bare: no name, no buttons, no value", async () => {
  const { model, el, asks } = details({}, { view: "history" });
  await answerDetails(model, { html: "<p>3 runs</p>" });
  expect([el.textContent, el.querySelectorAll("button").length, asks().map(({ view }) => view)]).toEqual(["3 runs", 0, ["history"]]);
});

test("closing takes it away, and an answer that comes later is for nobody", async () => {
  const { model, view } = details();
  view.close();
  await answerDetails(model, {});
  expect([document.body.childElementCount, view.body.childElementCount]).toEqual([0, 0]);
});
