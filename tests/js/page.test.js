import { expect, test } from "vitest";
import { Page } from "../../asset_magic/page/js/page.js";
import { CLOCK, face, fakeModel, run } from "./front.js";

function opened() {
  const model = fakeModel();
  const page = new Page(model);
  /** @type {{ changed: string[], what: any }[]} */ const heard = [];
  page.listen((changed, what) => heard.push({ changed: [...changed], what }), new AbortController().signal);
  return { model, page, heard };
}

test("a page is live once the kernel has answered, not before", () => {
  const { model, page } = opened();
  page.hello();
  expect(page.live).toBe(false);
  model.snapshot({ orders: face() });
  expect([page.live, [...page.assets.keys()]]).toEqual([true, ["orders"]]);
});

test("one hello at a time, however often the window gets the focus while the kernel is busy", () => {
  const { model, page } = opened();
  page.hello();
  page.hello();
  expect(model.sent).toEqual([{ kind: "hello" }]);
  model.snapshot({});
  page.hello();
  expect(model.sent.length).toBe(2);
});

test("a patch tells which assets changed; a null face takes the asset away", () => {
  const { model, page, heard } = opened();
  model.snapshot({ orders: face(), totals: face() });
  model.patch({ assets: { orders: face({ status: "stale" }), totals: null } });
  expect(heard.at(-1)?.changed).toEqual(["orders", "totals"]);
  expect([page.state("orders"), page.state("totals")]).toEqual(["stale", "gone"]);
});

test("a second snapshot tells only what differs", () => {
  const { model, heard } = opened();
  model.snapshot({ orders: face(), totals: face() });
  model.snapshot({ orders: face(), totals: face({ status: "stale" }) });
  expect(heard.at(-1)?.changed).toEqual(["totals"]);
});

test("a patch before any snapshot is not believed", () => {
  const { model, page } = opened();
  model.patch({ assets: { orders: face() } });
  expect(page.assets.size).toBe(0);
});

test("a click is queued at once and stays so though a busy kernel's patches do not name it yet", () => {
  const { model, page } = opened();
  model.snapshot({ orders: face({ status: "stale" }) });
  const id = page.materialize({ label: "orders", keys: ["orders"] });
  expect(page.queue).toEqual([{ id, label: "orders", keys: ["orders"] }]);
  model.patch({ queue: [{ id: "of-another-window", label: "x", keys: ["x"] }] });
  expect(page.queue.map((queued) => queued.id)).toEqual(["of-another-window", id]);
  expect(page.state("orders")).toBe("queued");
});

test("what another window asked for waits here too, and can be taken back here", () => {
  const { model, page } = opened();
  model.snapshot({ orders: face({ status: "stale" }), totals: face() }, { queue: [{ id: "theirs", label: "orders", keys: ["orders"] }] });
  expect([page.state("orders"), page.state("totals"), page.waiting("orders")?.id]).toEqual(["queued", "fresh", "theirs"]);
  page.cancel("theirs");
  expect([page.state("orders"), model.last("cancel")]).toEqual(["stale", { kind: "cancel", id: "theirs" }]);
});

test("once the kernel has named a queued run, the kernel's word counts", () => {
  const { model, page } = opened();
  model.snapshot({ orders: face() });
  const id = page.materialize({ label: "orders", keys: ["orders"] });
  model.patch({ queue: [{ id, label: "orders", keys: ["orders"] }] });
  model.patch({ queue: [], run: run({ id, key: "orders" }) });
  expect([page.queue, page.state("orders")]).toEqual([[], "running"]);
  model.patch({ queue: [], run: null });
  expect([page.queue, page.state("orders")]).toEqual([[], "fresh"]);
});

test("what a run has not reached waits, step by step, and nothing does when it ends", () => {
  const { model, page, heard } = opened();
  model.snapshot({ a: face({ status: "stale" }), b: face({ status: "stale" }), c: face({ status: "stale" }), d: face() });
  const states = () => ["a", "b", "c", "d"].map((key) => page.state(key));
  const told = () => [...(heard.at(-1)?.what.turns ?? [])].sort();
  model.patch({ run: run({ key: "a", total: 3, waiting: [["a"], ["b", "d"], ["c"]] }) });
  expect([states(), told()]).toEqual([["running", "queued", "queued", "queued"], ["a", "b", "c", "d"]]);
  model.patch({ run: run({ key: "b", done: 1, total: 3 }) });
  expect([states(), told()]).toEqual([["stale", "running", "queued", "fresh"], ["a", "b", "d"]]);
  model.patch({ run: null });
  expect([states(), told()]).toEqual([["stale", "stale", "stale", "fresh"], ["b", "c"]]);
});

