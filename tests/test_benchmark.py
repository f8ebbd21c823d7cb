"""The benchmark: the same work for all engines, on reproducible resolutions."""

from __future__ import annotations

import importlib.util
import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from random import Random
from typing import Any

import pytest
from benchmarking.building import Built, build_index, time_opening
from benchmarking.cases import CASES, FACETS, Case
from benchmarking.corpus import alter, multiply, resolutions, shuffle, text_bytes, write
from benchmarking.engines import Engine, rows
from benchmarking.fts5 import Fts5
from benchmarking.goals import Figures, goal_table, spread
from benchmarking.measure import Timing, time_page
from benchmarking.ours import Ours
from benchmarking.report import figure, pages, ratio, table
from benchmarking.serving import Load, addresses, load, one_client, read_wrk, served
from benchmarking.stock import Stock

from searchapp.model.resolution import Resolution

TEXTS = (
    "Invites all Member States to respect the human rights of the people of the oceans;",
    "Requests the Secretary-General to report on information and communications technologies;",
    "Encourages development cooperation of Member States in the protection of human rights;",
    "Recalling the security of fisheries, and the security council of the oceans,",
    "Requests security of water & the application of the convention <on> information;",
    "Encouraging human rights, and calling for water, relation and action,",
)
VERBS = ("requests", "urges", "invites", "", "requests", "recalls")


def made(number: int) -> dict[str, Any]:
    """Return a random resolution of a session that the benchmark's searches use."""
    chance, session = Random(number), (70, 76, 77)[number % 3]
    texts = [(text, verb) for text, verb in zip(TEXTS, VERBS, strict=True) if chance.random() < 0.8]
    paragraphs = [
        {
            "id": f"A/RES/{session}/{number}#op{place}",
            "kind": chance.choice(["operative", "preambular"]),
            "text": text,
            "verb": verb or None,
        }
        for place, (text, verb) in enumerate(texts, 1)
    ]
    resolution = {
        "symbol": f"A/RES/{session}/{number}",
        "session": str(session),
        "year": 1945 + session,
        "adopted": f"{1945 + session}-12-{number % 20 + 1:02}",
        "title": f"Water and rights {number}",
        "paragraphs": paragraphs,
    }
    return Resolution.from_json(resolution).to_json()


