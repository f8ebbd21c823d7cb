# ruff: noqa: E501 - mark-up keeps one paragraph a line
"""Word files: text, styles and numbers as Word renders them, from mark-up as Word writes it."""

from __future__ import annotations

import contextlib
import io
import random
import zipfile
from collections.abc import Iterable

import docx
import pytest
from costs import at_most
from hypothesis import given, settings
from hypothesis import strategies as st

from searchapp.errors import ReadError, SearchAppError
from searchapp.model.document import Block, Document
from searchapp.parsing import parse
from searchapp.readers import docx as reader
from searchapp.readers import read

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
M = "http://schemas.openxmlformats.org/officeDocument/2006/math"
MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
ROOTS = {"document": "document", "header1": "hdr"}
KINDS = {"header1": "header"}
THE_ASSEMBLY = "<w:p><w:r><w:t>The General Assembly,</w:t></w:r></w:p>"


def package(body: str, main: str = "document.main", **parts: str) -> bytes:
    """Return a Word file of these parts; each is given as the content of its root."""
    types = f'<Override PartName="/word/document.xml" ContentType="{TYPE}.{main}+xml"/>'
    relations = ""
    for name in parts:
        kind = KINDS.get(name, name)
        types += f'<Override PartName="/word/{name}.xml" ContentType="{TYPE}.{kind}+xml"/>'
        relations += f'<Relationship Id="{name}" Type="{R}/{kind}" Target="{name}.xml"/>'
    files = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>{types}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="main" Type="{R}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">{relations}</Relationships>',
        "word/document.xml": root("document", f"<w:body>{body}</w:body>"),
    }
    files |= {f"word/{n}.xml": root(ROOTS.get(n, n), inside) for n, inside in parts.items()}
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return stream.getvalue()


def root(name: str, inside: str) -> str:
    names = f'xmlns:w="{W}" xmlns:m="{M}" xmlns:mc="{MC}"'
    return f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:{name} {names}>{inside}</w:{name}>'


def document(data: bytes) -> Document:
    (found,) = read("a.docx", data)
    return found


def blocks(body: str, **parts: str) -> list[Block]:
    """Return the blocks after the enacting words."""
    first, *rest = document(package(THE_ASSEMBLY + body, **parts)).blocks
    assert first.text == "The General Assembly,"
    return rest


