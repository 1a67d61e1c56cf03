// Cuts the photo: a frame to drag, to pull at its corners, to pinch, or to move with the arrow keys
// (with shift: larger and smaller). Loaded only when somebody wants it.

import { cut } from "./picture.js";

const LEAST_PX = 160; // of the photo, so that a face still has enough
const KEY_STEP = 0.02;
const CORNERS = ["nw", "ne", "sw", "se"];

/** Lays the frame over the photo in `place`; {done: promise of the cut photo or null, cancel}. */
export function crop(place, photo) {
  const words = place.dataset;
  const image = place.querySelector("img");
  const least = Math.min(0.9, LEAST_PX / Math.min(photo.width, photo.height));
  let frame = { left: 0.1, top: 0.1, width: 0.8, height: 0.8 }; // in parts of the photo
  let finish;
  const done = new Promise((resolve) => (finish = resolve));

  const layer = element("div", "crop");
  const window_ = layer.appendChild(element("div", "crop-frame"));
  window_.tabIndex = 0;
  window_.setAttribute("role", "group");
  window_.setAttribute("aria-label", words.cropHelp);
  CORNERS.forEach((name) => (window_.appendChild(element("span", `crop-corner crop-${name}`)).dataset.corner = name));
  const status = layer.appendChild(element("p", "unseen"));
  status.setAttribute("role", "status");
  const buttons = layer.appendChild(element("div", "crop-buttons"));
  buttons.append(button(words.cropCancel, "button button-veiled", () => end(null)), button(words.cropDone, "button button-main", take));
  place.append(layer);
  place.classList.add("is-cropping");
  draw();
  window_.focus();

  // --- By hand -------------------------------------------------------------------------------

  const touches = new Map();
  let start = null;
  layer.addEventListener("pointerdown", (event) => {
    if (event.target.closest("button")) return;
    event.preventDefault();
    window_.focus();
    layer.setPointerCapture(event.pointerId);
    touches.set(event.pointerId, at(event));
    start = { frame, touches: new Map(touches), corner: event.target.dataset.corner };
  });
  layer.addEventListener("pointermove", (event) => {
    if (!touches.has(event.pointerId)) return;
    touches.set(event.pointerId, at(event));
    const now = [...touches.values()];
    const then = [...touches.keys()].map((id) => start.touches.get(id));
    if (now.length > 1) pinch(now, then);
    else drag(now[0].x - then[0].x, now[0].y - then[0].y);
  });
  for (const name of ["pointerup", "pointercancel"]) {
    layer.addEventListener(name, (event) => {
      touches.delete(event.pointerId);
      start = touches.size ? { frame, touches: new Map(touches) } : null;
      say();
    });
  }

  function at(event) {
    const box = image.getBoundingClientRect();
    return { x: (event.clientX - box.left) / box.width, y: (event.clientY - box.top) / box.height };
  }

  function drag(dx, dy) {
    if (start.corner) pull(start.frame, start.corner, dx, dy);
    else move(start.frame, dx, dy);
  }

  function pinch([a, b], [c, d]) {
    const spread = (one, other) => Math.hypot(one.x - other.x, one.y - other.y) || 0.01;
    const middle = { x: (a.x + b.x - c.x - d.x) / 2, y: (a.y + b.y - c.y - d.y) / 2 };
    scale(start.frame, spread(a, b) / spread(c, d));
    move(frame, middle.x, middle.y);
  }

  // --- By keys -------------------------------------------------------------------------------

  const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  layer.addEventListener("keydown", (event) => {
    if (event.key === "Escape") return end(null);
    if (event.target !== window_) return;
    if (event.key === "Enter") return take();
    const arrow = ARROWS[event.key];
    if (!arrow && !"+-".includes(event.key)) return;
    event.preventDefault();
    const [dx, dy] = (arrow || [0, 0]).map((part) => part * KEY_STEP);
    if (!arrow) scale(frame, event.key === "+" ? 1.05 : 1 / 1.05);
    else if (event.shiftKey) pull(frame, "se", dx, dy);
    else move(frame, dx, dy);
    say();
  });

  // --- The frame -----------------------------------------------------------------------------

  function move(from, dx, dy) {
    set({ ...from, left: from.left + dx, top: from.top + dy });
  }

  function scale(from, by) {
    const [width, height] = [from.width * by, from.height * by];
    set({ left: from.left - (width - from.width) / 2, top: from.top - (height - from.height) / 2, width, height });
  }

  function pull(from, corner, dx, dy) {
    const [west, north] = [corner.includes("w"), corner.includes("n")];
    const right = from.left + from.width;
    const bottom = from.top + from.height;
    const left = west ? Math.min(from.left + dx, right - least) : from.left;
    const top = north ? Math.min(from.top + dy, bottom - least) : from.top;
    set({
      left: Math.max(0, left),
      top: Math.max(0, top),
      width: west ? right - Math.max(0, left) : Math.min(1 - from.left, from.width + dx),
      height: north ? bottom - Math.max(0, top) : Math.min(1 - from.top, from.height + dy),
    });
  }

  function set(wanted) {
    const width = Math.min(1, Math.max(least, wanted.width));
    const height = Math.min(1, Math.max(least, wanted.height));
    frame = {
      width,
      height,
      left: Math.min(1 - width, Math.max(0, wanted.left)),
      top: Math.min(1 - height, Math.max(0, wanted.top)),
    };
    draw();
  }

  function draw() {
    for (const [name, value] of Object.entries(frame)) window_.style.setProperty(`--${name}`, `${value * 100}%`);
  }

  function say() {
    status.textContent = words.cropSays
      .replace("{w}", Math.round(frame.width * photo.width))
      .replace("{h}", Math.round(frame.height * photo.height));
  }

  // --- The end -------------------------------------------------------------------------------

  async function take() {
    end(await cut(photo, frame));
  }

  function end(result) {
    layer.remove();
    place.classList.remove("is-cropping");
    finish(result);
  }

  return { done, cancel: () => end(null) };
}

function element(tag, className) {
  const made = document.createElement(tag);
  made.className = className;
  return made;
}

function button(words, className, press) {
  const made = element("button", className);
  made.type = "button";
  made.textContent = words;
  made.addEventListener("click", press);
  return made;
}
