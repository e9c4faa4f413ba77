import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { GroupMenu } from "../../asset_magic/page/js/groups.js";
import { answerDetails, closeAll, drawnLineage, laidOut, lineage, liveSvg, SHOP, SHOP_KEYS } from "./graph.js";
import { CLOCK, face, run } from "./front.js";

beforeEach(laidOut);
afterEach(() => {
  closeAll();
  vi.useRealTimers();
});

const HOSTILE = `<img src=x onerror="alert(1)"></script>\u202e`;

// ---- beginning and end ----

test("it asks the kernel for the selection that is stored", () => {
  const { looks } = lineage({}, { selection: "orders+" });
  expect(looks()).toMatchObject([{ view: "lineage", selection: "orders+", collapsed: [] }]);
});

test("the stored picture stays until there is a better one", async () => {
  const { el, at, answer } = lineage();
  expect([el.children.length, el.hasAttribute("data-am-live")]).toEqual([1, false]);
  await answer();
  expect([el.dataset.amLive, at("img").isConnected, at(".am-live svg.am-lineage").isConnected]).toEqual(["instead", true, true]);
});

test("closing gives the stored picture back, with a note", async () => {
  const { el, view } = await drawnLineage();
  view.close("Not live");
  expect([el.innerHTML, el.hasAttribute("data-am-live")]).toEqual(['<img alt="Asset lineage"><div class="am-note">Not live</div>', false]);
});

test("an answer that comes after the end draws nothing", async () => {
  const { el, view, answer } = lineage();
  view.close();
  await answer();
  expect(el.innerHTML).toBe('<img alt="Asset lineage">');
});

test("what the kernel refuses is said, and the stored picture stays", async () => {
  const { el, at, answer } = lineage();
  await answer({ error: "no asset is named <b>orders</b>" });
  expect([at(".am-error").textContent, el.dataset.amLive]).toEqual(["no asset is named <b>orders</b>", "beside"]);
});

test("a selection of nothing shows what the kernel says of it", async () => {
  const { at } = await drawnLineage({}, {}, { html: "<p>No assets yet.</p>", keys: [] });
  expect(at(".am-viewport").textContent).toBe("No assets yet.");
});

test("JupyterLab leaves keys pressed in it alone", async () => {
  const { at } = await drawnLineage();
  expect(at(".am-viewport").closest("[data-lm-suppress-shortcuts]")).not.toBeNull();
});

test("each drawing has an arrow of its own, whatever else is on the page", async () => {
  const markers = [];
  for (let k = 0; k < 2; k++) {
    const { el } = await drawnLineage();
    const [marker, edge] = [el.querySelector("marker"), el.querySelector(".am-edge")];
    expect(edge?.getAttribute("marker-end")).toBe(`url(#${marker?.id})`);
    markers.push(marker?.id);
  }
  expect(markers[0]).not.toBe(markers[1]);
});

// ---- statuses in place ----

test("a node says how its asset stands, in colour, in words and to screen readers", async () => {
  const { node, part } = await drawnLineage({ orders: { status: "stale", why: "rate 0.2 -> 0.25", checks: [["✓", 2], ["✗", 1]] } });
  expect(node("orders").dataset.status).toBe("stale");
  expect([part("orders", ".am-status"), part("orders", ".am-meta"), part("orders", ".am-marks")]).toEqual(["stale", "rate 0.2 -> 0.25", "✓ 2✗ 1"]);
  expect(node("orders").getAttribute("aria-label")).toBe("orders, stale: rate 0.2 -> 0.25");
});

test("the second row: when and how long, never, what failed, what a source is", async () => {
  const { part } = await drawnLineage({
    customers: { status: "missing", made: null, took: null, run: null },
    joined: { run: "failed", error: "ValueError: no such column" },
    report: { kind: "source", made: null },
  });
  expect(["orders", "customers", "joined", "report"].map((name) => part(name, ".am-meta"))).toEqual([
    "2 min ago · 1.4 s", "never materialized", "ValueError: no such column", "int",
  ]);
  expect(["customers", "joined", "report"].map((name) => part(name, ".am-status"))).toEqual(["missing", "failed", "source"]);
});

test("a failure is whole in the title, and shortened on the card", async () => {
  const error = `ValueError: ${"very ".repeat(30)}long`;
  const { part } = await drawnLineage({ orders: { run: "failed", error } });
  expect(part("orders", "title")).toContain(error);
  expect(part("orders", ".am-meta")).toMatch(/^ValueError: very .*…$/);
});

