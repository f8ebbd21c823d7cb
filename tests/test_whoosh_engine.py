"""The Whoosh engine in detail: stock Whoosh's view, word weights, durability, damage."""

from __future__ import annotations

import math
import pickle
import random
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from benchmarking.whoosh_trees import whoosh_tree
from contract.data import HELD, fill, found, resolution, written
from hypothesis import given
from hypothesis import strategies as st
from whoosh.index import TOC, open_dir
from whoosh.writing import CLEAR

from searchapp.backends.whoosh import WhooshBackend
from searchapp.backends.whoosh import writer as writing
from searchapp.backends.whoosh.schema import PARAGRAPH, make_schema
from searchapp.backends.whoosh.searching.evaluation import matches
from searchapp.backends.whoosh.searching.scored_nodes import K1, B
from searchapp.backends.whoosh.segments import sections
from searchapp.backends.whoosh.segments.cache import Cache, Share
from searchapp.backends.whoosh.segments.inversion import stem_sections, word_sections
from searchapp.backends.whoosh.segments.lexicon import Lexicon, lexicon_sections
from searchapp.backends.whoosh.storage import Storage
from searchapp.exports.results_json import results_json
from searchapp.model.resolution import Paragraph, Resolution
from searchapp.query.field_table import FIELDS, paragraph_values, resolution_values
from searchapp.query.query import Query
from searchapp.query.tree import And, Node, Not, Or, Phrase, Prefix, Stem, Wildcard, Word
from searchapp.settings.config import Settings
from searchapp.text.analysis import fold, printed_words, stem, tokens, words

WORDS = "peace water waters the of états secretary general 联 reports reported".split()


def text(chance: random.Random) -> str:
    return " ".join(chance.choices(WORDS, k=chance.randint(0, 12)))


def drawn(seed: int, number: int) -> Resolution:
    """Draw a resolution of random words; every fourth one is French."""
    chance = random.Random(f"{seed} {number}")
    rows = [{"text": text(chance)} for _ in range(chance.randint(0, 5))]
    language = {"language": "fr"} if number % 4 == 3 else {}
    return resolution(f"A/RES/70/{number}", *rows, title=text(chance), **language)


