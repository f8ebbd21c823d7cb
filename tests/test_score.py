"""scripts/score: each figure falls with its kind of error, and with no other."""

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import pytest
from bs4 import BeautifulSoup
from corpus import needs_corpus
from scoring import byhand, formats
from scoring.__main__ import main, measure_format
from scoring.formats import is_held_out, of_truth
from scoring.measure import FIELDS, PARAGRAPHS, Print, Score, Words, align, compare, tidy
from scoring.numbering import Numbering, count
from scoring.pages import page
from scoring.report import Part, Report, worst
from scoring.truth import Truth, truths
from scoring.word import word_file

from searchapp.model.document import Note
from searchapp.model.resolution import Paragraph, Resolution

ROOT = Path(__file__).parent.parent
SCRIPT = ROOT / "scripts" / "score"

# An invented resolution with the oddities of real ones; {symbol} selects how it is reprinted.
AKN = """
<akomaNtoso xmlns="http://docs.oasis-open.org/legaldocml/ns/akn/3.0"><statement name="resolution">
<meta><identification source="#x"><FRBRExpression><FRBRlanguage language="eng"/></FRBRExpression>
</identification></meta>
<coverPage>
  <p><docAuthority>United Nations</docAuthority></p>
  <p><docNumber refersTo="#symbol">A/RES/99/{number}</docNumber></p>
  <p><docAuthority>General Assembly</docAuthority></p>
  <p><docStatus>Distr.: General</docStatus></p>
  <p><docDate>9 December 2044</docDate></p>
  <p><session value="99">Ninety-ninth session</session></p>
  <p><inline name="agenda item">Agenda items 9 and 75 (a)</inline></p>
  <p><docTitle>Resolution adopted by the General Assembly on 2 December 2044</docTitle></p>
  <p><docProponent>[on the report of the Second Committee (A/99/435)]</docProponent></p>
</coverPage>
<preface><p><docNumber>99/{number}.</docNumber>
  <docTitle><span class="bold">\tLighthouses of the islands</span></docTitle></p></preface>
<preamble><formula><p><span class="italic">The General Assembly</span>,</p></formula>
<container><p>\t<span class="italic">Recalling</span> its resolution 98/12 of 3 December 2043 on the
 keeping of lighthouses,<authorialNote marker="1"><p>A/98/1.</p></authorialNote></p></container>
</preamble>
<mainBody>
<paragraph><content><p><span class="italic">Bearing in mind</span> the needs of all who sail at
 night along the coasts of small islands,</p></content></paragraph>
<paragraph class="H23"><subheading>I. Lamps</subheading></paragraph>
<paragraph><num>1.</num><content><p><span class="italic">Takes note</span> of the report of the
 Secretary-General<authorialNote marker="2"><p>A/99/2.</p></authorialNote> on the state of lamps in
 lighthouses of every kind, and of the many recommendations that it makes to Governments;</p>
</content></paragraph>
<paragraph><num>2.</num><list><intro><p><span class="italic">Also invite</span>s all Member States
 that have lighthouses on their coasts:</p></intro>
<point><num>(a)</num><content><p>To light the lamps of their lighthouses before it is dark;</p>
</content></point>
<point><num>(b)</num><content><p>To report on what their keepers need for work at night;</p>
</content></point></list></paragraph>
<paragraph><content><p>(c) To share the drawings of those lamps that have proved their worth;</p>
</content></paragraph>
<container><table><tr><td>Lamps</td><td>12</td></tr></table></container>
<paragraph><num>3.</num><content><p><span class="italic">Decides</span> to consider the question
 again at its hundredth session.</p></content></paragraph>
</mainBody>
<conclusions><p><inline name="adoptionMeeting">62nd plenary meeting</inline><eol/>
<docDate>2 December 2044</docDate></p></conclusions>
<attachments><attachment><doc name="annex"><mainBody>
<paragraph><content><p><span class="bold">Annex</span></p></content></paragraph>
<paragraph><num>1.</num><content><p>The network of lighthouses is open to every State that has a
 coast of its own and a keeper.</p></content></paragraph>
</mainBody></doc></attachment></attachments>
</statement></akomaNtoso>
"""