def paragraph(inside: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{inside}</w:p>"


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


# Text -------------------------------------------------------------------------------------------

PRINTED = [
    # what Word does | its mark-up | what is printed
    ("runs at any place", run("Re") + run("calls ") + run("upon"), "Recalls upon"),
    ("tabs and breaks", "<w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t><w:cr/><w:t>d</w:t></w:r>", "a b c d"),
    ("hyphens", "<w:r><w:t>COVID</w:t><w:noBreakHyphen/><w:t>19 elabora</w:t><w:softHyphen/><w:t>tion</w:t></w:r>", "COVID\u201119 elaboration"),
    ("a deletion", run("two ") + f'<w:del w:id="1">{run("three ").replace("w:t", "w:delText")}</w:del>' + run("lamps"), "two lamps"),
    ("an insertion", run("two ") + f'<w:ins w:id="1">{run("red ")}</w:ins>' + run("lamps"), "two red lamps"),
    ("moved text", f'<w:moveFrom w:id="1">{run("away ")}</w:moveFrom><w:moveTo w:id="2">{run("here")}</w:moveTo>', "here"),
    ("hidden text", run("seen") + run(" unseen", "<w:vanish/>"), "seen"),
    ("text that is not hidden", run("seen", '<w:vanish w:val="0"/>'), "seen"),
    ("a link", f'<w:hyperlink>{run("a page")}</w:hyperlink>', "a page"),
    ("a smart tag", f'<w:smartTag>{run("New York")}</w:smartTag>', "New York"),
    ("a control", f'<w:sdt><w:sdtPr/><w:sdtContent>{run("filled in")}</w:sdtContent></w:sdt>', "filled in"),
    ("an empty control", run("a") + f'<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{run("Click here")}</w:sdtContent></w:sdt>', "a"),
    ("a page's number", run("a ") + f'<w:fldSimple w:instr=" PAGE ">{run("7")}</w:fldSimple>' + run("b"), "a b"),
    ("a field in runs", run("para. ") + '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> REF a </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>' + run("3") + '<w:r><w:fldChar w:fldCharType="end"/></w:r>' + run(" above"), "para. 3 above"),
    ("a page's number in runs", run("a") + '<w:r><w:fldChar w:fldCharType="begin"/><w:instrText>PAGE</w:instrText><w:fldChar w:fldCharType="separate"/><w:t>7</w:t><w:fldChar w:fldCharType="end"/></w:r>', "a"),
    ("a sign of a font", '<w:r><w:t>5 </w:t><w:sym w:font="Symbol" w:char="F0B0"/><w:sym w:font="Wingdings" w:char="F04A"/><w:sym w:font="Arial" w:char="20AC"/></w:r>', "5 °€"),
    ("a text box", run("beside") + f'<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing/></mc:Choice><mc:Fallback><w:pict><w:txbxContent>{paragraph(run("in a box"))}</w:txbxContent></w:pict></mc:Fallback></mc:AlternateContent></w:r>', "beside"),
    ("a sign with a fallback", '<w:r><mc:AlternateContent><mc:Choice Requires="w16se"><w:symEx/></mc:Choice><mc:Fallback><w:t>≥</w:t></mc:Fallback></mc:AlternateContent><w:t>5</w:t></w:r>', "≥5"),
    ("a formula", run("CO") + "<m:oMath><m:r><m:t>2</m:t></m:r></m:oMath>", "CO2"),
    ("raised digits of no note", run("10") + run("6", '<w:vertAlign w:val="superscript"/>') + run(" t"), "106 t"),
    ("a comment", run("a") + '<w:commentRangeStart w:id="0"/><w:r><w:commentReference w:id="0"/></w:r>' + run(" b"), "a b"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("inside", "printed"), [row[1:] for row in PRINTED], ids=[row[0] for row in PRINTED]
)
def test_what_is_printed(inside: str, printed: str) -> None:
    (block,) = blocks(paragraph(inside))
    assert block.text == printed


def test_a_deleted_end_joins_two_paragraphs() -> None:
    held = blocks(
        paragraph(run("Recalling its "), "<w:rPr><w:del w:id='1'/></w:rPr>")
        + paragraph(run("resolution 69/28,"))
    )
    assert [block.text for block in held] == ["Recalling its resolution 69/28,"]


def test_a_break_parts_paragraphs_where_one_begins() -> None:
    lines = ["Annex", "Rules for", "lamps"]
    (head, rest) = blocks(
        paragraph("<w:r>" + "<w:br/>".join(f"<w:t>{line}</w:t>" for line in lines) + "</w:r>")
    )
    assert (head.text, rest.text) == ("Annex", "Rules for lamps")


# Styles -----------------------------------------------------------------------------------------

STYLES = """
<w:style w:type="paragraph" w:default="1" w:styleId="Normal"/>
<w:style w:type="paragraph" w:styleId="Slanted"><w:basedOn w:val="Normal"/><w:rPr><w:i/></w:rPr></w:style>
<w:style w:type="paragraph" w:styleId="Child"><w:basedOn w:val="Slanted"/></w:style>
<w:style w:type="paragraph" w:styleId="Round"><w:basedOn w:val="Round"/></w:style>
<w:style w:type="character" w:styleId="Emphasis"><w:rPr><w:i/></w:rPr></w:style>
<w:style w:type="character" w:styleId="Secret"><w:rPr><w:vanish/></w:rPr></w:style>
<w:style w:type="paragraph" w:styleId="Heading1"><w:pPr><w:outlineLvl w:val="0"/></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="H2"><w:basedOn w:val="Heading1"/></w:style>
"""
SLANTED, CHILD, ROUND = (f'<w:pStyle w:val="{name}"/>' for name in ("Slanted", "Child", "Round"))
EMPHASIS = '<w:rStyle w:val="Emphasis"/>'
UPRIGHT = '<w:i w:val="0"/>'
LEADS = [
    # properties of the paragraph, of its first run, of its second | what is set off
    ("", "<w:i/>", "", "Recalling"),
    ("", '<w:i w:val="true"/>', "", "Recalling"),
    ("", EMPHASIS, "", "Recalling"),
    ("", EMPHASIS + UPRIGHT, "", None),
    (SLANTED, EMPHASIS, UPRIGHT, None),  # italics within italics are upright
    (SLANTED, "", UPRIGHT, "Recalling"),
    (CHILD, "", UPRIGHT, "Recalling"),
    (SLANTED, "", "", None),  # all is bold: nothing is set off
    (ROUND, "<w:i/>", "", "Recalling"),
    ("", "", "<w:i/>", None),
]


@pytest.mark.parametrize(("style", "first", "second", "lead"), LEADS)
def test_italics_by_any_means_are_the_lead(
    style: str, first: str, second: str, lead: str | None
) -> None:
    (block,) = blocks(
        paragraph(run("Recalling", first) + run(" its work,", second), style), styles=STYLES
    )
    assert (block.text, block.lead) == ("Recalling its work,", lead)


@pytest.mark.parametrize(
    ("runs", "label", "lead"),
    [
        (run("\t1.\t") + run("Also ", "<w:i/>") + run("calls upon", "<w:i/>") + run(" States;"), "1.", "Also calls upon"),
        (run("1") + run(".") + run("\t") + run("Urges", "<w:i/>") + run(" States;"), "1.", "Urges"),
        (run("(a)", "<w:i/>") + run("\t") + run("Urges", "<w:i/>") + run(" States;"), "(a)", "Urges"),
        (run("Urges", "<w:i/>") + run(" ") + run("once again", "<w:i/>") + run(" States;"), None, "Urges once again"),
        (run("\t1.2\t") + run("Urges", "<w:i/>") + run(" States;"), "1.2", "Urges"),
        (run("a)\t") + run("Urges", "<w:i/>") + run(" States;"), "a)", "Urges"),
        (run("78/1.\t") + run("Urges", "<w:i/>") + run(" States;"), None, None),
        (run("Urges,", "<w:i/>") + run(" in this regard, States;"), None, "Urges"),
    ],
)  # fmt: skip
def test_the_lead_stands_behind_a_typed_number(
    runs: str, label: str | None, lead: str | None
) -> None:
    (block,) = blocks(paragraph(runs))
    assert (block.label, block.lead) == (label, lead)


@pytest.mark.parametrize(
    ("properties", "face", "text", "role"),
    [
        ("", "<w:b/>", "Lamps and lenses", "heading"),
        ('<w:pStyle w:val="Heading1"/>', "", "Lamps and lenses", "heading"),
        ('<w:pStyle w:val="H2"/>', "", "Lamps and lenses", "heading"),
        ('<w:outlineLvl w:val="1"/>', "", "Lamps and lenses.", "heading"),
        ('<w:pStyle w:val="H2"/><w:outlineLvl w:val="9"/>', "", "Lamps and lenses", None),
        ("", "<w:b/>", "1. Scope of application", "heading"),
        ("", "<w:b/>", "3. Decides to remain seized of the matter.", None),  # a draft in bold
        ("", "<w:b/>", "Recalling its resolution 69/28,", None),
        ("", "<w:b/>", "Annex II", None),  # the parser recognises an annex by its words
        ("", "<w:b/>", "78/211. Another resolution", None),  # and a title by its number
        ("", "", "Lamps and lenses", None),
    ],
)
def test_headings(properties: str, face: str, text: str, role: str | None) -> None:
    (block,) = blocks(paragraph(run(text, face), properties), styles=STYLES)
    assert block.role == role


def test_hiding_may_come_from_a_style() -> None:
    (block,) = blocks(paragraph(run("a") + run("b", '<w:rStyle w:val="Secret"/>')), styles=STYLES)
    assert block.text == "a"


# Numbers ----------------------------------------------------------------------------------------


def level(ilvl: int, form: str, text: str, more: str = "") -> str:
    return f'<w:lvl w:ilvl="{ilvl}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>{more}<w:lvlText w:val="{text}"/></w:lvl>'


def lists(*levels: str, nums: str = "", links: str = "") -> str:
    return f'<w:abstractNum w:abstractNumId="5">{"".join(levels)}</w:abstractNum>{links}<w:num w:numId="1"><w:abstractNumId w:val="5"/></w:num>{nums}'


def numbered(places: str, style: str = "") -> str:
    """Return list paragraphs: "1.0" is level 0 of list 1."""
    return "".join(
        paragraph(
            run("words"),
            f'{style}<w:numPr><w:ilvl w:val="{place[2:]}"/><w:numId w:val="{place[0]}"/></w:numPr>',
        )
        for place in places.split()
    )


CLASSIC = (
    level(0, "decimal", "%1."),
    level(1, "lowerLetter", "(%2)"),
    level(2, "lowerRoman", "(%3)"),
)
SECOND = '<w:num w:numId="2"><w:abstractNumId w:val="5"/></w:num>'
ANEW = '<w:num w:numId="2"><w:abstractNumId w:val="5"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>'
CHANGED = f'<w:num w:numId="2"><w:abstractNumId w:val="5"/><w:lvlOverride w:ilvl="0">{level(0, "upperRoman", "%1.")}</w:lvlOverride></w:num>'
NUMBERS = [
    # what is shown | lists | list.level of each paragraph | label of each, its level if below another
    ("three levels", lists(*CLASSIC), "1.0 1.1 1.1 1.2 1.1 1.0 1.1", "1. (a)2 (b)2 (i)3 (c)2 2. (a)2"),
    ("a level that is left out", lists(*CLASSIC), "1.0 1.2", "1. (i)2"),
    ("begun below", lists(*CLASSIC), "1.1 1.0 1.1", "(a) 1. (a)2"),
    ("two lists that count together", lists(*CLASSIC, nums=SECOND), "1.0 2.0 1.0", "1. 2. 3."),
    ("a list that begins anew", lists(*CLASSIC, nums=ANEW), "1.0 1.0 2.0 2.0", "1. 2. 1. 2."),
    ("a level of its own", lists(*CLASSIC, nums=CHANGED), "1.0 2.0", "1. II."),
    ("all numbers above", lists(level(0, "decimal", "%1."), level(1, "decimal", "%1.%2.")), "1.0 1.0 1.1", "1. 2. 2.1.2"),
    ("in Arabic figures", lists(level(0, "upperRoman", "%1."), level(1, "decimal", "%1.%2.", "<w:isLgl/>")), "1.0 1.0 1.1", "I. II. 2.1.2"),
    ("never anew", lists(level(0, "decimal", "%1."), level(1, "decimal", "%2.", '<w:lvlRestart w:val="0"/>')), "1.0 1.1 1.0 1.1", "1. 1.2 2. 2.2"),
    ("bullets", lists(level(0, "bullet", "\uf0b7")), "1.0 1.0", "- -"),
    ("no number", lists(level(0, "none", "")), "1.0", "-"),
    ("past z", lists(level(0, "lowerLetter", "(%1)")), " ".join(["1.0"] * 28), " ".join(f"({c})" for c in [*"abcdefghijklmnopqrstuvwxyz", "aa", "bb"])),
    ("a bracket behind", lists(level(0, "decimal", "%1."), level(1, "lowerLetter", "%2)")), "1.0 1.1", "1. a)2"),
    ("no list", lists(*CLASSIC), "0.0 9.0", "- -"),
    ("another list below", lists(*CLASSIC, nums='<w:num w:numId="2"><w:abstractNumId w:val="6"/></w:num>', links=f'<w:abstractNum w:abstractNumId="6">{level(0, "lowerLetter", "%1)")}</w:abstractNum>'), "1.0 2.0 2.0 1.0", "1. a)2 b)2 2."),
]  # fmt: skip


@pytest.mark.parametrize(
    ("numbering", "places", "labels"), [row[1:] for row in NUMBERS], ids=[row[0] for row in NUMBERS]
)
def test_numbers_of_lists(numbering: str, places: str, labels: str) -> None:
    held = blocks(numbered(places), numbering=numbering)
    assert " ".join(f"{block.label or '-'}{block.level or ''}" for block in held) == labels


def test_what_is_no_number_stands_in_the_text() -> None:
    held = blocks(numbered("1.0 1.0"), numbering=lists(level(0, "decimal", "Article %1")))
    assert [(block.label, block.text) for block in held] == [
        (None, "Article 1 words"),
        (None, "Article 2 words"),
    ]


def test_a_style_may_number() -> None:
    styles = """<w:style w:type="paragraph" w:styleId="Clause"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>
        <w:style w:type="paragraph" w:styleId="Point"><w:basedOn w:val="Clause"/><w:pPr><w:numPr><w:ilvl w:val="1"/><w:numId w:val="1"/></w:numPr></w:pPr></w:style>
        <w:style w:type="paragraph" w:styleId="Linked"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>"""
    numbering = lists(
        CLASSIC[0], CLASSIC[1], level(2, "lowerRoman", "(%3)", '<w:pStyle w:val="Linked"/>')
    )
    names = ["Clause", "Point", "Linked", "Clause"]
    body = "".join(paragraph(run("words"), f'<w:pStyle w:val="{name}"/>') for name in names)
    held = blocks(
        body
        + paragraph(
            run("words"), '<w:pStyle w:val="Clause"/><w:numPr><w:numId w:val="0"/></w:numPr>'
        ),
        styles=styles,
        numbering=numbering,
    )
    assert [block.label for block in held] == ["1.", "(a)", "(i)", "2.", None]


def test_a_list_may_be_that_of_a_style() -> None:
    styles = '<w:style w:type="numbering" w:styleId="Lines"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
    numbering = lists(
        *CLASSIC,
        nums='<w:num w:numId="3"><w:abstractNumId w:val="8"/></w:num>',
        links='<w:abstractNum w:abstractNumId="8"><w:numStyleLink w:val="Lines"/></w:abstractNum>',
    )
    assert [b.label for b in blocks(numbered("1.0 3.0"), styles=styles, numbering=numbering)] == [
        "1.",
        "2.",
    ]


def test_empty_items_count_and_deleted_ones_do_not() -> None:
    empty = numbered("1.0").replace("words", "")
    hidden = (
        numbered("1.0")
        .replace("<w:rPr></w:rPr>", "<w:rPr><w:vanish/></w:rPr>")
        .replace("<w:pPr>", "<w:pPr><w:rPr><w:vanish/></w:rPr>")
    )
    held = blocks(numbered("1.0") + empty + hidden + numbered("1.0"), numbering=lists(*CLASSIC))
    assert [block.label for block in held] == ["1.", "3."]


def test_a_numbered_heading_is_above_all_lists() -> None:
    numbering = lists(
        level(0, "upperRoman", "%1."), level(1, "decimal", "%2."), level(2, "lowerLetter", "(%3)")
    )
    head = numbered("1.0").replace("<w:rPr></w:rPr>", "<w:rPr><w:b/></w:rPr>")
    held = blocks(head + numbered("1.1 1.2 1.1"), numbering=numbering)
    assert [(b.role, b.label, b.level) for b in held] == [
        ("heading", "I.", None),
        (None, "1.", None),
        (None, "(a)", 2),
        (None, "2.", None),
    ]


# Notes ------------------------------------------------------------------------------------------

SEPARATORS = '<w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:footnote><w:footnote w:type="continuationSeparator" w:id="0"><w:p/></w:footnote>'
RAISED = '<w:vertAlign w:val="superscript"/>'


def call(name: int, custom: str = "", kind: str = "footnote") -> str:
    follows = ' w:customMarkFollows="1"' if custom else ""
    return f'<w:r><w:rPr>{RAISED}</w:rPr><w:{kind}Reference{follows} w:id="{name}"/>{custom and f"<w:t>{custom}</w:t>"}</w:r>'


def note(name: int, text: str, mark: str = "", kind: str = "footnote") -> str:
    printed = run(mark, RAISED) if mark else f"<w:r><w:rPr>{RAISED}</w:rPr><w:{kind}Ref/></w:r>"
    return f'<w:{kind} w:id="{name}"><w:p><w:r><w:tab/></w:r>{printed}<w:r><w:tab/></w:r>{run(" " + text)}</w:p></w:{kind}>'


def called(body: str, **parts: str) -> list[tuple[str, list[tuple[str, str, int | None]]]]:
    return [(b.text, [(n.mark, n.text, n.place) for n in b.notes]) for b in blocks(body, **parts)]


def test_footnotes_with_their_places() -> None:
    notes = SEPARATORS + note(2, "A/78/1.") + note(1, "Resolution 217 A (III).")
    body = paragraph(run("Recalling") + call(1) + run(" the report") + run(",") + call(2))
    assert called(body, footnotes=notes) == [
        ("Recalling the report,", [("1", "Resolution 217 A (III).", 9), ("2", "A/78/1.", 21)])
    ]


def test_a_mark_that_is_typed_takes_no_number() -> None:
    notes = note(1, "Reissued.", "*") + note(2, "A/78/1.")
    body = paragraph(run("Lamps") + call(1, "*") + run(" shine") + call(2))
    assert called(body, footnotes=notes) == [
        ("Lamps shine", [("*", "Reissued.", 5), ("1", "A/78/1.", 11)])
    ]


def test_a_mark_in_a_run_of_its_own() -> None:
    reference = '<w:r><w:footnoteReference w:customMarkFollows="1" w:id="1"/></w:r>'
    body = paragraph(run("Lamps") + reference + run("4", RAISED) + run(" shine"))
    assert called(body, footnotes=note(1, "A/78/1.", "4")) == [
        ("Lamps shine", [("4", "A/78/1.", 5)])
    ]


def test_a_mark_that_never_follows() -> None:
    body = paragraph(
        run("Lamps") + '<w:r><w:footnoteReference w:customMarkFollows="1" w:id="1"/></w:r>'
    ) + paragraph(run("Noting lamps,"))
    assert [text for text, _ in called(body, footnotes=note(1, "A/78/1."))] == [
        "Lamps",
        "Noting lamps,",
    ]


def test_a_mark_that_comes_again_is_a_call_again() -> None:
    body = paragraph(run("The report") + call(1)) + paragraph(
        run("that report") + run("1", RAISED) + run(" and 10") + run("2", RAISED)
    )
    assert called(body, footnotes=note(1, "A/78/1.")) == [
        ("The report", [("1", "A/78/1.", 10)]),
        ("that report and 102", [("1", "A/78/1.", 11)]),
    ]


def test_endnotes_have_roman_marks_of_their_own() -> None:
    body = paragraph(run("a") + call(1) + call(1, kind="endnote"))
    found = called(body, footnotes=note(1, "foot"), endnotes=note(1, "end", kind="endnote"))
    assert found == [("a", [("1", "foot", 1), ("i", "end", 1)])]


@pytest.mark.parametrize(
    ("document_says", "section_says", "marks"),
    [
        ("", "", "1 2"),
        ('<w:numFmt w:val="lowerLetter"/>', "", "a b"),
        ('<w:numStart w:val="7"/>', "", "7 8"),
        ('<w:numRestart w:val="eachSect"/>', "", "1 1"),
        ("", '<w:numRestart w:val="eachSect"/>', "1 1"),
        ('<w:numFmt w:val="chicago"/>', "", "* †"),
    ],
)
def test_marks_are_counted_as_the_document_says(
    document_says: str, section_says: str, marks: str
) -> None:
    section = f"<w:sectPr><w:footnotePr>{section_says}</w:footnotePr></w:sectPr>"
    body = paragraph(run("a") + call(1), section) + paragraph(run("b") + call(2)) + section
    found = called(
        body,
        footnotes=note(1, "x") + note(2, "y"),
        settings=f"<w:footnotePr>{document_says}</w:footnotePr>",
    )
    assert " ".join(mark for _, notes in found for mark, _, _ in notes) == marks


def test_a_note_that_calls_itself_and_one_that_is_missing() -> None:
    loop = f'<w:footnote w:id="1"><w:p>{run("round")}{call(1)}</w:p></w:footnote>'
    assert called(paragraph(run("a") + call(1) + call(9)), footnotes=loop) == [
        ("a", [("1", "round", 1), ("2", "", 1)])
    ]


# The page ---------------------------------------------------------------------------------------


def table(*rows: list[str]) -> str:
    cells = ("".join(f"<w:tc>{cell}</w:tc>" for cell in row) for row in rows)
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in cells)}</w:tbl>"


