// From a photo to a sent job, one step after the other on one page. Nothing leaves the device
// before the consent was given and the button pressed; the photo survives reload, "back" and refusals.

import { Camera, allowed, possible } from "./camera.js";
import { PhotoRefused, takeIn, turned } from "./picture.js";
import { faces, illustrate } from "./shot.js";
import * as store from "./store.js";

const form = document.getElementById("make");
const campaign = form.dataset.campaign;
const steps = [...form.querySelectorAll("[data-step]")];
const camera = new Camera(form.querySelector("[data-finder]"));
const why = form.querySelector("#why");
const bar = form.querySelector("[data-upload]");
let photo = store.load(campaign).photo || null;
let sending = null;
let proof = null;

document.documentElement.classList.add("js-runs");
form.noValidate = true;

// --- Steps -----------------------------------------------------------------------------------

function show(step) {
  if (step !== "photo" && step !== "refusal" && !photo) step = "photo";
  if (step === "faces" && !(photo && photo.address && store.load(campaign).refusal)) step = "photo";
  steps.forEach((section) => (section.hidden = section.dataset.step !== step));
  if (step === "photo") prepareCamera();
  else camera.close();
  if (step === "faces") showFaces();
  const title = steps.find((section) => !section.hidden).querySelector("h1, h2");
  if (title) title.focus({ preventScroll: true });
  scrollTo(0, 0);
}

function go(step) {
  if (location.hash !== "#" + step) history.pushState(null, "", "#" + step);
  show(step);
}

addEventListener("popstate", () => show(location.hash.slice(1) || "photo"));

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-go]");
  if (!link || !form.contains(link)) return;
  event.preventDefault();
  go(link.dataset.go);
});

// --- Camera ----------------------------------------------------------------------------------

async function prepareCamera() {
  if (!possible()) return controls("picker");
  if (await allowed()) return openCamera();
  controls("start");
}

async function openCamera() {
  try {
    await camera.open();
    controls("camera");
    const several = (await navigator.mediaDevices.enumerateDevices()).filter((d) => d.kind === "videoinput").length > 1;
    form.querySelector("[data-turn]").hidden = !several;
    form.querySelector("[data-turn-space]").hidden = several;
    if (form.querySelector('[data-step="photo"]').hidden) camera.close();
  } catch (error) {
    camera.close();
    const words = camera.finder.dataset;
    camera.say(error.name === "NotAllowedError" ? words.denied : words.missing, true);
    controls("picker");
  }
}

function controls(name) {
  form.querySelectorAll("[data-controls]").forEach((group) => (group.hidden = group.dataset.controls !== name));
}

form.querySelector("[data-open-camera]").addEventListener("click", openCamera);
form.querySelector("[data-turn]").addEventListener("click", () => camera.turn().catch(() => controls("picker")));
form.querySelector("[data-shutter]").addEventListener("click", () => receive(async () => camera.grab()));
addEventListener("pagehide", () => camera.close());
document.addEventListener("visibilitychange", () => {
  if (document.hidden && camera.stream) {
    camera.close();
    controls("start");
  }
});

// --- A photo arrives -------------------------------------------------------------------------

form.addEventListener("change", (event) => {
  if (!event.target.matches("[data-picker]")) return;
  const [file] = event.target.files;
  event.target.value = "";
  if (file) receive(() => takeIn(file, Number(form.dataset.maxBytes)));
});

addEventListener("paste", (event) => {
  const file = [...event.clipboardData.files].find((item) => item.type.startsWith("image/"));
  if (file) receive(() => takeIn(file, Number(form.dataset.maxBytes)));
});

const stage = form.querySelector(".capture");
addEventListener("dragover", (event) => {
  event.preventDefault();
  stage.classList.add("drop-target");
});
addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) stage.classList.remove("drop-target");
});
addEventListener("drop", (event) => {
  event.preventDefault();
  stage.classList.remove("drop-target");
  const [file] = event.dataTransfer.files;
  if (file) receive(() => takeIn(file, Number(form.dataset.maxBytes)));
});

async function receive(make) {
  try {
    accept(await make());
  } catch (error) {
    if (!(error instanceof PhotoRefused)) throw error;
    refuse(error, null);
  }
}

