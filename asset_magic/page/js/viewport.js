// A window on a large picture: pan by dragging, zoom by ctrl and wheel or by pinching, fit. It knows nothing of assets.

/** @typedef {{ x: number, y: number }} Spot */
/** @typedef {{ x: number, y: number, width: number, height: number }} Area */

const TALLEST = 520;
const LOWEST = 96;
const ROOMY = 280;
const SMALLEST_FIT = 0.85;
const READABLE = 0.9;
const SCALES = [0.03, 3];
/** Below this a name is smaller than 5 pixels. */
const FAR = 0.35;
const DRAG = 4;
const MARGIN = 40;
const SETTLED = 160;

/** Shows a part of one SVG, whose own size in pixels is that of scale 1. From far off it has the class am-far. */
export class Viewport {
  /**
   * @param {HTMLElement} box what clips
   * @param {{ signal: AbortSignal, moved?: () => void }} options
   */
  constructor(box, { signal, moved = () => {} }) {
    this.box = box;
    this.moved = moved;
    /** @type {SVGSVGElement | null} */ this.svg = null;
    this.scale = 1;
    /** Of the upper left corner of the picture in the box. @type {Spot} */ this.offset = { x: 0, y: 0 };
    /** Of the box, without asking the browser for a layout. */ this.size = { width: 0, height: 0 };
    this.picture = { width: 0, height: 0 };
    /** What is in the picture, that it begins with first. @type {Area[]} */ this.content = [];
    /** Has the reader chosen what to see? */ this.touched = false;
    /** The height that was set here; another one is the reader's. */ this.ownHeight = 0;
    /** @type {Map<number, Spot>} */ this.fingers = new Map();
    this.dragged = false;
    /** @type {ReturnType<typeof setTimeout> | undefined} */ this.settling = undefined;
    this.listen(signal);
    const observer = new ResizeObserver(() => this.resized());
    observer.observe(box);
    signal.addEventListener("abort", () => {
      observer.disconnect();
      clearTimeout(this.settling);
    });
  }

  /**
   * Show another picture. With `move`, what was at `move.from` is now at `move.to` and stays where it is on the screen.
   * @param {SVGSVGElement} svg
   * @param {Area[]} content what is in it; a large picture is first looked at where the first of them is
   * @param {{ from: Spot, to: Spot }} [move]
   */
  show(svg, content, move) {
    this.svg = svg;
    this.content = content;
    this.picture = { width: Number(svg.getAttribute("width")), height: Number(svg.getAttribute("height")) };
    this.measure(); // now, since afterwards it would lay the picture out once before it is in its place, and once there
    this.box.replaceChildren(svg);
    if (move) {
      this.offset.x += (move.from.x - move.to.x) * this.scale;
      this.offset.y += (move.from.y - move.to.y) * this.scale;
    }
    if (this.touched) this.apply();
    else this.open();
  }

  /** The first view: all of the picture if that can be read, else where it begins. */
  open() {
    if (!this.size.width) return;
    const { width, height } = this.picture;
    const fitting = Math.min(1, this.size.width / width, TALLEST / height);
    this.scale = fitting >= SMALLEST_FIT ? fitting : READABLE;
    const first = fitting >= SMALLEST_FIT ? { y: 0, height } : this.beginning();
    if (!this.resizedByReader()) {
      this.ownHeight = Math.round(Math.min(TALLEST, Math.max(LOWEST, first.height * this.scale)));
      this.box.style.height = `${this.ownHeight}px`;
      this.size.height = this.ownHeight;
    }
    this.offset = { x: 0, y: this.size.height / 2 - (first.y + first.height / 2) * this.scale };
    this.apply();
  }

  /** From where to where the part reaches that is seen at the left edge; about its first thing if that is too much. */
  beginning() {
    const right = this.size.width / this.scale;
    const seen = this.content.filter(({ x }) => x < right);
    const top = Math.min(...seen.map(({ y }) => y)) - MARGIN;
    const bottom = Math.max(...seen.map(({ y, height }) => y + height)) + MARGIN;
    const [first] = this.content;
    const height = Math.min(Math.max(bottom - top, ROOMY / this.scale), TALLEST / this.scale, this.picture.height);
    const about = bottom - top <= height || !first ? (top + bottom) / 2 : first.y + first.height / 2;
    return { y: about - height / 2, height };
  }

  /** All of the picture, whatever its size. */
  fit() {
    this.touched = true;
    this.scale = Math.min(1, this.size.width / this.picture.width, this.size.height / this.picture.height) || 1;
    this.offset = { x: 0, y: 0 };
    this.apply();
  }

  /**
   * @param {number} factor above 1: closer
   * @param {Spot} [at] what stays in place, in pixels of the box; its middle if left out
   */
  zoom(factor, at = { x: this.size.width / 2, y: this.size.height / 2 }) {
    this.touched = true;
    const [least, most] = SCALES;
    const scale = Math.min(Math.max(this.scale * factor, least ?? 0), most ?? 1);
    const change = scale / this.scale;
    this.offset = { x: at.x - (at.x - this.offset.x) * change, y: at.y - (at.y - this.offset.y) * change };
    this.scale = scale;
    this.apply();
  }

  /** @param {number} x @param {number} y pixels of the screen */
  pan(x, y) {
    this.touched = true;
    this.offset = { x: this.offset.x + x, y: this.offset.y + y };
    this.apply();
  }

  /** Bring a spot of the picture to the middle, close enough to read. @param {Spot} spot */
  centre(spot) {
    this.touched = true;
    this.scale = Math.max(this.scale, READABLE);
    this.offset = { x: this.size.width / 2 - spot.x * this.scale, y: this.size.height / 2 - spot.y * this.scale };
    this.apply();
  }

