// In the side form the values of a long facet follow the typing: those that its own page finds stand
// below the field, in the place of the first few, and choosing one is a link as there.

import { all, find, say } from "./dom.js";

const PAUSE = 150; // milliseconds without a key before the server is asked
const MOST = 30; // values; the facet's own page has all
let timer = 0;

const isFinder = (field) => field.matches?.("#find .find");
const groupOf = (field) => field.closest("[role=group]");

async function follow(field) {
  const typed = field.value.trim();
  const page = typed ? await found(field, typed).catch(() => null) : null;
  if (!field.isConnected || field.value.trim() !== typed) return; // typing went on
  find(".finds", groupOf(field))?.remove();
  if (!page) return;
  groupOf(field).append(listed(page));
  say(find("h1", page).textContent.trim());
}

/** The facet's own page with what is typed, and with links to the search. */
async function found(field, typed) {
  const url = new URL(find("a", field.parentElement).href);
  url.searchParams.set("find", typed);
  url.searchParams.set("links", "search");
  const answer = await fetch(url, { headers: { Accept: "text/html" } });
  return answer.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
}

function listed(page) {
  const box = document.createElement("div");
  box.className = "finds";
  box.append(...all("main > :is(.values, .values ~ .near, .chips ~ p.near, .tools ~ .near)", page));
  all(".values > li", box).slice(MOST).forEach((value) => value.remove());
  return box;
}

document.addEventListener("input", ({ target }) => {
  if (!isFinder(target)) return;
  clearTimeout(timer);
  timer = setTimeout(() => follow(target), PAUSE);
});

document.addEventListener("keydown", ({ key, target }) => {
  if (key !== "Escape" || !isFinder(target)) return;
  target.value = "";
  follow(target);
});

// A value is chosen: the focus goes back to the field, which is there on the next page, too.
document.addEventListener("click", ({ target }) => {
  const chosen = target.closest(".finds a");
  if (!chosen) return;
  const field = find(".find", groupOf(chosen));
  field.value = "";
  field.focus({ preventScroll: true });
}, true);
