"""The layout of a resolution's paragraphs: preamble, sections, annexes, nested lists."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from urllib.parse import quote

from markupsafe import Markup

from ...model.citation_form import citation, place
from ...model.resolution import Paragraph, Resolution
from ...query.facets import TYPE_LABELS
from ...search.highlight import Call, Element
from ...search.matches import Span
from ...text.numerals import format_ordinal
from ...text.wording import counted
from ..shared.addresses import fragment
from .hits import label, mark_text
from .related import Link

Marks = dict[str, tuple[Span, ...]]  # matches by the id of the found paragraph
LONGEST = 8  # entries up to which a table of contents is open
DEEPEST = 8  # levels of nesting; deeper paragraphs are shown at the last one
_MOST_LINKS = 200  # per paragraph, far above any real one (67 in 76/228)
_LONGEST_MARK = 12
_BASIS = {
    "mark-up": "from the mark-up of the file",
    "number": "from its number",
    "phrase": "from its opening words",
    "inherited": "from the paragraph above it",
}
_ABOVE = "the paragraph above it"


@dataclass(frozen=True, slots=True)
class NoteView:
    """A footnote, with the anchors of its call and its text."""

    mark: str
    text: str
    call: str
    anchor: str


@dataclass(slots=True)
class ParagraphView:
    """A paragraph on its resolution's page, with its sub-paragraphs.

    `how` describes its classification. For a match, `turn` is its number ("Match 2 of 5"), and
    `ways` are links to other matches: names and anchors.
    """

    anchor: str
    label: str
    html: Markup
    place: str
    citation: str
    how: str
    notes: tuple[NoteView, ...]
    turn: str = ""
    ways: tuple[tuple[str, str], ...] = ()
    depth: int = 1
    children: list[ParagraphView] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class SectionView:
    """A run of paragraphs under one heading, or under none."""

    heading: tuple[str, ...]
    anchor: str
    paragraphs: tuple[ParagraphView, ...]


@dataclass(frozen=True, slots=True)
class Outline:
    """The whole text: the preamble, which can be folded, the sections, and the matches."""

    preamble: tuple[ParagraphView, ...]
    preamble_found: int
    sections: tuple[SectionView, ...]
    found: tuple[ParagraphView, ...]

    @property
    def folded(self) -> str:
        """The label of the folded preamble: "9 preambular paragraphs (2 match)"."""
        size, found = counted(len(self.preamble), "preambular paragraph"), self.preamble_found
        return f"{size} ({found:,} match{'es' if found == 1 else ''})" if found else size

    @property
    def contents(self) -> list[tuple[str, str]]:
        """Headings and their anchors, for the side column."""
        first = [("Preamble", "preamble")] if self.preamble else []
        times = Counter(line for section in self.sections for line in section.heading)
        # Repeated headings ("Targets" under each goal) and introductory lines are left out.
        named = [
            (
                " – ".join(li for li in s.heading if times[li] == 1 and not li.endswith(":")),
                s.anchor,
            )
            for s in self.sections
        ]
        if self.preamble and self.sections and not self.sections[0].heading:
            named[0] = ("Operative paragraphs", self.sections[0].anchor)
        return first + [(heading, anchor) for heading, anchor in named if heading]

    @property
    def is_long(self) -> bool:
        """Whether the table of contents is too long to be open by default."""
        return len(self.contents) > LONGEST


def outline(resolution: Resolution, marks: Marks, cited: Mapping[str, Link]) -> Outline:
    """Lay out a resolution; paragraphs with an entry in `marks` are matches.

    `cited` maps cited symbols to their links.
    """
    views: dict[str, ParagraphView] = {}
    verb_of: dict[str, str] = {}
    top = []
    for p in resolution.paragraphs:
        # Only an earlier paragraph can be a parent, so a faulty file cannot cause a cycle.
        parent = views.get(p.parent or "")
        verb_of[p.id] = verb_of.get(p.parent or "", _ABOVE) if p.inherited else place(p)
        views[p.id] = _view(resolution, p, marks, cited, classified(p, verb_of[p.id]))
        if parent is None or parent.depth >= DEEPEST:
            top.append(p)
        else:
            parent.children.append(views[p.id])
            views[p.id].depth = parent.depth + 1
    found = tuple(views[p.id] for p in resolution.paragraphs if p.id in marks)
    _lead_on(found)
    opening = next((n for n, p in enumerate(top) if p.kind != "preambular"), len(top))
    preamble = tuple(views[p.id] for p in top[:opening])
    return Outline(
        preamble=preamble,
        preamble_found=sum(_is_found_in(view) for view in preamble),
        sections=tuple(_sections(top[opening:], views)),
        found=found,
    )


def side_label(view: ParagraphView) -> str:
    """Return a match's place for the side column: "Paragraph 4", "Second preambular …"."""
    words = view.place.replace("para. ", "paragraph ")
    return words[:1].upper() + words[1:]


