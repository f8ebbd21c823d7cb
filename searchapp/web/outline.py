"""A resolution's paragraphs as they are laid out: preamble, sections, annexes, nested lists."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby, pairwise

from markupsafe import Markup

from ..citation import citation, ordinal, place
from ..highlight import Span
from ..resolution import Paragraph, Resolution
from .addresses import fragment
from .hits import label, marked

Marks = dict[str, tuple[Span, ...]]  # what matched, by the id of the paragraph that was found
LONGEST = 8  # contents that stand open
DEEPEST = 8  # levels that are shown nested; deeper ones stand at the last


@dataclass(frozen=True, slots=True)
class NoteView:
    """A footnote, with the anchors of its call and its text."""

    mark: str
    text: str
    call: str
    anchor: str


@dataclass(slots=True)
class ParagraphView:
    """A paragraph on its resolution's page, with those below it."""

    anchor: str
    label: str
    html: Markup
    place: str
    citation: str
    notes: tuple[NoteView, ...]
    found: bool
    previous: str = ""
    next: str = ""
    depth: int = 1
    children: list[ParagraphView] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class SectionView:
    """A run of paragraphs below one heading, or below none."""

    heading: tuple[str, ...]
    anchor: str
    paragraphs: tuple[ParagraphView, ...]


@dataclass(frozen=True, slots=True)
class Outline:
    """The whole text: what stands folded first, then its sections."""

    preamble: tuple[ParagraphView, ...]
    preamble_found: int
    sections: tuple[SectionView, ...]
    found: tuple[ParagraphView, ...]

    @property
    def contents(self) -> list[tuple[str, str]]:
        """Headings and their anchors, for the side column."""
        first = [("Preamble", "preamble")] if self.preamble else []
        times = Counter(line for section in self.sections for line in section.heading)
        # "Targets" below each of many goals, and lines that only lead in, are no contents.
        named = [
            (
                " – ".join(li for li in s.heading if times[li] == 1 and not li.endswith(":")),
                s.anchor,
            )
            for s in self.sections
        ]
        return first + [(heading, anchor) for heading, anchor in named if heading]

    @property
    def is_long(self) -> bool:
        """Whether the contents are too many to stand open."""
        return len(self.contents) > LONGEST


def outline(resolution: Resolution, marks: Marks) -> Outline:
    """Lay out a resolution; paragraphs with an entry in `marks` were found."""
    views: dict[str, ParagraphView] = {}
    top = []
    for p in resolution.paragraphs:
        # A parent stands before its children: whatever a file says, nothing goes in a circle.
        parent = views.get(p.parent or "")
        views[p.id] = _view(resolution, p, marks)
        if parent is None or parent.depth >= DEEPEST:
            top.append(p)
        else:
            parent.children.append(views[p.id])
            views[p.id].depth = parent.depth + 1
    found = tuple(view for view in views.values() if view.found)
    _link(found)
    opening = next((n for n, p in enumerate(top) if p.kind != "preambular"), len(top))
    preamble = tuple(views[p.id] for p in top[:opening])
    return Outline(
        preamble=preamble,
        preamble_found=sum(_found_in(view) for view in preamble),
        sections=tuple(_sections(top[opening:], views)),
        found=found,
    )


def side_label(view: ParagraphView) -> str:
    """A found paragraph's place for the side column: "Paragraph 4", "Second preambular …"."""
    words = view.place.replace("para. ", "paragraph ")
    return words[:1].upper() + words[1:]


def _view(resolution: Resolution, p: Paragraph, marks: Marks) -> ParagraphView:
    anchor = fragment(p)
    return ParagraphView(
        anchor=anchor,
        label=label(p),
        html=marked(p, marks.get(p.id, ())),
        place=place(p),
        citation=citation(resolution, p),
        notes=tuple(
            NoteView(note.mark, note.text, f"fr-{anchor}-{n}", f"fn-{anchor}-{n}")
            for n, note in enumerate(p.notes, 1)
        ),
        found=p.id in marks,
    )


def _link(found: tuple[ParagraphView, ...]) -> None:
    for before, after in pairwise(found):
        before.next, after.previous = after.anchor, before.anchor


def _found_in(view: ParagraphView) -> int:
    return view.found + sum(_found_in(child) for child in view.children)


def _sections(top: list[Paragraph], views: dict[str, ParagraphView]) -> Iterator[SectionView]:
    annex_before: str | None = None
    for number, (key, run) in enumerate(groupby(top, _heading), 1):
        annex, section = key
        new_annex = (annex,) if annex and annex != annex_before else ()
        annex_before = annex
        heading = tuple(filter(None, (*new_annex, section)))
        yield SectionView(heading, f"section-{number}", tuple(views[p.id] for p in run))


def _heading(p: Paragraph) -> tuple[str, str]:
    annex = p.annex or ("Annex" if p.kind == "annex" else "")
    if annex.strip().isalnum() and len(annex) < 5:
        annex = f"Annex {annex}"
    return annex, p.section or ""


def ordinal_session(session: str) -> str:
    """A session in words: "Seventy-ninth", "S-26"."""
    return ordinal(int(session)).capitalize() if session.isdecimal() else session
