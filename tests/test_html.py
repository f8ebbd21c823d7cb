# ruff: noqa: E501 - mark-up keeps one paragraph a line
"""Web pages as saved by Word, LibreOffice and pandoc, and as on the United Nations' sites."""

from __future__ import annotations

import random

import pytest
from costs import at_most
from hypothesis import given, settings
from hypothesis import strategies as st

from searchapp.errors import ReadError, SearchAppError
from searchapp.model.document import Block, Document
from searchapp.parsing import parse
from searchapp.readers import read, sniff

THE_ASSEMBLY = "<p>The General Assembly,</p>"


def document(page: str) -> Document:
    (found,) = read("a.html", f"<html><body>{page}</body></html>".encode())
    return found


def blocks(page: str) -> list[Block]:
    """Return the blocks after the enacting words."""
    first, *rest = document(THE_ASSEMBLY + page).blocks
    assert first.text == "The General Assembly,"
    return rest


@pytest.mark.parametrize(
    ("start", "form"),
    [
        ("<!DOCTYPE html><html>", "html"),
        ("\ufeff<HTML xmlns:v='urn:schemas-microsoft-com:vml'>", "html"),
        ("<!-- saved from url=(0014)about:internet -->\n<html>", "html"),
        ("<?xml version='1.0'?><!DOCTYPE html PUBLIC '-//W3C//DTD XHTML'><html>", "html"),
        ("<div><p>The General Assembly,</p></div>", "html"),
        ("<pre>A/RES/51/210</pre>", "html"),
        ("<table><tr><td>", "html"),
        ("<footnote> is no page", "text"),
        ("The General Assembly,", "text"),
    ],
)
def test_a_page_is_known_by_its_start(start: str, form: str) -> None:
    assert sniff(start.encode()) == form


def test_a_page_in_utf16_as_word_saves_unicode() -> None:
    data = f"<html><body>{THE_ASSEMBLY}</body></html>".encode("utf-16")
    (found,) = read("a.htm", data)
    assert [block.text for block in found.blocks] == ["The General Assembly,"]


# Running text -----------------------------------------------------------------------------------

LEADS = [
    # mark-up | what is set off
    ("<i>Recalling</i> its work,", "Recalling"),
    ("<em>Recalling</em> its work,", "Recalling"),
    ("<u>Recalling</u> its work,", "Recalling"),
    ("<i style='mso-bidi-font-style:normal'><span lang=EN-GB>Recalling</span></i> its work,", "Recalling"),
    ("<span style='color:black;font-style:italic'>Recalling</span> its work,", "Recalling"),
    ("<span style='FONT-STYLE: oblique'>Recalling</span> its work,", "Recalling"),
    ("<span style='font: italic 12pt Times'>Recalling</span> its work,", "Recalling"),
    ("<span class=c3>Recalling</span> its work,", "Recalling"),
    ("<span class='x Slanted'>Recalling</span> its work,", "Recalling"),
    ("<i>Recalling</i> <i>its</i> work,", "Recalling its"),
    ("<i>Recalling,</i> its work,", "Recalling"),
    ("<i>Recalling</i>its work,", "Recalling"),
    ("&nbsp;&nbsp;&nbsp; <span style='mso-tab-count:1'>&nbsp; </span><i>Recalling</i> its work,", "Recalling"),
    ("<i><span style='font-style:normal'>Recalling</span></i> its work,", None),
    ("<i>Recalling its work,</i>", None),
    ("Recalling its <i>work</i>,", None),
]  # fmt: skip
SHEET = "<style><!-- p.MsoNormal {margin:0} .c3, span.Slanted{font-style:italic} .c4{color:red} --></style>"


@pytest.mark.parametrize(("inside", "lead"), LEADS)
def test_italics_by_any_means_are_the_lead(inside: str, lead: str | None) -> None:
    (block,) = blocks(f"{SHEET}<p>{inside}</p>")
    assert block.lead == lead
    assert block.text.replace(" ", "") in ("Recallingitswork,", "Recalling,itswork,")