test("a patch changes the node it is about and touches no other", async () => {
  const { el, model, part } = await drawnLineage();
  /** @type {MutationRecord[]} */ const records = [];
  const observer = new MutationObserver((seen) => records.push(...seen));
  observer.observe(/** @type {Node} */ (el.querySelector("svg.am-lineage")), { subtree: true, childList: true, attributes: true, characterData: true });
  model.patch({ assets: { joined: face({ status: "stale", why: "orders changed" }) } });
  records.push(...observer.takeRecords());
  const touched = new Set(records.map(({ target }) => (target instanceof Element ? target : target.parentElement)?.closest(".am-node")?.getAttribute("data-key")));
  expect([part("joined", ".am-status"), [...touched]]).toEqual(["stale", ["joined"]]);
});

test("checks that changed are written anew", async () => {
  const { model, part } = await drawnLineage({ orders: { checks: [["✓", 2], ["!", 1]] } });
  model.patch({ assets: { orders: face({ checks: [["✗", 3]] }) } });
  expect(part("orders", ".am-marks")).toBe("✗ 3");
  model.patch({ assets: { orders: face() } });
  expect(part("orders", ".am-marks")).toBe("");
});

test("a running asset has a bar that grows with the time, and says for how long", async () => {
  vi.useFakeTimers({ now: (CLOCK - 3600) * 1000, toFake: ["Date", "setInterval", "clearInterval"] });
  const { model, node, part } = await drawnLineage();
  model.patch({ run: run({ key: "joined", began: CLOCK, expected: 20 }) });
  expect([node("joined").dataset.status, part("joined", ".am-meta")]).toEqual(["running", "0 s of about 20 s"]);
  vi.advanceTimersByTime(10_000);
  expect([part("joined", ".am-meta"), node("joined").querySelector(".am-bar")?.getAttribute("width")]).toEqual(["10 s of about 20 s", "93"]);
  vi.advanceTimersByTime(60_000);
  expect(node("joined").querySelector(".am-bar")?.getAttribute("width")).toBe("180");
  model.patch({ run: null });
  expect([node("joined").dataset.status, node("joined").querySelector(".am-bar")?.getAttribute("width")]).toEqual(["fresh", "0"]);
});

test("of a run that nobody can estimate the bar is endless", async () => {
  const { model, node } = await drawnLineage();
  model.patch({ run: run({ key: "joined" }) });
  expect(node("joined").querySelector(".am-bar.am-endless")?.getAttribute("width")).toBe("186");
});

test("what was asked for is queued at once, until it is taken back", async () => {
  const { page, node } = await drawnLineage({ joined: { status: "stale" } });
  const id = page.materialize({ label: "joined", keys: ["joined"] });
  expect(node("joined").dataset.status).toBe("queued");
  page.cancel(id);
  expect(node("joined").dataset.status).toBe("stale");
});

test("what was queued waits no longer when the kernel has begun", async () => {
  const { page, model, node } = await drawnLineage({ joined: { status: "stale" }, report: { status: "stale" } });
  const id = page.materialize({ label: "both", keys: ["joined", "report"] });
  model.patch({ queue: [], run: run({ id, key: "joined" }) });
  expect([node("joined").dataset.status, node("report").dataset.status]).toEqual(["running", "stale"]);
});

test("an asset that is gone is said to be", async () => {
  const { model, node } = await drawnLineage();
  model.patch({ assets: { report: null } });
  expect(node("report").dataset.status).toBe("gone");
});

test("hostile words of any kind stay words", async () => {
  const keys = [HOSTILE, "b"];
  const html = liveSvg({ [HOSTILE]: { at: [0, 0] }, b: { at: [256, 0] } }, [[HOSTILE, "b"]], [468, 90]);
  const { el, model, click, node } = await drawnLineage({}, { keys }, { html });
  const bad = face({ run: "failed", error: HOSTILE, why: HOSTILE, group: HOSTILE, flags: [HOSTILE], blocked: HOSTILE, checks: [[HOSTILE, 1]] });
  model.patch({ assets: { [HOSTILE]: bad } });
  click(HOSTILE);
  await answerDetails(model, {});
  expect(el.querySelectorAll(".am-live img, .am-live script")).toHaveLength(0);
  expect(node(HOSTILE).getAttribute("aria-label")).toContain(HOSTILE);
});

// ---- another graph ----

