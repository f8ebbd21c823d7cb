"""Arbitrary facet values: the link of each returns its count, selected or excluded."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from searchapp.errors import ReadError
from searchapp.model.resolution import Resolution
from searchapp.query.choices import is_excluded, opposite, value_of, written
from searchapp.query.facets import BY_NAME
from searchapp.query.query import Query
from searchapp.search.backend import Backend
from searchapp.search.results import FacetValue, Results
from searchapp.web.shared.addresses import ChoiceAddresses

from .conftest import Engine, Holding
from .data import fill

CLOSED = ("type", "vote", "year")  # facets of which every value is known before a search
LONG = "x" * 700
LONGER = "é" * 700  # more bytes than a term has
AS_GIVEN: dict[str, list[Any]] = {
    "subjects": [
        *("-isms and schools", "--", "-", "---", "- x", "-2", "+1", "*", "all", "2010..2020", ".."),
        *("Lamps,  double  spaced", " Leading space", "line\nbreak", "a\tb", "\u00a0wide\u2003"),
        *('C++ & "quotes" <b>bold</b> 100% a=b;c#d?e', "a\\b", "\u200bzero width", "İstanbul"),
        *("Côte", "Co\u0302te", "lamps", "Lamps", "LAMPS ", "\u212b", "ﬁ", LONG, LONGER, ""),
    ],
    "session": ["XCIX", "s-iv", "79 ", "0079", "79", "es-x", "Other", "-5", "0", "first", "", "CD"],
    "body": ["GA", "ga", "General  Assembly", "Other Organ", "-x", "", "hrc "],
    "origin": ["First Committee", "-none-", "plenary ", "", "Plenary"],
    "agenda_items": ["Agenda item 75 (a)", "75(a)", "75 (a)", "  9  ", "Item 9", "item", "-9", ""],
    "language": ["FR", "fr", "pt-BR", " en ", ""],
    "year": [-(2**31) + 1, -5, 0, 1, 33, 2014, 20240, 2**31 - 1],
    "verb": ["Invites", "takes  note", "-invites", "İ", "--", ""],
}


def resolution(symbol: str, **given: Any) -> Resolution:
    """Return a resolution as read from a JSON line; `verb` is that of its paragraph."""
    verb = given.pop("verb", "urges")
    verbs = [verb or "Urges", "-x"]
    row = {"kind": "operative", "text": "Invites all States.", "verb": verb, "verbs": verbs}
    return Resolution.from_json({"symbol": symbol, "paragraphs": [row], **given})


def every_resolution() -> list[Resolution]:
    """Return a resolution for each of the values above."""
    made: list[Resolution] = []
    for name, values in AS_GIVEN.items():
        for value in values:
            many = name in ("subjects", "agenda_items")
            made.append(resolution(f"X/{len(made)}", **{name: [value] if many else value}))
    return made


@pytest.fixture(scope="module")
def held(holding: Holding) -> Backend:
    return holding(*every_resolution())


def offered(results: Results) -> list[tuple[str, FacetValue]]:
    return [(facet.name, value) for facet in results.facets for value in facet.values]


def followed(backend: Backend, address: str) -> int:
    return backend.count(Query.from_args(parse_qsl(address.partition("?")[2])))


def check_values(backend: Backend, query: Query) -> None:
    """Check every value by its link, by its name, and by the link that excludes it."""
    every, addresses = backend.search(query), ChoiceAddresses(query, "/search")
    for name, value in offered(every):
        if name == "lang":
            assert backend.count(Query.make(lang=value.value)) == value.count
            continue
        within = followed(backend, addresses.toggled(name, value.value))
        without = followed(backend, addresses.excluding(name, value.value))
        assert (within, without) == (value.count, every.total - value.count), (name, value)
        asked = Query.from_args([*query.to_args(), (name, value.value)])
        assert backend.count(asked) == value.count, (name, value)
        chosen = {v.value: v for v in backend.search(asked).facet(name).values}  # type: ignore[union-attr]
        assert chosen[value.value].selected
        assert chosen[value.value].label == value.label


def test_each_value_leads_to_its_number(held: Backend) -> None:
    check_values(held, Query.make(lang="all"))
    check_values(held, Query.make(lang="all", verbs="any"))


@pytest.mark.parametrize(
    ("facet", "value", "total"),
    [
        ("subject", "Côte", 2),  # two spellings of one word
        ("subject", "Co\u0302te", 2),
        ("subject", "--isms and schools", 1),
        ("subject", "Leading space", 1),
        ("subject", "line break", 1),
        ("subject", "LAMPS", 1),
        ("subject", LONG, 1),
        ("subject", LONGER, 1),
        ("session", "79", 3),
        ("session", "0079", 3),
        ("session", "S-4", 1),
        ("session", "99", 1),
        ("session", "--5", 1),
        ("body", "ga", 3),
        ("body", "Other Organ", 1),
        ("origin", "plenary", 1),
        ("agenda", "75 (a)", 3),
        ("agenda", "9", 2),
        ("verb", "takes note", 1),
        ("verb", "INVITES", 1),
        ("verb", "--invites", 1),
        ("year", "33", 1),
        ("year", "--5", 1),
        ("year", "20240", 1),
    ],
)
def test_a_value_in_another_spelling(held: Backend, facet: str, value: str, total: int) -> None:
    assert held.count(Query.make(lang="all", **{facet: value})) == total


@pytest.mark.parametrize(
    ("asked", "total"),
    [('body:"other organ"', 0), ('body:"Other Organ"', 1), ('verb:"Takes  note"', 1)],
)
def test_a_field_reads_values_as_a_facet_does(held: Backend, asked: str, total: int) -> None:
    assert held.count(Query.make(asked, lang="all")) == total


@pytest.mark.parametrize(
    "given",
    [
        *({"language": "all"}, {"language": "ALL "}, {"language": "-fr"}, {"language": "x" * 36}),
        *({"language": "français"}, {"language": "en " + chr(0)}),
    ],
)
def test_what_no_filter_could_name_is_refused(given: dict[str, Any]) -> None:
    with pytest.raises(ReadError, match="must be") as refused:
        resolution("X/1", **given)
    assert str(refused.value).endswith(".")


TEXTS = st.text(st.characters(codec="utf-8"), max_size=8) | st.text("-+ aÀ\u0300\n.", max_size=6)
MAYBE = st.none() | TEXTS
LINES = st.fixed_dictionaries(
    {
        "session": MAYBE | st.sampled_from(AS_GIVEN["session"]),
        "year": st.none() | st.integers(-(2**31) + 1, 2**31 - 1),
        "language": st.sampled_from(("en", "FR", "pt-BR")),
        **dict.fromkeys(("body", "origin", "verb"), MAYBE),
        **dict.fromkeys(("subjects", "agenda_items"), st.lists(TEXTS, max_size=3)),
    }
)


def test_any_line_offers_what_can_be_asked(
    engine: Engine, tmp_path_factory: pytest.TempPathFactory
) -> None:
    @settings(
        max_examples=5 if engine.name == "opensearch" else 50,
        suppress_health_check=list(HealthCheck),
    )
    @given(lines=st.lists(LINES, min_size=1, max_size=4))
    def offers(lines: list[dict[str, Any]]) -> None:
        backend = engine.make(str(tmp_path_factory.mktemp("lines") / "index"))
        fill(backend, *(resolution(f"X/{n}", **line) for n, line in enumerate(lines)))
        check_values(backend, Query.make(lang="all"))
        backend.close()
        engine.discard(backend.place)

    offers()


OPEN = [name for name, facet in BY_NAME.items() if facet.narrows and name not in CLOSED]


@settings(max_examples=500)
@given(name=st.sampled_from(OPEN), values=st.lists(TEXTS, max_size=3))
@example(name="session", values=["0", "-0"])
def test_an_address_is_read_as_it_was_written(name: str, values: list[str]) -> None:
    query = Query.from_args([(name, value) for value in values])
    assert Query.from_args(query.to_args()) == query
    for chosen in query.values(name):
        turned = opposite(chosen)
        other = query.toggled(name, turned)
        assert Query.from_args(other.to_args()) == other
        assert value_of(turned) == value_of(chosen)
        # If an address selects and excludes a value, one of the two is dropped.
        both = turned in query.values(name)
        assert (chosen in other.values(name), turned in other.values(name)) == (both, not both)
        assert (turned in other.toggled(name, turned).values(name)) is both


@pytest.mark.parametrize(
    ("value", "includes", "excludes"),
    [
        ("x", "x", "-x"),
        ("-x", "--x", "---x"),
        ("--x", "----x", "-----x"),
        ("-", "--", "---"),
        ("x-", "x-", "-x-"),
    ],
)
def test_a_value_with_a_minus_before_it(value: str, includes: str, excludes: str) -> None:
    assert (written(value), opposite(written(value))) == (includes, excludes)
    assert (value_of(includes), value_of(excludes)) == (value, value)
    assert (is_excluded(includes), is_excluded(excludes)) == (False, True)
