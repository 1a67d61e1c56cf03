// The consent: what must be ticked before the button sends, and what is said until then.

import { keep, visit } from "./visit.js";

const form = document.getElementById("make");
const section = form.querySelector('[data-step="consent"]');
const why = form.querySelector("#why");
const guardian = section.querySelector("[data-guardian]");
const boxes = [...section.querySelectorAll("input[type=checkbox], input[type=radio]")];

export const make = section.querySelector("[data-send]");

/** The boxes and questions that still keep the photo here. */
export function missing() {
  const left = boxes.filter((box) => box.type === "checkbox" && box.required && !box.checked);
  const age = section.querySelector('[name="age"]');
  if (age && !section.querySelector('[name="age"]:checked')) left.push(age);
  return left;
}

/** Whether a child is shown in a campaign that is not for children. */
export function tooYoung() {
  const age = section.querySelector('[name="age"]:checked');
  return Boolean(age) && age.value === "young" && section.dataset.ageRule === "refuse";
}

export function tell(state) {
  const left = missing().length;
  make.setAttribute("aria-disabled", String(left > 0));
  why.textContent = state ? why.dataset[state]
    : left === 0 ? why.dataset.complete : left === 1 ? why.dataset.missingOne : why.dataset.missingMore.replace("{n}", left);
}

/** Ticks as the visit remembers them: none after a new photo. */
export function restore() {
  boxes.forEach((box) => (box.checked = visit.ticks.includes(nameOf(box))));
  showGuardian();
  tell();
}

export function pointOut() {
  const left = missing();
  left.forEach((box) => box.closest(".ask, .ask-group").classList.add("is-missing"));
  left[0].focus();
}

/** `changed` runs after each tick. */
export function watch(changed) {
  boxes.forEach((box) => box.addEventListener("change", () => {
    box.closest(".ask, .ask-group").classList.remove("is-missing");
    visit.ticks = boxes.filter((each) => each.checked).map(nameOf);
    showGuardian();
    keep();
    tell();
    changed();
  }));
}

function nameOf(box) {
  return box.type === "radio" ? `${box.name}=${box.value}` : box.name;
}

/** A guardian's word is asked for once a child is said to be shown. */
function showGuardian() {
  if (!guardian) return;
  const young = section.querySelector('[name="age"][value="young"]').checked;
  guardian.hidden = !young;
  guardian.querySelector("input").required = young;
}
