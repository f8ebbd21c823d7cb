"""Damage: flipped bits, zeroed pages, and truncated, grown, missing and swapped index files.

Each is reported when the index is opened, when the part is first read, or by `check`; no answer may
be wrong, and no error foreign. Undamaged parts continue to answer.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from random import Random
from typing import NamedTuple

from searchapp.backends import open_backend
from searchapp.backends.whoosh import WhooshBackend
from searchapp.errors import SearchAppError
from searchapp.exports.results_json import hit_json
from searchapp.model.resolution import Resolution
from searchapp.model.source import Source
from searchapp.query.query import Query
from searchapp.search.backend import Backend

from . import Failure
from .content import QUERIES, answer, as_text
from .jobs import lines

COUNT, UNIT = 300, "damages"
PAGE = 4096  # bytes: the unit in which disks and file systems lose data
COMMITS = ((1, 400), (400, 480), (450, 500))  # numbers of resolutions: the last replaces some
Question = Callable[[Backend], str]
Damage = Callable[[Path, Random], None]


class Told(NamedTuple):
    """The numbers of questions to a damaged index that were answered, and that were refused."""

    answered: int
    refused: int
    by_check: bool


def run(seed: int, count: int, folder: Path) -> list[str]:
    """Damage an index `count` times at random; summarise how each kind was reported."""
    kept = folder / "kept"
    build(kept, seed)
    truth = {name: ask(kept, question) for name, question in QUESTIONS.items()}
    told: dict[str, list[Told]] = {name: [] for name in DAMAGES}
    for turn in range(count):
        chance = Random(f"{seed} {turn}")
        name = chance.choice(list(DAMAGES))
        path = chance.choice(files(kept))
        place = folder / "damaged"
        shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(kept, place)
        DAMAGES[name](place / path.name, chance)
        case = f"seed {seed}, turn {turn}: {name}, {path.name}"
        told[name].append(trial(place, truth, case))
    shutil.rmtree(folder / "damaged", ignore_errors=True)
    return [line(name, found) for name, found in told.items() if found]


def build(place: Path, seed: int) -> None:
    """Build an index of several segments, with replaced resolutions and a ledger."""
    with closing(WhooshBackend(str(place), create=True)) as backend:
        for turn, numbers in enumerate(COMMITS):
            for text in lines(seed + turn, *range(*numbers)).splitlines():
                backend.add(Resolution.from_line(text))
            backend.record(Source(f"{turn}.jsonl", str(turn)))
            backend.commit()


def files(place: Path) -> list[Path]:
    """Return the relevant files, repeated by their weight: segments most often."""
    found = sorted(path for path in place.iterdir() if path.stat().st_size)
    return [path for path in found for _ in range(4 if path.suffix == ".seg" else 1)]


def trial(place: Path, truth: dict[str, str], case: str) -> Told:
    """Ask all questions of a damaged index; `Failure` for a wrong answer or foreign error."""
    answered = refused = 0
    for name, question in QUESTIONS.items():
        try:
            if ask(place, question) != truth[name]:
                raise Failure(f"{case}: {name} is answered wrongly.")
            answered += 1
        except SearchAppError:
            refused += 1
        except Failure:
            raise
        except Exception as error:
            raise Failure(f"{case}: {name} ends with {type(error).__name__}: {error}") from error
    by_check = bool(find_problems(place))
    if not by_check:
        raise Failure(f"{case}: check says nothing.")
    return Told(answered, refused, by_check)


def find_problems(place: Path) -> list[str]:
    """Return the problems found by `check`, or by opening the index if that fails."""
    try:
        with closing(open_backend(str(place))) as backend:
            return backend.check()
    except SearchAppError as error:
        return [str(error)]


def ask(place: Path, question: Question) -> str:
    """Open an index for a single question, and return the answer."""
    with closing(open_backend(str(place))) as backend:
        return question(backend)


def _searched(words: str) -> Question:
    return lambda backend: answer(backend, words)


QUESTIONS: dict[str, Question] = {
    **{f"search “{words}”": _searched(words) for words in QUERIES},
    "resolutions": lambda at: as_text(sorted(as_text(r.to_json()) for r in at.resolutions())),
    "one resolution": lambda at: as_text(str(at.resolution("A/RES/71/1"))),
    "anchors": lambda at: as_text([at.anchors("A/RES/71/1"), *sorted(at.keys())]),
    "resolution counts": lambda at: as_text(
        sorted(at.resolution_counts(Query(lang="all"), "year", "verb").items())
    ),
    "groups": lambda at: as_text(
        [
            [group.key, group.total, [hit_json(hit) for hit in group.hits]]
            for group in at.groups(Query(words="water OR peace"), ["A/RES/71/1", "A/RES/71/2"], 2)
        ]
    ),
    "ledger": lambda at: as_text([source.to_json() for source in at.sources()]),
    "coverage": lambda at: as_text([str(row) for row in at.coverage()]),
    "suggestions": lambda at: as_text(at.suggest("watre")),
}


def flip_bit(path: Path, chance: Random) -> None:
    """Change one bit."""
    data = bytearray(path.read_bytes())
    data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    path.write_bytes(data)


def zero_page(path: Path, chance: Random) -> None:
    """Zero a page, possibly the incomplete last one, that was not all zeros."""
    data = bytearray(path.read_bytes())
    pages = [at for at in range(0, len(data), PAGE) if any(data[at : at + PAGE])]
    at = chance.choice(pages)
    data[at : at + PAGE] = bytes(len(data[at : at + PAGE]))
    path.write_bytes(data)


def cut(path: Path, chance: Random) -> None:
    """Truncate the file, perhaps to nothing."""
    data = path.read_bytes()
    path.write_bytes(data[: chance.randrange(len(data))])


def grow(path: Path, chance: Random) -> None:
    """Append bytes."""
    with path.open("ab") as file:
        file.write(chance.randbytes(chance.randint(1, PAGE)))


def remove(path: Path, _: Random) -> None:
    """Remove the file."""
    path.unlink()


def swap_halves(path: Path, _: Random) -> None:
    """Swap the halves, like sectors that were written to a wrong location."""
    data = path.read_bytes()
    middle = len(data) // 2
    path.write_bytes(data[middle:] + data[:middle])


def overwrite(path: Path, _: Random) -> None:
    """Replace the content by that of another file of the index."""
    others = (other for other in files(path.parent) if other.read_bytes() != path.read_bytes())
    path.write_bytes(next(others).read_bytes())


DAMAGES: dict[str, Damage] = {
    "a flipped bit": flip_bit,
    "a zeroed page": zero_page,
    "a cut file": cut,
    "a grown file": grow,
    "a missing file": remove,
    "swapped halves": swap_halves,
    "another file's content": overwrite,
}


def line(name: str, found: list[Told]) -> str:
    """Summarise one kind of damage in a line."""
    total: Counter[str] = Counter()
    for told in found:
        total.update(answered=told.answered, refused=told.refused)
    return (
        f"{name}: {len(found)} times, all told by check; of {len(found) * len(QUESTIONS):,} "
        f"questions {total['answered']:,} were answered rightly and {total['refused']:,} refused"
    )
