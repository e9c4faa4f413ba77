import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { closeAll, drawnLineage, laidOut, liveSvg, resized, SHOP_KEYS, BOX } from "./graph.js";
import { face } from "./front.js";

beforeEach(laidOut);
afterEach(() => {
  vi.useRealTimers();
  closeAll();
});

/** A lineage many screens wide, of which only the first asset is seen; the browser is not idle before `idle`. */
async function wide() {
  const html = liveSvg(Object.fromEntries(SHOP_KEYS.map((key, k) => [key, { at: [k * 20_000, 0] }])), [], [70_000, 4000]);
  const shown = await drawnLineage({}, {}, { html });
  await vi.waitFor(() => expect(shown.view.brush.due.size).toBe(0));
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const drawn = () => SHOP_KEYS.map((key) => `${shown.node(key).dataset.status} ${shown.part(key, ".am-status")} ${shown.part(key, ".am-meta")}`);
  const stale = () => shown.model.patch({ assets: Object.fromEntries(SHOP_KEYS.map((key) => [key, face({ status: "stale", why: "changed" })])) });
  return { ...shown, drawn, stale, idle: () => vi.runAllTimers() };
}

const OLD = "fresh fresh 2 min ago · 1.4 s";
const NEW = "stale stale changed";

test("what is seen is drawn at once, the rest when the browser has time", async () => {
  const { drawn, stale, idle } = await wide();
  stale();
  expect(drawn()).toEqual([NEW, OLD, OLD, OLD]);
  idle();
  expect(drawn()).toEqual([NEW, NEW, NEW, NEW]);
});

test("in a new picture the words of what is not seen are laid out when the browser has time", async () => {
  const { view, node, idle } = await wide();
  const blank = () => SHOP_KEYS.map((key) => node(key).classList.contains("am-blank"));
  view.brush.over(view.nodes?.all ?? []);
  expect(blank()).toEqual([false, true, true, true]);
  idle();
  expect(blank()).toEqual([false, false, false, false]);
});

test("what comes into sight is drawn as it comes, however busy the browser", async () => {
  const { view, drawn, stale } = await wide();
  stale();
  view.viewport.pan(-20_000 * view.viewport.scale, 0);
  expect(drawn()).toEqual([NEW, NEW, OLD, OLD]);
});

test("what a larger box shows is drawn with it", async () => {
  const { drawn, stale } = await wide();
  stale();
  BOX.width = 20_000;
  resized();
  expect(drawn()).toEqual([NEW, NEW, OLD, OLD]);
});

test("from far off the states are drawn at once, and the words when they can be read", async () => {
  const { view, node, drawn, stale } = await wide();
  view.viewport.fit();
  stale();
  expect(drawn()).toEqual(SHOP_KEYS.map(() => "stale fresh 2 min ago · 1.4 s"));
  expect(node("report").querySelector(".am-card")?.getAttribute("data-state")).toBe("stale");
  view.viewport.centre({ x: 60_112, y: 45 });
  expect(drawn()[3]).toBe(NEW);
});

test("the keyboard and the pointer never come to a node that is old", async () => {
  const { view, node, drawn, stale } = await wide();
  view.viewport.fit();
  stale();
  node("joined").focus();
  node("report").dispatchEvent(new MouseEvent("pointerover", { bubbles: true }));
  expect(drawn().slice(2)).toEqual([NEW, NEW]);
  expect(node("joined").getAttribute("aria-label")).toBe("joined, stale: changed");
});

test("the map shows all states with the next frame, whether drawn or not", async () => {
  const { at, stale } = await wide();
  stale();
  await new Promise((resolve) => requestAnimationFrame(resolve));
  expect([...at(".am-overview").querySelectorAll("path")].filter((path) => path.getAttribute("d")).map((path) => path.dataset.state)).toEqual(["stale"]);
});

test("a view that is closed draws no more", async () => {
  const { view, stale, idle } = await wide();
  stale();
  view.close();
  idle();
  expect(view.brush.due.size).toBe(3);
});
