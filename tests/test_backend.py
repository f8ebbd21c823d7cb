"""The engine: what matches, what is counted, in which order, and how changes become visible."""

from __future__ import annotations

import gc
import json
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import meant
from whoosh import query as wq

from searchapp.analysis import stem
from searchapp.backends.base import Coverage, Source
from searchapp.backends.whoosh import WhooshBackend
from searchapp.backends.whoosh.matching import matches
from searchapp.errors import IndexBusy, IndexProblem, NoIndex
from searchapp.query import Query
from searchapp.resolution import Resolution

OCEANS = "A/RES/79/144"
CYBER = "A/RES/69/28"
OLD = "A/RES/2099(XX)"
COUNCIL = "S/RES/2577(2021)"


def resolution(symbol: str | None, rows: list[dict[str, Any]], **known: Any) -> Resolution:
    """A resolution from rows that name what matters; ids are "#1", "#2", … without one."""
    name = f"{symbol}@{known['language']}" if "language" in known else symbol
    named = [{"id": f"{name}#{n}", **row} for n, row in enumerate(rows, 1)]
    return Resolution.from_json({"symbol": symbol, "paragraphs": named, **known})


HELD = [
    resolution(
        OCEANS,
        [
            {"text": "Recalling its resolution 69/28 of 2 December 2014", "kind": "preambular"},
            {
                "text": "Invites all Member States to protect the oceans, and requests a report:",
                "kind": "operative",
                "verb": "invites",
                "verbs": ["invites", "requests"],
                "addressees": ["Member States"],
                "cites": [{"symbol": CYBER}],
            },
            {
                "text": "Coral reefs of all States",
                "kind": "operative",
                "verb": "invites",
                "parent": f"{OCEANS}#2",
            },
        ],
        session="79",
        year=2024,
        adopted="2024-12-12",
        body="ga",
        title="Oceans and the law of the sea",
        subjects=["LAW OF THE SEA", "FISHERIES, MARINE"],
        vote={"for": 152, "against": 1, "abstaining": 2},
    ),
    resolution(
        CYBER,
        [
            {
                "text": "Calls upon Member States to consider existing and potential threats",
                "kind": "operative",
                "verb": "calls upon",
            },
            {
                "text": "Requests the Secretary-General to report; requests a report",
                "kind": "operative",
                "verb": "requests",
                "notes": [{"mark": "1", "text": "See A/65/201 on threats"}],
            },
        ],
        session="69",
        year=2014,
        adopted="2014-12-02",
        body="ga",
        title="Developments in the field of information",
    ),
    resolution(
        CYBER,
        [{"text": "Demande aux États Membres un rapport", "kind": "operative", "verb": "demande"}],
        language="fr",
        session="69",
        year=2014,
        adopted="2014-12-02",
        body="ga",
    ),
    resolution(OLD, [{"text": "Technical assistance"}], session="20", body="ga"),
    resolution(
        COUNCIL,
        [{"text": "Decides to extend the mandate", "kind": "operative", "verb": "decides"}],
        year=2021,
        adopted="2021-05-28",
        body="sc",
    ),
]


@pytest.fixture
def place(tmp_path: Path) -> str:
    return str(tmp_path / "index")


@pytest.fixture
def backend(place: str) -> Iterator[WhooshBackend]:
    made = WhooshBackend(place, create=True)
    for held in HELD[:2]:
        made.add(held)
    made.commit()  # two segments at least, so that numbers have to be joined
    for held in HELD[2:]:
        made.add(held)
    made.commit()
    yield made
    made.close()


def ids(backend: WhooshBackend, words: str = "", **filters: Any) -> list[str]:
    found = backend.search(Query.make(words, **filters))
    return [hit.paragraph.id for hit in found.hits]


def counted(backend: WhooshBackend, facet: str, words: str = "", **filters: Any) -> dict[str, int]:
    result = backend.search(Query.make(words, **filters)).facet(facet)
    assert result is not None
    return {value.value: value.count for value in result.values}


