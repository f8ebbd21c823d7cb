"""The parser of the query language, by recursive descent.

    query   = either
    either  = every ("OR" every)*
    every   = factor (["AND"] factor)*
    factor  = ("NOT" | "-") factor | "(" either ")" | [field ":"] value
    value   = quoted ["~" number] | word
    quoted  = a quotation mark, any text, a closing one; "\\" before a quotation mark or before
              "\\" keeps it inside
    field   = "symbol" | "title" | "session" | "year" | "adopted" | "type" | "verb" | "head"
            | "body" | "cites" | "to" | "note"

AND, OR and NOT are operators in capitals only. A word may contain "*" for any letters; a word that
splits into several tokens is a phrase; one of punctuation only is dropped. `tree` has the nodes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from ..errors import QueryError
from ..model.resolution import KINDS
from ..text.analysis import words as folded_words
from ..text.dates import first_day, last_day, parse_span
from ..un.normal_forms import body, lowered, plain
from ..un.sessions import parse_session
from ..un.symbols import BODIES, parse_symbol
from .query import MAX_WORDS, Query
from .tree import (
    TEXTS,
    AnyForm,
    Node,
    Or,
    Prefix,
    Range,
    Stem,
    Value,
    Wildcard,
    Word,
    all_of,
    any_of,
    none_of,
    phrase_of,
)

MAX_DEPTH = 50
MAX_TERMS = 200
MAX_GAP = 50
MAX_STARS = 3  # in a word; more make pattern matching unboundedly slow


def query_tree(query: Query) -> Node | None:
    """Return the tree of a query's words and its condition; None if it has neither."""
    words = parse_words(query.words, query.lang)
    nodes = [node for node in (words, query.where) if node is not None]
    return all_of(nodes) if nodes else None


@lru_cache(maxsize=64)  # a page asks for the tree of its words again and again
def parse_words(words: str, lang: str = "en") -> Node | None:
    """Return the tree of a query's words, or None if there are none; `QueryError` on bad syntax.

    English words are stemmed, those of other languages exact; `lang="all"` matches either way.
    """
    return _Parser(words, lang).tree() if words.strip() else None


def write_words(condition: Node, words: str = "") -> str | None:
    """Return words that ask for a condition besides some other words.

    None if no query does: for a value with "*", or if there are too many words.
    """
    try:
        asked = parse_words(words)
        text = str(condition) if asked is None else f"{_bracket_either(asked, words)} {condition}"
        wanted = condition if asked is None else all_of([asked, condition])
        return text if len(text) <= MAX_WORDS and parse_words(text) == wanted else None
    except QueryError:
        return None


def _bracket_either(asked: Node, words: str) -> str:
    return f"({words})" if isinstance(asked, Or) else words


def wanted_parts(words: str) -> Iterator[str]:
    """Yield the words, phrases and fields of a query as written, without negated ones."""
    negated, negates = [False], False  # for each open bracket; for the next lexeme
    for lexeme in _lexemes(words):
        if lexeme.kind == "NOT":
            negates = not negates
        elif lexeme.kind == "(":
            negated.append(negated[-1] is not negates)
            negates = False
        elif lexeme.kind == ")":
            negated = negated[:-1] or [False]
        elif lexeme.kind == "value":
            if negated[-1] is negates:
                name = f"{lexeme.field}:" if lexeme.field else ""
                yield name + words[lexeme.start : lexeme.end]
            negates = False


# --- errors --------------------------------------------------------------------------------------


def _error(text: str, position: int, problem: str, remedy: str) -> QueryError:
    """Return an error; the last "{}" in the problem is replaced by its place in words."""
    before = text[:position].split()
    place = f"after “{before[-1][-30:]}”" if before else "at the start"
    return QueryError(f"{place.join(problem.rsplit('{}', 1))}: {remedy}.", position)


# --- lexemes -------------------------------------------------------------------------------------

_CLOSING = {'"': '"', "“": '”"', "”": '”"', "„": '“”"', "«": "»", "»": "«"}
_QUOTES = "".join(_CLOSING)
_ESCAPED = re.compile(rf"\\([\\{_QUOTES}])")
_INSIDE = {
    opening: re.compile(rf"((?:{_ESCAPED.pattern}|[^{closing}])*+)[{closing}]")
    for opening, closing in _CLOSING.items()
}
_SPACE = re.compile(r"\s*")
# The bracket of 2099(XX) or 3390A(XXX) is part of the word; others group.
_BRACKET = r"\([\w-]+\)"
_WORD = re.compile(
    rf"(?:[^\s(){_QUOTES}]|(?<=[0-9]){_BRACKET}|(?<=[0-9][A-Za-z]){_BRACKET})+",
)
_MINUS = re.compile(rf"(?<![^\s(])-(?=[\w(*{_QUOTES}])")  # "self-help" and "a - b" negate nothing
_NAME = re.compile(r"([^\W\d_]+):(?=[^\s)])")
_VALUE_START = re.compile(rf"[\w*{_QUOTES}]")  # not that of "http://", nor of "as follows:(a)"
_GAP = re.compile(r"~([0-9]*)")
_OPERATORS = ("AND", "OR", "NOT")


