// Horizontal bars on one scale, each with its number: what a first page needs without a plotting library. The name of a
// row that leads somewhere is a button.

function nameOf(row, opens, tell) {
  const name = element(row.key === null ? "span" : "button", "name", row.name);
  name.title = row.name;
  if (row.key !== null) {
    name.type = "button";
    name.title = fill(opens, { name: row.name });
    name.setAttribute("aria-label", name.title);
    name.addEventListener("click", () => tell("opened", row.key));
  }
  return name;
}

export default function ({ parentElement, data, setTriggerValue }) {
  const list = parentElement.querySelector(".bars");
  list.setAttribute("aria-label", data.label);
  list.replaceChildren(...data.rows.map((row) => {
    const node = element("li", row.strong ? "strong" : "");
    const [name, track, filled] = [nameOf(row, data.opens, setTriggerValue), element("span", "track"), element("span", "fill")];
    filled.style.width = `${Math.max(0, Math.min(100, (100 * row.value) / data.most))}%`;
    track.append(filled);
    node.append(name, track, element("span", "value", row.text));
    return node;
  }));
}
