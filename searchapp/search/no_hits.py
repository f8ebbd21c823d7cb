"""Suggestions for searches without results."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import assert_never

from ..errors import QueryError
from ..query.facets import BY_NAME
from ..query.filter_labels import narrowings
from ..query.parser import parse_words, wanted_parts
from ..query.query import Query
from ..query.tree import (
    And,
    AnyForm,
    Every,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Range,
    Stem,
    Value,
    Wildcard,
    Word,
    all_of,
    any_of,
    none_of,
)
from ..text.analysis import stem
from .backend import Backend

EVERYWHERE = "everywhere"
_MOST = 12  # parts to count, and filters to leave out one by one, at most


@dataclass(frozen=True, slots=True)
class Part:
    """A word or phrase of the search, with its counts within the filters and everywhere."""

    text: str
    alone: Query
    here: int
    everywhere: int


@dataclass(frozen=True, slots=True)
class Way:
    """A similar search with results, and their number."""

    text: str
    query: Query
    count: int


@dataclass(frozen=True, slots=True)
class Advice:
    """The reason why a search has no results, and alternatives.

    `where` is the scope of the counts beyond the filters: "everywhere", "in French".
    """

    title: str
    where: str
    parts: tuple[Part, ...]
    suggestions: tuple[Way, ...]
    ways: tuple[Way, ...]

    @property
    def absent(self) -> str:
        """Return the predicate of a part without paragraphs: "does not occur"."""
        return "does not occur" if self.where == EVERYWHERE else f"does not occur {self.where}"

    @property
    def missing(self) -> tuple[Part, ...]:
        """The parts that occur nowhere."""
        return tuple(part for part in self.parts if not part.everywhere)


def advice(backend: Backend, query: Query) -> Advice:
    """Explain an empty result with the query's own parts."""
    texts = list(dict.fromkeys(wanted_parts(query.words)))[:_MOST]
    parts = tuple(_count_part(backend, query, text) for text in texts)
    return Advice(
        title=_choose_title(query, parts),
        where=EVERYWHERE
        if query.lang in ("en", "all")
        else f"in {BY_NAME['lang'].label(query.lang)}",
        parts=parts,
        suggestions=_keep_found(backend, _respell(backend, query, parts)),
        ways=_keep_found(backend, _ways(query, parts)),
    )


def count(backend: Backend, query: Query) -> int:
    """Count paragraphs; 0 if the words can't be parsed, as a part may be invalid on its own."""
    try:
        return backend.count(query)
    except QueryError:
        return 0


def _choose_title(query: Query, parts: tuple[Part, ...]) -> str:
    if all(part.here for part in parts) and len(parts) > 1:
        return "No paragraph contains all of these words"
    if all(part.everywhere for part in parts) and narrowings(query):
        return "No paragraph matches these filters"
    return "No paragraph matches" if len(parts) == 1 else "No paragraph contains all of these words"


def _count_part(backend: Backend, query: Query, text: str) -> Part:
    here = replace(query, words=text, page=1)
    alone = here.without_filters()
    return Part(text, alone, count(backend, here), count(backend, alone))


def _respell(
    backend: Backend, query: Query, parts: tuple[Part, ...]
) -> Iterator[tuple[str, Query]]:
    """Yield the query with the spelling of a missing word corrected, or else the word alone.

    Forms of one word ("development", "developments") have the same results, so only the likeliest
    is used.
    """
    missing = [part.text for part in parts if not part.everywhere and part.text.isalpha()]
    for word in missing[:3]:
        for other in {stem(w): w for w in reversed(backend.suggest(word, 3))}.values():
            words = re.sub(rf"\b{re.escape(word)}\b", other, query.words)
            respelt = replace(query, words=words, page=1)
            alone = replace(query, words=other, page=1).without_filters()
            yield (words, respelt) if count(backend, respelt) else (other, alone)


def _ways(query: Query, parts: tuple[Part, ...]) -> Iterator[tuple[str, Query]]:
    active = narrowings(query)
    if query != query.without_filters() and query.words:
        yield "The same, without filters", query.without_filters()
    if len(active) > 1:
        for narrowing in active[:_MOST]:
            yield f"Without “{narrowing.label}”", narrowing.without
    if query.lang != "all":
        yield "The same, in all languages", replace(query, lang="all", page=1)
    if query.values("verb") and not query.any_verb:
        yield "With the verb anywhere in the paragraph", replace(query, any_verb=True, page=1)
    yield from _other_words(query, parts)


def _other_words(query: Query, parts: tuple[Part, ...]) -> Iterator[tuple[str, Query]]:
    """Yield the query without quotes, the parts that occur, any of them, and prefixes of others."""
    held = [part.text for part in parts if part.everywhere]
    texts = _without_quotes(query.words) if re.search('["“”„«»]', query.words) else []
    if held and len(parts) > 1:
        texts += [" ".join(held), " OR ".join(held)]
    for words in texts:
        if words != query.words:
            yield words, replace(query, words=words, page=1)
    for part in parts:
        if not part.everywhere and part.text.isalpha():
            start = part.text[: max(4, len(part.text) * 2 // 3)] + "*"
            yield f"{start}: words with this prefix", replace(query, words=start, page=1)


def _without_quotes(words: str) -> list[str]:
    """Return words with those of their phrases in any form and order; nothing for no phrase."""
    try:
        tree = parse_words(words)
    except QueryError:
        return []
    loose = _loosen(tree) if tree else None
    return [str(loose)] if loose != tree else []


def _loosen(node: Node) -> Node:
    match node:
        case And(parts):
            return all_of(map(_loosen, parts))
        case Or(parts):
            return any_of(map(_loosen, parts))
        case Not(part):
            return none_of(_loosen(part))
        case Word(field, word):
            return Stem(field, word)
        case Phrase(field, words):
            return all_of(Stem(field, word) for word in words)
        case Stem() | AnyForm() | Prefix() | Wildcard() | Value() | Range() | Every():
            return node
        case _:
            assert_never(node)


def _keep_found(backend: Backend, tries: Iterator[tuple[str, Query]]) -> tuple[Way, ...]:
    asked = {query: text for text, query in reversed(list(tries))}
    counts = [Way(text, query, count(backend, query)) for query, text in reversed(asked.items())]
    return tuple(way for way in counts if way.count)
