// "Made here?": a picture is dropped, pasted or chosen, looked at by the server, and forgotten.

const form = document.querySelector("[data-made-here]");
const place = document.querySelector("[data-answer]");
const picker = form.elements.picture;

document.documentElement.classList.add("js-runs");
picker.classList.add("unseen");

async function look(file) {
  if (!file) return;
  place.textContent = form.dataset.looking;
  const body = new FormData(form);
  body.set("picture", file, "picture");
  try {
    const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
    const said = await answer.json();
    if (said.answer) place.innerHTML = said.answer;
    else place.textContent = said.message;
  } catch (error) {
    place.textContent = form.dataset.trouble;
  }
  picker.value = "";
}

picker.addEventListener("change", () => look(picker.files[0]));
addEventListener("paste", (event) => look([...event.clipboardData.files].find((file) => file.type.startsWith("image/"))));
addEventListener("dragover", (event) => {
  event.preventDefault();
  form.classList.add("drop-target");
});
addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) form.classList.remove("drop-target");
});
addEventListener("drop", (event) => {
  event.preventDefault();
  form.classList.remove("drop-target");
  look(event.dataTransfer.files[0]);
});
