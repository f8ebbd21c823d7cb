// On paper everything is unfolded. Style alone does that in some browsers; the others need this.

import { all } from "./dom.js";

let unfolded = [];

function turn(open) {
  for (const part of unfolded) part.open = open;
}

addEventListener("beforeprint", () => {
  unfolded = all("main details:not([open], .about, .menu)");
  turn(true);
});
addEventListener("afterprint", () => turn(false));