# What matches


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("states", {f"{OCEANS}#2", f"{OCEANS}#3", f"{CYBER}#1"}),
        ("STATE", {f"{OCEANS}#2", f"{OCEANS}#3", f"{CYBER}#1"}),
        ('"states"', {f"{OCEANS}#2", f"{OCEANS}#3", f"{CYBER}#1"}),
        ('"state"', set()),
        ("member reports", {f"{OCEANS}#2"}),
        ("coral OR mandate", {f"{OCEANS}#3", f"{COUNCIL}#1"}),
        ("states NOT member", {f"{OCEANS}#3"}),
        ('"all member states"', {f"{OCEANS}#2"}),
        ('"all states"', {f"{OCEANS}#3"}),
        ('"all states"~1', {f"{OCEANS}#2", f"{OCEANS}#3"}),
        ("secretary-general", {f"{CYBER}#2"}),
        ('"requests a report"', {f"{OCEANS}#2", f"{CYBER}#2"}),
        ('"requests report"~0', set()),
        ("consid*", {f"{CYBER}#1"}),
        ("*eats", {f"{CYBER}#1"}),
        ("to*upon", set()),
        ("note:threats", {f"{CYBER}#2"}),
        ("title:oceans states", {f"{OCEANS}#2", f"{OCEANS}#3"}),
        ("symbol:69/28", {f"{CYBER}#1", f"{CYBER}#2"}),
        ("symbol:S/RES/*", {f"{COUNCIL}#1"}),
        ("cites:69/28", {f"{OCEANS}#2"}),
        ('to:"Member States"', {f"{OCEANS}#2"}),
        ('verb:"calls upon"', {f"{CYBER}#1"}),
        ("session:60..80 type:preambular", {f"{OCEANS}#1"}),
        ("year:2015..2022", {f"{COUNCIL}#1"}),
        ("adopted:2014-12-02", {f"{CYBER}#1", f"{CYBER}#2"}),
        ("NOT body:ga", {f"{COUNCIL}#1"}),
        ("nothing of this", set()),
    ],
)
def test_words(backend: WhooshBackend, words: str, found: set[str]) -> None:
    assert set(ids(backend, words)) == found
    assert backend.count(Query.make(words)) == len(found)


WORDS = ["red", "pink", "blue", "reds", "of", "the"]
TEXTS = st.lists(st.lists(st.sampled_from(WORDS), max_size=9).map(" ".join), min_size=1, max_size=7)
LEAVES = st.one_of(
    st.builds(lambda w: wq.Term("text", w), st.sampled_from(WORDS)),
    st.builds(lambda w: wq.Term("stem", stem(w)), st.sampled_from(WORDS)),
    st.builds(lambda w: wq.Prefix("text", w), st.sampled_from(["re", "t", "x", "pink"])),
    st.builds(
        lambda ws, slop: wq.Phrase("text", ws, slop=slop),
        st.lists(st.sampled_from(WORDS), min_size=1, max_size=4),
        st.integers(1, 5),
    ),
    st.just(wq.Every()),
)
TREES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(wq.And, st.lists(inner, min_size=1, max_size=3)),
        st.builds(wq.Or, st.lists(inner, min_size=1, max_size=3)),
        st.builds(wq.AndNot, inner, inner),
        st.builds(wq.Not, inner),
    ),
    max_leaves=6,
)