function accept(taken) {
  const { doubts, ...made } = taken;
  photo = { ...made, fine: Boolean(made.address) && doubts.length === 0 };
  store.keep(campaign, { photo: made.address ? photo : null, ticks: null, refusal: null });
  form.elements.idempotency_key.value = randomKey();
  form.elements.face.value = "";
  form.querySelectorAll('[data-step="consent"] input[type="checkbox"]').forEach((box) => (box.checked = false));
  showPhoto();
  tell();
  if (doubts.length) refuse(doubts[0], made);
  else go("look");
}

function showPhoto() {
  form.querySelectorAll("[data-photo]").forEach((image) => {
    image.hidden = !(photo && photo.address);
    if (photo && photo.address) image.src = photo.address;
  });
  form.querySelectorAll("[data-photo-unseen]").forEach((sign) => (sign.hidden = !(photo && !photo.address)));
  form.querySelector("[data-photo-fine]").hidden = !(photo && photo.fine);
  form.querySelector("[data-rotate]").hidden = !(photo && photo.address);
}

form.querySelector("[data-rotate]").addEventListener("click", async () => {
  const { doubts, ...made } = await turned(photo);
  photo = { ...made, fine: doubts.length === 0 };
  store.keep(campaign, { photo });
  form.elements.idempotency_key.value = randomKey();
  showPhoto();
});

function randomKey() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

// --- Refusals --------------------------------------------------------------------------------

/** One found on this device: the words are in the page's templates, the facts are ours. */
function refuse(refusal, shown) {
  const template = document.querySelector(`template[data-code="${refusal.code}"]`);
  const panel = template.content.firstElementChild.cloneNode(true);
  const words = document.createTreeWalker(panel, NodeFilter.SHOW_TEXT);
  while (words.nextNode()) {
    for (const [name, value] of Object.entries(refusal.facts)) {
      words.currentNode.data = words.currentNode.data.replace(`{${name}}`, value);
    }
  }
  Object.assign(panel.dataset, refusal.facts);
  place(panel, shown);
}

/** One that the server gave. */
function refused(refusal) {
  store.keep(campaign, { refusal });
  if (refusal.code === "several-faces" && photo && photo.address) return go("faces");
  const holder = document.createElement("div");
  holder.innerHTML = refusal.panel;
  place(holder.firstElementChild, photo);
}

function place(panel, shown) {
  form.querySelector("[data-refusal]").replaceChildren(panel);
  illustrate(panel, shown);
  waitIfAsked(panel);
  go("refusal");
}

function waitIfAsked(panel) {
  const button = panel.querySelector("[data-wait]");
  if (!button || !Number(button.dataset.wait)) return;
  const label = button.lastChild;
  const ready = label.data;
  const until = Date.now() + Number(button.dataset.wait) * 1000;
  const count = () => {
    const left = Math.ceil((until - Date.now()) / 1000);
    button.setAttribute("aria-disabled", String(left > 0));
    label.data = left > 0 ? button.dataset.waiting.replace("{s}", left) : ready;
    if (left > 0) setTimeout(count, 500);
  };
  count();
}

function showFaces() {
  const { refusal } = store.load(campaign);
  const place = form.querySelector("[data-faces]");
  const words = place.parentElement.dataset;
  const count = refusal.faces.length;
  const names = count === 2 ? words.sides.split("|") : count === 3 ? words.three.split("|")
    : refusal.faces.map((_, index) => words.numbered.replace("{n}", index + 1));
  faces(place, form.querySelector("[data-face-row]"), photo, refusal, names);
}

// --- Consent ---------------------------------------------------------------------------------

const asks = [...form.querySelectorAll('[data-step="consent"] input[type="checkbox"]')];
const make = form.querySelector('[data-step="consent"] [data-send]');

function missing() {
  return asks.filter((box) => box.required && !box.checked);
}

function tell(state) {
  const left = missing();
  if (!left.length && photo) prove();
  make.setAttribute("aria-disabled", String(left.length > 0));
  why.textContent = state ? why.dataset[state]
    : left.length === 0 ? why.dataset.complete : left.length === 1 ? why.dataset.missingOne : why.dataset.missingMore;
}