PRINTED = [
    ("Lamps&nbsp;&nbsp; and\n  lenses", "Lamps and lenses"),
    ("Lamps<!-- old --> and<![if !supportEmptyParas]> lenses<![endif]><o:p></o:p>", "Lamps and lenses"),
    ("Lamps <span style='display:none'>unseen </span>and<del> old</del><ins> lenses</ins>", "Lamps and lenses"),
    ("Lamps <span style='mso-hide:all'>unseen </span>and lenses<script>1</script>", "Lamps and lenses"),
    ("Lamps<br>\nand lenses", "Lamps and lenses"),
    ("<span class='Apple-tab-span' style='white-space:pre'>\t</span>Lamps and lenses", "Lamps and lenses"),
    ("Lamps and lenses<sup>2</sup>", "Lamps and lenses2"),
    ("CO<sub>2</sub> and the G20", "CO2 and the G20"),
]  # fmt: skip


@pytest.mark.parametrize(("inside", "text"), PRINTED)
def test_what_is_printed(inside: str, text: str) -> None:
    (block,) = blocks(f"<p class=MsoNormal>{inside}</p>")
    assert block.text == text


@pytest.mark.parametrize(
    ("page", "texts"),
    [
        ("<p>Recalling lamps,<br><br>Noting lenses,</p>", ["Recalling lamps,", "Noting lenses,"]),
        ("<p>Recalling lamps,<br>\nNoting lenses,</p>", ["Recalling lamps,", "Noting lenses,"]),
        ("<div>Recalling lamps,<br/>1. Urges States;<br/>2. Requests a report.</div>", ["Recalling lamps,", "Urges States;", "Requests a report."]),
        ("<p>Recalling the lamps<br>of the harbour,</p>", ["Recalling the lamps of the harbour,"]),
        ("<p>Annex II<br>Rules for lamps</p>", ["Annex II", "Rules for lamps"]),
        ("<div><div>Recalling lamps,<p>Noting lenses,</p></div></div>", ["Recalling lamps,", "Noting lenses,"]),
        ("<pre>     Recalling lamps\nand lenses,\n\n     1.   Urges States\nto rest;\n</pre>", ["Recalling lamps and lenses,", "Urges States to rest;"]),
    ],
)  # fmt: skip
def test_paragraphs(page: str, texts: list[str]) -> None:
    assert [block.text for block in blocks(page)] == texts


# Lists ------------------------------------------------------------------------------------------


def word_item(level: int, number: str, text: str, font: str = "Times New Roman") -> str:
    return (
        f"<p class=MsoListParagraph style='margin-left:36.0pt;text-indent:-18.0pt;mso-list:l0 level{level} lfo1'>"
        f"<![if !supportLists]><span style='font-family:{font};mso-fareast-font-family:{font}'>"
        f"<span style='mso-list:Ignore'>{number}<span style='font:7.0pt \"Times New Roman\"'>&nbsp;&nbsp;&nbsp;&nbsp; </span></span></span>"
        f"<![endif]>{text}<o:p></o:p></p>"
    )


def filtered_item(number: str, text: str) -> str:
    return f"<p class=MsoListParagraph style='margin-left:36.0pt;text-indent:-18.0pt'>{number}<span style='font:7.0pt \"Times New Roman\"'>&nbsp;&nbsp;&nbsp; </span>{text}</p>"


LISTS = [
    # label of each item, its level if below another
    (word_item(1, "1.", "a") + word_item(2, "(a)", "b") + word_item(3, "(i)", "c") + word_item(1, "2.", "d"), "1. (a)2 (i)3 2."),
    (word_item(1, "1.", "a") + word_item(2, "a)", "b"), "1. a)2"),
    (word_item(1, "·", "a", "Symbol") + word_item(1, "o", "b", "Courier New"), "- -"),
    (filtered_item("1.", "a") + filtered_item("(a)", "b") + filtered_item("b)", "c"), "1. (a) b)2"),
    ("<p>1.&nbsp;&nbsp;&nbsp;a</p><p>2.<span class='Apple-tab-span' style='white-space:pre'>\t</span>b</p>", "1. 2."),
    ("<p>&nbsp;&nbsp;&nbsp; 1.1&nbsp;&nbsp;&nbsp; a</p><p>2 &nbsp;b</p><p>3&nbsp;000 c</p>", "1.1 2 -"),
    ("<ol><li>a</li><li>b</li></ol>", "1. 2."),
    ("<ol start=3><li><p>a</p></li><li value=7>b</li><li>c</li></ol>", "3. 7. 5."),
    ("<ol><li>a<ol type=a><li>b</li><li>c<ol type=i><li>d</li></ol></li></ol></li><li>e</li></ol>", "1. (a)2 (b)2 (i)3 2."),
    ("<ol style='list-style-type:lower-roman'><li>a</li></ol>", "(i)"),
    ("<ol><li>1. a</li><li>(b) b</li></ol>", "1. (b)"),
    ("<ol style='list-style:none'><li>a</li></ol>", "-"),
    ("<ul><li>a</li></ul>", "-"),
    (word_item(1, "1.", "") + "<p>a</p>", "-"),
    ("<ol><li>\n<p>a</p>\n<p>b</p></li></ol>", "1. -"),
    ("<dl><dt>a</dt><dd>b</dd></dl>", "- -"),
]  # fmt: skip


