"""Marks: from a query's tree and a text, the places that matched, and safe HTML around them.

Both engines use it, so highlights are the same by construction. Words of a phrase are marked
only where the phrase stands.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from markupsafe import Markup, escape
from whoosh import query as wq

from .analysis import fold, printed_matches, stem

Span = tuple[int, int]
TEXT, STEM = "text", "stem"


class _Wanted(dict[str, bool]):
    """Whether a printed word is to be marked: found out once for each."""

    def __init__(self, is_wanted: Callable[[str], bool]) -> None:
        super().__init__()
        self._is_wanted = is_wanted

    def __missing__(self, printed: str) -> bool:
        word = fold(printed)
        self[printed] = wanted = bool(word) and self._is_wanted(word)
        return wanted


@dataclass(slots=True)
class Matcher:
    """What a tree asks of a text: exact words, stems, phrases with their slop, patterns."""

    exact: set[str] = field(default_factory=set)
    stems: set[str] = field(default_factory=set)
    phrases: list[tuple[tuple[str, ...], int]] = field(default_factory=list)
    patterns: list[re.Pattern[str]] = field(default_factory=list)
    _wanted: dict[bool, _Wanted] = field(default_factory=dict, repr=False, compare=False)

    def spans(self, text: str, english: bool = True) -> tuple[Span, ...]:
        """The places in a text to mark, in order, merged where only white space parts them."""
        if not (self.exact or self.stems or self.phrases or self.patterns):
            return ()
        wanted = self._wanted.setdefault(english, _Wanted(lambda word: self._word(word, english)))
        found = [match.span() for match in printed_matches(text) if wanted[match[0]]]
        if self.phrases:
            words, matches = _folded(text)
            for phrase, slop in self.phrases:
                for first, last in _phrase_places(words, phrase, slop):
                    found.append((matches[first].start(), matches[last].end()))
        return _merged(found, text)

    def _word(self, word: str, english: bool) -> bool:
        return (
            word in self.exact
            or (english and self._may_stem(word) and stem(word) in self.stems)
            or any(pattern.fullmatch(word) for pattern in self.patterns)
        )

    def _may_stem(self, word: str) -> bool:
        # A stem begins with its word's letter, and stemming a page's words takes milliseconds.
        return any(word[0] == root[0] for root in self.stems)


def matcher(tree: wq.Query | None) -> Matcher:
    """Collect what a tree wants to see in a paragraph's text; what it excludes is left out."""
    found = Matcher()
    if tree is not None:
        _collect(tree, found)
    return found


def _collect(node: wq.Query, found: Matcher) -> None:
    if isinstance(node, (wq.Not, wq.Every)):
        return
    if isinstance(node, wq.AndNot):
        _collect(node.a, found)
    elif getattr(node, "fieldname", None) in (TEXT, STEM):
        _add(node, found)
    else:
        for child in node.children():
            _collect(child, found)


def _add(leaf: wq.Query, found: Matcher) -> None:
    if isinstance(leaf, wq.Phrase):
        found.phrases.append((tuple(leaf.words), leaf.slop - 1))
    elif isinstance(leaf, wq.Prefix):
        found.patterns.append(_compiled(re.escape(leaf.text) + ".*"))
    elif isinstance(leaf, wq.Wildcard):
        found.patterns.append(_compiled(fnmatch.translate(leaf.text)))
    elif isinstance(leaf, wq.Term):
        (found.stems if leaf.fieldname == STEM else found.exact).add(leaf.text)


@lru_cache(maxsize=1000)
def _compiled(expression: str) -> re.Pattern[str]:
    return re.compile(expression, re.DOTALL)


def _folded(text: str) -> tuple[list[str], list[re.Match[str]]]:
    """The words of a text, and where each stands."""
    found = [(fold(match[0]), match) for match in printed_matches(text)]
    return [word for word, _ in found if word], [match for word, match in found if word]


