"""What a query asks, as a tree of nodes: both engines, `explain` and the highlighter read it.

`str(node)` is the node in the language of queries, and reading that text again gives an equal node.
What the language lacks (`Every`, fields that only filters have) prints in the same way, but can't
be read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias, assert_never

TEXTS = ("text", "title", "note")  # the fields of words; all others are of whole values


class _Printed:
    """A node that prints itself in the language of queries."""

    __slots__ = ()

    def __str__(self) -> str:
        return _printed(self)  # type: ignore[arg-type]  # every subclass is a node


@dataclass(frozen=True, slots=True)
class Word(_Printed):
    """A folded word of a text, exactly."""

    field: str
    word: str


@dataclass(frozen=True, slots=True)
class Stem(_Printed):
    """Any form of a folded English word, in English texts."""

    field: str
    word: str


@dataclass(frozen=True, slots=True)
class AnyForm(_Printed):
    """A folded word of any language: exactly, or in English texts any of its forms."""

    field: str
    word: str


@dataclass(frozen=True, slots=True)
class Phrase(_Printed):
    """Folded words in this order, with at most `gap` other words in all between them."""

    field: str
    words: tuple[str, ...]
    gap: int = 0


@dataclass(frozen=True, slots=True)
class Prefix(_Printed):
    """Words or values that begin so."""

    field: str
    start: str


@dataclass(frozen=True, slots=True)
class Wildcard(_Printed):
    """Words like a pattern, in which "*" stands for any letters."""

    field: str
    pattern: str


@dataclass(frozen=True, slots=True)
class Value(_Printed):
    """A value, as the index writes it."""

    field: str
    value: str


@dataclass(frozen=True, slots=True)
class Range(_Printed):
    """Whole numbers from `low` to `high`, both included; None where there is no limit."""

    field: str
    low: int | None
    high: int | None


@dataclass(frozen=True, slots=True)
class And(_Printed):
    """Paragraphs that all parts describe."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or(_Printed):
    """Paragraphs that any part describes; without parts, none."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not(_Printed):
    """Paragraphs that a part does not describe."""

    part: Node


@dataclass(frozen=True, slots=True)
class Every(_Printed):
    """All paragraphs."""


Node: TypeAlias = (
    Word | Stem | AnyForm | Phrase | Prefix | Wildcard | Value | Range | And | Or | Not | Every
)


def all_of(nodes: Iterable[Node]) -> Node:
    """Return what all of some nodes describe, as one flat node."""
    parts = tuple(part for node in nodes for part in parts_of(node, And) if part != Every())
    if len(parts) == 1:
        return parts[0]
    return And(parts) if parts else Every()


def any_of(nodes: Iterable[Node]) -> Node:
    """Return what any of some nodes describes, as one flat node."""
    parts = tuple(part for node in nodes for part in parts_of(node, Or))
    return parts[0] if len(parts) == 1 else Or(parts)


def phrase_of(field: str, words: Sequence[str], gap: int = 0) -> Word | Phrase:
    """Return folded words in this order: a phrase, or a word alone."""
    return Phrase(field, tuple(words), gap) if len(words) > 1 else Word(field, words[0])


def none_of(node: Node) -> Node:
    """Return what a node does not describe."""
    return node.part if isinstance(node, Not) else Not(node)


def parts_of(node: Node, kind: type[And | Or]) -> tuple[Node, ...]:
    """Return the parts of a node of a kind, or the node alone."""
    return node.parts if isinstance(node, And | Or) and isinstance(node, kind) else (node,)


def forms(node: AnyForm) -> tuple[Stem, Word]:
    """Return the two nodes of which either describes what a word in any form does."""
    return Stem(node.field, node.word), Word(node.field, node.word)


def alternatives(parts: Iterable[Node]) -> list[Node]:
    """Return the parts of an `Or`, with the two forms of each word in any form."""
    return [
        form for part in parts for form in (forms(part) if isinstance(part, AnyForm) else (part,))
    ]


# Printing ---------------------------------------------------------------------------------------

_NAMES = {"text": "", "session_number": "session"}  # fields that the language calls otherwise


def quoted(text: str) -> str:
    """Return a text in quotation marks, those inside it escaped."""
    escaped = re.sub(r'["\\]', r"\\\g<0>", text)
    return f'"{escaped}"'


def _printed(node: Node) -> str:  # noqa: C901 - one case a kind of node
    match node:
        case Word(field, word):
            return _of_field(field, quoted(word))
        case Stem(field, word) | AnyForm(field, word):
            return _of_field(field, word)
        case Phrase(field, words, gap):
            return _of_field(field, quoted(" ".join(words)) + (f"~{gap}" if gap else ""))
        case Prefix(field, start):
            return _of_field(field, f"{start}*" if field in TEXTS else quoted(f"{start}*"))
        case Wildcard(field, pattern):
            return _of_field(field, pattern)
        case Value(field, value):
            return _of_field(field, quoted(value))
        case Range():
            return _of_field(node.field, _span(node))
        case And(parts):
            return " ".join(_bracketed(part, Or) for part in parts)
        case Or(parts):
            return " OR ".join(map(_printed, parts))
        case Not(part):
            return f"NOT {_bracketed(part, And, Or)}"
        case Every():
            return "*"
        case _:
            assert_never(node)


def _of_field(field: str, text: str) -> str:
    name = _NAMES.get(field, field)
    return f"{name}:{text}" if name else text


def _bracketed(node: Node, *kinds: type[And | Or]) -> str:
    return f"({node})" if isinstance(node, kinds) else str(node)


def _span(span: Range) -> str:
    low, high = (_end(span.field, number) for number in (span.low, span.high))
    return low if low == high else f"{low}..{high}"


def _end(field: str, number: int | None) -> str:
    if number is None:
        return ""
    if field != "adopted":
        return str(number)
    digits = f"{number:08}"
    return f"{digits[:4]}-{digits[4:6]}-{digits[6:]}"
