# ruff: noqa: E501 - tables keep one row a line
"""From files to paragraphs: the five seeds word by word, the corpus, and traps of real texts."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from corpus import CORPUS, needs_corpus
from costs import at_most
from hypothesis import given, settings
from hypothesis import strategies as st

from searchapp.errors import NotAResolution, ReadError, SearchAppError
from searchapp.ingest.sample import paths as sample_paths
from searchapp.model.document import Block, Document, Note, Role
from searchapp.model.resolution import Paragraph, Resolution
from searchapp.parsing import parse
from searchapp.readers import read


def resolutions(path: Path) -> list[Resolution]:
    return [resolution for document in read(path) for resolution in parse(document)]


def from_text(text: str) -> Resolution:
    (document,) = read("inline.txt", text.encode())
    (resolution,) = parse(document)
    return resolution


# The seeds ---------------------------------------------------------------------------------------

SEEDS = {
    "000": (
        "A/RES/69/28",
        "69",
        "2014-12-02",
        ["91"],
        "A/69/435",
        "62nd plenary meeting",
        ["vote"],
    ),
    "001": (
        "A/RES/70/237",
        "70",
        "2015-12-23",
        ["92"],
        "A/70/455",
        "82nd plenary meeting",
        ["vote"],
    ),
    "002": (
        "A/RES/64/25",
        "64",
        "2009-12-02",
        ["91"],
        "A/64/386",
        "55th plenary meeting",
        ["vote"],
    ),
    "003": (
        "A/RES/67/27",
        "67",
        "2012-12-03",
        ["89"],
        "A/67/404",
        "48th plenary meeting",
        ["vote"],
    ),
    "004": (None, "56", "2001-11-29", [], None, "68th plenary meeting", ["session", "vote"]),
}
TITLE = (
    "Developments in the field of information and telecommunications in the context of "
    "international security"
)
# anchor | number | verb (* inherited) | first four … last four words | marks of notes
PARAGRAPHS = {
    "000": """
        pp1 | - | recalling | Recalling its resolutions 53/70 … of 27 December 2013, | -
        pp2 | - | recalling | Recalling also its resolutions … be maintained and encouraged, | -
        pp3 | - | noting | Noting that considerable progress … and means of telecommunication, | -
        pp4 | - | affirming | Affirming that it sees … in the global community, | -
        pp5 | - | recalling | Recalling, in this connection, … to 15 May 1996, | -
        pp6 | - | bearing in mind | Bearing in mind the … recommendations that were made, | [1]
        pp7 | - | bearing in mind | Bearing in mind also … November 2005 (second phase), | [2]
        pp8 | - | noting | Noting that the dissemination … by broad international cooperation, | -
        pp9 | - | expressing concern | Expressing concern that these … civil and military fields, | -
        pp10 | - | considering | Considering that it is … criminal or terrorist purposes, | -
        pp11 | - | noting | Noting the importance of … information and communications technologies, | -
        pp12 | - | noting | Noting also the contribution … 66/24, 67/27 and 68/243, | -
        pp13 | - | taking note | Taking note of the … Secretary-General containing those assessments, | [3]
        pp14 | - | welcoming | Welcoming the initiative taken … results of those meetings, | -
        pp15 | - | considering | Considering that the assessments … security and related notions, | -
        pp16 | - | bearing in mind | Bearing in mind that … information and telecommunications systems, | -
        pp17 | - | welcoming | Welcoming the effective work … transmitted by the Secretary-General, | [4]
        pp18 | - | taking note | Taking note of the … Group of Governmental Experts, | -
        op1 | 1 | calls upon | Calls upon Member States … free flow of information; | -
        op2 | 2 | considers | Considers that the purpose … information and telecommunications systems; | -
        op3 | 3 | invites | Invites all Member States, … on the following questions: | [4]
        op3a | 3 (a) | invites* | General appreciation of the … issues of information security; | -
        op3b | 3 (b) | invites* | Efforts taken at the … cooperation in this field; | -
        op3c | 3 (c) | invites* | The content of the … in paragraph 2 above; | -
        op3d | 3 (d) | invites* | Possible measures that could … at the global level; | -
        op4 | 4 | welcomes | Welcomes the commencement of … results of the study; | -
        op5 | 5 | decides | Decides to include in … context of international security". | -
    """,
    "001": """
        pp1 | - | recalling | Recalling its resolutions 53/70 … of 2 December 2014, | -
        pp2 | - | recalling | Recalling also its resolutions … be maintained and encouraged, | -
        pp3 | - | bearing in mind | Bearing in mind the … to 18 November 2005, | [1]
        pp4 | - | noting | Noting that considerable progress … and means of telecommunication, | -
        pp5 | - | affirming | Affirming that it sees … in the global community, | -
        pp6 | - | noting | Noting that the dissemination … by broad international cooperation, | -
        pp7 | - | expressing concern | Expressing concern that these … civil and military fields, | -
        pp8 | - | considering | Considering that it is … criminal or terrorist purposes, | -
        pp9 | - | noting | Noting the importance of … information and communications technologies, | -
        pp10 | - | noting | Noting also the contribution … 67/27, 68/243 and 69/28, | -
        pp11 | - | taking note | Taking note of the … Secretary-General containing those assessments, | [2]
        pp12 | - | considering | Considering that the assessments … security and related notions, | -
        pp13 | - | bearing in mind | Bearing in mind that … information and telecommunications systems, | -
        pp14 | - | welcoming | Welcoming the effective work … transmitted by the Secretary-General, | [3]
        pp15 | - | stressing | Stressing the importance of … Group of Governmental Experts, | -
        pp16 | - | welcoming | Welcoming the conclusion of … be developed over time, | [4]
        op1 | 1 | welcomes | Welcomes the 2015 report … Context of International Security; | [3]
        op2 | 2 | calls upon | Calls upon Member States: … Calls upon Member States: | -
        op2a | 2 (a) | calls upon* | To be guided in … Group of Governmental Experts; | -
        op2b | 2 (b) | calls upon* | To promote further, at … free flow of information; | -
        op3 | 3 | considers | Considers that the purpose … information and telecommunications systems; | -
        op4 | 4 | invites | Invites all Member States, … on the following questions: | -
        op4a | 4 (a) | invites* | General appreciation of the … issues of information security; | -
        op4b | 4 (b) | invites* | Efforts taken at the … cooperation in this field; | -
        op4c | 4 (c) | invites* | The content of the … in paragraph 3 above; | -
        op4d | 4 (d) | invites* | Possible measures that could … at the global level; | -
        op5 | 5 | requests | Requests the Secretary-General, with … at its seventy-second session; | -
        op6 | 6 | decides | Decides to include in … context of international security". | -
    """,
    "002": """
        pp1 | - | recalling | Recalling its resolutions 53/70 … of 2 December 2008, | -
        pp2 | - | recalling | Recalling also its resolutions … be maintained and encouraged, | -
        pp3 | - | noting | Noting that considerable progress … and means of telecommunication, | -
        pp4 | - | affirming | Affirming that it sees … in the global community, | -
        pp5 | - | recalling | Recalling, in this connection, … to 15 May 1996, | -
        pp6 | - | bearing in mind | Bearing in mind the … recommendations that it made, | [1]
        pp7 | - | bearing in mind | Bearing in mind also … November 2005 (second phase), | [2]
        pp8 | - | noting | Noting that the dissemination … by broad international cooperation, | -
        pp9 | - | expressing concern | Expressing its concern that … civil and military fields, | -
        pp10 | - | considering | Considering that it is … criminal or terrorist purposes, | -
        pp11 | - | noting | Noting the contribution of … 61/54, 62/17 and 63/37, | -
        pp12 | - | taking note | Taking note of the … Secretary-General containing those assessments, | [3]
        pp13 | - | welcoming | Welcoming the initiative taken … results of those meetings, | -
        pp14 | - | considering | Considering that the assessments … security and related notions, | -
        pp15 | - | bearing in mind | Bearing in mind that … information and telecommunications systems, | -
        pp16 | - | taking note | Taking note of the … of the Group's work, | [4]
        op1 | 1 | calls upon | Calls upon Member States … free flow of information; | -
        op2 | 2 | considers | Considers that the purpose … information and telecommunications systems; | -
        op3 | 3 | invites | Invites all Member States … on the following questions: | -
        op3a | 3 (a) | invites* | General appreciation of the … issues of information security; | -
        op3b | 3 (b) | invites* | Efforts taken at the … cooperation in this field; | -
        op3c | 3 (c) | invites* | The content of the … in paragraph 2 above; | -
        op3d | 3 (d) | invites* | Possible measures that could … at the global level; | -
        op4 | 4 | requests | Requests the Secretary-General, with … at its sixty-fifth session; | -
        op5 | 5 | notes with satisfaction | Notes with satisfaction the … specified in resolution 63/37; | -
        op6 | 6 | decides | Decides to include in … context of international security". | -
    """,
    "003": """
        pp1 | - | recalling | Recalling its resolutions 53/70 … of 2 December 2011, | -
        pp2 | - | recalling | Recalling also its resolutions … be maintained and encouraged, | -
        pp3 | - | noting | Noting that considerable progress … and means of telecommunication, | -
        pp4 | - | affirming | Affirming that it sees … in the global community, | -
        pp5 | - | recalling | Recalling, in this connection, … to 15 May 1996, | -
        pp6 | - | bearing in mind | Bearing in mind the … recommendations that were made, | [1]
        pp7 | - | bearing in mind | Bearing in mind also … November 2005 (second phase), | [2]
        pp8 | - | noting | Noting that the dissemination … by broad international cooperation, | -
        pp9 | - | expressing concern | Expressing concern that these … civil and military fields, | -
        pp10 | - | considering | Considering that it is … criminal or terrorist purposes, | -
        pp11 | - | noting | Noting the contribution of … 64/25, 65/41 and 66/24, | -
        pp12 | - | taking note | Taking note of the … Secretary-General containing those assessments, | [3]
        pp13 | - | welcoming | Welcoming the initiative taken … results of those meetings, | -
        pp14 | - | considering | Considering that the assessments … security and related notions, | -
        pp15 | - | bearing in mind | Bearing in mind that … information and telecommunications systems, | -
        pp16 | - | welcoming | Welcoming the effective work … transmitted by the Secretary-General, | [4]
        pp17 | - | taking note | Taking note of the … Group of Governmental Experts, | -
        op1 | 1 | calls upon | Calls upon Member States … free flow of information; | -
        op2 | 2 | considers | Considers that the purpose … information and telecommunications systems; | -
        op3 | 3 | invites | Invites all Member States, … on the following questions: | [4]
        op3a | 3 (a) | invites* | General appreciation of the … issues of information security; | -
        op3b | 3 (b) | invites* | Efforts taken at the … cooperation in this field; | -
        op3c | 3 (c) | invites* | The content of the … in paragraph 2 above; | -
        op3d | 3 (d) | invites* | Possible measures that could … at the global level; | -
        op4 | 4 | welcomes | Welcomes the commencement of … results of the study; | -
        op5 | 5 | decides | Decides to include in … context of international security". | -
    """,
    "004": """
        pp1 | - | recalling | Recalling its resolutions 53/70 … of 20 November 2000, | -
        pp2 | - | recalling | Recalling also its resolutions … be maintained and encouraged, | -
        pp3 | - | noting | Noting that considerable progress … and means of telecommunication, | -
        pp4 | - | affirming | Affirming that it sees … in the global community, | -
        pp5 | - | recalling | Recalling, in this connection, … to 15 May 1996, | -
        pp6 | - | bearing in mind | Bearing in mind the … recommendations that it made, | [1]
        pp7 | - | noting | Noting that the dissemination … by broad international cooperation, | -
        pp8 | - | expressing concern | Expressing concern that these … civil and military fields, | -
        pp9 | - | considering | Considering that it is … criminal or terrorist purposes, | -
        pp10 | - | noting | Noting the contribution of … 53/70, 54/49 and 55/28, | -
        pp11 | - | taking note | Taking note of the … Secretary-General containing those assessments, | [2]
        pp12 | - | welcoming | Welcoming the initiative taken … well as its results, | -
        pp13 | - | considering | Considering that the assessments … security and related notions, | -
        op1 | 1 | calls upon | Calls upon Member States … free flow of information; | -
        op2 | 2 | considers | Considers that the purpose … information and telecommunications systems; | -
        op3 | 3 | invites | Invites all Member States … on the following questions: | -
        op3a | 3 (a) | invites* | General appreciation of the … issues of information security; | -
        op3b | 3 (b) | invites* | Definition of basic notions … systems and information resources; | -
        op3c | 3 (c) | invites* | The content of the … of the present resolution; | -
        op4 | 4 | requests | Requests the Secretary-General to … at its sixtieth session; | -
        op5 | 5 | decides | Decides to include in … context of international security”. | -
    """,
}


def seed(number: str) -> Resolution:
    (path,) = (CORPUS / "seeds").glob(f"{number}_*")
    (resolution,) = resolutions(path)
    return resolution


def row(p: Paragraph) -> str:
    words = p.text.split()
    ends = f"{' '.join(words[:4])} … {' '.join(words[-4:])}"
    marks = "".join(f"[{note.mark}]" for note in p.notes) or "-"
    verb = f"{p.verb}{'*' if p.inherited else ''}"
    return f"{p.anchor} | {p.number or '-'} | {verb} | {ends} | {marks}"


@needs_corpus
@pytest.mark.corpus
@pytest.mark.parametrize("number", SEEDS)
def test_seed_paragraphs(number: str) -> None:
    expected = [line.strip() for line in PARAGRAPHS[number].strip().splitlines()]
    assert [row(p) for p in seed(number).paragraphs] == expected


@needs_corpus
@pytest.mark.corpus
@pytest.mark.parametrize("number", SEEDS)
def test_seed_metadata(number: str) -> None:
    r = seed(number)
    found = (r.symbol, r.session, r.adopted, list(r.agenda_items), r.report, r.meeting)
    assert (*found, list(r.inferred)) == SEEDS[number]
    assert (r.title, r.body, r.language, r.year) == (TITLE, "ga", "en", int(str(r.adopted)[:4]))
    assert r.origin == (None if number == "004" else "First Committee")
    assert re.fullmatch(r"x-[0-9a-f]{12}", r.key) if r.symbol is None else r.key == r.symbol


@needs_corpus
@pytest.mark.corpus
def test_seeds_count() -> None:
    kinds = Counter(p.kind for number in SEEDS for p in seed(number).paragraphs)
    assert kinds == {"preambular": 80, "operative": 48}  # 128 in all


@needs_corpus
@pytest.mark.corpus
@pytest.mark.parametrize("number", SEEDS)
def test_seed_text_is_the_files(number: str) -> None:
    """Each paragraph occurs verbatim in its file, apart from marks of notes."""
    (path,) = (CORPUS / "seeds").glob(f"{number}_*")
    source = re.sub(r"[*¹²³⁴]", "", path.read_text("utf-8"))
    words = " ".join(re.sub(r"(?<=[,;)])\s?[1-4](?=\s)", "", source).split())
    for p in seed(number).paragraphs:
        assert p.text in words


# The corpus --------------------------------------------------------------------------------------


@needs_corpus
@pytest.mark.corpus
def test_every_akn_file_is_read() -> None:
    files = sorted((CORPUS / "akn").rglob("*.xml"))
    held = [r for path in files for r in resolutions(path)]
    assert len(files) >= 985
    assert len(held) >= len(files)
    assert all(r.symbol and r.session and r.adopted and r.title for r in held)
    assert len({r.key for r in held}) == len(held)
    ids = [p.id for r in held for p in r.paragraphs]
    assert len(set(ids)) == len(ids)
    known = set(ids)
    assert all(p.parent in known for r in held for p in r.paragraphs if p.parent)
    tops = [p for r in held for p in r.paragraphs if p.level == 1 and p.kind != "annex"]
    verbless = [p for p in tops if p.verb is None and p.kind != "unclassified"]
    assert len(verbless) < len(tops) / 100


@needs_corpus
@pytest.mark.corpus
@pytest.mark.parametrize(
    ("name", "anchor", "start"),
    [
        ("76/A_RES_76_240*", "s2-op1", "Approves, with effect from 1 January 2022"),
        ("76/A_RES_76_246B*", "pp1", "Recalling section II of its resolution 64/260"),
        ("77/A_RES_77_118*", "pp70", "Calling attention also to the circumstances"),
        ("78/A_RES_78_253*", "pp1", "Recalling section II of its resolution 60/283"),
        ("76/A_RES_76_15-*", "op1", "Approves the report of the Credentials Committee."),
        ("76/A_RES_76_112*", "annex1-p1", "Acknowledging that the atmosphere"),
        ("76/A_RES_76_29-*", "op3c", ""),
    ],
)
def test_odd_files(name: str, anchor: str, start: str) -> None:
    (path,) = (CORPUS / "akn").glob(name)
    found = {p.anchor: p.text for r in resolutions(path) for p in r.paragraphs}
    assert found[anchor].startswith(start)


@needs_corpus
@pytest.mark.corpus
def test_parts_and_dates() -> None:
    (parts,) = (CORPUS / "akn").glob("76/A_RES_76_247*")
    assert [(r.symbol, r.part) for r in resolutions(parts)] == [
        ("A/RES/76/247A", "A"),
        ("A/RES/76/247B", "B"),
        ("A/RES/76/247C", "C"),
    ]
    (odd,) = (CORPUS / "akn").glob("76/A_RES_76_254*")
    assert resolutions(odd)[0].adopted == "2022-03-15"  # the text, not the attribute
    (emergency,) = (CORPUS / "akn").glob("76/A_RES_ES-11_1-*")
    assert (resolutions(emergency)[0].symbol, resolutions(emergency)[0].session) == (
        "A/RES/ES-11/1",
        "ES-11",
    )


@needs_corpus
@pytest.mark.corpus
def test_language_comes_from_the_metadata() -> None:
    (path,) = (CORPUS / "akn-languages" / "Russian").glob("*F.xml")
    assert resolutions(path)[0].key == "A/RES/78/69@fr"
    (russian,) = (CORPUS / "akn-languages" / "Russian").glob("A_RES_78_10-*")
    assert resolutions(russian)[0].language == "ru"


@needs_corpus
@pytest.mark.corpus
def test_old_texts_give_a_resolution_or_a_sentence() -> None:
    paths = sorted((CORPUS / "text").glob("*.txt"))
    assert paths
    for path in paths:
        try:
            held = resolutions(path)
        except NotAResolution:
            continue
        assert held[0].paragraphs


# The sample --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "kinds", "notes", "invites"),
    [
        ("A_RES_78_901.html", {"preambular": 6, "operative": 7}, 2, 1),
        ("A_RES_78_902.txt", {"preambular": 7, "operative": 11}, 2, 2),
        ("A_RES_78_903.xml", {"preambular": 9, "operative": 13}, 2, 1),
        ("A_RES_78_903_fr.xml", {"preambular": 9, "operative": 13}, 2, 0),
        ("A_RES_79_904.md", {"preambular": 8, "operative": 13}, 1, 2),
        ("A_RES_79_905.xml", {"preambular": 7, "operative": 9, "annex": 12}, 2, 1),
        ("A_RES_80_903.xml", {"preambular": 8, "operative": 18}, 3, 3),
    ],
)
def test_sample(name: str, kinds: dict[str, int], notes: int, invites: int) -> None:
    (path,) = (p for p in sample_paths() if p.name == name)
    (r,) = resolutions(path)
    assert Counter(p.kind for p in r.paragraphs) == kinds
    assert len({note.mark for p in r.paragraphs for note in p.notes}) == notes
    assert sum("invites all member states" in p.text.lower() for p in r.paragraphs) == invites
    assert not any("SAMPLE TEXT" in p.text for p in r.paragraphs)


def test_a_translation_has_the_same_paragraphs() -> None:
    here = {path.name: path for path in sample_paths()}
    english, french = (
        resolutions(here[name])[0] for name in ("A_RES_78_903.xml", "A_RES_78_903_fr.xml")
    )
    assert (english.key, french.key) == ("A/RES/78/903", "A/RES/78/903@fr")
    assert [p.anchor for p in english.paragraphs] == [p.anchor for p in french.paragraphs]


# Traps -------------------------------------------------------------------------------------------

FRAME = "A/RES/70/99\n\nSomething to say\n\nThe General Assembly,\n\n{}\n\n1st plenary meeting\n2 May 2016"


@pytest.mark.parametrize(
    ("printed", "text", "marks"),
    [
        ("Noting the need to reduce CO2 and COVID-19 in the G20,", None, ""),
        ("Recalling resolution 64/292, 2 billion people lack water,", None, ""),
        ("Noting the results,1", "Noting the results,", "1"),
        ("Noting the results, 1", "Noting the results,", "1"),
        ("1. Invites all States to do so;3", "Invites all States to do so;", "3"),
        ("Noting the space\u00adcraft and the\u00a0Moon,", "Noting the spacecraft and the Moon,", ""),
        ("Noting the youth- and women-led work,", None, ""),
    ],
)  # fmt: skip
def test_marks_and_characters(printed: str, text: str | None, marks: str) -> None:
    (p,) = from_text(FRAME.format(printed)).paragraphs
    assert (p.text, "".join(n.mark for n in p.notes)) == (text or printed, marks)


@pytest.mark.parametrize(
    ("labels", "numbers"),
    [
        (["1.", "(a)", "(b)", "2."], ["1", "1 (a)", "1 (b)", "2"]),
        (["1.", "(a)", "(i)", "(ii)", "(b)"], ["1", "1 (a)", "1 (a) (i)", "1 (a) (ii)", "1 (b)"]),
        (
            ["1.", *(f"({c})" for c in "abcdefghij")],
            ["1", *(f"1 ({c})" for c in "abcdefghij")],
        ),
        (["1.", "(i)", "(ii)", "(iii)"], ["1", "1 (i)", "1 (ii)", "1 (iii)"]),
    ],
)
def test_labels_find_their_level(labels: list[str], numbers: list[str]) -> None:
    blocks = [Block("The General Assembly,", role="enacting")]
    blocks += [Block("Requests something;", label=label, role="operative") for label in labels]
    (r,) = parse(Document("x", "text", tuple(blocks), symbol="A/RES/70/99", language="en"))
    assert [p.number for p in r.paragraphs] == numbers


@pytest.mark.parametrize(
    ("symbol", "role", "printed", "expected"),
    [
        # 76/296, annex; the label is typed in the text
        ("76/296", "annex", ["13.|Calls for:", "|(a) Fish;", "|(b) Tides;", "14.|Ends."],
         ["13|Calls for:", "13 (a)|Fish;", "13 (b)|Tides;", "14|Ends."]),
        ("77/100", "annex", ["|The terms mean:", "|(a) “Sale”:", "(i)|Public;", "|(ii) Private;", "|(b) “Ship”."],
         ["|The terms mean:", "(a)|“Sale”:", "(a) (i)|Public;", "(a) (ii)|Private;", "(b)|“Ship”."]),
        ("77/5", "annex", ["1.|As follows:", "|(a) and (b) above are one part."],
         ["1|As follows:", "|(a) and (b) above are one part."]),
        ("76/3", "operative", ["1.1|. Raise awareness;", "|1.2 Promote science;", "|1.5 degrees are too many."],
         ["1.1|Raise awareness;", "1.2|Promote science;", "|1.5 degrees are too many."]),
        ("77/263", "operative", ["17.|Notes it;", "|18 Appropriates an amount;", "|20 Approves it;"],
         ["17|Notes it;", "18|Appropriates an amount;", "|20 Approves it;"]),
        ("77/248", "operative", ["231.|Notes it;", "|232 .Recognizes the need;"],
         ["231|Notes it;", "232|Recognizes the need;"]),
        ("76/256", "operative", ["l.|Decides so;", "2.|Invites all;"], ["1|Decides so;", "2|Invites all;"]),
        ("76/256", None, ["|l. Decides so;", "2.|Invites all;"], ["1|Decides so;", "2|Invites all;"]),
        ("78/223", None, ["11.|Approves the agenda:", "1.|Opening.", "2.|Adoption of the report.", "12.|Decides so:", "(a)|A;"],
         ["11|Approves the agenda:", "11 1|Opening.", "11 2|Adoption of the report.", "12|Decides so:", "12 (a)|A;"]),
        ("76/240", None, ["2.|Decides as follows:", "1.|Approves it;", "2.|Requests it;"],
         ["2|Decides as follows:", "1|Approves it;", "2|Requests it;"]),
    ],
)  # fmt: skip
def test_numbers_are_found_where_they_are_typed(
    symbol: str, role: Role | None, printed: list[str], expected: list[str]
) -> None:
    rows = [line.partition("|") for line in printed]
    blocks = [Block("The General Assembly,", role="enacting")]
    blocks += [Block("Recalling it,", role="preambular")]
    blocks += [Block("Annex", role="annex-heading")] if role == "annex" else []
    blocks += [Block(text, label=label or None, role=role) for label, _, text in rows]
    (r,) = parse(Document("x", "akn", tuple(blocks), symbol=f"A/RES/{symbol}", language="en"))
    assert [f"{p.number or ''}|{p.text}" for p in r.paragraphs[1:]] == expected


def test_what_is_cut_off_with_a_number_moves_places() -> None:
    block = Block(
        "(a) Notes with concern the rest;",
        lead="(a) Notes with concern",
        role="annex",
        notes=(Note("3", "See above.", place=31),),
    )
    blocks = (
        Block("Recalling it,", role="preambular"),
        Block("Annex", role="annex-heading"),
        block,
    )
    (r,) = parse(Document("x", "akn", blocks, symbol="A/RES/70/99", language="en"))
    p = r.paragraphs[1]
    assert (p.text, p.phrase) == ("Notes with concern the rest;", "Notes with concern")
    assert p.notes == (Note("3", "See above.", place=27),)


def test_a_short_line_behind_a_colon_is_no_heading() -> None:
    """78/318: two round tables, below paragraph 4; 76/147: a heading without other marks."""
    texts = ["Decides on two themes:", "Round table 1: work", "Round table 2: peace;", "The way on"]
    blocks = [Block("The General Assembly,", role="enacting")]
    blocks += [
        Block(text, label=None if n else "4.", lead=None if n else "Decides", role="operative")
        for n, text in enumerate(texts)
    ]
    blocks += [Block("Encourages all;", label="5.", lead="Encourages", role="operative")]
    (r,) = parse(Document("x", "akn", tuple(blocks), symbol="A/RES/78/318", language="en"))
    assert [(p.text, p.section) for p in r.paragraphs] == [
        *((text, None) for text in texts[:3]),
        ("Encourages all;", "The way on"),
    ]


def test_a_declaration_begins_with_a_heading() -> None:
    """2037 (XX): the proclaiming paragraph has no number, and the first principle is not its item."""
    lines = [
        "The General Assembly,",
        "Proclaims this Declaration:",
        "Principle I",
        "Youth is young.",
    ]
    (r,) = parse(Document("x", "text", tuple(map(Block, lines)), symbol="A/RES/2037(XX)"))
    assert [(p.text, p.section) for p in r.paragraphs] == [(lines[1], None), (lines[3], lines[2])]


@pytest.mark.parametrize(
    ("labels", "numbers"),
    [
        # 77/100, in a page whose lists nest: "(i)" has a level, the "(a)" above it has none.
        ([("(a)", None), ("(i)", 2), ("(ii)", 2), ("(b)", None)], ["(a)", "(a) (i)", "(a) (ii)", "(b)"]),
        ([("1.", None), ("(g)", 2), ("(h)", 2), ("(i)", 2)], ["1", "1 (g)", "1 (h)", "1 (i)"]),
    ],
)  # fmt: skip
def test_roman_items_stand_below_a_letter(
    labels: list[tuple[str, int | None]], numbers: list[str]
) -> None:
    blocks = [Block("Recalling it,", role="preambular"), Block("Annex", role="annex-heading")]
    blocks += [Block("One;", label=label, level=level, role="annex") for label, level in labels]
    (r,) = parse(Document("x", "html", tuple(blocks), symbol="A/RES/77/100", language="en"))
    assert [p.number for p in r.paragraphs[1:]] == numbers


@pytest.mark.parametrize("before", ["Reaffirming its support,", "Convinced of it,"])
def test_a_gerund_may_have_a_hyphen(before: str) -> None:
    """76/29: "Re-emphasizing its unequivocal support", in italics and without."""
    text = "Re-emphasizing its unequivocal support for the decision,"
    for lead in (None, "Re-emphasizing its unequivocal support"):
        blocks = (Block("The General Assembly,"), Block(before), Block(text, lead=lead))
        (r,) = parse(Document("x", "html", blocks, symbol="A/RES/76/29", language="en"))
        assert [p.kind for p in r.paragraphs] == ["preambular", "preambular"]


@pytest.mark.parametrize(
    ("lines", "title", "texts"),
    [
        (["Question of Pitcairn The General Assembly, Noting it,"], "Question of Pitcairn", ["Noting it,"]),
        (["Question of Pitcairn", "The General Assembly, Noting it,"], "Question of Pitcairn", ["Noting it,"]),
        (["70/99. Pitcairn The General Assembly,", "Noting it,"], "Pitcairn", ["Noting it,"]),
        (["Pitcairn", "The General Assembly,", "Noting it. The General Assembly, Too, agreed,"], "Pitcairn",
         ["Noting it. The General Assembly, Too, agreed,"]),
    ],
)  # fmt: skip
def test_enacting_words_are_a_block(lines: list[str], title: str, texts: list[str]) -> None:
    blocks = tuple(Block(line) for line in lines)
    (r,) = parse(Document("x", "text", blocks, symbol="A/RES/70/99"))
    assert (r.title, [p.text for p in r.paragraphs]) == (title, texts)


@pytest.mark.parametrize(
    ("lines", "symbol", "title", "adopted"),
    [
        # Security Council resolutions have a number and no title (2048 (2012)).
        (
            ["Resolution 2048 (2012)", "Adopted by the Security Council at its 6774th meeting, on", "18 May 2012",
             "The Security Council,", "Recalling it,", "1. Demands it;"],
            "S/RES/2048(2012)", None, "2012-05-18",
        ),
        (
            ["Human Rights Council", "Resolution adopted by the Human Rights Council on 30 June 2016",
             "32/4.\tElimination of discrimination", "The Human Rights Council,", "Guided by it,", "1. Requests it;"],
            "A/HRC/RES/32/4", "Elimination of discrimination", "2016-06-30",
        ),
        (
            ["Resolution adopted by the Economic and Social Council on 2 July 2020", "2020/9.\tMainstreaming",
             "The Economic and Social Council,", "Reaffirming it,", "1.\tUrges all to act;", "2 July 2020"],
            "E/RES/2020/9", "Mainstreaming", "2020-07-02",
        ),
    ],
)  # fmt: skip
def test_covers_of_the_councils(
    lines: list[str], symbol: str, title: str | None, adopted: str
) -> None:
    r = from_text("\n".join(lines))
    assert (r.symbol, r.title, r.adopted) == (symbol, title, adopted)
    assert [p.kind for p in r.paragraphs] == ["preambular", "operative"]


def test_lettered_parts_become_resolutions() -> None:
    """77/264 A-C, parts without mark-up: a letter, a title or none, enacting words."""
    cover = ["A/RES/77/264 A-C", "Agenda item 138", "Resolutions adopted by the General Assembly on 30 December 2022",
             "[on the report of the Fifth Committee (A/77/672, para. 68)]", "77/264. Programme budget for 2023"]  # fmt: skip
    parts = [
        ["A", "Appropriations", "The General Assembly", "Resolves so:", "56th plenary meeting", "29 December 2022"],
        ["B", "The General Assembly,", "Noting it,", "1. Resolves that;", "A", "56th plenary meeting"],
        ["C", "Financing", "The General Assembly", "Resolves otherwise.", "57th plenary meeting"],
    ]  # fmt: skip
    blocks = tuple(Block(line) for line in [*cover, *(line for part in parts for line in part)])
    held = parse(Document("x", "html", blocks))
    assert [(r.symbol, r.part, r.title, r.adopted) for r in held] == [
        ("A/RES/77/264A", "A", "Appropriations", "2022-12-29"),
        ("A/RES/77/264B", "B", "Programme budget for 2023", "2022-12-30"),
        ("A/RES/77/264C", "C", "Financing", "2022-12-30"),
    ]
    assert {(r.agenda_items, r.report, r.session) for r in held} == {(("138",), "A/77/672", "77")}
    assert [len(r.paragraphs) for r in held] == [1, 2, 1]
    assert [p.id for p in held[2].paragraphs] == ["A/RES/77/264C#op1"]


def test_second_verbs_addressees_and_dues() -> None:
    (p,) = from_text(
        FRAME.format(
            "1. Welcomes the report, invites all Member States to comment, and requests the "
            "Secretary-General to report at its seventy-second session;"
        )
    ).paragraphs
    assert [(c.verb, c.addressees) for c in p.clauses] == [
        ("welcomes", ()),
        ("invites", ("Member States",)),
        ("requests", ("Secretary-General",)),
    ]
    assert [(d.session, d.addressee) for d in p.due_sessions] == [("72", "Secretary-General")]
    assert p.addressees == ("Member States", "Secretary-General")


@pytest.mark.parametrize(
    ("text", "symbols"),
    [
        ("Recalling its resolutions 53/70 of 4 December 1998 and 54/49 A,", "53/70 54/49A"),
        ("Recalling Human Rights Council resolution 51/36 of 7 October 2022,", "H51/36"),
        ("Recalling Security Council resolution 1325 (2000),", "S1325(2000)"),
        ("Recalling resolution 217 A (III) and resolution 2099 (XX),", "217A(III) 2099(XX)"),
        ("Recalling Economic and Social Council resolution 2019/31,", "E2019/31"),
        ("Recalling that the Environment Assembly, in its resolution 5/14, decided,", ""),
        ("Recalling World Health Assembly resolution 75/19 of 27 May 2022,", ""),
        ("Recalling that the Committee met and its resolution 76/5 of 1 May 2022,", "76/5"),
        ("Recalling that the Human Rights Council, in its resolution 17/4, decided,", "H17/4"),
        ("Recalling the role set forth in Council resolution 2006/46,", "E2006/46"),
    ],
)
def test_citations_name_the_organ(text: str, symbols: str) -> None:
    (p,) = from_text(FRAME.format(text)).paragraphs
    prefix = {"H": "A/HRC/RES/", "S": "S/RES/", "E": "E/RES/"}
    expected = [prefix.get(s[0], "A/RES/") + s.lstrip("HSE") for s in symbols.split()]
    assert [c.symbol for c in p.cites] == expected
    assert {c.verb for c in p.cites} <= {"recalling"}


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "empty"),
        (b"%PDF-1.7", "PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "old Word"),
        (b"PK\x03\x04", "ZIP"),
        (b"<?xml version='1.0'?><feed/>", "neither Akoma Ntoso nor HTML"),
        (b"<akomaNtoso><statement>", "not well-formed"),
        (b"\x7fELF\0\0", "binary"),
        (b"Dear Sir, thank you for your letter.", "No paragraph of a resolution"),
        (b"<akomaNtoso/>", "contains no statement"),
    ],
)
def test_what_is_no_resolution_gets_a_sentence(data: bytes, sentence: str) -> None:
    with pytest.raises((ReadError, NotAResolution), match=sentence):
        [parse(document) for document in read("x", data)]


@pytest.mark.parametrize(
    "piece", ["\n(i) x;", " and ", "resolution 53/70 ", "1", "*a ", ", and requests the "]
)
def test_hostile_repetition_is_read_in_a_moment(piece: str) -> None:
    with at_most(10):
        r = from_text(FRAME.format("1. Requests " + piece * 5000))
    assert len({p.id for p in r.paragraphs}) == len(r.paragraphs)


def test_entities_are_not_expanded(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("hidden words")
    data = (
        f'<!DOCTYPE a [<!ENTITY x SYSTEM "file://{secret}">]>'
        "<akomaNtoso><statement><preamble><container><p>Recalling &x; this,</p></container>"
        "</preamble></statement></akomaNtoso>"
    )
    (document,) = read("x.xml", data.encode())
    assert "hidden" not in str(document)


@settings(max_examples=300)
@given(
    st.lists(
        st.sampled_from(
            ["The General Assembly,", "Recalling", "1. Requests", "(a)", "\t", "\n", "\n\n", "¹", "1",
             "Annex", "62nd plenary meeting", "2 May 2016", "*", "the Secretary-General", ",", ";",
             "A/RES/70/99", "<p>", "</p>", "<sup>1</sup>", "<html>", "[^1]:", "…"]
        )
        | st.text(max_size=8)
    )
)  # fmt: skip
def test_any_text_gives_resolutions_or_a_sentence(pieces: list[str]) -> None:
    try:
        held = [r for d in read("x", " ".join(pieces).encode()) for r in parse(d)]
    except SearchAppError:
        return
    for r in held:
        ids = [p.id for p in r.paragraphs]
        assert len(set(ids)) == len(ids)
        assert Resolution.from_line(r.to_line()) == r
