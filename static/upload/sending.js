// Sends the form with its photos, once, and again with the same key when the line broke.

import * as store from "./store.js";

const form = document.getElementById("make");
const bar = form.querySelector("[data-upload]");
let proof = null;
let sending = null;

/** Some campaigns ask the browser for a sum; it is solved unseen once everything is agreed to. */
export function prove() {
  if (form.dataset.proof && !proof) proof = import("./proof.js").then((module) => module.fetchAndSolve(form.dataset.proof));
}

export function underWay() {
  return sending !== null;
}

/** `tell(state)` says how it goes; `answered(answer)` and `lost()` end it. */
export function send(body, ends) {
  sending = { body, ends };
  busy(true);
  prove();
  Promise.resolve(proof).then(postWith);
}

export function calm() {
  busy(false);
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
  request.onload = () => arrived(request.response);
  request.onerror = request.ontimeout = () => broke(attempt);
  request.send(sending.body);
}

function arrived(answer) {
  if (answer && answer.proof && !sending.proved) {
    // It became busy since the page asked.
    sending.proved = true;
    import("./proof.js").then((module) => module.solve(answer.proof)).then(postWith);
    return;
  }
  const { ends } = sending;
  sending = null;
  busy(false);
  ends.answered(answer);
}

// The same key goes out again, so a request that did arrive is not made twice.
function broke(attempt) {
  if (navigator.onLine && attempt < 3) return setTimeout(() => post(attempt + 1), 800 * attempt);
  const { ends } = sending;
  sending = null;
  busy(false);
  ends.lost();
}

function busy(now) {
  form.querySelectorAll("[data-send]").forEach((button) => button.setAttribute("aria-busy", String(now)));
  bar.hidden = !now;
  bar.value = 0;
}

/** The visit's photos as files. */
export function attach(body, photos) {
  photos.forEach((photo, index) => {
    body.set(index ? `photo_${index + 1}` : "photo", photo.blob || store.toBlob(photo.address), photo.name);
  });
}
