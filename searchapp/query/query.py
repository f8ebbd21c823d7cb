"""`Query`: the complete state of a page of results, which is also its address."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

from ..errors import QueryError
from ..text.bounded import bounded
from ..text.dates import is_day
from ..un.normal_forms import lowered, of_facet
from .choices import is_excluded, opposite, value_of, written
from .facets import FACETS, TYPE_LABELS, VOTE_LABELS
from .tree import Node

Sort = Literal["relevance", "newest", "oldest", "symbol"]
SORTS: tuple[Sort, ...] = get_args(Sort)
MAX_WORDS = 2000  # characters of a query
MAX_VALUES = 100  # values of all facets together
MAX_FILTERS = 8000  # characters of all these values
MAX_PAGE = 1_000_000
MAX_LIMIT = 100
MAX_LANG = 35  # characters of a language's code
PAGE_SIZE = 20
Args = list[tuple[str, str]]
_YEAR = re.compile(r"-?[0-9]{1,10}")  # resolutions from other programs may have any whole number
_YEARS = re.compile(r"([0-9]{1,4})?\.\.([0-9]{1,4})?")


@dataclass(frozen=True, slots=True)
class Query:
    """Words, filters, sort and page of a search.

    `filters` maps a facet's name to its choices in the order given: "invites" includes, "-invites"
    excludes, by the rule of `choices`; years may be ranges ("2010..2020"). Values of a facet are
    combined by OR, facets by AND. `where` is an additional condition as a tree, for programs; it is
    not part of the address.
    """

    words: str = ""
    filters: tuple[tuple[str, tuple[str, ...]], ...] = ()
    adopted_from: str | None = None
    adopted_to: str | None = None
    lang: str = "en"
    any_verb: bool = False
    group: bool = False
    sort: Sort = "relevance"
    page: int = 1
    limit: int = PAGE_SIZE
    where: Node | None = None

    @classmethod
    def make(cls, words: str = "", **filters: Iterable[str] | str) -> Query:
        """Make a query, for programs and tests: `Query.make("peace", type="operative")`."""
        pairs = [("q", words)]
        for name, values in filters.items():
            pairs += [(name, v) for v in ([values] if isinstance(values, str) else values)]
        return cls.from_args(pairs)

    @classmethod
    def from_args(cls, args: Iterable[tuple[str, str]]) -> Query:
        """Read an address's parameters, without unknown ones; `QueryError` for invalid values."""
        params: dict[str, list[str]] = {}
        for name, value in args:
            if value.strip():
                params.setdefault(name, []).append(value.strip())
        _fold_year_fields(params)
        words = " ".join(params.get("q", []))
        if len(words) > MAX_WORDS:
            raise QueryError(f"The query is longer than {MAX_WORDS:,} characters: shorten it.")
        names = [f.name for f in FACETS if f.narrows and f.name in params]
        filters = tuple((name, values) for name in names if (values := _values(name, params[name])))
        _check_size(filters)
        low, high = _date(params, "adopted_from"), _date(params, "adopted_to")
        if low and high and low > high:
            raise QueryError(f"The date range is reversed: write {high} first, then {low}.")
        return cls(
            words=words,
            filters=filters,
            adopted_from=low,
            adopted_to=high,
            lang=lowered(params.get("lang", ["en"])[-1])[:MAX_LANG].rstrip(),
            any_verb=_choice(params, "verbs", ("", "any")) == "any",
            group=_choice(params, "group", ("", "resolution")) == "resolution",
            sort=_sort(params),
            page=_number(params, "page", 1, MAX_PAGE),
            limit=_number(params, "limit", PAGE_SIZE, MAX_LIMIT),
        )

    def to_args(self) -> Args:
        """Return the address's parameters without defaults, as the reverse of `from_args`."""
        args: Args = [("q", self.words)] if self.words else []
        args += [(name, value) for name, values in self.filters for value in values]
        plain: list[tuple[str, Any, Any]] = [
            ("adopted_from", self.adopted_from, None),
            ("adopted_to", self.adopted_to, None),
            ("lang", self.lang, "en"),
            ("verbs", "any" if self.any_verb else "", ""),
            ("group", "resolution" if self.group else "", ""),
            ("sort", self.sort, "relevance"),
            ("page", self.page, 1),
            ("limit", self.limit, PAGE_SIZE),
        ]
        return args + [(name, str(value)) for name, value, default in plain if value != default]

    def to_json(self) -> dict[str, Any]:
        """Return the parsed query, for results in JSON."""
        args: dict[str, Any] = {}
        for name, value in self.to_args():
            args.setdefault(name, []).append(value)
        for name in ("q", "adopted_from", "adopted_to", "lang", "verbs", "group", "sort"):
            if name in args:
                args[name] = args[name][-1]
        return {"q": self.words, **args, "lang": self.lang, "sort": self.sort}

    @property
    def is_empty(self) -> bool:
        """Whether the address has neither words nor filters, as on the start page."""
        return not (self.words or self.filters or self.adopted_from or self.adopted_to)

    def values(self, name: str) -> tuple[str, ...]:
        """Return the choices of a facet, excluded ones with their "-"."""
        return dict(self.filters).get(name, ())

    def with_values(self, name: str, values: Iterable[str]) -> Query:
        """Return the query, first page, with other choices of a facet."""
        new = dict(self.filters)
        new[name] = tuple(dict.fromkeys(values))
        order = [f.name for f in FACETS]
        kept = sorted(((n, v) for n, v in new.items() if v), key=lambda pair: order.index(pair[0]))
        return replace(self, filters=tuple(kept), page=1)

    def toggled(self, name: str, value: str) -> Query:
        """Return the query, first page, with a choice added, or removed if it is present.

        A language replaces the current one; removing it searches all languages.
        """
        if name == "lang":
            return replace(self, lang="all" if value == self.lang else value, page=1)
        values = self.values(name)
        kept = tuple(v for v in values if v != value)
        added = (*(v for v in kept if v != opposite(value)), value)
        return self.with_values(name, kept if value in values else added)

    def without_filters(self) -> Query:
        """Return the query, first page, without filters."""
        return replace(self, filters=(), adopted_from=None, adopted_to=None, page=1)


