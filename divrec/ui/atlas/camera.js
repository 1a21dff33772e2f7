// Where a point of the cube [-1, 1]³ falls on the map: turned, enlarged, moved; in depth, nearer points lie further apart.

const DEPTH = 0.3;
const FILLS = 0.93; // of the map's width and height

const newCamera = (dims) => ({ dims, yaw: dims === 3 ? 0.6 : 0, pitch: dims === 3 ? 0.35 : 0, zoom: 1, x: 0, y: 0 });

// A flat layout fills the map; a solid one keeps its shape while it turns.
function frameOf(camera, width, height) {
  const solid = camera.dims === 3;
  const side = Math.min(width, height) * 0.68;
  const [cy, sy, cx, sx] = [Math.cos(camera.yaw), Math.sin(camera.yaw), Math.cos(camera.pitch), Math.sin(camera.pitch)];
  return {
    turn: [cy, 0, sy, sx * sy, cx, -sx * cy, -cx * sy, sx, cx * cy], // rows
    depth: solid ? DEPTH : 0,
    scale: [(camera.zoom * FILLS * (solid ? side : width)) / 2, (camera.zoom * FILLS * (solid ? side : height)) / 2],
    middle: [width / 2 + camera.x, height / 2 + camera.y],
  };
}

// Writes the pixel places of all points (n × 3) into out (n × 2).
function project(frame, places, out) {
  const [a, b, c, d, e, f, g, h, i] = frame.turn;
  const [wide, high] = frame.scale;
  const [left, top] = frame.middle;
  for (let at = 0, to = 0; at < places.length; at += 3, to += 2) {
    const [x, y, z] = [places[at], places[at + 1], places[at + 2]];
    const near = 1 / (1 - frame.depth * (g * x + h * y + i * z));
    out[to] = left + wide * near * (a * x + b * y + c * z);
    out[to + 1] = top - high * near * (d * x + e * y + f * z);
  }
  return out;
}

function nearestTo(pixels, x, y, within) {
  let [best, found] = [within * within, -1];
  for (let at = 0; at < pixels.length; at += 2) {
    const [dx, dy] = [pixels[at] - x, pixels[at + 1] - y];
    const distance = dx * dx + dy * dy;
    if (distance < best) [best, found] = [distance, at / 2];
  }
  return found;
}

// The next point that way: near, and more ahead than aside.
function nextTowards(pixels, from, [right, down]) {
  const [x, y] = [pixels[2 * from], pixels[2 * from + 1]];
  let [best, found] = [Infinity, from];
  for (let at = 0; at < pixels.length; at += 2) {
    const [dx, dy] = [pixels[at] - x, pixels[at + 1] - y];
    const ahead = dx * right + dy * down;
    const aside = Math.abs(dx * down) + Math.abs(dy * right);
    if (ahead > 1 && aside <= ahead && ahead + 2 * aside < best) [best, found] = [ahead + 2 * aside, at / 2];
  }
  return found;
}

// Rows inside a loop drawn as [x, y] corners: a ray to the right crosses its edges an odd number of times.
function inside(loop, pixels) {
  const xs = loop.map(([x]) => x);
  const ys = loop.map(([, y]) => y);
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const rows = [];
  for (let at = 0; at < pixels.length; at += 2) {
    const [x, y] = [pixels[at], pixels[at + 1]];
    if (x < left || x > right || y < top || y > bottom) continue;
    let odd = false;
    for (let one = 0, other = xs.length - 1; one < xs.length; other = one++) {
      const crosses = ys[one] > y !== ys[other] > y && x < ((xs[other] - xs[one]) * (y - ys[one])) / (ys[other] - ys[one]) + xs[one];
      if (crosses) odd = !odd;
    }
    if (odd) rows.push(at / 2);
  }
  return rows;
}
