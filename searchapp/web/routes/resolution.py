"""The page of a resolution, and its JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from ...errors import QueryError
from ...exports.to_json import json_text
from ...model.resolution import Resolution
from ...query.choices import written
from ...query.facets import BY_NAME
from ...query.query import Query
from ...query.tree import Value
from ...text.wording import counted
from ...un.symbols import BODIES, display, parse_symbol
from ..shared.addresses import official_of, official_url, resolution_url, words_url
from ..shared.error_pages import answer
from ..shared.opened_index import backend, conditional, is_sample
from ..shared.settings import settings_of
from ..shared.template_filters import languages
from ..views import side_by_side
from ..views.cited_by import Citing, find_citing
from ..views.outline import Marks, Outline, ordinal_session, outline, side_label
from ..views.recurring import find_series
from ..views.related import Link, Related, find_related

blueprint = Blueprint("resolutions", __name__)
_VOTES = {"for": "in favour", "against": "against", "abstaining": "abstaining"}
_FOLDED = {
    "Sponsors": (3, "sponsor"),
    "Cites": (6, "resolution"),
}  # the most values that are shown unfolded, and their noun


@dataclass(frozen=True, slots=True)
class Fact:
    """A line about the resolution; each of its values may be a link.

    `folded` is the summary of a long line.
    """

    name: str
    values: tuple[Link, ...]
    date: str = ""
    folded: str = ""


@dataclass(frozen=True, slots=True)
class VoteCount:
    """The number of votes of one kind, and the voting States if they are known."""

    label: str
    number: int
    states: tuple[str, ...]


@blueprint.get("/resolutions/<key:key>")
@conditional
def page(key: str) -> ResponseReturnValue:
    """Render the whole text with its matches; redirect other spellings of a symbol."""
    resolution = backend().resolution(key)
    if resolution and request.args.get("beside"):
        return side_by_side.page(key, resolution, words(), marks(resolution) or {})
    if resolution:
        return whole_text(key, resolution)
    if key.endswith(".json"):
        return as_json(key.removesuffix(".json"))
    if held := find_key(key):
        return redirect(resolution_url(held, words()))
    return answer_not_found(key)


def as_json(key: str) -> ResponseReturnValue:
    """Return the resolution as JSON."""
    if resolution := backend().resolution(key):
        return Response(json_text(resolution.to_json()), mimetype="application/json")
    if held := find_key(key):
        return redirect(resolution_url(f"{held}.json"))
    return answer_not_found(key)


def whole_text(key: str, resolution: Resolution) -> str:
    """Render the page of a resolution."""
    around = find_related(resolution)
    found = marks(resolution)
    text = outline(resolution, found or {}, around.cited)
    cited_by = find_citing(resolution)
    symbol = display(resolution.symbol or "No symbol")
    return render_template(
        "resolution.html",
        resolution=resolution,
        symbol=symbol,
        title=f"{symbol}: {resolution.title or 'without a title'}",
        words=words(),
        found=[(side_label(view), view.anchor) for view in text.found],
        matching=matching(found),
        text=text,
        preamble_open=is_preamble_open(text),
        enacting=enacting(resolution),
        facts=list(facts(resolution, around, cited_by)),
        vote=votes(resolution),
        official=None if is_sample(resolution) else official_url(resolution),
        sample=is_sample(resolution),
        json_url=resolution_url(f"{key}.json"),
        permalink=resolution_url(key, external=True),
        back_url=words_url(words()) if words() else "",
        cited_by=cited_by,
        series=find_series(resolution, key),
        beside=list(side_by_side.choices(key, words(), around.others, ())),
    )


def answer_not_found(key: str) -> Response:
    """Return 404 with two ways on: the search, and the official document if it is a symbol."""
    symbol, language = split_key(key)
    spelt = parse_symbol(symbol)
    name = display(spelt.text) if spelt else symbol
    return answer(
        404,
        f"{name} is not in this index.",
        title="Not in this index",
        words=name,
        official=official_of(symbol, language),
        official_name=name,
    )


def find_key(key: str) -> str | None:
    """Return the key for another spelling of an indexed resolution's symbol, or None."""
    symbol, language = split_key(key.rstrip("/"))
    spelt = parse_symbol(symbol)
    if spelt is None:
        return None
    used = spelt.text if language == "en" else f"{spelt.text}@{language}"
    return None if used == key or backend().anchors(used) is None else used


