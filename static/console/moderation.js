// Moderation: choosing pictures with the mouse or with keys.
"use strict";

(() => {
  const form = document.getElementById("chosen");
  const boxes = () => [...form.querySelectorAll("[name=chosen]")];

  function count() {
    const told = form.querySelector("[data-chosen]");
    told.textContent = told.dataset.count.replace("{n}", boxes().filter((box) => box.checked).length);
  }

  if (form) {
    form.addEventListener("change", count);
    form.querySelector("[data-all]").addEventListener("click", () => {
      const all = boxes().every((box) => box.checked);
      for (const box of boxes()) box.checked = !all;
      count();
    });
    count();
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (event.target.matches("textarea, select, input:not([type=checkbox])")) return;
    const name = event.key.toUpperCase();
    const button = /^[A-Z]$/.test(name) && document.querySelector(`button[aria-keyshortcuts="${name}"]`);
    if (button) button.click();
  });
})();
