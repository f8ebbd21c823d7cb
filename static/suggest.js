// Suggestions while typing in the search box: a combobox after the ARIA pattern, in which the focus
// stays in the box and the arrows move through the list below it.

import { all, find, say } from "./dom.js";
import { visit } from "./swap.js";

const PAUSE = 150; // milliseconds without a key before the server is asked
const known = new Map();
let timer = 0;
let list = null;

const isBox = (field) => field.matches?.(".box input");
const active = () => list && find("[aria-selected=true]", list);

async function suggested(typed) {
  if (!known.has(typed)) {
    const asked = `${document.body.dataset.suggest}?${new URLSearchParams({ q: typed })}`;
    const answer = await fetch(asked);
    known.set(typed, answer.ok ? (await answer.json()).suggestions : []);
  }
  return known.get(typed);
}

async function offer(box) {
  const typed = box.value.trim();
  const suggestions = typed ? await suggested(typed).catch(() => []) : [];
  if (document.activeElement !== box || box.value.trim() !== typed) return; // typing went on
  close();
  if (suggestions.length) open(box, suggestions);
}

function open(box, suggestions) {
  list = document.createElement("ul");
  Object.assign(list, { id: "options", className: "options", ariaLabel: "Suggestions" });
  list.setAttribute("role", "listbox");
  list.append(...suggestions.map(option));
  box.closest(".box").append(list);
  box.setAttribute("aria-expanded", "true");
  say(`${suggestions.length} suggestion${suggestions.length > 1 ? "s" : ""}`);
}

function option({ text, kind, url }, place) {
  const made = document.createElement("li");
  const note = document.createElement("span");
  Object.assign(note, { className: "quiet small", textContent: kind });
  made.id = `option-${place}`;
  made.setAttribute("role", "option");
  made.dataset.url = url;
  made.append(text, " ", note);
  return made;
}

function close() {
  list?.remove();
  list = null;
  for (const box of all(".box input")) {
    box.setAttribute("aria-expanded", "false");
    box.removeAttribute("aria-activedescendant");
  }
}

/** Move by one; beyond either end is the box itself. */
function move(box, by) {
  const options = all("[role=option]", list);
  const places = options.length + 1;
  const now = options.indexOf(active());
  const next = options[((now + 1 + by + places) % places) - 1];
  active()?.removeAttribute("aria-selected");
  next?.setAttribute("aria-selected", "true");
  next?.scrollIntoView({ block: "nearest" });
  if (next) box.setAttribute("aria-activedescendant", next.id);
  else box.removeAttribute("aria-activedescendant");
}

function choose(chosen) {
  const url = new URL(chosen.dataset.url, location.href);
  close();
  visit(url);
}

const KEYS = {
  ArrowDown: (box) => (list ? move(box, 1) : offer(box)),
  ArrowUp: (box) => list && move(box, -1),
  Escape: () => list && (close(), true),
  Enter: () => active() && (choose(active()), true),
};

/** Tell what the box is, for those who hear it. */
export function offerSuggestions() {
  for (const box of all(".box input")) {
    const roles = { role: "combobox", "aria-autocomplete": "list", "aria-controls": "options" };
    for (const [name, value] of Object.entries(roles)) box.setAttribute(name, value);
    box.setAttribute("aria-expanded", "false");
    box.autocomplete = "off";
  }
}

document.addEventListener("input", ({ target }) => {
  if (!isBox(target)) return;
  clearTimeout(timer);
  timer = setTimeout(() => offer(target), PAUSE);
});

document.addEventListener("keydown", (event) => {
  if (!isBox(event.target) || event.isComposing) return;
  const act = KEYS[event.key];
  if (event.key === "Enter") clearTimeout(timer);
  if (act?.(event.target) || (act && event.key.startsWith("Arrow"))) event.preventDefault();
});

document.addEventListener("submit", close);
document.addEventListener("focusout", ({ target }) => isBox(target) && close());
document.addEventListener("mousedown", (event) => {
  const chosen = event.target.closest?.("[role=option]");
  if (!chosen) return;
  event.preventDefault(); // the focus stays in the box
  if (!event.button) choose(chosen);
});
