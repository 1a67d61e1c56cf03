// The chosen scene, large beside the grid or small in the bar below it; and the seats filter.

document.documentElement.classList.add("js-runs");
const radios = [...document.querySelectorAll('input[name="model"]')];

function show(radio) {
  document.querySelectorAll("[data-shows]").forEach((place) => {
    const value = radio.dataset[place.dataset.shows];
    if (place.tagName === "IMG") place.src = value;
    else place.textContent = value;
  });
}

radios.forEach((radio) => radio.addEventListener("change", () => show(radio)));

document.querySelectorAll(".kinds button").forEach((button, _, all) => {
  button.addEventListener("click", () => {
    all.forEach((other) => other.setAttribute("aria-pressed", String(other === button)));
    const seats = button.dataset.seats;
    radios.forEach((radio) => {
      const tile = radio.closest(".tile");
      tile.hidden = Boolean(seats) && tile.dataset.seats !== seats;
    });
  });
});

// After "back" the browser may have restored another choice than the page was made with.
addEventListener("pageshow", () => show(radios.find((radio) => radio.checked) || radios[0]));
