import { afterEach, beforeEach, expect, test, vi } from "vitest";
import main from "../../asset_magic/page/js/main.js";
import { FakeDocument, addOutput, face, fakeModel, frontEnd, openPanel, settled, storedCard, takeNotes } from "./front.js";

/** @type {(() => void)[]} */ let stops = [];
beforeEach(() => frontEnd());
afterEach(() => {
  for (const stop of stops) stop();
  stops = [];
});

/** A notebook with a kernel that knows `assets`. @param {string} path @param {Record<string, import("../../asset_magic/page/js/protocol.js").Face>} [assets] @param {FakeDocument} [doc] */
function notebook(path, assets = { orders: face() }, doc = new FakeDocument(path)) {
  const model = fakeModel(doc.manager);
  const stop = main.initialize({ model });
  stops.push(stop);
  return { doc, model, stop, answer: () => model.snapshot(assets) };
}

const live = (/** @type {Element} */ root) => root.querySelectorAll(".am-live").length;
const notes = (/** @type {Element} */ root) => [...root.querySelectorAll(".am-note")].map((note) => note.textContent);

test("nothing is drawn before the kernel answers", () => {
  const panel = openPanel("a.ipynb", [storedCard("orders")]);
  const { model, answer } = notebook("a.ipynb");
  expect([model.sent, live(panel)]).toEqual([[{ kind: "hello" }], 0]);
  answer();
  expect(live(panel)).toBe(1);
});

test("an untrusted output is never made live", () => {
  const panel = openPanel("a.ipynb", [storedCard("orders")], { trusted: false });
  notebook("a.ipynb").answer();
  expect(live(panel)).toBe(0);
});

test("two documents on one page never share", () => {
  const [a, b] = ["a.ipynb", "sub/a.ipynb"].map((path) => openPanel(path, [storedCard("orders")]));
  const [one, other] = [notebook("a.ipynb"), notebook("sub/a.ipynb", { orders: face({ status: "stale", why: "rate 1 -> 2" }) })];
  one.answer();
  expect([live(a), live(b)]).toEqual([1, 0]);
  other.answer();
  expect([a, b].map((panel) => panel.querySelector(".am-state")?.textContent)).toEqual(["fresh", "stale"]);
  /** @type {HTMLButtonElement | null} */ (b.querySelector('[aria-label="Materialize orders"]'))?.click();
  expect([one.model.last("run"), other.model.last("run").keys]).toEqual([undefined, ["orders"]]);
});

test("both panels of a split view are live", () => {
  const panels = [1, 2].map(() => openPanel("a.ipynb", [storedCard("orders")]));
  notebook("a.ipynb").answer();
  expect(panels.map(live)).toEqual([1, 1]);
});

test("a panel whose tab has no tooltip yet stays a picture until it has one, in any language", async () => {
  const panel = openPanel("a.ipynb", [storedCard("orders")], { title: null });
  notebook("a.ipynb").answer();
  expect(live(panel)).toBe(0);
  document.querySelector("li[data-id]")?.setAttribute("title", "Nom : a.ipynb\nChemin : a.ipynb\nDernier : 1");
  await settled();
  expect(live(panel)).toBe(1);
});

test("one panel without tabs (Notebook 7) is ours", () => {
  frontEnd({ lab: false });
  const panel = openPanel("a.ipynb", [storedCard("orders")]);
  notebook("a.ipynb").answer();
  expect(live(panel)).toBe(1);
});

test("an output that shows assets the kernel does not know stays a picture until it knows them all", () => {
  const panel = openPanel("a.ipynb", [storedCard("orders"), storedCard("totals")]);
  const { model, answer } = notebook("a.ipynb");
  answer();
  expect(live(panel)).toBe(1);
  model.patch({ assets: { totals: face() } });
  expect(live(panel)).toBe(2);
});

test("a new output becomes live, and a cell scrolled out and back in is live with what is true by then", async () => {
  const panel = openPanel("a.ipynb", []);
  const { model, answer } = notebook("a.ipynb");
  answer();
  const cell = addOutput(panel, storedCard("orders"));
  await settled();
  expect(live(panel)).toBe(1);
  cell.remove();
  model.patch({ assets: { orders: face({ status: "stale", why: "rate 1 -> 2" }) } });
  panel.append(cell);
  await settled();
  expect([live(panel), panel.querySelector(".am-state")?.textContent]).toEqual([1, "stale"]);
});