class _Lexeme(NamedTuple):
    """An operator, a bracket, or (kind "value") words with their field."""

    kind: str
    text: str
    start: int
    end: int
    field: str = ""
    quoted: bool = False
    gap: int = 0


def _lexemes(text: str) -> Iterator[_Lexeme]:
    """Yield the lexemes of a query, without words of punctuation only."""
    position = _skip(text, 0)
    while position < len(text):
        lexeme = _lexeme(text, position)
        if lexeme.kind != "value" or lexeme.field or _has_word(lexeme):
            yield lexeme
        position = _skip(text, lexeme.end)


def _skip(text: str, position: int) -> int:
    match = _SPACE.match(text, position)
    return match.end() if match else position


def _has_word(lexeme: _Lexeme) -> bool:
    return bool(folded_words(lexeme.text)) or ("*" in lexeme.text and not lexeme.quoted)


def _lexeme(text: str, position: int) -> _Lexeme:
    if text[position] in "()":
        return _Lexeme(text[position], text[position], position, position + 1)
    if _MINUS.match(text, position):
        return _Lexeme("NOT", "-", position, position + 1)
    name = _field_name(text, position)
    value = _value(text, position + len(name) + 1 if name else position)
    if not name and not value.quoted and value.text in _OPERATORS:
        return value._replace(kind=value.text)
    return value._replace(field=name.lower())


def _field_name(text: str, position: int) -> str:
    """Return the field name before a colon, or "" if there is none."""
    match = _NAME.match(text, position)
    if match is None:
        return ""
    name = match[1]
    if name.lower() in FIELDS:
        return name
    if not _VALUE_START.match(text, match.end()):
        return ""
    raise _error(
        text,
        position,
        f"“{name}:” {{}} is not a field",
        f"use one of {', '.join(FIELDS)}, or put it in quotes to search for the words",
    )


def _value(text: str, position: int) -> _Lexeme:
    if text[position] in _CLOSING:
        return _quoted(text, position)
    match = _WORD.match(text, position)
    if match is None:  # only a bracket after a field's name remains
        remedy = "write the name before each word, as in (title:peace OR title:security)"
        raise _error(text, position, "The bracket {} can't be a field's value", remedy)
    return _Lexeme("value", match[0], position, match.end())


def _quoted(text: str, position: int) -> _Lexeme:
    closing = _INSIDE[text[position]].match(text, position + 1)
    if closing is None:
        remedy = "write a second one where the phrase ends, or remove it"
        raise _error(text, position, "The quotation mark {} is never closed", remedy)
    inside, end = _ESCAPED.sub(r"\1", closing[1]), closing.end()
    gap = _GAP.match(text, end)
    if gap is None:
        return _Lexeme("value", inside, position, end, quoted=True)
    if not gap[1] or len(gap[1]) > 2 or int(gap[1]) > MAX_GAP:
        remedy = f'write the number of other words allowed, from 0 to {MAX_GAP}: "a b"~5'
        raise _error(text, end, "The “~” {} has no valid number", remedy)
    return _Lexeme("value", inside, position, gap.end(), quoted=True, gap=int(gap[1]))


# --- values of fields ----------------------------------------------------------------------------
# Each function takes a value as written and raises ValueError if it is invalid.


def _year(value: str) -> Node:
    return _range("year", value, lambda text: _digits(text, 4))


def _adopted(value: str) -> Node:
    return _range(
        "adopted",
        value,
        lambda text: _number(first_day(text)),
        lambda text: _number(last_day(text)),
    )


def _session(value: str) -> Node:
    if ".." in value:
        return _range("session_number", value, lambda text: int(_session_name(text)))
    return Value("session", _session_name(value))


def _range(
    name: str, value: str, first: Callable[[str], int], last: Callable[[str], int] | None = None
) -> Node:
    """Parse "2010..2020", "2010..", "..2020" or "2015"; `first` and `last` parse the ends."""
    low, high = parse_span(value, first, last or first)
    if low is not None and high is not None and low > high:
        raise ValueError(value)
    return Range(name, low, high)


