"""Damage: a changed index file is an error message, never an answer or a traceback."""

from __future__ import annotations

import json
import random
import re
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from contract.data import written
from soaking import damage

from searchapp.backends.whoosh import WhooshBackend
from searchapp.backends.whoosh.segments import sections
from searchapp.errors import IndexProblem
from searchapp.query.query import Query


def rebuilt(place: str) -> str:
    return f"The index at “{place}” is damaged: rebuild it with "


@pytest.fixture
def place(tmp_path: Path) -> str:
    return written(str(tmp_path / "index"))


def segment_file(place: str) -> Path:
    return max(Path(place).glob("*.seg"), key=lambda path: path.stat().st_size)


def test_every_byte_is_under_a_checksum_or_is_padding(place: str) -> None:
    path = segment_file(place)
    data, chance = path.read_bytes(), random.Random(5)
    file = sections.SectionFile(path)
    inside = np.zeros(len(data), dtype=bool)
    for each in file.places.values():
        inside[each.offset : each.offset + each.bytes] = True
    inside[max(each.offset + each.bytes for each in file.places.values()) :] = True
    for at in chance.sample(np.flatnonzero(inside).tolist(), 60):
        path.unlink()  # not overwritten in place, since it is mapped
        path.write_bytes(data[:at] + bytes([data[at] ^ 0x20]) + data[at + 1 :])
        (problem,) = WhooshBackend(place).check()
        assert problem.startswith(rebuilt(place)), at


@pytest.mark.parametrize("kept", [0, 1, 7, 100, 5_000, -1, -24, -25, -100])
def test_a_shortened_file_is_a_sentence(place: str, kept: int) -> None:
    path = segment_file(place)
    data = path.read_bytes()
    path.unlink()
    path.write_bytes(data[:kept])
    damaged = WhooshBackend(place)
    with pytest.raises(IndexProblem, match="is damaged"):
        damaged.search(Query.make("states"))
    with pytest.raises(IndexProblem, match="is damaged"):
        damaged.remove("A")


def described(path: Path, change: Callable[[dict[str, Any]], Any]) -> None:
    """Change the section directory of a file, with the right checksum."""
    data = path.read_bytes()
    sums, checksum, length, _, magic = sections.TRAILER.unpack(data[-sections.TRAILER.size :])
    end = len(data) - sections.TRAILER.size
    known = json.loads(data[end - length : end])
    said = change(known)
    new = said if isinstance(said, bytes) else json.dumps(known).encode()
    lengths = sums, checksum, len(new), zlib.crc32(new), magic
    path.unlink()
    path.write_bytes(data[: end - length] + new + sections.TRAILER.pack(*lengths))


def section(name: str, at: int, value: Any) -> Callable[[dict[str, Any]], None]:
    """Return a change of a section's entry: 0 type, 1 offset, 2 bytes, 3 checksum."""
    return lambda known: known["sections"][name].__setitem__(at, value)


@pytest.mark.parametrize(
    "change",
    [
        *(section("first", 2, size) for size in (2**40, 2**70, -8, 7, 4.0, True, "8", None)),
        *(section("text.rows", 1, offset) for offset in (2**40, -64, 0, None)),
        *(section("text.at", 0, kind) for kind in ("<f8", "|O", "<U99999999", "", None, ">u4")),
        *(section("stored.blocks", 3, number) for number in (10**6, -1, None)),
        *(
            lambda known, number=number: known["facts"].update(documents=number)
            for number in (2**60, -1, "8", True, 0, 1)
        ),
        lambda known: known["sections"]["above"].pop(),
        lambda known: known.pop("facts"),
        lambda known: known.update(sections=[]),
        lambda known: b"[]",
        lambda known: b"",
        lambda known: b"\xff",
        lambda known: b"[" * 100_000,
    ],
)
def test_a_directory_that_lies_is_a_sentence(place: str, change: Any) -> None:
    described(segment_file(place), change)
    damaged = WhooshBackend(place)
    for act in (lambda: damaged.search(Query.make("states")), lambda: damaged.remove("A")):
        with pytest.raises(IndexProblem, match="is damaged: rebuild it"):
            act()
    assert damaged.check()[0].startswith(rebuilt(place))


def test_a_section_that_is_missing_is_a_sentence(place: str) -> None:
    path = segment_file(place)
    data = path.read_bytes()
    names = sections.SectionFile(path).places
    # Without this section each row has one value, so the size of the codes is wrong.
    for name in names:
        described(path, lambda known, name=name: known["sections"].pop(name))  # type: ignore[misc]
        problems = WhooshBackend(place).check()
        assert problems[0].startswith(rebuilt(place)), name
        path.write_bytes(data)


def test_numbers_that_lie_are_told_by_check(place: str) -> None:
    path = segment_file(place)
    file = sections.SectionFile(path)
    known = {name: file.whole(name).copy() for name in file.places}
    for name, array in known.items():
        if not len(array) or name.endswith(".at"):  # any byte may be an offset within a row
            continue
        changed, middle = array.copy(), len(array) // 2
        end = 10  # of a term
        wrong = (end if array[middle] != end else 120) if name.endswith(".terms") else None
        changed[middle] = np.iinfo(array.dtype).max if wrong is None else wrong
        with path.with_name("fresh").open("wb") as fresh:
            pairs = {**known, name: changed}.items()
            sections.write_sections(fresh, pairs, {"documents": file.documents})
        path.with_name("fresh").replace(path)
        backend = WhooshBackend(place)
        assert (backend.check() or [name])[0].startswith(rebuilt(place)), name


@pytest.mark.parametrize("name", ["searchapp.json", "_MAIN_*.toc", "*.seg"])
def test_a_file_that_is_missing_is_a_sentence(place: str, name: str) -> None:
    reader = WhooshBackend(place)
    (path, *_) = Path(place).glob(name)
    path.unlink()
    for act in (lambda: WhooshBackend(place).search(Query.make("states")), reader.snapshot):
        with pytest.raises(IndexProblem, match=r"There is no index at|--rebuild --index"):
            act()


@pytest.mark.unclosed
def test_a_table_of_contents_has_a_checksum(place: str) -> None:
    (path,) = Path(place).glob("*.toc")
    data = path.read_bytes()
    for at in range(0, len(data), len(data) // 40):
        path.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
        with pytest.raises(IndexProblem, match="is damaged"):
            WhooshBackend(place)
    path.write_bytes(data)
    assert WhooshBackend(place).check() == []


def test_damage_by_chance_is_told_and_never_answered(tmp_path: Path) -> None:
    """`python -m soaking damage` makes three hundred such tries."""
    lines = damage.run(seed=1, count=30, folder=tmp_path)
    times = [int(number) for text in lines for number in re.findall(r": (\d+) times, all", text)]
    assert sum(times) == 30
