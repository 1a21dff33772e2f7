// What all live elements share. Python joins these files into one module per element; texts become text nodes only.

function element(tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
}

// Writing the same text again would still cost a layout.
function put(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

const fill = (words, values) => words.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

function formatter(lang, measure, signed) {
  const options = { minimumFractionDigits: measure.digits, maximumFractionDigits: measure.digits };
  if (measure.percent) options.style = "percent";
  if (signed) options.signDisplay = "exceptZero";
  const format = new Intl.NumberFormat(lang, options);
  return (value) => (value === null || value === undefined ? "–" : format.format(value));
}

function pictureOf(data, item, className) {
  const source = item.picture === null ? null : data.pictures[item.picture];
  const category = data.categories[item.category];
  const frame = element("div", source ? className : `${className} tile`);
  frame.style.setProperty("--hue", category.hue);
  if (source) {
    const image = element("img");
    image.alt = "";
    image.decoding = "sync"; // small and local: a card that moves in the document must not blink
    image.draggable = false;
    image.referrerPolicy = "no-referrer"; // a picture on the web need not know which page asks
    image.src = source;
    frame.append(image);
  } else frame.append(element("span", "", category.initial));
  return frame;
}

function fillTable(table, heads, rows) {
  const row = (cells, tag) => {
    const line = element("tr");
    cells.forEach((cell, place) => {
      const node = element(place === 0 && tag === "td" ? "th" : tag, "", String(cell));
      if (node.tagName === "TH") node.scope = tag === "th" ? "col" : "row";
      line.append(node);
    });
    return line;
  };
  const [head, body] = [element("thead"), element("tbody")];
  head.append(row(heads, "th"));
  body.append(...rows.map((cells) => row(cells, "td")));
  table.replaceChildren(head, body);
}

// A curve known on an even grid over [0, 1], read between its points.
function onGrid(values, diversity) {
  const at = diversity * (values.length - 1);
  const left = Math.min(Math.floor(at), values.length - 2);
  const [a, b] = [values[left], values[left + 1]];
  return a === null || b === null ? null : a + (at - left) * (b - a);
}

// Points in hundredths of a plot's width and height, as an SVG path in thousandths.
const line = (points) => (points.length ? "M" + points.map(([x, y]) => `${(x * 10).toFixed(1)} ${(y * 10).toFixed(1)}`).join("L") : "");

function dotAt(dot, [x, y]) {
  dot.style.transform = `translate(${x}cqw, ${y}cqh)`;
}