def _digits(text: str, most: int) -> int:
    if not re.fullmatch(rf"[0-9]{{1,{most}}}", text):
        raise ValueError(text)
    return int(text)


def _number(day: date) -> int:
    return day.year * 10_000 + day.month * 100 + day.day


def _session_name(text: str) -> str:
    """Return the canonical form: "79", "S-26", "ES-10"; "20" for "XX"."""
    name = parse_session(plain(text))
    if name is None:
        raise ValueError(text)
    return name


def _type(value: str) -> Node:
    if value.lower() not in KINDS:
        raise ValueError(value)
    return Value("type", value.lower())


def _symbol(name: str) -> Callable[[str], Node]:
    def read(value: str) -> Node:
        if value.endswith("*"):
            return _starting(name, _symbol_start(value[:-1]))
        symbol = parse_symbol(value)
        return Value(name, symbol.text if symbol else _plain(value))

    return read


def _symbol_start(start: str) -> str:
    """Return the canonical form of a symbol's beginning; "69/" becomes that before any number."""
    symbol, any_number = parse_symbol(start), parse_symbol(start + "1")
    if symbol:
        return symbol.text
    return any_number.text[:-1] if any_number else start


def _term(name: str, read: Callable[[str], str]) -> Callable[[str], Node]:
    def term(value: str) -> Node:
        if value.endswith("*"):
            return _starting(name, read(value[:-1]))
        return Value(name, read(_plain(value)))

    return term


def _starting(name: str, start: str) -> Node:
    return Prefix(name, _plain(start))


def _plain(value: str) -> str:
    """Return the plain value; `ValueError` if it has no word or contains "*"."""
    if "*" in value or not folded_words(value):
        raise ValueError(value)
    return plain(value)


_SYMBOLS = "write it as 69/28, A/RES/69/28 or A/RES/69/*, in quotes where it has spaces"
_VERBS = 'write it in lower case, in quotes where it has several words, as in verb:"calls upon"'
_VALUES: dict[str, tuple[Callable[[str], Node], str]] = {
    "symbol": (_symbol("symbol"), _SYMBOLS),
    "session": (_session, "write 79, S-26 or ES-10, or a range such as 75..80"),
    "year": (_year, "write 2015, or a range such as 2010..2020, 2010.. or ..2020"),
    "adopted": (
        _adopted,
        "write 2014, 2014-12 or 2014-12-02, or a range such as 2014-12-02..2015",
    ),
    "type": (_type, f"write one of {', '.join(KINDS)}"),
    "verb": (_term("verb", lowered), _VERBS),
    "head": (_term("head", lowered), _VERBS),
    "body": (_term("body", body), f"write one of {', '.join(BODIES)}"),
    "cites": (_symbol("cites"), _SYMBOLS),
    "to": (_term("to", plain), 'write it as printed, as in to:"Member States"'),
}
# The node of a word for each language of the search; quoted words are exact in any.
_UNQUOTED: dict[str, type[Stem | AnyForm]] = {"en": Stem, "all": AnyForm}
FIELDS = (
    *("symbol", "title", "session", "year", "adopted", "type"),
    *("verb", "head", "body", "cites", "to", "note"),
)


# --- the parser ----------------------------------------------------------------------------------