def akn(folder: Path, number: int = 4) -> Path:
    path = folder / f"A_RES_99_{number}.xml"
    path.write_text(AKN.strip().replace("{number}", str(number)), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def truth(tmp_path_factory: pytest.TempPathFactory) -> Truth:
    (found,) = truths(akn(tmp_path_factory.mktemp("akn")))
    return found


def test_the_truth_is_what_the_file_says(truth: Truth) -> None:
    rows = [(line.kind, line.number, line.phrase, line.text[:24]) for line in truth.lines]

    assert rows == [
        ("enacting", None, "The General Assembly", "The General Assembly,"),
        ("preambular", None, "Recalling", "Recalling its resolution"),
        ("preambular", None, "Bearing in mind", "Bearing in mind the need"),
        ("heading", None, None, "I. Lamps"),
        ("operative", "1", "Takes note", "Takes note of the report"),
        ("operative", "2", "Also invites", "Also invites all Member "),
        ("operative", "2 (a)", None, "To light the lamps of th"),
        ("operative", "2 (b)", None, "To report on what their "),
        ("operative", "2 (c)", None, "To share the drawings of"),
        ("aside", None, None, "Lamps 12"),
        ("operative", "3", "Decides", "Decides to consider the "),
        ("heading", None, None, "Annex"),
        ("annex", "1", None, "The network of lighthous"),
    ]
    assert of_truth(truth).fields == {
        "symbol": "A/RES/99/4",
        "session": "99",
        "adopted": "2044-12-02",
        "title": "Lighthouses of the islands",
        "agenda_items": ("9", "75 (a)"),
    }
    assert [(call.mark, call.text) for line in truth.lines for call in line.calls] == [
        ("1", "A/98/1."),
        ("2", "A/99/2."),
    ]


def perfect(truth: Truth) -> Resolution:
    """Return the parse of a faultless reader."""
    rows = [
        Paragraph(
            id=f"A/RES/99/4#{place}",
            kind=line.kind,
            number=line.number,
            text=line.text,
            phrase=line.phrase,
            notes=tuple(Note(call.mark, call.text) for call in line.calls),
        )
        for place, line in enumerate(truth.lines)
        if line.kind in ("preambular", "operative", "annex")
    ]
    return Resolution(
        symbol="A/RES/99/4",
        session="99",
        adopted="2044-12-02",
        title="Lighthouses of the islands",
        agenda_items=("9", "75 (a)"),
        paragraphs=tuple(rows),
    )


def changed(place: int, **values: Any) -> Callable[[Resolution], Resolution]:
    """Return a function that changes one paragraph of a resolution."""

    def change(resolution: Resolution) -> Resolution:
        rows = list(resolution.paragraphs)
        rows[place] = replace(rows[place], **values)
        return replace(resolution, paragraphs=tuple(rows))

    return change


def without(*places: int) -> Callable[[Resolution], Resolution]:
    def change(resolution: Resolution) -> Resolution:
        kept = [row for place, row in enumerate(resolution.paragraphs) if place not in places]
        return replace(resolution, paragraphs=tuple(kept))

    return change


def with_one_more(text: str) -> Callable[[Resolution], Resolution]:
    def change(resolution: Resolution) -> Resolution:
        return replace(resolution, paragraphs=(*resolution.paragraphs, Paragraph("x", text=text)))

    return change


REPORT = (
    "Takes note of the report of the Secretary-General on the state of lamps in lighthouses of "
    "every kind, and of the many recommendations that it makes to Governments;"
)

# Each parse has one error; the figures that fall, with their new values. There are nine
# paragraphs: two preambular, six operative (1, 2, (a), (b), (c), 3), one of the annex.
MUTATIONS: list[tuple[str, Callable[[Resolution], Resolution], dict[str, float]]] = [
    ("nothing", lambda resolution: resolution, {}),
    ("a hyphen of another kind", changed(2, text=REPORT.replace("y-G", "y\u2011G")), {}),
    ("a lost space", changed(2, text=REPORT.replace(", and", ",and")), {"exact": 8 / 9}),
    ("a mark left in", changed(2, text=REPORT.replace("l on", "l2 on")), {"exact": 8 / 9}),
    ("a row of the table", with_one_more("Lamps | 12"), {}),
    ("a job number", with_one_more("44-12345"), {"precision": 9 / 10, "f1": 18 / 19}),
    ("a lost paragraph", without(5), {"recall": 8 / 9, "f1": 16 / 17}),
    ("a lost annex", without(8), {"recall": 8 / 9, "f1": 16 / 17, "annexes": 0.0}),
    (
        "half of a paragraph",
        changed(2, text=REPORT[:60]),
        {"recall": 8 / 9, "precision": 8 / 9, "f1": 8 / 9},
    ),
    ("a kind", changed(1, kind="operative"), {"kind": 8 / 9}),
    ("a number without its parent", changed(4, number="(a)"), {"number": 8 / 9}),
    ("a phrase", changed(2, phrase="Takes note of"), {"phrase": 4 / 5}),
    ("a phrase in roman", changed(4, phrase="To light"), {}),
    ("a note", changed(2, notes=()), {"notes": 8 / 9}),
    ("no symbol", lambda r: replace(r, symbol=None), {"symbol": 0.0}),
    ("a session", lambda r: replace(r, session="98"), {"session": 0.0}),
    ("a day", lambda r: replace(r, adopted="2044-12-09"), {"adopted": 0.0}),
    ("a title", lambda r: replace(r, title="99/4. Lighthouses of the islands"), {"title": 0.0}),
    ("an item lost", lambda r: replace(r, agenda_items=("9",)), {"agenda_items": 0.0}),
]


@pytest.mark.parametrize(("mutate", "fallen"), [row[1:] for row in MUTATIONS], ids=str)
def test_a_mutated_parse_lowers_exactly_the_right_figure(
    mutate: Callable[[Resolution], Resolution], fallen: dict[str, float], truth: Truth
) -> None:
    score = compare([of_truth(truth)], [mutate(perfect(truth))])

    figures = {name: score.share(name) for name in (*PARAGRAPHS, *FIELDS)}
    assert figures == pytest.approx(dict.fromkeys(figures, 1.0) | fallen)
    assert bool(score.differences) == bool(fallen)


@pytest.mark.parametrize(
    ("given", "figures"),
    [
        ([], {"recall": 0.0, "precision": None, "f1": 0.0, "symbol": 0.0, "exact": None}),
        (["A/RES/99/4", "A/RES/99/5"], {"recall": 1.0, "precision": 0.5, "f1": 2 / 3}),
        (["A/RES/99/5", "A/RES/99/4"], {"recall": 1.0, "precision": 0.5, "symbol": 1.0}),
    ],
)
def test_resolutions_that_are_missing_or_too_many_count(
    given: list[str], figures: dict[str, float | None], truth: Truth
) -> None:
    found = [replace(perfect(truth), symbol=symbol) for symbol in given]

    score = compare([of_truth(truth)], found)

    assert {name: score.share(name) for name in figures} == pytest.approx(figures)


@pytest.mark.parametrize(
    ("one", "other", "agree"),
    [
        ("Secretary-General’s lamps", "secretary general's LAMPS", True),
        ("coöperation", "cooperation", False),
        ("ﬁnance", "finance", True),
        ("one " * 19 + "two", "one " * 19 + "six", True),  # 19 of 20
        ("one " * 18 + "two", "one " * 18 + "six", False),  # 18 of 19
        ("", "", False),
    ],
)
def test_words_agree_at_95_per_cent(one: str, other: str, agree: bool) -> None:
    assert Words.of(one).agree(Words.of(other)) is agree


@pytest.mark.parametrize(
    ("one", "other", "agree"),
    [
        ("a b c d " * 5 + "w x y z", "A, b; c d " * 5 + "w x y z.", True),
        ("a b c d " * 5 + "w x y z", "a b c d " * 5 + "e w x y z", True),  # one extra word in 24
        ("a b c d e w x y z", "a b c d w x y z", False),  # one extra in nine
        ("a b c d " * 5 + "w x y z", "a b c d " * 5 + "v x y z", False),
    ],
)
def test_prints_agree_by_ends_and_length(one: str, other: str, agree: bool) -> None:
    assert Print.of(one).agree(Print.of(other)) is agree


def test_texts_that_repeat_keep_their_places() -> None:
    same, other, more = map(Words.of, ("Takes note of the report;", "Endorses it;", "Approves it;"))

    assert align([same, other, same, more], [other, same, more]) == {1: 0, 2: 1, 3: 2}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("two\u2011State\u00a0solution", "two-State solution"),
        (" co\u00adoperation \n\t of\u200b all", "cooperation of all"),
        ("“as it is” – 1.5", "“as it is” – 1.5"),
    ],
)
def test_tidy_keeps_what_a_reader_sees(text: str, shown: str) -> None:
    assert tidy(text) == shown


