"""A resolution as a page: as Word saves one, as a list of the web, as the old pages of the UN."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from html import escape

from .numbering import Style, count, style
from .truth import Call, Line, Truth, headings, parts, stretches

_TYPES: dict[Style, str] = {"decimal": "1", "letter": "a", "roman": "i"}


def page(truths: Sequence[Truth]) -> bytes:
    """The bytes of a page of all resolutions of a file; the symbol says in which of three ways."""
    ways: tuple[Callable[[Sequence[Truth]], str], ...] = (_from_word, _with_lists, _plain)
    way = ways[hashlib.sha256(truths[0].symbol.encode()).digest()[0] % len(ways)]
    return way(truths).encode("utf-8")


# As Word saves a page: numbers typed with a gap, marks in square brackets, notes at the end.

_GAP = "<span style='font:7.0pt \"Times New Roman\"'>&nbsp;&nbsp;&nbsp;&nbsp; </span>"


def _from_word(truths: Sequence[Truth]) -> str:
    body = [_word_cover(truths[0])]
    for truth in truths:
        for number, title in headings(truth):
            gap = _GAP if number and title else ""
            body.append(f"<p class=H1><b>{number}{gap}{escape(title)}</b></p>")
        main, annexes = parts(truth)
        body += [_word_line(line) for line in main]
        body.append(f"<p class=SingleTxt align=right><i>{'<br>'.join(truth.closing)}</i></p>")
        body += [_word_line(line) for line in annexes]
    notes = "".join(
        f"<div id=ftn{call.mark}><p class=MsoFootnoteText><a href='#_ftnref{call.mark}' "
        f"name='_ftn{call.mark}' title=''><span class=MsoFootnoteReference>[{call.mark}]</span></a>"
        f" {escape(call.text)}</p></div>"
        for call in _notes(truths)
    )
    return (
        "<html><head><meta http-equiv=Content-Type content='text/html; charset=utf-8'>"
        "<meta name=Generator content='Microsoft Word 15 (filtered)'>"
        "<style>span.MsoFootnoteReference {vertical-align:super;}</style></head>"
        f"<body lang=EN-GB><div class=WordSection1>{''.join(body)}</div>"
        f"<div><br clear=all><hr align=left size=1 width='33%'>{notes}</div></body></html>"
    )


def _word_cover(truth: Truth) -> str:
    organ, symbol, *lines = truth.cover
    first = f"<table><tr><td>{organ}</td><td>{symbol}</td></tr></table>"
    return first + "".join(f"<p class=MsoNormal>{escape(line)}</p>" for line in lines)


def _word_line(line: Line) -> str:
    if line.cells:
        return f"<table>{_row(line)}</table>"
    label = f"{line.label}{_GAP}" if line.label else ""
    inner = _inner(line, "i", _word_call)
    if line.kind == "heading":
        return f"<p class=H23 align=center><b>{inner}</b></p>"
    return f"<p class=SingleTxt style='margin-left:{line.level * 36}pt'>{label}{inner}</p>"


def _word_call(call: Call) -> str:
    if not call.text:
        return f"<sup>{call.mark}</sup>"
    return (
        f"<a href='#_ftn{call.mark}' name='_ftnref{call.mark}' title=''>"
        f"<span class=MsoFootnoteReference>[{call.mark}]</span></a>"
    )


# As a page of today: elements that mean something, numbers counted by the browser.


def _with_lists(truths: Sequence[Truth]) -> str:
    body = [f"<p>{escape(line)}</p>" for line in truths[0].cover]
    for truth in truths:
        body += [f"<h1>{escape(' '.join(line).strip())}</h1>" for line in headings(truth)]
        main, annexes = parts(truth)
        body += _listed(main)
        body += [f"<p class='closing'>{line}</p>" for line in truth.closing]
        body += _listed(annexes)
    notes = "".join(
        f"<li id='fn{call.mark}' value='{call.mark}'>{escape(call.text)} "
        f"<a href='#fnref{call.mark}'>↩</a></li>"
        for call in _notes(truths)
        if call.mark.isdigit()
    )
    return (
        "<!DOCTYPE html><html lang='en'><head><meta charset='utf-8'></head>"
        f"<body><nav><a href='/'>Home</a></nav><main>{''.join(body)}"
        f"<section class='footnotes'><ol>{notes}</ol></section></main></body></html>"
    )


def _listed(lines: Sequence[Line]) -> Iterator[str]:
    """Elements of lines: those that a browser can count in lists, which nest in the item above."""
    open_lists: list[Style] = []
    for line in lines:
        wanted = _styles(line)
        if len(wanted) > len(open_lists) + 1:
            wanted = []  # its chapeau was closed by a paragraph without a number
        same = len(wanted) <= len(open_lists) and open_lists[: len(wanted)] == wanted
        kept = len(wanted) if same else max(len(wanted) - 1, 0)
        yield "</li></ol>" * (len(open_lists) - kept)
        if not wanted:
            yield _paragraph(line)
        else:
            yield "</li>" if same else f"<ol type='{_TYPES[wanted[-1]]}'>"
            yield f"<li value='{count(line.label, wanted[-1])}'>{_inner(line, 'em', _linked)}"
        open_lists = wanted
    yield "</li></ol>" * len(open_lists)


def _styles(line: Line) -> list[Style]:
    """How the lists count in which a line stands, outermost first; none where no list can."""
    own = style(line.label, line.number)
    if not line.label or not count(line.label, own):
        return []
    chain: list[Style] = ["decimal", "letter", "roman"]
    depth = len((line.number or "").split())
    end = chain.index(own) + 1
    return chain[end - depth : end]


def _paragraph(line: Line) -> str:
    if line.cells:
        return f"<table>{_row(line)}</table>"
    inner = _inner(line, "em", _linked)
    if line.kind == "heading":
        return f"<h2>{inner}</h2>"
    return f"<p>{line.label} {inner}</p>"


def _linked(call: Call) -> str:
    if not call.text:
        return f"<sup>{call.mark}</sup>"
    return f"<sup><a href='#fn{call.mark}' id='fnref{call.mark}'>{call.mark}</a></sup>"


# As the old pages are: everything in <p>, marks raised, notes below a rule.


def _plain(truths: Sequence[Truth]) -> str:
    body = [f"<p>{escape(line)}</p>" for line in truths[0].cover]
    for truth in truths:
        body += [f"<h3>{escape(' '.join(line).strip())}</h3>" for line in headings(truth)]
        main, annexes = parts(truth)
        body += [_old_line(line) for line in main]
        body.append(f"<p align='right'>{'<br>'.join(truth.closing)}</p>")
        body += [_old_line(line) for line in annexes]
    notes = "".join(f"<p><sup>{call.mark}</sup> {escape(call.text)}</p>" for call in _notes(truths))
    return f"<HTML><BODY>{chr(10).join(body)}<hr size='1' width='30%'>{notes}</BODY></HTML>"


def _old_line(line: Line) -> str:
    if line.cells:
        return f"<table border='1'>{_row(line)}</table>"
    inner = _inner(line, "i", lambda call: f"<sup>{call.mark}</sup>")
    if line.kind == "heading":
        return f"<p align='center'><b>{inner}</b></p>"
    gap = "&nbsp;" * 5
    return f"<p>{gap}{line.label}{gap if line.label else ''}{inner}</p>"


# What all three share.


def _notes(truths: Sequence[Truth]) -> list[Call]:
    return [call for truth in truths for line in truth.lines for call in line.calls if call.text]


def _row(line: Line) -> str:
    return "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in line.cells) + "</tr>"


def _inner(line: Line, italic: str, call: Callable[[Call], str]) -> str:
    """The text of a line with its italics and the calls of its notes."""
    pieces = []
    for start, stop, slanted in stretches(line):
        text = escape(line.text[start:stop], quote=False)
        pieces.append(f"<{italic}>{text}</{italic}>" if slanted else text)
        pieces += [call(note) for note in line.calls if note.place == stop]
    return "".join(pieces)