def test_a_table_on_the_cover_is_lines_and_later_one_is_rows() -> None:
    cover = table(
        [
            paragraph(run("United Nations")),
            paragraph(run("A/RES/78/901")) + paragraph(run("Distr.: General")),
        ]
    )
    later = table(
        [paragraph(run("Lamps")), paragraph(run("12"))],
        [paragraph(run("")), paragraph(run("two")) + paragraph(run("lines"))],
    )
    held = document(package(cover + THE_ASSEMBLY + later)).blocks
    assert [(b.text, b.role) for b in held] == [
        ("United Nations", None),
        ("A/RES/78/901", None),
        ("Distr.: General", None),
        ("The General Assembly,", None),
        ("Lamps | 12", "table"),
        ("two lines", "table"),
    ]


def test_rows_hold_their_notes_and_none_that_were_deleted() -> None:
    gone = table([paragraph(run("x")), paragraph(run("y"))]).replace(
        "<w:tr>", '<w:tr><w:trPr><w:del w:id="1"/></w:trPr>'
    )
    found = called(
        table([paragraph(run("Lamps")), paragraph(run("12") + call(1))]) + gone,
        footnotes=note(1, "About."),
    )
    assert found == [("Lamps | 12", [("1", "About.", 10)])]


def test_a_table_that_holds_the_resolution_is_no_table() -> None:
    page = table([THE_ASSEMBLY + paragraph(run("Recalling lamps,")), THE_ASSEMBLY])
    blocks = document(package(page)).blocks
    assert [block.role for block in blocks] == [None] * 3


