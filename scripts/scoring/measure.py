"""The figures: agreement of parsed paragraphs with the expected ones, property by property.

A paragraph counts as found if 95 % of its words agree. Its properties (exact text, kind, number,
phrase, notes) are judged only for found paragraphs.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from hashlib import sha256
from itertools import takewhile, zip_longest
from typing import TypeVar

from searchapp.model.resolution import Paragraph, Resolution

T = TypeVar("T", bound=Hashable)
AGREE = 0.95
PARAGRAPHS = ("f1", "precision", "recall", "annexes", "exact", "kind", "number", "phrase", "notes")
FIELDS = ("symbol", "session", "adopted", "title", "agenda_items")
LABELS = ("lead verbs", "second verbs", "addressees")


@dataclass(slots=True)
class Tally:
    """A number of correct results out of a total."""

    right: int = 0
    total: int = 0

    @property
    def share(self) -> float | None:
        """The correct share, or None if there was nothing to judge."""
        return self.right / self.total if self.total else None

    def __iadd__(self, other: Tally) -> Tally:
        self.right += other.right
        self.total += other.total
        return self


@dataclass(slots=True)
class Score:
    """The figures of one or more files; `differences` has a line for each error."""

    figures: defaultdict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    differences: list[str] = field(default_factory=list)

    def share(self, figure: str) -> float | None:
        """Return the value of a figure, or None if there was nothing to judge.

        F1 is the sum of the correct results of precision and recall, over the sum of their totals.
        """
        if figure == "f1":
            return self._both("precision", "recall").share
        if f"{figure} recall" in self.figures:
            return self._both(f"{figure} precision", f"{figure} recall").share
        return self.figures[figure].share if figure in self.figures else None

    def _both(self, precision: str, recall: str) -> Tally:
        one, other = self.figures[precision], self.figures[recall]
        return Tally(one.right + other.right, one.total + other.total)

    def count(self, figure: str, right: bool, otherwise: str) -> None:
        """Count one judgement; `otherwise` is the line that describes the error."""
        self.figures[figure] += Tally(int(right), 1)
        if not right:
            self.differences.append(f"{figure}: {otherwise}")

    def same(self, figure: str, where: str, expected: object, given: object) -> None:
        """Count a comparison of two values."""
        self.count(figure, expected == given, f"{where}: {expected!r}, read as {given!r}")

    def bags(self, figure: str, where: str, expected: Counter[T], given: Counter[T]) -> None:
        """Compare two multisets: precision over the given one, recall over the expected one."""
        right = (expected & given).total()
        self.figures[f"{figure} precision"] += Tally(right, given.total())
        self.figures[f"{figure} recall"] += Tally(right, expected.total())
        for name in expected - given:
            self.differences.append(f"{figure}: {where}: {name!r} is missing")
        for name in given - expected:
            self.differences.append(f"{figure}: {where}: not {name!r}")

    def __iadd__(self, other: Score) -> Score:
        for name, tally in other.figures.items():
            self.figures[name] += tally
        self.differences += other.differences
        return self


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a text, in lower case; hyphens and apostrophes separate words."""

    all: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> Words:
        """Split a text into words."""
        plain = unicodedata.normalize("NFKC", _UNSEEN.sub("", text)).casefold()
        return cls(tuple(re.findall(r"[^\W_]+", plain)))

    def agree(self, other: Words) -> bool:
        """Tell whether the two share 95 % of their words (F1), in any order."""
        total = len(self.all) + len(other.all)
        if not total or 2 * min(len(self.all), len(other.all)) < AGREE * total:
            return False
        return 2 * sum((Counter(self.all) & Counter(other.all)).values()) >= AGREE * total


@dataclass(frozen=True, slots=True)
class Print:
    """The fingerprint of a text in a label, stored instead of the text.

    It consists of the number of words, and 12 hexadecimal digits of the SHA-256 of the first four
    words, the last four and all of them, each in lower case and joined by spaces.
    """

    count: int
    first: str
    last: str
    whole: str

    @classmethod
    def of(cls, text: str) -> Print:
        """Compute the fingerprint of a text."""
        words = Words.of(text).all
        return cls(len(words), _digest(words[:4]), _digest(words[-4:]), _digest(words))

    def agree(self, other: Print) -> bool:
        """Tell whether beginnings and ends are equal, and the numbers of words within 5 %."""
        ends = (self.first, self.last) == (other.first, other.last)
        return ends and 2 * min(self.count, other.count) >= AGREE * (self.count + other.count)


