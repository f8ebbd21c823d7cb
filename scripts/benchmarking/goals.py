"""Performance goals and results: a row for each goal that was measured."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from .building import Built
from .measure import Timing
from .report import Timings, figure, ratio, table
from .serving import Load

FEW = 1_000  # hits, below which the fixed cost of a page dominates


@dataclass(slots=True)
class Figures:
    """All measurements of a run."""

    paragraphs: int = 0
    pages: dict[str, dict[str, Timing]] = field(default_factory=dict)
    builds: dict[str, Built] = field(default_factory=dict)
    openings: dict[str, float] = field(default_factory=dict)
    indexing: Built | None = None
    single: dict[str, tuple[float, float]] = field(default_factory=dict)  # HTTP, FTS5: ms
    loads: dict[int, Load] = field(default_factory=dict)  # by the number of processes


@dataclass(frozen=True, slots=True)
class Goal:
    """A goal: the requirement, the target, and the measured value."""

    what: str
    must: str
    aim: str
    reached: str


def goals(figures: Figures) -> list[Goal]:
    """Return the goals that were measured."""
    return [goal for rule in _RULES for goal in rule(figures)]


def goal_table(figures: Figures) -> list[str]:
    """Return the goals as a table."""
    rows = ([goal.what, goal.must, goal.aim, goal.reached] for goal in goals(figures))
    return table(["measure", "required", "goal", "measured"], rows, left=4)


def spread(pages: Timings, peer: str, wanted: Callable[[int], bool]) -> list[tuple[float, str]]:
    """Return sorted ratios of a peer's time to ours, for searches whose hits are `wanted`."""
    ours, others = pages["ours"], pages[peer]
    return sorted(
        (ratio(ours[name].least, others[name].least), name)
        for name in ours
        if wanted(ours[name].total)
    )


def _against_fts5(figures: Figures) -> Iterator[Goal]:
    if "fts5" in figures.pages:
        yield Goal(
            f"page, warm, against SQLite FTS5, below {FEW:,} hits",
            "3 times faster",
            "10",
            _spread(figures.pages, "fts5", lambda hits: hits < FEW),
        )
        yield Goal(
            f"the same, {FEW:,} hits and above",
            "10 times faster",
            "30",
            _spread(figures.pages, "fts5", lambda hits: hits >= FEW),
        )


def _against_tantivy(figures: Figures) -> Iterator[Goal]:
    if "tantivy" in figures.pages:
        yield Goal(
            "page, warm, against Tantivy",
            "within 4 times in every row",
            "faster in every row",
            _spread(figures.pages, "tantivy", lambda _: True),
        )


def _first_use(figures: Figures) -> Iterator[Goal]:
    for timings in _of_ours(figures):
        worst = max(timings.values(), key=lambda timing: timing.first / timing.least)
        slowest = max(timing.first for timing in timings.values())
        yield Goal(
            "page, cold (first use of its terms)",
            "within 5 times of warm, never above 100 ms",
            "within 2 times",
            f"at most {figure(worst.first / worst.least)} times, {figure(slowest)} ms",
        )


def _worst_words(figures: Figures) -> Iterator[Goal]:
    for timings in _of_ours(figures):
        pair = [timings[name] for name in ("phrase of stop words", "leading wildcard")]
        yield Goal(
            '"of the", `*tion`',
            "40 ms, 60 ms",
            "5 ms, 10 ms",
            ", ".join(f"{figure(timing.least)} ms ({timing.total:,} hits)" for timing in pair),
        )
        common = timings["one common word"]
        yield Goal(
            f"page of a common word among {figures.paragraphs:,} paragraphs",
            "20 ms, at a million",
            "grows no faster than the hits",
            f"{figure(common.least)} ms ({common.total:,} hits)",
        )


def _indexing(figures: Figures) -> Iterator[Goal]:
    if "ours" in figures.builds:
        built = figures.builds["ours"]
        yield Goal(
            "indexing from JSON lines, paragraphs per CPU second",
            "10,000",
            "25,000",
            f"{built.speed:,.0f}",
        )
        yield Goal("index size per byte of text", "2.0", "1.5", f"{built.ratio:.2f}")
    if "ours" in figures.openings:
        yield Goal("opening", "20 ms", "5 ms", f"{figure(figures.openings['ours'])} ms")
    if figures.indexing:
        speed = figures.indexing.paragraphs / figures.indexing.wall
        yield Goal(
            "the whole pipeline on AKN files, paragraphs per second",
            "3,000",
            "8,000",
            f"{speed:,.0f}",
        )


def _serving(figures: Figures) -> Iterator[Goal]:
    if figures.single:
        ratios = sorted(
            (own and other / own, name) for name, (own, other) in figures.single.items()
        )
        yield Goal(
            "a `/search.json` page over HTTP, one client, against FTS5 in its own process",
            "never slower",
            "3 times faster",
            _ends(ratios),
        )
    for processes, load in figures.loads.items():
        served = f"{figure(load.requests)} requests/s, p99 {figure(load.p99)} ms"
        yield Goal(
            "result pages over HTTP, 50 addresses"
            if processes == 1
            else f"the same, from {processes} processes",
            "100 requests/s, p99 below 100 ms",
            "300, 40 ms",
            f"{served}; {figure(load.cpu)} ms of CPU per page",
        )


_RULES: tuple[Callable[[Figures], Iterator[Goal]], ...] = (
    _against_fts5,
    _against_tantivy,
    _first_use,
    _worst_words,
    _indexing,
    _serving,
)


def _of_ours(figures: Figures) -> Iterator[Mapping[str, Timing]]:
    if "ours" in figures.pages:
        yield figures.pages["ours"]


def _spread(pages: Mapping[str, Any], peer: str, wanted: Callable[[int], bool]) -> str:
    found = spread(pages, peer, wanted)
    return _ends(found) if found else "no such search"


def _ends(ratios: list[tuple[float, str]]) -> str:
    (least, name), (most, _) = ratios[0], ratios[-1]
    middle = ratios[len(ratios) // 2][0]
    return f"{figure(least)} ({name}) to {figure(most)} times; median {figure(middle)}"