@pytest.fixture(scope="module")
def backend(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WhooshBackend]:
    """Create an index of three segments with deleted documents."""
    made = WhooshBackend(str(tmp_path_factory.mktemp("engine") / "index"), create=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(writing, "LARGER", 0)  # nothing is merged
        for some in (range(20), range(20, 30), range(28, 36)):
            fill(made, *(drawn(some.start, number) for number in some))
        made.remove("A/RES/70/5")
        made.commit()
    assert len(made.snapshot().segments) == 3
    yield made
    made.close()


# Stock Whoosh's view

TREES: list[Node] = [
    Word("text", "peace"),
    Stem("text", "reports"),
    And((Word("text", "peace"), Stem("text", "waters"))),
    Or((Word("text", "of"), Word("text", "états"), Word("text", "联"))),
    And((Word("text", "the"), Not(Word("text", "peace")))),
    Phrase("text", ("secretary", "general")),
    Phrase("text", ("peace", "of")),
    Prefix("text", "wat"),
    Wildcard("text", "*er*"),
]


@pytest.mark.parametrize("tree", TREES, ids=str)
def test_stock_whoosh_opens_it_and_finds_the_same(backend: WhooshBackend, tree: Node) -> None:
    with open_dir(backend.place).searcher() as searcher:
        stock = {h.docnum: h.score for h in searcher.search(whoosh_tree(tree), limit=None)}
    docs, scores = matches(backend.snapshot(), tree)
    assert docs.tolist() == sorted(stock)
    assert len(docs)
    # Stock Whoosh scores a NOT as 1, and a pattern by the words that it matches.
    if not isinstance(tree, (Prefix, Wildcard)) and "NOT" not in str(tree):
        assert scores == pytest.approx([stock[doc] for doc in docs.tolist()], rel=1e-6)


def test_an_index_names_two_modules_which_stay_where_they_are(backend: WhooshBackend) -> None:
    """Stock Whoosh imports what a table of contents names, in indexes of former versions too."""
    (table,) = Path(backend.place).glob("*.toc")

    named = set(re.findall(rb"searchapp(?:\.\w+)+", table.read_bytes()))

    assert named == {b"searchapp.backends.whoosh.codec", b"searchapp.backends.whoosh.schema"}


def test_stock_whoosh_reads_terms_lengths_lines_and_columns(backend: WhooshBackend) -> None:
    snapshot = backend.snapshot()
    with open_dir(backend.place).reader() as reader:
        assert reader.doc_count_all() == snapshot.size
        assert reader.doc_count() < snapshot.size
        assert {b"peace", "états".encode()} & set(reader.lexicon("text")) == {b"peace"}
        assert b"etats" in reader.lexicon("text")
        assert b"report" in reader.lexicon("stem")
        assert reader.doc_frequency("text", "peace") == snapshot.frequency("text", b"peace")
        assert reader.frequency("text", "peace") > reader.doc_frequency("text", "peace")
        assert reader.field_length("title") > reader.max_field_length("title") >= 1
        (first, *_) = reader.leaf_readers()
        assert first[0].column_reader("above")[0] == 0
        stored = [fields["json"] for fields in reader.all_stored_fields()]
        assert all(line.startswith(b"{") for line in stored)
        assert len(stored) == reader.doc_count()
        title = reader.postings("title", "peace")
        headers = {int(n) for s in snapshot.parts for n in s.segment.first[:-1] + s.base}
        assert set(title.all_ids()) <= headers
        assert reader.term_info("lang", "fr").doc_frequency() > 0


def test_stock_policies_merge_it(tmp_path: Path) -> None:
    place = str(tmp_path / "index")
    backend = WhooshBackend(place, create=True)
    fill(backend, *HELD[:3])
    writing.Writer(Storage(place).open_index(schema=make_schema())).commit(mergetype=CLEAR)
    assert backend.count(Query.make(lang="all")) == 0


# Word weights


@pytest.mark.parametrize("word", ["peace", "water", "etats", "联", "of"])
def test_a_word_weighs_what_the_formula_says(backend: WhooshBackend, word: str) -> None:
    """BM25F as in Whoosh, from the texts alone: all documents count, deleted ones too."""
    snapshot = backend.snapshot()
    texts: dict[int, list[str]] = {}
    for part in snapshot.parts:
        for row in part.segment.paragraphs.tolist():
            texts[row + part.base] = words(snapshot.stored(row + part.base)["text"])
    holding = sum(word in some for some in texts.values())
    average = sum(map(len, texts.values())) / snapshot.size
    weight = math.log(snapshot.size / (holding + 1)) + 1
    docs, scores = matches(snapshot, Word("text", word))
    assert len(docs)
    for doc, score in zip(docs.tolist(), scores.tolist(), strict=True):
        often, length = texts[doc].count(word), len(texts[doc])
        norm = often + K1 * (1 - B + B * length / average)
        assert score == pytest.approx(weight * often * (K1 + 1) / norm, rel=1e-6)


def test_a_word_of_the_title_weighs_the_same_for_all_paragraphs(backend: WhooshBackend) -> None:
    hits = list(backend.scan(Query.make("title:peace")))
    assert len({(hit.key, hit.score) for hit in hits}) == len({hit.key for hit in hits}) > 3
    assert min(hit.score for hit in hits) > 0


# Words


@given(st.text(alphabet="abÉß½1_-'’ \u0301\u00ad\u200b联合\u0651ضŒ\ud800", max_size=40))
def test_what_the_writer_folds_once_are_the_words_of_analysis(printed: str) -> None:
    assert words(printed) == [token.text for token in tokens(printed)]
    assert words(printed) == [word for word in map(fold, printed_words(printed)) if word]


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("*tion", ["action", "nation"]),
        ("nation*", ["nation", "national"]),
        ("*at*", ["nation", "national", "état"]),
        ("*a*n*", ["action", "nation", "national"]),
        ("n?tion", ["nation"]),
        ("?tat", ["état"]),
        ("a*n", ["action"]),
        ("*", ["action", "nation", "national", "état"]),
        ("tion", []),
        ("*on*al", ["national"]),
    ],
)
def test_patterns_of_words(tmp_path: Path, pattern: str, found: list[str]) -> None:
    known = sorted(word.encode() for word in ("nation", "national", "action", "état"))
    path = tmp_path / "file"
    with path.open("wb") as file:
        sections.write_sections(file, lexicon_sections("text", known), {"documents": 0})
    lexicon = Lexicon(sections.SectionFile(path), "text")
    assert [lexicon.texts[n] for n in lexicon.like(pattern).tolist()] == found