def classified(p: Paragraph, source: str = "") -> str:
    """Describe a paragraph's classification: "Operative, from its number. Verb: invites."

    `source` is the place of the paragraph from which a sub-paragraph inherits its verb.
    """
    kind = ", ".join(filter(None, (TYPE_LABELS[p.kind], _BASIS.get(p.basis or ""))))
    if not p.verb:
        return f"{kind}."
    others = ", ".join(verb for verb in p.verbs if verb != p.verb)
    inherited = f", inherited from {source or _ABOVE}" if p.inherited else ""
    return f"{kind}. Verb: {p.verb}{inherited}{f'; also: {others}' if others else ''}."


def _view(
    resolution: Resolution, p: Paragraph, marks: Marks, cited: Mapping[str, Link], how: str
) -> ParagraphView:
    anchor = fragment(p)
    notes = tuple(_notes(p, anchor))
    return ParagraphView(
        anchor=anchor,
        label=label(p),
        html=mark_text(p, marks.get(p.id, ()), links=_links(p, cited), calls=_calls(p, notes)),
        place=place(p),
        citation=citation(resolution, p),
        how=how,
        notes=notes,
    )


def _lead_on(found: tuple[ParagraphView, ...]) -> None:
    """Link each match to its neighbours, the last one to the first, and number them."""
    for n, view in enumerate(found):
        before, after = found[n - 1 : n], found[n + 1 : n + 2]
        ways = [("Previous match", other) for other in before]
        ways += [("Next match", other) for other in after]
        if before and not after:
            ways.append(("First match", found[0]))
        view.turn = f"Match {n + 1:,} of {len(found):,}"
        view.ways = tuple((name, other.anchor) for name, other in ways)


def _notes(p: Paragraph, anchor: str) -> Iterator[NoteView]:
    for number, note in enumerate(p.notes, 1):
        mark = note.mark.strip()[:_LONGEST_MARK] or "*"
        yield NoteView(mark, note.text, f"fr-{anchor}-{number}", f"fn-{anchor}-{number}")


def _calls(p: Paragraph, notes: tuple[NoteView, ...]) -> Iterator[Call]:
    """Yield the footnote calls at their positions; at the end if the file has none."""
    html = Markup('<a class="fn" id="{}" href="#{}" aria-label="Note {}">{}</a>')
    for note, view in zip(p.notes, notes, strict=True):
        known = note.place is not None and 0 <= note.place <= len(p.text)
        call = html.format(view.call, quote(view.anchor), view.mark, view.mark)
        yield (note.place or 0) if known else len(p.text), call


def _links(p: Paragraph, cited: Mapping[str, Link]) -> list[Element]:
    """Return the links around cited symbols in the text.

    Files may contain anything, so positions outside the text and overlaps are left out.
    """
    links: list[Element] = []
    for cite in sorted(p.cites, key=lambda cite: cite.start):
        link, free = cited.get(cite.symbol), links[-1].end if links else 0
        if link and link.url and free <= cite.start < cite.end <= len(p.text):
            links.append(Element(cite.start, cite.end, _opening(link), Markup("</a>")))
    return links[:_MOST_LINKS]


def _opening(link: Link) -> Markup:
    if not link.official:
        return Markup('<a href="{}">').format(link.url)
    return Markup('<a class="away" href="{}" title="{}">').format(
        link.url, f"{link.text}, official document"
    )


def _is_found_in(view: ParagraphView) -> bool:
    return bool(view.turn) or any(_is_found_in(child) for child in view.children)


def _sections(top: list[Paragraph], views: dict[str, ParagraphView]) -> Iterator[SectionView]:
    annex_before: str | None = None
    for number, (key, run) in enumerate(groupby(top, heading_of), 1):
        annex, section = key
        new_annex = (annex,) if annex and annex != annex_before else ()
        annex_before = annex
        heading = tuple(filter(None, (*new_annex, section)))
        yield SectionView(heading, f"section-{number}", tuple(views[p.id] for p in run))


def heading_of(p: Paragraph) -> tuple[str, str]:
    """Return the headings above a paragraph, its annex and its section; "" for none."""
    annex = p.annex or ("Annex" if p.kind == "annex" else "")
    if annex.strip().isalnum() and len(annex) < 5:
        annex = f"Annex {annex}"
    return annex, p.section or ""


def ordinal_session(session: str) -> str:
    """Return a session in words: "Seventy-ninth", "S-26"."""
    return format_ordinal(int(session)).capitalize() if session.isdecimal() else session