test("steps that are told of again in a snapshot hold, those of another run do not", () => {
  const { model, page } = opened();
  const now = run({ key: "a", total: 2, waiting: [["a"], ["b"]] });
  model.snapshot({ a: face(), b: face() }, { run: now });
  expect(page.state("b")).toBe("queued");
  model.patch({ run: run({ key: "c", total: 2, started: CLOCK + 9 }) });
  expect(page.state("b")).toBe("fresh");
});

test("a run taken back leaves the queue at once, though the kernel may still name it", () => {
  const { model, page } = opened();
  model.snapshot({ orders: face() });
  const id = page.materialize({ label: "orders", keys: ["orders"] });
  page.cancel(id);
  expect(model.last("cancel")).toEqual({ kind: "cancel", id });
  model.patch({ queue: [{ id, label: "orders", keys: ["orders"] }] });
  expect(page.queue).toEqual([]);
});

test("a run taken back is forgotten once the kernel has heard of both", () => {
  const { model, page } = opened();
  model.snapshot({ orders: face() });
  const id = page.materialize({ label: "orders", keys: ["orders"] });
  page.cancel(id);
  const known = () => [page.queue.length, page.cancelled.size, page.asked.size];
  model.patch({ queue: [] });
  expect(known()).toEqual([0, 1, 1]);
  model.patch({ queue: [{ id, label: "orders", keys: ["orders"] }] });
  expect(known()).toEqual([0, 1, 1]);
  model.patch({ queue: [] });
  expect(known()).toEqual([0, 0, 0]);
});

test("a run that was taken back elsewhere is forgotten when the next one ends, and one that waits is not", () => {
  const { model, page } = opened();
  model.snapshot({ orders: face() });
  const [gone, seen, unseen] = [1, 2, 3].map(() => page.materialize({ label: "orders", keys: ["orders"] }));
  const named = [gone, seen].map((id) => ({ id: String(id), label: "orders", keys: ["orders"] }));
  model.patch({ queue: named });
  model.patch({ queue: named.slice(1) });
  model.say({ kind: "done", id: "theirs" });
  expect([...page.asked.keys()]).toEqual([seen, unseen]);
});

test("a refused run leaves the queue and its reason is kept", () => {
  const { model, page, heard } = opened();
  model.snapshot({ orders: face() });
  const id = page.materialize({ label: "orders", keys: ["orders"] });
  model.say({ kind: "done", id, error: "orders is no asset" });
  expect([page.queue, page.failures.get(id), heard.at(-1)?.what.done]).toEqual([[], "orders is no asset", id]);
});

test("a look is answered by its own answer only", async () => {
  const { model, page } = opened();
  const [first, second] = [page.look({ view: "card", key: "a" }), page.look({ view: "card", key: "b" })];
  const [a, b] = model.sent.map((message) => message.id);
  model.say({ kind: "view", id: b, view: "card", html: "b", keys: ["b"] });
  model.say({ kind: "view", id: a, view: "card", html: "a", keys: ["a"] });
  expect([(await first).html, (await second).html]).toEqual(["a", "b"]);
});

test("a look that the kernel cannot answer rejects with the kernel's words", async () => {
  const { model, page } = opened();
  const look = page.look({ view: "card", key: "a" });
  model.reply({ error: "a is no asset" });
  await expect(look).rejects.toThrow("a is no asset");
});

test("when the kernel goes, looks are rejected and nothing is known any more", async () => {
  const { model, page } = opened();
  model.snapshot({ orders: face() });
  page.materialize({ label: "orders", keys: ["orders"] });
  const look = page.look({ view: "card", key: "orders" });
  page.offline();
  await expect(look).rejects.toThrow("gone");
  expect([page.live, page.assets.size, page.queue, page.state("orders")]).toEqual([false, 0, [], "gone"]);
});

test("the page's time is the kernel's, whatever the clock of this machine", () => {
  const { model, page } = opened();
  model.snapshot({});
  expect(Math.abs(page.now() - CLOCK)).toBeLessThan(5);
});

test("two windows on one kernel never use the same id", () => {
  const [one, other] = [opened(), opened()];
  expect(one.page.materialize({ label: "a", keys: ["a"] })).not.toBe(other.page.materialize({ label: "a", keys: ["a"] }));
});
