import { afterEach, beforeEach, expect, test } from "vitest";
import main from "../../asset_magic/page/js/main.js";
import { CLOCK, FakeDocument, face, fakeModel, frontEnd, openPanel, run, settled, storedCard, takeNotes, until } from "./front.js";

/** @import { Face } from "../../asset_magic/page/js/protocol.js" */

/** @type {(() => void)[]} */ let stops = [];
beforeEach(() => frontEnd());
afterEach(() => {
  for (const stop of stops) stop();
  stops = [];
});

const HOSTILE = `<img src=x onerror="alert(1)"></script>\u202e javascript:alert(1)`;

/** One live card. @param {Partial<Face>} [shown] @param {string[]} [outputs] */
function card(shown, outputs = [storedCard("orders")]) {
  const panel = openPanel("a.ipynb", outputs);
  const doc = new FakeDocument("a.ipynb");
  const model = fakeModel(doc.manager);
  const stop = main.initialize({ model });
  stops.push(stop);
  model.snapshot({ orders: face(shown) });
  const el = /** @type {HTMLElement} */ (panel.querySelector(".asset-magic"));
  const at = (/** @type {string} */ selector) => /** @type {HTMLElement} */ (el.querySelector(selector));
  const press = (/** @type {string} */ label) => buttons().find((button) => button.textContent === label)?.click();
  const buttons = () => [...at(".am-actions").querySelectorAll("button")];
  const labels = () => buttons().map((button) => button.textContent);
  const says = () => [at(".am-state").textContent, at(".am-words").textContent];
  return { panel, doc, model, stop, el, at, press, labels, says };
}

test("a fresh card says when it was made and how long that took", () => {
  expect(card({ checks: [["✓", 3]] }).says()).toEqual(["fresh", "made 2 min ago · 1.4 s"]);
});

test("a stale card says why", () => {
  expect(card({ status: "stale", why: "upstream raw changed" }).says()).toEqual(["stale", "upstream raw changed · made 2 min ago"]);
});

test("a card turns stale in place, and nothing but its words changes", () => {
  const { model, el, at, says } = card();
  const [badge, button] = [at(".am-state"), at("button")];
  model.patch({ assets: { orders: face({ status: "stale", why: "rate 1 -> 2" }) } });
  expect(says()).toEqual(["stale", "rate 1 -> 2 · made 2 min ago"]);
  expect([at(".am-state") === badge, at("button") === button, el.dataset.amLive]).toEqual([true, true, "beside"]);
});

test("a patch of another asset does not touch the card", async () => {
  const { model, el } = card();
  /** @type {MutationRecord[]} */ const touched = [];
  new MutationObserver((records) => touched.push(...records)).observe(el, { subtree: true, childList: true, attributes: true, characterData: true });
  model.patch({ assets: { totals: face() } });
  await settled();
  expect(touched).toEqual([]);
});

test("a failed card shows the error in place", () => {
  const { at, says } = card({ run: "failed", error: "ZeroDivisionError: division by zero" });
  expect([says()[0], at(".am-error").textContent, at(".am-error").hidden]).toEqual(["failed", "ZeroDivisionError: division by zero", false]);
});

const FAILED_CARD = storedCard("orders", 'data-code="c0dec0de" data-print="11111111" data-value="below"').replace("<div><b>", '<table><tbody><tr><td colspan="2">✗ failed</td></tr></tbody></table><div><b>');
const TRACEBACK = "<pre>Traceback\n\nZeroDivisionError<b>: division\n by zero</b></pre>";

test.each([
  ["is not told again over its traceback", FAILED_CARD, TRACEBACK, true],
  ["is told over the traceback of another error", FAILED_CARD, "<pre>KeyError: 'a'</pre>", false],
  ["is told over the value that an earlier run left", storedCard("orders", 'data-print="11111111" data-value="below"'), "<table></table>", false],
  ["is told over a card that is not the present one", FAILED_CARD.replace("11111111", "0ther000"), TRACEBACK, false],
])("an error %s", (_, stored, below, hidden) => {
  expect(card({ run: "failed", error: "ZeroDivisionError: division by zero" }, [stored, below]).at(".am-error").hidden).toBe(hidden);
});

