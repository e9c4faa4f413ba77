import { afterEach, beforeEach, expect, test } from "vitest";
import main from "../../asset_magic/page/js/main.js";
import { answerDetails } from "./graph.js";
import { FakeDocument, face, fakeModel, frontEnd, openPanel, run, settled, until, takeNotes } from "./front.js";

/** @type {(() => void)[]} */ let stops = [];
beforeEach(() => frontEnd());
afterEach(() => {
  for (const stop of stops) stop();
  stops = [];
});

const ROW = '<table><tr data-key="orders"><td>orders</td><td><span style="background:#123">stale</span></td></tr></table>';
const stored = (/** @type {string} */ view, selection = "") =>
  `<div class="asset-magic" data-view="${view}" data-keys="orders" data-selection="${selection}">${ROW}</div>`;

/** @param {string} html */
function table(html) {
  const panel = openPanel("a.ipynb", [html]);
  const model = fakeModel(new FakeDocument("a.ipynb").manager);
  stops.push(main.initialize({ model }));
  model.snapshot({ orders: face(), other: face({ status: "stale" }) });
  const el = /** @type {HTMLElement} */ (panel.querySelector(".asset-magic"));
  const looks = () => model.sent.filter(({ kind }) => kind === "look");
  return { panel, model, el, looks, body: () => /** @type {HTMLElement} */ (el.querySelector(".am-table, .am-details-body")) };
}

for (const view of ["assets", "stale"])
  test(`the stored %${view} stays until the kernel has drawn it anew, with the strip above`, async () => {
    const { model, el, body } = table(stored(view, "group:x"));
    expect([el.dataset.amLive, model.last("look")]).toEqual(["beside", expect.objectContaining({ view, selection: "group:x" })]);
    expect(el.querySelector(".am-status-strip")).not.toBeNull();
    model.reply({ html: stored(view).replace(">orders<", ">new<"), keys: ["orders"] });
    await settled();
    expect([el.dataset.amLive, body().querySelector("td")?.textContent]).toEqual(["instead", "new"]);
  });

test("stored words that are no element are hidden too, and come back as they were", async () => {
  const html = '<div class="asset-magic" data-view="stale" data-keys="" data-selection="">Everything is fresh.<b>&amp;</b> Really.</div>';
  const { model, el } = table(html);
  model.reply({ html });
  await settled();
  const bare = [...el.childNodes].filter((node) => node instanceof Text && node.data.trim());
  expect([el.dataset.amLive, bare]).toEqual(["instead", []]);
  for (const stop of stops.splice(0)) stop();
  takeNotes(el);
  expect(el.outerHTML).toBe(html);
  expect([...el.childNodes].map((node) => node.nodeName)).toEqual(["#text", "B", "#text"]);
});

test("a table of a selection counts what the kernel says is in it", async () => {
  const { model, el } = table(stored("assets", "group:x"));
  model.reply({ html: stored("assets"), keys: ["orders"] });
  await settled();
  expect(el.querySelector(".am-counts")?.getAttribute("aria-label")).toBe("1 asset · 1 fresh");
});

test("a burst of changes is one question, asked once the last was answered", async () => {
  const { model, looks, el } = table(stored("assets"));
  for (const why of ["a", "b", "c"]) model.patch({ assets: { other: face({ status: "stale", why }) } });
  await new Promise((resolve) => setTimeout(resolve, 250));
  expect([looks().length, el.dataset.amOld]).toEqual([1, ""]);
  model.reply({ html: stored("assets"), keys: ["orders"] });
  await until(() => looks().length === 2);
  model.reply({ html: stored("assets"), keys: ["orders"] });
  await settled();
  expect(el.dataset.amOld).toBeUndefined();
});

test("a row shows at once that its asset runs", async () => {
  const { model, body } = table(stored("assets"));
  model.reply({ html: stored("assets"), keys: ["orders"] });
  await settled();
  const pill = () => body().querySelector("td + td")?.textContent;
  expect(pill()).toBe("fresh");
  model.patch({ run: run({ key: "orders" }) });
  expect(pill()).toBe("running");
});

test("a selection that the kernel refuses leaves the stored table", async () => {
  const { model, el } = table(stored("assets", "nonsense("));
  model.reply({ error: "nonsense(: expected )" });
  await settled();
  expect(el.dataset.amLive).toBe("beside");
});

test("%asset reads its name, one line with its buttons, and what the kernel says of it; it follows the asset", async () => {
  const { model, el, looks, body } = table(stored("asset"));
  await answerDetails(model, { html: stored("asset") });
  expect([el.dataset.amLive, el.querySelector(".am-details-name")?.textContent, el.querySelectorAll(".am-state").length]).toEqual(["instead", "orders", 1]);
  expect([body().querySelector("td")?.textContent, el.querySelector(".am-state")?.textContent]).toEqual(["orders", "fresh"]);
  expect(el.querySelector(".am-details-head button")).toBeNull();
  model.patch({ assets: { other: face() } });
  model.patch({ assets: { orders: face({ status: "stale" }) } });
  await until(() => looks().length === 4);
  expect(el.querySelector(".am-state")?.textContent).toBe("stale");
});