# Labels as printed, in flat mark-up, and the whole numbers.
LABELS = [
    ("1. (a) (b) (i) (ii) (c) 2.", "1|1 (a)|1 (b)|1 (b) (i)|1 (b) (ii)|1 (c)|2"),
    ("(a) (b)", "(a)|(b)"),
    ("3. (h) (i) (j)", "3|3 (h)|3 (i)|3 (j)"),
    ("3. (h) (i) (ii)", "3|3 (h)|3 (h) (i)|3 (h) (ii)"),
    ("38. (w) (x) (y)", "38|38 (w)|38 (x)|38 (y)"),  # 78/1
    ("4. (z) (aa) (bb)", "4|4 (z)|4 (aa)|4 (bb)"),
    ("l. 2.", "1|2"),  # 76/256
    ("19. 1.1", "19|1.1"),  # 76/3
]


@pytest.mark.parametrize(("labels", "numbers"), LABELS)
def test_labels_become_whole_numbers(labels: str, numbers: str) -> None:
    numbering = Numbering()
    printed = labels.split()

    found = [
        numbering.number(label, following, 1)[0]
        for label, following in zip(printed, [*printed[1:], ""], strict=True)
    ]

    assert "|".join(found) == numbers


@pytest.mark.parametrize(
    ("label", "how", "place"),
    [
        ("3.", "decimal", 3),
        ("(c)", "letter", 3),
        ("(iii)", "roman", 3),
        ("(bb)", "letter", 28),
        ("(xliv)", "roman", 44),
        ("1.1", "decimal", 0),
        ("A.", "decimal", 0),
    ],
)
def test_a_program_can_count_labels(label: str, how: Any, place: int) -> None:
    assert count(label, how) == place


