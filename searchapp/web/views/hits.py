"""Views of hits: a paragraph with its place, date, verb, chapeau, marked text and citation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from ...model.citation_form import citation, place
from ...model.resolution import Paragraph
from ...query.facets import TYPE_LABELS
from ...search.highlight import Call, Element, mark
from ...search.matches import Span
from ...search.results import Hit
from ...text.wording import counted
from ...un.symbols import display
from ..shared.addresses import hit_url
from ..shared.opened_index import is_sample


@dataclass(frozen=True, slots=True)
class Stem:
    """A paragraph above a sub-paragraph, with its printed number."""

    label: str
    html: Markup


@dataclass(frozen=True, slots=True)
class HitView:
    """A hit as it is displayed."""

    symbol: str
    url: str
    place: str
    label: str
    adopted: str | None
    type: str
    verb: str
    inherited: str
    title: str | None
    stems: tuple[Stem, ...]
    html: Markup
    citation: str
    permalink: str
    children: str
    language: str
    sample: bool


def hit_view(hit: Hit, words: str) -> HitView:
    """Return the view of a hit; `words` are marked again on the resolution's page."""
    p, r = hit.paragraph, hit.resolution
    return HitView(
        symbol=display(r.symbol or "No symbol"),
        url=hit_url(hit, words),
        place=place(p),
        label=label(p),
        adopted=r.adopted,
        type=TYPE_LABELS[p.kind],
        verb=", ".join(dict.fromkeys(filter(None, (p.verb, *p.verbs)))),
        inherited=_inherited(hit),
        title=r.title,
        stems=_stems(hit),
        html=mark_text(p, hit.marks, numbered=bool(hit.chapeau)),
        citation=citation(r, p),
        permalink=hit_url(hit, external=True),
        children=counted(hit.children, "sub-paragraph") if hit.children else "",
        language=r.language,
        sample=is_sample(r),
    )


def mark_text(
    paragraph: Paragraph,
    marks: Iterable[Span],
    numbered: bool = False,
    links: Sequence[Element] = (),
    calls: Iterable[Call] = (),
) -> Markup:
    """Return the text with marked matches, the opening phrase in italics, optionally its number.

    A resolution's own page adds links to cited resolutions, and the calls of footnotes.
    """
    phrase = paragraph.phrase or ""
    lead = len(phrase) if phrase and paragraph.text.startswith(phrase) else 0
    html = mark(paragraph.text, marks, lead, links, calls)
    return Markup("{} {}").format(label(paragraph), html) if numbered else html


def label(paragraph: Paragraph) -> str:
    """Return the paragraph's own printed number: "3.", "(a)", or ""."""
    own = (paragraph.number or "").rpartition(" ")[2]
    return own if not own or own.endswith((")", ".")) else f"{own}."


def _stems(hit: Hit) -> tuple[Stem, ...]:
    marks = (*hit.chapeau_marks, *((),) * len(hit.chapeau))
    return tuple(Stem(label(p), mark_text(p, m)) for p, m in zip(hit.chapeau, marks, strict=False))


def _inherited(hit: Hit) -> str:
    """Return the source of a sub-paragraph's inherited verb as text; "" for its own verb."""
    if not hit.paragraph.inherited:
        return ""
    source = next((p for p in reversed(hit.chapeau) if p.phrase), None)
    return f"Verb inherited from {place(source)}" if source else "Verb inherited from the chapeau"
