"""Spans of a text that match a query's tree.

Both engines use this module, so highlights are the same by construction. Words of a phrase are
marked only where the phrase occurs.

Fast path: if folding a text only lower-cases it, scan for the wanted words as substrings instead of
tokenising the whole text (ten times faster).
"""

from __future__ import annotations

import fnmatch
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import NamedTuple, assert_never

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
    forms,
)
from ..text.analysis import MAX_TOKEN, fold, printed_matches, stem
from . import deadline

Span = tuple[int, int]
TEXT = "text"  # the field that is shown
MANY_CLUES = 12  # for more, scanning for each takes longer than tokenising
# A character other than ASCII and typographic separators, so that folding may do more.
_NOT_PLAIN = re.compile("[^\0-\x7f‘’“”„«»–—\u2010\u2011…•§\xa0\u202f]")
_PLAIN_WORD = re.compile("[a-z0-9]+")
_BETWEEN, _END = "[^a-z0-9]+", "(?![a-z0-9])"


def plain(text: str) -> str | None:
    """Return a text in lower case if all its words are ASCII, else None; offsets stay the same."""
    return text.lower() if text.isascii() or not _NOT_PLAIN.search(text) else None


class Clue(NamedTuple):
    """A substring of a wanted word, and whether the word must begin with it."""

    letters: str
    begins: bool


@dataclass(frozen=True)
class Matcher:
    """The exact words, stems, phrases and patterns of a tree, to be marked in texts."""

    exact: set[str] = field(default_factory=set)
    stems: set[str] = field(default_factory=set)
    phrases: dict[Phrase, None] = field(default_factory=dict)
    patterns: dict[str, None] = field(default_factory=dict)

    def spans(self, text: str, english: bool = True) -> tuple[Span, ...]:
        """Return the spans to mark in a text, in order, merged across white space."""
        if not (self.exact or self.stems or self.phrases or self.patterns):
            return ()
        lowered = plain(text) if self._has_clues else None
        found = (
            self._scan_tokens(text, english)
            if lowered is None
            else self._scan_clues(lowered, english)
        )
        return _merge(found, text)

    def _scan_tokens(self, text: str, english: bool) -> Iterator[Span]:
        """Yield spans by tokenising the text as the index does."""
        wanted = self._wanted[english]
        for match in printed_matches(text):
            if wanted[match[0]]:
                yield match.span()
        yield from _find_phrases(text, self.phrases)

    def _scan_clues(self, lowered: str, english: bool) -> Iterator[Span]:
        """Yield spans of a plain text by scanning for clues."""
        wanted = self._wanted[english]
        for start, end in self._find_candidates(lowered):
            if wanted[lowered[start:end]]:
                yield start, end
        for first, expression in self._expressions:
            for start, _ in _find_words(lowered, [Clue(first, begins=True)]):
                if match := expression.match(lowered, start):
                    yield match.span()
        near = [phrase for phrase in self.phrases if phrase.gap]
        if near and any(all(word in lowered for word in phrase.words) for phrase in near):
            yield from _find_phrases(lowered, near)

    def _find_candidates(self, lowered: str) -> Iterator[Span]:
        """Return the spans of words with a clue, or of all words if there are many clues."""
        if len(self._clues) <= MANY_CLUES:
            return _find_words(lowered, self._clues)
        return (match.span() for match in _PLAIN_WORD.finditer(lowered))

    @cached_property
    def _wanted(self) -> dict[bool, _Wanted]:
        """The caches of whether to mark a printed word, in English texts (True) and in others."""
        return {
            True: _Wanted(lambda word: self._is_asked(word) or self._has_stem(word)),
            False: _Wanted(self._is_asked),
        }

    def _is_asked(self, word: str) -> bool:
        return word in self.exact or any(pattern.fullmatch(word) for pattern in self._compiled)

    def _has_stem(self, word: str) -> bool:
        # Stemming a page's words takes milliseconds.
        return word.startswith(self._beginnings) and stem(word) in self.stems

    @cached_property
    def _compiled(self) -> list[re.Pattern[str]]:
        return [_compile(pattern) for pattern in self.patterns]

    @cached_property
    def _beginnings(self) -> tuple[str, ...]:
        return tuple(map(beginning, self.stems))

    @cached_property
    def _clues(self) -> list[Clue]:
        """The clues of all wanted words outside phrases."""
        words = [Clue(letters, begins=True) for letters in {*self.exact, *self._beginnings}]
        return words + [_make_clue(pattern) for pattern in self.patterns]

    @cached_property
    def _has_clues(self) -> bool:
        """Whether scanning is possible: not for cut words, nor for patterns without letters."""
        letters = [clue.letters for clue in self._clues]
        letters += [word for phrase in self.phrases for word in phrase.words]
        return all(0 < len(some) < MAX_TOKEN for some in letters) and "[" not in "".join(letters)

    @cached_property
    def _expressions(self) -> list[tuple[str, re.Pattern[str]]]:
        """The first word and the regular expression of each phrase without a gap."""
        return [
            (phrase.words[0], re.compile(_BETWEEN.join(map(re.escape, phrase.words)) + _END))
            for phrase in self.phrases
            if not phrase.gap
        ]


