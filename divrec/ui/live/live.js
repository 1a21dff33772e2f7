// The live trade-off: one slider over the exact path. A drag is answered here, frame by frame; Python hears the release.

const views = new WeakMap(); // one per mounted element; Streamlit calls the default export again on every run

function makeView(root) {
  const find = (selector) => root.querySelector(selector);
  const parts = {
    slider: find("#live-slider"), output: find("output"), place: find(".place"), compare: find(".compare"), live: find(".live"),
    rail: find(".rail"), marks: find(".marks"), ticks: find(".ticks path"), measures: find(".measures"), front: find(".front"),
    mix: find(".mix"), now: find(".now"), base: find(".base ol"), cards: find(".cards"), moves: find(".moves"), said: find(".said"),
    listTable: find(".table-of-list"),
  };
  const view = { root, parts, data: null, everyone: null, index: -1, want: 0, frame: 0, slots: [], shown: [], places: [], listening: new AbortController() };
  const on = (node, type, act) => node.addEventListener(type, act, { signal: view.listening.signal });
  on(parts.slider, "input", () => ask(view, Number(parts.slider.value)));
  on(parts.slider, "change", () => release(view));
  on(parts.slider, "keydown", (event) => press(view, event));
  on(parts.slider, "keyup", () => release(view));
  on(parts.compare, "click", () => showBase(view, !baseIsSeen(view)));
  for (const details of root.querySelectorAll("details")) on(details, "toggle", () => drawTables(view));
  on(document, "divrec:everyone", (event) => meet(view, event.detail));
  view.observer = new ResizeObserver(() => {
    parts.compare.setAttribute("aria-expanded", String(baseIsSeen(view)));
    if (view.shown.length) seat(view, view.shown);
  });
  view.observer.observe(parts.cards);
  return view;
}

function ask(view, diversity) {
  view.want = diversity;
  view.frame ||= requestAnimationFrame(() => {
    view.frame = 0;
    draw(view);
  });
}

