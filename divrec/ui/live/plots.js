// The measures, the trade-off curve, the category bars, and the table behind each picture.

function makeMeasures(view) {
  view.tiles = view.data.measures.map((measure, place) => {
    const node = element("div", "measure");
    const [name, value, change] = [element("dt", "", measure.label), element("dd", "value"), element("dd", "change")];
    const everyone = element("dd", "everyone");
    const help = element("dd", "help", measure.help);
    help.id = `help-${place}`;
    help.setAttribute("role", "tooltip");
    node.tabIndex = 0;
    node.setAttribute("aria-describedby", help.id);
    node.append(name, value, change, everyone, help);
    return { node, value, change, everyone, measure, say: formatter(view.data.lang, measure), sayChange: formatter(view.data.lang, measure, true) };
  });
  view.parts.measures.replaceChildren(...view.tiles.map((tile) => tile.node));
}

function drawMeasures(view, index, diversity) {
  const words = view.data.words;
  for (const { value, change, everyone, measure, say, sayChange } of view.tiles) {
    const now = measure.values[index];
    const base = measure.values[0];
    put(value, say(now));
    const known = now !== null && base !== null;
    const moved = known ? now - base : 0;
    const text = known ? sayChange(moved) : "";
    put(change, text || words.same);
    const side = /[1-9]/.test(text) ? Math.sign(moved) * measure.better : 0;
    change.dataset.kind = side > 0 ? "good" : side < 0 ? "bad" : "same";
    const all = everyoneOf(view, measure.name);
    put(everyone, all ? fill(words.everyone_now, { value: say(onGrid(all, diversity)) }) : "");
  }
}

// Everybody's curve of a measure, where the page shows one that was made the same way as this path; else null.
function everyoneOf(view, name) {
  const known = view.everyone?.about === view.data.about;
  return known ? (view.everyone.measures.find((measure) => measure.name === name)?.values ?? null) : null;
}

const measureNamed = (view, name) => view.data.measures.find((measure) => measure.name === name);

// Both axes run so that the point moves to the right and up as the slider moves to the right.
function scaleOf(view) {
  const [cost, gain] = [measureNamed(view, view.data.curve.x), measureNamed(view, view.data.curve.y)];
  const span = (measure) => {
    const known = [...measure.values, ...(everyoneOf(view, measure.name) ?? [])].filter((value) => value !== null);
    const [low, high] = [Math.min(...known), Math.max(...known)];
    return [low, high - low || 1];
  };
  const [[x0, dx], [y0, dy]] = [span(cost), span(gain)];
  const place = (x, y) => [4 + 92 * (1 - (x - x0) / dx), 94 - 88 * ((y - y0) / dy)];
  return { cost, gain, place, ends: [x0 + dx, x0] };
}

function makeCurve(view) {
  const { front } = view.parts;
  const scale = scaleOf(view);
  const points = scale.cost.values.map((x, index) => scale.place(x, scale.gain.values[index]));
  const [costs, gains] = [scale.cost, scale.gain].map((measure) => everyoneOf(view, measure.name));
  const everyone = costs && gains ? costs.map((x, at) => scale.place(x, gains[at])) : [];
  front.querySelector(".line").setAttribute("d", line(points));
  front.querySelector(".stops").setAttribute("d", points.map(([x, y]) => `M${(x * 10).toFixed(1)} ${(y * 10).toFixed(1)}h0`).join(""));
  front.querySelector("path.everyone").setAttribute("d", line(everyone));
  const plot = front.querySelector(".plot");
  plot.querySelectorAll(".dot").forEach((dot) => dot.remove());
  for (const mark of view.data.marks) {
    const ring = element("span", `dot ring ${mark.kind}`);
    ring.title = mark.label;
    dotAt(ring, points[indexAt(view.data, mark.at)]);
    plot.append(ring);
  }
  view.curve = { points, scale, costs, gains, dot: element("span", "dot here"), everyone: everyone.length ? element("span", "dot all") : null };
  if (view.curve.everyone) plot.append(view.curve.everyone);
  plot.append(view.curve.dot);
  const say = formatter(view.data.lang, { ...scale.cost, digits: 0 });
  front.querySelector("figcaption").textContent = view.data.words.curve;
  front.querySelector(".x-low").textContent = say(scale.ends[0]);
  front.querySelector(".x-high").textContent = say(scale.ends[1]);
  front.querySelector(".x-name").textContent = scale.cost.label;
  const words = view.data.words;
  const keys = [["here", words.this_list], ...(everyone.length ? [["all", words.everyone]] : []), ...view.data.marks.map((m) => [`ring ${m.kind}`, m.label])];
  front.querySelector(".legend").replaceChildren(...keys.map(([kind, label]) => {
    const key = element("span", "key");
    key.append(element("i", `swatch ${kind}`), element("span", "", label));
    return key;
  }));
}

