"""Marks are at the matches, in HTML that contains exactly the printed text."""

import html
import re
from importlib.resources import files

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from searchapp.query.parser import parse_words
from searchapp.search.highlight import mark
from searchapp.search.matches import beginning, matcher
from searchapp.text.analysis import stem


@pytest.mark.parametrize(
    ("words", "text", "marked"),
    [
        ("peace", "Peace, in a place", "[Peace], in a place"),
        ("invited", "Invites, inviting; visits", "[Invites], [inviting]; visits"),
        ('"invites"', "Invites, invited", "[Invites], invited"),
        ("invit*", "Invites the invitation", "[Invites] the [invitation]"),
        ("*tion", "The elaboration of actions", "The [elaboration] of actions"),
        ("wom*n", "Women or a woman", "[Women] or a [woman]"),
        ("member states", "All Member States act", "All [Member States] act"),
        ('"member states"', "A member, Member States", "A member, [Member States]"),
        ('"member states"', "States, a member", "States, a member"),
        ('"all states"~1', "all Member States", "[all Member States]"),
        ('"all states"~1', "all the Member States", "all the Member States"),
        ('"a c e"~2', "a b c d e", "[a b c d e]"),
        ('"a c e"~1', "a b c d e", "a b c d e"),
        ("Secretary-General", "the Secretary-General", "the [Secretary-General]"),
        ("peace -war", "war and peace", "war and [peace]"),
        ("-war", "war and peace", "war and peace"),
        ("peace OR war", "war and peace", "[war] and [peace]"),
        ("title:peace year:2015 verb:invites", "invites peace 2015", "invites peace 2015"),
        ("elaboration", "elabora\u00adtion", "[elabora\u00adtion]"),
        ("cote", "Côte d’Ivoire", "[Côte] d’Ivoire"),
        ("联合", "联合国", "[联合]国"),
    ],
)
def test_marks(words: str, text: str, marked: str) -> None:
    spans = matcher(parse_words(words)).spans(text)

    shown = str(mark(text, spans)).replace("<mark>", "[").replace("</mark>", "]")
    assert html.unescape(shown) == marked


def test_no_words_mark_nothing() -> None:
    assert matcher(None).spans("peace") == ()


def test_outside_english_words_are_exact() -> None:
    stemmed = matcher(parse_words("actions", "all"))

    assert stemmed.spans("action actions", english=False) == ((7, 14),)


@pytest.mark.parametrize(
    ("text", "spans", "lead", "marked"),
    [
        ("<script>", [], 0, "&lt;script&gt;"),
        ("<script>", [(1, 7)], 0, "&lt;<mark>script</mark>&gt;"),
        ("R&amp;D {0}", [(0, 1)], 0, "<mark>R</mark>&amp;amp;D {0}"),
        ("Invites all", [], 7, "<i>Invites</i> all"),
        ("Invites all", [(0, 7)], 7, "<mark><i>Invites</i></mark> all"),
        # a mark that extends beyond the italics is closed and reopened
        ("Invites all", [(0, 11)], 7, "<mark><i>Invites</i> all</mark>"),
        ("Invites all", [(8, 11)], 7, "<i>Invites</i> <mark>all</mark>"),
    ],
)
def test_html(text: str, spans: list[tuple[int, int]], lead: int, marked: str) -> None:
    assert str(mark(text, spans, lead)) == marked


WORDS = [
    *("invite", "invit*", "*tion", "in*ate", "a", '"a"', '"in a"', '"a a"', '"in a"~2'),
    *(
        '"a b a"~1',
        "ability OR dying",
        "-a b",
        "a*b",
        "t*n",
        "*in*te",
        "a" * 200,
        '"' + "a" * 200 + '"',
    ),
]
PRINTED = st.sampled_from(
    [
        *("Invites", "INVITED", "invitation", "a", "A", "b", "in", "ably", "die", "tion", "a_b"),
        *("innate", "Abilities", "a" * 200, "a" * 201, "x" + "a" * 200, "_"),
    ]
)
SIGNS = st.sampled_from([" ", "-", ", ", "’", "–", "\xa0", "_", "\u2011", "/", ""])


@given(st.lists(st.tuples(PRINTED, SIGNS), max_size=8), st.sampled_from(WORDS), st.booleans())
@example([("a_b", " ")], '"a"', True)
def test_looking_for_clues_finds_what_reading_every_word_finds(
    printed: list[tuple[str, str]], words: str, english: bool
) -> None:
    """A non-ASCII word after the text turns the fast path off."""
    text = "".join(word + sign for word, sign in printed)
    marks = matcher(parse_words(words))

    assert marks.spans(text, english) == marks.spans(f"{text}. éé", english)


@given(st.from_regex("[a-z]{1,12}(?:bility|ization|ational|ying|ies|ed|y|s)?", fullmatch=True))
@example("dying")
@example("abilities")
@example("skies")
def test_every_word_begins_as_its_stem_says(word: str) -> None:
    assert word.startswith(beginning(stem(word)))


def test_every_known_word_begins_as_its_stem_says() -> None:
    known = (files("searchapp.data") / "words.txt").read_text("utf-8").split()

    assert [word for word in known if not word.startswith(beginning(stem(word)))] == []
    assert len(known) > 5000


QUERIES = ["a", "a OR b", '"a b"~3', "ab*", "*ba OR a*b", "<a> OR amp"]


@given(
    st.text(alphabet="ab <>&;'\"é-\u00ad") | st.text(), st.sampled_from(QUERIES), st.integers(0, 9)
)
def test_without_its_tags_it_is_the_text(text: str, words: str, lead: int) -> None:
    marked = mark(text, matcher(parse_words(words)).spans(text), lead)

    assert html.unescape(re.sub(r"</?(?:mark|i)>", "", marked)) == text