// Arrow keys step through the distinct lists; a held key sends nothing before it is let go.
function press(view, event) {
  const at = indexAt(view.data, view.want);
  const last = view.data.stops.length - 1;
  const goals = {
    ArrowRight: () => valueOf(view.data, Math.min(at + 1, last)), ArrowUp: () => valueOf(view.data, Math.min(at + 1, last)),
    ArrowLeft: () => valueOf(view.data, Math.max(at - 1, 0)), ArrowDown: () => valueOf(view.data, Math.max(at - 1, 0)),
    PageUp: () => Math.min(view.want + 0.1, 1), PageDown: () => Math.max(view.want - 0.1, 0), Home: () => 0, End: () => 1,
  };
  if (!goals[event.key] || event.altKey || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  view.parts.slider.value = goals[event.key]();
  ask(view, goals[event.key]());
}

function release(view) {
  cancelAnimationFrame(view.frame);
  view.frame = 0;
  draw(view);
  drawTables(view);
  settle(view);
  const value = view.want;
  if (view.last === value) return;
  view.last = value;
  const words = view.data.words;
  const told = view.tiles.map((tile) => `${tile.measure.label} ${tile.value.textContent}`).join(", ");
  view.parts.said.textContent = `${fill(words.said, { diversity: sayDiversity(view, value) })} ${told}. ${view.parts.moves.textContent}`;
  view.send("released", { diversity: value, wish: view.data.wish });
}

const sayDiversity = (view, value) => new Intl.NumberFormat(view.data.lang, { minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(value);

function draw(view, still = false) {
  const { data, parts, want } = view;
  const index = indexAt(data, want);
  const shown = sayDiversity(view, want);
  const place = fill(data.words.place, { i: index + 1, n: data.stops.length });
  put(parts.output, shown);
  parts.rail.style.setProperty("--at", want);
  parts.slider.setAttribute("aria-valuetext", `${shown}, ${place}`);
  if (index !== view.index) {
    view.index = index;
    put(parts.place, place);
    const moves = countMoves(drawCards(view, index, still));
    put(parts.moves, fill(data.words.moves, moves));
    drawBaseList(view, index);
    drawMix(view, index);
  }
  drawMeasures(view, index, want);
  drawCurve(view, index, want);
  // other pictures of the page follow the drag by listening here
  view.root.dispatchEvent(new CustomEvent("divrec:diversity", { bubbles: true, composed: true, detail: { diversity: want } }));
}

const baseIsSeen = (view) => view.parts.base.getClientRects().length > 0;

// Where nobody chose, the style sheet shows the base list wherever there is room for it.
function showBase(view, on) {
  view.parts.live.dataset.base = on ? "on" : "off";
  view.parts.compare.setAttribute("aria-expanded", String(on));
}

function makeMarks(view) {
  const { data, parts } = view;
  parts.ticks.setAttribute("d", data.stops.slice(1).map((stop) => `M${(stop * 1000).toFixed(2)} 0v6`).join(""));
  const sorted = [...data.marks].sort((a, b) => a.at - b.at);
  parts.marks.replaceChildren(...sorted.map((mark, place) => {
    const button = element("button", `mark ${mark.kind}`);
    button.type = "button";
    button.style.setProperty("--at", mark.at);
    button.dataset.row = place > 0 && mark.at - sorted[place - 1].at < 0.4 ? "low" : "high";
    button.append(element("i"), element("span", "", mark.label));
    button.addEventListener("click", () => {
      parts.slider.value = mark.at;
      view.want = mark.at;
      release(view);
    });
    return button;
  }));
  parts.marks.dataset.rows = parts.marks.querySelector('[data-row="low"]') ? 2 : 1;
}

function write(view) {
  const { root, data } = view;
  const { words } = data;
  const texts = {
    ".name": words.diversity, ".low": words.low, ".high": words.high, ".compare": words.compare, "#live-keys": words.keys,
    ".base h2": words.base_list, ".now h2": words.this_list, ".front summary": words.table, ".mix summary": words.table,
    ".table-of-list summary": words.table_of_list,
  };
  for (const [selector, text] of Object.entries(texts)) root.querySelector(selector).textContent = text;
  root.querySelector(".plot").setAttribute("aria-label", words.curve);
  const regions = [words.curve, words.mix, words.this_list];
  root.querySelectorAll(".scroll").forEach((region, at) => region.setAttribute("aria-label", `${regions[at]}: ${words.table}`));
  view.parts.live.lang = data.lang;
}

function open(view) {
  closeMenu(view);
  view.cards = new Map();
  view.slots = [];
  view.shown = [];
  view.index = -1;
  view.parts.cards.replaceChildren();
  write(view);
  makeMeasures(view);
  makeMarks(view);
  makeCurve(view);
  makeMix(view);
  makeBaseList(view);
  document.dispatchEvent(new CustomEvent("divrec:ask"));
}

// Everybody's curves come from their own element, whenever they are ready.
function meet(view, everyone) {
  view.everyone = everyone;
  if (view.data?.about !== everyone.about) return;
  makeCurve(view);
  draw(view);
}

export default function ({ parentElement, data, setStateValue, setTriggerValue }) {
  if (!views.has(parentElement)) views.set(parentElement, makeView(parentElement));
  const view = views.get(parentElement);
  view.send = setStateValue;
  view.tell = setTriggerValue;
  const fresh = view.data?.version !== data.version;
  // Python moves the thumb only by a new wish: its echo of a release must not pull the thumb back during the next drag
  const told = view.data?.wish !== data.wish;
  view.data = data;
  if (fresh) open(view);
  if (told) {
    view.last = data.start;
    view.want = data.start;
    view.parts.slider.value = data.start;
  }
  if (fresh || told) {
    draw(view, true);
    drawTables(view);
  }
  return () => {
    cancelAnimationFrame(view.frame);
    view.listening.abort();
    view.observer.disconnect();
    views.delete(parentElement);
  };
}
