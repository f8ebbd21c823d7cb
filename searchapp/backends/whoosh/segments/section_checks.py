"""The sections that a segment must have, and the constraints between their numbers.

Checksums detect damage. This detects a file that was written wrongly or on purpose: its numbers are
compared with its content before anything is allocated or looked up by them.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from ..schema import COLUMNS, INDEXED
from .lexicon import END, Lexicon
from .sections import SectionFile


class Edges(NamedTuple):
    """A section of offsets into another: the start of each part, and the end of the last.

    `parts` is the number of parts, and `whole` the size of the other section, or its name.
    """

    name: str
    parts: int
    whole: int | str


class Bounded(NamedTuple):
    """A section of `size` numbers, each below `bound`."""

    name: str
    size: int
    bound: int


def check_sections(file: SectionFile) -> None:
    """Compare the sections of a file and their sizes with those that the schema requires.

    `DamagedFile` for the first that is missing or has another size. No section is read.
    """
    for rule in _rules(file):
        size = rule.parts + 1 if isinstance(rule, Edges) else rule.size
        if file.size(rule.name) != size:
            raise file.damaged(f"the section {rule.name}")


def check_numbers(file: SectionFile) -> None:
    """Compare all numbers with their bounds; `DamagedFile` for the first section that is wrong."""
    for rule in _rules(file):
        numbers = file.whole(rule.name)
        if isinstance(rule, Edges):
            whole = rule.whole if isinstance(rule.whole, int) else file.size(rule.whole)
            ends = (int(numbers[0]), int(numbers[-1]))
            fits = ends == (0, whole) and bool((numbers[1:] >= numbers[:-1]).all())
        else:
            fits = not len(numbers) or 0 <= int(numbers.min()) <= int(numbers.max()) < rule.bound
        if not fits:
            raise file.damaged(f"the section {rule.name}")
    for name in INDEXED:
        terms = list(Lexicon(file, name))
        ended = bytes(file.whole(f"{name}.terms")) == b"".join(term + END for term in terms)
        whole = ended and not any(END in term for term in terms)
        if not whole or not all(first < second for first, second in pairwise(terms)):
            raise file.damaged(f"the section {name}.terms")


def _rules(file: SectionFile) -> Iterator[Edges | Bounded]:
    documents = file.documents
    resolutions = file.size("first") - 1
    yield Edges("first", resolutions, documents)
    for name in COLUMNS:
        yield Bounded(name, documents, max(documents, 1))
    blocks = file.size("stored.first") - 1
    yield Edges("stored.first", blocks, documents)
    yield Edges("stored.block_at", blocks, "stored.blocks")
    for name, field in INDEXED.items():
        terms = file.size(f"{name}.term_at") - 1
        rows = resolutions if field.of == "resolution" else documents
        yield Edges(f"{name}.term_at", terms, f"{name}.terms")
        if field.kind == "text":
            yield from _word_rules(file, name, terms, rows)
        elif field.kind == "stemmed":
            yield from _stem_rules(file, name, terms, field.source)
        else:
            yield from _value_rules(file, name, terms, rows)


def _word_rules(file: SectionFile, name: str, terms: int, rows: int) -> Iterator[Edges | Bounded]:
    postings, places = file.size(f"{name}.rows"), file.size(f"{name}.at")
    far = file.size(f"{name}.far")
    yield Edges(f"{name}.row_at", rows, places + rows)  # one number is left out after each row
    yield Edges(f"{name}.posting_at", terms, postings)
    yield Bounded(f"{name}.rows", postings, rows)
    yield Bounded(f"{name}.often", postings, places + 1)
    yield Edges(f"{name}.place_at", terms, places)
    yield Bounded(f"{name}.at", places, 256)
    yield Bounded(f"{name}.far", far, places)
    yield Bounded(f"{name}.far_by", far, places)


def _stem_rules(file: SectionFile, name: str, terms: int, source: str) -> Iterator[Edges | Bounded]:
    words = file.size(f"{name}.word")
    yield Edges(f"{name}.word_at", terms, words)
    yield Bounded(f"{name}.word", words, file.size(f"{source}.term_at") - 1)


def _value_rules(file: SectionFile, name: str, terms: int, rows: int) -> Iterator[Edges | Bounded]:
    several = f"{name}.code_at" in file
    codes = file.size(f"{name}.codes") if several else rows
    yield Bounded(f"{name}.codes", codes, terms + 1)
    if several:
        yield Edges(f"{name}.code_at", rows, codes)
