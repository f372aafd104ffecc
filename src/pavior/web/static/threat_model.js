// The picture of a threat model: zoom, pan, filters, walking along its flows, and the threats of what was chosen.
// Without it the picture still leads to the tables below.
"use strict";

const ZOOM_STEP = 1.3;
const CLOSEST = 8;
const PAN_PART = 0.15;
// Pixels for one unit of the picture; the smallest text has eleven units.
const READABLE = 0.6;
const GUESSABLE = 0.4;
// So much wider than high, a picture needs all of the page.
const FLAT = 2.5;
// A pointer that moved less was a click.
const STILL_PIXELS = 4;

const map = document.querySelector("[data-threat-map]");
const canvas = map.querySelector("[data-canvas]");
const told = map.querySelector("[data-told]");
const at = map.querySelector("[data-at]");
const threats = [...map.querySelectorAll("[data-threat]")];
let svg = null;
let whole = null;
let view = null;

const placed = () => [...svg.querySelectorAll("[data-element]")];
const arrows = () => [...svg.querySelectorAll("[data-from]")];

function begin() {
  const drawn = canvas.querySelector("svg.dfd");
  if (!drawn || drawn === svg) return;
  svg = drawn;
  const box = svg.viewBox.baseVal;
  whole = { x: box.x, y: box.y, width: box.width, height: box.height };
  svg.setAttribute("preserveAspectRatio", "xMidYMid meet");
  canvas.style.aspectRatio = `${whole.width} / ${whole.height}`;
  canvas.classList.add("is-movable");
  for (const part of map.querySelectorAll("[data-tools], [data-hint]")) part.hidden = false;
  if (whole.width > FLAT * whole.height) widen(true);
  show(whole);
  // One stop for Tab; from there the arrow keys walk.
  placed().forEach((element, index) => element.setAttribute("tabindex", index ? "-1" : "0"));
  if (scale() < GUESSABLE) beginAtTheLeft();
}

// Flows go to the right, so what comes first lies there.
function beginAtTheLeft() {
  const first = placed().map((element) => element.getBBox()).sort((one, other) => one.x - other.x)[0];
  const width = canvas.clientWidth / READABLE;
  const height = canvas.clientHeight / READABLE;
  show({ x: whole.x, y: first.y + first.height / 2 - height / 2, width, height });
}

function wait(words) {
  const waiting = canvas.querySelector("[data-waiting]");
  if (waiting) waiting.textContent = words;
}

function show(box) {
  view = box;
  svg.setAttribute("viewBox", `${box.x} ${box.y} ${box.width} ${box.height}`);
}

// Around a point of the picture, which stays where it is; the middle when none is given.
function zoom(ratio, point) {
  const width = Math.min(Math.max(view.width / ratio, whole.width / CLOSEST), whole.width * 1.5);
  const by = width / view.width;
  const fixed = point || { x: view.x + view.width / 2, y: view.y + view.height / 2 };
  show({
    x: fixed.x - (fixed.x - view.x) * by,
    y: fixed.y - (fixed.y - view.y) * by,
    width,
    height: view.height * by,
  });
}

function pan(x, y) {
  show({ ...view, x: view.x + x * view.width, y: view.y + y * view.height });
}

function pointOf(event) {
  const inverse = svg.getScreenCTM().inverse();
  return new DOMPoint(event.clientX, event.clientY).matrixTransform(inverse);
}

const ZOOMS = { in: () => zoom(ZOOM_STEP), out: () => zoom(1 / ZOOM_STEP), fit: () => show(whole) };
for (const button of map.querySelectorAll("[data-zoom]")) {
  button.addEventListener("click", () => ZOOMS[button.dataset.zoom]());
}

const wide = map.querySelector("[data-wide]");
function widen(isWide) {
  map.classList.toggle("is-wide", isWide);
  wide.setAttribute("aria-pressed", String(isWide));
}
wide.addEventListener("click", () => widen(!map.classList.contains("is-wide")));

