// The made picture: compare it with the photo this device still holds, save, share, delete.

import "./countdown.js";
import { askBefore, sheet } from "./sheets.js";
import * as store from "./store.js";
import { step as told } from "./telling.js";

const frame = document.querySelector("[data-picture]");
const toast = document.querySelector("[data-toast]");
const address = location.origin + location.pathname;
let toastEnds;

// --- Before and after ------------------------------------------------------------------------

const photo = store.before(location.pathname);
if (photo) {
  frame.append(frame.querySelector("template").content);
  frame.querySelector(".picture-before").src = photo;
  const range = frame.querySelector("input");
  const cut = () => frame.style.setProperty("--cut", range.value + "%");
  range.addEventListener("input", cut);
  cut();
}

// --- Words -----------------------------------------------------------------------------------

function say(words) {
  toast.textContent = words;
  toast.hidden = false;
  clearTimeout(toastEnds);
  toastEnds = setTimeout(() => (toast.hidden = true), 6000);
}
document.addEventListener("say", (event) => say(event.detail));

document.querySelectorAll("[data-address]").forEach((place) => (place.textContent = address));
document.querySelectorAll("[data-copy]").forEach((button) => button.addEventListener("click", async () => {
  const place = document.querySelector(`[data-${button.dataset.copy}]`);
  try {
    await navigator.clipboard.writeText(place.textContent);
    say(button.dataset.copied);
  } catch (error) {
    say(copyTheOldWay(place) ? button.dataset.copied : button.dataset.notCopied);
  }
  const open = button.closest("dialog");
  if (open) open.close();
}));

function copyTheOldWay(place) {
  getSelection().selectAllChildren(place);
  return document.execCommand("copy");
}

// --- Deleting --------------------------------------------------------------------------------

askBefore(() => store.forgetBefore(location.pathname));

// --- Share and save --------------------------------------------------------------------------

const page = document.querySelector("main");
const sharing = document.querySelector("[data-share]");
const saving = document.querySelector("[data-save]");
const inApp = /MicroMessenger|Instagram|FBAN|FBAV|FB_IAB/.test(navigator.userAgent);
const apple = /iPhone|iPad/.test(navigator.userAgent);

// A kiosk hands the picture over by its code and has neither.
if (sharing) sharing.addEventListener("click", share);
if (saving) {
  saving.addEventListener("click", save);
  document.querySelector("[data-hold]").hidden = !(inApp || apple);
}

async function share(event) {
  event.preventDefault();
  told(page, "shared");
  const offer = { title: sharing.dataset.shareTitle, url: address };
  if (navigator.share && navigator.maxTouchPoints) {
    try {
      return await navigator.share(offer);
    } catch (error) {
      if (error.name === "AbortError") return;
    }
  }
  sheet("share").showModal();
}

/** On iPhones a download ends in Files; the share sheet can put it among the photos. */
async function save(event) {
  told(page, "saved");
  if (!apple || inApp || !navigator.canShare) return;
  const file = new File([""], saving.download, { type: "image/jpeg" });
  if (!navigator.canShare({ files: [file] })) return;
  event.preventDefault();
  try {
    const picture = await (await fetch(saving.href)).blob();
    await navigator.share({ files: [new File([picture], saving.download, { type: picture.type })] });
  } catch (error) {
    if (error.name !== "AbortError") location.assign(saving.href);
  }
}
