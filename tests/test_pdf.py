"""PDFs: structure from position and typeface; hostile files are an error message."""

from __future__ import annotations

import contextlib
import os
import random
import re
from pathlib import Path

import pytest
from corpus import CORPUS, needs_corpus
from hypothesis import given, settings
from hypothesis import strategies as st
from pdf_writer import file_of, pdf, stream

from searchapp.errors import NotAResolution, ReadError
from searchapp.ingest import pipeline
from searchapp.model.document import Block, Document, Note
from searchapp.model.resolution import Paragraph, Resolution
from searchapp.parsing import parse
from searchapp.readers import read, sniff
from searchapp.readers.pdf.lines import Joiner, Line, Piece
from searchapp.settings.config import Settings


def document(*pages: str) -> Document:
    (read_,) = read("made.pdf", pdf(*pages))
    return read_


def blocks(*pages: str) -> list[Block]:
    """Return the blocks of pages; filler is added, since a document needs enough text."""
    return [block for block in document(*pages, FILLER).blocks if "lazy" not in block.text]


def texts(*pages: str) -> list[str]:
    return [" ".join(filter(None, (b.label, b.text))) for b in blocks(*pages)]


# Enough words for a document, in a paragraph of their own.
FILLER = "\n".join(
    [
        "123 720 | 9.",
        "147 720 | The quick brown fox jumps over the lazy dog, and all its",
        *(
            f"123 {708 - 12 * n} | friends jump over the brown dog, which is lazy, while others"
            for n in range(12)
        ),
    ]
)

# A whole resolution ------------------------------------------------------------------------------

FIRST = """
123 731 14 | United Nations
478 731 20 | A
492.5 731  | /RES/99/12
123 701 20 | **General Assembly**
397 701    | Distr.: General
397 690    | 3 December 2044
 65  44    | 44-12345 (E)
 65  32 12 | \\*1234512\\*
 60 568    | **Ninety-ninth session**
 60 556    | Agenda item 75 (a)
 60 544    | **Rest and quiet: rest for those who**
 60 532    | **work**
123 500 14 | **Resolution adopted by the General Assembly**
123 485 14 | **on 2 December 2044**
123 462    | [*on the report of the Second Committee (A/99/435, para. 9)*]
 72 438 12 | **99/12.**
123 438 12 | **Rest and quiet for all who have worked the**
123 424 12 | **whole year**
147 402    | *The General Assembly*,
147 384    | *Recalling* its resolution 98/3 of 1 December 2043,^1^ in which it asked all States
123 372    | to let people rest, and its country-
123 360    | specific advice on naps,^2^
147 342    | *Noting with concern* that 3 km^2^ of the quiet-
123 330    | est land were lost,
147 312    | 1.
171 312    | *Invites* all States, in accordance with Article 4 of the Charter of the Rested,
123 300    | to let each worker rest for two hours of every day, and in this regard to take
 99 110  8 | **__________________**
117  89  8.5 | ^1^
123  89  8.5 | See A/98/7 and the
123  78  8.5 | reports cited there.
117  67  8.5 | ^2^
123  67  8.5 | United Nations, *Treaty Series*, vol. 1.
"""
SECOND = """
 60 741 8.5 | **A/RES/99/12**
380 741 8.5 | **Rest and quiet for all who have worked the**
500 731 8.5 | **whole year**
 60  35 8.5 | **2/3**
524  36 7   | 44-12345
123 708     | into account the quietest hours:
147 690     | (a)
171 690     | By closing shops at night;
147 672     | (b)
171 672     | By lowering voices:
171 654     | (i)
195 654     | In libraries;
171 636     | (ii)
195 636     | In trains;
123 612     | **Naps**
147 594     | 2.
171 594     | *Requests* the Secretary-General to report thereon at its hundredth session.
395 570     | *62nd plenary meeting*
413 558     | *2 December 2044*
123 500 12  | **Annex**
123 481 12  | **Rules of rest**
147 458     | 1.
171 458     | No one shall be woken.
147 440     | 2.
171 440     | Bells are silent.^1^
 99 110  8  | **__________________**
117  89 8.5 | ^1^
123  89 8.5 | Save in case of fire.
"""
PARAGRAPHS = """
pp1    | preambular | -         | Recalling | Recalling its resolution 98/3 of 1 December 2043, in which it asked all States to let people rest, and its country-specific advice on naps, | 1 49, 2 139
pp2    | preambular | -         | Noting with concern | Noting with concern that 3 km2 of the quietest land were lost, | -
op1    | operative  | 1         | Invites | Invites all States, in accordance with Article 4 of the Charter of the Rested, to let each worker rest for two hours of every day, and in this regard to take into account the quietest hours: | -
op1a   | operative  | 1 (a)     | -        | By closing shops at night; | -
op1b   | operative  | 1 (b)     | -        | By lowering voices: | -
op1bi  | operative  | 1 (b) (i) | -        | In libraries; | -
op1bii | operative  | 1 (b) (ii) | -       | In trains; | -
op2    | operative  | 2         | Requests | Requests the Secretary-General to report thereon at its hundredth session. | -
annex1-1 | annex    | 1         | -        | No one shall be woken. | -
annex1-2 | annex    | 2         | -        | Bells are silent. | 1 17
"""  # noqa: E501


