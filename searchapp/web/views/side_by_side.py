"""A resolution in several languages side by side, with corresponding paragraphs aligned."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from ...model.citation_form import place
from ...model.resolution import Paragraph, Resolution
from ...text.wording import listed
from ...un.symbols import display
from ..shared.addresses import fragment, official_url, resolution_url
from ..shared.opened_index import backend, is_sample
from ..shared.template_filters import languages
from .hits import label, mark_text
from .outline import Marks, heading_of
from .related import find_translations

MOST = 2  # languages next to the first: more than three columns are too narrow to read
DEEPEST = 4


@dataclass(frozen=True, slots=True)
class Piece:
    """A paragraph, or the heading above one, in one language; `key` is the same in all."""

    key: str
    html: Markup
    label: str = ""
    place: str = ""
    depth: int = 0
    is_heading: bool = False

    @property
    def shape(self) -> tuple[bool, int, str]:
        """The properties that translations share: numbers do, unlike letters and words."""
        figures = self.label if self.label.strip(".").isdecimal() else ""
        return self.is_heading, self.depth, figures


Marked = Sequence[tuple[int, int]]  # start and end of each match in a text
Row = tuple[Piece | None, ...]  # one piece per language; None where a text has no counterpart


@dataclass(frozen=True, slots=True)
class Text:
    """The head of a column: a language, the title in it, and the URL of that text alone."""

    language: str
    name: str
    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A language that can be shown next to the text, and the URL that adds or removes it."""

    label: str
    url: str
    chosen: bool


def page(key: str, resolution: Resolution, words: str, found: Marks) -> ResponseReturnValue:
    """Render the text next to the requested languages; without any, redirect to it alone."""
    keys = find_translations(resolution)
    wanted = [one for one in dict.fromkeys(request.args.getlist("beside")) if one in keys][:MOST]
    held = [text for one in wanted if (text := backend().resolution(keys[one]))]
    if not held:
        return redirect(resolution_url(key, words))
    texts = [resolution, *held]
    return render_template(
        "beside.html",
        words=words,
        symbol=display(resolution.symbol or key),
        named=listed([languages(text.language) for text in texts]),
        texts=[_text(text) for text in texts],
        rows=rows([list(pieces(text, found)) for text in texts]),
        choices=list(choices(key, words, keys, wanted)),
        alone_url=resolution_url(key, words),
        permalink=resolution_url(key, external=True),
        sample=is_sample(resolution),
        official=None if is_sample(resolution) else official_url(resolution),
    )


def choices(key: str, words: str, keys: Iterable[str], wanted: Sequence[str]) -> Iterator[Choice]:
    """Yield every other language; if all columns are in use, it replaces the last one."""
    for language in keys:
        left = [other for other in wanted if other != language]
        chosen = language in wanted
        beside = left if chosen else [*left[: MOST - 1], language]
        yield Choice(languages(language), resolution_url(key, words, beside=beside), chosen)


def pieces(resolution: Resolution, found: Marks) -> Iterator[Piece]:
    """Yield the text in printed order, with headings where they change."""
    above = ("", "")
    for p in resolution.paragraphs:
        heading = heading_of(p)
        new = (heading[0] if heading[0] != above[0] else "", heading[1] if heading != above else "")
        if any(new):
            lines = Markup("<br>").join(filter(None, new))
            yield Piece(f"above {fragment(p)}", lines, is_heading=True)
        yield _piece(p, found.get(p.id, ()))
        above = heading


def rows(texts: Sequence[Sequence[Piece]]) -> list[Row]:
    """Align the texts in rows."""
    laid: list[Row] = [(piece,) for piece in texts[0]]
    for number, text in enumerate(texts[1:], 1):
        laid = list(_join(laid, text, (None,) * number))
    return laid


def _join(laid: Sequence[Row], text: Sequence[Piece], nothing: Row) -> Iterator[Row]:
    """Align pieces with the same key, and what lies between them as `_join_unmatched` can."""
    places = {piece.key: at for at, piece in enumerate(text)}
    here = there = 0
    for number, row in enumerate(laid):
        at = places.get(key_of(row), -1)
        if at >= there:
            yield from _join_unmatched(laid[here:number], text[there:at], nothing)
            yield (*row, text[at])
            here, there = number + 1, at + 1
    yield from _join_unmatched(laid[here:], text[there:], nothing)


def _join_unmatched(laid: Sequence[Row], text: Sequence[Piece], nothing: Row) -> Iterator[Row]:
    """Align pieces without a common key in order if their shapes agree, else in separate rows.

    78/69, for example, has a list with other letters in Arabic.
    """
    if [_first(row).shape for row in laid] == [piece.shape for piece in text]:
        yield from ((*row, piece) for row, piece in zip(laid, text, strict=True))
        return
    yield from ((*row, None) for row in laid)
    yield from ((*nothing, piece) for piece in text)


def key_of(row: Row) -> str:
    """Return the key of a row: that of its first piece."""
    return _first(row).key


def _first(row: Row) -> Piece:
    return next(piece for piece in row if piece)


def _piece(p: Paragraph, marks: Marked) -> Piece:
    depth = min(max(p.level - 1, 0), DEEPEST)
    return Piece(fragment(p), mark_text(p, marks), label(p), place(p), depth)


def _text(resolution: Resolution) -> Text:
    return Text(
        resolution.language,
        languages(resolution.language),
        resolution.title or "Resolution without a title",
        resolution_url(resolution.key),
    )
