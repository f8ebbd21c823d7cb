# ruff: noqa: E501 - tables keep one row a line
"""Plain text: converted PDFs, scanned pages, and the lines around their paragraphs."""

from __future__ import annotations

import pytest
from costs import grows_in_proportion
from hypothesis import given, settings
from hypothesis import strategies as st

from searchapp.errors import NotAResolution, ReadError
from searchapp.model.resolution import Resolution
from searchapp.parsing import parse
from searchapp.readers import read
from searchapp.readers.plain_text.parted_words import join_words


def resolutions(text: str) -> list[Resolution]:
    return [r for document in read("x.txt", text.encode()) for r in parse(document)]


def rows(resolution: Resolution) -> list[tuple[str | None, str, str]]:
    return [(p.number, p.text, "".join(n.mark for n in p.notes)) for p in resolution.paragraphs]


LAYOUT = """\
                United Nations                                             A/RES/78/10
                General Assembly                            Distr.: General
                                                            27 November 2023


Seventy-eighth session
Agenda item 11
Sport in 2030 and peace

                Resolution adopted by the General Assembly
                on 21 November 2023
                [without reference to a Main Committee (A/78/L.9)]

   78/10.       Building peace through sport, a title that goes on in a line
                of its own

                      The General Assembly,
                      Recalling its resolution 76/13 of 2 December 2021, in which it decided, as
                declared in the Outcome, 1 to act upon the findings of the Declaration 2 of those
                (a) States and
                8 July 2020 agreements, resolution 64/292, 2 billion people, CO2, COVID-19 and G20,
        __________________
            1
                Resolution 60/1.
            2
                United Nations, Treaty Series,
                vol. 1577, No. 27531.

 23-23443 (E)     011223
 *2323443*
\fA/RES/78/10                             Building peace through sport, a title that goes on
                                                             in a line of its own

                  recognizing further the imp lementation of country-
                  specific programmes, seas , and capacity -building in 2015,
                        Noting the Games,
                        1.    Urges Member States:
                              (a)   To observe the Truce
                        within the Charter, 3
                              (b)   To act;
         __________________
              3
                  Resolution 55/2.

2/3                                                                            23-23443
\fA/RES/78/10                             Building peace through sport, a title that goes on
                                                             in a line of its own

                        2.    Decides to meet in 2026.

                                                                38th plenary meeting
                                                                    21 November 2023

23-23443                                                                            3/3
"""


def test_text_with_its_layout_is_read_across_pages() -> None:
    (r,) = resolutions(LAYOUT)
    assert (r.symbol, r.adopted, r.agenda_items) == ("A/RES/78/10", "2023-11-21", ("11",))
    assert r.title == "Building peace through sport, a title that goes on in a line of its own"
    assert rows(r) == [
        (
            None,
            "Recalling its resolution 76/13 of 2 December 2021, in which it decided, as declared in the Outcome, to act upon the findings of the Declaration of those (a) States and 8 July 2020 agreements, resolution 64/292, 2 billion people, CO2, COVID-19 and G20, recognizing further the implementation of country-specific programmes, seas, and capacity-building in 2015,",
            "12",
        ),
        (None, "Noting the Games,", ""),
        ("1", "Urges Member States:", ""),
        ("1 (a)", "To observe the Truce within the Charter,", "3"),
        ("1 (b)", "To act;", ""),
        ("2", "Decides to meet in 2026.", ""),
    ]
    notes = [n for p in r.paragraphs for n in p.notes]
    assert [n.text for n in notes] == [
        "Resolution 60/1.",
        "United Nations, Treaty Series, vol. 1577, No. 27531.",
        "Resolution 55/2.",
    ]
    first = r.paragraphs[0].text
    assert [first[: n.place].split()[-1] for n in notes[:2]] == ["Outcome,", "Declaration"]


