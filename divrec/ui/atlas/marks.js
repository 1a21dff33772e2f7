// What is laid over the points: rings, stars and numbered diamonds, few enough to be drawn anew for every frame.

const SHAPES = {
  ring(pen, x, y) {
    pen.beginPath();
    pen.arc(x, y, 7, 0, 7);
    pen.stroke();
  },
  diamond(pen, x, y) {
    pen.beginPath();
    for (const [dx, dy] of [[0, -7], [7, 0], [0, 7], [-7, 0]]) pen.lineTo(x + dx, y + dy);
    pen.closePath();
    pen.fill();
  },
  star(pen, x, y) {
    pen.beginPath();
    for (let at = 0; at < 10; at++) {
      const [far, angle] = [at % 2 ? 4 : 10, (at * Math.PI) / 5 - Math.PI / 2];
      pen.lineTo(x + far * Math.cos(angle), y + far * Math.sin(angle));
    }
    pen.closePath();
    pen.fill();
  },
};
const SIGNS = { ring: "○", diamond: "◆", star: "★" };
const NUMBERED = 20; // places whose number stands beside the mark

function drawMarks(view) {
  const { pen, theme, pixels, ratio } = view;
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.clearRect(0, 0, view.width, view.height);
  pen.lineWidth = 2;
  pen.font = "600 11px system-ui, sans-serif";
  const at = (row) => [pixels[2 * row], pixels[2 * row + 1]];
  for (const { mark, rows, numbered } of layersOf(view)) {
    rows.forEach((row, place) => {
      const [x, y] = at(row);
      pen.strokeStyle = theme.ink;
      pen.fillStyle = theme.ink;
      SHAPES[mark](pen, x, y);
      if (!numbered || place >= NUMBERED) return;
      pen.strokeStyle = theme.paper;
      pen.lineWidth = 3;
      pen.strokeText(place + 1, x + 9, y + 4);
      pen.fillText(place + 1, x + 9, y + 4);
      pen.lineWidth = 2;
    });
  }
  if (view.cursor >= 0) {
    pen.strokeStyle = theme.ink;
    pen.strokeRect(at(view.cursor)[0] - 9, at(view.cursor)[1] - 9, 18, 18);
  }
  if (view.loop) drawLoop(pen, view.loop, theme);
}

function drawLoop(pen, loop, theme) {
  pen.beginPath();
  for (const [x, y] of loop) pen.lineTo(x, y);
  pen.closePath();
  pen.globalAlpha = 0.12;
  pen.fillStyle = theme.ink;
  pen.fill();
  pen.globalAlpha = 1;
  pen.strokeStyle = theme.ink;
  pen.stroke();
}

// The list of the moment comes from the slider, everything else with the page; coloured by it, the list needs no marks.
function layersOf(view) {
  const list = view.list && view.over.colour !== "light" ? [{ mark: "diamond", name: view.list.name, rows: view.list.rows, numbered: true }] : [];
  return [...view.over.layers, ...list];
}

const marksLegend = (view) =>
  layersOf(view).filter(({ rows }) => rows.length).map(({ mark, name }) => key(SIGNS[mark], view.theme.ink, name));