@settings(max_examples=30, deadline=None)
@given(old=TEXTS, new=TEXTS, more=TEXTS, trees=st.lists(TREES, min_size=7, max_size=7))
def test_trees_mean_what_brute_force_says(
    tmp_path_factory: pytest.TempPathFactory,
    old: list[str],
    new: list[str],
    more: list[str],
    trees: list[Any],
) -> None:
    backend = WhooshBackend(str(tmp_path_factory.mktemp("index")), create=True)
    for symbol, texts in [("A", old), ("B", more), ("A", new)]:
        backend.add(resolution(symbol, [{"text": text} for text in texts]))
        backend.commit()
    held = [(f"{s}#{n}", t) for s, ts in (("A", new), ("B", more)) for n, t in enumerate(ts, 1)]
    snapshot = backend.snapshot()
    for tree in trees:
        match = matches(snapshot, tree)
        docs = np.flatnonzero(match.mask)
        scores = match.scores[docs]
        found = {snapshot.stored(int(doc))["id"] for doc in docs}
        assert found == {name for name, text in held if meant(tree, text)}, tree
        assert len(found) == len(docs) == len(scores)
        assert (scores >= 0).all()
    backend.close()


def test_frequent_words_and_short_paragraphs_score_more(backend: WhooshBackend) -> None:
    hits = backend.search(Query.make("states")).hits
    assert hits[0].paragraph.id == f"{OCEANS}#3"
    assert hits[0].score > hits[-1].score > 0
    assert all(hit.score == 0 for hit in backend.search(Query.make("year:2014")).hits)


# Facets


@pytest.mark.parametrize(
    ("facet", "words", "filters", "counts"),
    [
        ("session", "", {}, {"79": 3, "69": 2, "20": 1}),
        ("year", "states", {}, {"2024": 2, "2014": 1}),
        ("type", "", {}, {"operative": 5, "preambular": 1, "unclassified": 1}),
        ("verb", "", {}, {"invites": 2, "calls upon": 1, "decides": 1, "requests": 1}),
        ("verb", "report", {"verbs": "any"}, {"requests": 2, "invites": 1}),
        ("verb", "", {"verbs": "any", "verb": "requests", "session": "79"},
            {"invites": 2, "requests": 1}),
        ("body", "", {"body": "sc"}, {"ga": 6, "sc": 1}),  # its own selection is ignored
        ("body", "", {"body": "-sc"}, {"ga": 6, "sc": 1}),  # its own exclusion, too
        ("session", "", {"body": "sc"}, {}),
        ("session", "", {"body": "sc", "session": "79"}, {"79": 0}),  # what is chosen stays
        ("verb", "states", {"verb": "-requests"}, {"invites": 2, "calls upon": 1, "requests": 0}),
        ("year", "", {"year": "2014..2022"}, {"2014..2022": 3, "2024": 3, "2021": 1, "2014": 2}),
    ],
)  # fmt: skip
def test_facets(
    backend: WhooshBackend, facet: str, words: str, filters: dict[str, str], counts: dict[str, int]
) -> None:
    found = counted(backend, facet, words, **filters)
    assert (found, list(found)) == (counts, list(counts))


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"session": ["79", "69"], "type": "preambular"}, {f"{OCEANS}#1"}),
        ({"verb": ["invites", "decides"]}, {f"{OCEANS}#2", f"{OCEANS}#3", f"{COUNCIL}#1"}),
        ({"verb": "requests"}, {f"{CYBER}#2"}),
        ({"verb": "requests", "verbs": "any"}, {f"{OCEANS}#2", f"{CYBER}#2"}),
        ({"type": "-operative"}, {f"{OCEANS}#1", f"{OLD}#1"}),
        ({"type": "operative", "verb": ["-invites", "-decides"]}, {f"{CYBER}#1", f"{CYBER}#2"}),
        ({"year": "..2014"}, {f"{CYBER}#1", f"{CYBER}#2"}),
        ({"year": ["2021", "2024"], "type": "-operative"}, {f"{OCEANS}#1"}),
        ({"adopted_from": "2015-01-01", "adopted_to": "2021-12-31"}, {f"{COUNCIL}#1"}),
        ({"subject": "FISHERIES, MARINE", "type": "preambular"}, {f"{OCEANS}#1"}),
        ({"vote": "recorded", "type": "preambular"}, {f"{OCEANS}#1"}),
        ({"lang": "fr"}, {f"{CYBER}@fr#1"}),
    ],
)
def test_filters(backend: WhooshBackend, filters: dict[str, str], found: set[str]) -> None:
    assert set(ids(backend, **filters)) == found


