"""Round trips: every field, through JSON lines and through the index."""

import json
import tempfile
from pathlib import Path
from typing import Any

import jsonschema
from hypothesis import given, settings
from hypothesis import strategies as st
from referencing import Registry, Resource

from searchapp.backends import open_backend
from searchapp.exports.results_json import results_json
from searchapp.model.document import Note
from searchapp.model.resolution import KINDS, Citation, Clause, Due, Paragraph, Resolution
from searchapp.query.query import Query
from searchapp.text.printable import printable

DOCS = Path(__file__).parent.parent / "docs"
SCHEMAS: dict[str, Any] = {
    name: json.loads((DOCS / name).read_text(encoding="utf-8"))
    for name in ("resolution.schema.json", "results.schema.json")
}
REGISTRY: Registry[Any] = Registry().with_resources(
    [(name, Resource.from_contents(schema)) for name, schema in SCHEMAS.items()]
)

# Unprintable characters are removed from a line: only texts without them are unchanged.
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40).map(printable)
maybe = st.none() | texts
many = st.lists(texts, max_size=3).map(tuple)
offsets = st.integers(0, 2**31 - 1)
clauses = st.builds(Clause, texts, texts, many, offsets, offsets)
citations = st.builds(Citation, texts, maybe, offsets, offsets)
dues = st.builds(Due, texts, maybe)
notes = st.builds(Note, texts, texts, st.none() | offsets)
paragraphs = st.builds(
    Paragraph,
    id=texts.filter(bool),
    kind=st.sampled_from(KINDS),
    number=maybe,
    level=st.integers(1, 9),
    parent=maybe,
    text=texts,
    phrase=maybe,
    verb=maybe,
    head=maybe,
    verbs=many,
    inherited=st.booleans(),
    clauses=st.lists(clauses, max_size=2).map(tuple),
    addressees=many,
    cites=st.lists(citations, max_size=2).map(tuple),
    due_sessions=st.lists(dues, max_size=2).map(tuple),
    section=maybe,
    annex=maybe,
    notes=st.lists(notes, max_size=2).map(tuple),
    basis=maybe,
)
votes = st.dictionaries(
    st.sampled_from(["for", "against", "abstaining"]), st.integers(0, 193) | st.lists(texts)
)
resolutions = st.builds(
    Resolution,
    symbol=maybe,
    language=st.sampled_from(["en", "fr", "zh", "ar"]),
    body=maybe,
    session=maybe,
    year=st.none() | st.integers(-(2**31) + 1, 2**31 - 1),
    adopted=maybe,
    title=maybe,
    agenda_items=many,
    origin=maybe,
    report=maybe,
    meeting=maybe,
    draft=maybe,
    sponsors=many,
    subjects=many,
    vote=st.none() | votes,
    part=maybe,
    source=maybe,
    hash=maybe,
    indexed=maybe,
    inferred=many,
    paragraphs=st.lists(paragraphs, max_size=4, unique_by=lambda p: p.id).map(tuple),
)


def check(data: Any, name: str) -> None:
    jsonschema.Draft202012Validator(SCHEMAS[name], registry=REGISTRY).validate(data)


@given(resolutions)
def test_a_line_of_json(resolution: Resolution) -> None:
    line = resolution.to_line()

    assert Resolution.from_line(line) == resolution
    assert Resolution.from_line(line.encode()).to_line() == line
    check(json.loads(line), "resolution.schema.json")


@settings(max_examples=40)
@given(resolutions)
def test_the_index(resolution: Resolution) -> None:
    query = Query.make(type=KINDS, lang="all", limit="100")
    with tempfile.TemporaryDirectory() as folder:
        backend = open_backend(folder, create=True)
        backend.add(resolution)
        backend.commit()
        held, page = backend.resolution(resolution.key), results_json(backend.search(query))
        backend.close()

    found = {hit["id"]: hit for hit in json.loads(json.dumps(page))["hits"]}
    given = {paragraph.id: paragraph.to_json() for paragraph in resolution.paragraphs}
    assert held == resolution
    assert {key: {name: hit[name] for name in given[key]} for key, hit in found.items()} == given
    check(page, "results.schema.json")
