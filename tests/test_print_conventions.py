"""Conventions of print: each rule with its cases, and no second copy of a rule."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import searchapp
from searchapp.model.document import Block, Document
from searchapp.parsing import parse
from searchapp.un import print_conventions as conventions
from searchapp.un import printed_pages as pages
from searchapp.un.symbols import display, parse_symbol, with_part

ARE: dict[str, Callable[[str], object]] = {
    "cover": conventions.is_cover_line,
    "adoption": conventions.is_adoption_line,
    "council": conventions.council_number,
    "title": conventions.split_title,
    "enacting": conventions.is_enacting,
    "enacts": conventions.enacts,
    "annex": conventions.is_annex_heading,
    "appendix": conventions.is_appendix_heading,
    "meeting": conventions.is_meeting_line,
    "date": conventions.is_date_line,
    "furniture": pages.is_furniture,
    "number": pages.is_bare_number,
    "running head": pages.is_running_head,
}

LINES = [
    # the cover
    ("Resolution adopted by the General Assembly on 2 December 2014", "cover adoption"),
    ("Adopted by the Security Council at its 4501st meeting, on", "adoption"),
    ("[on the report of the First Committee (A/69/435)]", "cover"),
    ("[without reference to a Main Committee (A/63/L.42 and Add.1)]", "cover"),
    ("Agenda item 91", "cover"),
    ("Distr.: General", "cover"),
    ("United NationsA/RES/69/28General AssemblyDistr.: General", "cover"),
    ("United Nations Rules for the Treatment of Women Prisoners", ""),
    ("Resolution 1401 (2002)", "council"),
    # titles
    ("69/28. Developments in the field of information", "title"),
    ("69/28.Developments in the field of information", "title"),
    ("ES-11/6. Principles of the Charter", "title"),
    ("ES‑11/6. Principles of the Charter", "title"),  # with a no-break hyphen
    ("77/264 A. Financing", "title"),
    ("913 (X). Effects of atomic radiation", "title"),
    ("1151. (XII). United Nations Emergency Force", "title"),
    ("3201 (S-VI). Declaration", "title"),
    ("**69/28. Developments", "title"),
    ("69/28 Developments", ""),
    ("1/2.5 metres", ""),
    ("2577 (2021). Sudan", ""),
    # enacting words
    ("The General Assembly,", "enacting enacts"),
    ("The Human Rights Council", "enacting enacts"),
    ("*The Security Council*,", "enacting enacts"),
    ("The General Assembly, Recalling its resolution 69/28,", "enacts"),
    ("The General Assembly decides to remain seized", ""),
    ("The General Assemblyman,", ""),
    ("the Economic and Social Council,", ""),
    # annexes
    ("Annex", "annex"),
    ("ANNEX", "annex"),
    ("Annex II", "annex"),
    ("Annex 1.", "annex"),
    ("Annex A", "annex"),
    ("Annexe II", "annex"),
    ("Anexo", "annex"),
    ("ПРИЛОЖЕНИЕ II", "annex"),
    ("附件", "annex"),
    ("annex", ""),  # the end of a sentence in a line of its own
    ("annex to the present resolution", ""),
    ("Annex to the report", ""),
    ("Annexes", ""),
    ("Annex II Rules", ""),
    ("Appendix I", "appendix"),
    # the close
    ("62nd plenary meeting", "meeting"),
    ("54th (resumed) plenary meeting", "meeting"),
    ("42nd meeting", "meeting"),
    ("Ninety-sixth plenary meeting, 20 October 1947.", "meeting"),
    ("Hundred and seventy-seventh plenary meeting,", "meeting"),
    ("Recalling the high-level plenary meeting of the General Assembly,", ""),
    ("2 December 2014", "date"),
    ("By 2 December 2014", ""),
    # pages
    ("A/RES/67/27", "furniture"),
    ("A/RES/54/263*", "furniture"),
    ("2/2", "furniture"),
    ("Page 2 of 3", "furniture"),
    ("14-66151 (E)", "furniture"),
    ("23-23443 (E) 011223", "furniture"),
    ("23-23443 3/5", "furniture"),
    ("GE.16-12345(E)", "furniture"),
    ("N1466240E<<ODS JOB NO>>", "furniture"),
    ("*1466151*", "furniture"),
    ("*1466151*Please recycle", "furniture"),
    ("63", "number"),
    ("– 2 –", "number"),
    ("Resolutions adopted on the reports of the Third Committee", "running head"),
    ("General Assembly—Fourteenth Session", "running head"),
    ("14-66 of them", ""),
    ("2014", "number"),
    ("14 States", ""),
]


@pytest.mark.parametrize(("line", "kinds"), LINES)
def test_what_a_printed_line_is(line: str, kinds: str) -> None:
    found = [name for name, is_one in ARE.items() if is_one(line)]

    assert " ".join(found) == kinds


@pytest.mark.parametrize(
    ("line", "number", "title"),
    [
        ("69/28. Developments", "69/28", "Developments"),
        ("77/264 A. Financing", "77/264 A", "Financing"),
        (
            "1151. (XII). United Nations Emergency Force",
            "1151 (XII)",
            "United Nations Emergency Force",
        ),
        ("217 A (III). Universal Declaration", "217 A (III)", "Universal Declaration"),
        ("69/28.", "69/28", ""),
    ],
)
def test_number_and_title(line: str, number: str, title: str) -> None:
    assert conventions.split_title(line) == (number, title)


@pytest.mark.parametrize(("alone", "number"), [(False, "1401 (2002)"), (True, None)])
def test_what_may_follow_the_number_of_the_security_council(
    alone: bool, number: str | None
) -> None:
    assert conventions.council_number("Resolution 1401 (2002) Adopted by", alone) == number


@pytest.mark.parametrize(
    ("text", "organ"),
    [
        ("The General Assembly,", "ga"),
        ("The Security Council", "sc"),
        ("The Economic and Social Council, Recalling", "ecosoc"),
        ("The Human Rights Council,", "hrc"),
        ("The Trusteeship Council,", None),
    ],
)
def test_organs(text: str, organ: str | None) -> None:
    assert conventions.enacting_organ(text) == organ


@pytest.mark.parametrize(
    ("text", "after_title", "words"),
    [
        ("Question of Pitcairn The General Assembly, Recalling", True, "The General Assembly,"),
        ("Question of Pitcairn The General Assembly, Recalling", False, None),
        ("The General Assembly, Recalling", False, "The General Assembly,"),
        ("Adopted by The General Assembly, in full", True, None),
    ],
)
def test_enacting_words_inside_a_line(text: str, after_title: bool, words: str | None) -> None:
    span = conventions.enacting_span(text, after_title)

    assert (text[slice(*span)] if span else None) == words


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("Agenda item 91", ("91",)),
        ("Agenda items 20 and 78(a)", ("20", "78 (a)")),
        ("Agenda item 78 (a)(i)", ("78 (a) (i)",)),
        ("Seventy-fifth session Agenda item 4", ("4",)),
        ("Item 4", ()),
    ],
)
def test_agenda_items(text: str, items: tuple[str, ...]) -> None:
    assert conventions.agenda_items_in(text) == items


@pytest.mark.parametrize(
    ("text", "committee"),
    [
        ("[on the report of the First Committee (A/69/435)]", "First Committee"),
        (
            "[on the report of the Special Political and Decolonization Committee]",
            "Special Political and Decolonization Committee",
        ),
        ("[without reference to a Main Committee (A/63/L.42)]", "plenary"),
        ("[on the report of the Secretary-General]", None),
    ],
)
def test_committees(text: str, committee: str | None) -> None:
    assert conventions.committee(text) == committee


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("* Reissued for technical reasons on 13 July 2021.", "2021-07-13"),
        ("Reissued for technical reasons", ""),
        ("Issued on 13 July 2021", None),
    ],
)
def test_reissues(text: str, day: str | None) -> None:
    assert conventions.reissue_date(text) == day


@pytest.mark.parametrize(
    ("text", "label", "rest"),
    [
        ("12. Requests", "12.", "Requests"),
        ("12.Requests", "12.", "Requests"),
        ("12. “Agreed", "12.", "“Agreed"),
        ("1.1. Raise", "1.1.", "Raise"),
        ("1.1 Raise", "1.1", "Raise"),
        ("(aa) Fish", "(aa)", "Fish"),
        ("(iv) Tides", "(iv)", "Tides"),
        ("12.5 per cent", None, "12.5 per cent"),
        ("(see annex)", None, "(see annex)"),
        ("12.", None, "12."),
    ],
)
def test_numbers_before_a_text(text: str, label: str | None, rest: str) -> None:
    assert conventions.split_label(text) == (label, rest)


@pytest.mark.parametrize(
    ("heading", "number"),
    [
        ("Annex", None),
        ("ANNEX II", "II"),
        ("annex ii", None),
        ("Annex B. Rules", "B"),
        ("Annexe 3", "3"),
        ("II", "II"),
        ("附件二", None),
        ("Civil society", None),
    ],
)
def test_numbers_of_annexes(heading: str, number: str | None) -> None:
    assert conventions.annex_number(heading) == number


@pytest.mark.parametrize(
    ("symbol", "part"),
    [
        ("A/RES/77/264 A-C", "A/RES/77/264B"),
        ("A/RES/77/264A-C", "A/RES/77/264B"),
        ("A/RES/77/264", "A/RES/77/264B"),
        ("A/RES/77/264 B", "A/RES/77/264B"),
    ],
)
def test_the_symbol_of_a_part(symbol: str, part: str) -> None:
    found = parse_symbol(with_part(symbol, "B"))

    assert found is not None
    assert found.text == part
    assert display(part) == "A/RES/77/264 B"


@pytest.mark.parametrize(("raised", "plain"), [("¹²", "12"), ("⁰³⁴⁵⁶⁷⁸⁹", "03456789")])
def test_raised_marks(raised: str, plain: str) -> None:
    assert pages.lower_mark(raised) == plain
    assert pages.raise_mark(plain) == raised
    assert re.fullmatch(f"[{pages.RAISED}]+", raised)


# All formats use the same rules ------------------------------------------------------------------


@pytest.mark.parametrize("format_", ["docx", "html", "pdf", "text"])
@pytest.mark.parametrize("heading", ["Annex", "ANNEX", "Annexe II"])
def test_an_annex_is_known_in_every_format(format_: str, heading: str) -> None:
    lines = ["The General Assembly,", "Recalling it,", "1. Decides.", "62nd plenary meeting"]
    blocks = tuple(map(Block, (*lines, heading, "1. Lamps burn.")))

    (resolution,) = parse(Document("a", format_, blocks))

    assert resolution.paragraphs[-1].annex == heading
    assert resolution.paragraphs[-1].kind == "annex"


@pytest.mark.parametrize(
    ("line", "symbol", "title"),
    [
        ("69/28. Developments", "A/RES/69/28", "Developments"),
        ("913 (X). Effects of atomic radiation", "A/RES/913(X)", "Effects of atomic radiation"),
    ],
)
def test_a_title_is_known_in_every_format(line: str, symbol: str, title: str) -> None:
    lines = (line, "The General Assembly,", "Recalling it,", "1. Decides.")

    (resolution,) = parse(Document("a", "html", tuple(map(Block, lines))))

    assert (resolution.symbol, resolution.title) == (symbol, title)


# No rule is repeated ------------------------------------------------------------------------------

# A fragment of a pattern, and the modules that may contain it; others call these.
OWNERS = {
    r"(?i)annexe?\b|anexo": {"un/print_conventions.py"},
    r"(?i)appendix": {"un/print_conventions.py"},
    r"plenary": {"un/print_conventions.py"},
    r"(?i)reissued|\\badopted": {"un/print_conventions.py"},
    r"Agenda items?": {"un/print_conventions.py"},
    r"on the report": {"un/print_conventions.py", "un/printed_pages.py"},
    r"General Assembly|Security Council": {"un/print_conventions.py", "un/printed_pages.py"},
    r"(?i)please recycle": {"un/printed_pages.py"},
    r"\\d\\d-\\d\{5\}": {"un/printed_pages.py"},
    r"[⁰¹²³⁴-⁹]": {"un/printed_pages.py"},
    r"and\|or\|to\|nor": {"un/printed_pages.py"},
    r"(?i)january|december": {"text/dates.py"},
    r"(?i)twenty|twelfth|hundredth": {"text/numerals.py"},
    r"ES\|S|S\|ES|E\?S-": {"un/symbols.py", "un/sessions.py"},
    r"A/HRC\|": {"un/symbols.py"},
    r"this\|that\) \(\?:regard": {"un/verbs.py"},
}
# Not print: anchors ("annex1-4"), fields of Word, and nouns that a number follows ("annex 2").
ELSEWHERE = {
    ("model/citation_form.py", r"(?i)annexe?\b|anexo"),
    ("readers/plain_text/margins.py", r"(?i)annexe?\b|anexo"),
    ("readers/docx/body.py", r"ES\|S|S\|ES|E\?S-"),
}
PACKAGE = Path(searchapp.__file__).parent
IS_PATTERN = re.compile(r"\\[bdswWAZ]|\(\?|\||\]\{|\][+*?]")


def _patterns(module: Path) -> Iterator[str]:
    """Yield the strings of a module that are or become regular expressions, without docstrings."""
    tree = ast.parse(module.read_text("utf-8"))
    said = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        text = node.value if isinstance(node, ast.Constant) else None
        if isinstance(text, str) and id(node) not in said and IS_PATTERN.search(text):
            yield text


def _copies(folder: Path) -> list[tuple[str, str]]:
    """Return each module that repeats another's rule in a pattern, and the rule."""
    return [
        (path.relative_to(folder).as_posix(), fragment)
        for path in sorted(folder.rglob("*.py"))
        for text in _patterns(path)
        for fragment, owners in OWNERS.items()
        if path.relative_to(folder).as_posix() not in owners
        and (path.relative_to(folder).as_posix(), fragment) not in ELSEWHERE
        and re.search(fragment, text)
    ]


def test_no_module_has_a_rule_of_print_of_its_own() -> None:
    assert _copies(PACKAGE) == []


def test_a_second_rule_would_be_found(tmp_path: Path) -> None:
    source = """
"Agenda items? is named by a docstring alone."
ANNEX = r"Annexe?(?: [IVX]+)?"
CLOSE = rf"{ANNEX}|plenary"
SAID = "The plenary adopted it."
"""
    (tmp_path / "reader.py").write_text(source)

    assert [fragment for _, fragment in _copies(tmp_path)] == [r"(?i)annexe?\b|anexo", "plenary"]
