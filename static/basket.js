// A basket of paragraphs, kept in this browser alone: a list of their addresses.

import { all, button, find, say } from "./dom.js";
import { dressAll } from "./swap.js";

const NAME = "basket";
const MOST = 500; // what the server takes

function kept() {
  try {
    const held = JSON.parse(localStorage.getItem(NAME));
    return Array.isArray(held) ? held.filter((address) => typeof address === "string") : [];
  } catch { // no JSON, or a browser that keeps nothing
    return [];
  }
}

function keep(addresses) {
  try {
    localStorage.setItem(NAME, JSON.stringify(addresses));
  } catch {
    return say("This browser does not allow pages to store data");
  }
  label();
  say(`${addresses.length} in the basket`);
}

/** Add a button next to each citation, and the number of paragraphs to the page's head. */
export function offerBasket() {
  for (const field of all(".cite[aria-label=Link]")) {
    const list = field.closest(".acts");
    if (find(".keep", list)) continue;
    const item = document.createElement("li");
    item.className = "copy keep";
    item.append(button("", () => toggle(field.value)));
    item.dataset.address = field.value;
    field.closest("li").before(item);
  }
  label();
  offerEmptying();
  const form = find("#taken:not([data-filled], .sent)");
  if (form && kept().length) show();
  else if (form) find("details", form).open = false; // the box is for those who have no buttons
}

/** On the basket's own page, a button that takes everything out. */
function offerEmptying() {
  const tools = find("#taken") && find(".tools:not(:has(.end))");
  if (!tools || !kept().length) return;
  const made = button("Empty the basket", () => {
    if (confirm(`Remove all ${kept().length} from the basket?`)) keepOnly([]);
  });
  made.classList.add("end");
  tools.append(made);
}

/** Say what each button does now. */
function label() {
  const held = kept();
  for (const item of all(".keep")) {
    const isIn = held.includes(item.dataset.address);
    find("button", item).textContent = isIn ? "Remove from basket" : "Add to basket";
  }
  const link = find("#basket");
  link.hidden = false;
  find("span", link).textContent = held.length ? ` (${held.length})` : "";
}

async function toggle(address) {
  const held = kept();
  if (held.includes(address)) await keepOnly(held.filter((other) => other !== address));
  else if (held.length < MOST) await keepOnly([...held, address]);
  else say(`The basket is full (${MOST} paragraphs at most)`);
}

async function keepOnly(addresses) {
  keep(addresses);
  if (find("#taken")) await show();
}

/** On the basket's own page: send the addresses, and put what they lead to in place. */
async function show() {
  const form = find("#taken");
  form.classList.add("sent");
  find("textarea", form).value = kept().join("\n");
  const sent = { method: "POST", body: new URLSearchParams(new FormData(form)) };
  const answer = await fetch(form.action, sent);
  if (!answer.ok) return; // the form stays, and can be sent by hand
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  find("main").replaceWith(find("main", page));
  find("main").focus({ preventScroll: true });
  dressAll();
}

addEventListener("storage", label); // another window has changed it