def shown(paragraph: Paragraph) -> list[str]:
    notes = ", ".join(f"{note.mark} {note.place}" for note in paragraph.notes)
    anchor, number = paragraph.anchor, paragraph.number or "-"
    return [anchor, paragraph.kind, number, paragraph.phrase or "-", paragraph.text, notes or "-"]


@pytest.fixture(scope="module")
def resolution() -> Resolution:
    (found,) = parse(document(FIRST, SECOND))
    return found


def test_each_paragraph_is_read_to_the_word_with_its_number_phrase_and_notes(
    resolution: Resolution,
) -> None:
    rows = [[c.strip() for c in row.split("|")] for row in PARAGRAPHS.strip().splitlines()]
    assert [shown(paragraph) for paragraph in resolution.paragraphs] == rows


def test_notes_come_from_the_foot_of_the_page_that_calls_them(resolution: Resolution) -> None:
    notes = [note for paragraph in resolution.paragraphs for note in paragraph.notes]
    assert [note.text for note in notes] == [
        "See A/98/7 and the reports cited there.",
        "United Nations, Treaty Series, vol. 1.",
        "Save in case of fire.",
    ]


def test_cover_and_close_tell_what_the_resolution_is(resolution: Resolution) -> None:
    header = resolution.header()
    told = "symbol session adopted title agenda_items origin report meeting year".split()
    assert {name: header[name] for name in told} == {
        "symbol": "A/RES/99/12",
        "session": "99",
        "adopted": "2044-12-02",
        "title": "Rest and quiet for all who have worked the whole year",
        "agenda_items": ["75 (a)"],
        "origin": "Second Committee",
        "report": "A/99/435",
        "meeting": "62nd plenary meeting",
        "year": 2044,
    }


def test_headings_in_bold_become_sections_and_annexes(resolution: Resolution) -> None:
    by_anchor = {p.anchor: (p.section, p.annex) for p in resolution.paragraphs}
    assert by_anchor["op1"] == (None, None)
    assert by_anchor["op2"] == ("Naps", None)
    assert by_anchor["annex1-1"] == ("Rules of rest", "Annex")


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_page_that_is_turned_reads_like_one_that_is_not(turn: int) -> None:
    (turned,) = read("made.pdf", pdf(FIRST, SECOND, rotate=turn))
    assert turned.blocks == document(FIRST, SECOND).blocks


PARTS = """
478 731 20 | A
492.5 731  | /RES/99/12 A-B
 60 568    | **Ninety-ninth session**
 72 438 12 | **99/12.**
123 438 12 | **Rest and quiet**
123 418 12 | **A**
123 398 12 | **Rest**
147 370    | *The General Assembly*,
147 352    | *Recalling* its resolution 98/3,
147 334    | 1.
171 334    | *Invites* all States to let each worker rest for two hours of every day.
395 310    | *62nd plenary meeting*
413 298    | *2 December 2044*
123 270 12 | **B**
123 250 12 | **Quiet**
147 222    | *The General Assembly*,
147 204    | 1.
171 204    | *Decides* to remain silent.
395 180    | *62nd plenary meeting*
413 168    | *2 December 2044*
"""


