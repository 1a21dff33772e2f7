// A row of small product cards: what a shopper did before, or the product that a list is like.

export default function ({ parentElement, data }) {
  const list = parentElement.querySelector("ol");
  if (list.dataset.version === data.version) return;
  list.dataset.version = data.version;
  list.setAttribute("aria-label", data.label);
  list.hidden = data.items.length === 0;
  put(parentElement.querySelector(".says"), data.says);
  list.replaceChildren(...data.items.map((item) => {
    const node = element("li");
    const [title, note] = [element("span", "title", item.title), element("span", "note", item.why)];
    title.title = item.title;
    const texts = element("div", "texts");
    texts.append(title, note);
    node.append(pictureOf(data, item, "thumb"), texts);
    return node;
  }));
  list.scrollLeft = 0;
}