test("a new asset, and another code version, have the graph drawn again; a status does not", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const shown = lineage();
  const answer = shown.answer();
  await vi.runAllTimersAsync();
  await answer;
  const asks = () => {
    vi.runAllTimers();
    return shown.looks().length;
  };
  shown.model.patch({ assets: { orders: face({ status: "stale" }) } });
  expect(asks()).toBe(1);
  shown.model.patch({ assets: { extra: face() } });
  expect(asks()).toBe(1 + 1);
});

test("the graph is drawn again without losing place, choice or keyboard", async () => {
  const { view, node, click, answer, focused, model } = await drawnLineage();
  click("joined");
  view.viewport.zoom(2);
  const before = view.viewport.offset;
  const place = (/** @type {number} */ x) => x * view.viewport.scale + before.x;
  const [seen, scale] = [place(256 + 12 + 100), view.viewport.scale];
  void view.ask();
  model.patch({ assets: { joined: face({ status: "stale" }) } });
  const html = liveSvg({ raw: { at: [0, 0] }, orders: { at: [256, 0] }, joined: { at: [512, 0] }, report: { at: [768, 0] } }, [], [992, 174]);
  await answer({ html, keys: ["raw", "orders", "joined", "report"] });
  expect([focused(), node("joined").classList.contains("am-selected"), node("joined").dataset.status]).toEqual(["joined", true, "stale"]);
  expect(view.viewport.scale).toBe(scale);
  expect((512 + 12 + 100) * scale + view.viewport.offset.x).toBe(seen);
});

test("an equal answer is not drawn again", async () => {
  const { view, node, answer } = await drawnLineage();
  const before = node("orders");
  void view.ask();
  await answer();
  expect(node("orders")).toBe(before);
});

test("of two answers the one to the last question counts", async () => {
  const { view, model, el } = await drawnLineage();
  void view.ask();
  const { id } = model.last("look");
  void view.ask();
  model.say({ kind: "view", id, view: "lineage", html: liveSvg({ old: { at: [0, 0] } }, [], [224, 90]), keys: ["old"] });
  await Promise.resolve();
  expect(el.querySelector('[data-key="old"]')).toBeNull();
});

// ---- groups ----

const GROUPED = { orders: { group: "raw" }, customers: { group: "raw" }, joined: { group: "core" }, report: { group: "core" } };
const COLLAPSED = {
  html: liveSvg({ raw: { at: [0, 0], keys: ["orders", "customers"] }, joined: { at: [256, 0] }, report: { at: [512, 0] } }, [["group:raw", "joined"], ["joined", "report"]], [736, 90]),
};
const boxes = (/** @type {HTMLElement} */ el) => [.../** @type {NodeListOf<HTMLInputElement>} */ (el.querySelectorAll(".am-menu input"))];

test("there is a menu of groups only where there is more than one", async () => {
  expect((await drawnLineage()).at(".am-menu").hidden).toBe(true);
  closeAll();
  const { at } = await drawnLineage(GROUPED);
  expect([at(".am-menu").hidden, [...at(".am-menu-list").querySelectorAll("bdi")].map((name) => name.textContent)]).toEqual([false, ["core", "raw"]]);
});

test("a group taken out of the menu's choice is collapsed by the kernel", async () => {
  const { el, looks, answer, node } = await drawnLineage(GROUPED);
  boxes(el)[1]?.click();
  expect(looks().at(-1).collapsed).toEqual(["raw"]);
  await answer(COLLAPSED);
  expect([node("raw").dataset.status, boxes(el).map((box) => box.checked)]).toEqual(["fresh", [true, false]]);
});

test("all groups collapse and expand at once", async () => {
  const { press, looks } = await drawnLineage(GROUPED);
  press("Collapse all");
  expect(looks().at(-1).collapsed).toEqual(["core", "raw"]);
  press("Expand all");
  expect(looks().at(-1).collapsed).toEqual([]);
});

test("a collapsed group shows the worst of its members, and how many", async () => {
  const { model, node, part } = await drawnLineage({ ...GROUPED, orders: { group: "raw", status: "stale", checks: [["✓", 1]] }, customers: { group: "raw", checks: [["✓", 2]] } }, {}, COLLAPSED);
  expect([node("raw").dataset.status, part("raw", ".am-status"), part("raw", ".am-meta"), part("raw", ".am-marks")]).toEqual(["stale", "1 stale", "2 assets · 1 fresh", "✓ 3"]);
  model.patch({ assets: { customers: face({ group: "raw", run: "failed" }) } });
  expect([part("raw", ".am-status"), node("raw").getAttribute("aria-label")]).toEqual(["1 failed", "group raw, 1 failed: 2 assets · 1 stale"]);
});