def test_parts_in_one_file_are_resolutions_of_their_own() -> None:
    found = parse(document(PARTS))
    assert [(r.symbol, r.title, [p.verb for p in r.paragraphs]) for r in found] == [
        ("A/RES/99/12A", "Rest", ["recalling", "invites"]),
        ("A/RES/99/12B", "Quiet", ["decides"]),
    ]


# Lines to paragraphs -----------------------------------------------------------------------------

LINES = {
    "an indented line begins a paragraph": (
        """147 400 | Recalling that some of its words stand in the line above others that
        123 388 | follow below,
        147 376 | Noting others,""",
        """Recalling that some of its words stand in the line above others that follow below,
        Noting others,""",
    ),
    "so does one at some distance": (
        """123 400 | Recalling that some of its words stand in the line above others, and
        123 388 | that rest,
        123 370 | Noting others,""",
        """Recalling that some of its words stand in the line above others, and that rest,
        Noting others,""",
    ),
    "so does one below a single line, where all are indented": (
        """147 400 | Noting that foxes, brown and quick, jump over a dog,
        147 388 | Noting others that do so again and again, and
        123 376 | on most days,""",
        """Noting that foxes, brown and quick, jump over a dog,
        Noting others that do so again and again, and on most days,""",
    ),
    "a number with a tab hangs before its words": (
        """123 400 | (a)
        147 400 | The first of the items of a list that goes on in the next line,
        147 388 | so that it hangs;
        123 376 | (b)
        147 376 | The second.""",
        """(a) The first of the items of a list that goes on in the next line, so that it hangs;
        (b) The second.""",
    ),
    "headings in the middle of the page are one": (
        """220 400 | **On the rest of all**
        250 388 | **who work**""",
        "On the rest of all who work",
    ),
    "a section's number stands above its heading": (
        """123 400 | **II**
        123 388 | **On rest**
        147 370 | Noting others,""",
        """II
        On rest
        Noting others,""",
    ),
    "words that are pulled apart are one line": (
        """123 400 | all
        180 400 | are
        237 400 | called upon to rest for the whole of the day that is to come,
        123 388 | which is long,""",
        "all are called upon to rest for the whole of the day that is to come, which is long,",
    ),
}


@pytest.mark.parametrize(("page", "expected"), LINES.values(), ids=LINES)
def test_lines_are_joined_to_paragraphs(page: str, expected: str) -> None:
    assert texts(page) == [line.strip() for line in expected.splitlines()]


HYPHENS = {
    "a hyphen of its own stays": ("its country-", "specific advice", "its country-specific advice"),
    "a capital keeps it": ("the Secretary-", "General", "the Secretary-General"),
    "a hanging one keeps its space": ("youth-", "and women-led", "youth- and women-led"),
    "so does a dash between words": ("of rest –", "and of work", "of rest – and of work"),
    "a dash between numbers has none": ("in 2021–", "2022", "in 2021–2022"),
    "a word that the text has elsewhere is whole": (
        "the jum-",
        "ps of the fox",
        "the jumps of the fox",
    ),
}


@pytest.mark.parametrize(("first", "second", "expected"), HYPHENS.values(), ids=HYPHENS)
def test_a_hyphen_at_the_end_of_a_line(first: str, second: str, expected: str) -> None:
    assert texts(f"123 400 | {first}\n123 388 | {second}") == [expected]


def test_a_soft_hyphen_is_one_where_it_is_seen_and_only_parts_a_word_at_the_end_of_a_line() -> None:
    assert joined("to elabora\u00ad", "tion") == "to elaboration"
    assert joined("the Counter\u00adTerrorism Strategy") == "the Counter-Terrorism Strategy"


def joined(*lines: str) -> str:
    pieces = (Piece(text, 0, 100, -12 * n, 10, 0) for n, text in enumerate(lines))
    return Joiner([]).join(Line([piece], 0) for piece in pieces)


def test_where_print_parts_words_a_word_of_two_known_ones_keeps_its_hyphen() -> None:
    page = """123 400 | Each quick-
    123 388 | brown fox has frie-
    123 376 | nds and jum-
    123 364 | ps over ot-
    123 352 | hers, and sleeps in its bur-
    123 340 | row"""
    assert texts(page) == [
        "Each quick-brown fox has friends and jumps over others, and sleeps in its burrow"
    ]


