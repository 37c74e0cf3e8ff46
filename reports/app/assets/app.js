"use strict";
(function () {
  var root = document.documentElement;
  var kept = null;
  try { kept = localStorage.getItem("theme"); } catch (error) { kept = null; }
  if (kept === "dark" || kept === "light") { root.dataset.theme = kept; }

  function isDark() {
    return root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  }

  document.addEventListener("DOMContentLoaded", function () {
    document.querySelectorAll("[data-theme-switch]").forEach(function (button) {
      button.hidden = false;
      button.setAttribute("aria-pressed", String(isDark()));
      button.addEventListener("click", function () {
        root.dataset.theme = isDark() ? "light" : "dark";
        button.setAttribute("aria-pressed", String(isDark()));
        try { localStorage.setItem("theme", root.dataset.theme); } catch (error) { /* kept for this page only */ }
        document.dispatchEvent(new Event("themechange"));
      });
    });
    // A choice takes effect at once where a script runs; without one the button beside it sends it.
    document.querySelectorAll("form[data-at-once] select").forEach(function (select) {
      select.addEventListener("change", function () { select.form.requestSubmit(); });
    });
    document.querySelectorAll("form[data-at-once] button").forEach(function (button) { button.hidden = true; });
    document.querySelectorAll("[data-copy]").forEach(function (button) {
      button.hidden = false;
      button.addEventListener("click", function () {
        navigator.clipboard.writeText(new URL(button.dataset.copy, location.href).href).then(function () { button.textContent = "Copied"; });
      });
    });
  });
})();
