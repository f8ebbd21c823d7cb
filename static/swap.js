// Another state of the page that is shown (a filter, an order, the next page of results) comes
// without a full load: its address is fetched, and the server's HTML takes the place of the old.
// Whatever goes wrong becomes a normal navigation.

import { all, find, say } from "./dom.js";

const SLOW = 150; // milliseconds after which a page says that it is waiting
let shown = location.pathname + location.search;
let running = new AbortController();
const dressings = [];

/** What a script adds to a page's content: now, and to all that comes in its place. */
export function onShown(dress) {
  dressings.push(dress);
  dress();
}

export function dressAll() {
  dressings.forEach((dress) => dress());
}

/** Whether an address is another state of the page that is shown. */
function isState(url) {
  return url.origin === location.origin && url.pathname === location.pathname
    && url.pathname + url.search !== shown;
}

/** The page of an address, or null where the browser must go there by itself. */
async function fetched(url) {
  running.abort(); // what was asked before is no longer wanted
  running = new AbortController();
  const answer = await fetch(url, { signal: running.signal, headers: { Accept: "text/html" } });
  const isHtml = answer.headers.get("Content-Type")?.startsWith("text/html");
  const isHere = new URL(answer.url).pathname === location.pathname;
  if (!answer.ok || !isHtml || !isHere) return null;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return { page, address: answer.url };
}

/** Show another state of this page. `place` looks at focus and scroll, and gives what mends them;
    `remember` notes the address that answered. */
async function show(url, place, remember) {
  const waiting = setTimeout(() => find("main").setAttribute("aria-busy", "true"), SLOW);
  try {
    const answer = await fetched(url);
    if (answer === null) return location.assign(url);
    remember(answer.address);
    shown = location.pathname + location.search;
    const settle = place();
    swap(answer.page);
    settle();
    say(find("h1").innerText);
  } catch (error) {
    if (error.name !== "AbortError") location.assign(url);
  } finally {
    clearTimeout(waiting);
  }
}

function swap(page) {
  const open = new Map(all("details[data-keep]").map((part) => [part.dataset.keep, part.open]));
  const hasFilters = find("#find")?.matches(":target, .open");
  for (const part of [".top .box", ".cols"]) find(part).replaceWith(find(part, page));
  all("head [rel=alternate]").forEach((link) => link.remove());
  document.head.append(...all("head [rel=alternate]", page));
  document.title = page.title;
  for (const part of all("details[data-keep]")) {
    part.open = (open.get(part.dataset.keep) ?? part.open) || find(":checked", part) !== null;
  }
  find("#find")?.classList.toggle("open", Boolean(hasFilters));
  dressAll();
}

/** Go to another state as a click does; the one that is left keeps its scroll. */
function go(url, place) {
  return show(url, place, (address) => {
    history.scrollRestoration = "manual"; // the browser would scroll before the page is there
    history.replaceState({ y: scrollY }, "");
    history.pushState({}, "", address);
    history.scrollRestoration = "manual";
  });
}

/** Go to an address: in place where it is a state of this page. */
export function visit(url) {
  if (isState(url) && !url.hash) go(url, atResults);
  else location.assign(url);
}

// --- focus and scroll after a swap

/** What tells a control from the others, in the page before and after. */
function nameOf(control) {
  const choice = control.closest(".facet li")?.querySelector("input");
  const own = choice ? `${choice.name}=${choice.value.replace(/^-/, "")}` : control.textContent.trim();
  return control.id || `${control.localName} ${control.name ?? ""} ${control.dataset.keep ?? own}`;
}

/** Stay where one is at work, at the same height in the window; else begin at the results. */
function staying(control) {
  return () => {
    const used = document.activeElement === document.body ? control : document.activeElement;
    const [name, top] = [nameOf(used), used.getBoundingClientRect().top];
    return () => {
      const same = all("a, input, button, summary").find((other) => nameOf(other) === name);
      if (!same) return atResults()();
      if (same.defaultValue !== undefined) carry(used, same);
      same.focus({ preventScroll: true });
      scrollBy(0, same.getBoundingClientRect().top - top);
    };
  };
}

/** What is being written goes on in the field that takes the place of the old one. */
function carry(old, fresh) {
  if (!/^(text|search)$/.test(old.type)) return;
  fresh.value = old.value;
  fresh.setSelectionRange(old.selectionStart, old.selectionEnd);
}

function atResults() {
  return () => {
    find("main").focus({ preventScroll: true });
    scrollTo(0, 0);
  };
}

// --- what leads to another state: links, forms, choices, back and forward

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href]");
  const isPlain = !(event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);
  if (!link || !isPlain || event.defaultPrevented || link.hasAttribute("download")) return;
  if (link.getAttribute("href") === "#main") find("#find")?.classList.remove("open");
  const url = new URL(link.getAttribute("href"), location.href); // an SVG link's href is no text
  if (!isState(url) || url.hash) return;
  event.preventDefault();
  go(url, link.closest(".pages") ? atResults : staying(link));
});

/** Where a form leads; left out is what says nothing, and what is looked for in another field. */
function addressOf(form) {
  const url = new URL(form.action);
  const aside = all(".find", form).filter((field) => field !== document.activeElement);
  const isSaid = ([name, value]) => value.trim() && !aside.some((field) => field.name === name);
  url.search = new URLSearchParams([...new FormData(form)].filter(isSaid));
  return url;
}

document.addEventListener("submit", (event) => {
  const url = event.target.method === "get" && addressOf(event.target);
  if (!url || !isState(url)) return;
  event.preventDefault();
  go(url, staying(event.submitter));
});

function apply(control) {
  const url = addressOf(control.form);
  if (isState(url)) go(url, staying(control));
}

document.addEventListener("change", ({ target }) => {
  if (target.matches("#find :is([type=checkbox], [type=radio], [inputmode]), .tools select")) apply(target);
});

// A date changes with every figure that is typed: it counts when it is left.
document.addEventListener("focusout", ({ target }) => {
  const isDate = target.matches?.("#find [type=date]");
  if (isDate && target.value !== target.defaultValue) apply(target);
});

// Among a facet's values the list follows the typing; no letter is a step to go back to.
let typing = 0;
document.addEventListener("input", ({ target }) => {
  if (!target.matches(".tools [name=find]")) return;
  clearTimeout(typing);
  typing = setTimeout(() => {
    const url = addressOf(target.form);
    const instead = (address) => history.replaceState(history.state, "", address);
    if (isState(url)) show(url, staying(target), instead);
  }, SLOW);
});

if (history.state?.y) scrollTo(0, history.state.y);
addEventListener("pagehide", () => {
  if (history.scrollRestoration === "manual") history.replaceState({ y: scrollY }, "");
});
addEventListener("popstate", (event) => {
  if (location.pathname + location.search === shown) return; // only the part behind "#" changed
  const back = () => () => scrollTo(0, event.state?.y ?? 0);
  show(new URL(location.href), back, () => {});
});