asks.forEach((box) => box.addEventListener("change", () => {
  box.closest(".ask").classList.remove("is-missing");
  store.keep(campaign, { ticks: asks.filter((ask) => ask.checked).map((ask) => ask.name) });
  tell();
}));

/** Some campaigns ask the browser for a sum; it is solved unseen once everything is agreed to. */
function prove() {
  if (form.dataset.proof && !proof) proof = import("./proof.js").then((module) => module.fetchAndSolve(form.dataset.proof));
}

// --- Sending ---------------------------------------------------------------------------------

form.addEventListener("click", (event) => {
  const button = event.target.closest("[data-send]");
  if (!button) return;
  event.preventDefault();
  if (button.hasAttribute("data-wait") && button.getAttribute("aria-disabled") === "true") return;
  send(button);
});
form.addEventListener("submit", (event) => event.preventDefault());

function send(button) {
  if (sending || !photo) return;
  const left = missing();
  if (left.length) {
    if (button !== make) go("consent");
    left.forEach((box) => box.closest(".ask").classList.add("is-missing"));
    left[0].focus();
    return;
  }
  const chosen = form.querySelector('[data-face-row] input:checked');
  if (button.closest('[data-step="faces"]') && chosen && form.elements.face.value !== chosen.value) {
    form.elements.face.value = chosen.value;
    form.elements.idempotency_key.value = randomKey();
  }
  const body = new FormData(form);
  body.set("photo", photo.blob || store.toBlob(photo.address), photo.name);
  body.delete("face_choice");
  sending = { body, button };
  busy(true);
  prove();
  Promise.resolve(proof).then(postWith);
}

function postWith(solution) {
  proof = null;
  if (solution) sending.body.set("altcha", solution);
  post(1);
}

function post(attempt) {
  const request = new XMLHttpRequest();
  request.open("POST", form.action);
  request.setRequestHeader("Accept", "application/json");
  request.responseType = "json";
  request.timeout = 60000;
  request.upload.onprogress = (event) => {
    if (event.lengthComputable) bar.value = event.loaded / event.total;
  };
  request.onload = () => answered(request);
  request.onerror = request.ontimeout = () => lost(attempt);
  request.send(sending.body);
}

function answered(request) {
  const answer = request.response;
  if (answer && answer.proof && !sending.proved) {
    // It became busy since the page asked.
    sending.proved = true;
    import("./proof.js").then((module) => module.solve(answer.proof)).then(postWith);
    return;
  }
  busy(false);
  sending = null;
  if (answer && answer.result_url) {
    // It was made before the answer arrived.
    store.handOver(campaign, answer.result_url);
    location.assign(answer.result_url);
  } else if (answer && answer.job_url && !answer.refusal) {
    store.keep(campaign, { refusal: null });
    location.assign(answer.job_url);
  } else if (answer && answer.refusal) {
    form.elements.idempotency_key.value = randomKey();
    refused(answer.refusal);
  } else {
    tell("trouble");
  }
}

// The same key goes out again, so a request that did arrive is not made twice.
function lost(attempt) {
  if (navigator.onLine && attempt < 3) return setTimeout(() => post(attempt + 1), 800 * attempt);
  busy(false);
  sending = null;
  go("consent");
  tell(navigator.onLine ? "trouble" : "offline");
}

function busy(now) {
  form.querySelectorAll("[data-send]").forEach((button) => button.setAttribute("aria-busy", String(now)));
  bar.hidden = !now;
  bar.value = 0;
  if (now) tell("sending");
}

// --- Start -----------------------------------------------------------------------------------

addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  busy(false);
  tell();
  show(location.hash.slice(1) || "photo");
});
const ticks = store.load(campaign).ticks || [];
if (photo) asks.forEach((box) => (box.checked = ticks.includes(box.name)));
else asks.forEach((box) => (box.checked = false));
form.elements.idempotency_key.value = randomKey();
showPhoto();
tell();
show(location.hash.slice(1) || "photo");

// Whoever was quicker than this script has picked a file already.
for (const input of form.querySelectorAll("[data-picker]")) {
  if (input.files.length) input.dispatchEvent(new Event("change", { bubbles: true }));
}
