// From a photo to a sent job, one step after the other on one page. Nothing leaves the device
// before the consent was given and the button pressed; the photo survives reload, "back" and refusals.

import * as agreeing from "./agreeing.js";
import { Camera, allowed, possible } from "./camera.js";
import { PhotoRefused, takeIn, turned } from "./picture.js";
import * as refusing from "./refusing.js";
import { showFaces, showSeats, takeFaces } from "./seating.js";
import * as sending from "./sending.js";
import * as store from "./store.js";
import { step as told } from "./telling.js";
import { drop, keep, put, renew, seatNumbers, seatsWritten, visit } from "./visit.js";

const form = document.getElementById("make");
const campaign = form.dataset.campaign;
const steps = [...form.querySelectorAll("[data-step]")];
const camera = new Camera(form.querySelector("[data-finder]"));
const facesStep = form.querySelector('[data-step="faces"]');

document.documentElement.classList.add("js-runs");
form.noValidate = true;

// --- Steps -----------------------------------------------------------------------------------

function show(step) {
  const [photo] = visit.photos;
  if (step !== "photo" && step !== "refusal" && !photo) step = "photo";
  if (step === "faces" && !(photo && photo.address && visit.refusal && visit.refusal.faces)) step = "photo";
  steps.forEach((section) => (section.hidden = section.dataset.step !== step));
  if (step === "photo") prepareCamera();
  else camera.close();
  if (step === "faces") showFaces(facesStep);
  const title = steps.find((section) => !section.hidden).querySelector("h1, h2");
  if (title) title.focus({ preventScroll: true });
  scrollTo(0, 0);
}

function go(step) {
  if (location.hash !== "#" + step) history.pushState(null, "", "#" + step);
  show(step);
}

addEventListener("popstate", () => {
  if (cropping) cropping.cancel();
  show(location.hash.slice(1) || "photo");
});

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
    refuseHere(error, null);
  }
}

function accept(taken) {
  const { doubts, ...made } = taken;
  put({ ...made, fine: Boolean(made.address) && doubts.length === 0 });
  told(form, "photo");
  agreeing.restore();
  showPhotos();
  if (doubts.length) refuseHere(doubts[0], made);
  else go("look");
}

// --- Looking at it ---------------------------------------------------------------------------

function showPhotos() {
  const photo = visit.photos[visit.active] || visit.photos[0];
  const seen = Boolean(photo && photo.address);
  form.querySelectorAll("[data-photo]").forEach((image) => {
    image.hidden = !seen;
    if (seen) image.src = photo.address;
  });
  form.querySelectorAll("[data-photo-unseen]").forEach((sign) => (sign.hidden = !(photo && !photo.address)));
  form.querySelector("[data-photo-fine]").hidden = !(photo && photo.fine);
  form.querySelectorAll("[data-edits]").forEach((tools) => (tools.hidden = !seen));
  showRoll();
  if (seatNumbers.length) showSeats();
}

/** The photos of a scene for several people, one of them large; and the way to one more. */
function showRoll() {
  const roll = form.querySelector("[data-roll]");
  if (!roll) return;
  const small = visit.photos.map((photo, place) => {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: "roll-photo" });
    button.setAttribute("aria-label", roll.dataset.name.replace("{n}", place + 1));
    button.setAttribute("aria-pressed", String(place === visit.active));
    if (photo.address) button.appendChild(document.createElement("img")).src = photo.address;
    button.addEventListener("click", () => {
      visit.active = place;
      showPhotos();
      form.querySelectorAll(".roll-photo")[place].focus();
    });
    return button;
  });
  roll.replaceChildren(...small);
  const pair = form.querySelector("[data-all-photos]");
  pair.replaceChildren(...visit.photos.filter((photo) => photo.address).map((photo, place) => {
    const image = document.createElement("img");
    image.src = photo.address;
    image.alt = pair.dataset.name.replace("{n}", place + 1);
    return image;
  }));
  roll.hidden = visit.photos.length < 2;
  form.querySelector("[data-add-photo]").hidden = visit.photos.length === 0 || visit.photos.length >= Number(roll.dataset.most);
  form.querySelector("[data-drop-photo]").hidden = visit.photos.length < 2;
}