@pytest.mark.parametrize(("page", "labels"), LISTS)
def test_numbers_of_lists(page: str, labels: str) -> None:
    held = blocks(page)
    assert " ".join(f"{block.label or '-'}{block.level or ''}" for block in held) == labels
    assert "".join(block.text[-1] for block in held) == "abcde"[: len(held)]


def test_word_numbers_stand_before_the_lead() -> None:
    (block,) = blocks(word_item(1, "1.", "<i>Urges</i> all States;"))
    assert (block.label, block.lead, block.text) == ("1.", "Urges", "Urges all States;")


# Notes ------------------------------------------------------------------------------------------

WORD_CALL = (
    '<a style="mso-footnote-id:ftn1" href="#_ftn1" name="_ftnref1" title=""><span class=MsoFootnoteReference>'
    "<span style='mso-special-character:footnote'><![if !supportFootnotes]><span class=MsoFootnoteReference>[1]</span><![endif]></span></span></a>"
)
WORD_NOTE = (
    "<div style='mso-element:footnote-list'><![if !supportFootnotes]><br clear=all><hr align=left size=1><![endif]>"
    '<div style=\'mso-element:footnote\' id=ftn1><p class=MsoFootnoteText><a style=\'mso-footnote-id:ftn1\' href="#_ftnref1" name="_ftn1" title="">'
    "<span class=MsoFootnoteReference>[1]</span></a> See A/78/1.</p><p class=MsoFootnoteText>And <i>more</i>.</p></div></div>"
)
NOTES = [
    # writer | the call after "Lamps" | the note | its mark and text
    ("Word", WORD_CALL, WORD_NOTE, "1", "See A/78/1. And more."),
    ("Word, filtered", '<a href="#_ftn1" name="_ftnref1"><span class=MsoFootnoteReference>[1]</span></a>', '<div id=ftn1><p class=MsoFootnoteText><a href="#_ftnref1" name="_ftn1">[1]</a> See A/78/1.</p></div>', "1", "See A/78/1."),
    ("Word, pasted", '<a href="#_ftn1" name="_ftnref1"><sup>1</sup></a>', '<p class=MsoFootnoteText><a href="#_ftnref1" name="_ftn1"><sup>1</sup></a> See A/78/1.</p>', "1", "See A/78/1."),
    ("Word, endnotes", '<a href="#_edn1" name="_ednref1">[i]</a>', '<div id=edn1><p class=MsoEndnoteText><a href="#_ednref1" name="_edn1">[i]</a> See A/78/1.</p></div>', "i", "See A/78/1."),
    ("LibreOffice", '<a class="sdfootnoteanc" name="sdfootnote1anc" href="#sdfootnote1sym"><sup>1</sup></a>', '<div id="sdfootnote1"><p class="sdfootnote-western"><a class="sdfootnotesym" name="sdfootnote1sym" href="#sdfootnote1anc">1</a>See A/78/1.</p></div>', "1", "See A/78/1."),
    ("pandoc", '<a href="#fn1" class="footnote-ref" id="fnref1"><sup>1</sup></a>', '<section class="footnotes"><hr/><ol><li id="fn1"><p>See A/78/1.<a href="#fnref1" class="footnote-back">↩︎</a></p></li></ol></section>', "1", "See A/78/1."),
    ("Markdown", '<sup id="fnref:1"><a href="#fn:1">1</a></sup>', '<div class="footnote"><ol><li id="fn:1"><p>See A/78/1.</p></li></ol></div>', "1", "See A/78/1."),
    ("a wiki", '<sup class="reference"><a href="#cite_note-1">[1]</a></sup>', '<ol class="references"><li id="cite_note-1"><span><a href="#cite_ref-1">↑</a></span> See A/78/1.</li></ol>', "1", "See A/78/1."),
    ("a list of notes", "<sup>2</sup>", '<div class="notes"><p>1 Unused.</p><p>2 See A/78/1.</p></div>', "2", "See A/78/1."),
    ("raised by style", "<span style='vertical-align:super'>1</span>", '<p id="note1">See A/78/1.</p>', "1", "See A/78/1."),
    ("old pages", "<sup>1</sup>", "<hr size=1><p><sup>1</sup> See A/78/1.</p>", "1", "See A/78/1."),
    ("a mark without its note", '<sup><a href="#fn9">9</a></sup>', "", "9", ""),
]  # fmt: skip