PLAIN = """\
A/RES/78/10

United Nations

General Assembly

Distr.: General
27 November 2023

Seventy-eighth session
Agenda item 11

Resolution adopted by the General Assembly
on 21 November 2023

78/10.

Building peace
through sport
The General Assembly,
Recalling the Outcome, 1 sports can
welcoming tolerance among
Assembly members,
Noting the Games, 2

__________________

Resolution 60/1.
Resolution 55/2.
1
2

23-23443 (E)

011223

*2323443*

\fBuilding peace
through sport

A/RES/78/10

1.
Urges Member States to observe
the Truce;
2.
Decides to meet.
38th plenary meeting
21 November 2023

23-23443

2/2

"""


def test_text_without_its_layout_is_read_too() -> None:
    (r,) = resolutions(PLAIN)
    assert (r.symbol, r.title) == ("A/RES/78/10", "Building peace through sport")
    assert rows(r) == [
        (
            None,
            "Recalling the Outcome, sports can welcoming tolerance among Assembly members,",
            "1",
        ),
        (None, "Noting the Games,", "2"),
        ("1", "Urges Member States to observe the Truce;", ""),
        ("2", "Decides to meet.", ""),
    ]
    assert [n.text for p in r.paragraphs for n in p.notes] == [
        "Resolution 60/1.",
        "Resolution 55/2.",
    ]


# Paragraphs as long as in print, so that the text counts as one paragraph per line.
LONG = "the steps taken by all organs of the United Nations in this field, and by Member States, specialized agencies and others concerned with the matter, as they were laid before it at the present session"
SCAN = f"""\
<!-- Page 1 -->
40
General Assembly—Twentieth Session
3. Suggests {LONG}.
1390th plenary meeting,
7 December 1965.
2037 (XX). Declaration on Youth
The General Assembly,
Recalling {LONG},⁹
Reaffirming {LONG},13
⁹ Resolution 217 A (III) of 10 December 1948.
Proclaims {LONG} of the Third Committee and of all the
---
13 Official Records of the General Assembly, Twentieth Session.
<!-- Page 2 -->
Resolutions adopted on the reports of the Third Committee  41
Declaration and of the pur-
poses of the Charter.
1390th plenary meeting,
7 December 1965.
ANNEX
1. Young people should know {LONG}.
2038 (XX). Refugees
A
The General Assembly
1. Decides {LONG}.
1391st plenary meeting,
8 December 1965.
B
The General Assembly
1. Requests {LONG}.
Hundred and first plenary meeting,
9 December 1965.
2038 (XX). Réfugiés
L’Assemblée générale
Décide que {LONG}.
2039 (XX). Reports
The General Assembly,
Noting {LONG} of those who
"""


@pytest.mark.parametrize("line", ["annex", "annex.", "annex I"])
def test_an_annex_that_a_sentence_names_begins_none(line: str) -> None:
    text = f"""
69/28. Lamps
The General Assembly,
Recalling the rules of lamps for all ships and ports that are set out in the
{line}
to its resolution on lamps, which are to be read by those who keep lamps,
1. Decides that the lamps of all ships and ports shall burn.
"""
    (found,) = resolutions(text)

    assert [p.kind for p in found.paragraphs] == ["preambular", "operative"]


def test_neighbours_on_a_scanned_page_are_resolutions_of_their_own() -> None:
    found = resolutions(SCAN)
    assert [(r.symbol, r.title, r.adopted) for r in found] == [
        ("A/RES/2037(XX)", "Declaration on Youth", "1965-12-07"),
        ("A/RES/2038A(XX)", "Refugees", "1965-12-08"),
        ("A/RES/2038B(XX)", "Refugees", "1965-12-09"),
    ]
    assert [(p.kind, p.number, p.text.replace(LONG, "…")) for p in found[0].paragraphs] == [
        ("preambular", None, "Recalling …,"),
        ("preambular", None, "Reaffirming …,"),
        (
            "operative",
            None,
            "Proclaims … of the Third Committee and of all the Declaration and of the purposes of the Charter.",
        ),
        ("annex", "1", "Young people should know …."),
    ]
    marks = [(n.mark, n.text) for p in found[0].paragraphs for n in p.notes]
    assert marks == [
        ("9", "Resolution 217 A (III) of 10 December 1948."),
        ("13", "Official Records of the General Assembly, Twentieth Session."),
    ]


