"""The benchmark corpus: real resolutions, and altered copies, to any number of paragraphs.

A copy is a distinct resolution, with another symbol, six sessions earlier, and some words moved.
Words are exchanged with words of the same length, so that offsets of clauses and citations stay
valid.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

from searchapp.ingest.pipeline import Report, parsed
from searchapp.model.resolution import Resolution

ONE_IN = 25  # words of a copy is moved, and one in ten of these is spelt differently
BACK = 6  # sessions and years from one copy to the next
COPIES = 11  # after which the sessions repeat: there were none before the first


def resolutions(source: Path) -> Iterator[dict[str, Any]]:
    """Yield the resolutions of a file of JSON lines, or of all files in a folder."""
    if source.is_dir():
        yield from (found.to_json() for found in parsed([str(source)], Report()))
    else:
        with source.open("rb") as lines:
            yield from (Resolution.from_line(line).to_json() for line in lines)


def multiply(originals: Iterable[dict[str, Any]], paragraphs: int) -> Iterator[dict[str, Any]]:
    """Yield the originals, then deterministic copies, until there are enough paragraphs."""
    kept = list(originals)
    if not any(resolution["paragraphs"] for resolution in kept):
        return
    total = 0
    for number in count():
        for resolution in kept:
            if total >= paragraphs:
                return
            total += len(resolution["paragraphs"])
            yield alter(resolution, number) if number else resolution


def alter(resolution: dict[str, Any], number: int) -> dict[str, Any]:
    """Return the copy of a resolution with this number."""
    chance = Random(f"{resolution['symbol']} {number}")  # noqa: S311
    old = resolution["symbol"] or ""
    new = f"{old or 'X/' + str(chance.getrandbits(40))}/Z{number}"

    def rename(name: str | None) -> str | None:
        return None if name is None else new + name.removeprefix(old)

    rows = [
        {
            **paragraph,
            "id": rename(paragraph["id"]),
            "parent": rename(paragraph["parent"]),
            "text": shuffle(paragraph["text"], chance),
        }
        for paragraph in resolution["paragraphs"]
    ]
    return {**resolution, **_move_back(resolution, number), "symbol": new, "paragraphs": rows}


def shuffle(text: str, chance: Random) -> str:
    """Exchange some words of a text; all other characters keep their offsets."""
    words = text.split(" ")
    for _ in range(max(1, len(words) // ONE_IN)):
        place = chance.randrange(len(words))
        word = words[place]
        if word.isalpha() and chance.random() < 0.1:
            words[place] = word[:-1] + chance.choice("aeinst")
        else:
            others = [n for n, other in enumerate(words) if len(other) == len(word)]
            other = chance.choice(others)
            words[place], words[other] = words[other], word
    return " ".join(words)


def _move_back(resolution: dict[str, Any], number: int) -> dict[str, Any]:
    """Return the session, year and date of a copy."""
    back = BACK * (number % COPIES)
    session, year, day = (resolution[name] for name in ("session", "year", "adopted"))
    if not (session or "").isdecimal() or int(session) <= back or not year:
        return {}
    # 29 February does not exist six years earlier.
    moved = f"{int(day[:4]) - back}{day[4:8]}{min(int(day[8:]), 28):02}" if day else None
    return {"session": str(int(session) - back), "year": year - back, "adopted": moved}


def text_bytes(lines: Path) -> tuple[int, int]:
    """Count the paragraphs of a file of JSON lines, and the bytes of their texts."""
    number = size = 0
    with lines.open("rb") as file:
        for line in file:
            texts = [row["text"].encode() for row in json.loads(line)["paragraphs"]]
            number, size = number + len(texts), size + sum(map(len, texts))
    return number, size


def write(source: Path, paragraphs: int, target: Path) -> None:
    """Write the multiplied resolutions as JSON lines, unless the file exists."""
    if target.exists():
        return
    new = target.with_suffix(".new")
    with new.open("w", encoding="utf-8") as out:
        for resolution in multiply(resolutions(source), paragraphs):
            out.write(json.dumps(resolution, ensure_ascii=False, separators=(",", ":")) + "\n")
    new.rename(target)