test("what is stored comes back byte for byte when the session closes, with a note under it", () => {
  const stored = [storedCard("orders"), '<div class="asset-magic" data-view="assets" data-keys="orders" data-selection=""><table></table></div>'];
  const panel = openPanel("a.ipynb", stored);
  const before = panel.outerHTML;
  const { answer, stop } = notebook("a.ipynb");
  answer();
  expect(live(panel)).toBe(2);
  stop();
  expect(takeNotes(panel)).toEqual(stored.map(() => expect.stringMatching(/^Not live: /)));
  expect(panel.outerHTML).toBe(before);
});

for (const status of ["restarting", "autorestarting", "terminating", "dead"])
  test(`a kernel that is ${status} leaves pictures that say they are not live`, () => {
    const panel = openPanel("a.ipynb", [storedCard("orders")]);
    const { doc, model, answer } = notebook("a.ipynb");
    answer();
    doc.session.statusChanged.emit(status);
    expect([live(panel), notes(panel)]).toEqual([0, [expect.stringMatching(/^Not live: /)]]);
    model.snapshot({ orders: face() });
    expect(live(panel)).toBe(0);
  });

test("a connection that is lost and found again asks the kernel before anything is live again", () => {
  const panel = openPanel("a.ipynb", [storedCard("orders")]);
  const { doc, model, answer } = notebook("a.ipynb");
  answer();
  doc.session.connectionStatusChanged.emit("disconnected");
  expect(live(panel)).toBe(0);
  doc.session.connectionStatusChanged.emit("connected");
  expect([live(panel), model.sent.length]).toEqual([0, 2]);
  answer();
  expect([live(panel), notes(panel)]).toEqual([1, []]);
});

test("another kernel for the document ends it", () => {
  const panel = openPanel("a.ipynb", [storedCard("orders")]);
  const { doc, answer } = notebook("a.ipynb");
  answer();
  doc.manager.kernel = { id: "another" };
  doc.session.kernelChanged.emit({});
  expect([live(panel), notes(panel).length]).toEqual([0, 1]);
});

test("a click on a channel that is closed already leaves the picture", () => {
  const panel = openPanel("a.ipynb", [storedCard("orders")]);
  const { model, answer } = notebook("a.ipynb");
  answer();
  model.closed = true;
  /** @type {HTMLButtonElement | null} */ (panel.querySelector("button"))?.click();
  expect([live(panel), notes(panel).length]).toEqual([0, 1]);
});

test("a new session over a note takes the note away", () => {
  const panel = openPanel("a.ipynb", [storedCard("orders")]);
  const first = notebook("a.ipynb");
  first.answer();
  first.doc.session.statusChanged.emit("restarting");
  notebook("a.ipynb").answer();
  expect([live(panel), notes(panel)]).toEqual([1, []]);
});

/** @param {() => void} what happens while a clock that can be turned goes */
function timed(what) {
  vi.useFakeTimers();
  try {
    what();
  } finally {
    vi.useRealTimers();
  }
}

const ask = {
  "the window's focus": () => window.dispatchEvent(new Event("focus")),
  "a click": () => /** @type {HTMLButtonElement} */ (document.querySelector(".am-live button")).click(),
};
for (const [question, asks] of Object.entries(ask))
  test(`an idle kernel that leaves ${question} unanswered is another one, until it does answer`, () => timed(() => {
    const panel = openPanel("a.ipynb", [storedCard("orders")]);
    const { answer } = notebook("a.ipynb");
    answer();
    asks();
    vi.advanceTimersByTime(2500);
    expect(live(panel)).toBe(1);
    vi.advanceTimersByTime(2500);
    expect([live(panel), notes(panel)]).toEqual([0, [expect.stringMatching(/^Not live: /)]]);
    answer();
    expect([live(panel), notes(panel)]).toEqual([1, []]);
  }));

test("a kernel that is busy, or has nothing to answer, may be silent", () => timed(() => {
  const panel = openPanel("a.ipynb", [storedCard("orders")]);
  const { doc, answer } = notebook("a.ipynb");
  answer();
  vi.advanceTimersByTime(60_000);
  doc.manager.kernel.status = "busy";
  window.dispatchEvent(new Event("focus"));
  vi.advanceTimersByTime(60_000);
  expect(live(panel)).toBe(1);
}));