@pytest.mark.parametrize(
    ("call", "note", "mark", "text"), [row[1:] for row in NOTES], ids=[row[0] for row in NOTES]
)
def test_notes(call: str, note: str, mark: str, text: str) -> None:
    (block,) = blocks(f"<p>Lamps{call} shine</p>{note}")
    assert block.text == "Lamps shine"
    assert [(n.mark, n.text, n.place) for n in block.notes] == [(mark, text, 5)]


def test_a_paragraph_whose_number_is_that_of_its_note_is_no_note() -> None:
    (block,) = blocks("<p>4. Takes note of it;<sup>4</sup></p><hr><p><sup>4</sup> See A/78/1.</p>")
    assert (block.label, block.text) == ("4.", "Takes note of it;")
    assert [(note.mark, note.text) for note in block.notes] == [("4", "See A/78/1.")]


def test_a_link_to_another_place_is_no_call() -> None:
    (block,) = blocks(
        "<p>See part <a href='#part2'>2</a> and <a href='https://example.org'>3</a></p>"
    )
    assert (block.text, block.notes) == ("See part 2 and 3", ())


# Headings and tables ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cover", "title"),
    [
        ("<h1>78/901. Lamps</h1>", "Lamps"),
        ("<h1>United Nations</h1><h2>78/901. Lamps</h2>", "Lamps"),
        ("<h1>Lamps</h1><h3>Adopted without a vote</h3>", "Lamps"),
        ("<p>General Assembly</p><p><b>Lamps</b></p><p>[on the report of the First Committee]</p>", "Lamps"),
    ],
)  # fmt: skip
def test_the_title(cover: str, title: str) -> None:
    (found,) = parse(document(f"{cover}{THE_ASSEMBLY}<h2>Part one</h2><p><i>Noting</i> lamps,</p>"))
    assert (found.title, found.paragraphs[0].section) == (title, "Part one")


@pytest.mark.parametrize(
    ("page", "role"),
    [
        ("<h2>Scope of application</h2>", "heading"),
        ("<h2>1. Scope of application</h2>", "heading"),
        ("<p><b>Scope of application</b></p>", "heading"),
        ("<p><span style='font-weight:700'>Scope</span></p>", "heading"),
        ("<p><b>1. Decides to remain seized of the matter.</b></p>", None),
        ("<h2>Annex</h2>", None),
        ("<p>Scope</p>", None),
    ],
)
def test_headings(page: str, role: str | None) -> None:
    (block,) = blocks(page)
    assert block.role == role


def test_a_table_on_the_cover_is_lines_and_later_one_is_rows() -> None:
    table = "<table><tbody><tr><td><p>Lamps</p></td><td>12</td></tr></tbody></table>"
    held = document(f"{table}{THE_ASSEMBLY}{table}").blocks
    assert [(b.text, b.role) for b in held] == [
        ("Lamps", None),
        ("12", None),
        ("The General Assembly,", None),
        ("Lamps | 12", "table"),
    ]


def test_a_table_that_holds_the_resolution_is_no_table() -> None:
    page = f"<table><tr><td>menu</td><td>{THE_ASSEMBLY}<p><i>Noting</i> lamps,</p><table><tr><td>a</td><td>b</td></tr></table></td></tr></table>"
    held = document(page).blocks
    assert [(b.text, b.role) for b in held] == [
        ("menu", None),
        ("The General Assembly,", None),
        ("Noting lamps,", None),
        ("a | b", "table"),
    ]


