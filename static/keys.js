// On a resolution's page, single keys lead from one matching paragraph to the next.

import { all, button, find, say } from "./dom.js";

const OFF = "keys-off"; // single keys disturb those who speak to their computer
const STEPS = { j: 1, n: 1, k: -1, p: -1 };

const matches = () => all(".para.found");

function isOff() {
  try {
    return localStorage.getItem(OFF) !== null;
  } catch {
    return false;
  }
}

function turn(off) {
  if (off) localStorage.setItem(OFF, "");
  else localStorage.removeItem(OFF);
}

/** Lead to a neighbour of the match at which one is; without one, to the first. */
function step(by) {
  const found = matches();
  const here = found.findIndex((paragraph) => paragraph.matches(":target"));
  const next = here < 0 ? found[0] : found[here + by];
  if (!next) return say("No more matches");
  location.replace(`#${encodeURIComponent(next.id)}`);
  say(find(".acts > .quiet", next).textContent);
}

/** A line that tells of the keys, and turns them off or on. */
export function offerKeys() {
  const list = find(".side .matches");
  if (!list || matches().length < 2) return;
  const hint = document.createElement("p");
  const what = document.createElement("span");
  const change = button("", () => {
    turn(!isOff());
    write();
  });
  const write = () => {
    what.textContent = isOff() ? "" : "Keys: j next match, k previous. ";
    change.textContent = isOff() ? "Turn on keys j and k" : "Turn off";
  };
  write();
  hint.className = "small quiet hint";
  hint.append(what, change);
  list.after(hint);
}

document.addEventListener("keydown", (event) => {
  const by = STEPS[event.key];
  const isElsewhere = event.target.closest("input, textarea, select, [contenteditable]");
  if (!by || event.ctrlKey || event.metaKey || event.altKey || isElsewhere || isOff()) return;
  if (matches().length) step(by);
});
