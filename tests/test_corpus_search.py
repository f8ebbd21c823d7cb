"""Real resolutions through the whole pipeline: totals equal a plain count over the parsed texts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from corpus import CORPUS, needs_corpus

from searchapp.backends import open_backend
from searchapp.ingest import pipeline
from searchapp.model.resolution import Paragraph, Resolution
from searchapp.parsing import parse
from searchapp.query.query import Query
from searchapp.readers import read
from searchapp.search.backend import Backend
from searchapp.text.analysis import words

pytestmark = [pytest.mark.corpus, needs_corpus]
PHRASE = "invites all member states".split()
Rows = list[tuple[Resolution, Paragraph]]


@pytest.fixture(scope="module")
def files() -> list[Path]:
    """Return every eighth file of the corpus, and the seeds."""
    akn = sorted((CORPUS / "akn").rglob("*.xml"))[::8]
    return [*akn, *sorted((CORPUS / "seeds").iterdir())]


@pytest.fixture(scope="module")
def rows(files: list[Path]) -> Rows:
    held = [r for path in files for document in read(path) for r in parse(document)]
    return [(r, p) for r in held for p in r.paragraphs]


@pytest.fixture(scope="module")
def backend(files: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backend]:
    place = open_backend(str(tmp_path_factory.mktemp("corpus") / "index"), create=True)
    report = pipeline.index(files, place)
    assert (report.failed, report.losers) == ([], [])
    yield place
    place.close()


def has_phrase(paragraph: Paragraph) -> bool:
    found = words(paragraph.text)
    return any(found[i : i + len(PHRASE)] == PHRASE for i in range(len(found)))


@pytest.mark.parametrize(
    ("filters", "keeps"),
    [
        ({}, lambda r, p: True),
        ({"type": "operative"}, lambda r, p: p.kind == "operative"),
        ({"year": "2021"}, lambda r, p: r.year == 2021),
        ({"session": "78"}, lambda r, p: r.session == "78"),
        ({"verb": "invites"}, lambda r, p: p.verb == "invites"),
        ({"verb": "-invites"}, lambda r, p: p.verb != "invites"),
    ],
)
def test_total_is_a_plain_count(
    backend: Backend,
    rows: Rows,
    filters: dict[str, str],
    keeps: Callable[[Resolution, Paragraph], bool],
) -> None:
    expected = [(r, p) for r, p in rows if has_phrase(p) and keeps(r, p)]
    results = backend.search(Query.make('"invites all member states"', **filters))
    assert results.total == len(expected)
    assert results.resolutions == len({r.key for r, _ in expected})


def test_every_paragraph_is_held_unchanged(backend: Backend, rows: Rows) -> None:
    held = {hit.paragraph.id: hit.paragraph for hit in backend.scan(Query.make("", lang="all"))}
    assert held == {p.id: p for _, p in rows}
