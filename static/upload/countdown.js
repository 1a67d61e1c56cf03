// Counts down to a moment in words the page brought along; speaks up only twice, near the end.

function fill(words, values) {
  return words.replace(/\{(\w)\}/g, (_, name) => values[name]);
}

function start(place) {
  const until = Date.parse(place.dataset.until);
  const words = place.dataset;
  const text = place.querySelector("[data-left]") || place;
  const opening = place.hasAttribute("data-reload");
  const tick = () => {
    const left = Math.max(0, Math.round((until - Date.now()) / 1000));
    const values = { d: Math.floor(left / 86400), h: Math.floor(left / 3600) % 24, m: Math.floor(left / 60) % 60 };
    values.s = String(left % 60).padStart(2, "0");
    const far = left >= 86400;
    const pattern = left === 0 ? words.over : far ? words.days : left >= 3600 ? words.hours
      : left >= 600 && words.seconds ? words.minutes : words.seconds || words.minutes;
    const said = fill(pattern, values);
    if (text.textContent !== said) text.textContent = said;
    if (words.warns) {
      place.classList.toggle("chip-soon", left < 600);
      if (left === 3600 || left === 600) document.dispatchEvent(new CustomEvent("say", { detail: fill(words.warns, { m: left / 60 }) }));
    }
    if (left > 0) setTimeout(tick, left < 3600 || opening ? 1000 : 20000);
    else if (opening) setTimeout(() => location.reload(), 1000 + Math.random() * 4000);
  };
  // The server's own sentence ("Opens 12 February") stays until the moment is near.
  if (!opening || until - Date.now() < 7 * 86400000) tick();
}

document.documentElement.classList.add("js-runs");
document.querySelectorAll("[data-until]").forEach(start);