def test_a_paragraph_goes_on_over_the_foot_and_the_head_of_pages() -> None:
    above = """147 100 | Recalling the whole of the words that stand at the end of a page, before
    123 88 | others, on the page that follows it, where there is a high-
    123 36 8.5 | 1/2"""
    below = """123 741 8.5 | **A/RES/99/12**
    123 708 | level meeting of foxes,
    147 690 | Noting the next,"""
    whole = (
        "Recalling the whole of the words that stand at the end of a page, before others, on the "
        "page that follows it, where there is a high-level meeting of foxes,"
    )
    assert texts(above, below) == [whole, "Noting the next,"]


@pytest.mark.parametrize(
    "furniture",
    ["90 741 8.5 | **Rest for all**", "90 741 | A/99/L.5", "300 40 | 12", "300 40 | - 12 -",
     "300 40 | Page 12 of 30", "90 40 | GE.44-12345(E)", "400 30 7 | Please recycle"],
)  # fmt: skip
def test_headers_and_footers_are_no_text(furniture: str) -> None:
    assert texts("147 400 | Noting the first,", f"{furniture}\n147 400 | Noting others,") == [
        "Noting the first,",
        "Noting others,",
    ]


def test_what_pages_have_in_common_at_their_edges_is_no_text() -> None:
    pages = [f"123 745 | Resolutions on rest {n}\n147 400 | Noting fox {n}," for n in (34, 35, 36)]
    assert texts(*pages)[1:] == ["Noting fox 34,", "Noting fox 35,", "Noting fox 36,"]


# Letters and spaces ------------------------------------------------------------------------------


def test_a_gap_is_a_space_and_a_covered_space_is_none() -> None:
    gap = "123 400 | resolution 78/1\n189.5 400 | of 2023"
    assert texts(gap) == ["resolution 78/1 of 2023"]
    # As Word prints a no-break hyphen: the next word overlaps the space.
    covered = "123 388 | eliminating neo- \n189.5 388 | Nazism"
    assert texts(covered) == ["eliminating neo-Nazism"]


# Notes -------------------------------------------------------------------------------------------

RULE = "99 110 8 | **__________**"
NOTES = {
    "a mark within a sentence": (
        ["147 400 | Noting rest,^1^ and naps,", RULE, "123 89 8.5 | ^1^ See A/1."],
        Note("1", "See A/1.", 12),
    ),
    "no rule above the notes": (
        ["147 400 | Noting rest,^1^ and naps,", "123 89 8.5 | ^1^ See A/1."],
        Note("1", "See A/1.", 12),
    ),
    "marks that are not raised at the foot": (
        ["147 400 | Noting rest,^12^ and naps,", "123 89 8.5 | 12 See A/1."],
        Note("12", "See A/1.", 12),
    ),
    "a star": (
        [r"147 400 | Noting rest^\*^ and naps,", RULE, r"123 89 8.5 | ^\*^ As said."],
        Note("*", "As said.", 11),
    ),
    "a line that begins with another number": (
        [
            "147 400 | Noting rest,^1^ and naps,",
            RULE,
            "123 89 8.5 | ^1^ Held from",
            "123 79 8.5 | 3 to 14 June.",
        ],
        Note("1", "Held from 3 to 14 June.", 12),
    ),
    "a note that is nowhere": (["147 400 | Noting rest,^4^ and naps,"], Note("4", "", 12)),
}


@pytest.mark.parametrize(("page", "note"), NOTES.values(), ids=NOTES)
def test_a_call_is_taken_from_the_text_and_its_note_from_the_foot(
    page: list[str], note: Note
) -> None:
    (block,) = blocks("\n".join(page))
    assert (block.text[:11], block.notes) == ("Noting rest", (note,))


def test_a_note_goes_on_at_the_foot_of_the_next_page() -> None:
    first = f"147 400 | Noting rest,^1^\n{RULE}\n123 89 8.5 | ^1^ See the very"
    second = f"147 400 | Noting naps,\n{RULE}\n123 89 8.5 | long report."
    assert [block.notes for block in blocks(first, second)] == [
        (Note("1", "See the very long report.", 12),),
        (),
    ]