  /** Move as little as needed to see an area of the picture. @param {Area} area */
  reveal(area) {
    const by = {
      x: missingPart(area.x * this.scale + this.offset.x, area.width * this.scale, this.size.width),
      y: missingPart(area.y * this.scale + this.offset.y, area.height * this.scale, this.size.height),
    };
    if (by.x || by.y) this.pan(by.x, by.y);
  }

  /** Too far off to read. */
  get far() {
    return this.scale < FAR;
  }

  /** What is seen of the picture, in its own pixels. @returns {Area} */
  get seen() {
    const { scale, offset, size } = this;
    return { x: (0 - offset.x) / scale, y: (0 - offset.y) / scale, width: size.width / scale, height: size.height / scale };
  }

  apply() {
    if (!this.svg) return;
    this.offset.x = held(this.offset.x, this.picture.width * this.scale, this.size.width, 0);
    this.offset.y = held(this.offset.y, this.picture.height * this.scale, this.size.height, 0.5);
    // A layer of its own makes moving cheap, but its text is drawn anew, and sharp, only once it is given up.
    this.svg.style.willChange = "transform";
    clearTimeout(this.settling);
    this.settling = setTimeout(() => this.svg?.style.removeProperty("will-change"), SETTLED);
    this.svg.classList.toggle("am-far", this.far);
    this.svg.style.transform = `translate(${this.offset.x}px, ${this.offset.y}px) scale(${this.scale})`;
    this.moved();
  }

  measure() {
    this.size = { width: this.box.clientWidth, height: this.box.clientHeight };
  }

  resizedByReader() {
    return this.ownHeight > 0 && this.size.height > 0 && Math.abs(this.size.height - this.ownHeight) > 1;
  }

  resized() {
    const before = this.size;
    this.measure();
    if (!this.size.width || !this.svg) return;
    const same = before.width === this.size.width && before.height === this.size.height;
    if (!this.touched && !(same && this.svg.style.transform)) this.open();
    else this.apply();
  }

  /** @param {AbortSignal} signal */
  listen(signal) {
    const { box } = this;
    box.addEventListener("pointerdown", (event) => this.pressed(event), { signal });
    box.addEventListener("pointermove", (event) => this.followed(event), { signal });
    for (const end of /** @type {const} */ (["pointerup", "pointercancel"]))
      box.addEventListener(end, (event) => this.released(event), { signal });
    box.addEventListener("wheel", (event) => this.wheeled(event), { signal, passive: false });
    // The click that ends a drag is no click.
    box.addEventListener("click", (event) => this.dragged && event.stopPropagation(), { signal, capture: true });
  }

  /** @param {PointerEvent} event */
  pressed(event) {
    if (event.button) return;
    if (!this.fingers.size) this.dragged = false;
    this.fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
  }

  /** @param {PointerEvent} event */
  followed(event) {
    const from = this.fingers.get(event.pointerId);
    if (!from) return;
    const to = { x: event.clientX, y: event.clientY };
    if (!this.dragged && Math.hypot(to.x - from.x, to.y - from.y) < DRAG) return;
    if (!this.dragged) this.box.setPointerCapture?.(event.pointerId);
    this.dragged = true;
    this.box.classList.add("am-dragging");
    const other = [...this.fingers].find(([id]) => id !== event.pointerId)?.[1];
    if (other) this.pinched(from, to, other);
    else this.pan(to.x - from.x, to.y - from.y);
    this.fingers.set(event.pointerId, to);
  }

  /** @param {Spot} from @param {Spot} to @param {Spot} other the finger that rests */
  pinched(from, to, other) {
    const factor = Math.hypot(to.x - other.x, to.y - other.y) / (Math.hypot(from.x - other.x, from.y - other.y) || 1);
    this.zoom(factor || 1, this.inBox((to.x + other.x) / 2, (to.y + other.y) / 2));
  }

  /** @param {PointerEvent} event */
  released(event) {
    this.fingers.delete(event.pointerId);
    if (!this.fingers.size) this.box.classList.remove("am-dragging");
  }

  /** A bare wheel is the notebook's own, sideways apart. @param {WheelEvent} event */
  wheeled(event) {
    const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      const factor = Math.exp(-event.deltaY * unit * 0.003);
      this.zoom(Math.min(Math.max(factor, 0.75), 1.33), this.inBox(event.clientX, event.clientY));
      return;
    }
    const sideways = event.shiftKey ? event.deltaX || event.deltaY : event.deltaX;
    if (!event.shiftKey && Math.abs(event.deltaY) >= Math.abs(sideways)) return;
    if (this.picture.width * this.scale <= this.size.width) return;
    event.preventDefault();
    this.pan(-sideways * unit, 0);
  }

  /** @param {number} x @param {number} y of the screen @returns {Spot} */
  inBox(x, y) {
    const { left, top } = this.box.getBoundingClientRect();
    return { x: x - left, y: y - top };
  }
}

/**
 * An offset at which the picture is not lost: a small one has a place, a large one covers the box.
 * @param {number} offset
 * @param {number} picture its length on the screen
 * @param {number} box
 * @param {number} rest where a small picture lies, from 0 (begin) to 1 (end)
 */
function held(offset, picture, box, rest) {
  if (picture <= box) return (box - picture) * rest;
  return Math.min(Math.max(offset, box - picture - MARGIN), MARGIN);
}

/** How far to move so that [start, start + length] lies within the box. @param {number} start @param {number} length @param {number} box */
function missingPart(start, length, box) {
  const margin = Math.min(MARGIN, Math.max(0, (box - length) / 2));
  if (start < 0) return margin - start;
  return start + length > box ? box - margin - length - start : 0;
}
