// A citation or a link is copied with one click; without a script it is read from its field.

import { all, button, say } from "./dom.js";

const SEEN = 2000; // milliseconds for which a button says what it did

/** Add a button next to each “Cite” for each field that it opens. */
export function offerCopies() {
  for (const list of all(".acts:not(:has(.copy))")) {
    const [item] = all("li:has(> details > .cite)", list);
    if (!item) continue;
    item.before(...all(".cite", item).map(offered));
    item.hidden = !item.querySelector("details.about"); // nothing in it but the fields
  }
}

function offered(field) {
  const item = document.createElement("li");
  item.className = "copy";
  const label = `Copy ${field.getAttribute("aria-label").toLowerCase()}`;
  item.append(button(label, ({ target }) => copy(field, target)));
  return item;
}

async function copy(field, used) {
  try {
    await navigator.clipboard.writeText(field.value);
    const label = used.textContent;
    used.textContent = "Copied";
    say("Copied");
    setTimeout(() => { used.textContent = label; }, SEEN);
  } catch { // a browser may refuse, and offers nothing without https: the field is there to copy from
    field.closest("details").open = true;
    field.closest("li").hidden = false;
    field.select();
  }
}
