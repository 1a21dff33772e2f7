// The map: all points constant on the card; colours, marks and the list of the moment come in small messages beside it.

const NOTHING = { version: "", colour: "", drag: "select", layers: [], pool: null, taken: 0, words: {} };
const REACH = 14; // pixels within which a point is pointed at

function unpacked(bytes) {
  const size = new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true);
  const text = (from, to) => new TextDecoder().decode(bytes.subarray(from, to));
  const head = JSON.parse(text(4, 4 + size));
  const part = ([from, to]) => bytes.slice(4 + size + from, 4 + size + to);
  const places = new Float32Array(part(head.places).buffer);
  const looks = Object.fromEntries(Object.entries(head.colours).map(([name, colour]) => [name, part(colour.at)]));
  const [from, to] = head.titles;
  return { ...head, places, looks, count: places.length / 3, titles: text(4 + size + from, 4 + size + to).split("\n") };
}

function makeMap(root) {
  const find = (selector) => root.querySelector(selector);
  const parts = {
    root: find(".atlas"), points: find(".points"), over: find(".over"), tip: find(".tip"), without: find(".without"),
    marks: find(".marks"), classes: find(".classes"), said: find(".said"), keys: find("#atlas-keys"),
  };
  const view = {
    parts, over: NOTHING, points: null, list: null, camera: newCamera(2), painter: makePainter(parts.points), frame: 0, moved: true, cursor: -1,
    taken: null, loop: null, pen: parts.over.getContext("2d"), listening: new AbortController(), theme: themeOf(parts.root), ratio: 1,
  };
  const on = (node, type, act, options) => node.addEventListener(type, act, { signal: view.listening.signal, ...options });
  on(document, "divrec:over", ({ detail }) => lay(view, detail));
  on(document, "divrec:step", ({ detail }) => step(view, detail));
  on(parts.points, "webglcontextlost", (event) => event.preventDefault());
  on(parts.points, "webglcontextrestored", () => {
    view.painter = makePainter(parts.points);
    load(view);
  });
  handle(view, on);
  view.observer = new ResizeObserver(() => fit(view));
  view.observer.observe(parts.over);
  // the theme may change under the map: it has no event of its own
  view.watching = new MutationObserver(() => recolour(view));
  view.watching.observe(document.body, { attributes: true, subtree: false });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => setTimeout(() => recolour(view), 100), { signal: view.listening.signal });
  return view;
}

function fit(view) {
  const { points, over } = view.parts;
  view.ratio = Math.min(devicePixelRatio || 1, 2);
  [view.width, view.height] = [over.clientWidth, over.clientHeight];
  for (const canvas of [points, over]) [canvas.width, canvas.height] = [view.width * view.ratio, view.height * view.ratio];
  redraw(view);
}

// Draws the next frame: the marks, and the points too unless only marks have changed.
function redraw(view, marks = false) {
  view.moved ||= !marks;
  view.frame ||= requestAnimationFrame(() => {
    view.frame = 0;
    if (!view.points || !view.width) return;
    if (view.moved) paint(view);
    view.moved = false;
    drawMarks(view);
  });
}

function paint(view) {
  const { points, painter, camera } = view;
  const frame = frameOf(camera, view.width, view.height);
  project(frame, points.places, view.pixels);
  const size = Math.max(3, 13.5 - 2.1 * Math.log10(points.count)) * Math.min(2, Math.sqrt(camera.zoom));
  painter?.draw(frame, points.count, { ratio: view.ratio, size, quiet: view.faint, solid: points.dims === 3 });
}

function load(view) {
  const { points, painter } = view;
  view.pixels = new Float32Array(2 * points.count);
  view.cursor = -1;
  painter?.put("place", points.places);
  recolour(view);
  light(view);
}