def test_a_box_of_one_cell_is_no_table() -> None:
    assert [b.role for b in blocks(table([paragraph(run("a box"))]))] == [None]


def test_the_symbol_may_stand_in_the_header_alone() -> None:
    held = document(
        package(
            THE_ASSEMBLY, header1=paragraph(run("S/RES/2577 (2021)")) + paragraph(run("Page 2"))
        )
    ).blocks
    assert [b.text for b in held] == ["S/RES/2577 (2021)", "The General Assembly,"]


def test_the_symbol_may_be_hidden() -> None:
    hidden = paragraph(
        run(
            "&lt;&lt;ODS DOC SYMBOL1&gt;&gt;A/RES/64/25&lt;&lt;ODS DOC SYMBOL1&gt;&gt;",
            "<w:vanish/>",
        )
    )
    data = package(hidden + THE_ASSEMBLY + paragraph(run("1. Urges", "<w:i/>") + run(" States;")))
    (resolution,) = parse(document(data))
    assert resolution.symbol == "A/RES/64/25"


def test_a_table_of_contents_is_left_out() -> None:
    begin = '<w:r><w:fldChar w:fldCharType="begin"/><w:instrText> TOC \\o "1-3" </w:instrText><w:fldChar w:fldCharType="separate"/></w:r>'
    end = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    body = (
        paragraph(begin + run("Lamps 3"))
        + paragraph(run("Lenses 4") + end)
        + paragraph(run("Noting lamps,"))
    )
    assert [block.text for block in blocks(body)] == ["Noting lamps,"]


