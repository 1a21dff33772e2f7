// Two lists beside each other, place by place: what both have, and where; what only one has.

function listed(view, data, side, at, place) {
  const item = data.items[at];
  const other = data.sides[1 - side].places.get(at);
  const only = other === undefined;
  const node = element("li", only ? "only" : "");
  const [texts, title] = [element("div", "texts"), element("span", "title", item.title)];
  title.title = item.title;
  const facts = [item.brand, item.price, data.categories[item.category].name].filter((fact) => fact);
  texts.append(title, element("span", "facts", facts.join(" · ")));
  const mark = element("span", "mark", only ? data.words.only[side] : fill(data.words.both[side], { place: other + 1 }));
  node.append(element("span", "rank", place + 1), pictureOf(data, item, "thumb"), texts, mark);
  const meet = (on) => view.nodes.filter(([position]) => position === at && !only).forEach(([, twin]) => twin.classList.toggle("met", on));
  node.addEventListener("pointerenter", () => meet(true));
  node.addEventListener("pointerleave", () => meet(false));
  view.nodes.push([at, node]);
  return node;
}

export default function ({ parentElement, data }) {
  const root = parentElement.querySelector(".versus");
  if (root.dataset.version === data.version) return;
  root.dataset.version = data.version;
  root.lang = data.lang;
  const view = { nodes: [] };
  const sides = data.sides.map((side) => ({ ...side, places: new Map(side.list.map((at, place) => [at, place])) }));
  const known = { ...data, sides };
  root.replaceChildren(...sides.map((side, which) => {
    const [node, head, list] = [element("section", "side"), element("header"), element("ol")];
    head.append(element("h2", "", side.title), element("p", "", side.says));
    list.setAttribute("aria-label", side.title);
    list.append(...side.list.map((at, place) => listed(view, known, which, at, place)));
    node.append(head, list);
    return node;
  }));
}
