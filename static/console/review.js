// The review queue by keys. Every act is a form of the page, sent without leaving it: the answer is
// the next page, and its parts take the place of the old ones.
"use strict";

(() => {
  const PARTS = ["review", "review-head"];
  const TOAST_MS = 10_000;
  const LOOK_MS = 20_000;
  const KEEP_S = 120; // hold on to an item that is worked on when less is left
  let busy = false;
  let waiting = []; // keys pressed while an answer is on its way
  let touched = Date.now();
  let ticking = 0;
  let toasting = 0;

  const part = (id) => document.getElementById(id);
  const find = (selector) => part("review").querySelector(selector);

  // --- Sending a form, showing the answer ----------------------------------------------------
  async function show(response) {
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    if (!page.getElementById("review")) {
      location.reload(); // signed out, or the frame has changed
      return;
    }
    for (const id of PARTS) part(id).replaceWith(page.getElementById(id));
    if (response.redirected || response.ok) history.replaceState(null, "", response.url);
    begin();
  }

  async function send(form, act) {
    if (busy) return;
    busy = true;
    part("review").setAttribute("aria-busy", "true");
    const body = new FormData(form);
    if (act) body.set("act", act);
    try {
      await show(await fetch(location.pathname, { method: "POST", body }));
    } catch {
      tell(part("review").dataset.lost);
    } finally {
      busy = false;
      part("review").removeAttribute("aria-busy");
    }
    const next = waiting.shift();
    if (next) press(next);
  }

  async function open(address) {
    if (busy) return;
    busy = true;
    try {
      await show(await fetch(address));
      history.pushState(null, "", address);
    } catch {
      location.href = address;
    } finally {
      busy = false;
    }
  }

  function tell(sentence) {
    const said = document.createElement("p");
    said.className = "note note-bad";
    said.textContent = sentence;
    find(".says").replaceChildren(said);
  }

  // --- Deciding ------------------------------------------------------------------------------
  function decide(button) {
    const form = part("decide");
    const missing = button.matches("[data-needs-reason]") && !form.querySelector("[name=reasons]:checked");
    const sentence = part("reason-needed");
    if (sentence) sentence.hidden = !missing;
    if (missing) {
      form.querySelector("[name=reasons]").focus();
      sentence.scrollIntoView({ block: "nearest" });
      return;
    }
    if (["won", "lost"].includes(button.value) && !form.elements.comment.value.trim()) {
      form.elements.comment.focus();
      return;
    }
    send(form, button.value);
  }

  function zoom() {
    const well = find(".rpic");
    const button = find("[data-zoom]");
    if (!well || !button) return;
    const zoomed = well.classList.toggle("zoomed");
    button.setAttribute("aria-pressed", String(zoomed));
    if (zoomed) well.scrollTo((well.scrollWidth - well.clientWidth) / 2, (well.scrollHeight - well.clientHeight) / 4);
  }

  const press = (name) => {
    if (name === "Z") return zoom();
    if (name === "T") return void (part("comment") && part("comment").focus());
    const reason = find(`[name=reasons][data-key="${name}"]`);
    if (reason) {
      reason.checked = !reason.checked;
      part("reason-needed").hidden = true;
      return undefined;
    }
    const button = find(`button[aria-keyshortcuts="${name}"]`);
    if (button) button.click();
    return undefined;
  };

  document.addEventListener("keydown", (event) => {
    touched = Date.now();
    const typing = event.target.matches("textarea, select, input:not([type=checkbox])");
    if (typing) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const name = event.key.toUpperCase();
    if (!/^[A-Z0-9]$/.test(name)) return;
    if (busy) {
      if (!event.repeat) waiting.push(name);
      return;
    }
    if (event.repeat) return;
    if (name === "T") event.preventDefault();
    press(name);
  });

  document.addEventListener("click", (event) => {
    touched = Date.now();
    if (event.target.closest("[data-zoom]")) return zoom();
    const line = event.target.closest("[data-list] a");
    if (line && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      if (!line.matches("[aria-current]") && !busy) letGo();
      open(line.href);
    }
    return undefined;
  });

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.closest("#review") || form.matches("[data-filters]") || form.method !== "post") return;
    event.preventDefault();
    const button = event.submitter;
    if (button && form.id === "decide" && button.value !== "next" && button.value !== "claim") decide(button);
    else send(form, button ? button.value : "");
  });

  document.addEventListener("change", (event) => {
    if (event.target.closest("[data-filters]")) event.target.form.submit();
  });

  // --- Holding an item -----------------------------------------------------------------------
  function tick(lock, end) {
    const left = Math.max(0, Math.round((end - Date.now()) / 1000));
    const time = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    const words = left ? lock.dataset.yours.replace("{time}", time) : lock.dataset.over;
    lock.querySelector("[data-time]").textContent = words;
    if (!left) clearInterval(ticking);
    if (left === KEEP_S && Date.now() - touched < KEEP_S * 1000 && part("decide")) keep();
  }

  // What was typed and chosen stays: only the lock is prolonged.
  async function keep() {
    const body = new FormData(part("decide"));
    body.set("act", "claim");
    const response = await fetch(location.pathname, { method: "POST", body }).catch(() => null);
    if (!response || !response.ok) return;
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const head = page.getElementById("review-head");
    if (head) part("review-head").replaceWith(head);
    hold();
  }

  function hold() {
    clearInterval(ticking);
    const lock = document.querySelector("[data-until]");
    if (!lock) return;
    const end = Date.now() + Number(lock.dataset.until) * 1000;
    tick(lock, end);
    ticking = setInterval(tick, 1000, lock, end);
  }

  // Whoever leaves, or looks at another one, lets the item go.
  function letGo() {
    const form = part("decide");
    if (!form || !document.querySelector("[data-until]")) return;
    const body = new FormData(form);
    body.set("act", "release");
    navigator.sendBeacon(location.pathname, body);
  }
  window.addEventListener("pagehide", letGo);

  function begin() {
    hold();
    clearTimeout(toasting);
    const toast = find("[data-undo-toast]");
    if (toast) toasting = setTimeout(() => toast.remove(), TOAST_MS);
    const claim = find("[data-claim]");
    if (claim) {
      claim.hidden = true;
      setTimeout(() => send(part("decide"), "claim")); // once this answer is through
    }
  }

  // An empty queue looks for new submissions by itself.
  setInterval(() => {
    if (!document.hidden && !busy && find(".rview-none")) open(location.href);
  }, LOOK_MS);
  window.addEventListener("popstate", () => location.reload());
  begin();
})();
