"""Random resolutions and queries over few words, so that they often match."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Any

from hypothesis import strategies as st

from searchapp.model.resolution import Resolution
from searchapp.query.query import Query

WORDS = (
    "the the of of a peace Peace water Waters watering Côte d’Ivoire Secretary-General general "
    "1.5 États 联合国 co\u00adte <b> wax pen"
).split()
SYMBOLS = ("A/RES/9/2", "A/RES/9/10", "A/RES/79/144", "A/RES/2099(XX)", "S/RES/1(1946)", "x-00ff")
SESSIONS = ("9", "79", "100", "S-26")
YEARS = (1946, 1999, 2014, 2024)
DAYS = ("1946-01-24", "2014-12-02", "2014-12-03", "2024-02-29")
VERBS = ("invites", "requests", "takes note", "takes note with appreciation", "recalling")
SUBJECTS = ("WATER", "PEACE, WORLD", "é")
AGENDA = ("9", "75 (a)", "75 (b)")
ORIGINS = ("plenary", "First Committee")
ADDRESSEES = ("Member States", "States")
KINDS = ("preambular", "operative", "annex", "unclassified")
LANGUAGES = ("en", "fr", "zh")


def text(chance: Random, most: int = 14) -> str:
    """Draw up to `most` words."""
    return " ".join(chance.choice(WORDS) for _ in range(chance.randrange(most + 1)))


def maybe(chance: Random, values: tuple[Any, ...]) -> Any:
    """Draw one of the values, or None in one case of four."""
    return None if chance.randrange(4) == 0 else chance.choice(values)


def some(chance: Random, values: tuple[str, ...]) -> list[str]:
    """Draw up to three values, possibly with repeats."""
    return [chance.choice(values) for _ in range(chance.randrange(4))]


def resolution(chance: Random) -> Resolution:
    """Draw a resolution of up to six paragraphs with gaps in its metadata."""
    made = Resolution.from_json(
        {
            "symbol": maybe(chance, SYMBOLS),
            "language": chance.choice(("en", *LANGUAGES)),
            "body": maybe(chance, ("ga", "sc")),
            "session": maybe(chance, SESSIONS),
            "year": maybe(chance, YEARS),
            "adopted": maybe(chance, DAYS),
            "title": maybe(chance, (text(chance, 3),)),
            "origin": maybe(chance, ORIGINS),
            "agenda_items": some(chance, AGENDA),
            "subjects": some(chance, SUBJECTS),
            "vote": maybe(chance, ({"for": 1}, {})),
            "paragraphs": [paragraph(chance) for _ in range(chance.randrange(7))],
        }
    )
    ids = [None, None, *(p.id for p in made.paragraphs)]  # many have an earlier paragraph as parent
    below = [replace(p, parent=chance.choice(ids[: n + 2])) for n, p in enumerate(made.paragraphs)]
    return replace(made, paragraphs=tuple(below))


def paragraph(chance: Random) -> dict[str, Any]:
    """Draw a paragraph without an id."""
    return {
        "kind": chance.choice(KINDS),
        "text": text(chance),
        "verb": maybe(chance, VERBS),
        "head": maybe(chance, (None, "takes note")),
        "verbs": some(chance, VERBS),
        "addressees": some(chance, ADDRESSEES),
        "cites": [{"symbol": symbol} for symbol in some(chance, SYMBOLS)],
        "notes": [{"mark": "1", "text": text(chance, 2)} for _ in range(chance.randrange(3))],
    }


def library(seed: int, size: int = 12) -> list[Resolution]:
    """Draw resolutions, the same for each seed; a key may occur twice."""
    chance = Random(seed)
    return [resolution(chance) for _ in range(size)]


RESOLUTIONS = st.randoms(use_true_random=False).map(resolution)

# The query language

words = st.sampled_from((*WORDS, "PEACE", "peaceful", "watered", "états", "xyzzy", "secretary"))
stars = st.sampled_from(
    ("pe*", "pea*", "wat*", "WATER*", "*er", "*rs", "w*er", "*ea*", "c*t*e", "xy*")
)
frequent = st.sampled_from(("the", "of", "peace", "water", "General", "etats"))
phrases = st.builds(
    lambda quoted, gap: f'"{" ".join(quoted)}"{gap}',
    st.one_of(st.lists(words, min_size=1, max_size=4), st.lists(frequent, min_size=2, max_size=3)),
    st.sampled_from(("", "~0", "~1", "~2", "~3", "~4", "~50")),
)
fields = st.sampled_from(
    (
        *("title:peace", "title:wat*", 'title:"of the"~2', "note:cote", 'note:"peace water"~1'),
        *("symbol:9/2", "symbol:9/*", "symbol:2099(XX)", "symbol:x-*", "cites:79/144", "cites:S/*"),
        *("session:79", "session:s-26", "session:9..99", "session:10..", "session:..9"),
        *("year:2014", "year:1946..2014", "year:2000..", "year:..1999", "year:1..2"),
        *("adopted:2014", "adopted:2014-12-03", "adopted:2014-12-03..", "adopted:..1999"),
        *("type:operative", "type:annex", "verb:invites", "verb:take*", 'head:"takes note"'),
        *('verb:"takes note"', "body:ga", "body:sc", 'to:"Member States"', "to:St*"),
    )
)
values = st.one_of(words, words, phrases, phrases, stars, fields)
queries = st.recursive(
    values,
    lambda inner: st.one_of(
        st.builds("{} {}".format, inner, inner),
        st.builds("{} AND {}".format, inner, inner),
        st.builds("{} OR {}".format, inner, inner),
        st.builds("({} OR {}) {}".format, inner, inner, inner),
        st.builds("{} -({})".format, inner, inner),
        st.builds("NOT {}".format, inner),
    ),
    max_leaves=6,
)

# The state of a search

FILTERS = {
    "session": (*SESSIONS, "1"),
    "year": ("1946", "2014", "2024", "2000", "1999..2014", "2014..", "..1946", "1..2"),
    "type": KINDS,
    "verb": (*VERBS, "decides"),
    "head": ("takes note", "invites", "takes"),
    "body": ("ga", "sc", "hrc"),
    "origin": ORIGINS,
    "agenda": (*AGENDA, "75"),
    "subject": SUBJECTS,
    "vote": ("none", "recorded"),
}
choices = st.sampled_from(
    [(name, f"{sign}{v}") for name, some in FILTERS.items() for v in some for sign in ("", "", "-")]
)
sorts = st.sampled_from(("relevance", "relevance", "newest", "oldest", "symbol"))
langs = st.sampled_from((*("en", "all") * 4, "fr", "zh", "de"))
settings = st.sampled_from(
    (
        *(("verbs", "any"), ("verbs", "any"), ("group", "resolution"), ("group", "resolution")),
        *(("page", "2"), ("page", "3"), ("page", "99"), ("limit", "1"), ("limit", "3")),
        *(("adopted_from", "2014-12-02"), ("adopted_from", "1940-01-01")),
        *(("adopted_to", "2014-12-02"), ("adopted_to", "2024-02-29")),
    )
)
states = st.builds(
    lambda asked, chosen, sort, lang, other: Query.from_args(
        [("q", asked), *chosen, ("sort", sort), ("lang", lang), *other]
    ),
    st.one_of(st.just(""), values, queries, queries),
    st.one_of(st.just([]), st.lists(choices, max_size=3)),
    sorts,
    langs,
    st.lists(settings, max_size=3),
)