def test_the_example_in_the_docs_is_what_is_written() -> None:
    docs = (Path(__file__).parents[1] / "docs" / "engine.md").read_text("utf-8")
    lines = [line for line in docs.splitlines() if line.startswith("    text.")]
    columns = [re.split(r"  +", line.strip(), maxsplit=1) for line in lines]
    said = {name: re.split(r" {3,}(?=[a-z])", shown)[0].split() for name, shown in columns}

    words = np.array([1, 0, 1, 2, 1])
    made = dict(word_sections("text", [b"and", b"peace", b"the"], words, np.array([0, 3, 5])))

    assert list(said) == list(made)
    assert "".join(said.pop("text.terms")) == "and⏎peace⏎the⏎"
    assert bytes(made.pop("text.terms")) == b"and\npeace\nthe\n"
    # an empty result here is only explained
    assert {name: said[name] for name in said if made[name].size} == {
        name: [str(number) for number in numbers] for name, numbers in made.items() if numbers.size
    }


def test_a_field_is_a_resolutions_where_its_values_are() -> None:
    of_resolutions = {field.name for field in FIELDS if field.of == "resolution"}
    assert of_resolutions == set(resolution_values(Resolution()))
    assert {field.name for field in FIELDS} - of_resolutions == set(
        paragraph_values(Paragraph("#op1"), english=True)
    )
    sources = {field.source for field in FIELDS if field.kind == "stemmed"}
    assert sources == {field.name for field in FIELDS if field.kind == "text"}


# Written files


def shown(backend: WhooshBackend) -> list[Any]:
    """Return the whole answers of an index to some queries."""
    asked = ("", "peace", '"of the"~2', "wat*", "title:peace", "NOT water")
    found = [backend.search(Query.make(words, lang="all", limit="100")) for words in asked]
    return [
        (
            {**results_json(results), "took_ms": 0},
            [(hit.paragraph.id, hit.chapeau, hit.children) for hit in results.hits],
        )
        for results in found
    ]


def test_flushing_and_merging_change_no_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = WhooshBackend(str(tmp_path / "whole"), create=True)
    fill(whole, *(drawn(1, number) for number in range(30)))
    monkeypatch.setattr(writing, "FLUSH", 20)  # words
    pieces = WhooshBackend(str(tmp_path / "pieces"), create=True)
    for number in (3, 4, 29):  # replaced below, in the same transaction and in a later one
        pieces.add(drawn(2, number))
    fill(pieces, *(drawn(1, number) for number in range(12)))
    fill(pieces, *(drawn(1, number) for number in range(10, 30)))
    assert shown(pieces) == shown(whole)
    (segment,) = pieces.snapshot().segments
    assert segment.size == whole.snapshot().size  # the replaced resolutions are gone from the files
    assert [*segment.lexicon("stem")] == [*whole.snapshot().segments[0].lexicon("stem")]
    assert pieces.check() == []


@pytest.mark.parametrize("before", [1, 254, 255, 256, 511, 512, 70_000])
def test_words_far_inside_a_long_text_are_found(tmp_path: Path, before: int) -> None:
    """Positions within a row are bytes; larger ones are in an overflow table."""
    patient = Settings(query_seconds=300)
    backend = WhooshBackend(str(tmp_path / "index"), create=True, settings=patient)
    text = "rest " * before + "blue green, a red " + "rest " * 300
    for symbol in ("T/1", "T/2", "T/1"):  # replaced, and merged
        fill(backend, resolution(symbol, {"text": "green blue"}, {"text": text}))

    for there in ('"blue green"', '"blue a red"~1', '"green a red rest"', '"rest blue"'):
        assert found(backend, there, sort="symbol") == "T/1#op2 T/2#op2", there
    for nowhere in ('"green blue red"~3', '"blue red"~1', '"blue blue"', '"red rest blue"'):
        assert found(backend, nowhere) == "", nowhere
    assert backend.check() == []


def test_small_commits_leave_few_segments(tmp_path: Path) -> None:
    backend = WhooshBackend(str(tmp_path / "index"), create=True)
    for number in range(30):
        fill(backend, drawn(1, number % 25))
        assert len(backend.snapshot().segments) <= writing.MAX_SEGMENTS
    assert backend.count(Query.make(lang="all")) == sum(
        len(drawn(1, number).paragraphs) for number in range(25)
    )


