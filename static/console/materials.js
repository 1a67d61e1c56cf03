// The list of materials: files sent one per request, two at a time, each with its own outcome;
// and the bar that appears once something is chosen.
"use strict";

(() => {
  const AT_ONCE = 2;

  // --- Files ---------------------------------------------------------------------------------
  const form = document.getElementById("drop");
  const panel = document.getElementById("uploads");
  const words = form ? form.dataset : {};
  const files = [];

  const element = (name, className, text) => {
    const made = document.createElement(name);
    if (className) made.className = className;
    if (text) made.textContent = text;
    return made;
  };

  function row(file) {
    const item = element("li");
    const place = element("span", "ph");
    const what = element("div", "stack-s");
    const says = element("span", "says", words.waiting);
    const bar = element("progress");
    bar.max = 1;
    bar.value = 0;
    bar.setAttribute("aria-label", file.name);
    what.append(element("span", "name", file.name), says, bar);
    const acts = element("div", "do");
    item.append(place, what, acts);
    panel.querySelector("ul").append(item);
    return { item, place, says, bar, acts };
  }

  function button(entry, label, act, quiet) {
    const made = element("button", quiet ? "btn btn-plain" : "btn", label);
    made.type = "button";
    made.addEventListener("click", act);
    entry.view.acts.append(made);
  }

  function add(list) {
    const campaign = form.elements.campaign;
    if (!campaign.value) {
      campaign.setAttribute("aria-invalid", "true");
      campaign.focus();
      tell(words.campaign);
      panel.hidden = false;
      return;
    }
    campaign.removeAttribute("aria-invalid");
    for (const file of list) {
      files.push({ file, campaign: campaign.value, fit: false, state: "waiting", view: row(file) });
    }
    panel.hidden = false;
    next();
  }

  function next() {
    const busy = files.filter((entry) => entry.state === "sending").length;
    files.filter((entry) => entry.state === "waiting").slice(0, AT_ONCE - busy).forEach(send);
    sum();
  }

  function send(entry) {
    const body = new FormData();
    body.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    body.append("campaign", entry.campaign);
    if (entry.fit) body.append("fit", "on");
    body.append("file", entry.file);
    entry.state = "sending";
    entry.view.item.className = "";
    entry.view.acts.replaceChildren();
    entry.view.bar.hidden = false;
    entry.view.says.textContent = words.sending;
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "application/json");
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) entry.view.bar.value = event.loaded / event.total;
    });
    request.upload.addEventListener("load", () => {
      entry.view.bar.removeAttribute("value");
      entry.view.says.textContent = words.looking;
    });
    request.addEventListener("load", () => ended(entry, answer(request)));
    request.addEventListener("error", () => ended(entry, lost(words.lost)));
    request.send(body);
  }

  const lost = (sentence) => ({ taken: false, sentences: [sentence], again: true });

  function answer(request) {
    try {
      return JSON.parse(request.responseText).files[0];
    } catch {
      return lost(request.responseURL.includes("login") ? words.signedOut : words.lost);
    }
  }

  function ended(entry, outcome) {
    const { view } = entry;
    entry.state = outcome.taken ? "taken" : "refused";
    entry.canFit = Boolean(outcome.fit);
    view.bar.hidden = true;
    view.item.className = outcome.taken ? (outcome.warns ? "warns" : "ok") : "bad";
    view.says.textContent = outcome.sentences.join(" ");
    if (outcome.taken) {
      const picture = element("img");
      picture.src = outcome.thumbnail;
      picture.alt = "";
      view.place.replaceWith(picture);
      view.place = picture;
      const open = element("a", "btn", words.open);
      open.href = outcome.address;
      view.acts.append(open);
    }
    if (outcome.fit) {
      view.says.textContent += ` ${words.fit}: ${outcome.fit}`;
      button(entry, words.fit, () => fit([entry]));
    }
    if (outcome.again) button(entry, words.again, () => again([entry]));
    next();
  }

  function again(entries) {
    for (const entry of entries) entry.state = "waiting";
    next();
  }

  function fit(entries) {
    for (const entry of entries) {
      entry.fit = true;
      entry.canFit = false;
    }
    again(entries);
  }

  const tell = (sentence) => { panel.querySelector("[data-sum]").textContent = sentence; };

  function sum() {
    const count = (state) => files.filter((entry) => entry.state === state).length;
    const open = count("waiting") + count("sending");
    const told = open ? words.sum.replace("{done}", files.length - open).replace("{all}", files.length)
      : words.sumEnd.replace("{taken}", count("taken")).replace("{refused}", count("refused"));
    tell(told);
    const fittable = files.filter((entry) => entry.canFit);
    panel.querySelector("[data-fit-all]").hidden = fittable.length < 2;
    panel.querySelector("[data-clear]").hidden = open > 0 || !files.length;
    if (!open && count("taken")) refresh();
  }

  // The grid as the server draws it now; the list of outcomes stays.
  async function refresh() {
    const fresh = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => null);
    if (!fresh || !fresh.ok) return;
    const page = new DOMParser().parseFromString(await fresh.text(), "text/html");
    for (const id of ["grid", "tabs"]) {
      const [now, then] = [document.getElementById(id), page.getElementById(id)];
      if (now && then) now.replaceWith(then);
    }
    choose();
  }

  if (form) {
    const input = document.getElementById("files");
    // Caught on its way: Unfold's script expects a text field of its own beside every file field.
    form.addEventListener("change", (event) => {
      if (event.target !== input) return;
      event.stopImmediatePropagation();
      add(input.files);
      input.value = "";
    }, true);
    panel.querySelector("[data-fit-all]").addEventListener("click", () => fit(files.filter((entry) => entry.canFit)));
    panel.querySelector("[data-clear]").addEventListener("click", () => {
      files.length = 0;
      panel.querySelector("ul").replaceChildren();
      panel.hidden = true;
    });
    const carries = (event) => event.dataTransfer && event.dataTransfer.types.includes("Files");
    window.addEventListener("dragover", (event) => {
      if (!carries(event)) return;
      event.preventDefault();
      form.classList.add("over");
    });
    window.addEventListener("dragleave", (event) => {
      if (!event.relatedTarget) form.classList.remove("over");
    });
    window.addEventListener("drop", (event) => {
      if (!carries(event)) return;
      event.preventDefault();
      form.classList.remove("over");
      add(event.dataTransfer.files);
    });
    window.addEventListener("beforeunload", (event) => {
      if (files.some((entry) => ["waiting", "sending"].includes(entry.state))) event.preventDefault();
    });
  }

  // --- Choosing ------------------------------------------------------------------------------
  const bar = document.getElementById("chosen");

  function choose() {
    if (!bar) return;
    const number = document.querySelectorAll("[name=chosen]:checked").length;
    bar.hidden = number === 0;
    bar.querySelector("[data-chosen]").textContent = bar.dataset.count.replace("{n}", number);
  }

  document.addEventListener("change", (event) => {
    if (event.target.name === "chosen") choose();
  });
  if (bar) {
    bar.addEventListener("reset", () => setTimeout(choose));
    choose();
  }
})();
