// Watches a job until its picture is there. The page itself holds everything, so a reload only
// starts the watching again.

import * as store from "./store.js";

const page = document.querySelector("[data-progress]");
const words = page.dataset;
const stages = ["waiting", "looking", "blending", "finishing"];
const titles = words.titles.split("|");
const rows = [...page.querySelectorAll(".stages li")];
let failures = 0;
let said = 0;

document.documentElement.classList.add("js-runs");

function show(job) {
  const number = stages.indexOf(job.stage);
  page.dataset.stage = job.stage;
  rows.forEach((row, index) => {
    row.className = index < number ? "is-done" : index === number ? "is-now" : "";
    if (index === number) row.setAttribute("aria-current", "step");
    else row.removeAttribute("aria-current");
  });
  page.querySelector("[data-ring]").setAttribute("stroke-dasharray", `${job.percent} 100`);
  say("[data-queue]", job.stage !== "waiting" ? "" : job.place <= 1 ? words.first : words.place.replace("{n}", job.place - 1));
  if (Date.now() - said < 1000 && said) return;
  said = Date.now();
  say("[data-title]", titles[number]);
  say("[data-left]", job.seconds_left > 1 ? words.seconds.replace("{n}", job.seconds_left) : words.soon);
}

function say(place, text) {
  const element = page.querySelector(place);
  if (element.textContent !== text) element.textContent = text;
}

async function watch() {
  let pause = 400;
  try {
    const answer = await fetch(location.pathname, { headers: { Accept: "application/json" }, cache: "no-store" });
    const job = await answer.json();
    failures = 0;
    if (job.result_url) {
      store.handOver(words.campaign, job.result_url);
      return location.replace(job.result_url);
    }
    if (job.refusal || job.state === "cancelled") return location.reload();
    show(job);
    pause = Math.max(150, (job.retry_after_s || 0.5) * 1000);
  } catch (error) {
    failures += 1;
    pause = Math.min(8000, 500 * 2 ** failures);
    if (failures > 1) say("[data-left]", navigator.onLine ? words.busy : words.offline);
  }
  setTimeout(watch, pause);
}

watch();
addEventListener("online", () => (failures = 0));