def year_range(value: str) -> tuple[int | None, int | None] | None:
    """Return the ends of "2010..2020", "2010..", "..2020", or None if the value is not a range."""
    match = _YEARS.fullmatch(value)
    if match is None or value == "..":
        return None
    low, high = match.groups()
    return int(low) if low else None, int(high) if high else None


def _fold_year_fields(params: dict[str, list[str]]) -> None:
    """Convert the fields of a form without a script (`year_from`, `year_to`) to a range."""
    low, high = (params.pop(name, [""])[-1] for name in ("year_from", "year_to"))
    if _YEAR.fullmatch(low) and _YEAR.fullmatch(high) and int(low) > int(high):
        low, high = high, low
    if low or high:
        others = [v for v in params.get("year", []) if ".." not in v or is_excluded(v)]
        params["year"] = [*others, low if low == high else f"{low}..{high}"]


def _values(name: str, values: list[str]) -> tuple[str, ...]:
    """Return the choices in the index's form; a lone "-" is dropped."""
    chosen = [(is_excluded(value), of_facet(name, value_of(value))) for value in values]
    for _, value in chosen:
        _check(name, value)
    return tuple(
        dict.fromkeys(
            "-" * excluded + written(bounded(value)) for excluded, value in chosen if value
        )
    )


def _check_size(filters: tuple[tuple[str, tuple[str, ...]], ...]) -> None:
    """Bound the choices, since the link of every value on a page repeats all of them."""
    values = [value for _, choices in filters for value in choices]
    if len(values) > MAX_VALUES or sum(map(len, values)) > MAX_FILTERS:
        raise QueryError(f"More than {MAX_VALUES} filters, or filters too long: select fewer.")


def _check(name: str, value: str) -> None:
    if name == "year":
        _check_year(value)
    elif value and name in _CLOSED and value not in _CLOSED[name]:
        known = ", ".join(_CLOSED[name])
        raise QueryError(f"“{value[:60]}” is not a {_NOUNS[name]}: write {known}.")


def _check_year(value: str) -> None:
    plain = value.strip()
    if year_range(plain) is None and not _YEAR.fullmatch(plain):
        raise QueryError(
            f"“{plain[:60]}” is not a year: write 2021, or a range such as 2010..2020."
        )
    low, high = year_range(plain) or (None, None)
    if low is not None and high is not None and low > high:
        raise QueryError(f"“{plain}” is reversed: write {high}..{low}.")


def _date(params: dict[str, list[str]], name: str) -> str | None:
    value = params.get(name, [""])[-1]
    if value and not is_day(value):
        raise QueryError(f"“{value[:60]}” is not a date: write it as 2014-12-02.")
    return value or None


def _choice(params: dict[str, list[str]], name: str, choices: tuple[str, ...]) -> str:
    value = params.get(name, [""])[-1]
    if value not in choices:
        known = ", ".join(c for c in choices if c)
        raise QueryError(f"“{name}={value[:60]}” is not valid: remove it, or write {known}.")
    return value


def _sort(params: dict[str, list[str]]) -> Sort:
    value = params.get("sort", ["relevance"])[-1]
    for sort in SORTS:
        if sort == value:
            return sort
    raise QueryError(f"“sort={value[:60]}” is not valid: write {', '.join(SORTS)}.")


def _number(params: dict[str, list[str]], name: str, default: int, most: int) -> int:
    value = params.get(name, [str(default)])[-1]
    if not re.fullmatch(r"[0-9]{1,9}", value) or not 1 <= int(value) <= most:
        raise QueryError(f"“{name}={value[:60]}” is not a number from 1 to {most:,}.")
    return int(value)


_CLOSED = {"type": TYPE_LABELS, "vote": VOTE_LABELS}  # facets with a closed list of values
_NOUNS = {"type": "type of paragraph", "vote": "kind of vote"}
