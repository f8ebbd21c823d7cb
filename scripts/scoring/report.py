"""Reports on a format: tables, JSON, and the worst files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from .formats import FORMATS, Result, is_held_out
from .measure import FIELDS, LABELS, PARAGRAPHS, Score

# The required value on unseen files, and the target.
TARGETS: dict[str, dict[str, tuple[float | None, float | None]]] = {
    "akn": {
        "f1": (0.995, 0.999),
        "exact": (0.995, 0.998),
        "kind": (0.995, 0.998),
        "number": (0.99, 0.998),
        "phrase": (0.998, 0.998),
        "symbol": (0.995, 0.998),
        "session": (0.995, 0.998),
        "adopted": (0.995, 0.998),
        "title": (0.99, 0.998),
        "agenda_items": (0.99, 0.998),
    },
    "pdf": {
        "f1": (0.99, 0.997),
        "annexes": (0.90, 0.98),
        "exact": (0.99, 0.998),
        "number": (0.99, 0.998),
        "phrase": (0.995, 0.998),
        "title": (0.99, 0.998),
    },
    "layout": {
        "f1": (0.95, 0.98),
        "exact": (0.90, 0.97),
        "kind": (0.99, 0.99),
        "phrase": (0.97, 0.99),
    },
    "plain": {"f1": (None, None), "exact": (None, None)},
    "docx": {"f1": (0.99, 0.998), "exact": (None, None)},
    "html": {"f1": (0.99, 0.998), "exact": (None, None)},
    "old": {"f1": (0.90, 0.97)},
    "seeds": dict.fromkeys((*PARAGRAPHS, *FIELDS), (1.0, 1.0)),
    "clauses": dict(zip(LABELS, ((0.99, 0.998), (0.90, 0.97), (0.90, 0.97)), strict=True)),
}


SPEEDS = {"akn": 150.0, "pdf": 4.0}  # files a second, on one core


@dataclass(slots=True)
class Part:
    """The measurements of one part of a format's files: the held-out part or the other."""

    results: list[Result] = field(default_factory=list)
    score: Score = field(default_factory=Score)

    def add(self, result: Result) -> None:
        """Add a result."""
        self.results.append(result)
        self.score += result.score

    @property
    def speed(self) -> float | None:
        """The number of files read and parsed per second, on one core."""
        seconds = sum(result.seconds for result in self.results)
        return len(self.results) / seconds if seconds else None

    def to_json(self, figures: Sequence[str]) -> dict[str, Any]:
        """Return the figures by name, with the numbers of files and of failures."""
        return {
            "files": len(self.results),
            "unreadable": sum(bool(result.failure) for result in self.results),
            "files_per_second": self.speed,
            **{figure: self.score.share(figure) for figure in figures},
        }


@dataclass(slots=True)
class Report:
    """The report of a format with its two parts."""

    name: str
    development: Part = field(default_factory=Part)
    held_out: Part = field(default_factory=Part)

    def add(self, result: Result) -> None:
        """Add a result to the part that contains its file."""
        (self.held_out if result.case.held_out else self.development).add(result)

    @property
    def figures(self) -> tuple[str, ...]:
        """The names of the figures of this format."""
        return LABELS if self.name == "clauses" else (*PARAGRAPHS, *FIELDS)

    def to_json(self) -> dict[str, Any]:
        """Return both parts as JSON; figures are shares, or null if there was nothing to judge."""
        return {
            "development": self.development.to_json(self.figures),
            "held_out": self.held_out.to_json(self.figures),
        }

    def lines(self) -> list[str]:
        """Return the table: a line for each figure, with the required value and the target."""
        parts = (self.development, self.held_out)
        title = FORMATS[self.name].title
        rows = [
            (title, "development", "held out", "must", "aim"),
            ("files", *(str(len(part.results)) for part in parts), "", ""),
            ("unreadable", *(str(part.to_json(())["unreadable"]) for part in parts), "", ""),
            ("files a second", *(_number(part.speed, 1) for part in parts), self._speed(), ""),
        ]
        for figure in self.figures:
            must, aim = TARGETS[self.name].get(figure, (None, None))
            values = [part.score.share(figure) for part in parts]
            if values != [None, None]:
                shown = [_number(value) + _verdict(value, must) for value in values]
                rows.append((figure.replace("_", " "), *shown, _number(must, 3), _number(aim, 3)))
        return [
            f"{row[0]:<28}" + "".join(f"{cell:>13}" for cell in row[1:]).rstrip() for row in rows
        ]

    def _speed(self) -> str:
        return _number(SPEEDS.get(self.name), 0)

    def markdown(self) -> list[str]:
        """Return the rows of docs/accuracy.md: the format's required figures, and the speed."""
        parts = (self.development, self.held_out)
        rows = [("files", *(str(len(part.results)) for part in parts), "", "")]
        for figure, (must, aim) in TARGETS[self.name].items():
            values = [part.score.share(figure) for part in parts]
            if values != [None, None]:
                cells = (*map(_number, values), _number(must, 3), _number(aim, 3))
                rows.append((figure.replace("_", " "), *cells))
        rows.append(("files a second", *(_number(p.speed, 0) for p in parts), self._speed(), ""))
        title = FORMATS[self.name].title
        return [f"| {' | '.join((title if n == 0 else '', *row))} |" for n, row in enumerate(rows)]


HEADER = [
    "| input | figure | development | held out | must | aim |",
    "|---|---|---|---|---|---|",
]


def _number(value: float | None, places: int = 4) -> str:
    return "" if value is None else f"{value:.{places}f}"


def _verdict(value: float | None, must: float | None) -> str:
    """Return a mark for a value that is too low."""
    return " !" if value is not None and must is not None and value < must else ""


def worst(part: Part, count: int, differences: int | None = None) -> list[str]:
    """List the files with the most differences, and the first few of each, or all.

    Held-out files are left out, including those that are held out only in another format: labelled
    clauses are divided differently.
    """
    shown = (result for result in part.results if not is_held_out(result.case.path))
    ranked = sorted(shown, key=lambda r: (not r.failure, -len(r.score.differences)))
    lines = []
    for result in ranked[:count]:
        found = result.score.differences
        if not found and not result.failure:
            break
        lines.append(f"{result.case.path.name}: {result.failure or f'{len(found)} differences'}")
        lines += [f"    {difference}" for difference in found[:differences]]
    return lines
