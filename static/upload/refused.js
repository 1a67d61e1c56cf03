// A job that was refused: draws the facts on the photo that never left this device, or leads on
// to choosing a face.

import { illustrate } from "./shot.js";
import * as store from "./store.js";

const page = document.querySelector("[data-refusal]");
const panel = page.querySelector(".refusal");
const number = Number(panel.dataset.photoNumber || 1);
const { photo: first, others } = store.load(page.dataset.campaign);
const photo = number > 1 ? (others || [])[number - 2] : first;

document.documentElement.classList.add("js-runs");

if (panel.dataset.code === "several-faces" && photo) {
  const numbers = (text) => text.split(" ").map(Number);
  const faces = panel.dataset.faces.split(",").map(numbers);
  store.keep(page.dataset.campaign, { refusal: { code: "several-faces", faces, size: numbers(panel.dataset.size), photo: number } });
  location.replace(page.dataset.makeUrl + "#faces");
} else {
  illustrate(panel, photo);
}

document.addEventListener("click", (event) => {
  const step = event.target.closest("[data-go], [data-send]");
  if (!step) return;
  event.preventDefault();
  location.assign(page.dataset.makeUrl + "#" + (step.dataset.go || "consent"));
});

// The picker of this page cannot hand a file to the next one: it opens there.
document.querySelectorAll("[data-picker]").forEach((picker) => {
  picker.addEventListener("click", (event) => {
    event.preventDefault();
    location.assign(page.dataset.makeUrl + "#photo");
  });
});