test("Enter on a collapsed group expands it, and leads into it", async () => {
  const { view, el, node, type, looks, answer, focused } = await drawnLineage(GROUPED, {}, COLLAPSED);
  view.groups.collapsed.add("raw");
  node("raw").focus();
  type("Enter");
  expect(looks().at(-1).collapsed).toEqual([]);
  await answer();
  expect([focused(), boxes(el).every((box) => box.checked)]).toEqual(["orders", true]);
});

test("arrows lead in and out of a collapsed group", async () => {
  const { node, type, focused } = await drawnLineage(GROUPED, {}, COLLAPSED);
  node("joined").focus();
  type("ArrowLeft");
  expect(focused()).toBe("raw");
  type("ArrowRight");
  expect(focused()).toBe("joined");
});

// ---- search ----

/** @param {Awaited<ReturnType<typeof drawnLineage>>} shown @param {string} text */
function search({ at }, text) {
  const input = /** @type {HTMLInputElement} */ (at(".am-search"));
  input.focus();
  input.value = text;
  input.dispatchEvent(new Event("input", { bubbles: true }));
}
const bright = (/** @type {HTMLElement} */ el) => [...el.querySelectorAll(".am-searching .am-match")].map((g) => g.getAttribute("data-key"));

test("a search dims what does not match, and Escape ends it", async () => {
  const shown = await drawnLineage();
  search(shown, "OR");
  expect(bright(shown.el)).toEqual(["orders", "report"]);
  expect(shown.at(".am-search-count").textContent).toBe("2 found");
  shown.type("Escape");
  expect([shown.el.querySelector(".am-searching"), shown.at(".am-search-count").textContent]).toEqual([null, ""]);
});

test("words of a search must all match; of what does not match at all it is said", async () => {
  const shown = await drawnLineage();
  search(shown, "or re");
  expect(bright(shown.el)).toEqual(["report"]);
  search(shown, "zzz");
  expect(shown.at(".am-search-count").textContent).toBe("none");
});

test("Enter goes from match to match and brings it to the middle, and those who listen hear it", async () => {
  const html = liveSvg({ orders: { at: [0, 0] }, customers: { at: [30_000, 900] }, joined: { at: [60_000, 0] }, report: { at: [65_000, 1800] } }, [], [70_000, 4000]);
  const shown = await drawnLineage({}, {}, { html });
  search(shown, "or");
  shown.type("Enter");
  shown.type("Enter");
  const { x, width } = shown.view.viewport.seen;
  expect(x + width / 2).toBeCloseTo(65_000 + 12 + 100);
  expect(document.getElementById("am-announcer")?.textContent).toBe("report, 2 of 2");
});

test("the matches go round, with Shift the other way", async () => {
  const shown = await drawnLineage();
  search(shown, "o");
  const places = [{}, {}, { shiftKey: true }, { shiftKey: true }, {}].map((keys) => {
    shown.type("Enter", keys);
    return shown.at(".am-search-count").textContent;
  });
  expect(places).toEqual(["1 of 4", "2 of 4", "1 of 4", "4 of 4", "1 of 4"]);
});

test("a search finds the members of a collapsed group", async () => {
  const shown = await drawnLineage(GROUPED, {}, COLLAPSED);
  search(shown, "customers");
  expect(shown.node("raw").classList.contains("am-match")).toBe(true);
});

test("a search holds for the next drawing", async () => {
  const shown = await drawnLineage();
  search(shown, "report");
  void shown.view.ask();
  await shown.answer({ html: SHOP.replace("736", "737") });
  expect(bright(shown.el)).toEqual(["report"]);
});

// ---- what is upstream and downstream ----

test("the focus buttons ask for a part of the view's own selection", async () => {
  const { press, click, looks, labelled } = await drawnLineage({}, { selection: "group:a or group:b" });
  expect(labelled("Upstream")).toBeUndefined();
  click("joined");
  press("Upstream");
  expect(looks().at(-1).selection).toBe('(group:a or group:b) and (+key:"joined")');
  press("Downstream");
  expect(looks().at(-1).selection).toBe('(group:a or group:b) and (key:"joined"+)');
  press("All");
  expect(looks().at(-1).selection).toBe("group:a or group:b");
});

test("both ways, of everything", async () => {
  const { press, click, looks } = await drawnLineage();
  click("joined");
  press("Both");
  expect(looks().at(-1).selection).toBe('+key:"joined"+');
});