@pytest.mark.parametrize(
    ("title", "organ", "symbol"),
    [
        ("54/10. Waste", "Human Rights Council", "A/HRC/RES/54/10"),
        ("2017/2. Youth", "Economic and Social Council", "E/RES/2017/2"),
        ("Resolution 1533 (2004)", "Security Council", "S/RES/1533(2004)"),
        ("1151. (XII). Force", "General Assembly", "A/RES/1151(XII)"),
    ],
)
def test_the_enacting_words_say_whose_number_a_title_bears(
    title: str, organ: str, symbol: str
) -> None:
    (r,) = resolutions(f"{title}\nThe {organ},\nNoting that,\n1. Decides to meet.\n")
    assert r.symbol == symbol


@pytest.mark.parametrize(
    ("parted", "whole"),
    [
        (
            "imp lementation of th e Inter national Program me",
            "implementation of the International Programme",
        ),
        (
            "in to a part of an other, inter alia, in re that",
            "in to a part of an other, inter alia, in re that",
        ),
        (
            "ensure a s mooth support s afe for th e re levant",
            "ensure a smooth support safe for the relevant",
        ),
        (
            "the re-engagement of youth- and women-led groups",
            "the re-engagement of youth- and women-led groups",
        ),
        (
            "medium - and long -term, COVID -19, thirty - fifth",
            "medium- and long-term, COVID-19, thirty-fifth",
        ),
        ("the Convention , 2021 –2025 ; (50 ) – 5 - 6", "the Convention, 2021–2025; (50) – 5 - 6"),
        ("", ""),
    ],
)
def test_words_that_a_conversion_parted_are_whole_again(parted: str, whole: str) -> None:
    assert join_words(parted) == whole


LINE = st.sampled_from(
    [
        "The General Assembly,", "Recalling its 1 resolution,", "1.", "(a) To act, 2", "_____", "---", "1", "1 Resolution 60/1.",
        "¹ See", "\f", "<!-- Page 2 -->", "A/RES/78/10    Title", "2/5      23-23443", "78/10. Title", "913 (X). Effects", "A", "ANNEX",
        "", "\t", "| a | b |", "38th plenary meeting", "re-", "settlement", "[^1]: note", "as is[^1]", "x" * 170, "      set in",
    ]
)  # fmt: skip


@settings(max_examples=300)
@given(st.lists(LINE | st.text(max_size=12), max_size=40))
def test_any_lines_are_resolutions_or_a_sentence_says_why_not(lines: list[str]) -> None:
    try:
        found = resolutions("\n".join(lines))
    except (NotAResolution, ReadError):
        return
    assert all(p.text and p.id for r in found for p in r.paragraphs)


@pytest.mark.parametrize(
    "piece",
    [
        "_____\n1\n Resolution.\n", "a\n\f1 Note\n", "a   ", " ", "x1 ", "th e ", "*a", "a¹", "(a)\n", "re-\n", ".,",
        "78/10. T\nThe General Assembly,\nRecalls x,\n", "A\nThe General Assembly,\nRecalls,\n", "|a|b|\n", "Agenda item 1 ",
    ],
)  # fmt: skip
def test_repetition_takes_no_more_than_linear_time(piece: str) -> None:
    def read_so_much(size: int) -> None:
        text = "78/10. T\nThe General Assembly,\n" + piece * (size // len(piece))
        list(read("x.txt", text.encode()))

    assert grows_in_proportion(read_so_much, 100_000)


def test_a_text_of_too_many_lines_is_refused_with_a_sentence() -> None:
    with pytest.raises(ReadError, match="more than 300,000 lines"):
        resolutions("1\n" * 300_001)
