import { afterEach, beforeEach, expect, test } from "vitest";
import { Viewport } from "../../asset_magic/page/js/viewport.js";
import { BOX, laidOut, liveSvg, resized } from "./graph.js";

/** @type {AbortController} */ let end;
beforeEach(() => {
  laidOut();
  end = new AbortController();
});
afterEach(() => end.abort());

/** @param {[number, number]} size */
function svgOf(size) {
  const holder = document.createElement("div");
  holder.innerHTML = liveSvg({ a: { at: [0, 0] } }, [], size);
  return /** @type {SVGSVGElement} */ (holder.querySelector("svg"));
}

/** @param {[number, number]} size @param {{ x: number, y: number, width: number, height: number }[]} [content] */
function viewport(size, content = [{ x: 12, y: 12, width: 200, height: 66 }]) {
  const box = document.createElement("div");
  document.body.replaceChildren(box);
  const shown = new Viewport(box, { signal: end.signal });
  shown.show(svgOf(size), content);
  const point = (/** @type {string} */ type, /** @type {object} */ at) => {
    const event = new MouseEvent(type, { bubbles: true, cancelable: true, button: 0, ...at });
    Object.defineProperty(event, "pointerId", { value: /** @type {any} */ (at).finger ?? 1 });
    box.dispatchEvent(event);
    return event;
  };
  const wheel = (/** @type {object} */ options) => {
    const event = new WheelEvent("wheel", { bubbles: true, cancelable: true, ...options });
    box.dispatchEvent(event);
    return event;
  };
  return { box, shown, point, wheel, transform: () => shown.svg?.style.transform };
}

test("a small picture is seen whole, at its own size, in a box no higher than it", () => {
  const { box, shown } = viewport([736, 174]);
  expect([shown.scale, box.style.height]).toEqual([1, "174px"]);
});

test("a picture whose names are still easy to read when it fits is fitted", () => {
  const { shown } = viewport([1150, 400]);
  expect([shown.scale, shown.seen.width]).toEqual([1000 / 1150, 1150]);
});

test("a picture that would be somewhat too small is not fitted, but Fit does", () => {
  const { shown, box } = viewport([1400, 200]);
  expect([shown.scale, shown.seen.x, box.style.height]).toEqual([0.9, 0, "180px"]);
  shown.fit();
  expect(shown.seen.width).toBeGreaterThanOrEqual(1400);
});

test("a picture that would be too small is seen from where it begins, at a scale that can be read", () => {
  const { shown } = viewport([70_000, 400]);
  expect([shown.scale, shown.seen.x]).toEqual([0.9, 0]);
});

test("of a picture too large for the box, its first thing is in the middle of the left edge", () => {
  const many = [0, 3000].map((y) => ({ x: 12, y, width: 200, height: 66 }));
  const { box, shown } = viewport([5000, 6000], [{ x: 12, y: 2000, width: 200, height: 66 }, ...many]);
  expect([box.style.height, shown.seen.x, shown.seen.y + shown.seen.height / 2]).toEqual(["520px", 0, 2033]);
});

test("the box is as high as what is seen first of a long picture needs", () => {
  const far = { x: 40_000, y: 3000, width: 200, height: 66 };
  const { box, shown } = viewport([70_000, 4000], [{ x: 12, y: 500, width: 200, height: 66 }, far]);
  expect(box.style.height).toBe("280px");
  expect(shown.seen.y).toBeLessThan(500);
  expect(shown.seen.y + shown.seen.height).toBeGreaterThan(566);
});

test("a box of no size yet is filled when it gets one", () => {
  BOX.width = 0;
  const { shown, transform } = viewport([800, 400]);
  expect(transform()).toBe("");
  BOX.width = 720;
  resized();
  expect([shown.scale, transform()]).toEqual([0.9, "translate(0px, 0px) scale(0.9)"]);
});

test("a narrower page fits the picture again, unless the reader has chosen what to see", () => {
  const { shown } = viewport([1000, 300]);
  BOX.width = 880;
  resized();
  expect(shown.scale).toBe(0.88);
  shown.zoom(2);
  BOX.width = 900;
  resized();
  expect(shown.scale).toBe(1.76);
});

test("a height that the reader has set stays", () => {
  const { box } = viewport([1000, 300]);
  BOX.height = 444;
  box.style.height = "444px";
  resized();
  resized();
  expect(box.style.height).toBe("444px");
});

test("dragging moves the picture with the pointer", () => {
  const { shown, point } = viewport([5000, 4000]);
  shown.pan(-100, -100);
  const before = { ...shown.offset };
  point("pointerdown", { clientX: 300, clientY: 200 });
  point("pointermove", { clientX: 280, clientY: 190 });
  point("pointerup", { clientX: 280, clientY: 190 });
  point("pointermove", { clientX: 10, clientY: 10 });
  expect(shown.offset).toEqual({ x: before.x - 20, y: before.y - 10 });
});

