"""Words and phrases: tokens, their boundaries, and distances between words."""

from __future__ import annotations

import pytest

from searchapp.search.backend import Backend

from .conftest import Holding
from .data import names, texts

WORDS = texts(
    stop="To be or not to be, that is the question",
    letter="Annex I, a part of paragraph 4 (b)",
    accent="Côte d’Ivoire and Åland",
    combining="Cote\u0302 d'Ivoire",
    hyphen="The Secretary-General",
    hidden="The Secre\u00adtary\u2011General",  # a soft hyphen, and a no-break hyphen
    apart="General, the Secretary",
    number="1.5 per cent of 3,000 in 2030",
    joined="1500 per cent",
    ligature="A ﬁnal ﬂag",
    sharp="Straße",
    cyrillic="Мир и безопасность",
    arabic="السَّلام",
    han="联合国2030年",
    symbols="See A/RES/69/28, HIV/AIDS & <b>C</b>",
    long="x" * 300,
    marks="— … ? *",
    nothing="",
    states="States, States’ and state's",
    invited="Inviting the invited to invite",
)


@pytest.fixture(scope="module")
def words(holding: Holding) -> Backend:
    return holding(WORDS)


@pytest.mark.parametrize(
    ("query", "hits"),
    [
        ("be", "stop"),
        ('"to be or not to be"', "stop"),
        ('"not to"', "stop"),
        ('"the"', "stop hyphen hidden apart invited"),
        ("i", "letter"),
        ("b", "letter symbols"),
        ('"4 b"', "letter"),
        ("cote", "accent combining"),
        ("CÔTE", "accent combining"),
        ("d'ivoire", "accent combining"),
        ("ivoire", "accent combining"),
        ("aland", "accent"),
        ("secretary-general", "hyphen hidden"),
        ('"secretary general"', "hyphen hidden"),
        ("secretary general", "hyphen hidden apart"),
        ("secretarygeneral", ""),
        ("1.5", "number"),
        ("15", ""),
        ("3,000", "number"),
        ("1500", "joined"),
        ("2030", "number han"),
        ("final", "ligature"),
        ("FLAG", "ligature"),
        ("straße", "sharp"),
        ("мир", "cyrillic"),
        ("السلام", "arabic"),
        ("联合", "han"),
        ("合联", ""),
        ("国2030", "han"),
        ("69/28", "symbols"),
        ("aids", "symbols"),
        ("<b>C</b>", "symbols"),
        ("x" * 200, "long"),
        ("x" * 299, "long"),  # a very long run is cut in the text and in the query alike
        ("x" * 199, ""),
        ("states", "states"),
        ('"states"', "states"),
        ('"state"', "states"),
        ('"state s"', "states"),
        ("inviting", "invited"),
        ('"inviting"', "invited"),
        ('"invites"', ""),
    ],
)
def test_a_word_is_a_run_of_letters_and_digits(words: Backend, query: str, hits: str) -> None:
    assert names(words, query) == hits


NEAR = texts(
    five="a b c d e",
    twice="a x x x c a c",
    same="a a a",
    two="a b a b",
    far="start " + "x " * 50 + "end",
    farther="start " + "x " * 51 + "end",
    numbered="1. a b 2. c d",
)


@pytest.fixture(scope="module")
def near(holding: Holding) -> Backend:
    return holding(NEAR)


@pytest.mark.parametrize(
    ("query", "hits"),
    [
        ('"a b"', "five two numbered"),
        ('"b a"', "two"),
        ('"a b"~0', "five two numbered"),
        ('"a c"', "twice"),  # the second "a", not the first
        ('"a c"~1', "five twice"),
        ('"a c"~2', "five twice numbered"),
        ('"a c e"~1', ""),
        ('"a c e"~2', "five"),  # in all, not between each two
        ('"a e"~2', ""),
        ('"a e"~3', "five"),
        ('"a a"', "same"),  # one position can't match two words
        ('"a a"~1', "same two"),
        ('"a a a"', "same"),
        ('"a a a"~9', "same"),
        ('"a a a a"~9', ""),
        ('"a b a b"', "two"),
        ('"a b b"~1', "two"),
        ('"c b a"~50', ""),  # in this order
        ('"a a c"~4', "twice"),
        ('"start end"~49', ""),
        ('"start end"~50', "far"),
        ('"a"~5 e', "five"),
        ('"b"', "five two numbered"),
        ('"b 2 c"', "numbered"),
        ('"a b c" -e', ""),
        ('-"a b"', "twice same far farther"),
        ('"a b" -"b c"', "two numbered"),
        ('"a c"~1 "c e"~1', "five"),
        ('"a b a" OR "d e"', "five two"),
    ],
)
def test_a_phrase_has_so_many_other_words_in_all(near: Backend, query: str, hits: str) -> None:
    assert names(near, query) == hits


PARTS = texts(
    tion="elaboration of actions",
    nation="national nations",
    inter="International cooperation",
    accent="Élaborés",
    dots="a.b*c",
)


@pytest.fixture(scope="module")
def parts(holding: Holding) -> Backend:
    return holding(PARTS)


@pytest.mark.parametrize(
    ("query", "hits"),
    [
        ("elabor*", "tion accent"),
        ("ÉLABOR*", "tion accent"),
        ("elaboration*", "tion"),  # zero is a valid distance
        ("elaborations*", ""),
        ("*tion", "tion inter"),
        ("*nation", ""),
        ("*nation*", "nation inter"),
        ("n*ns", "nation"),
        ("na*na*", "nation"),
        ("na*nal*l", ""),  # letters do not count twice
        ("inter*nal", "inter"),
        ("inter*rnational", ""),
        ("coop* -*ions", "inter"),
        ("(elab* OR nat*) *ions", "tion nation"),
        ("*tion AND of", "tion"),
        ("elabor", "tion accent"),  # the stem of both
        ('"elabor"', ""),
    ],
)
def test_stars_stand_for_any_letters(parts: Backend, query: str, hits: str) -> None:
    assert names(parts, query) == hits


@pytest.mark.parametrize(
    ("query", "bracketed", "hits"),
    [
        ("a b OR x", "(a b) OR x", "five twice two far farther numbered"),
        ("x OR b c", "x OR (b c)", "five twice far farther numbered"),
        ("a AND x OR c AND e", "(a x) OR (c e)", "five twice"),
        ("x -a OR e", "(x NOT a) OR e", "five far farther"),
        ("NOT a x", "(NOT a) x", "far farther"),
        ("-a OR e", "(NOT a) OR e", "five far farther"),
        ("-(a b)", "-a OR -b", "twice same far farther"),
        ("-(a OR b)", "-a -b", "far farther"),
        ("a NOT (b OR NOT x)", "a x -b", "twice"),
        ("--e", "e", "five"),
        ("((e))", "e", "five"),
        ("e e", "e", "five"),
    ],
)
def test_and_binds_closer_than_or(near: Backend, query: str, bracketed: str, hits: str) -> None:
    assert names(near, query) == hits
    assert names(near, bracketed) == hits
