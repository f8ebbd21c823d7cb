"""Type-ahead suggestions: resolutions, verbs, subjects, titles and words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import lru_cache
from itertools import islice

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from ...exports.to_json import json_text
from ...query.choices import written
from ...query.facets import BY_NAME
from ...query.parser import write_words
from ...query.query import Query
from ...query.tree import Prefix, Stem, all_of, phrase_of, quoted
from ...search.no_hits import count
from ...text.analysis import fold, printed_words, words
from ...un.symbols import display, parse_symbol
from ..shared.addresses import resolution_url, words_url
from ..shared.opened_index import backend, conditional

blueprint = Blueprint("suggestions", __name__)
LONGEST = 100  # characters of the input that are read
_SHORTEST = 2  # letters; a shorter beginning matches too much
_EACH = 3  # suggestions of one kind
_UNFINISHED = 3  # letters; after so short a word a phrase is incomplete: "invites the", "rights of"
_SYMBOLS = 8  # suggestions if the input can only be a symbol
_LOOKED_AT = 40  # hits from which titles and phrases are chosen: titles recur every year


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A text, its kind, and its URL."""

    text: str
    kind: str
    url: str


@blueprint.get("/suggest.json")
@conditional
def as_json() -> ResponseReturnValue:
    """Return suggestions for a text that may end in the middle of a word, as JSON."""
    typed = " ".join(request.args.get("q", "")[:LONGEST].split())
    found = [asdict(suggestion) for suggestion in suggest(typed)]
    return Response(json_text({"q": typed, "suggestions": found}), mimetype="application/json")


def suggest(typed: str) -> list[Suggestion]:
    """Return a few of each kind, the most certain kind first; other spellings if none."""
    if len(typed) < _SHORTEST:
        return []
    if symbols := list(_resolutions(typed)):
        return symbols
    if not words(typed):
        return []
    kinds = (_values(typed, "verb"), _phrases(typed), _values(typed, "subject"), _titles(typed))
    return [suggestion for kind in kinds for suggestion in kind] or list(_spellings(typed))


def _resolutions(typed: str) -> Iterator[Suggestion]:
    """Yield the resolutions whose symbol begins like the input: 79/1, 79/10, 79/100."""
    symbol = parse_symbol(typed)
    if symbol is None:
        return
    asked = Prefix("symbol", symbol.text)
    hits = backend().scan(Query(where=asked, group=True, sort="symbol"))
    for hit in islice(hits, _SYMBOLS):
        text = f"{display(hit.resolution.symbol or hit.key)} {hit.resolution.title or ''}"
        yield Suggestion(text.strip(), "resolution", resolution_url(hit.key))


def _values(typed: str, facet: str) -> Iterator[Suggestion]:
    """Yield values that begin with the input, then those in which another word does."""
    start = fold(typed)
    held = _held_values(backend().place, backend().version(), facet)
    begin = [value for folded, value in held if folded.startswith(start)]
    inside = [value for folded, value in held if f" {start}" in folded]
    for value in [*begin, *inside][:_EACH]:
        yield Suggestion(
            value, BY_NAME[facet].title.lower(), words_url("", **{facet: written(value)})
        )


@lru_cache(maxsize=8)
def _held_values(
    place: str,  # noqa: ARG001 - part of the cache key
    version: str,  # noqa: ARG001
    facet: str,
) -> tuple[tuple[str, str], ...]:
    """Return a facet's values, folded and as printed, by frequency; cached per index version."""
    counts = {key[0]: number for key, number in backend().counts(Query(), facet).items() if key[0]}
    return tuple((fold(value), value) for value in sorted(counts, key=lambda v: (-counts[v], v)))


def _titles(typed: str) -> Iterator[Suggestion]:
    """Yield distinct titles with all the words, the last of which may be incomplete."""
    *whole, last = words(typed)
    if len(last) < _SHORTEST:
        return
    begun = all_of([*(Stem("title", word) for word in whole), Prefix("title", last)])
    hits = islice(backend().scan(Query(where=begun, group=True)), _LOOKED_AT)
    titles = {fold(hit.resolution.title or ""): hit.resolution.title for hit in hits}
    for title in islice(filter(None, titles.values()), _EACH):
        if asked := write_words(phrase_of("title", words(title))):
            url = words_url(asked, group="resolution", sort="newest")
            yield Suggestion(title, "title", url)


def _phrases(typed: str) -> Iterator[Suggestion]:
    """Yield continuations of the input that several paragraphs share."""
    *whole, last = words(typed)
    if len(last) < _SHORTEST:
        return
    before = [phrase_of("text", whole)] if whole else []
    asked = all_of([*before, Prefix("text", last)])
    continuations = Counter(
        phrase
        for hit in islice(backend().scan(Query(where=asked)), _LOOKED_AT)
        for phrase in _continuations(hit.paragraph.text, whole, last)
    )
    continuations.pop(fold(typed), None)  # already typed
    for phrase in _common(continuations)[:_EACH]:
        is_one = " " not in phrase
        kind, written_out = ("word", phrase) if is_one else ("phrase", quoted(phrase))
        yield Suggestion(phrase, kind, words_url(written_out))


def _common(phrases: Counter[str]) -> list[str]:
    """Return repeated phrases, by frequency times length, without equally frequent parts."""
    several = {phrase: count for phrase, count in phrases.items() if count > 1}
    whole = [
        phrase
        for phrase, count in several.items()
        if not any(o.startswith(f"{phrase} ") and n == count for o, n in several.items())
    ]
    return sorted(whole, key=lambda phrase: (-several[phrase] * len(phrase.split()), phrase))


def _continuations(text: str, whole: list[str], last: str) -> set[str]:
    """Return the words of a text that complete the input, and one or two more words."""
    printed = printed_words(text)
    folded = [fold(word) for word in printed]
    size = len(whole)
    starts = [
        start
        for start, word in enumerate(folded)
        if word.startswith(last) and start >= size and folded[start - size : start] == whole
    ]
    ends = [(start, start + more) for start in starts for more in (1, 2, 3)]
    return {
        " ".join(printed[start - size : end]).lower()
        for start, end in ends
        if end <= len(folded) and len(folded[end - 1]) > _UNFINISHED
    }


def _spellings(typed: str) -> Iterator[Suggestion]:
    """Yield the input with its last word spelt as in the index, if that finds something."""
    before, _, last = typed.rpartition(" ")
    for word in backend().suggest(last, _EACH) if last.isalpha() else ():
        text = f"{before} {word}".strip()
        if count(backend(), Query(words=text)):  # the word may be one of another language
            yield Suggestion(text, "word", words_url(text))