test("the strip counts and materializes what is seen", async () => {
  const { press, click, model, answer, el } = await drawnLineage({ orders: { status: "stale" }, report: { status: "stale" } });
  click("joined");
  press("Upstream");
  await answer({ html: SHOP.replace("736", "737"), keys: ["orders", "customers", "joined"] });
  expect(el.querySelector(".am-counts")?.textContent).toContain("3 assets");
  press("Materialize stale (1)");
  expect(model.last("run")).toMatchObject({ stale: true, selection: '+key:"joined"' });
});

test("Escape ends a focus, and the button of what is seen is pressed", async () => {
  const { press, click, looks, answer, labelled, type } = await drawnLineage();
  click("joined");
  press("Upstream");
  await answer({ html: SHOP.replace("736", "737") });
  expect([labelled("Upstream")?.getAttribute("aria-pressed"), labelled("All")?.getAttribute("aria-pressed")]).toEqual(["true", "false"]);
  type("Escape");
  type("Escape");
  expect(looks().at(-1).selection).toBe("");
});

// ---- choosing, opening, materializing ----

test("a click opens the asset's details, and the × closes them", async () => {
  const { node, click, model, at, press, focused } = await drawnLineage();
  click("joined");
  await answerDetails(model, { html: "<p>made of orders</p>" });
  expect([at(".am-details-body").textContent, node("joined").getAttribute("aria-pressed")]).toEqual(["made of orders", "true"]);
  press("×");
  expect([at(".am-details"), node("joined").getAttribute("aria-pressed"), focused()]).toEqual([null, "false", "joined"]);
});

test("a click on another asset changes the details", async () => {
  const { el, click } = await drawnLineage();
  click("joined");
  click("report");
  expect([...el.querySelectorAll(".am-details")].map((details) => details.getAttribute("aria-label"))).toEqual(["Details of report"]);
});

test("shift-click and space add to a choice that is materialized as one", async () => {
  const { node, click, type, press, model, labelled } = await drawnLineage();
  click("orders", { shiftKey: true });
  expect(labelled("Materialize selected (1)")).toBeUndefined();
  node("report").focus();
  type(" ");
  press("Materialize selected (2)");
  expect(model.last("run")).toMatchObject({ keys: ["orders", "report"], label: "2 selected" });
  type(" ");
  expect(node("report").classList.contains("am-selected")).toBe(false);
});

test("m materializes where the keyboard is, but no source", async () => {
  const { node, type, model } = await drawnLineage({ orders: { kind: "source" } });
  node("orders").focus();
  type("m");
  expect(model.last("run")).toBeUndefined();
  node("joined").focus();
  type("m");
  expect(model.last("run")).toMatchObject({ keys: ["joined"], label: "joined" });
});

// ---- the keyboard ----

test("the graph is one stop of the Tab key", async () => {
  const { el, node } = await drawnLineage();
  const stops = () => [...el.querySelectorAll('g[tabindex="0"]')].map((g) => g.getAttribute("data-key"));
  expect(stops()).toEqual(["orders"]);
  node("joined").focus();
  expect(stops()).toEqual(["joined"]);
});

test("arrows go along the edges and within the column", async () => {
  const { node, type, focused } = await drawnLineage();
  node("orders").focus();
  const walk = ["ArrowRight", "ArrowRight", "ArrowRight", "ArrowLeft", "ArrowLeft", "ArrowDown", "ArrowDown", "ArrowUp"].map((arrow) => {
    type(arrow);
    return focused();
  });
  expect(walk).toEqual(["joined", "report", "report", "joined", "orders", "customers", "customers", "orders"]);
});

test("an arrow shows the node it goes to", async () => {
  const html = liveSvg({ orders: { at: [0, 0] }, report: { at: [60_000, 0] } }, [["orders", "report"]], [70_000, 100]);
  const { view, node, type } = await drawnLineage({}, { keys: ["orders", "report"] }, { html });
  node("orders").focus();
  type("ArrowRight");
  const { x, width } = view.viewport.seen;
  expect([x < 60_000, x + width > 60_200]).toEqual([true, true]);
});

test("Enter opens, Escape closes and leaves the keyboard where it was", async () => {
  const { node, type, at, focused } = await drawnLineage();
  node("joined").focus();
  type("Enter");
  expect(at(".am-details").getAttribute("aria-label")).toBe("Details of joined");
  at(".am-details button").focus();
  type("Escape");
  expect([at(".am-details"), focused()]).toEqual([null, "joined"]);
});

