"""Manual labels of randomly chosen paragraphs, and the parser's agreement with them.

Only ids and labels are kept here; the texts are in the corpus.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from searchapp.model.resolution import Paragraph

CLAUSES = Path(__file__).with_name("clauses.tsv")


@dataclass(frozen=True)
class Reading:
    """The clauses of one paragraph: verbs, and (verb, addressee) pairs."""

    lead: tuple[str, ...]  # one verb, or none
    seconds: tuple[str, ...]
    addressees: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, paragraph: Paragraph) -> Reading:
        """Return the parser's reading; an inherited verb has the parent's addressees."""
        pairs = {(c.verb, name) for c in paragraph.clauses for name in c.addressees}
        if paragraph.inherited and paragraph.verb:
            pairs |= {(paragraph.verb, name) for name in paragraph.addressees}
        return cls(
            lead=(paragraph.verb,) if paragraph.verb else (),
            seconds=tuple(c.verb for c in paragraph.clauses if c.start),
            addressees=tuple(sorted(pairs)),
        )


def labelled(half: int) -> Iterator[tuple[str, Reading]]:
    """Yield the id and reading of each label of a half (1: development, 2: only measurement)."""
    for line in CLAUSES.read_text("utf-8").splitlines():
        if line.startswith("#"):
            continue
        name, place, lead, seconds, addressees = line.split("\t")
        if place == str(half):
            pairs = (pair.split(" > ") for pair in _split(addressees, "; "))
            yield (
                name,
                Reading(
                    lead=_split(lead, " | "),
                    seconds=_split(seconds, " | "),
                    addressees=tuple(sorted({(verb, who) for verb, who in pairs})),
                ),
            )


def f1(half: int, paragraphs: Mapping[str, Paragraph]) -> dict[str, float]:
    """Return the F1 of the parser's lead verbs, second verbs and addressees on a half.

    A label whose paragraph is missing from `paragraphs` counts as read without clauses.
    """
    pairs = [
        (reading, Reading.of(paragraphs.get(name, Paragraph(name))))
        for name, reading in labelled(half)
    ]
    return {
        what: _f1((getattr(expected, what), getattr(found, what)) for expected, found in pairs)
        for what in ("lead", "seconds", "addressees")
    }


def _split(text: str, separator: str) -> tuple[str, ...]:
    return () if text == "-" else tuple(text.split(separator))


def _f1(pairs: Iterable[tuple[tuple[object, ...], tuple[object, ...]]]) -> float:
    right = wanted = given = 0
    for expected, found in pairs:
        right += sum((Counter(expected) & Counter(found)).values())
        wanted += len(expected)
        given += len(found)
    return 2 * right / (wanted + given) if wanted + given else 1.0