def test_a_note_may_go_down_to_where_footers_stand() -> None:
    page = f"147 400 | Noting rest,^1^\n{RULE}\n123 58 8.5 | ^1^ See the very"
    page += "\n123 48 8.5 | long report.\n123 30 8.5 | Rest for all"
    (block,) = blocks(page)
    assert block.notes == (Note("1", "See the very long report.", 12),)


def test_a_raised_digit_that_is_a_unit_stays() -> None:
    assert texts("147 400 | Noting 10 km^2^ of CO2 in resolution 64/292, 2 billion people,") == [
        "Noting 10 km2 of CO2 in resolution 64/292, 2 billion people,"
    ]


def test_a_reissue_is_known_by_its_note() -> None:
    page = r"""123 731 | A/RES/99/12\*
    99 75 8 | **____________**
    123 60 8.5 | \* Reissued for technical reasons on 13 July 2044."""
    assert document(page + "\n" + FILLER.replace("700", "500")).reissued == "2044-07-13"
    assert document(FIRST, SECOND).reissued is None


# Tables ------------------------------------------------------------------------------------------


def test_lines_beside_each_other_are_rows_of_a_table() -> None:
    page = """123 500 8.5 | Category
    300 500 8.5 | Posts
    400 500 8.5 | Total
    123 488 8.5 | Expenditure sections
    123 476 8.5 | Deputy
    123 466 8.5 | Secretary
    300 476 8.5 | 1
    400 476 8.5 | 45,000
    123 454 8.5 | Others
    300 454 8.5 | 12
    400 454 8.5 | 7,200
    123 440 8.5 | a Excluding foxes."""
    rows = blocks(page)
    assert {row.role for row in rows} == {"table"}
    assert [row.text for row in rows] == [
        "Category | Posts | Total",
        "Expenditure sections",
        "Deputy Secretary | 1 | 45,000",
        "Others | 12 | 7,200",
        "a Excluding foxes.",
    ]


def test_two_columns_are_no_table() -> None:
    page = """72 600 | Recalling the words in the first of two
    72 588 | columns, where
    72 576 | it ends with a
    320 600 | few words in the second,
    332 582 | Noting others,"""
    assert texts(page)[-1] == "Noting others,"
    assert "table" not in {block.role for block in blocks(page)}


# Unreadable files --------------------------------------------------------------------------------

EMPTY = file_of(
    [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]>>",
    ]
)