function drawCurve(view, index, diversity) {
  const { points, scale, costs, gains, dot, everyone } = view.curve;
  dotAt(dot, points[index]);
  if (everyone) dotAt(everyone, scale.place(onGrid(costs, diversity), onGrid(gains, diversity)));
}

const BARS = 12; // rows of the picture; the table beneath has all categories

function makeBar(view, name, hue, categories) {
  const most = Math.max(...view.mixes.map((mix) => sumOver(mix, categories)));
  const base = sumOver(view.mixes[0], categories);
  const node = element("li");
  const track = element("span", "bar");
  const [now, was, count, label] = [element("i", "fill"), element("i", "was"), element("span", "count"), element("span", "name", name)];
  if (hue === null) now.classList.add("others");
  else now.style.setProperty("--hue", hue);
  label.title = name;
  was.hidden = base === 0;
  track.append(now, was);
  node.append(label, track, count);
  return { node, now, was, count, categories, most, base };
}

const sumOver = (mix, categories) => categories.reduce((sum, at) => sum + mix[at], 0);

function makeMix(view) {
  const { categories, words } = view.data;
  const { mix } = view.parts;
  view.mixes = view.data.lists.map((list, index) => mixOf(view, index));
  const most = categories.map((category, at) => Math.max(...view.mixes.map((counts) => counts[at])));
  const order = categories.map((category, at) => at);
  order.sort((a, b) => view.mixes[0][b] - view.mixes[0][a] || most[b] - most[a]);
  const alone = order.length > BARS ? order.slice(0, BARS - 1) : order;
  const others = order.slice(alone.length);
  view.mixOrder = order;
  view.bars = alone.map((at) => makeBar(view, categories[at].name, categories[at].hue, [at]));
  if (others.length) view.bars.push(makeBar(view, fill(words.others, { n: others.length }), null, others));
  const full = Math.max(...view.bars.map((bar) => bar.most));
  for (const bar of view.bars) {
    bar.full = full;
    bar.was.style.left = `${(100 * bar.base) / full}%`;
  }
  mix.querySelector("figcaption").textContent = words.mix;
  mix.querySelector(".bars").replaceChildren(...view.bars.map((bar) => bar.node));
  const [now, was] = [element("span", "key"), element("span", "key")];
  now.append(element("i", "swatch block"), element("span", "", words.this_list));
  was.append(element("i", "swatch was"), element("span", "", words.base_list));
  mix.querySelector(".legend").replaceChildren(now, was);
}

function drawMix(view, index) {
  for (const { categories, now, count, full } of view.bars) {
    const number = sumOver(view.mixes[index], categories);
    if (count.textContent === String(number)) continue;
    put(count, String(number));
    now.style.transform = `scaleX(${number / full})`;
  }
}

// Built only while open, and anew on release: a table nobody sees costs no frame.
function drawTables(view) {
  const { data, index, parts } = view;
  const words = data.words;
  if (parts.front.querySelector("details").open) {
    const says = data.measures.map((measure) => formatter(view.data.lang, measure));
    const rows = data.stops.map((stop, at) => [stop.toFixed(4), ...data.measures.map((m, place) => says[place](m.values[at]))]);
    fillTable(parts.front.querySelector("table"), [words.from, ...data.measures.map((m) => m.label)], rows);
    parts.front.querySelectorAll("tbody tr")[index].setAttribute("aria-current", "true");
  }
  if (parts.mix.querySelector("details").open) {
    const rows = view.mixOrder.map((at) => [data.categories[at].name, view.mixes[0][at], view.mixes[index][at]]);
    fillTable(parts.mix.querySelector("table"), [words.category, words.base_list, words.this_list], rows);
  }
  if (parts.listTable.open) {
    const digits = { digits: 3, percent: false };
    const say = formatter(view.data.lang, digits);
    const rows = data.lists[index].map((position, place) => {
      const item = data.items[position];
      return [place + 1, item.base, item.title, item.brand, data.categories[item.category].name, item.price, say(item.relevance)];
    });
    fillTable(parts.listTable.querySelector("table"), words.list_columns, rows);
  }
}