@pytest.mark.parametrize(
    ("lines", "title"),
    [
        (["78/901. Lamps", "Resolution"], "Lamps"),
        (["General Assembly", "Protection of lamps"], "Protection of lamps"),
        (["78/901. Lamps in the context ", "of harbours"], "Lamps in the context of harbours"),
        (["78/901. Lamps", "A", "Small lamps"], "Lamps"),
    ],
)
def test_the_title_is_the_numbered_line_or_the_last_heading(lines: list[str], title: str) -> None:
    cover = "".join(paragraph(run(line, "<w:b/>")) for line in lines) + paragraph(
        run("[on the report of the First Committee (A/78/1)]")
    )
    (resolution,) = parse(
        document(
            package(cover + THE_ASSEMBLY + paragraph(run("Noting", "<w:i/>") + run(" lamps,")))
        )
    )
    assert resolution.title == title


def test_a_reissue_is_named_on_the_cover() -> None:
    cover = paragraph(run("Distr.: General") + call(1, "*"))
    notes = note(1, "Reissued for technical reasons on 13 July 2021.", "*")
    assert document(package(cover + THE_ASSEMBLY, footnotes=notes)).reissued == "2021-07-13"


# A whole resolution -----------------------------------------------------------------------------


def resolution_by_python_docx() -> bytes:
    """Return a hand-typed Word file: a cover, bold headings, list styles, wrong properties."""
    made = docx.Document()
    made.core_properties.title, made.core_properties.language = "A/RES/1/1", "fr"
    made.sections[0].header.paragraphs[0].text = "A/RES/78/901"
    made.sections[0].footer.paragraphs[0].text = "23-12345"
    for line in (
        "Seventy-eighth session",
        "Agenda item 75 (a)",
        "Resolution adopted by the General Assembly on 5 December 2023",
    ):
        made.add_paragraph(line)
    made.add_heading("78/901. Lighthouses", level=1)
    made.add_paragraph().add_run("The General Assembly").italic = True
    made.paragraphs[-1].add_run(",")
    for words in ("Recalling| its resolution 77/1,", "Noting| the lamps,"):
        lead, rest = words.split("|")
        made.add_paragraph("\t").add_run(lead).italic = True
        made.paragraphs[-1].add_run(rest)
    made.add_heading("Lamps", level=2)
    for style, words in (
        ("List Number", "Invites| all States:"),
        ("List Number", "Requests| the Secretary-General to report."),
    ):
        lead, rest = words.split("|")
        item = made.add_paragraph(style=style)
        item.add_run(lead).italic = True
        item.add_run(rest)
    made.add_paragraph("54th plenary meeting")
    made.add_paragraph("5 December 2023")
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def test_a_whole_resolution() -> None:
    (found,) = parse(document(resolution_by_python_docx()))
    assert (found.symbol, found.language, found.session, found.title) == (
        "A/RES/78/901",
        "en",
        "78",
        "Lighthouses",
    )
    assert (found.adopted, found.agenda_items, found.meeting) == (
        "2023-12-05",
        ("75 (a)",),
        "54th plenary meeting",
    )
    assert [(p.anchor, p.verb, p.section) for p in found.paragraphs] == [
        ("pp1", "recalling", None),
        ("pp2", "noting", None),
        ("op1", "invites", "Lamps"),
        ("op2", "requests", "Lamps"),
    ]


