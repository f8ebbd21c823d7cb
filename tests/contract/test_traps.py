"""A test for each defect of Whoosh 2.7.4 that could affect us, run on every engine.

Each docstring says what stock Whoosh does by default. Its pickled schema, and the warnings
on import concern Whoosh alone: see test_whoosh.py.
"""

from __future__ import annotations

import pytest

from searchapp.errors import QueryError
from searchapp.model.source import Source
from searchapp.query.query import Query
from searchapp.search.backend import Backend

from .conftest import Holding
from .data import counted, fill, found, names, resolution, texts

MANY = 60


@pytest.fixture(scope="module")
def many(holding: Holding) -> Backend:
    """Index resolutions of three paragraphs each; every second one has a year."""
    rows = [{"text": "peace and security"}, {"text": "peace"}, {"text": "the rest"}]
    return holding(
        *(
            resolution(f"A/RES/1/{n}", *rows, year=2000 + n if n % 2 else None, session="1")
            for n in range(MANY)
        )
    )


def test_grouping_keeps_the_limit(many: Backend) -> None:
    """`groupedby=` silently turns `limit=` off."""
    page = many.search(Query.make("peace", group="resolution", limit="7", page="2"))
    assert (len(page.hits), page.total, page.resolutions, page.pages) == (7, 120, 60, 9)
    assert len(many.search(Query.make("peace", limit="7")).hits) == 7


def test_a_missing_number_is_no_value(many: Backend) -> None:
    """A missing numeric facet value reads 2147483647, and sorts as if it were."""
    assert set(counted(many, "year")) == {str(2000 + n) for n in range(1, MANY, 2)}
    assert sum(counted(many, "year").values()) == 3 * MANY // 2
    assert sum(many.counts(Query.make(), "year", "session").values()) == 3 * MANY // 2
    assert many.count(Query.make("year:2000..")) == 3 * MANY // 2
    assert many.count(Query.make("year:..9999")) == 3 * MANY // 2
    assert many.count(Query.make(year="-2000..3000")) == 3 * MANY // 2
    assert many.coverage()[0].years == tuple(range(2001, 2000 + MANY, 2))


@pytest.mark.parametrize("sort", ["newest", "oldest"])
def test_a_missing_day_is_last_in_any_order_of_days(empty: Backend, sort: str) -> None:
    days = {"A": None, "B": "2000-01-01", "C": None}
    fill(empty, *(resolution(s, {"text": "peace"}, adopted=d) for s, d in days.items()))
    assert found(empty, "peace", sort=sort) == "B#op1 A#op1 C#op1"


def test_nothing_stops_after_ten(many: Backend) -> None:
    """The default limit is 10."""
    assert many.search(Query.make("peace")).total == 2 * MANY
    assert many.search(Query.make("peace", limit="1")).resolutions == MANY
    assert len(many.search(Query.make("peace", limit="100")).hits) == 100
    assert len(list(many.scan(Query.make("peace")))) == 2 * MANY
    assert many.count(Query.make()) == 3 * MANY
    assert many.counts(Query.make("peace"), "session") == {("1",): 2 * MANY}
    assert many.coverage()[0].resolutions == MANY


@pytest.mark.parametrize("start", ["", "a"])
def test_a_value_that_is_cut_is_whole_letters(empty: Backend, start: str) -> None:
    long = start + "é" * 600
    fill(empty, resolution("A/RES/1/1", {"text": "peace"}, subjects=[f"{long}1", f"{long}2"]))
    values = counted(empty, "subject", "peace")
    assert sorted(values.values()) == [1, 1]
    assert all(value.startswith(start + "é" * 400) for value in values)


def test_long_resolutions_and_ledgers_are_whole(empty: Backend) -> None:
    long = resolution("A/RES/1/1", *({"text": f"peace {n}"} for n in range(300)))
    for n in range(30):
        empty.record(Source(f"{n:02}.xml", "0"))
    fill(empty, long)
    assert empty.resolution("A/RES/1/1") == long
    assert [source.path for source in empty.sources()] == [f"{n:02}.xml" for n in range(30)]


@pytest.mark.parametrize("word", ["the", "and", "a", "of", "to", "I", "4", "will", "not", "联"])
def test_no_word_is_too_common_or_too_short(empty: Backend, word: str) -> None:
    """Its analyzers drop stop words, and tokens of one letter."""
    fill(empty, texts(a=f"peace {word} security", b="peace security"))
    assert names(empty, word) == "a"
    assert names(empty, f'"peace {word} security"') == "a"
    assert names(empty, '"peace security"') == "b"  # dropping a word would close the gap
    assert names(empty, f"-{word}") == "b"
    fill(empty, resolution("T", {"at": "c", "text": "x"}, title=f"Peace {word} security"))
    assert names(empty, f'title:"{word} security"') == "c"