class _Parser:
    """A parser with one method for each rule; `place` is the index of the next lexeme."""

    def __init__(self, text: str, lang: str) -> None:
        self.text = text
        self.unquoted = _UNQUOTED.get(lang, Word)
        self.lexemes = list(_lexemes(text))
        self.place = self.depth = self.terms = 0

    def tree(self) -> Node:
        if not self.lexemes:
            raise QueryError("There are no words in this query: write one with letters or digits.")
        tree = self.either()
        if self.place < len(self.lexemes):
            raise self.never_opened()
        return tree

    def either(self) -> Node:
        found = [self.every()]
        while self.take("OR"):
            found.append(self.every())
        return any_of(found)

    def every(self) -> Node:
        found = [self.factor()]
        while self.take("AND") or self.kind() in ("NOT", "(", "value"):
            found.append(self.factor())
        return all_of(found)

    def factor(self) -> Node:
        if self.take("NOT"):
            return none_of(self.nested(self.factor))
        if self.take("("):
            return self.bracketed()
        if self.take("value"):
            return self.value(self.lexemes[self.place - 1])
        raise self.missing()

    def bracketed(self) -> Node:
        opening = self.lexemes[self.place - 1]
        if self.kind() == ")":
            remedy = "write words between them, or remove them"
            raise self.error(opening, "The brackets {} are empty", remedy)
        if self.kind() == "":
            raise self.never_closed(opening)
        tree = self.nested(self.either)
        if not self.take(")"):
            raise self.never_closed(opening)
        return tree

    def nested(self, rule: Callable[[], Node]) -> Node:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            problem = f"The brackets or NOTs {{}} are nested more than {MAX_DEPTH} deep"
            raise self.error(self.lexemes[self.place - 1], problem, "remove some of them")
        tree = rule()
        self.depth -= 1
        return tree

    def kind(self) -> str:
        """Return the next lexeme's kind, "" at the end."""
        return self.lexemes[self.place].kind if self.place < len(self.lexemes) else ""

    def take(self, kind: str) -> bool:
        """Consume the next lexeme if it is of this kind; return whether it was."""
        taken = self.kind() == kind
        self.place += taken
        return taken

    # --- words

    def value(self, lexeme: _Lexeme) -> Node:
        if not lexeme.field or lexeme.field in TEXTS:
            return self.words(lexeme)
        self.count(lexeme, 1)
        read, remedy = _VALUES[lexeme.field]
        text = lexeme.text if lexeme.quoted else lexeme.text.rstrip(",;?!")
        try:
            return read(text)
        except ValueError:
            raise self.error(lexeme, f"“{text[:40]}” {{}} can't be read", remedy) from None

    def words(self, lexeme: _Lexeme) -> Node:
        field = lexeme.field or "text"
        if "*" in lexeme.text and (not lexeme.quoted or re.search(r"\w\*|\*\w", lexeme.text)):
            return self.pattern(lexeme, field)
        found = folded_words(lexeme.text)
        self.count(lexeme, len(found))
        if not found:
            remedy = f"write a word after it, as in {lexeme.field}:peace"
            raise self.error(lexeme, "There is no word {}", remedy)
        if lexeme.quoted or len(found) > 1:
            return phrase_of(field, found, lexeme.gap)
        return self.unquoted(field, found[0])

    def pattern(self, lexeme: _Lexeme, field: str) -> Node:
        """Parse a word with "*": a prefix if the only one is at the end, otherwise a wildcard."""
        pieces = [folded_words(piece) for piece in lexeme.text.split("*")]
        if lexeme.quoted or any(len(piece) > 1 for piece in pieces):
            remedy = "write the words separately and without quotes, as in secretary gen*"
            raise self.error(
                lexeme, f"The “*” in “{lexeme.text[:40]}” {{}} works with single words only", remedy
            )
        text = re.sub(r"\*+", "*", "*".join("".join(piece) for piece in pieces))
        if len(text.replace("*", "")) < 2:
            problem = f"“{lexeme.text[:40]}” {{}} would match too many words"
            raise self.error(lexeme, problem, "write at least two letters with the “*”")
        if text.count("*") > MAX_STARS:
            problem = f"“{lexeme.text[:40]}” {{}} has more than {MAX_STARS} “*”"
            raise self.error(lexeme, problem, "remove some of them")
        self.count(lexeme, 1)
        start = text.removesuffix("*")
        return Wildcard(field, text) if "*" in start else Prefix(field, start)

    def count(self, lexeme: _Lexeme, terms: int) -> None:
        self.terms += terms
        if self.terms > MAX_TERMS:
            problem = f"There are more than {MAX_TERMS} words in this query, the last of them {{}}"
            raise self.error(lexeme, problem, "remove some of them")

    # --- errors

    def error(self, lexeme: _Lexeme, problem: str, remedy: str) -> QueryError:
        return _error(self.text, lexeme.start, problem, remedy)

    def missing(self) -> QueryError:
        """Return the error for missing words."""
        before = self.lexemes[self.place - 1] if self.place else None
        if before and before.kind in _OPERATORS:
            remedy = f"write one, or remove “{before.text}”"
            return self.error(before, f"“{before.text}” {{}} has no word after it", remedy)
        if self.kind() == ")":
            return self.never_opened()
        lexeme = self.lexemes[self.place]
        remedy = f"write one, or “{lexeme.text.lower()}” to search for the word"
        return self.error(lexeme, f"“{lexeme.text}” {{}} has no word before it", remedy)

    def never_closed(self, opening: _Lexeme) -> QueryError:
        remedy = "write “)” where it ends, or remove it"
        return self.error(opening, "The bracket {} is never closed", remedy)

    def never_opened(self) -> QueryError:
        remedy = "write “(” where it begins, or remove it"
        return self.error(self.lexemes[self.place], "The bracket {} was never opened", remedy)