# Unreadable files -------------------------------------------------------------------------------

SCHEMA = "http://purl.oclc.org/ooxml/officeDocument/relationships/officeDocument"


def zipped(**files: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return stream.getvalue()


def changed(data: bytes, name: str, old: str, new: str) -> bytes:
    """Return a Word file with one of its parts changed."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(stream, "w") as target:
        for info in source.infolist():
            text = source.read(info).decode()
            assert info.filename != name or old in text
            target.writestr(
                info.filename, text.replace(old, new) if info.filename == name else text
            )
    return stream.getvalue()


WHOLE = package(THE_ASSEMBLY)
REFUSED = [
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"W\0o\0r\0d\0", "old Word file .* soffice --headless --convert-to docx"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "password-protected"),
    (b"{\\rtf1 words}", r"rich text file \(.rtf\)"),
    (b"MIME-Version: 1.0\r\n", r"web archive \(.mht\)"),
    (package(THE_ASSEMBLY, main="template.main"), "template .* save it as .docx"),
    (WHOLE[:300], "damaged"),
    (changed(WHOLE, "[Content_Types].xml", f"{TYPE}.document.main", "application/vnd.ms-word.document.macroEnabled.main"), "macros .* save it as .docx"),
    (changed(WHOLE, "[Content_Types].xml", TYPE, "application/vnd.openxmlformats-officedocument.spreadsheetml"), "not a Word document"),
    (changed(WHOLE, "_rels/.rels", f"{R}/officeDocument", SCHEMA), "Strict Open XML"),
    (changed(WHOLE, "word/document.xml", "</w:body>", ""), "damaged"),
    (changed(WHOLE, "_rels/.rels", "word/document.xml", "word/none.xml"), "damaged"),
    (zipped(mimetype="application/vnd.oasis.opendocument.text"), "OpenDocument .* soffice"),
]  # fmt: skip


@pytest.mark.parametrize(("data", "sentence"), REFUSED)
def test_what_cannot_be_read_gets_a_sentence(data: bytes, sentence: str) -> None:
    with pytest.raises(ReadError, match=sentence):
        document(data)


def test_a_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = package(paragraph(run("x" * 30_000_000)))
    with pytest.raises(ReadError, match="Implausible compression ratio"):
        document(bomb)
    monkeypatch.setattr(reader, "MAX_BYTES", 1000)
    with pytest.raises(ReadError, match="unpacks to more than"):
        document(WHOLE)


def test_entities_are_not_expanded() -> None:
    entities = '<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
    bomb = changed(WHOLE, "word/document.xml", "<w:document", f"{entities}<w:document")
    bomb = changed(bomb, "word/document.xml", "The General Assembly,", "The General Assembly, &b;")
    assert "ha" not in document(bomb).blocks[0].text


@pytest.mark.parametrize(
    "body",
    [
        paragraph(run("words ") * 20_000),
        paragraph(run(" ") * 20_000),
        paragraph(run("words", "<w:i/>") * 20_000),
        paragraph("<w:r>" + "<w:br/>" * 20_000 + "</w:r>"),
        paragraph(run("(a)")) * 5_000,
        paragraph('<w:r><w:fldChar w:fldCharType="begin"/></w:r>' * 20_000),
        paragraph((run("a") + call(1)) * 5_000),
        "<w:tbl><w:tr><w:tc>" * 60 + paragraph(run("deep")) + "</w:tc></w:tr></w:tbl>" * 60,
    ],
    ids=["runs", "blanks", "italics", "breaks", "labels", "fields", "notes", "tables"],
)
def test_hostile_repetition_is_read_in_a_moment(body: str) -> None:
    with at_most(10), contextlib.suppress(ReadError):
        document(package(THE_ASSEMBLY + body, footnotes=note(1, "x " * 50)))


SEED = package(
    THE_ASSEMBLY + numbered("1.0 1.1") + paragraph(run("Recalling", EMPHASIS) + call(1)) + table([paragraph(run("a")), paragraph(run("b"))]),
    styles=STYLES,
    numbering=lists(*CLASSIC),
    footnotes=note(1, "words"),
)  # fmt: skip


def unpacked(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


def mutated(content: bytes, chance: random.Random) -> bytes:
    """Return content with a changed byte, a dropped or repeated piece, or odd values."""
    at, to = sorted(chance.randrange(len(content) + 1) for _ in range(2))
    ways = [
        content[:at] + bytes([chance.randrange(256)]) + content[at + 1 :],
        content[:at] + content[to:],
        content[:to] + content[at:],
        content.replace(
            b'w:val="1"', chance.choice([b'w:val="-1"', b'w:val="99999999999"', b'w:val="x"', b""])
        ),
        content.replace(b"w:p>", chance.choice([b"w:tbl>", b"w:tc>", b"w:sdt>", b"w:ins>"])),
    ]
    return chance.choice(ways)


@settings(max_examples=150)
@given(st.randoms(use_true_random=False), st.booleans())
def test_mutated_files_give_documents_or_a_sentence(chance: random.Random, inside: bool) -> None:
    if inside:
        parts = unpacked(SEED)
        name = chance.choice(sorted(parts))
        data = packed({**parts, name: mutated(parts[name], chance)})
    else:
        data = mutated(SEED, chance)
    try:
        held: Iterable[object] = [r for d in read("x", data) for r in parse(d)]
    except SearchAppError:
        return
    assert held


@settings(max_examples=150)
@given(
    st.recursive(
        st.sampled_from([run("1. Urges "), run("(a)"), call(1), call(1, "*"), run("1", RAISED), "<w:r><w:br/></w:r>", '<w:r><w:fldChar w:fldCharType="begin"/></w:r>', '<w:r><w:fldChar w:fldCharType="end"/></w:r>', "<w:pPr><w:numPr><w:numId w:val='1'/></w:numPr></w:pPr>", THE_ASSEMBLY]),
        lambda inside: st.tuples(st.sampled_from(["w:p", "w:tbl", "w:tr", "w:tc", "w:ins", "w:del", "w:sdt", "w:sdtContent", "mc:AlternateContent", "mc:Fallback", "w:hyperlink"]), st.lists(inside, max_size=4)).map(lambda t: f"<{t[0]}>{''.join(t[1])}</{t[0]}>"),
        max_leaves=20,
    )
)  # fmt: skip
def test_any_mark_up_gives_blocks(body: str) -> None:
    held = document(package(body, numbering=lists(*CLASSIC), footnotes=note(1, "x"))).blocks
    assert all(block.text for block in held)
