// Counts the seconds to wait; then says that the form can be sent again.

document.documentElement.classList.add("js-runs");
const place = document.querySelector("[data-slow]");
const until = Date.now() + Number(place.dataset.slow) * 1000;
let spoken = null;

function tick() {
  const left = Math.ceil((until - Date.now()) / 1000);
  const said = left > 0 ? place.dataset.waiting.replace("{s}", left) : place.dataset.over;
  // A screen reader hears the first sentence and the last one, not every second.
  place.setAttribute("aria-live", spoken === null || left <= 0 ? "polite" : "off");
  if (said !== spoken) place.textContent = spoken = said;
  if (left > 0) setTimeout(tick, 500);
}

tick();
document.querySelector("[data-back]").addEventListener("click", () => history.back());
