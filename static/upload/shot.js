// Draws facts onto the visitor's own photo: the box that was measured beside the one that is
// needed, to scale; the bar with its limit.

const SVG = "http://www.w3.org/2000/svg";

export function draw(name, attributes, parent, words) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  if (words !== undefined) element.textContent = words;
  if (parent) parent.append(element);
  return element;
}

/** Fills what the server left open in a refusal: photo, box and bar. */
export function illustrate(panel, photo) {
  const facts = panel.dataset;
  const place = panel.querySelector("[data-shot]");
  if (place) {
    if (photo && photo.address) place.append(shot(photo, facts));
    else place.remove();
  }
  const bar = panel.querySelector("[data-measure]");
  if (bar && facts.measured && facts.limit && facts.needs) {
    bar.append(measure(Number(facts.measured), Number(facts.limit), facts));
    bar.hidden = false;
  }
}

function shot(photo, facts) {
  const figure = document.createElement("figure");
  figure.className = "shot";
  const image = figure.appendChild(document.createElement("img"));
  image.src = photo.address;
  image.alt = facts.photoName;
  const [width, height] = facts.size ? facts.size.split(" ").map(Number) : [photo.width, photo.height];
  const svg = draw("svg", { viewBox: `0 0 ${width} ${height}`, width, height, "aria-hidden": "true" }, figure);
  if (facts.box) boxes(svg, facts, width, height);
  return figure;
}

function boxes(svg, facts, width, height) {
  const [left, top, right, bottom] = facts.box.split(" ").map(Number);
  const is = { x: left, y: top, width: right - left, height: bottom - top };
  const unit = Math.max(width, height) / 100;
  const round = Math.min(1.2 * unit, is.width / 8);
  draw("rect", { class: "box-halo", rx: round, ...is }, svg);
  draw("rect", { class: "box-is", rx: round, ...is }, svg);
  if (facts.measured && facts.limit && facts.scales === "yes") {
    const grow = Number(facts.limit) / Number(facts.measured);
    const [w, h] = [is.width * grow, is.height * grow];
    draw("rect", { class: "box-needed", rx: round, x: (left + right - w) / 2, y: (top + bottom - h) / 2, width: w, height: h }, svg);
  }
  if (facts.measured) flag(svg, facts, is, unit, width);
}

function flag(svg, facts, is, unit, width) {
  const words = facts.measured + (facts.sign || "");
  const [wide, high] = [unit * (5 + 2.6 * words.length), 7.4 * unit];
  const toRight = is.x + is.width + wide + 5 * unit < width;
  const from = toRight ? is.x + is.width : is.x;
  const x = toRight ? from + 4 * unit : Math.max(unit, from - 4 * unit - wide);
  const y = is.y + is.height / 2;
  draw("path", { class: "box-lead", d: `M${from} ${y}H${toRight ? x : x + wide}` }, svg);
  draw("rect", { class: "box-flag", x, y: y - high / 2, width: wide, height: high, rx: high / 2 }, svg);
  draw("text", { class: "box-figure", x: x + wide / 2, y: y + 1.6 * unit, "font-size": 4.4 * unit }, svg, words);
}

function measure(measured, limit, facts) {
  const most = Math.max(measured, limit) * 1.25;
  const at = (value) => Math.round((360 * value) / most);
  const anchor = (x) => (x < 70 ? "start" : x > 290 ? "end" : "middle");
  const said = facts.said.replace("{n}", measured + (facts.sign || ""));
  const needed = facts.needed.replace("{n}", limit + (facts.sign || ""));
  const svg = draw("svg", { viewBox: "0 0 360 60", role: "img", "aria-label": `${said}, ${needed}` });
  draw("rect", { class: "measure-track", y: 22, width: 360, height: 12, rx: 6 }, svg);
  draw("rect", { class: "measure-is", y: 22, width: Math.max(12, at(measured)), height: 12, rx: 6 }, svg);
  draw("path", { class: "measure-limit", d: `M${at(limit)} 14V42` }, svg);
  draw("text", { class: "measure-said", x: at(measured), y: 13, "text-anchor": anchor(at(measured)) }, svg, said);
  draw("text", { x: at(limit), y: 57, "text-anchor": anchor(at(limit)) }, svg, needed);
  return svg;
}
