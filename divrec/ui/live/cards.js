// Product cards and the base list. While the slider moves, a card keeps its slot in the document and glides by transform
// to the place where it now belongs, so a frame costs no layout; after the release the document's order catches up.

const APPEAR = [{ opacity: 0.15 }, { opacity: 1 }];
const calm = matchMedia("(prefers-reduced-motion: reduce)");

function categoryOf(view, item) {
  const category = view.data.categories[item.category];
  const line = element("span", "category");
  const dot = element("i");
  dot.style.setProperty("--hue", category.hue);
  line.append(dot, element("span", "", category.name));
  return line;
}

function makeCard(view, position) {
  const item = view.data.items[position];
  const node = element("li", "card");
  const rank = element("span", "rank");
  const move = element("span", "move");
  move.setAttribute("role", "img");
  const top = element("div", "top");
  top.append(pictureOf(view.data, item, "picture"), rank, move);
  const title = element("strong", "title", item.title);
  title.title = item.title;
  const facts = element("span", "facts");
  facts.append(element("span", "price", item.price), element("span", "brand", item.brand));
  node.append(top, title, facts, categoryOf(view, item));
  if (item.why) {
    const why = element("span", "why", item.why);
    why.title = item.why;
    node.append(why);
  }
  const card = { node, top, rank, move, ruled: null, mark: "", item, slot: -1, place: -1, moved: undefined };
  if (view.data.acting) top.append(chooseButton(view, card));
  top.append(actButton(view, card));
  return card;
}

function cardAt(view, position) {
  if (!view.cards.has(position)) view.cards.set(position, makeCard(view, position));
  return view.cards.get(position);
}

function markMove(view, card, move) {
  if (card.moved === move) return;
  card.moved = move;
  const words = view.data.words;
  let [kind, sign, said] = ["same", "", ""];
  if (move === null) [kind, sign, said] = ["fresh", words.fresh, card.item.base ? fill(words.fresh_from, { rank: card.item.base }) : words.fresh];
  else if (move > 0) [kind, sign, said] = ["up", `▲ ${move}`, fill(words.up, { places: move })];
  else if (move < 0) [kind, sign, said] = ["down", `▼ ${-move}`, fill(words.down, { places: -move })];
  put(card.move, sign);
  card.move.dataset.kind = kind;
  card.move.hidden = kind === "same";
  card.move.setAttribute("aria-label", said);
  card.move.title = said;
}

function drawCards(view, index, still) {
  const shown = view.data.lists[index].map((position) => cardAt(view, position));
  const moves = movesOf(view.data, index);
  const limited = new Set(view.data.limited[index] ?? []);
  if (view.slots.length !== shown.length) seat(view, shown);
  else swap(view, shown, still);
  view.shown = shown;
  shown.forEach((card, place) => {
    if (card.place !== place) put(card.rank, String(place + 1));
    card.place = place;
    markMove(view, card, moves[place]);
    markRule(view, card, limited.has(view.data.lists[index][place]));
    shift(view, card);
  });
  return moves;
}

// Give every card the slot of its own place.
function seat(view, shown) {
  const list = view.parts.cards;
  list.classList.add("still");
  shown.forEach((card, place) => {
    if (list.children[place] !== card.node) list.insertBefore(card.node, list.children[place] ?? null);
    card.slot = place;
    card.node.style.transform = "";
  });
  while (list.children.length > shown.length) list.lastElementChild.remove();
  view.slots = [...shown];
  measurePlaces(view); // reads the layout, which also makes the jump of the transforms pass without a glide
  list.classList.remove("still");
}

// Cards that come in take the slots of those that go.
function swap(view, shown, still) {
  const staying = new Set(shown);
  const free = view.slots.filter((card) => !staying.has(card));
  for (const card of shown.filter((one) => view.slots[one.slot] !== one)) {
    const gone = free.pop();
    gone.node.replaceWith(card.node);
    card.slot = gone.slot;
    gone.slot = -1;
    view.slots[card.slot] = card;
    if (!still && !calm.matches) card.node.animate(APPEAR, 200);
  }
}

function shift(view, card) {
  const [[x, y], [x0, y0]] = [view.places[card.place], view.places[card.slot]];
  const wanted = card.place === card.slot ? "" : `translate(${x - x0}px, ${y - y0}px)`;
  if (card.node.style.transform !== wanted) card.node.style.transform = wanted;
}

// Where each slot of the grid lies, transforms aside; read again only when the layout changed.
function measurePlaces(view) {
  view.places = view.slots.map(({ node }) => [node.offsetLeft, node.offsetTop]);
}

// Once the cards have come to rest, let the document's order follow what is seen, for screen readers and copying.
async function settle(view) {
  const [index, want] = [view.index, view.want];
  await Promise.allSettled(view.shown.flatMap((card) => card.node.getAnimations().map((animation) => animation.finished)));
  if (view.index === index && view.want === want) seat(view, view.shown);
}

function makeBaseList(view) {
  view.baseRows = view.data.lists[0].map((position, place) => {
    const item = view.data.items[position];
    const node = element("li");
    const now = element("span", "went");
    const title = element("span", "title", item.title);
    title.title = item.title;
    node.append(element("span", "rank", place + 1), pictureOf(view.data, item, "thumb"), title, now);
    return { node, now, position };
  });
  view.parts.base.replaceChildren(...view.baseRows.map((row) => row.node));
}

function drawBaseList(view, index) {
  const words = view.data.words;
  const now = new Map(view.data.lists[index].map((position, place) => [position, place + 1]));
  view.baseRows.forEach((row, place) => {
    const rank = now.get(row.position);
    const text = rank === undefined ? words.left : `→ ${rank}`;
    if (row.now.textContent === text) return;
    put(row.now, text);
    row.node.dataset.kind = rank === undefined ? "left" : rank === place + 1 ? "same" : rank < place + 1 ? "up" : "down";
  });
}
