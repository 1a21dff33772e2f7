// Rules by clicking on a card: a button on each card opens one small menu; Python hears what was chosen, makes the rule
// and sends a new path.

const ACTS = ["pin", "boost", "bury", "exclude"];

function actButton(view, card) {
  const button = element("button", "act", "⋯");
  button.type = "button";
  button.title = fill(view.data.words.act_on, { title: card.item.title });
  button.setAttribute("aria-label", button.title);
  button.setAttribute("aria-haspopup", "menu");
  button.addEventListener("click", () => openMenu(view, card, button));
  return button;
}

// Where a person acts as the shopper: one click chooses the product, and the list answers.
function chooseButton(view, card) {
  const button = element("button", "choose", "+");
  button.type = "button";
  button.title = fill(view.data.words.act_choose, { title: card.item.title });
  button.setAttribute("aria-label", button.title);
  button.addEventListener("click", () => view.tell("ruled", { act: "choose", item: card.item.id, place: card.place + 1 }));
  return button;
}

// What a rule did to the product: one that names it, one that speaks of its kind, or a limit that brought it in here.
function markRule(view, card, limited) {
  const kind = card.item.ruled || card.item.touched || (limited ? "limit" : "");
  if (kind === card.mark) return;
  card.mark = kind;
  card.ruled?.remove();
  card.ruled = kind ? element("span", "ruled", view.data.words[`ruled_${kind}`]) : null;
  if (kind) card.top.append(card.ruled);
}

function openMenu(view, card, button) {
  closeMenu(view);
  const menu = element("div", "menu");
  menu.setAttribute("role", "menu");
  menu.setAttribute("aria-label", button.title);
  const acts = card.item.ruled ? ["why", ...ACTS.filter((act) => act !== card.item.ruled), "free"] : ["why", ...ACTS];
  menu.append(...acts.map((act) => actItem(view, card, act)));
  const [frame, at] = [view.parts.now.getBoundingClientRect(), button.getBoundingClientRect()];
  view.parts.now.append(menu);
  menu.style.left = `${Math.max(0, Math.min(at.right - frame.left - menu.offsetWidth, frame.width - menu.offsetWidth))}px`;
  menu.style.top = `${at.bottom - frame.top + 2}px`;
  view.menu = { menu, button };
  button.setAttribute("aria-expanded", "true");
  menu.addEventListener("keydown", (event) => walkMenu(view, event));
  menu.addEventListener("focusout", (event) => menu.contains(event.relatedTarget) || closeMenu(view));
  menu.firstElementChild.focus();
}

function actItem(view, card, act) {
  const item = element("button", "", fill(view.data.words[`act_${act}`], { place: card.place + 1 }));
  item.type = "button";
  item.tabIndex = -1;
  item.setAttribute("role", "menuitem");
  item.addEventListener("click", () => {
    closeMenu(view);
    view.tell("ruled", { act, item: card.item.id, place: card.place + 1 });
  });
  return item;
}

function walkMenu(view, event) {
  const items = [...view.menu.menu.children];
  const at = items.indexOf(view.root.activeElement ?? document.activeElement);
  const goals = { ArrowDown: (at + 1) % items.length, ArrowUp: (at - 1 + items.length) % items.length, Home: 0, End: items.length - 1 };
  if (event.key === "Escape") {
    event.preventDefault();
    const { button } = view.menu;
    closeMenu(view);
    button.focus();
  } else if (event.key in goals) {
    event.preventDefault();
    items[goals[event.key]].focus();
  }
}

function closeMenu(view) {
  if (!view.menu) return;
  const { menu, button } = view.menu;
  view.menu = null; // first: taking the menu away takes its focus, which closes it once more
  button.removeAttribute("aria-expanded");
  menu.remove();
}