function replaceActive({ doubts, ...made }) {
  put({ ...made, fine: doubts.length === 0 });
  agreeing.restore();
  showPhotos();
}

form.querySelector("[data-rotate]").addEventListener("click", async () => replaceActive(await turned(visit.photos[visit.active])));

let cropping = null;
form.querySelector("[data-crop]").addEventListener("click", async (event) => {
  const { crop } = await import("./crop.js");
  cropping = crop(form.querySelector("[data-looked-at]"), visit.photos[visit.active]);
  const cut = await cropping.done;
  cropping = null;
  if (cut) replaceActive(cut);
  event.target.closest("button").focus();
});

form.addEventListener("click", (event) => {
  if (event.target.closest("[data-add-photo]")) {
    visit.active = visit.photos.length;
    go("photo");
  } else if (event.target.closest("[data-drop-photo]")) {
    drop(visit.active);
    agreeing.restore();
    showPhotos();
  } else if (event.target.closest("[data-again]")) {
    if (visit.active >= visit.photos.length) visit.active = Math.max(0, visit.photos.length - 1);
  }
});

// --- Refusals --------------------------------------------------------------------------------

function refuseHere(refusal, shown) {
  refusing.place(refusing.fromTemplate(refusal), shown);
  go("refusal");
}

function refused(refusal) {
  visit.refusal = refusal;
  visit.active = Math.min((refusal.photo || 1) - 1, visit.photos.length - 1);
  keep();
  const photo = visit.photos[visit.active];
  if (refusal.code === "several-faces" && photo && photo.address) return go("faces");
  refusing.place(refusing.fromServer(refusal), photo);
  go("refusal");
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
  if (sending.underWay() || !visit.photos.length) return;
  if (agreeing.missing().length) {
    if (button !== agreeing.make) go("consent");
    agreeing.pointOut();
    return;
  }
  if (agreeing.tooYoung()) return refuseHere({ code: "too-young" }, null);
  if (button.closest('[data-step="faces"]') && !takeFaces(facesStep)) return;
  if (seatNumbers.length) {
    if (!visit.seats.some(Boolean)) return go("look");
    form.elements.seats.value = seatsWritten();
  }
  const body = new FormData(form);
  for (const name of [...body.keys()]) if (/^(face|seat)_/.test(name)) body.delete(name);
  sending.attach(body, visit.photos);
  agreeing.tell("sending");
  sending.send(body, { answered, lost });
}

function answered(answer) {
  if (answer && answer.result_url) {
    // It was made before the answer arrived.
    store.handOver(campaign, answer.result_url);
    location.assign(answer.result_url);
  } else if (answer && answer.job_url && !answer.refusal) {
    visit.refusal = null;
    keep();
    location.assign(answer.job_url);
  } else if (answer && answer.refusal) {
    renew();
    refused(answer.refusal);
  } else {
    agreeing.tell("trouble");
  }
}

function lost() {
  go("consent");
  agreeing.tell(navigator.onLine ? "trouble" : "offline");
}

// --- Start -----------------------------------------------------------------------------------

agreeing.watch(() => {
  if (!agreeing.missing().length && visit.photos.length) sending.prove();
});

addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  sending.calm();
  agreeing.tell();
  show(location.hash.slice(1) || "photo");
});
renew();
agreeing.restore();
showPhotos();
show(location.hash.slice(1) || "photo");

// Whoever was quicker than this script has picked a file already.
for (const input of form.querySelectorAll("[data-picker]")) {
  if (input.files.length) input.dispatchEvent(new Event("change", { bubbles: true }));
}
