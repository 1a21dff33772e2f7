// A row of small product cards: what a shopper did before, or the product that a list is like. Where a person acts as
// the shopper, each can be taken out again.

function clickable(label, item, tell) {
  const button = element("button", "act", "✕");
  button.type = "button";
  button.title = fill(label, { title: item.title });
  button.setAttribute("aria-label", button.title);
  button.addEventListener("click", () => tell("clicked", item.id));
  return button;
}

export default function ({ parentElement, data, setTriggerValue }) {
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
    if (data.act) node.append(clickable(data.act, item, setTriggerValue));
    return node;
  }));
  list.scrollLeft = 0;
}