def of_word(content: bytes) -> tuple[str, str]:
    """Return the text of a Word file, and its way of numbering."""
    file = docx.Document(BytesIO(content))
    rows = (cell.text for table in file.tables for row in table.rows for cell in row.cells)
    numbered = file.element.xpath("//w:numPr")
    text = "\n".join([*(paragraph.text for paragraph in file.paragraphs), *rows])
    return text, "counted" if numbered else "typed"


def of_page(content: bytes) -> tuple[str, str]:
    """Return the text of a web page, and its kind of mark-up."""
    soup = BeautifulSoup(content, "lxml")
    way = "Word" if soup.find(class_="WordSection1") else "lists" if soup.ol else "plain"
    return soup.get_text(), way


# The hashes of symbols 1 to 6 select each of the ways.
@pytest.mark.parametrize(
    ("make", "read", "ways"),
    [
        (word_file, of_word, {"counted", "typed"}),
        (page, of_page, {"Word", "lists", "plain"}),
    ],
    ids=["word", "page"],
)
def test_what_is_printed_again_holds_every_line(
    make: Callable[[list[Truth]], bytes],
    read: Callable[[bytes], tuple[str, str]],
    ways: set[str],
    tmp_path: Path,
) -> None:
    used = set()
    for number in range(1, 7):
        (found,) = truths(akn(tmp_path, number))
        text, way = read(make([found]))
        used.add(way)
        pieces = [line.text for line in found.lines if not line.calls and not line.cells]
        assert [piece for piece in pieces if tidy(piece) not in tidy(text)] == []

    assert used == ways


def test_a_word_file_has_its_notes_in_a_part_of_their_own(truth: Truth) -> None:
    files = zipfile.ZipFile(BytesIO(word_file([truth])))

    notes = files.read("word/footnotes.xml").decode()

    assert [text for text in ("A/98/1.", "A/99/2.") if text not in notes] == []
    assert files.read("word/document.xml").count(b"<w:footnoteReference") == 2


