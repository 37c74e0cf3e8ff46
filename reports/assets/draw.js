"use strict";
(function () {
  var config = {
    displaylogo: false,
    responsive: true,
    // Named one by one: the default bar also offers to send the data to a cloud.
    modeBarButtons: [["zoom2d", "pan2d", "resetScale2d", "toImage"]],
    plotlyServerURL: "",
  };
  // Figures carry the colours of paper; the style sheet says what stands for them on a dark screen.
  var names = { "#1b2430": "--ink", "#55606d": "--quiet", "#d9dee4": "--rule", "#fff": "--paper", "#1d5a86": "--blue", "#b05a00": "--ochre", "#3b7a3f": "--green" };
  var plots = Array.prototype.slice.call(document.querySelectorAll("[data-figure]"));

  function isDark() {
    return getComputedStyle(document.documentElement).colorScheme === "dark";
  }

  function draw(plot, onPaper) {
    var text = document.getElementById(plot.dataset.figure).textContent;
    var sheet = getComputedStyle(document.documentElement);
    if (isDark() && !onPaper) {
      Object.keys(names).forEach(function (colour) {
        text = text.split('"' + colour + '"').join('"' + sheet.getPropertyValue(names[colour]).trim() + '"');
      });
    }
    var figure = JSON.parse(text);
    var fixed = figure.layout.xaxis.fixedrange === true;
    if (onPaper) { Object.assign(figure.layout, { width: 680, height: 265 }); }
    Plotly.react(plot, figure.data, figure.layout, fixed ? Object.assign({}, config, { displayModeBar: false }) : config);
  }

  plots.forEach(function (plot) {
    // Set from here: a strict policy lets no page carry styles of its own.
    plot.style.height = plot.dataset.height + "px";
    draw(plot, false);
  });
  function all(onPaper) {
    return function () { plots.forEach(function (plot) { draw(plot, onPaper); }); };
  }
  document.addEventListener("themechange", all(false));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", all(false));
  // Paper has its own width: what was drawn for the screen would be cut.
  window.addEventListener("beforeprint", all(true));
  window.addEventListener("afterprint", all(false));
})();