def test_a_reader_keeps_what_a_merge_removes(tmp_path: Path) -> None:
    place = str(tmp_path / "index")
    writer, reader = WhooshBackend(place, create=True), WhooshBackend(place)
    fill(writer, drawn(1, 1), drawn(1, 2))
    snapshot = reader.snapshot()
    before = [snapshot.stored(doc) for doc in range(snapshot.size)]
    for number in range(3, 12):
        fill(writer, drawn(1, number))
    assert snapshot.segments[0].file.path.exists() is False
    assert [snapshot.stored(doc) for doc in range(snapshot.size)] == before
    assert reader.count(Query.make(lang="all")) == writer.count(Query.make(lang="all"))


def test_threads_share_a_snapshot_whose_caches_are_full(tmp_path: Path) -> None:
    place = str(tmp_path / "index")
    made = WhooshBackend(place, create=True)
    fill(made, *(drawn(1, number) for number in range(25)))
    expected = shown(made)
    small = WhooshBackend(place, cache=5_000)
    with ThreadPoolExecutor(4) as pool:
        assert all(found == expected for found in pool.map(lambda _: shown(small), range(8)))


def test_a_setting_bounds_what_is_kept(place: str) -> None:
    backend = WhooshBackend(place, settings=Settings(cache=0))
    segment = backend.snapshot().segments[0]
    assert segment.stored(1) == segment.stored(1)
    assert segment.stored(1) is not segment.stored(1)
    assert shown(backend) == shown(WhooshBackend(place, cache=1 << 20))


def test_parts_of_a_cache_keep_the_same_key_apart() -> None:
    one, other = (Share(cache) for cache in [Cache(10_000)] * 2)
    assert [one.get("key", lambda: 1), other.get("key", lambda: 2), one.get("key", lambda: 3)] == [
        *(1, 2, 1)
    ]


def test_a_cache_counts_what_a_view_keeps_alive() -> None:
    cache, mapped = Cache(10_000), np.frombuffer(bytes(9_000), np.uint8)
    for number in range(5):  # of 4,000 bytes each
        cache.get(number, lambda: np.flatnonzero(np.ones(500, dtype=bool)))
    assert [isinstance(cache.get(n, str), str) for n in (0, 4)] == [True, False]

    for number in range(10, 15):  # mapped files take no cache
        cache.get(number, lambda: mapped[:8_000])
    assert [isinstance(cache.get(n, str), str) for n in (10, 14)] == [False, False]


def test_a_cache_gives_up_the_oldest() -> None:
    cache, made = Cache(10_000), []

    def make(number: int) -> Any:
        made.append(number)
        return np.zeros(1_000, np.uint8)

    for number in (1, 2, 1, 3, 4, 1, 5, 6, 7, 1, 2):
        cache.get(number, lambda number=number: make(number))  # type: ignore[misc]
    assert made == [1, 2, 3, 4, 5, 6, 7, 2]


# Durability


@pytest.fixture
def place(tmp_path: Path) -> str:
    return written(str(tmp_path / "index"))


def test_leftovers_of_a_kill_are_removed_by_the_next_writer(place: str) -> None:
    names = sorted(path.name for path in Path(place).iterdir())
    for name in ("MAIN_0abc.seg", "_MAIN_9.toc.1700000000.5", "notes.txt"):
        Path(place, name).write_bytes(b"begun")
    writer = WhooshBackend(place)
    writer.remove("nothing")
    writer.close()
    assert sorted(path.name for path in Path(place).iterdir()) == sorted([*names, "notes.txt"])


def test_only_records_of_segments_are_unpickled(place: str) -> None:
    record, *_ = TOC.read(Storage(place), "MAIN", schema=make_schema()).segments
    assert pickle.loads(pickle.dumps(record)).doc_count_all() == record.doc_count_all() > 0


def test_the_words_of_other_languages_have_no_stems() -> None:
    draft = writing.Draft()
    for language, word in (("en", "reports"), ("fr", "rapports"), ("en", "waters")):
        draft.add({"doc": "header", "lang": language, "json": b"{}"})
        draft.add({"doc": PARAGRAPH, "text": word, "json": b"{}"})
    terms = bytes(dict(draft.sections())["stem.terms"])
    assert terms == b"report\nwater\n"
    assert dict(stem_sections("s", [(stem("waters").encode(), 2)]))["s.word"].tolist() == [2]
