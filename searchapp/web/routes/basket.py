"""The basket: paragraphs listed by address, displayed and exported; the server stores nothing.

The browser keeps the basket and sends all of it, so the input is untrusted: a list of addresses
that anyone could have pasted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import unquote

from flask import Blueprint, Response, render_template, request, url_for
from werkzeug.exceptions import RequestEntityTooLarge

from ...exports.to_csv import csv_lines
from ...exports.to_markdown import markdown_lines
from ...model.resolution import Resolution
from ...search.results import Hit
from ...text.wording import counted
from ..shared.addresses import fragment, hit_url
from ..shared.opened_index import backend, holdings
from ..views.hits import hit_view
from .search import index_note

blueprint = Blueprint("basket", __name__)
MOST = 500  # paragraphs
_LONGEST = 1000  # characters of an address


@dataclass(frozen=True, slots=True)
class Taken:
    """The resolved paragraphs in order, and the addresses that did not resolve."""

    hits: tuple[Hit, ...]
    lost: tuple[str, ...]

    @property
    def heading(self) -> tuple[str, str]:
        """The numbers of paragraphs and resolutions, with their nouns."""
        resolutions = len({hit.key for hit in self.hits})
        return counted(len(self.hits), "paragraph"), f"in {counted(resolutions, 'resolution')}"


@blueprint.get("/basket")
def empty() -> str:
    """Render the empty form."""
    return page([], None)


@blueprint.post("/basket")
def shown() -> str:
    """Render the paragraphs of the submitted addresses."""
    sent = read_addresses()
    return page(sent, look_up(sent) if sent else None)


@blueprint.post("/basket.csv")
def as_csv() -> Response:
    """Return the paragraphs as CSV, for a spreadsheet."""
    hits = look_up(read_addresses()).hits
    lines = csv_lines(hits, own_url, export_note(hits), MOST)
    return download("".join(lines), "text/csv", "basket.csv")


@blueprint.post("/basket.md")
def as_markdown() -> Response:
    """Return the citations as Markdown, for a draft."""
    hits = look_up(read_addresses()).hits
    return download(
        "".join(markdown_lines(hits, own_url, export_note(hits))), "text/markdown", "basket.md"
    )


def page(sent: list[str], found: Taken | None) -> str:
    """Render the form with the submitted addresses and the paragraphs they resolve to."""
    return render_template(
        "basket.html",
        words="",
        sent="\n".join(sent),
        most=MOST,
        example=url_for("resolutions.page", key="A/RES/79/144", _external=True) + "#op12",
        found=found,
        hits=[hit_view(hit, "") for hit in found.hits] if found else [],
        holdings=holdings(),
    )


def read_addresses() -> list[str]:
    """Read the distinct lines of the form; `RequestEntityTooLarge` for more than `MOST`."""
    lines = request.form.get("addresses", "").splitlines()
    sent = list(dict.fromkeys(line.strip()[:_LONGEST] for line in lines if line.strip()))
    if len(sent) > MOST:
        raise RequestEntityTooLarge
    return sent


def look_up(sent: list[str]) -> Taken:
    """Look up every address, reading each resolution only once."""
    keys = {key: None for key, _ in map(split_address, sent) if key}
    held = {key: hits_of(found, key) for key in keys if (found := backend().resolution(key))}
    hits, lost = [], []
    for address in sent:
        key, anchor = split_address(address)
        hit = held.get(key, {}).get(anchor)
        if hit:
            hits.append(hit)
        else:
            lost.append(address)
    return Taken(tuple(hits), tuple(lost))


def split_address(address: str) -> tuple[str, str]:
    """Return the key and anchor of an address.

    That is a URL (".../resolutions/A/RES/79/144?q=lamps#op2"), or only "A/RES/79/144#op2".
    """
    before, _, anchor = address.partition("#")
    path = before.partition("?")[0].rpartition("/resolutions/")[2]
    return unquote(path), unquote(anchor)


def hits_of(resolution: Resolution, key: str) -> Mapping[str, Hit]:
    """Return a resolution's paragraphs by anchor, each as a search would return it."""
    bare = replace(resolution, paragraphs=())
    hits: dict[str, Hit] = {}
    for paragraph, above, below in resolution.placed():
        hit = Hit(paragraph, bare, key, chapeau=above, children=below)
        hits.setdefault(fragment(paragraph), hit)
    return hits


def own_url(hit: Hit) -> str:
    """Return a hit's absolute URL."""
    return hit_url(hit, external=True)


def export_note(hits: tuple[Hit, ...]) -> str:
    """Return the last line of an export: its size, and the index's date and coverage."""
    return f"{counted(len(hits), 'paragraph')} exported. {index_note('all')}"


def download(text: str, kind: str, name: str) -> Response:
    """Return a response that browsers save as a file."""
    response = Response(text, mimetype=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
