"""SQLite's FTS5 in its fastest set-up: two indexes over one table, and the facets in one column.

Each combination of a language and the four facets has a number, so that a single GROUP BY over
numbers counts the total and all facets, instead of four slower ones over texts.
"""

# ruff: noqa: S608 – only names from this module are put into statements

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from .cases import FACETS, LIMIT, Case
from .engines import Page, Row, rows

SCHEMA = """
CREATE TABLE paragraph(
    number INTEGER PRIMARY KEY, id TEXT, symbol TEXT, title TEXT, text TEXT, adopted TEXT
);
CREATE TABLE combination(
    number INTEGER PRIMARY KEY, lang TEXT, session TEXT, year INTEGER, type TEXT, verb TEXT
);
CREATE TABLE fact(
    number INTEGER PRIMARY KEY, combination INTEGER, adopted TEXT, symbol TEXT
);
CREATE VIRTUAL TABLE exact USING fts5(
    text, content='paragraph', content_rowid='number', tokenize='unicode61 remove_diacritics 2'
);
CREATE VIRTUAL TABLE stemmed USING fts5(
    text, content='paragraph', content_rowid='number',
    tokenize='porter unicode61 remove_diacritics 2'
);
CREATE VIRTUAL TABLE lexicon USING fts5vocab(exact, row);
"""
FAST = "PRAGMA cache_size=-1000000; PRAGMA mmap_size=4000000000; PRAGMA temp_store=memory;"
Combination = tuple[str, str, int, str, str]  # lang, session, year, type, verb


class Fts5:
    """The FTS5 engine; it uses Porter stems instead of Snowball's, and NEAR ignores word order."""

    name, title = "fts5", "SQLite FTS5"

    def build(self, lines: Path, place: Path) -> None:
        """Index a file of JSON lines."""
        place.mkdir(parents=True)
        database = sqlite3.connect(place / "fts5.db")
        database.executescript("PRAGMA journal_mode=off; PRAGMA synchronous=off;" + SCHEMA)
        numbers: dict[Combination, int] = {}
        for number, row in enumerate(rows(lines)):
            _insert(database, number, row, numbers)
        for combination, number in numbers.items():
            _put(database, "combination", number, *combination)
        for table in ("exact", "stemmed"):
            for order in ("rebuild", "optimize"):
                database.execute(f"INSERT INTO {table}({table}) VALUES (?)", [order])
        database.commit()
        database.close()

    def open(self, place: Path) -> None:
        """Open the index."""
        self._database = sqlite3.connect(place / "fts5.db")
        self._database.executescript(FAST)
        kept = self._database.execute("SELECT * FROM combination")
        self._combinations: dict[int, Combination] = {n: tuple(values) for n, *values in kept}

    def page(self, case: Case) -> Page:
        """Search for a page."""
        table, words = "exact" if case.exact else "stemmed", self._words(case)
        found = self._database.execute(
            f"SELECT f.combination, count(*) FROM {_facts(table)} GROUP BY 1", [words]
        )
        total, counts = count_facets(case, ((self._combinations[n], count) for n, count in found))
        hits = [self._hit(table, words, number) for number in self._first(case, table, words)]
        return Page(total, tuple(h[0] for h in hits), tuple(h[-1] for h in hits), counts)

    def close(self) -> None:
        """Close the index."""
        self._database.close()

    def _words(self, case: Case) -> str:
        """Return the FTS5 query; a leading wildcard is expanded to the matching words."""
        if case.fts5 is not None:
            return case.fts5 or case.words
        found = self._database.execute("SELECT term FROM lexicon WHERE term GLOB ?", [case.words])
        return " OR ".join(f'"{term}"' for (term,) in found)

    def _first(self, case: Case, table: str, words: str) -> list[int]:
        """Return the row numbers of the page's paragraphs, in order."""
        query = case.query
        best = "min(score)" if query.group else "score"
        order = "adopted DESC, symbol, number" if _by_date(case) else best
        conditions, values = _conditions(case)
        found = self._database.execute(
            f"SELECT number, {best} FROM ("
            f"SELECT f.number, f.symbol, f.adopted, {'0' if _by_date(case) else 'rank'} AS score "
            f"FROM {_facts(table)} AND f.combination IN "
            f"(SELECT number FROM combination WHERE {conditions})"
            f") {'GROUP BY symbol' if query.group else ''} ORDER BY {order} LIMIT ? OFFSET ?",
            [words, *values, LIMIT, LIMIT * (query.page - 1)],
        )
        return [number for number, _ in found]

    def _hit(self, table: str, words: str, row: int) -> Any:
        return self._database.execute(
            "SELECT p.id, p.symbol, p.title, p.adopted, "
            f"highlight({table}, 0, '<mark>', '</mark>') "
            f"FROM {table} JOIN paragraph p ON p.number = {table}.rowid "
            f"WHERE {table} MATCH ? AND {table}.rowid = ?",
            [words, row],
        ).fetchone()


def count_facets(
    case: Case, found: Iterable[tuple[Combination, int]]
) -> tuple[int, dict[str, Counter[str]]]:
    """Return the total, and the counts of each facet, which ignore its own filter."""
    total = 0
    counts: dict[str, Counter[str]] = {name: Counter() for name in FACETS}
    tests = [(FACETS.index(name), passing) for name, passing in case.chosen.items()]
    for (lang, *values), number in found:
        failed = [place for place, passing in tests if values[place] not in passing]
        if lang != "en" or len(failed) > 1:
            continue
        total += 0 if failed else number
        for place in failed or range(len(FACETS)):
            if values[place]:
                counts[FACETS[place]][str(values[place])] += number
    return total, counts


def _facts(table: str) -> str:
    return f"{table} JOIN fact f ON f.number = {table}.rowid WHERE {table} MATCH ?"


def _by_date(case: Case) -> bool:
    return case.query.sort == "newest"


def _conditions(case: Case) -> tuple[str, list[str | int]]:
    """Return the SQL condition for the filters, and its parameters."""
    conditions, values = ["lang = 'en'"], list[str | int]()
    for name, passing in case.chosen.items():
        conditions.append(f"{name} IN ({','.join('?' * len(passing))})")
        values += passing
    return " AND ".join(conditions), values


def _put(database: sqlite3.Connection, table: str, *values: object) -> None:
    database.execute(f"INSERT INTO {table} VALUES ({','.join('?' * len(values))})", values)


def _insert(
    database: sqlite3.Connection, number: int, row: Row, numbers: dict[Combination, int]
) -> None:
    combination = (row.lang, row.session, row.year, row.type, row.verb)
    code = numbers.setdefault(combination, len(numbers))
    _put(database, "paragraph", number, row.id, row.symbol, row.title, row.text, row.adopted)
    _put(database, "fact", number, code, row.adopted, row.symbol)
