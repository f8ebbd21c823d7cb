"""Safe HTML of a text with its matching spans marked, as `searchapp.search.matches` finds them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from markupsafe import Markup, escape

from .matches import Span

_MARK = Markup("<mark>"), Markup("</mark>")
_ITALICS = Markup("<i>"), Markup("</i>")
_SPECIAL = re.compile("[&<>\"']")  # characters that HTML must escape


class Element(NamedTuple):
    """An HTML element around a span of a text, with its tags."""

    start: int
    end: int
    opening: Markup
    closing: Markup


Call = tuple[int, Markup]  # an offset, and the HTML to insert there (a note's reference mark)


def mark(
    text: str,
    spans: Iterable[Span],
    lead: int = 0,
    links: Sequence[Element] = (),
    calls: Iterable[Call] = (),
) -> Markup:
    """Return the HTML of a text, with `<mark>` around spans and `<i>` around its lead.

    The lead is the first `lead` characters.
    Spans must be sorted and disjoint, as `Matcher.spans` returns them, and so must `links`, which
    are never split. `calls` are inserted at their offsets; they split neither marks nor italics.
    """
    if not (lead or links or calls):
        return _mark_plain(text, spans)
    marks = [Element(start, end, *_MARK) for start, end in spans]
    italics = [Element(0, min(max(lead, 0), len(text)), *_ITALICS)]
    behind = ((_move_out_of_link(place, links), html) for place, html in calls)
    return _weave(text, _nest(links, marks, italics), behind)


def _mark_plain(text: str, spans: Iterable[Span]) -> Markup:
    """Return the escaped text with disjoint marks only."""
    safe = _choose_escape(text)
    opening, closing = _MARK
    out, done = [], 0
    for start, end in spans:
        out += [safe(text[done:start]), opening, safe(text[start:end]), closing]
        done = end
    return Markup("".join([*out, safe(text[done:])]))  # noqa: S704 - each piece is


def escaped(text: str) -> str:
    """Return the text escaped for HTML; faster if there is nothing to escape, as in most texts."""
    return str(escape(text)) if _SPECIAL.search(text) else text


def _choose_escape(text: str) -> Callable[[str], str]:
    """Return the function that escapes pieces of a text."""
    return escape if _SPECIAL.search(text) else str


def _move_out_of_link(place: int, links: Sequence[Element]) -> int:
    """Return an offset, or the end of the link around it, since a call is a link itself."""
    return next((link.end for link in links if link.start < place < link.end), place)


def _nest(*layers: Iterable[Element]) -> list[Element]:
    """Return elements that are properly nested: those of a later layer are split to fit.

    A mark that extends beyond the italics stays whole, so that no seam is visible:
    `<mark><i>Invites</i> all States</mark>`.
    """
    placed: list[Element] = []
    for layer in layers:
        placed += [piece for element in layer for piece in _cut(element, placed)]
    return placed


def _cut(element: Element, others: list[Element]) -> Iterator[Element]:
    """Yield the pieces of an element that overlap none of the others; none of an empty one."""
    start, end = element.start, element.end
    edges = {
        other.end if other.start < start else other.start
        for other in others
        if other.start < start < other.end < end or start < other.start < end < other.end
    }
    if edges:
        pieces = pairwise(sorted({start, *edges, end}))
        yield from (element._replace(start=a, end=b) for a, b in pieces)
    elif start < end:
        yield element


def _weave(text: str, elements: list[Element], calls: Iterable[Call]) -> Markup:
    """Insert tags into a text: at one offset ends, inner before outer, then calls, then starts."""
    tags: list[tuple[int, int, int, int, Markup]] = []
    for turn, (start, end, opening, closing) in enumerate(elements):
        tags.append((end, 0, -start, -turn, closing))
        tags.append((start, 2, -end, turn, opening))
    tags += [(place, 1, 0, turn, html) for turn, (place, html) in enumerate(calls)]
    safe = _choose_escape(text)
    out, done = [], 0
    for place, *_, html in sorted(tags):
        out += [safe(text[done:place]), html]
        done = place
    # Each piece is escaped already; Markup's own join would check all of them again.
    return Markup("".join([*out, safe(text[done:])]))  # noqa: S704
