// Beside the map: what is laid over it, and one slider along a track of lists, answered here while it moves.

const guides = new WeakMap();

function makeGuide(root) {
  const find = (selector) => root.querySelector(selector);
  const parts = { root: find(".guide"), name: find(".name"), output: find("output"), slider: find("input"), low: find(".low"), high: find(".high"), head: find("h2"), list: find("ol"), said: find(".said") };
  const view = { parts, data: null, index: -1, frame: 0, listening: new AbortController() };
  const on = (node, type, act) => node.addEventListener(type, act, { signal: view.listening.signal });
  on(parts.slider, "input", () => {
    view.frame ||= requestAnimationFrame(() => {
      view.frame = 0;
      follow(view);
    });
  });
  on(parts.slider, "change", () => {
    follow(view);
    put(parts.said, `${parts.name.textContent} ${parts.output.textContent}`);
    view.send("released", { value: Number(parts.slider.value), wish: view.data.wish });
  });
  on(document, "divrec:map", () => tell(view));
  return view;
}

const tell = (view) => {
  if (!view.data) return;
  document.dispatchEvent(new CustomEvent("divrec:over", { detail: view.data.over }));
  view.index = -1;
  follow(view);
};

function follow(view) {
  const { parts, data } = view;
  const { track } = data;
  if (!track) return;
  const value = Number(parts.slider.value);
  put(parts.output, formatter(data.lang, track, track.signed)(value));
  parts.slider.setAttribute("aria-valuetext", parts.output.textContent);
  const index = indexAt(track, value);
  if (index === view.index) return;
  view.index = index;
  const before = new Set(track.lists[0]);
  parts.list.replaceChildren(...track.lists[index].map((item, place) => entry(data, item, place, !before.has(item))));
  const rows = track.lists[index].map((item) => track.rows[item]).filter((row) => row >= 0);
  document.dispatchEvent(new CustomEvent("divrec:step", { detail: { name: track.list, rows } }));
}

function entry(data, item, place, fresh) {
  const { track } = data;
  const node = element("li");
  const title = element("span", "title", track.titles[item]);
  title.title = track.titles[item];
  node.append(element("span", "place", place + 1), title, element("span", "fresh", fresh ? track.fresh : ""));
  return node;
}

function open(view) {
  const { parts, data } = view;
  const { track } = data;
  parts.root.hidden = !track;
  if (!track) return;
  put(parts.name, track.label);
  put(parts.low, track.low);
  put(parts.high, track.high);
  parts.low.title = track.low;
  parts.high.title = track.high;
  put(parts.head, track.list);
  Object.assign(parts.slider, { min: track.from, max: track.to, step: track.step });
}

export default function ({ parentElement, data, setStateValue }) {
  if (!guides.has(parentElement)) guides.set(parentElement, makeGuide(parentElement));
  const view = guides.get(parentElement);
  view.send = setStateValue;
  const fresh = view.data?.version !== data.version;
  // Python moves the thumb only by a new wish: its echo of a release must not pull the thumb back during the next drag
  const told = view.data?.wish !== data.wish;
  view.data = data;
  if (fresh) open(view);
  if (told || fresh) {
    if (told && data.track) view.parts.slider.value = data.start;
    tell(view);
  }
  return () => {
    cancelAnimationFrame(view.frame);
    view.listening.abort();
    guides.delete(parentElement);
  };
}
