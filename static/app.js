// What a script adds to pages that work without one. No build step: these files are what runs.
// The server's HTML stays the only source of what is shown.

import { offerBasket } from "./basket.js";
import { offerCopies } from "./copy.js";
import "./finder.js";
import { offerKeys } from "./keys.js";
import "./print.js";
import { offerSuggestions } from "./suggest.js";
import { onShown } from "./swap.js";

document.documentElement.classList.add("js");
onShown(offerCopies);
onShown(offerBasket);
onShown(offerKeys);
onShown(offerSuggestions);
