// One material: the sliders that are tried out as they move, and the order of the faces.
"use strict";

(() => {
  const SETTLED_MS = 250;
  const LOOK_AGAIN_MS = 120;
  const PATIENCE = 250; // looks: half a minute

  // --- Trying out ----------------------------------------------------------------------------
  const form = document.querySelector("[data-tryout]");
  if (form) {
    const place = form.querySelector(".try-pic");
    const picture = form.querySelector("[data-try-picture]");
    const says = form.querySelector("[data-try-says]");
    let timer = 0;
    let newest = 0;

    const show = (state, sentence) => {
      place.dataset.state = state;
      if (sentence !== undefined) says.textContent = sentence;
    };
    const wait = (ms) => new Promise((done) => setTimeout(done, ms));

    async function ask(number) {
      const answer = await fetch(form.dataset.tryout, { method: "POST", body: new FormData(form) });
      const facts = await answer.json();
      if (answer.ok) return facts.address;
      if (facts.retry_after_s && number === newest) {
        await wait(facts.retry_after_s * 1000);
        return number === newest ? ask(number) : "";
      }
      throw new Error(facts.sentence);
    }

    async function look(address, number) {
      for (let looks = 0; looks < PATIENCE && number === newest; looks += 1) {
        const answer = await fetch(address);
        if (answer.status === 200) return URL.createObjectURL(await answer.blob());
        if (answer.status !== 202) throw new Error((await answer.json()).sentence);
        await wait(LOOK_AGAIN_MS);
      }
      throw new Error(form.dataset.failed);
    }

    async function attempt() {
      const number = (newest += 1);
      show("waiting");
      try {
        const address = await ask(number);
        const made = address && (await look(address, number));
        if (number !== newest) return;
        URL.revokeObjectURL(picture.src);
        picture.src = made;
        picture.alt = form.dataset.alt;
        picture.hidden = false;
        show("done", form.dataset.alt);
      } catch (fault) {
        if (number === newest) show("failed", fault instanceof TypeError ? form.dataset.failed : fault.message);
      }
    }

    form.addEventListener("input", (event) => {
      const told = form.querySelector(`output[for="${event.target.id}"]`);
      if (told) told.textContent = event.target.value;
      clearTimeout(timer);
      timer = setTimeout(attempt, SETTLED_MS);
    });
    attempt();
  }

  // --- The order of the faces ----------------------------------------------------------------
  const seats = document.querySelector("[data-seats] .seats");
  if (seats) {
    let lifted = null;
    seats.addEventListener("click", (event) => {
      const button = event.target.closest("[data-move]");
      if (!button) return;
      event.preventDefault();
      const item = button.closest("li");
      const up = button.dataset.move === "-1";
      const other = up ? item.previousElementSibling : item.nextElementSibling;
      if (other) (up ? other.before(item) : other.after(item));
      button.focus();
    });
    seats.addEventListener("dragstart", (event) => {
      lifted = event.target.closest("li");
      lifted.classList.add("lifted");
      event.dataTransfer.effectAllowed = "move";
    });
    seats.addEventListener("dragend", () => {
      if (lifted) lifted.classList.remove("lifted");
      lifted = null;
    });
    seats.addEventListener("dragover", (event) => {
      const over = event.target.closest("li");
      if (!lifted || !over) return;
      event.preventDefault();
      if (over === lifted) return;
      const box = over.getBoundingClientRect();
      if (event.clientY < box.top + box.height / 2) over.before(lifted);
      else over.after(lifted);
    });
  }

  // Unfold's script expects a text field of its own beside every file field.
  document.addEventListener("change", (event) => {
    if (event.target.type === "file") event.stopImmediatePropagation();
  }, true);

  // A link to an act opens its form.
  const open = () => {
    const target = location.hash && document.getElementById(location.hash.slice(1));
    const form = target && (target.matches("details") ? target : target.querySelector(":scope > details"));
    if (!form) return;
    form.open = true;
    const field = form.querySelector("input:not([type=hidden]), select, textarea");
    if (field) field.focus();
  };
  window.addEventListener("hashchange", open);
  open();
})();
