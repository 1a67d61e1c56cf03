// The visitor's photo, kept on this device alone: in this tab's own storage, gone when the tab is.
// Some browsers forbid storage; then the photo lives as long as the page.

const memory = new Map();

function read(key) {
  try {
    const text = sessionStorage.getItem(key);
    return text ? JSON.parse(text) : memory.get(key) || null;
  } catch (error) {
    return memory.get(key) || null;
  }
}

function write(key, value) {
  memory.set(key, value);
  try {
    sessionStorage.setItem(key, JSON.stringify(value));
    return true;
  } catch (error) {
    return false;
  }
}

function remove(key) {
  memory.delete(key);
  try {
    sessionStorage.removeItem(key);
  } catch (error) {
    // Nothing was stored, so nothing has to go.
  }
}

/** What a visit holds: {photo: {address, name, width, height}, ticks, face, refusal}. */
export function load(campaign) {
  return read("visit:" + campaign) || {};
}

export function keep(campaign, changes) {
  const visit = Object.assign(load(campaign), changes);
  if (!write("visit:" + campaign, visit)) remove("visit:" + campaign), memory.set("visit:" + campaign, visit);
  return visit;
}

export function forget(campaign) {
  remove("visit:" + campaign);
}

/** Moves the photo from the visit to the page of its picture, where it is the "before". */
export function handOver(campaign, resultPath) {
  const photo = load(campaign).photo;
  if (photo && photo.address) write("before:" + resultPath.split("?")[0], photo.address);
  forget(campaign);
}

export function before(resultPath) {
  return read("before:" + resultPath);
}

export function forgetBefore(resultPath) {
  remove("before:" + resultPath);
}

/** The file behind a data: address, without asking the network for it (the policy forbids that). */
export function toBlob(address) {
  const [head, body] = address.split(",");
  const bytes = Uint8Array.from(atob(body), (letter) => letter.charCodeAt(0));
  return new Blob([bytes], { type: head.slice(5, head.indexOf(";")) });
}
