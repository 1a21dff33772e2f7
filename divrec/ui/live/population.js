// What the slider does to everybody: one small curve per measure, or per group of shoppers on one scale, each with a point
// that follows the live slider.

const HIGH = 88; // of a plot's height; the rest is air

const knownOf = (measure) => [...measure.values, ...(measure.low ?? []), ...(measure.high ?? [])].filter((value) => value !== null);

function makePanel(data, measure) {
  const known = data.together ? data.measures.flatMap(knownOf) : knownOf(measure);
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const place = (value) => 94 - HIGH * ((value - low) / (high - low || 1));
  const node = element("figure", "panel");
  const head = element("figcaption");
  const [value, name] = [element("span", "value"), element("span", "name", measure.label)];
  name.title = measure.label;
  head.append(name, value);
  const plot = element("div", "plot");
  plot.setAttribute("role", "img");
  plot.setAttribute("aria-label", measure.help);
  plot.title = measure.help;
  const space = "http://www.w3.org/2000/svg";
  const [picture, band, curve] = ["svg", "path", "path"].map((tag) => document.createElementNS(space, tag));
  picture.setAttribute("viewBox", "0 0 1000 1000");
  picture.setAttribute("preserveAspectRatio", "none");
  curve.setAttribute("class", "line");
  band.setAttribute("class", "band");
  const last = measure.values.length - 1;
  const points = (values) => values.flatMap((y, at) => (y === null ? [] : [[2 + (96 * at) / last, place(y)]]));
  curve.setAttribute("d", line(points(measure.values)));
  if (measure.low) band.setAttribute("d", line([...points(measure.low), ...points(measure.high).reverse()]));
  picture.append(band, curve);
  const [rule, dot] = [element("span", "rule"), element("span", "dot here")];
  plot.append(picture, rule, dot);
  node.append(head, plot);
  return { node, measure, value, rule, dot, place, say: formatter(data.lang, measure) };
}

function drawPanels(view, diversity) {
  for (const { measure, value, rule, dot, place, say } of view.panels) {
    const now = onGrid(measure.values, diversity);
    put(value, say(now));
    dotAt(rule, [2 + 96 * diversity, 0]);
    dot.hidden = now === null;
    if (now !== null) dotAt(dot, [2 + 96 * diversity, place(now)]);
  }
}

// The live slider draws these curves behind its own; it may be there before or after them.
function tell(view) {
  if (view.data && !view.data.together) document.dispatchEvent(new CustomEvent("divrec:everyone", { detail: view.data }));
}

function openPanels(root, view, data) {
  view.data = data;
  view.panels = data.measures.map((measure) => makePanel(data, measure));
  root.querySelector(".panels").replaceChildren(...view.panels.map((panel) => panel.node));
  root.querySelector("summary").textContent = data.words.table;
  root.querySelector(".scroll").setAttribute("aria-label", data.words.table);
  const says = view.panels.map((panel) => panel.say);
  const last = data.measures[0].values.length - 1;
  const rows = data.measures[0].values.map((_, at) => [(at / last).toFixed(2), ...data.measures.map((m, place) => says[place](m.values[at]))]);
  fillTable(root.querySelector("table"), [data.words.diversity, ...data.measures.map((m) => m.label)], rows);
}

const populations = new WeakMap();

export default function ({ parentElement, data }) {
  if (!populations.has(parentElement)) {
    const view = { data: null, panels: [], listening: new AbortController(), at: data.start };
    populations.set(parentElement, view);
    const follow = (event) => {
      view.at = event.detail.diversity;
      drawPanels(view, view.at);
    };
    document.addEventListener("divrec:diversity", follow, { signal: view.listening.signal });
    document.addEventListener("divrec:ask", () => tell(view), { signal: view.listening.signal });
  }
  const view = populations.get(parentElement);
  if (view.data?.version !== data.version) {
    openPanels(parentElement, view, data);
    tell(view);
  }
  drawPanels(view, view.at);
  return () => {
    view.listening.abort();
    populations.delete(parentElement);
  };
}
