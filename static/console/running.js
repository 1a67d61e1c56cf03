// The figures refresh themselves only while somebody looks, and never under a reader's fingers.
"use strict";
document.addEventListener("htmx:beforeRequest", (event) => {
  const live = document.getElementById("live");
  if (event.target === live && (document.hidden || live.contains(document.activeElement))) {
    event.preventDefault();
  }
});