def test_a_facet_value_has_its_addresses(backend: WhooshBackend) -> None:
    verb = backend.search(Query.make("states", verb=["invites", "-calls upon"])).facet("verb")
    assert verb is not None
    assert [
        (v.value, v.selected, v.excluded, v.toggle_url, v.exclude_url) for v in verb.values
    ] == [
        (
            "invites",
            True,
            False,
            "/search?q=states&verb=-calls+upon",
            "/search?q=states&verb=-calls+upon&verb=-invites",
        ),
        (
            "calls upon",
            False,
            True,
            "/search?q=states&verb=invites&verb=calls+upon",
            "/search?q=states&verb=invites",
        ),
    ]
    session = backend.search(Query.make("\0 states", verb="invites")).facet("session")
    assert session is not None
    assert session.values[0].toggle_url == "/search?q=%00+states&session=79&verb=invites"


def test_counts_of_combinations(backend: WhooshBackend) -> None:
    query = Query.make(type="operative")
    assert backend.counts(query, "session", "verb") == {
        ("69", "calls upon"): 1,
        ("69", "requests"): 1,
        ("79", "invites"): 2,
    }
    assert backend.counts(Query.make(session="79"), "verbs") == {("invites",): 2, ("requests",): 1}
    assert backend.counts(query) == {(): 5}
    assert backend.counts(Query.make("xyzzy"), "session", "verb") == {}


# Order, pages, groups


def test_sorts(backend: WhooshBackend) -> None:
    oceans, cyber = [f"{OCEANS}#{n}" for n in (1, 2, 3)], [f"{CYBER}#1", f"{CYBER}#2"]
    old, council = [f"{OLD}#1"], [f"{COUNCIL}#1"]
    assert ids(backend) == oceans + council + cyber + old  # relevance without words
    assert ids(backend, sort="newest") == oceans + council + cyber + old
    assert ids(backend, sort="oldest") == cyber + council + oceans + old
    assert ids(backend, sort="symbol") == cyber + oceans + old + council


def test_ties_go_to_the_newer_then_by_symbol_then_by_place(place: str) -> None:
    backend = WhooshBackend(place, create=True)
    same = [{"text": "peace"}, {"text": "peace"}]
    for symbol, day in [
        ("A/RES/9/2", "05"),
        ("A/RES/10/1", "05"),
        ("A/RES/9/10", "05"),
        ("B", "06"),
    ]:
        backend.add(resolution(symbol, same, adopted=f"2020-01-{day}"))
    backend.commit()
    order = [f"{s}#{n}" for s in ("B", "A/RES/9/2", "A/RES/9/10", "A/RES/10/1") for n in (1, 2)]
    assert ids(backend, "peace") == order
    assert ids(backend, sort="oldest") == order[2:] + order[:2]


def test_pages(backend: WhooshBackend) -> None:
    pages = [backend.search(Query.make(limit="3", page=str(n))) for n in (1, 2, 3, 4)]
    assert [len(page.hits) for page in pages] == [3, 3, 1, 0]
    assert {(page.total, page.resolutions, page.pages) for page in pages} == {(7, 4, 3)}
    nothing = backend.search(Query.make("xyzzy"))
    assert (nothing.total, nothing.resolutions, nothing.hits, nothing.pages) == (0, 0, (), 1)


def test_a_group_is_a_resolution_with_its_best_paragraph(backend: WhooshBackend) -> None:
    found = backend.search(Query.make("states", group="resolution", limit="1"))
    assert [hit.paragraph.id for hit in found.hits] == [f"{OCEANS}#3"]
    assert (found.total, found.resolutions, found.pages) == (3, 2, 2)


