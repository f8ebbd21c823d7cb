"""The query tree, which both engines, `explain` and the highlighter interpret.

`str(node)` is the node in the query language, and parsing that text returns an equal node. A node
that the language lacks is printed in the same style, but can't be parsed: `Every`, an `Or` without
parts, a phrase of one word, a value with "*", a range without ends, a field of filters only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias, assert_never

TEXTS = ("text", "title", "note")  # the fields of words; all others contain whole values


class _Printed:
    """A base class that prints a node in the query language."""

    __slots__ = ()

    def __str__(self) -> str:
        return _format(self)  # type: ignore[arg-type]  # every subclass is a node


@dataclass(frozen=True, slots=True)
class Word(_Printed):
    """An exact folded word of a text."""

    field: str
    word: str


@dataclass(frozen=True, slots=True)
class Stem(_Printed):
    """Any form of a folded English word, in English texts."""

    field: str
    word: str


@dataclass(frozen=True, slots=True)
class AnyForm(_Printed):
    """A folded word of any language: exact, or in English texts any of its forms."""

    field: str
    word: str


@dataclass(frozen=True, slots=True)
class Phrase(_Printed):
    """Folded words in this order, with at most `gap` other words between them in total."""

    field: str
    words: tuple[str, ...]
    gap: int = 0


@dataclass(frozen=True, slots=True)
class Prefix(_Printed):
    """Words or values with a prefix."""

    field: str
    start: str


@dataclass(frozen=True, slots=True)
class Wildcard(_Printed):
    """Words that match a pattern, in which "*" means any letters."""

    field: str
    pattern: str


@dataclass(frozen=True, slots=True)
class Value(_Printed):
    """A value, in the index's form."""

    field: str
    value: str


@dataclass(frozen=True, slots=True)
class Range(_Printed):
    """Whole numbers from `low` to `high`, inclusive; None for no limit."""

    field: str
    low: int | None
    high: int | None


@dataclass(frozen=True, slots=True)
class And(_Printed):
    """Paragraphs that match all parts."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or(_Printed):
    """Paragraphs that match any part; none without parts."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not(_Printed):
    """Paragraphs that do not match a part."""

    part: Node


@dataclass(frozen=True, slots=True)
class Every(_Printed):
    """All paragraphs."""


Node: TypeAlias = (
    Word | Stem | AnyForm | Phrase | Prefix | Wildcard | Value | Range | And | Or | Not | Every
)


def all_of(nodes: Iterable[Node]) -> Node:
    """Return the conjunction of nodes, as one flat node."""
    parts = tuple(part for node in nodes for part in parts_of(node, And) if part != Every())
    if len(parts) == 1:
        return parts[0]
    return And(parts) if parts else Every()


def any_of(nodes: Iterable[Node]) -> Node:
    """Return the disjunction of nodes, as one flat node."""
    parts = tuple(part for node in nodes for part in parts_of(node, Or))
    return parts[0] if len(parts) == 1 else Or(parts)


def phrase_of(field: str, words: Sequence[str], gap: int = 0) -> Word | Phrase:
    """Return a phrase of folded words, or a word if there is only one."""
    return Phrase(field, tuple(words), gap) if len(words) > 1 else Word(field, words[0])


def none_of(node: Node) -> Node:
    """Return the negation of a node, without a double one."""
    return node.part if isinstance(node, Not) else Not(node)


def parts_of(node: Node, kind: type[And | Or]) -> tuple[Node, ...]:
    """Return the parts of a node if it is of a kind, otherwise the node alone."""
    return node.parts if isinstance(node, And | Or) and isinstance(node, kind) else (node,)


def forms(node: AnyForm) -> tuple[Stem, Word]:
    """Return the two alternatives of a word in any form: by stem, and exact."""
    return Stem(node.field, node.word), Word(node.field, node.word)


def alternatives(parts: Iterable[Node]) -> list[Node]:
    """Return the parts of an `Or`, with each `AnyForm` replaced by its two alternatives."""
    return [
        form for part in parts for form in (forms(part) if isinstance(part, AnyForm) else (part,))
    ]


# Printing ---------------------------------------------------------------------------------------

_NAMES = {"text": "", "session_number": "session"}  # fields with other names in the language


def quoted(text: str) -> str:
    """Return a text in quotation marks, with those inside it escaped."""
    escaped = re.sub(r'["\\]', r"\\\g<0>", text)
    return f'"{escaped}"'


def _format(node: Node) -> str:  # noqa: C901 - one case a kind of node
    match node:
        case Word(field, word):
            return _add_field(field, quoted(word))
        case Stem(field, word) | AnyForm(field, word):
            return _add_field(field, word)
        case Phrase(field, words, gap):
            return _add_field(field, quoted(" ".join(words)) + (f"~{gap}" if gap else ""))
        case Prefix(field, start):
            return _add_field(field, f"{start}*" if field in TEXTS else quoted(f"{start}*"))
        case Wildcard(field, pattern):
            return _add_field(field, pattern)
        case Value(field, value):
            return _add_field(field, quoted(value))
        case Range():
            return _add_field(node.field, _format_span(node))
        case And(parts):
            return " ".join(_bracket(part, Or) for part in parts)
        case Or(parts):
            return " OR ".join(map(_format, parts))
        case Not(part):
            return f"NOT {_bracket(part, And, Or)}"
        case Every():
            return "*"
        case _:
            assert_never(node)


def _add_field(field: str, text: str) -> str:
    name = _NAMES.get(field, field)
    return f"{name}:{text}" if name else text


def _bracket(node: Node, *kinds: type[And | Or]) -> str:
    return f"({node})" if isinstance(node, kinds) else str(node)


def _format_span(span: Range) -> str:
    low, high = (_format_end(span.field, number) for number in (span.low, span.high))
    is_one = low == high and span.field != "session_number"  # one session is a value
    return low if is_one else f"{low}..{high}"


def _format_end(field: str, number: int | None) -> str:
    if number is None:
        return ""
    if field != "adopted":
        return str(number)
    digits = f"{number:08}"
    return f"{digits[:4]}-{digits[4:6]}-{digits[6:]}"
