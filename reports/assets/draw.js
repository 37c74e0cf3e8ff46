"use strict";
(function () {
  var config = {
    displaylogo: false,
    responsive: true,
    // Named one by one: the default bar also offers to send the data to a cloud.
    modeBarButtons: [["zoom2d", "pan2d", "resetScale2d", "toImage"]],
    plotlyServerURL: "",
  };
  var plots = Array.prototype.slice.call(document.querySelectorAll("[data-figure]"));
  plots.forEach(function (plot) {
    var figure = JSON.parse(document.getElementById(plot.dataset.figure).textContent);
    var fixed = figure.layout.xaxis.fixedrange === true;
    Plotly.newPlot(plot, figure.data, figure.layout, fixed ? Object.assign({}, config, { displayModeBar: false }) : config);
  });
  // Paper has its own width: what was drawn for the screen would be cut.
  window.addEventListener("beforeprint", function () {
    plots.forEach(function (plot) { Plotly.relayout(plot, { width: 680, height: 265 }); });
  });
  window.addEventListener("afterprint", function () {
    plots.forEach(function (plot) { Plotly.relayout(plot, { width: null, height: null, autosize: true }); });
  });
})();
