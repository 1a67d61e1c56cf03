// A refusal as a step of the make page: found on this device (the words are in the page's
// templates) or given by the server (the words come with it).

import { illustrate } from "./shot.js";

const form = document.getElementById("make");

/** One found on this device, with its facts filled in. */
export function fromTemplate(refusal) {
  const template = document.querySelector(`template[data-code="${refusal.code}"]`);
  const panel = template.content.firstElementChild.cloneNode(true);
  const words = document.createTreeWalker(panel, NodeFilter.SHOW_TEXT);
  while (words.nextNode()) {
    for (const [name, value] of Object.entries(refusal.facts || {})) {
      words.currentNode.data = words.currentNode.data.replace(`{${name}}`, value);
    }
  }
  Object.assign(panel.dataset, refusal.facts);
  return panel;
}

/** One that the server rendered. */
export function fromServer(refusal) {
  const holder = document.createElement("div");
  holder.innerHTML = refusal.panel;
  return holder.firstElementChild;
}

export function place(panel, shown) {
  form.querySelector("[data-refusal]").replaceChildren(panel);
  illustrate(panel, shown);
  waitIfAsked(panel);
}

function waitIfAsked(panel) {
  const button = panel.querySelector("[data-wait]");
  if (!button || !Number(button.dataset.wait)) return;
  const label = button.lastChild;
  const ready = label.data;
  const until = Date.now() + Number(button.dataset.wait) * 1000;
  const count = () => {
    const left = Math.ceil((until - Date.now()) / 1000);
    button.setAttribute("aria-disabled", String(left > 0));
    label.data = left > 0 ? button.dataset.waiting.replace("{s}", left) : ready;
    if (left > 0) setTimeout(count, 500);
  };
  count();
}