test("a click is queued at once, and Take back takes it back", () => {
  const { model, press, labels, says } = card({ status: "stale" });
  press("Materialize");
  expect([says(), labels()]).toEqual([["queued", "waits for the kernel"], ["Take back", "History"]]);
  press("Take back");
  expect([says()[0], model.last("cancel").id]).toEqual(["stale", model.last("run").id]);
});

test("what the run that goes on has not reached is queued, and only the run as a whole can be stopped", () => {
  const { doc, model, press, labels, says } = card({ status: "stale" });
  model.patch({ run: run({ key: "other", total: 2, waiting: [["other"], ["orders"]] }) });
  expect([says(), labels()]).toEqual([["queued", "waits for other"], ["Stop", "History"]]);
  press("Stop");
  expect(doc.interrupts).toBe(1);
  model.patch({ run: null });
  expect(says()[0]).toBe("stale");
});

test("each button asks for what it says", () => {
  const { model, press } = card();
  const asked = ["Materialize", "Materialize downstream", "Force"].map((label) => {
    press(label);
    const { id, label: _, kind, ...request } = model.last("run");
    press("Take back");
    return request;
  });
  expect(asked).toEqual([{ keys: ["orders"] }, { keys: ["orders"], downstream: true }, { keys: ["orders"], force: true }]);
});

test("what a button is called begins with what is seen on it, which is what one says to press it", () => {
  const { model, press, panel } = card({ status: "stale" });
  const misnamed = () => [...panel.querySelectorAll("button")].filter((button) => !button.getAttribute("aria-label")?.startsWith(button.textContent ?? "?"));
  expect(misnamed()).toEqual([]);
  press("Materialize");
  expect(misnamed()).toEqual([]);
  model.patch({ run: run({ key: "orders" }) });
  expect(misnamed()).toEqual([]);
});

test("every button names its asset, and keeps focus when it becomes another", () => {
  const { panel, press, at } = card();
  for (const button of panel.querySelectorAll("button")) expect(button.getAttribute("aria-label")).toContain("orders");
  at("button").focus();
  press("Materialize");
  expect(document.activeElement?.textContent).toBe("Take back");
});

test("a running card shows its time against the last, and Stop interrupts the kernel", () => {
  const { doc, model, press, says } = card();
  model.patch({ run: run({ key: "orders", began: CLOCK - 4, expected: 38 }) });
  expect(says()).toEqual(["running", "4 s of about 38 s"]);
  press("Stop");
  expect(doc.interrupts).toBe(1);
});

test.each(/** @type {const} */ (["failed", "skipped", "interrupted"]))("after a %s run the time is that of the value before", (ended) => {
  expect(card({ run: ended, status: "stale" }).says()[1]).toBe("last value made 2 min ago");
});

test("what took less than a millisecond did not take none", () => {
  expect(card({ took: 0.0004 }).says()[1]).toBe("made 2 min ago · < 1 ms");
});

test.each([
  ["too short to be worth telling", 0.4, 3, "3 s"],
  ["exceeded a little", 3, 4, "4 s of about 3.0 s"],
  ["much exceeded", 3, 6, "6 s"],
])("an expected duration that is %s", (_, expected, since, said) => {
  const { model, says } = card();
  model.patch({ run: run({ key: "orders", began: CLOCK - since, expected }) });
  expect(says()[1]).toBe(said);
});

test("a run that was refused says why until the next one", () => {
  const { model, press, at } = card();
  press("Materialize");
  model.say({ kind: "done", id: model.last("run").id, error: "raw is not defined yet\nrun its cell" });
  expect([at(".am-error").hidden, at(".am-error").textContent]).toEqual([false, "raw is not defined yet\nrun its cell"]);
  press("Materialize");
  expect(at(".am-error").hidden).toBe(true);
});

test("the end of a run is said to those who listen", () => {
  const { model, press } = card();
  press("Materialize");
  model.say({ kind: "done", id: model.last("run").id });
  const region = document.querySelector("[aria-live=polite]");
  expect(region?.textContent).toBe("orders: done");
});