canvas.addEventListener("wheel", (event) => {
  // A plain wheel scrolls the page, as everywhere; pinching a touchpad comes with Ctrl.
  if (!svg || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  zoom(Math.exp(-event.deltaY / 300), pointOf(event));
}, { passive: false });

let held = null;
let wasMoved = false;
canvas.addEventListener("pointerdown", (event) => {
  if (!svg || event.button !== 0) return;
  held = { at: pointOf(event), x: event.clientX, y: event.clientY };
  wasMoved = false;
});
canvas.addEventListener("pointermove", (event) => {
  if (!held) return;
  if (!wasMoved && Math.hypot(event.clientX - held.x, event.clientY - held.y) < STILL_PIXELS) return;
  if (!wasMoved) canvas.setPointerCapture(event.pointerId);
  wasMoved = true;
  canvas.classList.add("is-moving");
  const now = pointOf(event);
  show({ ...view, x: view.x + held.at.x - now.x, y: view.y + held.at.y - now.y });
});
for (const end of ["pointerup", "pointercancel"]) {
  canvas.addEventListener(end, () => {
    held = null;
    canvas.classList.remove("is-moving");
  });
}
canvas.addEventListener("dragstart", (event) => event.preventDefault());

// Boundaries that are within the chosen one, and itself.
function within(id) {
  const inside = new Set([id]);
  const boundaries = [...svg.querySelectorAll(".dfd-boundary")];
  for (let size = 0; size < inside.size;) {
    size = inside.size;
    for (const one of boundaries) if (inside.has(one.dataset.within)) inside.add(one.dataset.boundary);
  }
  return inside;
}

function filter() {
  const boundary = map.querySelector("[data-within]")?.value || "";
  const state = map.querySelector("[data-state]").value;
  const inside = boundary ? within(boundary) : null;
  const kept = new Set();
  for (const element of placed()) {
    const isKept = (!inside || inside.has(element.dataset.boundary)) && (!state || element.dataset.state === state);
    element.classList.toggle("is-dim", !isKept);
    if (isKept) kept.add(element.dataset.element);
  }
  for (const arrow of arrows()) {
    const isAtKept = kept.has(arrow.dataset.from) || kept.has(arrow.dataset.to);
    const isKept = state ? arrow.dataset.state === state || isAtKept : isAtKept;
    arrow.classList.toggle("is-dim", !isKept);
  }
  for (const threat of threats) threat.hidden = Boolean(state) && threat.dataset.state !== state;
  at.hidden = true;
  const shown = placed().filter((element) => kept.has(element.dataset.element));
  if (shown.length && !shown.some(isSeen)) reveal(shown[0]);
  told.textContent = `${kept.size} ${kept.size === 1 ? "element is" : "elements are"} shown.`;
}
map.querySelector("[data-tools]").addEventListener("change", filter);
map.querySelector("[data-tools]").addEventListener("submit", (event) => event.preventDefault());

function choose(element) {
  const id = element.dataset.element;
  for (const other of placed()) other.classList.toggle("is-chosen", other === element);
  let touching = new Set([id]);
  for (const arrow of arrows()) {
    const isTouching = arrow.dataset.from === id || arrow.dataset.to === id;
    arrow.classList.toggle("is-lit", isTouching);
    if (isTouching) touching = new Set([...touching, ...arrow.dataset.flows.split(" ")]);
  }
  let count = 0;
  for (const threat of threats) {
    const isHere = threat.dataset.places.split(" ").some((place) => touching.has(place));
    threat.hidden = !isHere;
    count += isHere ? 1 : 0;
  }
  const found = `${count} ${count === 1 ? "threat" : "threats"} at ${element.dataset.title} and its flows`;
  at.querySelector("[data-at-title]").textContent = found;
  at.hidden = false;
  reveal(element);
  told.textContent = `${found}.`;
}

function chooseAll() {
  for (const part of svg ? svg.querySelectorAll(".is-chosen, .is-lit") : []) part.classList.remove("is-chosen", "is-lit");
  filter();
}
at.querySelector("[data-all]").addEventListener("click", chooseAll);

canvas.addEventListener("click", (event) => {
  const element = event.target.closest("[data-element]");
  if (!element) return;
  event.preventDefault();
  if (!wasMoved) choose(element);
});

// Along a flow: right to what it goes to, left to what comes in; up and down to the nearest on the same level.
function neighbour(element, key) {
  const id = element.dataset.element;
  const middle = (one) => {
    const box = one.getBBox();
    return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  };
  const here = middle(element);
  const distance = (one) => Math.hypot(middle(one).x - here.x, middle(one).y - here.y);
  const ids = new Set();
  for (const arrow of arrows()) {
    if (key === "ArrowRight" && arrow.dataset.from === id) ids.add(arrow.dataset.to);
    if (key === "ArrowLeft" && arrow.dataset.to === id) ids.add(arrow.dataset.from);
  }
  const isSideways = key === "ArrowRight" || key === "ArrowLeft";
  const found = placed().filter((one) => {
    if (one === element) return false;
    if (isSideways) return ids.has(one.dataset.element);
    const isBelow = middle(one).y - here.y;
    return key === "ArrowDown" ? isBelow > 1 : isBelow < -1;
  });
  return found.sort((one, other) => distance(one) - distance(other))[0];
}

function scale() {
  return Math.min(canvas.clientWidth / view.width, canvas.clientHeight / view.height);
}

function isSeen(element) {
  const box = element.getBBox();
  return box.x >= view.x && box.y >= view.y
    && box.x + box.width <= view.x + view.width && box.y + box.height <= view.y + view.height;
}

// Into the picture, and large enough to be read.
function reveal(element) {
  const by = Math.min(scale() / READABLE, 1);
  if (isSeen(element) && by === 1) return;
  const box = element.getBBox();
  const width = view.width * by;
  const height = view.height * by;
  show({ x: box.x + box.width / 2 - width / 2, y: box.y + box.height / 2 - height / 2, width, height });
}

const PANS = { ArrowRight: [PAN_PART, 0], ArrowLeft: [-PAN_PART, 0], ArrowUp: [0, -PAN_PART], ArrowDown: [0, PAN_PART] };
canvas.addEventListener("keydown", (event) => {
  if (!svg || event.ctrlKey || event.metaKey || event.altKey) return;
  const element = event.target.closest("[data-element]");
  if (event.key in PANS) {
    event.preventDefault();
    const next = element && !event.shiftKey && neighbour(element, event.key);
    if (!next) {
      if (!element || event.shiftKey) pan(...PANS[event.key]);
      return;
    }
    element.setAttribute("tabindex", "-1");
    next.setAttribute("tabindex", "0");
    next.focus({ preventScroll: true });
    reveal(next);
    return;
  }
  const act = { "+": ZOOMS.in, "=": ZOOMS.in, "-": ZOOMS.out, 0: ZOOMS.fit, Escape: chooseAll }[event.key];
  if (act) {
    event.preventDefault();
    act();
  }
});

canvas.addEventListener("htmx:afterSwap", begin);
canvas.addEventListener("htmx:responseError", () => wait("The picture could not be laid out. The tables below say the same."));
wait("The picture is being laid out.");
begin();
