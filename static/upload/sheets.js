// Questions asked once before something that cannot be undone: a form with data-asks="name" opens
// the sheet of that name and is sent when the sheet's own button says so. A form that is sent before
// this script is there, or without it, is answered with the same question as a page.

export function sheet(name) {
  return document.querySelector(`[data-sheet="${name}"]`);
}

/** `before` runs once the visitor has confirmed, with the form that is about to be sent. */
export function askBefore(before = () => {}) {
  document.querySelectorAll("form[data-asks]").forEach((form) => {
    const asked = sheet(form.dataset.asks);
    if (!asked || !asked.showModal) return;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      asked.showModal();
    });
    asked.querySelector("[data-confirm]").addEventListener("click", () => {
      before(form);
      const sure = { type: "hidden", name: "sure", value: "yes" };
      form.append(Object.assign(document.createElement("input"), sure));
      form.submit();
    });
  });
}

document.querySelectorAll("dialog").forEach((dialog) => {
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog || event.target.closest("[data-close]")) dialog.close();
  });
});