def test_what_is_taken_away_is_taken_from_the_right_set(empty: Backend) -> None:
    """AndNot returns wrong sets, and an Or of a word and a negation ignores the negation."""
    fill(empty, texts(ab="a b", ac="a c", bc="b c", d="d"))
    assert names(empty, "a NOT b") == "ac"
    assert names(empty, "(a OR b) -c") == "ab"
    assert names(empty, "a OR -b") == "ab ac d"
    assert names(empty, "-(a -b)") == "ab bc d"
    assert names(empty, "c -(a OR -b)") == "bc"
    assert names(empty, "-a -b") == "d"


@pytest.mark.parametrize(
    ("words", "left"),
    [
        ("NOT c", "B"),
        ("-(c OR x)", "B"),
        ("NOT NOT a", "C"),
        ("a OR -c", "B C"),
        ("-x", "B C"),
    ],
)
def test_a_negation_at_the_root_finds_nothing_that_was_removed(
    empty: Backend, words: str, left: str
) -> None:
    """A Not at the root can return a deleted document, and one that is no paragraph."""
    fill(empty, *(resolution(s, {"text": "a b", "at": ""}) for s in ("A", "B")))
    fill(empty, resolution("C", {"text": "b a c", "at": ""}))
    empty.remove("A")
    fill(empty, resolution("B", {"text": "b", "at": ""}))
    empty.record(Source("b.xml", "0"))
    empty.commit()
    assert found(empty, words, sort="symbol").replace("#", "") == left
    assert empty.count(Query.make(words)) == len(left.split())


@pytest.mark.parametrize(
    ("words", "hits"),
    [
        ('"a b c"~1', "one"),
        ('"a b c"~2', "one two"),
        ('"a b c"~3', "one two three"),
        ('"a b"~1', "one two three"),
        ('"c b a"~5', ""),
    ],
)
def test_the_words_between_count_in_all(holding: Holding, words: str, hits: str) -> None:
    """Slop counts for each neighbouring pair, and in any order."""
    near = holding(texts(one="a x b c", two="a x b x c", three="a x b x x c"))
    assert names(near, words) == hits


@pytest.mark.parametrize(
    ("words", "hits"),
    [
        ("year:..0", "0"),
        ("year:1..", "1 255 256 2024 9999"),
        ("year:0..1", "0 1"),
        ("year:255..256", "255 256"),
        ("year:256..2023", "256"),
        ("year:2024..9999", "2024 9999"),
        ("year:2..254", ""),
    ],
)
def test_ranges_are_right_at_their_ends(holding: Holding, words: str, hits: str) -> None:
    """Ranges of unsigned numbers are wrong."""
    years = (0, 1, 255, 256, 2024, 9999)
    row = {"text": "peace", "at": ""}
    held = holding(*(resolution(str(y), row, year=y, adopted=f"{y:04}-01-01") for y in years))
    assert found(held, words, sort="symbol").replace("#", "") == hits


def test_one_key_twice_in_a_commit_is_there_once(empty: Backend) -> None:
    """`update_document` finds only what was committed before, and would leave both."""
    for text in ("peace", "war", "peace"):
        empty.add(resolution("A", {"text": text}))
        empty.record(Source("a.xml", text))
    empty.commit()
    assert (empty.count(Query.make()), empty.count(Query.make("war"))) == (1, 0)
    assert [source.hash for source in empty.sources()] == ["peace"]


def test_many_small_commits_are_all_kept(empty: Backend) -> None:
    """Its asynchronous and buffered writers, and more than one process, lose documents."""
    for n in range(40):
        fill(empty, resolution(f"A/RES/1/{n}", {"text": f"peace word{n}"}))
    assert empty.count(Query.make("peace")) == 40
    assert all(empty.count(Query.make(f"word{n}")) == 1 for n in range(40))
    assert empty.check() == []


@pytest.mark.parametrize("words", ["(coral OR", '"coral', "foo:coral", "year:2010-2020"])
def test_what_can_not_be_read_is_no_silent_and(backend: Backend, words: str) -> None:
    """Its parser reads each of these as words, without an error."""
    with pytest.raises(QueryError):
        backend.search(Query.make(words))


@pytest.mark.parametrize(
    ("words", "hits"),
    [
        ("year:2010..2020 coral", "a"),  # to its parser a word
        ("coral?", "a"),  # a question
        ("cor?l", ""),
        ("coral^2", ""),
        ("{coral}", "a"),
        ("[coral TO reefs]", ""),
        ("coral && reefs", "a"),
        ("ANDNOT coral", ""),
        ("title:reefs coral", ""),
    ],
)
def test_its_own_signs_mean_nothing(holding: Holding, words: str, hits: str) -> None:
    """Question marks, carets and braces are punctuation; `..` makes a range."""
    held = holding(resolution("T", {"at": "a", "text": "Coral reefs"}, year=2015))
    assert names(held, words) == hits
