// From a chosen file to an upright JPEG of at most 1600 px, or the reason why not. Drawing it anew
// also leaves behind what the camera wrote into the file: place, time, device.

import { brightness, middleInGrey, sharpness } from "./measure.js";

const MAX_SIDE_PX = 1600;
const MIN_SIDE_PX = 120;
const MAX_SOURCE_BYTES = 60e6;
const DARKEST = 25;
const BLUREST = 5;
const SIDE_PX = 200;

/** A reason to stop, in the words of the page's own templates. */
export class PhotoRefused extends Error {
  constructor(code, facts = {}) {
    super(code);
    this.code = code;
    this.facts = facts;
  }
}

/** {address or blob, name, width, height, doubts: [PhotoRefused]}; throws PhotoRefused. */
export async function takeIn(file, maxBytes) {
  if (file.size > MAX_SOURCE_BYTES) {
    throw new PhotoRefused("photo-too-heavy", megabytes(file.size, MAX_SOURCE_BYTES));
  }
  const picture = await decode(file);
  if (!picture) return unseen(file, maxBytes);
  try {
    return redraw(picture, 0);
  } finally {
    if (picture.close) picture.close();
  }
}

/** The same photo, a quarter turn clockwise. */
export async function turned(photo) {
  const image = new Image();
  image.src = photo.address;
  await image.decode();
  return redraw(image, 1);
}

/** The part of the photo inside the frame, which counts in parts of it (0 to 1). */
export async function cut(photo, frame) {
  const image = new Image();
  image.src = photo.address;
  await image.decode();
  const [wide, high] = [image.naturalWidth, image.naturalHeight];
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(frame.width * wide));
  canvas.height = Math.max(1, Math.round(frame.height * high));
  canvas.getContext("2d").drawImage(image, -Math.round(frame.left * wide), -Math.round(frame.top * high));
  return redraw(canvas, 0);
}

/** A frame of the camera, cut to what the visitor saw of it. */
export function fromFrame(video, across, down) {
  const wide = video.videoWidth / video.videoHeight > across / down;
  const width = wide ? (video.videoHeight * across) / down : video.videoWidth;
  const height = wide ? video.videoHeight : (video.videoWidth * down) / across;
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(width);
  canvas.height = Math.round(height);
  const left = (video.videoWidth - width) / 2;
  const top = (video.videoHeight - height) / 2;
  canvas.getContext("2d").drawImage(video, left, top, width, height, 0, 0, canvas.width, canvas.height);
  return redraw(canvas, 0);
}

async function decode(file) {
  if (window.createImageBitmap) {
    try {
      return await createImageBitmap(file, { imageOrientation: "from-image" });
    } catch (error) {
      // Some browsers decode more through an image element (HEIC in Safari).
    }
  }
  const address = URL.createObjectURL(file);
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    return image;
  } catch (error) {
    return null;
  } finally {
    setTimeout(() => URL.revokeObjectURL(address), 10000);
  }
}

function redraw(picture, quarterTurns) {
  const size = [picture.naturalWidth || picture.width, picture.naturalHeight || picture.height];
  if (Math.min(...size) < MIN_SIDE_PX) {
    throw new PhotoRefused("photo-too-small", { measured: Math.min(...size), limit: MIN_SIDE_PX });
  }
  const scale = Math.min(1, MAX_SIDE_PX / Math.max(...size));
  const [across, down] = size.map((side) => Math.round(side * scale));
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = quarterTurns ? [down, across] : [across, down];
  const pen = canvas.getContext("2d");
  pen.imageSmoothingQuality = "high";
  if (quarterTurns) {
    pen.translate(down, 0);
    pen.rotate(Math.PI / 2);
  }
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, across, down);
  pen.drawImage(picture, 0, 0, across, down);
  return {
    address: canvas.toDataURL("image/jpeg", 0.9),
    name: "photo.jpg",
    width: canvas.width,
    height: canvas.height,
    doubts: doubts(canvas),
  };
}

function doubts(canvas) {
  const grey = middleInGrey(canvas, canvas.width, canvas.height, SIDE_PX);
  const found = [];
  const light = brightness(grey);
  if (light < DARKEST) found.push(new PhotoRefused("photo-too-dark", { measured: light, limit: DARKEST }));
  const sharp = sharpness(grey, SIDE_PX);
  if (sharp < BLUREST) found.push(new PhotoRefused("photo-blurred", { measured: sharp, limit: BLUREST }));
  return found;
}

/** A file this browser cannot draw: HEIC goes on as it is, anything else is no picture. */
async function unseen(file, maxBytes) {
  const start = new Uint8Array(await file.slice(0, 12).arrayBuffer());
  const brand = String.fromCharCode(...start.slice(4, 12));
  if (!/^ftyp(hei|hev|mif1|msf1)/.test(brand)) throw new PhotoRefused("photo-not-a-picture");
  if (file.size > maxBytes) throw new PhotoRefused("photo-too-heavy", megabytes(file.size, maxBytes));
  return { blob: file, name: "photo.heic", width: 0, height: 0, doubts: [] };
}

function megabytes(bytes, limit) {
  return { measured: Math.round(bytes / 1e5) / 10, limit: Math.round(limit / 1e5) / 10 };
}
