"""The statements of the help page about the query language are true."""

from __future__ import annotations

from itertools import chain, combinations

import pytest
from simple import SimpleBackend

from searchapp.model.resolution import Resolution
from searchapp.query.query import Query
from searchapp.web.routes.pages import FIELDS, LANGUAGE, PRECEDENCE

WORDS = ["states", "lamps", "harbours", "general secretary", "secretary general"]


@pytest.fixture(scope="module")
def backend() -> SimpleBackend:
    """Index two resolutions with a paragraph for each subset of the words; one title has a word."""
    made = SimpleBackend("help")
    choices = list(chain.from_iterable(combinations(WORDS, n) for n in range(len(WORDS) + 1)))
    for symbol, title in (("A/RES/79/1", "Lamps"), ("A/RES/79/2", "Other things")):
        rows = [{"id": f"{symbol}#u{n}", "text": " ".join(c)} for n, c in enumerate(choices)]
        made.add(Resolution.from_json({"symbol": symbol, "title": title, "paragraphs": rows}))
    made.commit()
    return made


def found(backend: SimpleBackend, words: str) -> set[str]:
    return {hit.paragraph.id for hit in backend.scan(Query.make(words))}


@pytest.mark.parametrize(("written", "meant", "_"), PRECEDENCE)
def test_what_binds_closer(backend: SimpleBackend, written: str, meant: str, _: str) -> None:
    assert found(backend, written) == found(backend, meant)
    assert 0 < len(found(backend, written)) < 2 * 2 ** len(WORDS)


def test_brackets_make_a_difference(backend: SimpleBackend) -> None:
    assert found(backend, "states (lamps OR harbours)") != found(
        backend, "states lamps OR harbours"
    )
    assert found(backend, "(NOT lamps harbours)") != found(backend, "NOT (lamps harbours)")


@pytest.mark.parametrize("words", [words for words, _ in (*LANGUAGE, *FIELDS)])
def test_every_example_can_be_read(backend: SimpleBackend, words: str) -> None:
    assert found(backend, words) <= found(backend, "NOT nothing")
