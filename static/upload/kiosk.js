// A kiosk: when nobody has touched it for a while it asks, and then forgets whoever was here.

const form = document.querySelector("[data-kiosk]");
const sheet = document.querySelector('[data-sheet="kiosk"]');
const left = sheet.querySelector("[data-left]");
const IDLE_MS = Number(form.dataset.kiosk) * 1000;
const ASK_MS = Math.min(15000, IDLE_MS / 2);
const atRest = document.querySelector(".hero") !== null;
let touched = Date.now();

function over() {
  try {
    sessionStorage.clear();
  } catch (error) {
    // A browser without storage has kept nothing.
  }
  form.submit();
}

for (const name of ["pointerdown", "keydown", "touchstart", "wheel", "change"]) {
  addEventListener(name, () => { touched = Date.now(); }, { capture: true, passive: true });
}

// With the click, the last event of a touch: were it closed by the first, the rest would press
// whatever lies beneath.
addEventListener("click", () => { if (sheet.open) sheet.close(); });

document.querySelectorAll("[data-kiosk-over]").forEach((button) => button.addEventListener("click", over));

setInterval(() => {
  // While a picture is being made the page itself moves on; a person may stand and wait.
  if (document.querySelector("[data-progress]")) return;
  const idle = Date.now() - touched;
  if (atRest) {
    if (idle > IDLE_MS && (scrollY > 0 || document.hasFocus() === false)) scrollTo(0, 0);
    return;
  }
  if (idle >= IDLE_MS) return over();
  if (idle >= IDLE_MS - ASK_MS && !sheet.open) sheet.showModal();
  if (sheet.open) left.textContent = Math.ceil((IDLE_MS - idle) / 1000);
}, 500);

if (atRest) {
  try {
    sessionStorage.clear();
  } catch (error) {
    // As above.
  }
}

// A page that the browser kept for "back" belongs to somebody who has left.
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