test("the click at the end of a drag is none, the next one is", () => {
  const { box, point } = viewport([5000, 4000]);
  let clicks = 0;
  box.addEventListener("click", () => clicks++);
  const target = box.appendChild(document.createElement("b"));
  const click = () => target.dispatchEvent(new MouseEvent("click", { bubbles: true }));
  point("pointerdown", { clientX: 300, clientY: 200 });
  point("pointermove", { clientX: 280, clientY: 190 });
  point("pointerup", { clientX: 280, clientY: 190 });
  click();
  expect(clicks).toBe(0);
  point("pointerdown", { clientX: 300, clientY: 200 });
  point("pointermove", { clientX: 301, clientY: 200 });
  point("pointerup", { clientX: 301, clientY: 200 });
  click();
  expect(clicks).toBe(1);
});

test("two fingers zoom about the middle between them", () => {
  const { shown, point } = viewport([5000, 4000]);
  shown.pan(-500, -500);
  const under = (/** @type {number} */ x) => (x - shown.offset.x) / shown.scale;
  point("pointerdown", { clientX: 400, clientY: 200, finger: 1 });
  point("pointerdown", { clientX: 600, clientY: 200, finger: 2 });
  const [before, scale] = [under(550), shown.scale];
  point("pointermove", { clientX: 700, clientY: 200, finger: 2 });
  expect(shown.scale / scale).toBeCloseTo(1.5);
  expect(under(550)).toBeCloseTo(before);
});

test("ctrl and the wheel zoom about the pointer", () => {
  const { shown, wheel } = viewport([5000, 4000]);
  shown.pan(-500, -500);
  const under = () => [(300 - shown.offset.x) / shown.scale, (100 - shown.offset.y) / shown.scale];
  const [before, scale] = [under(), shown.scale];
  const event = wheel({ ctrlKey: true, deltaY: -50, clientX: 300, clientY: 100 });
  expect([shown.scale > scale, event.defaultPrevented]).toEqual([true, true]);
  expect(under()[0]).toBeCloseTo(before[0] ?? 0);
  expect(under()[1]).toBeCloseTo(before[1] ?? 0);
});

test("a bare wheel scrolls the notebook", () => {
  const { shown, wheel } = viewport([5000, 4000]);
  const before = { ...shown.offset };
  expect(wheel({ deltaY: 100 }).defaultPrevented).toBe(false);
  expect(shown.offset).toEqual(before);
});

test("a sideways wheel moves a wide picture, and is the notebook's where all is seen", () => {
  const wide = viewport([5000, 4000]);
  expect(wide.wheel({ deltaX: 100 }).defaultPrevented).toBe(true);
  expect(wide.shown.offset.x).toBe(-100);
  expect(viewport([700, 200]).wheel({ deltaX: 100 }).defaultPrevented).toBe(false);
});

test("the picture cannot be lost, however far one drags or zooms", () => {
  const { shown } = viewport([5000, 4000]);
  shown.pan(1e6, 1e6);
  expect(shown.offset).toEqual({ x: 40, y: 40 });
  shown.pan(-1e6, -1e6);
  expect(shown.seen.x).toBeLessThan(5000);
  for (let k = 0; k < 50; k++) shown.zoom(0.5);
  expect(shown.scale).toBeGreaterThan(0.02);
  for (let k = 0; k < 50; k++) shown.zoom(2);
  expect(shown.scale).toBe(3);
});

test("fit shows all of it, whatever its size", () => {
  const { shown } = viewport([70_000, 4000]);
  shown.fit();
  expect(shown.seen.width).toBeCloseTo(70_000);
});

test("from far off the picture is marked, so that states can stand out", () => {
  const { shown } = viewport([70_000, 4000]);
  const far = () => shown.svg?.classList.contains("am-far");
  expect(far()).toBe(false);
  shown.fit();
  expect(far()).toBe(true);
});

test("centre brings a far spot to the middle, close enough to read", () => {
  const { shown } = viewport([70_000, 4000]);
  shown.fit();
  shown.centre({ x: 50_000, y: 2000 });
  expect(shown.scale).toBe(0.9);
  expect(shown.seen.x + shown.seen.width / 2).toBeCloseTo(50_000);
});

test("reveal moves only as far as needed, and not at all for what is seen", () => {
  const { shown, transform } = viewport([5000, 4000]);
  const before = transform();
  shown.reveal({ x: 12, y: 100, width: 200, height: 66 });
  expect(transform()).toBe(before);
  shown.reveal({ x: 2000, y: 100, width: 200, height: 66 });
  expect(shown.seen.x + shown.seen.width).toBeCloseTo(2200 + 40 / 0.9);
});

test("another picture keeps its place on the screen for what both show", () => {
  const { shown } = viewport([5000, 4000]);
  shown.pan(-300, -300);
  const place = (/** @type {number} */ x) => x * shown.scale + shown.offset.x;
  const before = place(700);
  shown.show(svgOf([6000, 4000]), [], { from: { x: 700, y: 500 }, to: { x: 900, y: 600 } });
  expect(place(900)).toBe(before);
});
