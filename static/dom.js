// The few things that every part of the script needs.

export const find = (selector, root = document) => root.querySelector(selector);
export const all = (selector, root = document) => [...root.querySelectorAll(selector)];

const voice = document.createElement("p");
voice.className = "hide";
voice.setAttribute("role", "status");
document.body.append(voice);

/** A screen reader hears what changed. */
export function say(text) {
  voice.textContent = text;
}

/** A button that looks like a link. */
export function button(text, act) {
  const made = document.createElement("button");
  Object.assign(made, { type: "button", className: "plain", textContent: text });
  made.addEventListener("click", act);
  return made;
}
