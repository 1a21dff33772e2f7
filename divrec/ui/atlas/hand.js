// What a hand does on the map: point, click, draw a loop, move, turn, enlarge; and the same with keys.

const ARROWS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const CLICK = 5; // pixels that a click may tremble

function handle(view, on) {
  const { over, tip, root } = view.parts;
  const at = (event) => [event.offsetX, event.offsetY];
  on(over, "pointerdown", (event) => {
    over.setPointerCapture(event.pointerId);
    view.hold = { from: at(event), last: at(event), far: 0 };
    if (view.over.drag === "select") view.loop = [at(event)];
  });
  on(over, "pointermove", (event) => (view.hold ? drag(view, at(event), event.shiftKey) : point(view, nearestTo(view.pixels, ...at(event), REACH), at(event))));
  on(over, "pointerup", (event) => drop(view, at(event)));
  on(over, "pointercancel", () => letGo(view));
  on(over, "pointerleave", () => (tip.hidden = true));
  on(over, "keydown", (event) => press(view, event));
  on(over, "blur", () => {
    view.cursor = -1;
    tip.hidden = true;
    redraw(view, true);
  });
  // the wheel scrolls the page unless the map has the focus or Ctrl asks for the map
  on(over, "wheel", (event) => {
    if (!event.ctrlKey && !over.matches(":focus")) return;
    event.preventDefault();
    zoom(view, Math.exp(-event.deltaY / 400), at(event));
  }, { passive: false });
  for (const button of root.querySelectorAll("[data-zoom]")) on(button, "click", () => zoom(view, Number(button.dataset.zoom)));
}

function zoom(view, by, [x, y] = [view.width / 2, view.height / 2]) {
  const { camera } = view;
  if (!by) Object.assign(camera, newCamera(camera.dims));
  else {
    const zoomed = Math.min(Math.max(camera.zoom * by, 0.5), 200);
    const share = zoomed / camera.zoom;
    camera.x = x - view.width / 2 - share * (x - view.width / 2 - camera.x);
    camera.y = y - view.height / 2 - share * (y - view.height / 2 - camera.y);
    camera.zoom = zoomed;
  }
  view.parts.tip.hidden = true;
  redraw(view);
}

function drag(view, [x, y], shift) {
  const { hold, camera } = view;
  const [dx, dy] = [x - hold.last[0], y - hold.last[1]];
  hold.last = [x, y];
  hold.far = Math.max(hold.far, Math.hypot(x - hold.from[0], y - hold.from[1]));
  view.parts.tip.hidden = true;
  if (view.loop) {
    view.loop.push([x, y]);
    return redraw(view, true);
  }
  if (camera.dims === 3 && !shift) {
    camera.yaw += dx / 180;
    camera.pitch = Math.min(Math.max(camera.pitch + dy / 180, -1.5), 1.5);
  } else {
    camera.x += dx;
    camera.y += dy;
  }
  redraw(view);
}

function drop(view, [x, y]) {
  const { hold, loop } = view;
  letGo(view);
  if (!hold) return;
  if (hold.far <= CLICK) choose(view, nearestTo(view.pixels, x, y, REACH));
  else if (loop) take(view, inside(loop, view.pixels));
}

function letGo(view) {
  view.hold = null;
  view.loop = null;
  redraw(view, true);
}

function choose(view, row) {
  if (row >= 0) view.tell("picked", { row, version: view.points.version });
}

// Rows go to Python as a bit per point.
function take(view, rows) {
  if (!rows.length) return;
  const bits = new Uint8Array(Math.ceil(view.points.count / 8));
  for (const row of rows) bits[row >> 3] |= 1 << (row & 7);
  let text = "";
  for (const byte of bits) text += String.fromCharCode(byte);
  view.taken = rows;
  light(view);
  view.tell("taken", { bits: btoa(text), version: view.points.version });
}

function point(view, row, [x, y] = [view.pixels[2 * row], view.pixels[2 * row + 1]]) {
  const { tip } = view.parts;
  tip.hidden = row < 0;
  if (row < 0) return;
  put(tip, nameOf(view, row));
  const left = x > view.width - 260 ? x - 12 - tip.offsetWidth : x + 14;
  tip.style.transform = `translate(${left}px, ${Math.min(y + 12, view.height - tip.offsetHeight - 6)}px)`;
}

// A title, and beneath it what its colour stands for.
function nameOf(view, row) {
  const { points, over } = view;
  const colour = points.colours[over.colour];
  const look = points.looks[over.colour]?.[row];
  const says = colour?.type !== "classes" ? "" : look === QUIET ? colour.others : colour.labels[look];
  return [points.titles[row], says].filter(Boolean).join("\n");
}

function press(view, event) {
  const zooms = { "+": 1.4, "=": 1.4, "-": 0.7143, 0: 0 };
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  if (event.key in zooms) zoom(view, zooms[event.key]);
  else if (event.key === "Enter" && view.cursor >= 0) choose(view, view.cursor);
  else if (event.key in ARROWS) {
    view.cursor = view.cursor < 0 ? nearestTo(view.pixels, view.width / 2, view.height / 2, Infinity) : nextTowards(view.pixels, view.cursor, ARROWS[event.key]);
    if (view.cursor < 0) return;
    put(view.parts.said, nameOf(view, view.cursor));
    point(view, view.cursor);
    redraw(view, true);
  } else return;
  event.preventDefault();
}