def test_scan_streams_every_hit(backend: WhooshBackend) -> None:
    scanned = [hit.paragraph.id for hit in backend.scan(Query.make(limit="1"))]
    assert scanned == ids(backend)


# Hits


def test_a_hit_shows_what_stands_around_it(backend: WhooshBackend) -> None:
    (hit,) = backend.search(Query.make("coral title:oceans")).hits
    assert hit.html == "<mark>Coral</mark> reefs of all States"
    assert [above.id for above in hit.chapeau] == [f"{OCEANS}#2"]
    assert (hit.key, hit.resolution, hit.children) == (OCEANS, replace(HELD[0], paragraphs=()), 0)
    parent = backend.search(Query.make('"invites all"')).hits[0]
    assert parent.html.startswith("<mark>Invites all</mark> Member States")
    assert (parent.children, parent.chapeau) == (1, ())


def test_a_whole_resolution_comes_back_as_it_was(backend: WhooshBackend) -> None:
    assert backend.resolution(OCEANS) == HELD[0]
    assert backend.resolution(f"{CYBER}@fr") == HELD[2]
    assert backend.resolution("A/RES/1/1") is None


def test_circles_of_parents_end(place: str) -> None:
    backend = WhooshBackend(place, create=True)
    rows = [
        {"id": "A#1", "text": "one", "parent": "A#2"},
        {"id": "A#2", "text": "two", "parent": "A#1"},
        {"id": "A#3", "text": "three", "parent": "A#3"},
    ]
    backend.add(resolution("A", rows))
    backend.commit()
    chapeaux = [[above.id for above in h.chapeau] for h in backend.search(Query.make()).hits]
    assert all(len(chapeau) <= 2 for chapeau in chapeaux)


# Changes


def test_adding_again_replaces(backend: WhooshBackend) -> None:
    new = resolution(OCEANS, [{"text": "Quite different"}])
    for _ in range(3):
        backend.add(new)
    assert ids(backend, "different") == []  # nothing is seen before the commit
    backend.commit()
    assert ids(backend, "different") == [f"{OCEANS}#1"]
    assert ids(backend, "coral") == []
    assert backend.resolution(OCEANS) == new
    assert backend.check() == []


def test_removing(backend: WhooshBackend) -> None:
    assert backend.remove(CYBER) is True
    assert backend.remove(CYBER) is False
    assert backend.remove("A/RES/1/1") is False
    backend.commit()
    assert ids(backend, "threats") == []
    assert ids(backend, lang="all", session="69") == [f"{CYBER}@fr#1"]  # the French one stays
    assert backend.resolution(CYBER) is None
    backend.add(HELD[1])
    assert backend.remove(CYBER) is True
    backend.commit()
    assert backend.resolution(CYBER) is None


def test_many_commits_and_merges_lose_nothing(place: str) -> None:
    backend = WhooshBackend(place, create=True)
    for n in range(25):
        backend.add(resolution(f"A/RES/1/{n % 15}", [{"text": f"word{n}"}, {"text": "same"}]))
        backend.commit()
    assert backend.count(Query.make("same")) == 15
    assert [n for n in range(25) if ids(backend, f"word{n}")] == list(range(10, 25))
    assert backend.check() == []


def test_two_languages_of_one_symbol(backend: WhooshBackend) -> None:
    assert ids(backend, "rapport") == []
    assert ids(backend, "etats rapport", lang="fr") == [f"{CYBER}@fr#1"]
    assert len(ids(backend, "rapport OR report", lang="all")) == 3


def test_headers_and_the_ledger_are_never_hits(backend: WhooshBackend) -> None:
    backend.record(Source("a.xml", "00ff"))
    backend.commit()
    assert backend.search(Query.make(lang="all")).total == sum(len(r.paragraphs) for r in HELD)
    assert len(ids(backend, "NOT xyzzy", lang="all")) == sum(len(r.paragraphs) for r in HELD)