def test_labels_by_hand_are_read_as_they_were_written(truth: Truth, tmp_path: Path) -> None:
    table = tmp_path / "old.tsv"
    lines = ["# for people", *byhand.format_labels("A_RES_99_4.txt", perfect(truth))]
    table.write_text("\n".join(lines) + "\n", encoding="utf-8")

    (expected,) = byhand.texts(table)["A_RES_99_4.txt"]

    right = compare([expected], [perfect(truth)])
    wrong = compare(
        [expected], [changed(2, text=REPORT.replace("lamps", "lights"))(perfect(truth))]
    )
    assert right.differences == []
    assert {figure: wrong.share(figure) for figure in ("f1", "exact", "kind")} == pytest.approx(
        {"f1": 1.0, "exact": 8 / 9, "kind": 1.0}
    )


def test_no_label_holds_a_text() -> None:
    for name in ("seeds", "old"):
        table = ROOT / "tests" / "labels" / f"{name}.tsv"
        rows = byhand.rows(table)
        assert rows
        assert [row for row in rows if any(len(cell.split()) > 8 for cell in row)] == []


@pytest.mark.parametrize(
    ("name", "held_out"), [("A_RES_78_10-2323443E.xml", True), ("A_RES_78_69.pdf", False)]
)
def test_a_quarter_of_the_files_is_held_out(name: str, held_out: bool) -> None:
    assert is_held_out(Path(name)) is held_out


def report() -> Report:
    """Return a report on a visible file and a held-out one."""
    made = Report("akn")
    for held_out in (False, True):
        score = Score()
        score.count("recall", False, "the words of a paragraph")
        case = formats.Case("akn", Path(f"{held_out}.xml"), held_out)
        made.add(formats.Result(case, score, seconds=0.5))
    return made


def test_the_table_has_both_columns_and_marks_what_is_too_low() -> None:
    rows = [line.split() for line in report().lines()]

    assert ["files", "1", "1"] in rows
    assert ["f1", "0.0000", "!", "0.0000", "!", "0.995", "0.999"] in rows
    assert ["files", "a", "second", "2.0", "2.0", "150"] in rows


def test_files_with_most_differences_come_first() -> None:
    assert worst(report().development, 5) == [
        "False.xml: 1 differences",
        "    recall: the words of a paragraph",
    ]
    assert worst(Part(), 5) == []


def test_it_says_which_formats_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--format", "papyrus"])

    assert "no format 'papyrus'; there are akn, pdf, layout" in capsys.readouterr().err


def test_it_goes_on_without_pdftotext(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr("shutil.which", lambda name: None)

    assert main(["--format", "layout,plain"]) == 1
    assert capsys.readouterr().err.count("apt install poppler-utils") == 2


def test_the_script_runs_without_a_corpus(tmp_path: Path) -> None:
    assert os.access(SCRIPT, os.X_OK)
    folders = os.pathsep.join(str(ROOT / name) for name in ("", "scripts", "tests"))
    names = {"SEARCHAPP_CORPUS": str(tmp_path), "PYTHONPATH": folders}

    done = subprocess.run(
        [sys.executable, "-m", "scoring", "--format", "akn"],
        env=os.environ | names,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stdout) == (1, "")
    assert f"AKN XML: not measured: there is no file of it in {tmp_path}" in done.stderr


@needs_corpus
@pytest.mark.corpus
def test_the_seeds_are_read_exactly() -> None:
    found = measure_format("seeds").development

    assert {name: found.score.share(name) for name in (*PARAGRAPHS, *FIELDS)} == {
        **dict.fromkeys((*PARAGRAPHS, *FIELDS), 1.0),
        "annexes": None,
    }


@needs_corpus
@pytest.mark.corpus
def test_the_figures_are_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--format", "akn", "--json", "A_RES_78_10"]) == 0

    data = json.loads(capsys.readouterr().out)
    assert list(data) == ["akn"]
    assert data["akn"]["development"]["files"] > 0
    assert 0.9 < data["akn"]["development"]["f1"] <= 1
