"""The resolutions that most contract tests search (all texts are invented), and short helpers."""

from __future__ import annotations

from typing import Any

from searchapp.backends import open_backend
from searchapp.model.resolution import Resolution
from searchapp.model.source import Source
from searchapp.query.query import Query
from searchapp.search.backend import Backend
from searchapp.search.results import FacetResult

Row = dict[str, Any]


def resolution(symbol: str | None, *rows: Row, **known: Any) -> Resolution:
    """Return a resolution with paragraphs op1, op2, … unless their rows name them otherwise.

    A row's `at` is the part of its id after "#", and `above` that of the paragraph above it.
    """
    key = f"{symbol}@{known['language']}" if "language" in known else symbol or "x"
    return Resolution.from_json(
        {
            "symbol": symbol,
            "paragraphs": [_paragraph(key, n, dict(row)) for n, row in enumerate(rows, 1)],
            **known,
        }
    )


def _paragraph(key: str, n: int, row: Row) -> Row:
    name = f"{key}#{row.pop('at', f'op{n}')}"
    parent = f"{key}#{row.pop('above')}" if "above" in row else None
    return {"id": name, "kind": "operative", "parent": parent, **row}


def texts(**named: str) -> Resolution:
    """Return a resolution with these texts; a name is the part of an id after "#"."""
    return resolution("T", *({"at": name, "text": text} for name, text in named.items()))


def written(place: str) -> str:
    """Write an index with all resolutions and a ledger line; return its place."""
    made = open_backend(place, create=True)
    fill(made, *HELD)
    made.record(Source("a.xml", "1"))
    made.commit()
    made.close()
    return made.place


def fill(backend: Backend, *resolutions: Resolution) -> None:
    """Add resolutions and commit."""
    for held in resolutions:
        backend.add(held)
    backend.commit()


def found(backend: Backend, words: str = "", **filters: Any) -> str:
    """Return a page's hits in their order, abbreviated: "79/144#op2 69/28@fr#op1"."""
    hits = backend.search(Query.make(words, **filters)).hits
    return " ".join(hit.paragraph.id.removeprefix("A/RES/") for hit in hits)


def names(backend: Backend, words: str, **filters: Any) -> str:
    """Return the hits as the part of each id after "#", in printed order: "accent hyphen"."""
    return found(backend, words, sort="symbol", limit="100", **filters).replace("T#", "")


def facet(backend: Backend, name: str, words: str = "", **filters: Any) -> FacetResult:
    """Return one facet of a search."""
    result = backend.search(Query.make(words, **filters)).facet(name)
    assert result is not None, f"no facet {name}"
    return result


def counted(backend: Backend, name: str, words: str = "", **filters: Any) -> dict[str, int]:
    """Return the values of a facet in their order, each with its count."""
    return {v.value: v.count for v in facet(backend, name, words, **filters).values}


OCEANS = "A/RES/79/144"
CYBER = "A/RES/69/28"
OLD = "A/RES/2099(XX)"
SPECIAL = "A/RES/S-26/2"
COUNCIL = "S/RES/2577(2021)"

HELD = (
    resolution(
        OCEANS,
        {
            "at": "pp1",
            "text": "Recalling its resolution 69/28 of 2 December 2014,",
            "kind": "preambular",
            "verb": "recalling",
            "cites": [{"symbol": CYBER}],
        },
        {
            "text": "Takes note with appreciation of the report of the Secretary-General;",
            "at": "op1",
            "verb": "takes note with appreciation",
            "head": "takes note",
        },
        {
            "text": "Invites all Member States to protect the oceans, and requests a report:",
            "at": "op2",
            "verb": "invites",
            "verbs": ["invites", "requests"],
            "addressees": ["Member States"],
        },
        {
            "text": "Coral reefs of all States,",
            "at": "op2a",
            "above": "op2",
            "verb": "invites",
            "inherited": True,
        },
        {"text": "Red coral", "at": "op2ai", "above": "op2a", "verb": "invites"},
        {"text": "The fish, and the fishing, shall be counted", "at": "annex1-1", "kind": "annex"},
        session="79",
        year=2024,
        adopted="2024-12-12",
        body="ga",
        origin="plenary",
        title="Oceans and the law of the sea",
        agenda_items=["75 (a)"],
        subjects=["LAW OF THE SEA", "FISHERIES, MARINE"],
        vote={"for": 152, "against": 1, "abstaining": 2},
    ),
    resolution(
        CYBER,
        {
            "text": "Calls upon Member States to consider existing and potential threats;",
            "verb": "calls upon",
            "addressees": ["Member States"],
        },
        {
            "text": "Requests the Secretary-General to report; requests a report;",
            "verb": "requests",
            "addressees": ["Secretary-General"],
            "notes": [{"mark": "1", "text": "See A/65/201 on threats"}],
        },
        {"text": "Takes note of Côte d’Ivoire;", "verb": "takes note", "head": "takes note"},
        session="69",
        year=2014,
        adopted="2014-12-02",
        body="ga",
        origin="First Committee",
        title="Developments in the field of information",
        agenda_items=["9", "91"],
        subjects=["INFORMATION"],
    ),
    resolution(
        CYBER,
        {"text": "Demande aux États Membres un rapport", "verb": "demande"},
        language="fr",
        session="69",
        year=2014,
        adopted="2014-12-02",
        body="ga",
        title="Progrès de l’information",
    ),
    resolution(
        CYBER,
        {"text": "请会员国提出报告", "verb": "请"},
        language="zh",
        session="69",
        year=2014,
        adopted="2014-12-02",
        body="ga",
    ),
    # without a day, and without a year
    resolution(
        OLD,
        {"text": "Technical assistance 1.5 3,000", "at": "u1", "kind": "unclassified"},
        session="20",
        body="ga",
    ),
    resolution(
        SPECIAL,
        {"text": "Decides to fight HIV/AIDS, not to wait", "verb": "decides"},
        session="S-26",
        year=2001,
        adopted="2001-06-27",
        body="ga",
        origin="plenary",
    ),
    # a Security Council resolution: no session
    resolution(
        COUNCIL,
        {"text": "Decides to extend the mandate", "verb": "decides"},
        year=2021,
        adopted="2021-05-28",
        body="sc",
    ),
)
