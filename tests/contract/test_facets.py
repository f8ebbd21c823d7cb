"""Filters: OR within a facet, AND between facets. Facets: the count of each value."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from searchapp.query.choices import written
from searchapp.query.facets import FACETS
from searchapp.query.query import Query
from searchapp.query.tree import Value, any_of
from searchapp.search.backend import Backend

from .data import CYBER, counted, facet, fill, found, resolution

OCEANS = "79/144#pp1 79/144#op1 79/144#op2 79/144#op2a 79/144#op2ai 79/144#annex1-1"
COUNCIL = "S/RES/2577(2021)#op1"
SPECIAL = "S-26/2#op1"


@pytest.mark.parametrize(
    ("filters", "hits"),
    [
        ({"session": "79"}, OCEANS),
        ({"session": ["20", "S-26"]}, f"{SPECIAL} 2099(XX)#u1"),
        ({"session": ["xx", "s-26"]}, f"{SPECIAL} 2099(XX)#u1"),
        ({"session": ["79", "69"], "type": "preambular"}, "79/144#pp1"),
        ({"session": "79", "type": "unclassified"}, ""),
        ({"session": "1"}, ""),
        ({"year": ["2021", "2001"]}, f"{COUNCIL} {SPECIAL}"),
        ({"year": ["..2001", "2020..2022"]}, f"{COUNCIL} {SPECIAL}"),
        ({"year": ["2010..", "-2024"], "verb": "-requests"}, f"{COUNCIL} 69/28#op1 69/28#op3"),
        ({"type": ["annex", "Preambular"]}, "79/144#pp1 79/144#annex1-1"),
        ({"type": "-operative"}, "79/144#pp1 79/144#annex1-1 2099(XX)#u1"),
        ({"body": "sc"}, COUNCIL),
        ({"body": "Security Council"}, COUNCIL),
        ({"body": "-ga"}, COUNCIL),
        ({"origin": "First Committee", "type": "operative"}, "69/28#op1 69/28#op2 69/28#op3"),
        ({"origin": ["-First Committee", "-plenary"]}, f"{COUNCIL} 2099(XX)#u1"),
        ({"agenda": ["75 (a)", "91"], "type": "annex"}, "79/144#annex1-1"),
        ({"agenda": "9", "verb": "requests"}, "69/28#op2"),
        ({"agenda": "75(a)", "type": "annex"}, "79/144#annex1-1"),
        ({"agenda": "75"}, ""),
        ({"subject": "FISHERIES, MARINE", "type": "annex"}, "79/144#annex1-1"),
        ({"subject": "fisheries, marine"}, ""),
        ({"vote": "recorded"}, OCEANS),
        ({"vote": "none", "body": "sc"}, COUNCIL),
        # the first verb, or any; exactly, or with what is grouped under it
        ({"verb": "invites"}, "79/144#op2 79/144#op2a 79/144#op2ai"),
        ({"verb": "Requests"}, "69/28#op2"),
        ({"verb": "requests", "verbs": "any"}, "79/144#op2 69/28#op2"),
        ({"verb": "takes note"}, "69/28#op3"),
        ({"head": "takes note"}, "79/144#op1 69/28#op3"),
        ({"head": "requests", "verbs": "any"}, "79/144#op2 69/28#op2"),
        ({"verb": "decides", "head": "takes note"}, f"79/144#op1 {COUNCIL} 69/28#op3 {SPECIAL}"),
        ({"head": "takes note", "verb": "-takes note with appreciation"}, "69/28#op3"),
        ({"verb": ["decides", "-decides"]}, ""),
        ({"verb": "-invites", "session": "79"}, "79/144#pp1 79/144#op1 79/144#annex1-1"),
        ({"verb": "-requests", "verbs": "any", "session": ["69", "79"], "type": "operative"},
            "79/144#op1 79/144#op2a 79/144#op2ai 69/28#op1 69/28#op3"),
        ({"adopted_from": "2014-12-02", "adopted_to": "2021-05-28", "verb": "-requests"},
            f"{COUNCIL} 69/28#op1 69/28#op3"),
        ({"adopted_to": "2001-06-27"}, SPECIAL),
    ],
)  # fmt: skip
def test_filters(backend: Backend, filters: dict[str, Any], hits: str) -> None:
    assert found(backend, sort="newest", **filters) == hits
    assert backend.count(Query.make(**filters)) == len(hits.split())


@pytest.mark.parametrize(
    ("keys", "words", "hits"),
    [
        ((CYBER,), "", "69/28#op1 69/28#op2 69/28#op3"),
        ((CYBER,), "states OR coral", "69/28#op1"),
        ((CYBER, "S/RES/2577(2021)", "A/RES/1/1"), "-report -states", f"{COUNCIL} 69/28#op3"),
        ((f"{CYBER}@fr",), "", ""),  # not in English
        (("A/RES/1/1",), "", ""),
    ],
)
def test_a_search_within_resolutions(
    backend: Backend, keys: tuple[str, ...], words: str, hits: str
) -> None:
    query = replace(
        Query.make(words, sort="newest"), where=any_of(Value("key", key) for key in keys)
    )
    results = backend.search(query)
    assert [hit.paragraph.id.removeprefix("A/RES/") for hit in results.hits] == hits.split()
    kinds = results.facet("type")
    assert kinds is not None
    assert sum(value.count for value in kinds.values) == results.total == len(hits.split())


@pytest.mark.parametrize(
    ("name", "words", "filters", "counts"),
    [
        # each facet's order: the newest session first, frequent verbs first, ties by name
        ("session", "", {}, {"S-26": 1, "79": 6, "69": 3, "20": 1}),
        ("year", "", {}, {"2024": 6, "2021": 1, "2014": 3, "2001": 1}),
        ("type", "", {}, {"operative": 9, "annex": 1, "preambular": 1, "unclassified": 1}),
        ("verb", "", {"session": "69"}, {"calls upon": 1, "requests": 1, "takes note": 1}),
        ("verb", "", {"type": "operative", "session": ["79", "S-26"], "body": "ga"},
            {"invites": 3, "decides": 1, "takes note with appreciation": 1}),
        ("head", "report OR note", {}, {"takes note": 2, "invites": 1, "requests": 1}),
        ("body", "", {}, {"ga": 11, "sc": 1}),
        ("origin", "", {}, {"plenary": 7, "First Committee": 3}),
        ("agenda", "", {}, {"75 (a)": 6, "9": 3, "91": 3}),
        ("subject", "", {}, {"FISHERIES, MARINE": 6, "LAW OF THE SEA": 6, "INFORMATION": 3}),
        ("vote", "", {}, {"recorded": 6, "none": 6}),
        # of the matches, not of the whole index
        ("year", "states", {}, {"2024": 2, "2014": 1}),
        ("year", "-states", {"type": "operative"}, {"2024": 2, "2021": 1, "2014": 2, "2001": 1}),
        ("verb", "coral", {}, {"invites": 2}),
        ("verb", "xyzzy", {}, {}),
        ("session", "", {"body": "sc"}, {}),  # the Council counts by year
        # any verb
        ("verb", "a report", {}, {"invites": 1, "requests": 1}),
        ("verb", "a report", {"verbs": "any"}, {"requests": 2, "invites": 1}),
        ("head", "a report", {"verbs": "any"}, {"requests": 2, "invites": 1}),
        # a facet ignores its own selection and exclusion, but not those of other facets
        ("body", "", {"body": "sc"}, {"ga": 11, "sc": 1}),
        ("body", "", {"body": "-sc"}, {"ga": 11, "sc": 1}),
        ("type", "", {"body": "sc"}, {"operative": 1}),
        ("type", "", {"body": "-ga"}, {"operative": 1}),
        ("session", "", {"session": "79", "type": "-operative"}, {"79": 2, "20": 1}),
        ("type", "", {"session": "79", "type": "-operative"},
            {"operative": 4, "annex": 1, "preambular": 1}),
        ("subject", "", {"subject": "INFORMATION", "type": "operative"},
            {"FISHERIES, MARINE": 4, "LAW OF THE SEA": 4, "INFORMATION": 3}),
        # verbs and their heads are one choice
        ("verb", "report", {"head": "takes note"},
            {"invites": 1, "requests": 1, "takes note with appreciation": 1}),
        ("head", "report", {"verb": "-invites"},
            {"invites": 1, "requests": 1, "takes note": 1}),
        ("type", "", {"head": "takes note", "verb": "decides"}, {"operative": 4}),
        ("verb", "", {"verbs": "any", "verb": "requests", "session": "79"},
            {"invites": 3, "recalling": 1, "requests": 1, "takes note with appreciation": 1}),
        # a selected value stays, even with no matches
        ("session", "", {"body": "sc", "session": "79"}, {"79": 0}),
        ("verb", "coral", {"verb": "-requests"}, {"invites": 2, "requests": 0}),
        ("origin", "mandate", {"origin": ["-plenary", "Nowhere"]}, {"Nowhere": 0, "plenary": 0}),
        ("verb", "a report", {"verb": "-decides"}, {"invites": 1, "requests": 1, "decides": 0}),
        # spans of years come first
        ("year", "", {"year": "2014..2022"},
            {"2014..2022": 4, "2024": 6, "2021": 1, "2014": 3, "2001": 1}),
        ("year", "", {"year": ["2022..", "-..2001"]},
            {"2022..": 6, "..2001": 1, "2024": 6, "2021": 1, "2014": 3, "2001": 1}),
        ("year", "coral", {"year": "1990..2000"}, {"1990..2000": 0, "2024": 2}),
        # days and the language narrow every facet
        ("year", "", {"adopted_from": "2014-12-02", "adopted_to": "2014-12-02"}, {"2014": 3}),
        ("verb", "", {"lang": "fr"}, {"demande": 1}),
    ],
)  # fmt: skip
def test_facets_count(
    backend: Backend, name: str, words: str, filters: dict[str, Any], counts: dict[str, int]
) -> None:
    assert list(counted(backend, name, words, **filters).items()) == list(counts.items())


def test_every_facet_is_shown_in_its_order_with_what_is_read(backend: Backend) -> None:
    shown = backend.search(Query.make("reefs OR mandate")).facets
    assert [(f.title, [v.label for v in f.values]) for f in shown] == [
        ("Session", ["79"]),
        ("Year of adoption", ["2024", "2021"]),
        ("Paragraph type", ["Operative"]),
        ("Operative verb", ["decides", "invites"]),
        ("Head verb", ["decides", "invites"]),
        ("Body", ["General Assembly", "Security Council"]),
        ("Committee", ["Plenary"]),
        ("Agenda item", ["75 (a)"]),
        ("Subject", ["FISHERIES, MARINE", "LAW OF THE SEA"]),
        ("Vote", ["Recorded vote", "Without a vote"]),
        ("Language", ["English"]),
    ]


@pytest.mark.parametrize("words", ["", "states", "the -report", "year:2014 OR coral"])
def test_choosing_a_value_gives_what_its_count_says(backend: Backend, words: str) -> None:
    """Check every count of every facet, alone and with another selection."""
    for filters in ({}, {"type": "operative"}, {"verb": "-invites", "verbs": "any"}):
        query = Query.make(words, **filters)
        results = backend.search(query)
        for shown in results.facets:
            for value in shown.values:
                one = query.with_values(shown.name, [value.value])
                if shown.name == "lang":
                    one = Query.make(words, **filters, lang=value.value)
                elif shown.name in ("verb", "head"):  # alternatives of one another
                    other = "head" if shown.name == "verb" else "verb"
                    one = one.with_values(other, [])
                assert backend.count(one) == value.count, (filters, shown.name, value)


def test_a_value_says_whether_it_is_chosen(backend: Backend) -> None:
    verb = facet(backend, "verb", "states", verb=["invites", "-calls upon"])
    assert [(v.value, v.selected, v.excluded) for v in verb.values] == [
        ("invites", True, False),
        ("calls upon", False, True),
    ]


def test_a_language_is_chosen_and_never_excluded(backend: Backend) -> None:
    values = facet(backend, "lang", "coral OR rapport", lang="fr", page="2").values
    assert [(v.value, v.count, v.selected, v.excluded) for v in values] == [
        ("en", 2, False, False),
        ("fr", 1, True, False),
    ]


@pytest.mark.parametrize(
    ("words", "filters", "names", "counts"),
    [
        ("", {"type": "operative"}, ["session", "verb"], {
            ("69", "calls upon"): 1, ("69", "requests"): 1, ("69", "takes note"): 1,
            ("79", "invites"): 3, ("79", "takes note with appreciation"): 1, ("S-26", "decides"): 1,
        }),  # the Security Council's resolution has no session
        ("", {"session": "79"}, ["verbs"], {
            ("invites",): 3, ("recalling",): 1, ("requests",): 1,
            ("takes note with appreciation",): 1,
        }),
        # many values of each: every pair of them
        ("coral OR calls", {}, ["agenda", "subject"], {
            ("75 (a)", "LAW OF THE SEA"): 2, ("75 (a)", "FISHERIES, MARINE"): 2,
            ("9", "INFORMATION"): 1, ("91", "INFORMATION"): 1,
        }),
        ("", {"verb": "requests"}, ["year"], {("2014",): 1}),  # own selections count here
        ("a report", {"verbs": "any"}, ["verb", "head"], {
            ("invites", "invites"): 1, ("invites", "requests"): 1,
            ("requests", "invites"): 1, ("requests", "requests"): 2,
        }),
        ("", {"lang": "all", "year": "2014"}, ["lang", "type", "vote"], {
            ("en", "operative", "none"): 3, ("fr", "operative", "none"): 1,
            ("zh", "operative", "none"): 1,
        }),
        ("states", {"body": "ga"}, [], {(): 3}),
        ("xyzzy", {}, ["session", "verb"], {}),
    ],
)  # fmt: skip
def test_facets_are_counted_against_each_other(
    backend: Backend,
    words: str,
    filters: dict[str, Any],
    names: list[str],
    counts: dict[tuple[str, ...], int],
) -> None:
    assert backend.counts(Query.make(words, **filters), *names) == counts


@pytest.mark.parametrize(
    ("words", "filters", "names", "counts"),
    [
        ("", {}, ["year"], {("2024",): 1, ("2014",): 1, ("2001",): 1, ("2021",): 1}),
        ("", {"lang": "all"}, ["lang"], {("en",): 5, ("fr",): 1, ("zh",): 1}),
        # a resolution counts once, however many of its paragraphs have the value
        ("", {"session": "79"}, ["verb"], {
            ("recalling",): 1, ("takes note with appreciation",): 1, ("invites",): 1,
        }),
        ("report", {"verbs": "any"}, ["verb"], {
            ("takes note with appreciation",): 1, ("invites",): 1, ("requests",): 2,
        }),
        ("report", {}, ["session", "type"], {("69", "operative"): 1, ("79", "operative"): 1}),
        ("coral OR calls", {}, ["agenda", "subject"], {
            ("75 (a)", "LAW OF THE SEA"): 1, ("75 (a)", "FISHERIES, MARINE"): 1,
            ("9", "INFORMATION"): 1, ("91", "INFORMATION"): 1,
        }),
        ("", {"verb": "requests"}, ["year"], {("2014",): 1}),  # own selections count here
        ("states", {"body": "ga"}, [], {(): 2}),
        ("xyzzy", {}, ["session", "verb"], {}),
        ("xyzzy", {}, [], {}),
    ],
)  # fmt: skip
def test_resolutions_are_counted_by_facets(
    backend: Backend,
    words: str,
    filters: dict[str, Any],
    names: list[str],
    counts: dict[tuple[str, ...], int],
) -> None:
    query = Query.make(words, **filters)
    assert backend.resolution_counts(query, *names) == counts
    grouped = Query.make(words, group="resolution", **filters)
    assert backend.resolution_counts(grouped, *names) == counts


def test_resolutions_of_any_facet_are_those_that_a_search_for_it_finds(backend: Backend) -> None:
    for one in FACETS:
        if one.shown and one.narrows:
            for (value,), number in backend.resolution_counts(Query.make(), one.name).items():
                narrowed = Query().with_values(one.name, [written(value)])
                assert backend.search(narrowed).resolutions == number, (one.name, value)


def test_any_facet_can_be_counted(backend: Backend) -> None:
    for one in FACETS:
        pairs = backend.counts(Query.make(lang="all"), one.name, "lang")
        alone = backend.counts(Query.make(lang="all"), one.name)
        assert alone, one.name
        for (value,), count in alone.items():
            assert sum(n for (v, _), n in pairs.items() if v == value) == count


def test_values_given_twice_count_once(empty: Backend) -> None:
    row = {"text": "peace", "verb": "invites", "verbs": ["invites", "requests", "invites"]}
    fill(empty, resolution("A", row, subjects=["SEA", "SEA"]))
    assert counted(empty, "subject") == {"SEA": 1}
    assert counted(empty, "verb", verbs="any") == {"invites": 1, "requests": 1}
    assert empty.counts(Query.make(), "subject", "verbs") == {
        ("SEA", "invites"): 1,
        ("SEA", "requests"): 1,
    }


def test_without_a_value_a_paragraph_counts_in_no_facet_of_it(empty: Backend) -> None:
    fill(empty, resolution(None, {"text": "peace"}))
    shown = {f.name: [v.value for v in f.values] for f in empty.search(Query.make()).facets}
    assert {name: values for name, values in shown.items() if values} == {
        "type": ["operative"],
        "vote": ["none"],
        "lang": ["en"],
    }


def test_hundreds_of_values_are_all_counted(empty: Backend) -> None:
    rows = [{"text": "peace", "verb": f"verb {n}"} for n in range(300)]
    fill(empty, resolution("A", *rows))
    assert counted(empty, "verb") == {f"verb {n}": 1 for n in range(300)}