def test_a_page_as_word_saves_it() -> None:
    page = f"""<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><meta http-equiv=Content-Type content="text/html; charset=windows-1252">
        <style><!-- p.MsoNormal {{margin:0cm}} --></style></head><body lang=EN-US><div class=WordSection1>
        <p class=MsoNormal>Distr.: General<o:p></o:p></p>
        <p class=HCh><b>78/901.<span style='mso-tab-count:1'>&nbsp;&nbsp;&nbsp; </span>Lamps and lenses<o:p></o:p></b></p>
        <p class=SingleTxt><span style='mso-tab-count:1'>&nbsp;&nbsp; </span><i>The General Assembly</i>,<o:p></o:p></p>
        <p class=SingleTxt><i>Recalling</i> “its” work,{WORD_CALL}<o:p></o:p></p>
        {word_item(1, "1.", "<i>Urges</i> all States:")}{word_item(2, "(a)", "To rest;")}
        <p class=MsoNormal><i>54th plenary meeting<br>5 December 2023</i></p></div>{WORD_NOTE}</body></html>"""
    (resolution,) = parse(next(iter(read("a.htm", page.encode("cp1252")))))
    assert (resolution.symbol, resolution.title, resolution.adopted) == (
        "A/RES/78/901",
        "Lamps and lenses",
        "2023-12-05",
    )
    assert [(p.anchor, p.verb, p.text, len(p.notes)) for p in resolution.paragraphs] == [
        ("pp1", "recalling", "Recalling “its” work,", 1),
        ("op1", "urges", "Urges all States:", 0),
        ("op1a", "urges", "To rest;", 0),
    ]


# Hostile pages ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "page",
    [
        "<p>" + "<i>a</i> " * 20_000,
        "<p>" + "<br>" * 20_000,
        "<p>" + "a<sup>1</sup>" * 20_000,
        "<div>" * 200 + "deep",
        "<b>" * 200 + "deep",
        "<table><tr><td>" * 60 + "deep",
        "<ol><li>" * 100 + "deep",
        "<li id=fn1>" * 2_000 + "deep",
        "<p>1. Urges</p>" * 5_000,
        "<style>" + ".a{" * 50_000 + "</style><p>a",
        "<p>" + "<!--" * 50_000,
    ],
    ids=["italics", "breaks", "marks", "boxes", "bold", "tables", "lists", "notes", "items", "sheet", "comments"],
)  # fmt: skip
def test_hostile_repetition_is_read_in_a_moment(page: str) -> None:
    with at_most(10):
        try:
            assert all(block.text for block in document(THE_ASSEMBLY + page).blocks)
        except ReadError as error:
            assert "nested too deeply" in str(error)  # noqa: PT017


PIECES = [
    THE_ASSEMBLY, "<p>", "</p>", "<i>Urges</i>", "1. ", "(a)", "<ol>", "<ol type=i start=9999999>", "<li>", "</ol>",
    "<table>", "<tr>", "<td>", "</table>", "<sup>1</sup>", "<a href='#fn1'>1</a>", "<li id=fn1>1 note</li>", "<br>",
    "<pre>a\n\n1. b</pre>", "<h1>70/1. A</h1>", "<span style='mso-list:Ignore'>1.</span>", "<![if x]>", "<!--", "-->",
    "<style>.a{font-style:italic}</style>", "<p class=a>", "\ufdd0", "\x00", "<div style='mso-list:l0 level2 lfo1'>",
]  # fmt: skip


@settings(max_examples=200)
@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=6)))
def test_any_mark_up_gives_blocks_or_a_sentence(pieces: list[str]) -> None:
    try:
        found = document("".join(pieces))
        assert all(block.text for block in found.blocks)
        parse(found)
    except SearchAppError:
        return


@settings(max_examples=100)
@given(st.randoms(use_true_random=False))
def test_mutated_pages_give_blocks_or_a_sentence(chance: random.Random) -> None:
    page = bytearray((WORD_CALL + word_item(1, "1.", "<i>Urges</i>") + WORD_NOTE).encode())
    for _ in range(chance.randrange(1, 8)):
        page[chance.randrange(len(page))] = chance.randrange(256)
    (found,) = read("a.html", b"<html>" + bytes(page))
    assert all(block.text for block in found.blocks)