def _phrase_places(
    stream: list[str], phrase: tuple[str, ...], slop: int
) -> Iterator[tuple[int, int]]:
    """Every place where the words follow one another with at most `slop` others in all."""
    for start, word in enumerate(stream):
        if word == phrase[0]:
            end = _phrase_end(stream, start, phrase, slop)
            if end is not None:
                yield start, end


def _phrase_end(stream: list[str], start: int, phrase: tuple[str, ...], slop: int) -> int | None:
    # The nearest next word is always the best: it leaves most of the slop to those that follow.
    place, limit = start, start + len(phrase) - 1 + slop
    for word in phrase[1:]:
        place += 1
        while place <= min(limit, len(stream) - 1) and stream[place] != word:
            place += 1
        if place > limit or place >= len(stream):
            return None
    return place


def _merged(found: Iterable[Span], text: str) -> tuple[Span, ...]:
    result: list[Span] = []
    for start, end in sorted(found):
        if result and (start <= result[-1][1] or not text[result[-1][1] : start].strip()):
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return tuple(result)


class Element(NamedTuple):
    """An HTML element around a part of a text: from where to where, and its tags."""

    start: int
    end: int
    opening: Markup
    closing: Markup


Call = tuple[int, Markup]  # what is set in at a place


def mark(
    text: str,
    spans: Iterable[Span],
    lead: int = 0,
    links: Sequence[Element] = (),
    calls: Iterable[Call] = (),
) -> Markup:
    """HTML: the text escaped, `<mark>` around the spans, `<i>` around its first `lead` characters.

    Spans must be in order and apart, as `Matcher.spans` gives them, and so must `links`, which
    always stay whole. `calls` are set in at their places; they break neither marks nor italics.
    """
    marks = [Element(start, end, Markup("<mark>"), Markup("</mark>")) for start, end in spans]
    italics = [Element(0, min(max(lead, 0), len(text)), Markup("<i>"), Markup("</i>"))]
    behind = ((_behind(place, links), html) for place, html in calls)
    return _woven(text, _nested(links, marks, italics), behind)


def _behind(place: int, links: Sequence[Element]) -> int:
    """The place, or the end of the link around it: a call is a link, and none holds another."""
    return next((link.end for link in links if link.start < place < link.end), place)


def _nested(*layers: Iterable[Element]) -> list[Element]:
    """Elements that stand inside or beside one another: those of a later layer are cut to fit.

    A mark that leaves the italics stays one mark, so that no seam is seen:
    `<mark><i>Invites</i> all States</mark>`.
    """
    placed: list[Element] = []
    for layer in layers:
        placed += [piece for element in layer for piece in _cut(element, placed)]
    return placed


def _cut(element: Element, others: list[Element]) -> Iterator[Element]:
    """The pieces of an element that cross none of the others; nothing of an empty one."""
    start, end = element.start, element.end
    edges = {start, end}
    for other in others:
        if other.start < start < other.end < end:
            edges.add(other.end)
        elif start < other.start < end < other.end:
            edges.add(other.start)
    return (element._replace(start=a, end=b) for a, b in pairwise(sorted(edges)))


def _woven(text: str, elements: list[Element], calls: Iterable[Call]) -> Markup:
    """The text with its tags: at one place ends, inner before outer, then calls, then starts."""
    tags: list[tuple[int, int, int, int, Markup]] = []
    for turn, (start, end, opening, closing) in enumerate(elements):
        tags.append((end, 0, -start, -turn, closing))
        tags.append((start, 2, -end, turn, opening))
    tags += [(place, 1, 0, turn, html) for turn, (place, html) in enumerate(calls)]
    out, done = [], 0
    for place, *_, html in sorted(tags):
        out += [escape(text[done:place]), html]
        done = place
    # Each piece is escaped already; Markup's own join would look at all of them once more.
    return Markup("".join([*out, escape(text[done:])]))  # noqa: S704