test("a key that another cell defines now has no buttons", () => {
  const { says, labels } = card({ code: "0ther000" });
  expect([says()[1], labels()]).toEqual(["defined by another cell now", []]);
});

test("an asset that is gone has no buttons", () => {
  const { model, says, labels } = card();
  model.patch({ assets: { orders: null } });
  expect([says(), labels()]).toEqual([["no asset", "no longer an asset of this kernel"], []]);
});

test("keys pressed in a card do not reach the notebook's commands", () => {
  const { panel, at } = card();
  let heard = 0;
  panel.addEventListener("keydown", () => heard++);
  at("button").dispatchEvent(new KeyboardEvent("keydown", { key: "d", bubbles: true }));
  expect([heard, at(".am-live").dataset.lmSuppressShortcuts]).toEqual([0, "true"]);
});

test("a card that shows what the asset is asks for nothing", () => {
  const { model } = card();
  model.patch({ assets: { orders: face({ status: "stale", why: "rate 1 -> 2" }) } });
  expect(model.sent).toEqual([{ kind: "hello" }]);
});

test("a card whose print is another's asks for the present one, shows it with its value, and hides what is stored", async () => {
  const below = [storedCard("orders", 'data-print="old" data-value="below"'), "<pre>old value</pre>"];
  const { panel, doc, model, at, el } = card({}, below);
  expect(model.last("look")).toMatchObject({ view: "card", key: "orders" });
  model.reply({ html: storedCard("orders").replace(">int<", ">float<"), keys: ["orders"], print: "11111111", value: { data: { "text/html": "new value" }, metadata: {} } });
  await settled();
  const stored = /** @type {HTMLElement} */ (el.firstElementChild);
  const value = /** @type {HTMLElement} */ (panel.children[1]);
  expect([stored, value].map((node) => getComputedStyle(node).display)).toEqual(["none", "none"]);
  expect([at(".am-present").textContent, at(".am-value").textContent]).toEqual(["orders · float", "new value"]);
  expect(doc.drawn.map(({ disposed }) => disposed)).toEqual([false]);
});

test("while a busy kernel has not yet answered, what is seen is marked as old", async () => {
  const { model, el } = card({ print: null });
  expect(el.dataset.amOld).toBe("");
  model.reply({ html: "new", keys: ["orders"], print: "22222222" });
  await settled();
  expect(el.dataset.amOld).toBeUndefined();
});

test.each([
  ["text/latex", "$x^2$", "x^2"],
  ["text/plain", "$5 and $6", "$5 and $6"],
])("formulas in %s: %s is seen as %s", async (mime, text, seen) => {
  const { model, at } = card({ print: "11111111" }, [storedCard("orders", 'data-print="old"')]);
  model.reply({ html: "new", keys: ["orders"], print: "11111111", value: { data: { [mime]: text }, metadata: {} } });
  await until(() => at(".am-value").textContent === seen);
  await settled();
  expect(at(".am-value").textContent).toBe(seen);
});

test("what was hidden comes back, and the value's renderer is disposed of, when the kernel goes", async () => {
  const below = [storedCard("orders", 'data-print="old" data-value="below"'), "<pre>old value</pre>"];
  const { panel, doc, model, stop } = card({}, below);
  model.reply({ html: "new", keys: ["orders"], print: "11111111", value: { data: { "text/plain": "1" }, metadata: {} } });
  await settled();
  stop();
  takeNotes(panel);
  frontEnd();
  expect(panel.outerHTML).toBe(openPanel("a.ipynb", below).outerHTML);
  expect(doc.drawn.map(({ disposed }) => disposed)).toEqual([true]);
});

test("a card that shows again what is stored shows the stored one", async () => {
  const { model, el } = card({ print: null });
  model.reply({ html: "other", keys: ["orders"], print: "22222222" });
  await settled();
  expect(el.dataset.amLive).toBe("instead");
  model.patch({ assets: { orders: face({ made: CLOCK }) } });
  model.reply({ html: "as stored", keys: ["orders"], print: "11111111" });
  await settled();
  expect([el.dataset.amLive, el.querySelector(".am-present")?.childNodes.length]).toEqual(["beside", 0]);
});