NO_PAGE = file_of([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 0>>"])
WRONG = {
    "a scan": (EMPTY, "images of pages, not text; run OCR first"),
    "a scan with a stamp": (pdf("300 40 | A/RES/99/1"), "images of pages"),
    "a password": (pdf(FIRST, locked=True), "password-protected"),
    "a head alone": (b"%PDF-1.4\n", "is damaged"),
    "cut short": (pdf(FIRST)[:900], "is damaged"),
    "no page": (NO_PAGE, "damaged|images"),  # one version of PDFium reads it as empty
    "many letters": (pdf("\n".join(f"9 {n} 1 | {'x' * 99}" for n in range(600))), "characters"),
    "many pages": (pdf(*["9 9 | x"] * 2001), "more than 2,000 pages"),
}


@pytest.mark.parametrize(("content", "said"), WRONG.values(), ids=WRONG)
def test_a_file_that_cannot_be_read_gets_a_sentence(content: bytes, said: str) -> None:
    with pytest.raises(ReadError, match=said):
        list(read("wrong.pdf", content))


def forms(depth: int, last: bytes) -> bytes:
    """Return a PDF whose page draws a form ten times, which draws another ten times, and so on."""
    page = (
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R"
        b"/Resources<</XObject<</X 5 0 R>>>>>>"
    )
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        page,
        stream(b"/X Do " * 10),
    ]
    for number in range(6, 6 + depth):
        resources = b"/Resources<</XObject<</X %d 0 R>>>>" % number
        objects.append(stream(b"/X Do " * 10, b"/Subtype/Form/BBox[0 0 9 9]" + resources))
    font = b"/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Times-Roman>>>>>>"
    return file_of([*objects, stream(last, b"/Subtype/Form/BBox[0 0 9 9]" + font)])


@pytest.mark.skipif(os.name == "nt", reason="no limit of memory or processor time there")
@pytest.mark.parametrize(
    ("last", "megabytes", "said"),
    [
        (b"", 2000, "It takes longer than 1 second to read"),
        # PDFium aborts the process if memory runs out.
        (b"BT /F 12 Tf (a) Tj ET", 100, "It needs more than 100 MB|The reader process crashed"),
    ],
    ids=["time", "memory"],
)
def test_a_small_file_that_asks_for_all_time_and_memory_is_stopped(
    last: bytes, megabytes: int, said: str, tmp_path: Path
) -> None:
    settings = Settings(read_seconds=1, read_memory=megabytes)
    hostile, good = tmp_path / "a.pdf", tmp_path / "b.pdf"
    hostile.write_bytes(forms(12, last))
    good.write_bytes(pdf(FIRST))
    report = pipeline.Report()

    assert len(list(pipeline.parsed([tmp_path], report, settings=settings))) == 1
    [(path, sentence)] = report.failed
    assert path == str(hostile)
    assert re.search(said, sentence)


def test_a_file_without_paragraphs_is_no_resolution() -> None:
    with pytest.raises(NotAResolution):
        parse(document(FILLER))


def test_what_stands_before_the_head_does_no_harm() -> None:
    assert sniff(b"\r\n \xef\xbb\xbf" + pdf(FIRST)) == "pdf"


@settings(max_examples=25)
@given(st.data())
def test_whatever_happens_to_a_file_it_gives_text_or_a_sentence(data: st.DataObject) -> None:
    content = bytearray(pdf(FIRST, SECOND))
    places = st.integers(0, len(content) - 1)
    for place in data.draw(st.lists(places, max_size=30)):
        content[place] = data.draw(st.integers(0, 255))
    start, length = data.draw(places), data.draw(st.integers(0, 600))
    del content[start : start + length]
    survives(bytes(content))


def survives(content: bytes) -> None:
    """Read and parse a possibly damaged file; only a `ReadError` is allowed."""
    with contextlib.suppress(ReadError):
        for found in read("harmed.pdf", b"%PDF-" + content):
            parse(found)


# The corpus --------------------------------------------------------------------------------------

# Resolutions of one page and of many, with sections, lists, headings, an annex, notes of all kinds.
TWINS = ["11", "43", "69", "94", "120", "178", "246", "271", "284", "294"]


def twins(number: str) -> tuple[Resolution, Resolution]:
    """Return a resolution as read from its mark-up, and as read from its PDF."""
    (marked,) = (CORPUS / "akn" / "78").glob(f"A_RES_78_{number}-*.xml")
    found = [
        resolution
        for path in (marked, CORPUS / "pdf" / f"A_RES_78_{number}.pdf")
        for document in read(path)
        for resolution in parse(document)
    ]
    return found[0], found[1]


def plain(text: str) -> str:
    return text.replace("\u2011", "-")


@needs_corpus
@pytest.mark.corpus
@pytest.mark.parametrize("number", TWINS)
def test_print_says_what_the_mark_up_says(number: str) -> None:
    marked, printed = twins(number)
    for name in "symbol session adopted agenda_items origin report meeting body year".split():
        assert getattr(printed, name) == getattr(marked, name), name
    assert plain(printed.title or "") == plain(marked.title or "")
    assert [said(p) for p in printed.paragraphs] == [said(p) for p in marked.paragraphs]


def said(paragraph: Paragraph) -> tuple[object, ...]:
    """Return the fields in which print and mark-up must agree."""
    notes = [(note.mark, plain(note.text), note.place) for note in paragraph.notes]
    found = paragraph
    return found.anchor, found.kind, found.number, found.phrase, plain(found.text), notes


@needs_corpus
@pytest.mark.corpus
@pytest.mark.parametrize("seed", range(6))
def test_a_harmed_file_of_the_corpus_gives_text_or_a_sentence(seed: int) -> None:
    chance = random.Random(seed)
    content = bytearray(Path(CORPUS / "pdf" / "A_RES_78_43.pdf").read_bytes())
    for _ in range(40):
        content[chance.randrange(len(content))] = chance.randrange(256)
    del content[chance.randrange(len(content)) :][: chance.randrange(9000)]
    survives(bytes(content))