def split_key(key: str) -> tuple[str, str]:
    """Return a key's symbol and language."""
    symbol, _, language = key.partition("@")
    return symbol, language or "en"


def words() -> str:
    """Return the words of the search that led here."""
    return " ".join(request.args.getlist("q")).strip()


def marks(resolution: Resolution) -> Marks | None:
    """Return the marks of the paragraphs that match the words, by paragraph id.

    None for words that are not a valid query: the text is worth showing without marks.
    """
    if not words():
        return {}
    try:
        asked = Query.from_args([("q", words())])
        here = replace(asked, lang=resolution.language, where=Value("key", resolution.key))
        return {hit.paragraph.id: hit.marks for hit in backend().scan(here)}
    except QueryError:
        return None


def matching(found: Marks | None) -> str:
    """Describe the matches of the search that led here; "" without a search."""
    if not words():
        return ""
    if found is None:
        return "Your search could not be understood, so no matches are marked."
    return counted(len(found), "matching paragraph") if found else "No match in this resolution."


def is_preamble_open(text: Outline) -> bool:
    """Return whether the preamble is open: by setting, for a match, or as the whole text."""
    setting = settings_of().preamble_open
    return setting or text.preamble_found > 0 or not text.sections


def enacting(resolution: Resolution) -> str:
    """Return the line that opens the text, which is not a paragraph and so is not stored."""
    kinds = {paragraph.kind for paragraph in resolution.paragraphs}
    body = BODIES.get(resolution.body or "")
    if resolution.language != "en" or body is None or not kinds & {"preambular", "operative"}:
        return ""
    return f"The {body}"


def facts(resolution: Resolution, around: Related, by: Citing | None) -> Iterator[Fact]:
    """Yield the lines about a resolution, without unknown ones."""
    r = resolution
    if r.adopted:
        yield Fact("Adopted", plain(r.meeting), r.adopted)
    elif r.year:
        yield Fact("Year", plain(str(r.year)))
    for name, links in (
        ("Session", (*session(r), *plain(agenda(r)))),
        ("Origin", plain(origin(r))),
        ("Draft", plain(r.draft)),
        ("Sponsors", tuple(Link(sponsor) for sponsor in r.sponsors)),
        ("Language", plain("" if r.language == "en" else languages(r.language))),
        ("Also in", around.languages),
        ("Corrects", around.corrects),
        ("Corrigenda", around.corrigenda),
        ("Cites", tuple(around.cited.values())),
        ("Cited by", by.newest if by else ()),
        ("Inferred", plain(", ".join(name for name in r.inferred if name != "vote"))),
    ):
        if links:
            yield Fact(name, links, folded=folded(name, len(links)))


def folded(name: str, number: int) -> str:
    """Return the summary of a line that has too many values to be unfolded; else ""."""
    most, noun = _FOLDED.get(name, (number, ""))
    return counted(number, noun) if number > most else ""


def session(resolution: Resolution) -> tuple[Link, ...]:
    """Return the session in words, with a link to all its indexed paragraphs."""
    if not resolution.session:
        return ()
    url = words_url("", session=written(resolution.session))
    return (Link(ordinal_session(resolution.session), url),)


def agenda(resolution: Resolution) -> str:
    """Return the agenda items in words."""
    items = resolution.agenda_items
    if not items:
        return ""
    return f"agenda item{'s' if len(items) > 1 else ''} {' and '.join(items)}"


def origin(resolution: Resolution) -> str:
    """Return the committee, or the plenary, and its report."""
    r = resolution
    name = BY_NAME["origin"].label(r.origin or "")
    return ", ".join(filter(None, (name, r.report and f"report {r.report}")))


def plain(text: str | None) -> tuple[Link, ...]:
    """Return a value without a link, or nothing."""
    return (Link(text),) if text else ()


def votes(resolution: Resolution) -> list[VoteCount]:
    """Return the vote; States are counted if they are listed."""
    vote = resolution.vote or {}
    return [_vote(_VOTES.get(name, name), value) for name, value in vote.items()]


def _vote(label: str, value: Any) -> VoteCount:
    if isinstance(value, list):
        return VoteCount(label, len(value), tuple(str(state) for state in value))
    return VoteCount(label, value if isinstance(value, int) else 0, ())