for (const [how, notice] of Object.entries({
  "that is heard to start": (/** @type {FakeDocument} */ doc) => doc.session.statusChanged.emit("starting"),
  "that leaves a question unanswered": () => {
    window.dispatchEvent(new Event("focus"));
    vi.advanceTimersByTime(5000);
  },
}))
  test(`a new process ${how} is not talked to over the subshells of the old one`, () => timed(() => {
    const { doc, answer } = notebook("a.ipynb");
    answer();
    /** @type {string[]} */ const ways = [];
    Object.defineProperty(doc.manager.kernel, "commsOverSubshells", { get: () => ways.at(-1) ?? "perCommTarget", set: (way) => ways.push(way) });
    notice(doc);
    expect(ways).toEqual(["disabled", "perCommTarget"]);
  }));

test("a session that is not answered asks once more", () => timed(() => {
  const { model } = notebook("a.ipynb");
  vi.advanceTimersByTime(60_000);
  expect(model.sent).toEqual([{ kind: "hello" }, { kind: "hello" }]);
}));

test("a new session of a document takes the outputs over from one whose kernel is no more", async () => {
  const panel = openPanel("a.ipynb", [storedCard("orders")]);
  const other = openPanel("b.ipynb", [storedCard("orders")]);
  const [old, elsewhere] = [notebook("a.ipynb"), notebook("b.ipynb")];
  for (const { answer } of [old, elsewhere]) answer();
  const young = notebook("a.ipynb", { orders: face({ status: "stale" }) }, old.doc);
  addOutput(panel, storedCard("orders"));
  await settled();
  expect([live(panel), live(other)]).toEqual([0, 1]);
  young.answer();
  expect([...panel.querySelectorAll(".am-state")].map((pill) => pill.textContent)).toEqual(["stale", "stale"]);
});

test("a session that is never answered does not keep one that is from being live", () => {
  const panel = openPanel("a.ipynb", [storedCard("orders")]);
  const { doc, answer } = notebook("a.ipynb");
  answer();
  notebook("a.ipynb", {}, doc);
  answer();
  expect(live(panel)).toBe(1);
});

test("a run that waits for an event loop is served by a silent request", () => {
  const { doc, model, answer } = notebook("a.ipynb");
  answer();
  model.say({ kind: "serve", id: 'x"y' });
  expect(doc.executed).toEqual([expect.objectContaining({ silent: true, store_history: false, stop_on_error: false })]);
  expect(doc.executed[0]).toHaveProperty("code", expect.stringContaining('serve("x\\"y")'));
});

test("the window's focus asks the kernel again", () => {
  const { model, answer } = notebook("a.ipynb");
  answer();
  window.dispatchEvent(new Event("focus"));
  expect(model.sent.filter(({ kind }) => kind === "hello").length).toBe(2);
});

test("where outputs are in frames there is no document, and nothing happens", () => {
  const panel = openPanel("a.ipynb", [storedCard("orders")]);
  const model = fakeModel({});
  stops.push(main.initialize({ model }));
  model.snapshot({ orders: face() });
  expect([model.sent, live(panel)]).toEqual([[], 0]);
});

test("the style is in the document once, however many kernels", () => {
  notebook("a.ipynb");
  notebook("b.ipynb");
  expect(document.head.querySelectorAll("style").length).toBe(1);
});

test("an output inside a live view is not made live again", async () => {
  const panel = openPanel("a.ipynb", [storedCard("orders", 'data-print="old"')]);
  const { model, answer } = notebook("a.ipynb");
  answer();
  model.reply({ html: `<p></p>${storedCard("orders")}`, keys: ["orders"], print: "11111111" });
  await settled();
  model.patch({ assets: { totals: face() } });
  expect(live(panel)).toBe(1);
});

test("what has the focus in a live view says itself that its keys are no commands of the notebook", () => {
  const panel = openPanel("a.ipynb", [storedCard("orders")]);
  notebook("a.ipynb").answer();
  const button = /** @type {HTMLButtonElement} */ (panel.querySelector("button"));
  button.focus();
  expect(button.getAttribute("data-lm-suppress-shortcuts")).toBe("true");
});
