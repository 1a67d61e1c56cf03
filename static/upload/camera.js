// The live camera behind the oval: opens it, watches light, sharpness and distance, says one thing
// at a time, and hands over the frame.

import { brightness, middleInGrey, movement, sharpness } from "./measure.js";
import { fromFrame } from "./picture.js";

const SIDE_PX = 120;
const LOOK_EVERY_MS = 250;
const SAY_EVERY_MS = 1000;
const IN_APP = /MicroMessenger|Instagram|FBAN|FBAV|FB_IAB|Line\/|; wv\)/;

/** In-app browsers promise a camera and fail; a page without https has none. */
export function possible() {
  return Boolean(navigator.mediaDevices && navigator.mediaDevices.getUserMedia) && !IN_APP.test(navigator.userAgent);
}

/** Whether it may be opened without asking: the visitor has said yes before. */
export async function allowed() {
  try {
    return (await navigator.permissions.query({ name: "camera" })).state === "granted";
  } catch (error) {
    return false;
  }
}

export class Camera {
  constructor(finder) {
    this.finder = finder;
    this.video = finder.querySelector("video");
    this.hint = finder.querySelector("[data-hint]");
    this.arc = finder.querySelector("[data-arc]");
    this.checks = finder.querySelector("[data-checks]");
    this.facing = "user";
    this.detector = window.FaceDetector ? new window.FaceDetector({ maxDetectedFaces: 2, fastMode: true }) : null;
  }

  async open() {
    this.close();
    this.stream = await navigator.mediaDevices.getUserMedia({
      audio: false,
      video: { facingMode: this.facing, width: { ideal: 1920 }, height: { ideal: 1440 } },
    });
    this.video.srcObject = this.stream;
    await this.video.play();
    this.finder.classList.remove("finder-off");
    this.finder.classList.toggle("finder-mirrored", this.facing === "user");
    this.finder.querySelector("[data-sketch]").setAttribute("visibility", "hidden");
    this.arc.setAttribute("stroke-opacity", "1");
    this.checks.hidden = false;
    this.clock = setInterval(() => this.look(), LOOK_EVERY_MS);
    this.stream.getVideoTracks()[0].addEventListener("ended", () => this.close());
  }

  async turn() {
    this.facing = this.facing === "user" ? "environment" : "user";
    await this.open();
  }

  close() {
    clearInterval(this.clock);
    if (this.stream) this.stream.getTracks().forEach((track) => track.stop());
    this.stream = null;
    this.earlier = null;
    this.finder.classList.add("finder-off");
    this.finder.classList.remove("finder-ready");
    this.finder.querySelector("[data-sketch]").removeAttribute("visibility");
    this.arc.setAttribute("stroke-opacity", "0");
    this.checks.hidden = true;
  }

  grab() {
    return fromFrame(this.video, this.finder.clientWidth, this.finder.clientHeight);
  }

  say(words, quiet = false) {
    const now = Date.now();
    if (words === this.hint.textContent || (!quiet && now - (this.said || 0) < SAY_EVERY_MS)) return;
    this.said = now;
    this.hint.textContent = words;
    this.hint.classList.toggle("is-quiet", quiet);
  }

  async look() {
    if (!this.stream || this.video.readyState < 2 || this.looking) return;
    this.looking = true;
    const grey = middleInGrey(this.video, this.video.videoWidth, this.video.videoHeight, SIDE_PX);
    const still = !this.earlier || movement(grey, this.earlier) < 9;
    this.earlier = grey;
    this.show({
      light: brightness(grey) >= 30,
      sharp: still && sharpness(grey, SIDE_PX) >= 6,
      distance: await this.distance(),
      still,
    });
    this.looking = false;
  }

  /** The face's share of the oval's width, where the browser can see faces; else null. */
  async distance() {
    if (!this.detector) return null;
    try {
      const [face] = await this.detector.detect(this.video);
      const shown = Math.min(this.video.videoWidth, this.video.videoHeight * (this.finder.clientWidth / this.finder.clientHeight));
      return face ? face.boundingBox.width / (shown * 0.6) : 0;
    } catch (error) {
      this.detector = null;
      return null;
    }
  }

  show(seen) {
    const near = seen.distance === null || seen.distance >= 0.62;
    this.mark("light", seen.light);
    this.mark("sharp", seen.sharp);
    this.mark("distance", near);
    this.checks.querySelector('[data-check="distance"]').hidden = seen.distance === null;
    const ready = seen.light && seen.sharp && near;
    const done = (seen.light ? 34 : 0) + (seen.sharp ? 33 : 0) + (near ? 33 : Math.round(33 * seen.distance));
    this.arc.setAttribute("stroke-dasharray", (ready ? 100 : Math.min(done, 92)) + " 100");
    this.finder.classList.toggle("finder-ready", ready);
    const words = this.finder.dataset;
    const word = !seen.light ? words.dark : !near ? words.closer : !seen.still ? words.shaking : ready ? words.ready : words.fit;
    this.say(word);
  }

  mark(name, passed) {
    this.checks.querySelector(`[data-check="${name}"]`).classList.toggle("passed", passed);
  }
}
