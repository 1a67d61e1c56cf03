// Runs before the first paint: the page may hide what only matters without scripts. If the page's
// own module does not start, the plain page comes back and works by itself.
(function () {
  var page = document.documentElement;
  page.classList.add("js");
  setTimeout(function () {
    if (!page.classList.contains("js-runs")) page.classList.remove("js");
  }, 6000);
})();
