// Horizontal bars on one scale, each with its number: what a first page needs without a plotting library.

export default function ({ parentElement, data }) {
  const list = parentElement.querySelector(".bars");
  list.setAttribute("aria-label", data.label);
  list.replaceChildren(...data.rows.map((row) => {
    const node = element("li", row.strong ? "strong" : "");
    const [name, track, fill] = [element("span", "name", row.name), element("span", "track"), element("span", "fill")];
    name.title = row.name;
    fill.style.width = `${Math.max(0, Math.min(100, (100 * row.value) / data.most))}%`;
    track.append(fill);
    node.append(name, track, element("span", "value", row.text));
    return node;
  }));
}
