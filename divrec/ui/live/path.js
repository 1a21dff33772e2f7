// The exact trade-off path in the browser: list i holds on (stops[i], stops[i + 1]], the first from 0.

function indexAt(path, diversity) {
  let low = 0;
  let high = path.stops.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (path.stops[middle] < diversity) low = middle;
    else high = middle - 1;
  }
  return low;
}

// The middle of list i's stretch, the same value that Python's path gives it; the ends stay 0 and 1.
function valueOf(path, index) {
  if (index <= 0) return 0;
  if (index >= path.stops.length - 1) return 1;
  return (path.stops[index] + path.stops[index + 1]) / 2;
}

// What became of each place against the base list: rank gained (> 0), lost (< 0), 0, or null for an item that is new.
function movesOf(path, index) {
  const before = new Map(path.lists[0].map((item, place) => [item, place]));
  return path.lists[index].map((item, place) => (before.has(item) ? before.get(item) - place : null));
}

function countMoves(moves) {
  return {
    up: moves.filter((move) => move > 0).length,
    down: moves.filter((move) => move !== null && move < 0).length,
    fresh: moves.filter((move) => move === null).length,
  };
}

function mixOf(view, index) {
  const counts = new Array(view.data.categories.length).fill(0);
  for (const item of view.data.lists[index]) counts[view.data.items[item].category] += 1;
  return counts;
}