def _digest(words: Sequence[str]) -> str:
    return sha256(" ".join(words).encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Wanted:
    """An expected paragraph; None means "not judged", "" means "has none"."""

    key: Words | Print
    kind: str
    number: str | None
    phrase: str | None = None
    notes: tuple[str, ...] | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Expected:
    """An expected resolution; `asides` are the words of tables, which are optional.

    `hashed` is true for labels, which have a `Print` of each paragraph and of the title.
    """

    fields: Mapping[str, object]
    paragraphs: Sequence[Wanted]
    asides: Counter[str] = field(default_factory=Counter)
    hashed: bool = False

    @property
    def symbol(self) -> str:
        """The symbol, or "" if it has none."""
        return str(self.fields.get("symbol", ""))

    def title(self, text: str) -> str:
        """Convert a title to the form of the expected one."""
        return Print.of(text).whole if self.hashed else tidy(text)

    def key(self, text: str) -> Words | Print:
        """Convert a paragraph's text to the form of the expected ones."""
        return Print.of(text) if self.hashed else Words.of(text)


def compare(expected: Sequence[Expected], given: Sequence[Resolution]) -> Score:
    """Score the resolutions of one file, paired by symbol, and the rest by order."""
    score = Score()
    for wanted, resolution in pair_up(expected, given):
        rows = resolution.paragraphs if resolution else ()
        if wanted:
            _compare_fields(wanted, resolution or Resolution(), score)
        _compare_paragraphs(wanted or Expected({}, ()), rows, score)
    return score


def pair_up(
    expected: Sequence[Expected], given: Sequence[Resolution]
) -> Iterator[tuple[Expected | None, Resolution | None]]:
    """Yield pairs of expected and parsed resolutions; None for one without a counterpart."""
    by_symbol = {_symbol(resolution): resolution for resolution in given}
    known = {wanted.symbol for wanted in expected} & set(by_symbol)
    yield from ((wanted, by_symbol[wanted.symbol]) for wanted in expected if wanted.symbol in known)
    yield from zip_longest(
        (wanted for wanted in expected if wanted.symbol not in known),
        (resolution for resolution in given if _symbol(resolution) not in known),
    )


def _symbol(resolution: Resolution) -> str:
    return (resolution.symbol or "").replace(" ", "")


def _compare_fields(wanted: Expected, resolution: Resolution, score: Score) -> None:
    given: dict[str, object] = {
        "symbol": _symbol(resolution),
        "session": resolution.session or "",
        "adopted": resolution.adopted or "",
        "title": wanted.title(resolution.title or ""),
        "agenda_items": tuple(tidy(item) for item in resolution.agenda_items),
    }
    for name, value in wanted.fields.items():
        score.same(name, wanted.symbol, value, given[name])


def _compare_paragraphs(wanted: Expected, rows: Sequence[Paragraph], score: Score) -> None:
    keys = [wanted.key(row.text) for row in rows]
    found = align([paragraph.key for paragraph in wanted.paragraphs], keys)
    for place, paragraph in enumerate(wanted.paragraphs):
        where = f"{wanted.symbol} {paragraph.number or paragraph.kind}"
        score.count("recall", place in found, f"{where}: not found: {_short(paragraph.text)}")
        if paragraph.kind == "annex":
            score.figures["annexes"] += Tally(int(place in found), 1)
        if place in found:
            _compare_paragraph(paragraph, rows[found[place]], keys[found[place]], where, score)
    for place in sorted(set(range(len(rows))) - set(found.values())):
        if not _within(rows[place].text, wanted.asides):
            otherwise = f"{rows[place].id}: is no paragraph: {_short(rows[place].text)}"
            score.count("precision", False, otherwise)
    score.figures["precision"] += Tally(len(found), len(found))


def _compare_paragraph(
    wanted: Wanted, row: Paragraph, key: Words | Print, where: str, score: Score
) -> None:
    if wanted.text is None:
        score.count("exact", wanted.key == key, f"{where}: begins and ends well, but differs")
    else:
        expected, given = tidy(wanted.text), tidy(row.text)
        score.count("exact", expected == given, f"{where}: {_contrast(expected, given)}")
    score.same("kind", where, wanted.kind, row.kind)
    score.same("number", where, wanted.number or "", row.number or "")
    if wanted.phrase is not None:
        score.same("phrase", where, _opening(wanted.phrase), _opening(row.phrase or ""))
    if wanted.notes is not None:
        score.same("notes", where, wanted.notes, tuple(note.mark for note in row.notes))


def align(wanted: Sequence[Words | Print], given: Sequence[Words | Print]) -> dict[int, int]:
    """Map indexes of the wanted paragraphs to those of the given ones, one to one.

    Equal ones are paired in order, because a text may occur twenty times (76/246); each of the rest
    is paired with the first that agrees.
    """
    matcher = SequenceMatcher(None, wanted, given, autojunk=False)
    blocks = matcher.get_matching_blocks()
    found = {block.a + i: block.b + i for block in blocks for i in range(block.size)}
    left = sorted(set(range(len(given))) - set(found.values()))
    for place in sorted(set(range(len(wanted))) - set(found)):
        # Both sides have the same form, which the types can't express.
        agreeing = (other for other in left if wanted[place].agree(given[other]))  # type: ignore[arg-type]
        if (other := next(agreeing, None)) is not None:
            found[place] = other
            left.remove(other)
    return found


def _within(text: str, asides: Counter[str]) -> bool:
    """Tell whether all words occur in the tables, however those were split into rows."""
    words = Words.of(text).all
    return bool(words) and sum((Counter(words) & asides).values()) >= AGREE * len(words)


_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_HYPHENS = re.compile("[\u2010\u2011]")


def tidy(text: str) -> str:
    """Normalise a text to its visible form: one kind of space and hyphen, nothing invisible."""
    return " ".join(_HYPHENS.sub("-", _UNSEEN.sub("", text)).split())


def _opening(phrase: str) -> str:
    return tidy(phrase).strip(" ,;:").casefold()


def _short(text: str | None) -> str:
    if text is None:
        return "(only its print is kept)"
    return text if len(text) <= 70 else f"{text[:50]} … {text[-15:]}"


def _contrast(expected: str, given: str) -> str:
    """Quote a few words of two texts from where they begin to differ."""
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(expected, given)))  # noqa: B905
    start = expected.rfind(" ", 0, max(same - 20, 0)) + 1
    return f"{expected[start : same + 30]!r}, read as {given[start : same + 30]!r}"
