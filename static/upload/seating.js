// Who sits where: the seats under the photo in scenes for several people, and the faces to choose
// from when a photo shows more than one. Both are rows of radios; the drawing is a second way.

import { draw } from "./shot.js";
import { keep, renew, seat, seatNumbers, visit } from "./visit.js";

const form = document.getElementById("make");

// --- Seats under the photo -------------------------------------------------------------------

export function showSeats() {
  form.querySelectorAll("[data-seat]").forEach((row) => {
    const index = Number(row.dataset.seat);
    const sits = visit.seats[index];
    const choices = visit.photos.map((photo, place) => seatChoice(index, {
      name: row.dataset.photoName.replace("{n}", place + 1),
      picture: photo.address,
      checked: Boolean(sits) && sits.photo === place,
      onChoose: () => seat(index, { photo: place, box: null }),
    }));
    choices.push(seatChoice(index, {
      name: row.dataset.painted,
      checked: !sits,
      onChoose: () => seat(index, null),
    }));
    row.querySelector("[data-seat-choices]").replaceChildren(...choices);
  });
  form.querySelectorAll("[data-some-seat]").forEach((words) => (words.hidden = visit.seats.some(Boolean)));
}

function seatChoice(index, { name, picture, checked, onChoose }) {
  const label = radioRow(`seat_${index}`, name, checked);
  if (picture) label.querySelector("input").after(thumbnail(picture));
  label.addEventListener("change", () => {
    onChoose();
    showSeats();
    form.querySelector(`[name="seat_${index}"]:checked`).focus();
  });
  return label;
}

function thumbnail(address) {
  const image = document.createElement("img");
  image.src = address;
  image.alt = "";
  return image;
}

function radioRow(name, words, checked) {
  const label = document.createElement("label");
  label.className = "face-choice";
  const radio = label.appendChild(document.createElement("input"));
  Object.assign(radio, { type: "radio", name, checked });
  label.append(words);
  return label;
}

// --- Which face ------------------------------------------------------------------------------

/** Draws the faces of the photo and asks, seat by seat, which of them goes there. */
export function showFaces(section) {
  const { faces, size, photo: number } = visit.refusal;
  const place = (number || 1) - 1;
  const photo = visit.photos[place];
  const sorted = faces.slice().sort((one, other) => one[0] - other[0]);
  const words = section.querySelector("[data-faces-words]").dataset;
  const names = namesOf(sorted.length, words);
  const svg = drawFaces(section.querySelector("[data-faces]"), photo, size, sorted);
  const asked = seatsToAsk(place);
  section.querySelector("h1").textContent = asked.length > 1 ? words.titleSeats : words.title;
  const groups = asked.map((index, nth) => question(index, Math.min(nth, sorted.length - 1)));
  section.querySelector("[data-face-row]").replaceChildren(...groups);
  crops(photo, size, sorted).then((pictures) => pictures.forEach((picture, face) => {
    section.querySelectorAll(`[data-face="${face}"]`).forEach((label) => label.querySelector("input").after(thumbnail(picture)));
  }));
  mark();

  function question(index, suggested) {
    const group = document.createElement("fieldset");
    const legend = group.appendChild(document.createElement("legend"));
    legend.textContent = asked.length > 1 ? seatName(index) : words.choose;
    legend.className = asked.length > 1 ? "head" : "unseen";
    const row = group.appendChild(document.createElement("div"));
    row.className = "face-row";
    const earlier = index === null ? -1 : sorted.findIndex((box) => visit.seats[index] && String(visit.seats[index].box) === String(box));
    const chosen = earlier >= 0 ? earlier : suggested;
    sorted.forEach((box, face) => {
      const label = row.appendChild(radioRow(`face_${index}`, names[face], face === chosen));
      label.dataset.face = face;
      label.querySelector("input").value = box.join(" ");
      label.addEventListener("change", () => keepApart(label.querySelector("input")));
    });
    if (asked.length > 1) {
      const nobody = row.appendChild(radioRow(`face_${index}`, words.painted, nthBeyond(suggested, index)));
      nobody.querySelector("input").value = "";
      nobody.addEventListener("change", mark);
    }
    return group;
  }

  function nthBeyond(suggested, index) {
    return asked.indexOf(index) >= sorted.length && suggested < asked.indexOf(index);
  }

  /** One face sits once: the seat that had it takes what this one had. */
  function keepApart(radio) {
    const twin = [...section.querySelectorAll("[data-face-row] input:checked")]
      .find((other) => other.name !== radio.name && other.value === radio.value);
    if (twin) {
      const free = [...section.querySelectorAll(`[name="${twin.name}"]`)]
        .find((other) => ![...section.querySelectorAll("[data-face-row] input:checked")].some((taken) => taken !== twin && taken.value === other.value));
      if (free) free.checked = true;
    }
    mark();
  }

  function mark() {
    const chosen = [...section.querySelectorAll("[data-face-row] input:checked")].map((radio) => radio.value);
    svg.querySelectorAll(".face-oval").forEach((oval, face) => {
      oval.classList.toggle("is-chosen", chosen.includes(sorted[face].join(" ")));
    });
  }
}

