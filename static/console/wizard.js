// The wizard's phone: what is typed appears in the preview at once. Without scripts the preview
// shows what is saved, and everything else works the same.
"use strict";
(() => {
  const frame = document.getElementById("preview");
  if (!frame) return;
  const form = document.getElementById("step");
  const glass = frame.parentElement;
  let language = document.querySelector("[data-language][aria-current]")?.dataset.language;

  const fit = () => {
    const scale = glass.clientWidth / 390;
    glass.style.setProperty("--scale", scale);
  };
  new ResizeObserver(fit).observe(glass);
  fit();

  const value = (name) => form?.elements.namedItem(name)?.value;

  function words() {
    const page = frame.contentDocument;
    if (!page) return;
    for (const place of page.querySelectorAll("[data-text]")) {
      const typed = value(`${place.dataset.text}_${language}`);
      if (typed !== undefined) place.textContent = typed || place.dataset.empty || "";
    }
  }

  function asked() {
    const brand = value("brand_colour");
    return brand === undefined ? null : new URLSearchParams({ brand, stage: value("stage_colour") ?? "" });
  }

  async function colours() {
    const wanted = asked();
    const sheet = frame.contentDocument?.getElementById("look");
    if (!wanted || !sheet) return;
    const address = new URL(sheet.href);
    if (address.search !== `?${wanted}`) {
      address.search = wanted;
      sheet.href = address;
    }
    const answer = await fetch(`${form.dataset.colours}?${wanted}`);
    if (!answer.ok) return;
    const { says } = await answer.json();
    const told = document.getElementById("adjusted");
    told.textContent = says;
    told.hidden = !says;
  }

  let soon;
  form?.addEventListener("input", () => {
    words();
    clearTimeout(soon);
    soon = setTimeout(colours, 250);
  });
  frame.addEventListener("load", () => { words(); colours(); });
  for (const button of document.querySelectorAll("[data-language]")) {
    button.addEventListener("click", () => {
      document.querySelector("[data-language][aria-current]")?.removeAttribute("aria-current");
      button.setAttribute("aria-current", "true");
      language = button.dataset.language;
      const address = new URL(frame.src);
      address.searchParams.set("lang", language);
      frame.src = address;
    });
  }
})();
