import { afterEach, beforeEach, expect, test } from "vitest";
import main from "../../asset_magic/page/js/main.js";
import { FakeDocument, face, fakeModel, frontEnd, openPanel, settled } from "./front.js";

/** @type {(() => void)[]} */ let stops = [];
beforeEach(() => frontEnd());
afterEach(() => {
  for (const stop of stops) stop();
  stops = [];
});

/** A console in a frame, where there is no document to be found. */
function opened(model = fakeModel()) {
  const el = document.createElement("div");
  document.body.append(el);
  stops.push(main.render({ model, el }));
  return { model, el, places: () => [...el.querySelectorAll(".asset-magic")].map((place) => place.getAttribute("data-view")) };
}

test("a console asks the kernel and then shows the lineage and the table of everything", () => {
  const { model, el, places } = opened();
  expect([model.sent, places(), el.textContent]).toEqual([[{ kind: "hello" }], [], "Asking the kernel…"]);
  model.snapshot({ orders: face() });
  expect([places(), model.sent.map(({ view }) => view).filter(Boolean)]).toEqual([["lineage", "assets"], ["lineage", "assets"]]);
  expect(el.querySelector(".am-note")).toBeNull();
});

test("a console whose channel closes says that it is not live, and is whole again when the kernel answers", async () => {
  const { model, el, places } = opened();
  model.snapshot({ orders: face() });
  model.trigger("comm:close");
  await settled();
  expect([places(), el.textContent]).toEqual([[], expect.stringMatching(/^Not live: /)]);
  model.snapshot({ orders: face() });
  expect(places()).toEqual(["lineage", "assets"]);
});

test("a console in a notebook says that it is not live when the kernel restarts", () => {
  const doc = new FakeDocument("a.ipynb");
  const { model, el } = opened(fakeModel(doc.manager));
  model.snapshot({ orders: face() });
  doc.session.statusChanged.emit("restarting");
  expect(el.textContent).toMatch(/^Not live: /);
});

test("a console among a notebook's outputs is not made live a second time", async () => {
  const panel = openPanel("a.ipynb", ["<div id=console></div>"]);
  const model = fakeModel(new FakeDocument("a.ipynb").manager);
  const el = /** @type {HTMLElement} */ (panel.querySelector("#console"));
  stops.push(main.initialize({ model }), main.render({ model, el }));
  model.snapshot({ orders: face() });
  await settled();
  expect(panel.querySelectorAll(".am-table").length).toBe(1);
});

test("a console in a shadow root has its style there", () => {
  const host = document.body.appendChild(document.createElement("div"));
  const el = host.attachShadow({ mode: "open" }).appendChild(document.createElement("div"));
  stops.push(main.render({ model: fakeModel(), el }));
  expect([host.shadowRoot?.querySelectorAll("style").length, document.head.querySelectorAll("style").length]).toEqual([1, 0]);
});

test("a value is shown without a renderer of the front end's, and its scripts are not", async () => {
  const { Page } = await import("../../asset_magic/page/js/page.js");
  const page = new Page(fakeModel());
  const html = page.render({ data: { "text/html": "<table></table><script>1</script>" }, metadata: {} });
  expect(html?.innerHTML).toBe("<table></table>");
  expect(page.render({ data: { "text/plain": "<b>1</b>" }, metadata: {} })?.outerHTML).toContain("&lt;b&gt;1&lt;/b&gt;");
  expect(page.render({ data: { "image/png": "iVBO" }, metadata: {} })?.getAttribute("src")).toBe("data:image/png;base64,iVBO");
  expect(page.render({ data: { "x/unknown": "?" }, metadata: {} })).toBeNull();
});
