"""Formatting of resolutions, results and coverage for a terminal."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import click

from ..model.citation_form import citation
from ..model.resolution import Paragraph, Resolution
from ..search.backend import Coverage
from ..search.no_hits import Advice, Part, Way
from ..search.results import FacetResult, Hit, Results
from ..text.printable import INVISIBLE
from ..text.wording import counted
from ..un.symbols import BODIES

EXAMPLE_WORDS = 12  # of a paragraph, in an outline
BRIEF = ("session", "year", "type", "verb", "body", "origin")  # facets below the hits
TOP_VALUES = 6  # of a facet
_CONTROLS = re.compile(f"[\t-\r\x85{INVISIBLE}]")  # a terminal interprets most of them


def outline(resolution: Resolution) -> list[str]:
    """Return the outline of a resolution: a heading, then a line for each paragraph."""
    about = (resolution.title, resolution.adopted, counted(len(resolution.paragraphs), "paragraph"))
    head = clean(" · ".join([resolution.key, *filter(None, about)]))
    return [head, *(_outline_line(p) for p in resolution.paragraphs), ""]


def _outline_line(paragraph: Paragraph) -> str:
    words = paragraph.text.split()
    first = " ".join(words[:EXAMPLE_WORDS]) + (" …" if len(words) > EXAMPLE_WORDS else "")
    anchor = "  " * min(paragraph.level, 9) + paragraph.anchor
    return clean(f"{anchor:<12} {paragraph.kind:<12} {paragraph.verb or '–':<24} {first}")


def result_lines(found: Results) -> list[str]:
    """Return a page of results: totals, hits with their citations, and facets."""
    total = f"{counted(found.total, 'paragraph')} in {counted(found.resolutions, 'resolution')}"
    lines = [f"{total}, page {found.page} of {found.pages}", ""]
    for hit in found.hits:
        lines += hit_lines(hit)
    facets = filter(None, (found.facet(name) for name in BRIEF))
    return lines + [line for facet in facets if (line := facet_line(facet))]


def advice_lines(advice: Advice, held: Iterable[Coverage]) -> list[str]:
    """Return what to print without hits: the coverage, counts of the words, alternatives."""
    parts = [_part(part, advice) for part in advice.parts]
    spelt = [f"Did you mean: {_way(way)}" for way in advice.suggestions]
    ways = [f"Try: {_way(way)}" for way in advice.ways]
    rows = [coverage_line(row) for row in held]
    lines = [f"{advice.title}. Searched:", *rows, *parts, *spelt, *ways]
    return [clean(line) for line in lines]


def _part(part: Part, advice: Advice) -> str:
    if not part.everywhere:
        return f"“{part.text}” {advice.absent}."
    here = f"{part.here:,} with these filters, " if part.here != part.everywhere else ""
    return f"“{part.text}”: {here}{counted(part.everywhere, 'paragraph')} {advice.where}."


def _way(way: Way) -> str:
    return f"{way.text} ({counted(way.count, 'paragraph')})"


def hit_lines(hit: Hit) -> list[str]:
    """Return a hit's citation, id, chapeau and text."""
    resolution, paragraph = hit.resolution, hit.paragraph
    about = ", ".join(filter(None, [resolution.title, resolution.adopted]))
    cited = citation(resolution, paragraph) + (f" – {about}" if about else "")
    above = [
        "  " + bold(up.text, marks)
        for up, marks in zip(
            hit.chapeau, hit.chapeau_marks or ((),) * len(hit.chapeau), strict=True
        )
    ]
    return [
        clean(cited),
        clean(f"  {paragraph.id}"),
        *above,
        ("    " if above else "  ") + bold(paragraph.text, hit.marks),
        "",
    ]


def bold(text: str, marks: Iterable[tuple[int, int]]) -> str:
    """Return a text with its matches in bold, which click strips if the output is no terminal."""
    pieces, done = [], 0
    for start, end in marks:
        pieces += [clean(text[done:start]), click.style(clean(text[start:end]), bold=True)]
        done = end
    return "".join([*pieces, clean(text[done:])])


def facet_line(facet: FacetResult) -> str:
    """Return the most frequent values of a facet with their counts; "" if there are none."""
    top = sorted((v for v in facet.values if v.count), key=lambda value: -value.count)[:TOP_VALUES]
    values = " · ".join(f"{value.label} ({value.count:,})" for value in top)
    return clean(f"{facet.title}: {values}") if top else ""


def coverage_line(row: Coverage) -> str:
    """Return the coverage of one body in one language, in one line."""
    size = f"{counted(row.resolutions, 'resolution')}, {counted(row.paragraphs, 'paragraph')}"
    spans = [
        f"{name} {_span(values)}"
        for name, values in (("sessions", row.sessions), ("years", row.years))
        if values
    ]
    body = BODIES.get(row.body, row.body) or "No body"
    return clean(f"{body} ({row.language}): {'; '.join([size, *spans])}")


def _span(values: tuple[Any, ...]) -> str:
    return str(values[0]) if len(values) == 1 else f"{values[0]}–{values[-1]}"


def clean(text: str) -> str:
    """Replace the characters that a terminal would interpret by spaces; the length is kept."""
    return _CONTROLS.sub(" ", text)
