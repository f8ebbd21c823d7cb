"""The benchmark searches, in our query language and in that of SQLite's FTS5."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from searchapp.query.query import Query, year_range

FACETS = ("session", "year", "type", "verb")  # counted by every engine for a page
LIMIT = 20


@dataclass(frozen=True, slots=True)
class Case:
    """A search: its name in the tables, its words and filters; `exact` if nothing is stemmed.

    `fts5` is the query for FTS5, if it differs; None if FTS5 needs a list of words.
    """

    name: str
    words: str = ""
    args: Mapping[str, str | Sequence[str]] = field(default_factory=dict)
    exact: bool = False
    fts5: str | None = ""

    @property
    def query(self) -> Query:
        """The search as a query of our engine."""
        return Query.make(self.words, **self.args)

    @property
    def title(self) -> str:
        """The search as typed, with its filters."""
        given = [f"{name}={','.join(v if isinstance(v, tuple) else [v])}" for name, v in self._args]
        return " ".join(filter(None, (self.words, *given)))

    @property
    def chosen(self) -> dict[str, frozenset[str | int]]:
        """The accepted values of each filtered facet; ranges of years are expanded."""
        return {name: _values(name, values) for name, values in self.query.filters}

    @property
    def _args(self) -> list[tuple[str, str | tuple[str, ...]]]:
        return [(n, v if isinstance(v, str) else tuple(v)) for n, v in self.args.items()]


def _values(name: str, values: Sequence[str]) -> frozenset[str | int]:
    if name != "year":
        return frozenset(values)
    spans = (year_range(value) or (int(value), int(value)) for value in values)
    return frozenset(year for low, high in spans for year in range(low or 1945, (high or 2100) + 1))


CASES = (
    Case("a phrase with 100 hits", '"invites all member states"', exact=True),
    Case("a phrase with thousands", '"human rights"', exact=True),
    Case("a rare phrase of four", '"information and communications technologies"', exact=True),
    Case("one common word", "security"),
    Case("the commonest word", '"the"', exact=True),
    Case("AND of two", "human rights"),
    Case("AND of four", "member states development cooperation"),
    Case("OR", "oceans OR fisheries"),
    Case("NOT", "security NOT council"),
    Case("prefix", "encourag*", exact=True),
    Case("proximity", '"human rights"~3', exact=True, fts5="NEAR(human rights, 3)"),
    Case("years with a word", "water", {"year": "2015..2023"}),
    Case("phrase of stop words", '"of the"', exact=True),
    Case("leading wildcard", "*tion", exact=True, fts5=None),
    Case(
        "three facets",
        "security",
        {"type": "operative", "session": "77", "verb": "requests"},
    ),
    Case(
        "several in two facets",
        "security",
        {"session": ["70", "76", "77"], "verb": ["requests", "urges"]},
    ),
    Case("grouped by resolution", "human rights", {"group": "resolution"}),
    Case("sorted by date", "human rights", {"sort": "newest"}),
    Case("page 50", "human rights", {"page": "50"}),
)