/** What was chosen, written into the form; false when nobody was. */
export function takeFaces(section) {
  const place = (visit.refusal.photo || 1) - 1;
  const asked = seatsToAsk(place);
  for (const index of asked) {
    const { value } = section.querySelector(`[name="face_${index}"]:checked`);
    if (index === null) form.elements.face.value = value;
    else visit.seats[index] = value ? { photo: place, box: value.split(" ").map(Number) } : null;
  }
  keep();
  renew();
  return asked[0] === null || visit.seats.some(Boolean);
}

/** The seats that this photo's faces may go to; [null] where the scene has one seat. */
function seatsToAsk(place) {
  if (!seatNumbers.length) return [null];
  const all = seatNumbers.map((_, index) => index);
  if (visit.photos.length === 1) return all;
  return all.filter((index) => visit.seats[index] && visit.seats[index].photo === place);
}

function seatName(index) {
  return form.querySelector(`[data-seat="${index}"]`).dataset.name;
}

function namesOf(count, words) {
  if (count === 2) return words.sides.split("|");
  if (count === 3) return words.three.split("|");
  return Array.from({ length: count }, (_, index) => words.numbered.replace("{n}", index + 1));
}

function drawFaces(place, photo, [width, height], sorted) {
  const image = thumbnail(photo.address);
  const svg = draw("svg", { viewBox: `0 0 ${width} ${height}`, width, height, "aria-hidden": "true" });
  place.replaceChildren(image, svg);
  sorted.forEach((box, index) => {
    const oval = ovalOf(svg, box, sorted.length > 3 ? String(index + 1) : "");
    oval.addEventListener("click", () => {
      const radios = [...form.querySelectorAll(`[data-face-row] [data-face="${index}"] input`)];
      // In scenes for several people the next tap goes to the seat that does not have it yet.
      (radios.find((radio) => !radio.checked) || radios[0]).click();
    });
  });
  return svg;
}

function ovalOf(svg, [left, top, right, bottom], number) {
  const group = draw("g", { class: "face-oval" }, svg);
  const oval = { cx: (left + right) / 2, cy: (top + bottom) / 2 - (bottom - top) * 0.06, rx: (right - left) * 0.58, ry: (bottom - top) * 0.68 };
  draw("ellipse", { class: "halo", ...oval }, group);
  draw("ellipse", oval, group);
  if (number) draw("text", { x: oval.cx, y: top - (bottom - top) * 0.24, "font-size": (bottom - top) * 0.3, "stroke-width": (bottom - top) * 0.05 }, group, number);
  return group;
}

/** Each face cut out small, so that a row can be told from the next without looking up. */
async function crops(photo, [width], sorted) {
  const image = thumbnail(photo.address);
  await image.decode();
  const scale = image.naturalWidth / width;
  return sorted.map(([left, top, right, bottom]) => {
    const side = Math.max(right - left, bottom - top) * 1.3;
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = 88;
    canvas.getContext("2d").drawImage(
      image, ((left + right) / 2 - side / 2) * scale, ((top + bottom) / 2 - side / 2) * scale, side * scale, side * scale, 0, 0, 88, 88);
    return canvas.toDataURL("image/jpeg", 0.8);
  });
}