def test_the_ledger(backend: WhooshBackend) -> None:
    first, second = Source("b.xml", "1", keys=(OCEANS,)), Source("a b,c.xml", "2", failure="No.")
    for source in (first, second, replace(first, hash="3")):
        backend.record(source)
    backend.commit()
    assert list(backend.sources()) == [second, replace(first, hash="3")]
    backend.forget("a b,c.xml")
    backend.commit()
    assert list(backend.sources()) == [replace(first, hash="3")]


def test_close_gives_up_what_was_not_committed(backend: WhooshBackend, place: str) -> None:
    version = backend.version()
    backend.remove(OCEANS)
    backend.close()
    again = WhooshBackend(place)
    assert again.resolution(OCEANS) == HELD[0]
    assert again.version() == version
    again.remove(OCEANS)  # the lock is free
    again.commit()
    assert again.version() != version


SCRIPT = """
import sys
from searchapp.backends.whoosh import WhooshBackend
from searchapp.resolution import Resolution
backend = WhooshBackend(sys.argv[1])
backend.add(Resolution.from_line(sys.argv[2]))
backend.commit()
"""


def test_a_commit_of_another_process_is_seen(backend: WhooshBackend, place: str) -> None:
    assert ids(backend, "newcomer") == []
    line = resolution("A/RES/80/1", [{"text": "newcomer"}]).to_line()
    command = [sys.executable, "-W", "ignore", "-c", SCRIPT, place, line]
    subprocess.run(command, check=True, cwd=Path(__file__).parent.parent)
    assert ids(backend, "newcomer") == ["A/RES/80/1#1"]


def test_one_writer_at_a_time(backend: WhooshBackend, place: str) -> None:
    backend.remove(OCEANS)
    with pytest.raises(IndexBusy, match=r"Another process is writing .* wait until"):
        WhooshBackend(place).remove(OCEANS)


