// What a visit holds while it lasts, in one place: the photos, who sits where, the ticks. The store
// keeps it over a reload; nothing of it leaves the device before the visitor sends it.

import * as store from "./store.js";

const form = document.getElementById("make");
const campaign = form.dataset.campaign;
const kept = store.load(campaign);

/** The numbers of the scene's seats, in the operator's order; empty where there is only one. */
export const seatNumbers = form.dataset.seats ? form.dataset.seats.split(" ").map(Number) : [];

/** The photos, each {address or blob, name, width, height, fine}; `active` is looked at now. */
export const visit = {
  photos: kept.photo ? [kept.photo, ...(kept.others || [])] : [],
  active: 0,
  seats: kept.seats || null, // per seat: {photo, box} or null for "as painted"
  ticks: kept.ticks || [],
  refusal: kept.refusal || null,
};
if (!visit.seats) visit.seats = seatNumbers.map((_, index) => (index === 0 ? { photo: 0, box: null } : null));

export function keep() {
  const [photo, ...others] = visit.photos.map((each) => (each.address ? each : null));
  // A photo that cannot be written down (HEIC) takes the others with it: they count from the first.
  const all = photo && others.every(Boolean) ? { photo, others } : { photo: photo || null, others: [] };
  store.keep(campaign, { ...all, seats: visit.seats, ticks: visit.ticks, refusal: visit.refusal });
}

/** A new key for what is sent, because it is something else now. */
export function renew() {
  form.elements.idempotency_key.value = [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** A photo arrives in the active place; a new one needs a new seat and a new consent. */
export function put(photo) {
  const place = visit.active;
  visit.photos[place] = photo;
  visit.refusal = null;
  visit.seats = visit.seats.map((seat) => (seat && seat.photo === place ? { photo: place, box: null } : seat));
  if (seatNumbers.length && !visit.seats.some((seat) => seat && seat.photo === place)) {
    const free = visit.seats.indexOf(null);
    if (free >= 0) visit.seats[free] = { photo: place, box: null };
  }
  visit.ticks = [];
  form.elements.face.value = "";
  keep();
  renew();
}

export function drop(place) {
  visit.photos.splice(place, 1);
  visit.seats = visit.seats.map((seat) => {
    if (!seat || seat.photo === place) return null;
    return { ...seat, photo: seat.photo > place ? seat.photo - 1 : seat.photo };
  });
  visit.active = 0;
  keep();
  renew();
}

/** Puts a choice onto a seat; whoever sat like that elsewhere takes what was here. */
export function seat(index, choice) {
  const same = visit.seats.findIndex((other, at) => at !== index && other && choice
    && other.photo === choice.photo && String(other.box) === String(choice.box));
  if (same >= 0) visit.seats[same] = visit.seats[index];
  visit.seats[index] = choice;
  keep();
  renew();
}

/** As the form sends it: "2:0;1:1:10 20 30 40". */
export function seatsWritten() {
  return visit.seats
    .map((choice, index) => choice && [seatNumbers[index], choice.photo, ...(choice.box ? [choice.box.join(" ")] : [])].join(":"))
    .filter(Boolean)
    .join(";");
}
