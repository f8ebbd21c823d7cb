"""Generated and mutated queries: each is answered correctly and in time, or refused with a message.

Each is parsed and run on the engines; totals are compared with a brute-force count of a small
index. Searches are timed on the index at SEARCHAPP_SOAK_INDEX, otherwise on the small one.
OpenSearch is tested, too, if SEARCHAPP_OPENSEARCH is the address of a node.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import ExitStack, closing
from heapq import nlargest
from pathlib import Path
from random import Random
from time import thread_time
from typing import NamedTuple
from uuid import uuid4

from searchapp.backends import open_backend
from searchapp.errors import QueryError, SearchAppError, TooSlow
from searchapp.model.resolution import Resolution
from searchapp.query.parser import FIELDS
from searchapp.query.query import MAX_WORDS, SORTS, Query
from searchapp.search.backend import Backend
from searchapp.settings.config import Settings, read_settings

from . import Failure
from .truth import Row, rows, total

COUNT, UNIT = 100_000, "queries"
GRACE = 1.0  # seconds of processor time between the limit and the next check of it
SLOW = 0.5  # seconds from which a query is reported
WORDS = (
    "the of and to in on for its with as by that resolution united nations general assembly peace "
    "international states member development report secretary all at session human rights water "
    "États联合国 co\u00adte 1.5 wax xyzzy İ ﬁ A/RES/79/144 79/1 Secretary-General d’Ivoire"
).split()
PLAIN = [word for word in WORDS if word.isascii() and word.isalpha() and len(word) > 3]
ASKED = (
    *("title:the", 'title:"of the"~3', "title:re*", "note:the", "session:75..80", "session:S-26"),
    *("year:2014", "year:..2020", "type:operative", "verb:invites", "verb:re*", "head:invites"),
    *("body:ga", 'to:"Member States"', "to:S*", "cites:A/RES/*", "symbol:79/1", "adopted:2014.."),
)
PIECES: tuple[str, ...] = (
    *('"', "“", "”", "(", ")", "-", "*", "~5", "~50", "~", " OR ", " AND ", " NOT ", ":", "?"),
    *("\0", "[", "\\", "^", "..", " ", "\u200b", "\ud800", "é", "联", "(XX)"),
    *(f"{field}:" for field in FIELDS),
)


class Taken(NamedTuple):
    """The processor time of a query, in seconds."""

    seconds: float
    words: str


class Engines(NamedTuple):
    """The tested engines: some with the same small content, one for timing, and the truth.

    A search on the timed one takes at most `seconds` of processor time.
    """

    small: tuple[Backend, ...]
    timed: Backend
    rows: tuple[Row, ...]
    seconds: float


def run(seed: int, count: int, folder: Path) -> list[str]:
    """Run `count` queries; report the number of refused ones, and the slowest."""
    with ExitStack() as stack:
        engines = open_engines(stack, seed, folder, read_settings())
        taken: list[Taken] = []
        refused = given_up = 0
        for turn in range(count):
            chance = Random(f"{seed} {turn}")
            try:
                query = generate(chance)
                taken = nlargest(5, [*taken, ask(engines, query)])
            except TooSlow:
                given_up += 1
            except QueryError as error:
                refused += 1
                if not str(error).endswith("."):
                    raise Failure(f"turn {turn}: no sentence: {error}") from None
            except SearchAppError as error:
                raise Failure(f"turn {turn}: {error}") from None
            except Failure as failure:
                raise Failure(f"turn {turn}: {failure}") from None
            except Exception as error:
                raise Failure(f"turn {turn}: {type(error).__name__}: {error}") from error
    slowest = [f"{one.seconds:.3f} s of processor time: {one.words[:100]}" for one in taken]
    return [f"{count:,} queries: {refused:,} refused, {given_up} given up.", *slowest]


def open_engines(stack: ExitStack, seed: int, folder: Path, settings: Settings) -> Engines:
    """Open the engines with their content; indexes on a server are removed at the end."""
    held = [resolution(Random(f"{seed} held {n}"), n) for n in range(12)]
    places = [str(folder / "index")]
    if node := os.environ.get("SEARCHAPP_OPENSEARCH"):
        places.append(f"{node.replace('http', 'opensearch', 1)}/soak-{uuid4().hex[:8]}")

    def enter(place: str, create: bool) -> Backend:
        return stack.enter_context(closing(open_backend(place, create, settings)))

    small = tuple(enter(place, create=True) for place in places)
    for backend in small:
        for one in held:
            backend.add(one)
        backend.commit()
    large = os.environ.get("SEARCHAPP_SOAK_INDEX")
    timed = enter(large, create=False) if large else small[0]
    return Engines(small, timed, tuple(rows(held)), settings.query_seconds + GRACE)


def resolution(chance: Random, number: int) -> Resolution:
    """Return a resolution of a few short paragraphs."""
    texts = [" ".join(chance.choices(WORDS[:30], k=chance.randint(1, 12))) for _ in range(4)]
    known = {"session": str(70 + number), "year": 2010 + number, "title": texts[0], "body": "ga"}
    paragraphs = [{"text": text, "kind": "operative", "verb": "invites"} for text in texts]
    language = chance.choice(("en", "en", "en", "fr"))
    symbol = f"A/RES/{70 + number}/{number}"
    return Resolution.from_json(
        {**known, "symbol": symbol, "language": language, "paragraphs": paragraphs}
    )


def ask(engines: Engines, query: Query) -> Taken:
    """Run a query on all engines; `Failure` for a wrong total, or a search that is too slow."""
    meant = total(engines.rows, query)
    for backend in engines.small:
        found = backend.count(query)
        if found != meant:
            raise Failure(f"{backend.place} finds {found} and not {meant}: {query.to_args()}")
    began = thread_time()
    engines.timed.search(query)
    seconds = thread_time() - began
    if seconds > engines.seconds:
        raise Failure(f"{seconds:.1f} s of processor time: {query.to_args()}")
    return Taken(seconds, query.words)


# --- queries


def generate(chance: Random) -> Query:
    """Generate a query by grammar, mutation or repetition."""
    make = chance.choices((generate_by_grammar, mutate, repeat), (4, 4, 2))[0]
    args = [("q", make(chance)[:MAX_WORDS]), ("limit", "100")]
    args += [("lang", chance.choice(("en", "en", "all", "fr"))), ("sort", chance.choice(SORTS))]
    return Query.from_args(args + [("group", "resolution")] * (chance.random() < 0.1))


def generate_by_grammar(chance: Random, depth: int = 4) -> str:
    """Generate a query from the grammar."""
    if depth == 0 or chance.random() < 0.3:
        return leaf(chance)
    parts = [generate_by_grammar(chance, depth - 1) for _ in range(chance.randint(2, 5))]
    return chance.choice(_JOINED)(parts)


def leaf(chance: Random) -> str:
    """Generate a word, a phrase, a pattern or a field."""
    word, plain = chance.choice(WORDS), chance.choice(PLAIN)
    several = " ".join(chance.choices(WORDS, k=chance.choice((2, 3, 5, 20))))
    return chance.choice(
        (
            *(word, word, f'"{several}"', f'"{several}"~{chance.randint(0, 50)}'),
            *(f"{plain[:3]}*", f"*{plain[-3:]}", f"*{plain[:1]}*{plain[-1:]}*", f"*{plain[:2]}*"),
            *(
                chance.choice(ASKED),
                f"{chance.choice(FIELDS)}:{word}" if chance.random() < 0.05 else word,
            ),
        )
    )


def mutate(chance: Random) -> str:
    """Generate a query, then insert, delete, exchange and duplicate pieces."""
    text = generate_by_grammar(chance, 3)[: MAX_WORDS // 2]
    for _ in range(chance.randint(1, 8)):
        a, b = sorted(chance.choices(range(len(text) + 1), k=2))
        parts = {"before": text[:a], "cut": text[a:b], "upper": text[a:b].upper()}
        piece = chance.choice((*PIECES, *WORDS))
        text = chance.choice(_MUTATIONS).format(**parts, after=text[b:], piece=piece)[:MAX_WORDS]
    return text


def repeat(chance: Random) -> str:
    """Generate a query that repeats a part up to 200 times: words, alternatives or a phrase."""
    times = chance.choice((2, 5, 20, 50, 100, 200))
    parts = [chance.choice((leaf(chance), leaf(chance)))] * times
    if chance.random() < 0.5:
        parts = [leaf(chance) for _ in range(times)]
    phrase = " ".join(chance.choices(WORDS[: chance.choice((1, 2, 5, 30))], k=times))
    return chance.choice(
        (
            *(" ".join(parts), " OR ".join(parts), " -".join(parts), "NOT " * 49 + parts[0]),
            *(f'"{phrase}"', f'"{phrase}"~{chance.randint(1, 50)}', "(" * 49 + parts[0] + ")" * 49),
        )
    )


_JOINED: tuple[Callable[[list[str]], str], ...] = (
    " ".join,
    " OR ".join,
    " AND ".join,
    lambda parts: f"({' OR '.join(parts)})",
    lambda parts: f"NOT ({' '.join(parts)})",
    lambda parts: f"{parts[0]} -({' OR '.join(parts[1:])})",
)
_MUTATIONS = (
    "{before}{piece}{cut}{after}",
    "{before}{after}",
    "{before}{piece}{after}",
    "{before}{cut}{cut}{cut}{after}",
    "{piece} {before}{cut}{after} {cut}",
    "{before}{upper}{after}",
)
