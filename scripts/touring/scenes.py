"""The scenes of the screenshots: a URL, the actions on the page, and the window."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from browsing import DESK, PHONE, becomes


def nothing(_: Any) -> None:
    """Do nothing: show the page as loaded."""


@dataclass(frozen=True, slots=True)
class Scene:
    """A screenshot: its path below docs/, the page, and the action before it is taken."""

    picture: str
    address: str
    act: Callable[[Any], None] = nothing
    width: int = DESK
    height: int = 800
    scheme: str = "light"
    is_printed: bool = False


def type_a_phrase(browser: Any) -> None:
    """Type words, so that suggestions appear below the box."""
    browser.find_element("name", "q").send_keys("invites all mem")
    seen(browser, "[role=option]", "invites all member states\nphrase")


def find_a_verb(browser: Any) -> None:
    """Type in a facet's search box, so that its values are filtered."""
    field = browser.find_element("name", "find_verb")
    field.send_keys("re")
    seen(browser, ".finds a", "reaffirms")
    browser.execute_script("arguments[0].closest('.facet').scrollIntoView()", field)


def go_to_a_match(browser: Any) -> None:
    """Press j, which goes to the first match."""
    browser.find_element("tag name", "body").send_keys("j")


def fill_the_basket(browser: Any) -> None:
    """Add two paragraphs to the basket, and open it."""
    for button in browser.find_elements("css selector", ".keep button")[:2]:
        button.click()
    browser.find_element("id", "basket").click()
    seen(browser, "h1", "Basket 2 paragraphs in 2 resolutions")


def seen(browser: Any, selector: str, text: str) -> None:
    """Wait until the text is shown; `RuntimeError` if it is not."""
    if not becomes(browser, selector, text):
        found = [e.text for e in browser.find_elements("css selector", selector)]
        raise RuntimeError(f"“{text}” is not what is seen: {found[:3]}")


SCENES = (
    Scene("search.png", "/search?q=%22invites+all+member+states%22", height=900),
    Scene("tour/suggestions.webp", "/", type_a_phrase, height=640),
    Scene("tour/results.webp", "/search?q=lighthouses+OR+wells&verb=-recalling&session=78"),
    Scene("tour/finder.webp", "/search?q=states&type=operative", find_a_verb, height=560),
    Scene("tour/grouped.webp", "/search?q=wells&group=resolution&sort=newest"),
    Scene("tour/nothing.webp", "/search?q=lighthuoses+wells&session=78", height=620),
    Scene("tour/matrix.webp", "/matrix?rows=verb&columns=session&type=operative", height=640),
    Scene("tour/trend.webp", "/trend?by=verb&type=operative&per=resolutions", height=720),
    Scene("tour/resolution.webp", "/resolutions/A/RES/78/902?q=wells", height=900),
    Scene("tour/matches.webp", "/resolutions/A/RES/78/903?q=interpreters", go_to_a_match),
    Scene("tour/beside.webp", "/resolutions/A/RES/78/903?beside=fr"),
    Scene("tour/basket.webp", "/search?q=%22invites+all+member+states%22", fill_the_basket),
    Scene("tour/phone.webp", "/search?q=lighthouses", width=PHONE, height=760, scheme="dark"),
    Scene("tour/paper.png", "/resolutions/A/RES/78/901", is_printed=True),
)
