"""Field searches: values in their various printed forms, and arbitrary values."""

from __future__ import annotations

from itertools import pairwise

import pytest

from searchapp.model.source import Source
from searchapp.query.query import Query
from searchapp.search.backend import Backend

from .conftest import Holding
from .data import fill, found, resolution

SYMBOLS = (
    "A/RES/69/28",
    "A/RES/69/280",
    "A/RES/76/235B",
    "A/RES/2099(XX)",
    "A/RES/S-26/2",
    "A/RES/ES-10/20",
    "S/RES/2577(2021)",
    "E/RES/2019/31",
    "A/HRC/RES/51/36",
    "x-0123456789ab",
)


@pytest.fixture(scope="module")
def symbols(holding: Holding) -> Backend:
    """Index a one-paragraph resolution for each symbol; each cites the symbol before it."""
    return holding(
        *(
            resolution(symbol, {"text": "peace", "cites": [{"symbol": cited}] if cited else []})
            for cited, symbol in zip(("", *SYMBOLS), SYMBOLS, strict=False)
        )
    )


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ("69/28", "A/RES/69/28"),
        ("A/RES/69/28", "A/RES/69/28"),
        ("a/res/69/28", "A/RES/69/28"),
        ("A_RES_69_28", ""),  # a file's name is no symbol
        ("76/235B", "A/RES/76/235B"),
        ('"76/235 B"', "A/RES/76/235B"),
        ('"resolution 76/235 B"', "A/RES/76/235B"),
        ("76/235", ""),
        ("2099(XX)", "A/RES/2099(XX)"),
        ('"2099 (XX)"', "A/RES/2099(XX)"),
        ("S-26/2", "A/RES/S-26/2"),
        ("ES-10/20", "A/RES/ES-10/20"),
        ("2577(2021)", "S/RES/2577(2021)"),
        ("S/RES/2577(2021)", "S/RES/2577(2021)"),
        ("E/RES/2019/31", "E/RES/2019/31"),
        ("A/HRC/RES/51/36", "A/HRC/RES/51/36"),
        ("51/36", ""),  # a bare number is the General Assembly's
        ("x-0123456789ab", "x-0123456789ab"),
        ("69/28*", "A/RES/69/28 A/RES/69/280"),
        ("A/RES/69/*", "A/RES/69/28 A/RES/69/280"),
        ("69/*", "A/RES/69/28 A/RES/69/280"),
        ("A/HRC/*", "A/HRC/RES/51/36"),
        ("x-*", "x-0123456789ab"),
    ],
)
def test_symbols_in_any_spelling(symbols: Backend, value: str, wanted: str) -> None:
    hits = symbols.search(Query.make(f"symbol:{value}", sort="symbol")).hits
    assert " ".join(hit.key for hit in hits) == wanted
    following = dict(pairwise(SYMBOLS))
    citing = {following[symbol] for symbol in wanted.split() if symbol in following}
    assert {hit.key for hit in symbols.scan(Query.make(f"cites:{value}"))} == citing


DAYS = {
    "first": ("1946-01-24", 1946),
    "new-year": ("2013-12-31", 2013),
    "day": ("2014-01-01", 2014),
    "leap": ("2016-02-29", 2016),
    "late": ("2025-09-05", 2025),
    "undated": (None, None),
    "year-only": (None, 2014),
}


@pytest.fixture(scope="module")
def days(holding: Holding) -> Backend:
    row = {"text": "peace", "at": ""}
    return holding(*(resolution(name, row, adopted=d, year=y) for name, (d, y) in DAYS.items()))


@pytest.mark.parametrize(
    ("words", "filters", "hits"),
    [
        ("year:2014", {}, "day year-only"),
        ("", {"year": "2014"}, "day year-only"),
        ("year:1946..2013", {}, "first new-year"),
        ("", {"year": "1946..2013"}, "first new-year"),
        ("year:..1946", {}, "first"),
        ("year:2016..", {}, "late leap"),
        ("", {"year": "2016.."}, "late leap"),
        ("-year:0..9999", {}, "undated"),
        ("", {"year": "-0..9999"}, "undated"),
        ("adopted:2013", {}, "new-year"),
        ("adopted:2014-01", {}, "day"),
        ("adopted:2016-02-29", {}, "leap"),
        ("adopted:2013-12-31..2014-01-01", {}, "day new-year"),
        ("adopted:..1946-01-24", {}, "first"),
        ("adopted:2025-09-06..", {}, ""),
        ("-adopted:0001..9999", {}, "undated year-only"),
        ("", {"adopted_from": "2014-01-01", "adopted_to": "2016-02-29"}, "day leap"),
        ("", {"adopted_from": "2014-01-02"}, "late leap"),
        ("", {"adopted_to": "2013-12-30"}, "first"),
        ("year:2014", {"adopted_from": "2000-01-01"}, "day"),
    ],
)  # fmt: skip
def test_years_and_days(days: Backend, words: str, filters: dict[str, str], hits: str) -> None:
    shown = found(days, words, sort="symbol", **filters)
    assert shown.replace("#", "") == hits


