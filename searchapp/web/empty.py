"""Nothing found: how often each part of the search occurs, and what to try instead."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from ..backends import Backend
from ..errors import QueryError
from ..query import Query
from .addresses import search_url
from .words import counted

_PART = re.compile(r'-?(?:\w+:)?"[^"]*"(?:~\d+)?|[^\s()]+')
_QUOTES = str.maketrans("“”„«»", '"""""')
_MOST = 12  # parts that are counted


@dataclass(frozen=True, slots=True)
class Part:
    """A word or phrase of the search, and its paragraphs within the filters and everywhere."""

    text: str
    url: str
    here: int
    everywhere: int


@dataclass(frozen=True, slots=True)
class Way:
    """A search that does find something."""

    text: str
    url: str
    count: str


@dataclass(frozen=True, slots=True)
class Nothing:
    """The whole page of an empty result."""

    title: str
    parts: tuple[Part, ...]
    missing: tuple[Part, ...]
    suggestions: tuple[Way, ...]
    ways: tuple[Way, ...]


def nothing(backend: Backend, query: Query) -> Nothing:
    """Explain an empty result with the query's own parts."""
    parts = tuple(_counted(backend, query, text) for text in split(query.words))
    missing = tuple(part for part in parts if not part.everywhere)
    return Nothing(
        title=_title(parts),
        parts=parts,
        missing=missing,
        suggestions=_suggestions(backend, query, missing),
        ways=_ways(backend, query, parts),
    )


def split(words: str) -> list[str]:
    """The parts that a paragraph must have: words, phrases, fields; what is excluded left out."""
    found = _PART.findall(words.translate(_QUOTES))
    wanted = [
        part
        for before, part in zip(["", *found], found, strict=False)
        if part not in ("AND", "OR", "NOT") and before != "NOT" and not part.startswith("-")
    ]
    return list(dict.fromkeys(wanted))[:_MOST]


def _title(parts: tuple[Part, ...]) -> str:
    if not parts:
        return "No paragraph passes these filters"
    return "No paragraph has this" if len(parts) == 1 else "No paragraph has all of these words"


def _counted(backend: Backend, query: Query, text: str) -> Part:
    here = replace(query, words=text, page=1)
    everywhere = here.without_filters()
    return Part(text, search_url(everywhere), count(backend, here), count(backend, everywhere))


def count(backend: Backend, query: Query) -> int:
    """Paragraphs that match, 0 for words that can't be read: a part may not stand alone."""
    try:
        return backend.count(query)
    except QueryError:
        return 0


def _suggestions(backend: Backend, query: Query, missing: tuple[Part, ...]) -> tuple[Way, ...]:
    words = [part.text for part in missing if part.text.isalpha()][:3]
    asked = [
        replace(query, words=other, page=1).without_filters()
        for word in words
        for other in backend.suggest(word, 3)
    ]
    return _that_find(backend, [(q.words, q) for q in asked])


def _ways(backend: Backend, query: Query, parts: tuple[Part, ...]) -> tuple[Way, ...]:
    held = [part.text for part in parts if part.everywhere]
    tries: list[tuple[str, Query]] = []
    if query != query.without_filters():
        tries.append(("The same, without filters", query.without_filters()))
    if query.lang != "all":
        tries.append(("The same, in all languages", replace(query, lang="all", page=1)))
    if '"' in query.words.translate(_QUOTES):
        plain = query.words.translate(_QUOTES).replace('"', "")
        tries.append((plain, replace(query, words=plain, page=1)))
    if len(held) > 1:
        all_held, any_held = " ".join(held), " OR ".join(held)
        tries += [(words, replace(query, words=words, page=1)) for words in (all_held, any_held)]
    tries += [_prefix(query, p.text) for p in parts if not p.everywhere and p.text.isalpha()]
    return _that_find(backend, tries)


def _prefix(query: Query, word: str) -> tuple[str, Query]:
    start = word[: max(4, len(word) * 2 // 3)] + "*"
    return f"{start}: any word that begins so", replace(query, words=start, page=1)


def _that_find(backend: Backend, tries: list[tuple[str, Query]]) -> tuple[Way, ...]:
    counts = [(text, query, count(backend, query)) for text, query in tries]
    return tuple(
        Way(text, search_url(query), counted(number, "paragraph"))
        for text, query, number in counts
        if number
    )