ORIGINALS = tuple(made(number) for number in range(1, 13))


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a tiny corpus; return its path."""
    path = tmp_path_factory.mktemp("benchmark") / "paragraphs.jsonl"
    path.write_text("".join(json.dumps(r) + "\n" for r in ORIGINALS), encoding="utf-8")
    return path


# Multiplying


def test_copies_are_always_the_same_and_never_twice() -> None:
    copies = list(multiply(ORIGINALS, 300))
    paragraphs = [p for resolution in copies for p in resolution["paragraphs"]]

    assert copies == list(multiply(iter(ORIGINALS), 300))
    assert copies[: len(ORIGINALS)] == list(ORIGINALS)
    assert 300 <= len(paragraphs) < 306
    assert len({p["id"] for p in paragraphs}) == len(paragraphs)


def test_a_copy_has_words_in_other_places_and_is_of_another_session() -> None:
    original = {**ORIGINALS[0], "symbol": "A/RES/76/1", "session": "76", "year": 2021}
    copy = alter(original, 2)

    assert (copy["symbol"], copy["session"], copy["year"]) == ("A/RES/76/1/Z2", "64", 2009)
    assert Resolution.from_json(copy).to_json() == copy
    assert [p["text"] for p in copy["paragraphs"]] != [p["text"] for p in original["paragraphs"]]


@pytest.mark.parametrize("text", [*TEXTS, "", "one", "  two  spaces  "])
def test_what_is_altered_keeps_its_length_and_its_gaps(text: str) -> None:
    changed = shuffle(text, Random(1))

    assert [m.span() for m in re.finditer(" +", changed)] == [
        m.span() for m in re.finditer(" +", text)
    ]
    assert len(changed) == len(text)


def test_a_file_of_lines_is_written_once(lines: Path, tmp_path: Path) -> None:
    target = tmp_path / "many.jsonl"
    write(lines, 100, target)
    before = target.stat().st_mtime_ns
    write(lines, 200, target)

    paragraphs, size = text_bytes(target)
    assert 100 <= paragraphs < 106
    assert size == sum(len(row.text.encode()) for row in rows(target))
    assert target.stat().st_mtime_ns == before
    assert list(resolutions(target))[:12] == list(ORIGINALS)


# The same work

PEERS = [
    Fts5(),
    Stock(),
    pytest.param(
        "tantivy",
        marks=pytest.mark.skipif(
            importlib.util.find_spec("tantivy") is None, reason="the extra benchmark has Tantivy"
        ),
    ),
]


@pytest.fixture(scope="module")
def ours(lines: Path) -> Iterator[Engine]:
    engine = Ours()
    build_index(engine, lines, lines.parent / "ours")
    engine.open(lines.parent / "ours")
    yield engine
    engine.close()


@pytest.fixture(scope="module", params=PEERS, ids=lambda peer: getattr(peer, "name", peer))
def peer(lines: Path, request: pytest.FixtureRequest) -> Iterator[Engine]:
    engine = request.param
    if engine == "tantivy":
        from benchmarking.rust import Tantivy

        engine = Tantivy()
    build_index(engine, lines, lines.parent / engine.name)
    engine.open(lines.parent / engine.name)
    yield engine
    engine.close()


FIRST_PAGES = [case for case in CASES if case.name != "page 50"]


@pytest.mark.parametrize("case", FIRST_PAGES, ids=lambda case: case.name)
def test_every_engine_finds_and_counts_the_same(case: Case, ours: Engine, peer: Engine) -> None:
    own, other = ours.page(case), peer.page(case)

    assert 0 < own.total == other.total
    assert len(own.ids) == len(other.ids) == len(own.html) == len(other.html)
    for name in FACETS:
        plain = {v: n for v, n in own.counts[name].items() if n and ".." not in v}
        assert dict(other.counts[name]) == plain, name
    if own.total <= len(own.ids):
        assert set(own.ids) == set(other.ids)


@pytest.mark.parametrize("case", FIRST_PAGES, ids=lambda case: case.name)
def test_every_engine_gives_whole_paragraphs_with_marks(
    case: Case, lines: Path, ours: Engine, peer: Engine
) -> None:
    texts = {row.id: row.text for row in rows(lines)}
    for page in (ours.page(case), peer.page(case)):
        for number, html in zip(page.ids, page.html, strict=True):
            marked = re.sub(r"</?(mark|b)( class=\"[^\"]*\")?>", "", html)
            assert marked != html, number
            assert unescape(marked).strip() == texts[number].strip()


def test_a_page_later_on_is_another(ours: Engine, peer: Engine) -> None:
    first, second = (Case("words", "the", {"page": str(n)}, exact=True) for n in (1, 2))

    for engine in (ours, peer):
        pages = [engine.page(first), engine.page(second)]
        assert not set(pages[0].ids) & set(pages[1].ids)
        assert len(pages[1].ids) == min(20, pages[1].total - 20) > 0


# Figures


def test_a_page_is_timed_and_an_index_measured(ours: Engine, lines: Path) -> None:
    place = lines.parent / "ours"
    taken = time_page(Ours(), place, CASES[3], runs=4)

    assert taken.total == ours.page(CASES[3]).total
    assert 0 < taken.least <= taken.median < 1000
    assert taken.first > 0
    assert time_opening(Ours(), place, times=2) > 0
    first = build_index(Ours(), lines, place)
    assert build_index(Ours(), lines, place) == first  # reused, not built again


@pytest.mark.parametrize(
    ("ours", "other", "expected"), [(2.0, 1.0, 0.5), (0.5, 5.0, 10.0), (0, 1.0, float("inf"))]
)
def test_a_ratio_says_how_many_times_as_long_the_other_takes(
    ours: float, other: float, expected: float
) -> None:
    assert ratio(ours, other) == expected


@pytest.mark.parametrize(
    ("value", "text"), [(0.123, "0.12"), (9.5, "9.50"), (12.34, "12.3"), (1234.5, "1,234")]
)
def test_a_figure_has_the_digits_that_mean_something(value: float, text: str) -> None:
    assert figure(value) == text


def figures() -> Figures:
    """Return figures: ours takes 2 ms, FTS5 ten times as long, or four times for one search."""
    own = {case.name: Timing(100 if n < 2 else 5000, 6, 2, 3) for n, case in enumerate(CASES)}
    fts5 = {case.name: Timing(own[case.name].total, 20, 20, 21) for case in CASES}
    fts5[CASES[0].name] = Timing(101, 8, 8, 9)
    return Figures(
        paragraphs=10_000,
        pages={"ours": own, "fts5": fts5},
        builds={"ours": Built(10_000, 4_000_000, 0.5, 1.0, 6_000_000)},
        openings={"ours": 1.5},
        loads={1: Load("wrk", 123.4, 45.6, 0, 7.8), 2: Load("wrk", 234.5, 56.7, 0, 7.9)},
    )


def test_the_table_of_pages_has_ratios_and_names_other_totals() -> None:
    rows = pages(figures().pages)

    assert len(rows) == len(CASES) + 2
    assert rows[2].endswith("| 100 | 6.00 | 2.00 | 3.00 | 8.00 | 8.00 | 9.00 | 4.00 (101 hits) |")
    assert rows[4].endswith("| 5,000 | 6.00 | 2.00 | 3.00 | 20.0 | 20.0 | 21.0 | 10.0 |")


def test_promises_are_set_against_what_was_reached() -> None:
    rows = [[c.strip() for c in row.split("|")[1:-1]] for row in goal_table(figures())[2:]]
    reached = {row[0]: row[3] for row in rows}

    assert reached["page, warm, against SQLite FTS5, below 1,000 hits"] == (
        "4.00 (a phrase with 100 hits) to 10.0 times; median 10.0"
    )
    assert reached["page, cold (first use of its terms)"] == "at most 3.00 times, 6.00 ms"
    assert reached["index size per byte of text"] == "1.50"
    assert reached["opening"] == "1.50 ms"
    assert reached["result pages over HTTP, 50 addresses"] == (
        "123 requests/s, p99 45.6 ms; 7.80 ms of CPU per page"
    )
    assert reached["the same, from 2 processes"] == (
        "234 requests/s, p99 56.7 ms; 7.90 ms of CPU per page"
    )
    assert not any("Tantivy" in row[0] or "pipeline" in row[0] for row in rows)


def test_a_spread_is_of_the_searches_with_so_many_hits() -> None:
    found = spread(figures().pages, "fts5", lambda hits: hits < 1000)

    assert found == [(4.0, CASES[0].name), (10.0, CASES[1].name)]


def test_a_table_is_markdown() -> None:
    assert table(["what", "ms"], [["page", "1.0"]]) == [
        "| what | ms |",
        "| --- | ---: |",
        "| page | 1.0 |",
    ]


# Pages over HTTP

SAID = """
  Latency Distribution
     50%   40.11ms
     99%    1.20s
  4000 requests in 20.01s, 300.00MB read
  Non-2xx or 3xx responses: 3
Requests/sec:    199.90
"""


def test_what_wrk_says_is_read() -> None:
    assert read_wrk(SAID) == Load("wrk", 199.9, 1200.0, 3)


def test_there_are_fifty_different_addresses() -> None:
    assert len(set(addresses())) == 50


@pytest.mark.parametrize("tool", ["wrk", ""])
def test_a_server_is_measured_from_another_process(
    tool: str, ours: Engine, lines: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if tool:
        from shutil import which

        if which(tool) is None:
            pytest.skip("wrk is not installed: on Debian and Ubuntu, apt install wrk")
    else:
        monkeypatch.setattr("benchmarking.serving.which", lambda name: None)
    with served(lines.parent / "ours") as server:
        waits = one_client(server.port, "/search.json?q=water", 3)
        borne = load(server, ["/search?q=water", "/search?q=security"], seconds=1)

    assert len(waits) == 3
    assert borne.failed == 0
    assert borne.requests > 1
    assert borne.p99 > 0
    assert 0 < borne.cpu < 1000