def test_threads_get_the_same_answers(backend: WhooshBackend, place: str) -> None:
    queries = [
        Query.make(words, sort=sort, lang=lang)
        for words in ('"all states"~1', "states", "re*", '"requests a report"', "NOT the", "")
        for sort in ("relevance", "symbol")
        for lang in ("en", "all")
    ] * 5  # about a hundred

    def answers(_: int) -> list[Any]:
        found = [engine.search(query).to_json() for query in queries]
        return [{**answer, "took_ms": 0} for answer in found]

    engine = backend
    expected = answers(0)
    engine = WhooshBackend(place)  # nothing is cached yet
    with ThreadPoolExecutor(4) as pool:
        assert all(found == expected for found in pool.map(answers, range(4)))


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_commit_that_fails_changes_nothing_and_frees_the_lock(
    backend: WhooshBackend, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    backend.add(resolution(OCEANS, [{"text": "Quite different"}]))
    with monkeypatch.context() as patch:
        patch.setattr("whoosh.writing.SegmentWriter._commit_toc", full)
        with pytest.raises(IndexProblem, match="No space left"):
            backend.commit()
    assert backend.resolution(OCEANS) == HELD[0]
    backend.add(resolution(OCEANS, [{"text": "Quite different"}]))
    backend.commit()
    assert ids(backend, "different") == [f"{OCEANS}#1"]
    gc.collect()


# The place


def test_no_index(place: str) -> None:
    with pytest.raises(NoIndex, match=r"^No index at this place: “.*index”\. Make one: searchapp"):
        WhooshBackend(place)


def test_an_empty_index_answers(place: str) -> None:
    backend = WhooshBackend(place, create=True)
    assert backend.search(Query.make("peace")).total == 0
    assert backend.search(Query.make(session="79", sort="symbol")).total == 0
    assert (backend.coverage(), backend.check(), list(backend.sources())) == ([], [], [])
    assert backend.suggest("peace") == []
    assert backend.counts(Query.make(), "session") == {}
    assert backend.remove("A") is False
    backend.commit()


def test_a_folder_with_other_files_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(IndexProblem, match="holds other files"):
        WhooshBackend(str(tmp_path), create=True)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_the_default_folder_with_gits_file_will_do(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("*\n")
    WhooshBackend(str(tmp_path), create=True).close()
    WhooshBackend(str(tmp_path)).close()


def test_another_format_says_how_to_rebuild(backend: WhooshBackend, place: str) -> None:
    mark = Path(place, "searchapp.json")
    mark.write_text(json.dumps({**json.loads(mark.read_text()), "format": 99}))
    with pytest.raises(
        IndexProblem, match=r"has the format 99.*delete the folder.*searchapp index"
    ):
        WhooshBackend(place, create=True)


# Whoosh leaves a table of contents open that it can't read.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_damage_is_a_sentence(backend: WhooshBackend, place: str) -> None:
    assert backend.check() == []
    for path in Path(place).glob("*.seg"):
        path.write_bytes(bytes(path.stat().st_size))
    damaged = WhooshBackend(place)
    (problem,) = damaged.check()
    assert problem.startswith(f"The index at “{place}” is damaged: delete the folder, then ")
    for path in Path(place).glob("*.toc"):
        path.write_bytes(b"")
    with pytest.raises(IndexProblem, match="is damaged"):
        WhooshBackend(place)
    gc.collect()


def test_check_names_what_is_wrong(place: str) -> None:
    backend = WhooshBackend(place, create=True)
    backend.add(resolution("A", [{"id": "same", "text": "one"}]))
    backend.add(resolution("B", [{"id": "same", "text": "two"}]))
    backend.commit()
    assert backend.check() == [
        "Two paragraphs are called same: index their files again with --force."
    ]


# What is held


def test_coverage(backend: WhooshBackend) -> None:
    assert backend.coverage() == [
        Coverage("ga", "en", ("20", "69", "79"), (2014, 2024), resolutions=3, paragraphs=6),
        Coverage("ga", "fr", ("69",), (2014,), resolutions=1, paragraphs=1),
        Coverage("sc", "en", (), (2021,), resolutions=1, paragraphs=1),
    ]


@pytest.mark.parametrize(
    ("word", "suggested"),
    [
        ("menber", ["member"]),
        ("Thretas", ["threats"]),
        ("reprot", ["report"]),
        ("member", ["membres"]),  # not itself
        ("of", []),
        ("", []),
        ("-", []),
    ],
)
def test_suggest(backend: WhooshBackend, word: str, suggested: list[str]) -> None:
    assert backend.suggest(word) == suggested


@pytest.mark.parametrize(
    "odd", ["A" * 70_000, "é,\x1f ;’ \U0001f54a", "-", "x\0y", "[*?]", "2014-12-02..", "\ud800"]
)
def test_values_of_any_text(place: str, odd: str) -> None:
    backend = WhooshBackend(place, create=True)
    row = {"text": f"peace {odd}", "verb": odd, "verbs": [odd, odd], "addressees": [odd]}
    backend.add(resolution(odd, [row], session=odd, body=odd, adopted=odd, title=odd))
    backend.record(Source(odd, "0"))
    backend.commit()
    found = backend.search(Query.make("peace"))
    assert (found.total, found.resolutions, backend.check()) == (1, 1, [])
    key = found.hits[0].key
    whole = backend.resolution(key)
    assert whole is not None
    assert whole.paragraphs == (found.hits[0].paragraph,)
    assert backend.remove(key)
    backend.commit()
    assert backend.count(Query.make("peace")) == 0


def test_a_resolution_without_symbol_has_a_key(place: str) -> None:
    backend = WhooshBackend(place, create=True)
    unnamed = resolution(None, [{"text": "peace"}])
    backend.add(unnamed)
    backend.commit()
    (hit,) = backend.search(Query.make("peace")).hits
    assert hit.key == unnamed.key
    assert backend.resolution(unnamed.key) == unnamed