SESSIONS = ("9", "10", "79", "100", "S-9", "ES-9", "odd one")


@pytest.fixture(scope="module")
def sessions(holding: Holding) -> Backend:
    return holding(*(resolution(s, {"text": "peace", "at": ""}, session=s) for s in SESSIONS))


@pytest.mark.parametrize(
    ("words", "hits"),
    [
        ("session:9", "9"),
        ("session:IX", "9"),
        ("session:8..10", "9 10"),
        ("session:..9", "9"),
        ("session:79..", "79 100"),
        ("session:S-9", "S-9"),
        ("session:s-ix", "S-9"),
        ("session:ES-9", "ES-9"),
        ("-session:1..9999", "ES-9 S-9 odd one"),  # special sessions are in no range
        ("session:8", ""),
    ],
)
def test_sessions(sessions: Backend, words: str, hits: str) -> None:
    assert found(sessions, words, sort="symbol").replace("#", "") == hits


RIGHTS = resolution(
    "R",
    {
        "text": "Invites, and requests",
        "verb": "invites",
        "verbs": ["invites", "requests"],
        "addressees": ["Member States", "observers"],
    },
    {
        "text": "Requests",
        "verb": "requests",
        "addressees": ["Secretary-General"],
        "notes": [{"mark": "1", "text": "See A/65"}, {"mark": "2", "text": "on threats"}],
    },
    {
        "text": "Takes note",
        "verb": "takes note with appreciation",
        "head": "takes note",
    },
    title="Rights of the child",
)


@pytest.fixture(scope="module")
def rights(holding: Holding) -> Backend:
    return holding(RIGHTS)


@pytest.mark.parametrize(
    ("words", "hits"),
    [
        ("verb:invites", "op1"),
        ("VERB:Invites", "op1"),
        ("verb:invit*", "op1"),
        ("verb:requests", "op2"),  # the first verb alone
        ('head:"takes note"', "op3"),
        ("head:takes", ""),
        ('to:"Member States"', "op1"),
        ("to:Member", ""),
        ("to:Mem*", "op1"),
        ("to:Secretary-General", "op2"),
        ("note:threats", "op2"),
        ("note:threat", "op2"),  # stems, as in the text
        ('note:"threat"', ""),
        ('note:"see threats"~3', "op2"),
        ("threats", ""),  # words without a field search the text alone
        ("title:rights", "op1 op2 op3"),
        ("title:right", "op1 op2 op3"),
        ('title:"right"', ""),
        ("title:rights title:child", "op1 op2 op3"),
        ('title:"child rights"', ""),
        ("rights", ""),
        ("type:operative -verb:invites", "op2 op3"),
    ],
)  # fmt: skip
def test_other_fields(rights: Backend, words: str, hits: str) -> None:
    assert found(rights, words, sort="symbol").replace("R#", "") == hits


@pytest.mark.parametrize(
    "odd",
    ["A" * 70_000, "é,\x1f ;’ \U0001f54a", "-", "x\0y", "[*?]", "2014-12-02..", "\ud800", " "],
)
def test_values_of_any_text(empty: Backend, odd: str) -> None:
    row = {"text": f"peace {odd}", "verb": odd, "verbs": [odd, odd], "addressees": [odd]}
    fill(empty, resolution(odd, row, session=odd, body=odd, adopted=odd, title=odd, origin=odd))
    empty.record(Source(odd, "0"))
    empty.commit()
    (hit,) = empty.search(Query.make("peace")).hits
    assert empty.check() == []
    whole = empty.resolution(hit.key)
    assert whole is not None
    assert whole.paragraphs == (hit.paragraph,)
    assert empty.remove(hit.key)
    empty.commit()
    assert empty.count(Query.make("peace")) == 0


@pytest.mark.parametrize("value", ["Fisheries, marine", "x" * 400, "é [*] ?", "a-b", "OR", "1 (a)"])
def test_a_facets_value_is_taken_as_it_stands(empty: Backend, value: str) -> None:
    fill(empty, resolution("A", {"text": "one"}, origin=value, subjects=[value]))
    fill(empty, resolution("B", {"text": "two"}, origin=f"{value}s", subjects=[value[:-1] or "b"]))
    assert found(empty, origin=value) == "A#op1"
    assert found(empty, subject=value) == "A#op1"
    assert found(empty, subject=f"-{value}") == "B#op1"