test("with no print to go by a card is asked for once for each change, not for each patch", () => {
  const { model } = card({ print: null });
  const looks = () => model.sent.filter(({ kind }) => kind === "look").length;
  model.patch({ assets: { orders: face({ print: null, status: "stale", why: "raw" }) } });
  expect(looks()).toBe(1);
  model.patch({ assets: { orders: face({ print: null, made: CLOCK }) } });
  expect(looks()).toBe(2);
});

test("no text of the user's ever becomes an element", () => {
  const { model, el, press } = card({ status: "stale", why: HOSTILE, error: HOSTILE, run: "failed", blocked: HOSTILE, checks: [[HOSTILE, 1]], flags: [HOSTILE], group: HOSTILE });
  press("Materialize");
  model.patch({ queue: [{ id: "x", label: HOSTILE, keys: [HOSTILE, "b"] }], run: run({ key: HOSTILE, label: HOSTILE }) });
  model.say({ kind: "done", id: model.last("run").id, error: HOSTILE });
  expect([el.querySelectorAll("img, script, a").length, el.textContent?.includes("<img")]).toEqual([0, true]);
});

test("the history is asked for when it is opened, and again when the asset has changed", async () => {
  const { model, press, at } = card();
  press("History");
  model.reply({ html: "<table><tr><td>run 1</td></tr></table>", keys: ["orders"] });
  await settled();
  expect([at(".am-drawer").hidden, at(".am-drawer td").textContent]).toEqual([false, "run 1"]);
  model.patch({ assets: { orders: face({ made: CLOCK }) } });
  await until(() => model.sent.filter(({ view }) => view === "history").length === 2);
  press("History");
  expect(at(".am-drawer").hidden).toBe(true);
});

test("a check shows its present result where it differs from what is stored", async () => {
  const stored = '<div class="asset-magic" data-view="check" data-keys="orders" data-check="not_empty"><div>orders · ✓ not_empty</div></div>';
  const { model, el } = card({}, [stored]);
  expect(model.last("look")).toMatchObject({ view: "check", key: "orders", check: "not_empty" });
  model.reply({ html: stored, keys: ["orders"] });
  await settled();
  expect(el.dataset.amLive).toBeUndefined();
  model.patch({ assets: { orders: face({ checks: [["✗", 1]] }) } });
  model.reply({ html: stored.replace("✓", "✗"), keys: ["orders"] });
  await settled();
  expect(el.querySelector(".am-live")?.textContent).toBe("orders · ✗ not_empty");
});

test("what an older run printed above its card is hidden, and what the present run printed is shown", async () => {
  const stored = ["<pre>old line</pre>", storedCard("orders", 'data-print="old"')];
  const { panel, model, stop, at } = card({}, stored);
  const outputs = [{ data: { "application/vnd.jupyter.stdout": "new line" }, metadata: {} }];
  model.reply({ html: "new", keys: ["orders"], print: "11111111", outputs });
  await settled();
  expect(getComputedStyle(/** @type {HTMLElement} */ (panel.children[0])).display).toBe("none");
  expect(at(".am-outputs").textContent).toBe("new line");
  stop();
  takeNotes(panel);
  expect(panel.innerHTML).toBe(openPanel("a.ipynb", stored).innerHTML);
});

test("only the first card of a cell shows what its body printed", async () => {
  const stored = ["<pre>old line</pre>", storedCard("raw"), storedCard("orders", 'data-print="old"')];
  const { model, panel } = card({}, stored);
  model.reply({ html: "new", keys: ["orders"], print: "11111111", outputs: [{ data: { "text/plain": "new line" }, metadata: {} }] });
  await settled();
  expect(panel.textContent).not.toContain("new line");
  expect([...panel.children].map((output) => output.hasAttribute("data-am-hidden"))).toEqual([false, false, false]);
});

test("remarks on an asset stand on its card", () => {
  const { model, at } = card({ flags: ["the variable orders was rebound by In[9]"] });
  expect([at(".am-flags").hidden, at(".am-flags").textContent]).toEqual([false, "! the variable orders was rebound by In[9]"]);
  model.patch({ assets: { orders: face() } });
  expect(at(".am-flags").hidden).toBe(true);
});