// The colours of now: a look-up per point, or the light of the current list.
function recolour(view) {
  view.theme = themeOf(view.parts.root);
  const { points, painter, over } = view;
  const colour = points?.colours[over.colour];
  if (!points) return;
  painter?.palette(paletteOf(over.colour === "light" ? "grades" : colour?.type, view.theme));
  painter?.put("look", over.colour === "light" ? lightOf(view) : view.points.looks[over.colour] ?? new Uint8Array(points.count).fill(QUIET));
  view.parts.classes.replaceChildren(...(over.colour === "light" ? lightLegend(view) : legendOf(view)));
  redraw(view);
}

// As bright as the attention its place gets, 1 / log2(1 + place); what is a candidate only, by its relevance, far dimmer.
function lightOf(view) {
  const looks = new Uint8Array(view.points.count);
  const { pool } = view.over;
  pool?.rows.forEach((row, at) => (looks[row] = 20 + 80 * pool.relevance[at]));
  view.list?.rows.forEach((row, place) => (looks[row] = Math.max(120, Math.round(254 / Math.log2(2 + place)))));
  return looks;
}

function lightLegend(view) {
  const line = element("li", "graded");
  const scale = element("span", "scale");
  scale.style.background = `linear-gradient(to right, ${view.theme.grades.join(",")})`;
  line.append(element("span", "", view.over.words.dark ?? ""), scale, element("span", "", view.over.words.bright ?? ""));
  return [line];
}

// What stands out while the rest is faint: what a loop took, else whatever is laid over the map. The list of the moment
// is not among it: it lies on top, so that a move of the slider draws no point again.
function light(view) {
  const rows = view.taken ?? view.over.layers.flatMap((layer) => layer.rows);
  view.faint = (rows.length > 0 || Boolean(view.list?.rows.length)) && view.over.colour !== "light";
  const lit = new Uint8Array(view.points.count);
  for (const row of rows) lit[row] = 1;
  view.painter?.put("lit", lit);
  redraw(view);
}

function lay(view, over) {
  const recoloured = view.over.colour !== over.colour || over.colour === "light";
  if (!over.taken && over.version !== view.over.version) view.taken = null;
  view.over = over;
  view.parts.root.dataset.drag = over.drag;
  write(view);
  if (!view.points) return;
  if (!over.track) view.list = null;
  if (recoloured) recolour(view);
  light(view);
  view.parts.marks.replaceChildren(...marksLegend(view));
}

function step(view, list) {
  const told = view.list?.name === list.name && Boolean(view.list.rows.length) === Boolean(list.rows.length);
  view.list = list;
  if (!view.points) return;
  if (view.over.colour === "light") {
    view.painter?.put("look", lightOf(view));
    redraw(view);
  } else redraw(view, true);
  if (told) return;
  light(view);
  view.parts.marks.replaceChildren(...marksLegend(view));
}

function write(view) {
  const { words } = view.over;
  const { parts } = view;
  parts.over.setAttribute("aria-label", words.map ?? "");
  put(parts.keys, words.keys ?? "");
  put(parts.without, words.without ?? "");
  parts.without.hidden = Boolean(view.painter);
  parts.root.querySelectorAll("[data-zoom]").forEach((button, at) => {
    button.title = words.zooms?.[at] ?? "";
    button.setAttribute("aria-label", button.title);
  });
}

const maps = new WeakMap();

export default function ({ parentElement, data, setTriggerValue }) {
  if (!maps.has(parentElement)) maps.set(parentElement, makeMap(parentElement));
  const view = maps.get(parentElement);
  view.tell = setTriggerValue;
  const points = unpacked(data);
  if (points.version !== view.points?.version) {
    if (points.space !== view.points?.space) view.camera = newCamera(points.dims);
    view.points = points;
    view.taken = null;
    load(view);
    document.dispatchEvent(new CustomEvent("divrec:map"));
  }
  return () => {
    cancelAnimationFrame(view.frame);
    view.listening.abort();
    view.observer.disconnect();
    view.watching.disconnect();
    maps.delete(parentElement);
  };
}
