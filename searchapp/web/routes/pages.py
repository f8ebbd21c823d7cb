"""The start page, coverage, help, and the health check."""

from __future__ import annotations

from dataclasses import asdict

from flask import Blueprint, Response, current_app, render_template
from flask.typing import ResponseReturnValue

from ...errors import SearchAppError
from ...exports.to_json import json_text
from ...query.choices import written
from ...query.facets import FACETS
from ...query.query import Query
from ...query.tree import Stem
from ..shared.addresses import words_url
from ..shared.opened_index import Holdings, backend, body_name, holdings
from ..shared.pool_routing import HEALTH, answered_by
from ..shared.template_filters import languages, reach
from ..views.facet_form import values_url

blueprint = Blueprint("pages", __name__)
_JSON = "application/json"
_VERBS = 8  # operative verbs on the start page

EXAMPLES = (
    ("invites “all member states”", "an exact phrase with its verb"),
    ("verb:decides “provisional agenda” session:75..80", "items that return to the agenda"),
    ("requests “report to the General Assembly”", "requests for reports"),
    ("type:preambular recogniz*", "recognitions in the preamble"),
)
LANGUAGE = (
    ("lighthouses harbours", "both words, in any form: lighthouse, harbour, harbours"),
    ("“all member states”", "exactly these words, in this order"),
    ("lighthouse OR harbour", "either word; write OR in capitals"),
    ("invites -requests", "the first word but not the second; the same as NOT requests"),
    ("harbo*", "words that begin with these letters"),
    ("*tion", "words that end with these letters"),
    ("“member states consider”~5", "in this order, with at most five other words between them"),
    (r'to:"the \"Quartet\""', r"\ keeps a quotation mark inside quotes"),
)
PRECEDENCE = (
    ("states lamps OR harbours", "(states lamps) OR harbours", "adjacent words bind before OR"),
    ("states AND lamps", "states lamps", "AND is optional"),
    ("states NOT lamps harbours", "states (NOT lamps) harbours", "NOT applies to one word only"),
    ("-(lamps OR harbours) states", "states -lamps -harbours", "or to a whole bracket"),
    ("secretary-general", "“secretary general”", "a word with punctuation in it is a phrase"),
    ("title:lamps states", "(title:lamps) states", "a field applies to one word or phrase"),
)
FIELDS = (
    ("symbol:69/28", "paragraphs of one resolution, in any spelling of its symbol"),
    ("title:lighthouses", "words in the resolution's title"),
    ("session:75..80", "one session or a range; special sessions as S-26"),
    ("year:2010..2025", "year of adoption or a range; 2010.. has no end"),
    ("adopted:2023-12-01..2023-12-31", "date of adoption or a range"),
    ("type:operative", "operative, preambular, annex or unclassified"),
    ("verb:“calls upon”", "the canonical verb that begins the paragraph"),
    ("head:“takes note”", "a verb with its variants, such as takes note with appreciation"),
    ("body:ga", "ga, sc, ecosoc or hrc"),
    ("cites:69/28", "paragraphs that cite a resolution"),
    ("to:“Member States”", "paragraphs addressed to someone"),
    ("note:report", "words in footnotes"),
)


@blueprint.get("/")
def home() -> str:
    """Render the start page: the search box, examples, verbs and coverage."""
    verbs = operative_verbs()
    return render_template(
        "home.html",
        examples=linked(EXAMPLES),
        verbs=[
            (verb, words_url("", type="operative", verb=written(verb)), number)
            for verb, number in verbs[:_VERBS]
        ],
        verb_count=len(verbs),
        verbs_url=values_url("verb", Query.make(type="operative")),
        holdings=holdings(),
        rows=coverage_rows(holdings()),
    )


@blueprint.get("/coverage")
def coverage() -> str:
    """Render the coverage by body and language, and the files that could not be read."""
    return render_template("coverage.html", holdings=holdings(), rows=coverage_rows(holdings()))


@blueprint.get("/coverage.json")
def coverage_json() -> ResponseReturnValue:
    """Return the coverage as JSON."""
    held = holdings()
    data = {
        "resolutions": held.resolutions,
        "paragraphs": held.paragraphs,
        "indexed": held.indexed,
        "sample": held.sample,
        "files": held.files,
        "failures": [{"path": s.shown, "failure": s.failure} for s in held.failures],
        "notes": held.notes,
        "coverage": [asdict(row) for row in held.coverage],
    }
    return Response(json_text(data), mimetype="application/json")


@blueprint.get("/help")
def help_page() -> str:
    """Render the help, with an example of every part of the query language."""
    return render_template(
        "help.html",
        language=linked(LANGUAGE),
        precedence=[(*map(words_link, pair[:2]), pair[2]) for pair in PRECEDENCE],
        fields=linked(FIELDS),
        facets=FACETS,
    )


@blueprint.get("/help.json")
def help_json() -> ResponseReturnValue:
    """Return the query language as JSON: examples, their meanings, and the facets."""
    data = {
        "language": [{"words": words, "meaning": meaning} for words, meaning in LANGUAGE],
        "precedence": [
            {"words": words, "read_as": meant, "because": why} for words, meant, why in PRECEDENCE
        ],
        "fields": [{"words": words, "meaning": meaning} for words, meaning in FIELDS],
        "facets": [{"name": facet.name, "title": facet.title} for facet in FACETS],
    }
    return Response(json_text(data), mimetype=_JSON)


@blueprint.get("/healthz")
@answered_by(HEALTH)
def healthz() -> ResponseReturnValue:
    """Return 200 if the index answers a search, else 503; `notes` list what is out of date."""
    try:
        backend().count(Query(where=Stem("text", "the")))
        notes = holdings().notes
    except Exception as error:  # noqa: BLE001 - any failure means that the index is down
        current_app.logger.warning("The index does not answer: %r", error)
        sentence = str(error) if isinstance(error, SearchAppError) else "The index is failing."
        return Response(json_text({"status": "error", "error": sentence}), 503, mimetype=_JSON)
    return Response(json_text({"status": "ok", "notes": notes}), mimetype=_JSON)


def operative_verbs() -> list[tuple[str, int]]:
    """Return the lead verbs of operative paragraphs, the most frequent first."""
    counts = backend().counts(Query.make(type="operative"), "verb")
    named = [(key[0], number) for key, number in counts.items() if key[0]]
    return sorted(named, key=lambda pair: (-pair[1], pair[0]))


def coverage_rows(held: Holdings) -> list[tuple[str, str, str, int, int]]:
    """Return body, language, sessions and years, resolutions and paragraphs, largest first."""
    rows = sorted(held.coverage, key=lambda row: -row.resolutions)
    return [
        (body_name(row.body), languages(row.language), reach(row), row.resolutions, row.paragraphs)
        for row in rows
    ]


def words_link(words: str) -> tuple[str, str]:
    """Return words with the URL of their search."""
    return words, words_url(words)


def linked(examples: tuple[tuple[str, str], ...]) -> list[tuple[str, str, str]]:
    """Return examples with the URLs of their searches."""
    return [(words, words_url(words), meaning) for words, meaning in examples]