test("slash goes to the search, Escape in its empty box comes back", async () => {
  const { node, type, focused } = await drawnLineage();
  node("joined").focus();
  type("/");
  expect(focused()).toBe("am-search");
  type("Escape");
  expect(focused()).toBe("joined");
});

test("f fits, + and - zoom", async () => {
  const { view, node, type } = await drawnLineage();
  node("orders").focus();
  type("+");
  expect(view.viewport.scale).toBe(1.25);
  type("-");
  type("-");
  expect(view.viewport.scale).toBe(0.8);
  type("f");
  expect(view.viewport.scale).toBe(1);
});

test("keys of the browser and of the front end pass", async () => {
  const { node } = await drawnLineage();
  node("orders").focus();
  const press = (/** @type {object} */ keys) => !node("orders").dispatchEvent(new KeyboardEvent("keydown", { bubbles: true, cancelable: true, ...keys }));
  expect([press({ key: "f", ctrlKey: true }), press({ key: "Tab" }), press({ key: "x" }), press({ key: "f" })]).toEqual([false, false, false, true]);
});

test("a graph that comes where there was none takes the place of the words", async () => {
  const { at, answer, view } = await drawnLineage({}, {}, { html: "No assets yet.", keys: [] });
  expect(at(".am-viewport").textContent).toBe("No assets yet.");
  void view.ask();
  await answer();
  expect(at(".am-viewport").textContent).not.toContain("No assets yet.");
});

test("a menu in a shadow root stays open while the reader chooses in it", () => {
  const root = document.body.appendChild(document.createElement("div")).attachShadow({ mode: "open" });
  const menu = new GroupMenu({ signal: new AbortController().signal, chosen: () => {} });
  menu.offer(new Map([["a", 1], ["b", 1]]));
  root.append(menu.el);
  menu.el.open = true;
  const press = (/** @type {Element | null} */ el) => el?.dispatchEvent(new Event("pointerdown", { bubbles: true, composed: true }));
  press(menu.list.firstElementChild);
  expect(menu.el.open).toBe(true);
  press(document.body);
  expect(menu.el.open).toBe(false);
});

// ---- the map of a large graph ----

test("a map appears only over a picture of many screens, shows states, and leads there", async () => {
  expect((await drawnLineage()).at(".am-overview").classList.contains("am-absent")).toBe(true);
  closeAll();
  const html = liveSvg(Object.fromEntries(SHOP_KEYS.map((key, k) => [key, { at: [k * 20_000, 0] }])), [], [70_000, 4000]);
  const { view, at } = await drawnLineage({ joined: { status: "stale" } }, {}, { html });
  const map = at(".am-overview");
  expect(map.classList.contains("am-absent")).toBe(false);
  expect(map.querySelector('path[data-state="stale"]')?.getAttribute("d")).toBe("M40012 12h200v66h-200z");
  map.getBoundingClientRect = () => /** @type {DOMRect} */ ({ left: 0, top: 0, width: 220, height: 28 });
  map.dispatchEvent(new MouseEvent("pointerdown", { bubbles: true, clientX: 110, clientY: 14 }));
  const { x, width } = view.viewport.seen;
  expect(x + width / 2).toBeCloseTo(35_000);
  view.box.dispatchEvent(new MouseEvent("pointermove", { bubbles: true, clientX: 500, clientY: 14 }));
  expect(view.viewport.seen.x).toBe(x);
  view.viewport.fit();
  expect(map.classList.contains("am-absent")).toBe(true);
});

test("what a button over the graph is called begins with the words on it", async () => {
  const { el, view, click } = await drawnLineage({ orders: { status: "stale" } });
  click("joined");
  click("report", { shiftKey: true });
  const misnamed = [...el.querySelectorAll("button")].filter((button) => /\w/.test(button.textContent ?? "") && !button.getAttribute("aria-label")?.startsWith(button.textContent ?? ""));
  expect(misnamed.map((button) => [button.textContent, button.getAttribute("aria-label")])).toEqual([]);
  expect(view.chosen.getAttribute("aria-label")).toBe("Materialize selected (2)");
});

test("in a narrow panel there is no map, which would cover what it is about", async () => {
  const { view, at } = await drawnLineage();
  view.viewport.picture = { width: 9000, height: 9000 };
  view.moved();
  expect(at(".am-overview").classList.contains("am-absent")).toBe(false);
  view.viewport.size = { width: 320, height: 180 };
  view.moved();
  expect(at(".am-overview").classList.contains("am-absent")).toBe(true);
});
