// Pairs of small product cards, with how alike the two are between them.

function one(data, item) {
  const node = element("div", "one");
  const [texts, title] = [element("div", "texts"), element("span", "title", item.title)];
  title.title = item.title;
  const facts = [item.brand, item.price, data.categories[item.category].name].filter((fact) => fact);
  texts.append(title, element("span", "facts", facts.join(" · ")));
  node.append(pictureOf(data, item, "thumb"), texts);
  return node;
}

export default function ({ parentElement, data }) {
  const list = parentElement.querySelector(".pairs");
  if (list.dataset.version === data.version) return;
  list.dataset.version = data.version;
  list.setAttribute("aria-label", data.label);
  list.replaceChildren(...data.pairs.map(([first, second, share]) => {
    const node = element("li");
    node.append(one(data, data.items[first]), element("span", "share", share), one(data, data.items[second]));
    return node;
  }));
}
