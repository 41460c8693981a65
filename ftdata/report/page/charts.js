"use strict";
/* Bars, histograms and lines, drawn as elements and SVG; every chart has its figures as text too. */
const ftdataCharts = (() => {
  const {el, number} = ftdataShow;
  const NS = "http://www.w3.org/2000/svg";

  function svg(tag, attributes, ...children) {
    const made = document.createElementNS(NS, tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
    for (const child of children.flat()) if (child) made.append(child);
    return made;
  }

  const text = (x, y, said, attributes) => svg("text", {x, y, ...attributes}, document.createTextNode(said));

  /** A number in few characters: 65k, 1.2M. */
  function short(value) {
    for (const [unit, name] of [[1e9, "B"], [1e6, "M"], [1e3, "k"]]) {
      if (value >= unit) return (value / unit).toFixed(value / unit < 10 && value % unit ? 1 : 0) + name;
    }
    return Number.isInteger(value) ? String(value) : value.toPrecision(3);
  }

  /** Bars as rows of a table: `{label, count, before, tone, act}` each; `before` is drawn as a thinner bar. */
  function bars(rows, options) {
    const most = Math.max(1, ...rows.map((row) => Math.max(row.count, row.before ?? 0)));
    const bar = (value, kind) => {
      const made = el("span", {class: "bar " + kind});
      made.style.setProperty("--share", String(value / most));
      return made;
    };
    const head = options.heads ? el("thead", {}, el("tr", {}, options.heads.map((one, at) => el("th", {scope: "col", class: at ? "number" : ""}, one)))) : null;
    return el("table", {class: "bars"}, el("caption", {class: "visually-hidden"}, options.caption), head, el("tbody", {}, rows.map((row) => el("tr", {},
      el("th", {scope: "row", dir: "auto"}, row.act ? el("button", {type: "button", class: "link", on: {click: row.act}}, row.label) : row.label),
      el("td", {class: "number"}, el("span", {class: "amount"}, (row.sign || "") + number(row.count)), row.before === undefined ? null : el("span", {class: "soft was"}, ` ← ${number(row.before)}`),
        options.total ? el("span", {class: "soft share"}, ` ${(100 * row.count / options.total).toFixed(row.count * 20 < options.total ? 1 : 0)}%`) : null,
        el("span", {class: "track", "aria-hidden": "true"}, bar(row.count, row.tone || ""), row.before === undefined ? null : bar(row.before, "before")))))));
  }

  /** An element that is drawn anew for each width. */
  function fitted(draw, classes) {
    const frame = el("div", {class: "chart " + classes});
    let drawn = 0;
    const again = () => {
      const width = Math.round(frame.clientWidth);
      if (width && width !== drawn) { drawn = width; frame.replaceChildren(draw(width)); }
    };
    new ResizeObserver(again).observe(frame);
    return frame;
  }

  /** A histogram: bins `[least, next, count]`, and lines at limits `{value, label}`; its axis is logarithmic unless `even`. */
  function histogram(bins, limits, said, even) {
    const high = 170, top = 34, bottom = 26, side = 14;
    return fitted((width) => {
      const least = bins[0][0], most = Math.max(bins[bins.length - 1][1], ...limits.map((one) => one.value * 1.05));
      const scale = even && most <= 64 ? (value) => value : (value) => Math.log2(value + 1);
      const x = (value) => side + (scale(value) - scale(least)) / (scale(most) - scale(least) || 1) * (width - 2 * side);
      const tallest = Math.max(...bins.map((one) => one[2]));
      const floor = top + high;
      const made = svg("svg", {viewBox: `0 0 ${width} ${floor + bottom}`, width, height: floor + bottom, role: "img", "aria-label": said});
      for (const [low, next, count] of bins) {
        const height = Math.max(2, count / tallest * high), wide = Math.max(1.5, x(next) - x(low) - 1.5);
        made.append(svg("rect", {class: "column", x: x(low) + 0.75, y: floor - height, width: wide, height, rx: Math.min(2, wide / 2)},
          svg("title", {}, document.createTextNode(`${number(low)}${next - low > 1 ? "–" + number(next - 1) : ""}: ${number(count)}`))));
      }
      made.append(svg("line", {class: "axis", x1: side, x2: width - side, y1: floor + 0.5, y2: floor + 0.5}));
      let last = -99;
      const middle = even && most <= 64 ? (x(1) - x(0)) / 2 : 0;
      for (const tick of [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48].filter((one) => middle && one >= least && one < most)) {
        made.append(text(x(tick) + middle, floor + 18, String(tick), {class: "tick", "text-anchor": "middle"}));
      }
      for (const tick of middle ? [] : [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 2e5, 5e5, 1e6, 2e6, 1e7].filter((one) => one >= least && one <= most)) {
        if (x(tick) - last < 44) continue;
        last = x(tick);
        made.append(text(last, floor + 18, short(tick), {class: "tick", "text-anchor": "middle"}));
      }
      let end = [-99, -99];
      for (const {value, label} of [...limits].sort((one, other) => one.value - other.value)) {
        const at = x(value), row = at - end[0] > label.length * 7.2 ? 0 : 1;
        made.append(svg("line", {class: "limit", x1: at, x2: at, y1: top - 4, y2: floor}));
        if (at - end[row] > label.length * 7.2) {
          end[row] = at;
          made.append(text(at + 3, row ? top - 4 : 13, label, {class: "tick", "text-anchor": "end"}));
        }
      }
      return made;
    }, "histogram");
  }

  /** Lines over steps: `{title, lines: [{name, points}], ends, dots}`. */
  function lines(chart) {
    const high = 190, top = 10, bottom = 26, left = 46, right = 12;
    const all = chart.lines.flatMap((line) => line.points);
    const range = (at) => all.reduce(([low, upper], point) => [Math.min(low, point[at]), Math.max(upper, point[at])], [Infinity, -Infinity]);
    const [first, last] = range(0), [least, most] = range(1);
    const drawn = fitted((width) => {
      const x = (step) => left + (last > first ? (step - first) / (last - first) : 0.5) * (width - left - right);
      const y = (value) => top + (most > least ? (most - value) / (most - least) : 0.5) * high;
      const made = svg("svg", {viewBox: `0 0 ${width} ${top + high + bottom}`, width, height: top + high + bottom, role: "img", "aria-label": chart.title});
      for (const share of [0, 0.25, 0.5, 0.75, 1]) {
        const value = least + (most - least) * share;
        made.append(svg("line", {class: "grid", x1: left, x2: width - right, y1: y(value), y2: y(value)}), text(left - 6, y(value) + 4, short(Number(value.toPrecision(3))), {class: "tick", "text-anchor": "end"}));
      }
      for (const end of chart.ends) made.append(svg("line", {class: "limit", x1: x(end), x2: x(end), y1: top, y2: top + high}));
      for (const step of [first, Math.round((first + last) / 2), last]) {
        made.append(text(x(step), top + high + 18, number(step), {class: "tick", "text-anchor": step === first ? "start" : step === last ? "end" : "middle"}));
      }
      chart.lines.forEach((line, at) => {
        made.append(svg("polyline", {class: `line series-${at % 6}`, points: line.points.map(([step, value]) => `${x(step).toFixed(1)},${y(value).toFixed(1)}`).join(" ")}));
      });
      for (const [step, value] of chart.dots) made.append(svg("circle", {class: "best", cx: x(step), cy: y(value), r: 5}, svg("title", {}, document.createTextNode(`${number(step)}: ${value}`))));
      return made;
    }, "lines");
    const legend = el("ul", {class: "legend"}, chart.lines.map((line, at) => el("li", {}, el("span", {class: `swatch series-${at % 6}`, "aria-hidden": "true"}), line.name)));
    return el("figure", {}, el("figcaption", {class: "label"}, chart.title), legend, drawn);
  }

  return {bars, histogram, lines, short};
})();
