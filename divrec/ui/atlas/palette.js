// What the colours stand for: classes by colour and symbol, grades by the sequential palette, light by the current list.

const QUIET = 255; // the palette's place for what has no class or value

const listOf = (style, name) => style.getPropertyValue(name).split(",").map((colour) => colour.trim()).filter(Boolean);

const ruler = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
function channels(colour) {
  ruler.clearRect(0, 0, 1, 1);
  ruler.fillStyle = colour;
  ruler.fillRect(0, 0, 1, 1);
  return [...ruler.getImageData(0, 0, 1, 1).data.slice(0, 3)];
}

function themeOf(node) {
  const style = getComputedStyle(node);
  const classes = listOf(style, "--st-chart-categorical-colors");
  return {
    classes: classes.slice(0, -1), quiet: classes.at(-1), grades: listOf(style, "--st-chart-sequential-colors"),
    ink: style.getPropertyValue("--st-text-color").trim(), paper: style.getPropertyValue("--st-background-color").trim(),
  };
}

const between = (one, other, share) => one.map((value, at) => Math.round(value + share * (other[at] - value)));

// 256 × [r, g, b, symbol]; classes beyond the palette repeat its colours with the next symbol.
function paletteOf(kind, theme) {
  const colours = new Uint8Array(256 * 4);
  const put = (at, rgb, symbol = 0) => colours.set([...rgb, symbol], 4 * at);
  if (kind === "classes") {
    const found = theme.classes.map(channels);
    for (let at = 0; at < QUIET; at++) put(at, found[at % found.length], Math.floor(at / found.length) & 3);
  } else {
    const found = theme.grades.map(channels);
    for (let at = 0; at < QUIET; at++) {
      const place = (at / (QUIET - 1)) * (found.length - 1);
      const low = Math.min(Math.floor(place), found.length - 2);
      put(at, between(found[low], found[low + 1], place - low));
    }
  }
  put(QUIET, channels(theme.quiet));
  return colours;
}

const SYMBOLS = ["●", "◆", "■", "▲"];

// One line per class, or a scale with its ticks.
function legendOf(view) {
  const colour = view.points.colours[view.over.colour];
  const { theme } = view;
  if (!colour) return [];
  if (colour.type === "classes") {
    const [shown, more] = [colour.labels, colour.others];
    const lines = shown.map((label, at) => key(SYMBOLS[Math.floor(at / theme.classes.length) & 3], theme.classes[at % theme.classes.length], label));
    return more ? [...lines, key("●", theme.quiet, more)] : lines;
  }
  const scale = element("span", "scale");
  scale.style.background = `linear-gradient(to right, ${theme.grades.join(",")})`;
  const ends = colour.ticks.map((tick) => element("span", "tick", tick));
  const line = element("li", "graded");
  line.append(ends[0] ?? "", scale, ends.at(-1) ?? "");
  return [line, ...(colour.others ? [key("●", theme.quiet, colour.others)] : [])];
}

function key(sign, colour, label) {
  const line = element("li");
  const mark = element("span", "sign", sign);
  mark.style.color = colour;
  mark.setAttribute("aria-hidden", "true");
  line.append(mark, element("span", "", label));
  return line;
}
