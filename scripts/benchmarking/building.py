"""Indexes built and kept in a folder, with the cost of building them."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from shutil import rmtree
from time import perf_counter, process_time

from .corpus import text_bytes
from .engines import Engine
from .measure import milliseconds

COMMAND = [sys.executable, "-W", "ignore", "-c", "from searchapp.cli import main; main()"]


@dataclass(frozen=True, slots=True)
class Built:
    """The cost of an index: processor and wall time in seconds, and bytes on the disk."""

    paragraphs: int
    text: int
    cpu: float
    wall: float
    size: int

    @property
    def speed(self) -> float:
        """Paragraphs per second of processor time."""
        return self.paragraphs / self.cpu

    @property
    def ratio(self) -> float:
        """Bytes of the index per byte of text."""
        return self.size / self.text


def build_index(engine: Engine, lines: Path, place: Path) -> Built:
    """Build an index, or return its recorded cost if it exists."""
    note = place.with_suffix(".json")
    if note.exists():
        return Built(**json.loads(note.read_text(encoding="utf-8")))
    rmtree(place, ignore_errors=True)
    cpu, wall = process_time(), perf_counter()
    engine.build(lines, place)
    took = process_time() - cpu, perf_counter() - wall
    result = Built(*text_bytes(lines), *took, _size(place))
    note.write_text(json.dumps(asdict(result)), encoding="utf-8")
    return result


def time_opening(engine: Engine, place: Path, times: int = 10) -> float:
    """Return the milliseconds to open an index, the minimum of several tries."""
    return min(_time_opening(engine, place) for _ in range(times))


def measure_indexing(files: Path, place: Path) -> Built:
    """Measure `searchapp index` on files, including all of its processes."""
    rmtree(place, ignore_errors=True)
    before, wall = resource.getrusage(resource.RUSAGE_CHILDREN), perf_counter()
    subprocess.run([*COMMAND, "index", str(files), "--index", str(place)], check=True)  # noqa: S603
    wall = perf_counter() - wall
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Built(_count_paragraphs(place), 0, cpu, wall, _size(place))


def _count_paragraphs(place: Path) -> int:
    command = [*COMMAND, "coverage", "--format", "json", "--index", str(place)]
    answer = subprocess.run(command, check=True, capture_output=True)  # noqa: S603
    return sum(row["paragraphs"] for row in json.loads(answer.stdout)["coverage"])


def _time_opening(engine: Engine, place: Path) -> float:
    time = milliseconds(lambda: engine.open(place))
    engine.close()
    return time


def _size(place: Path) -> int:
    return sum(file.stat().st_size for file in place.rglob("*") if file.is_file())