class _Wanted(dict[str, bool]):
    """A cache of whether to mark a printed word."""

    def __init__(self, is_wanted: Callable[[str], bool]) -> None:
        super().__init__()
        self._is_wanted = is_wanted

    def __missing__(self, printed: str) -> bool:
        word = fold(printed)
        self[printed] = wanted = bool(word) and self._is_wanted(word)
        return wanted


def matcher(tree: Node | None) -> Matcher:
    """Return the matcher of a tree for paragraphs' texts; negated parts are left out."""
    found = Matcher()
    if tree is not None:
        _collect(tree, found)
    return found


def beginning(root: str) -> str:
    """Return the common prefix of all words with a stem.

    Snowball's English rules replace the letters that they remove by at most two: "y" becomes "i",
    "-bility" becomes "-ble"; and of its exceptions "dying" becomes "die".
    """
    return root[: max(1, len(root) - 2)]


def _collect(node: Node, found: Matcher) -> None:  # noqa: C901 - one case a kind of node
    match node:
        case And(parts) | Or(parts):
            for part in parts:
                _collect(part, found)
        case AnyForm():
            for form in forms(node):
                _collect(form, found)
        case Word(field, word) if field == TEXT:
            found.exact.add(word)
        case Stem(field, word) if field == TEXT:
            found.stems.add(stem(word))
        case Phrase(field) if field == TEXT:
            found.phrases[node] = None
        case Prefix(field, start) if field == TEXT:
            found.patterns[start + "*"] = None
        case Wildcard(field, pattern) if field == TEXT:
            found.patterns[pattern] = None
        case Word() | Stem() | Phrase() | Prefix() | Wildcard() | Value() | Range():
            pass  # a node of another field marks nothing in the text
        case Not() | Every():
            pass
        case _:
            assert_never(node)


@lru_cache(maxsize=1000)
def _compile(pattern: str) -> re.Pattern[str]:
    return re.compile(fnmatch.translate(pattern), re.DOTALL)


def _make_clue(pattern: str) -> Clue:
    """Return the clue of a pattern: its longest run of letters."""
    letters = max(re.split(r"[*?]", pattern), key=len)
    return Clue(letters, begins=pattern.startswith(letters))


def _find_words(lowered: str, clues: Iterable[Clue]) -> Iterator[Span]:
    """Yield the spans of words in a plain text that contain a clue, clue by clue."""
    for letters, begins in clues:
        at = lowered.find(letters)
        while at >= 0:
            word = _PLAIN_WORD.match(lowered, at)
            end = word.end() if word else at + 1
            start = at
            while start and lowered[start - 1].isalnum():
                start -= 1
            if word and (start == at or not begins):
                yield start, end
            at = lowered.find(letters, end)


def _find_phrases(text: str, phrases: Iterable[Phrase]) -> Iterator[Span]:
    """Yield the spans of phrases in a text by tokenising it."""
    if phrases:
        words, matches = _fold_words(text)
        held: dict[str, list[int]] = {}
        for place, word in enumerate(words):
            held.setdefault(word, []).append(place)
        for phrase in phrases:
            deadline.check()
            for first, last in _find_positions(held, phrase):
                yield matches[first].start(), matches[last].end()


def _fold_words(text: str) -> tuple[list[str], list[re.Match[str]]]:
    """Return the folded words of a text, and the match of each."""
    found = [(fold(match[0]), match) for match in printed_matches(text)]
    return [word for word, _ in found if word], [match for word, match in found if word]


def _find_positions(held: Mapping[str, Sequence[int]], phrase: Phrase) -> Iterator[tuple[int, int]]:
    """Yield the first and last position of each occurrence of a phrase.

    `held` has the sorted positions of each word of a text.
    """
    if any(len(held.get(word, ())) < times for word, times in Counter(phrase.words).items()):
        return
    limit = len(phrase.words) - 1 + phrase.gap
    for start in held[phrase.words[0]]:
        end = start
        # The nearest next word is always the best, since it leaves most of the gap to the others.
        for word in phrase.words[1:]:
            places = held[word]
            at = bisect_right(places, end)
            if at == len(places):
                return  # later starts have no end either
            end = places[at]
            if end - start > limit:
                break
        else:
            yield start, end


def _merge(found: Iterable[Span], text: str) -> tuple[Span, ...]:
    result: list[Span] = []
    for start, end in sorted(found):
        if result and (start <= result[-1][1] or not text[result[-1][1] : start].strip()):
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return tuple(result)
