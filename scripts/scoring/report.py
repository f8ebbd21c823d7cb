"""The figures of a format as a table, as JSON, and the files that are worst."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from .formats import FORMATS, Result, is_held_out
from .measure import FIELDS, LABELS, PARAGRAPHS, Score

# What must be reached on files never seen, and what is aimed at.
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
    """Half of a format's files, the held-out or the others, with all that was measured on them."""

    results: list[Result] = field(default_factory=list)
    score: Score = field(default_factory=Score)

    def add(self, result: Result) -> None:
        """Take one more result."""
        self.results.append(result)
        self.score += result.score

    @property
    def speed(self) -> float | None:
        """Files read and parsed in a second, on one core."""
        seconds = sum(result.seconds for result in self.results)
        return len(self.results) / seconds if seconds else None

    def to_json(self, figures: Sequence[str]) -> dict[str, Any]:
        """The figures by name, with the numbers of files and of failures."""
        return {
            "files": len(self.results),
            "unreadable": sum(bool(result.failure) for result in self.results),
            "files_per_second": self.speed,
            **{figure: self.score.share(figure) for figure in figures},
        }


@dataclass(slots=True)
class Report:
    """A format with its two parts."""

    name: str
    development: Part = field(default_factory=Part)
    held_out: Part = field(default_factory=Part)

    def add(self, result: Result) -> None:
        """Take one more result, to the part that its file belongs to."""
        (self.held_out if result.case.held_out else self.development).add(result)

    @property
    def figures(self) -> tuple[str, ...]:
        """The names of what is judged in this format."""
        return LABELS if self.name == "clauses" else (*PARAGRAPHS, *FIELDS)

    def to_json(self) -> dict[str, Any]:
        """Both parts; values of figures are shares, or null where there was nothing to judge."""
        return {
            "development": self.development.to_json(self.figures),
            "held_out": self.held_out.to_json(self.figures),
        }

    def lines(self) -> list[str]:
        """The table: a line a figure, with what must be reached and what is aimed at."""
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
        """The rows of docs/accuracy.md: what the issue of each format asks for, and the speed."""
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
    """A mark behind a value that is too low."""
    return " !" if value is not None and must is not None and value < must else ""


def worst(part: Part, count: int, differences: int | None = None) -> list[str]:
    """The files with most differences, and of each the first few, or all; none that is held out.

    Labelled clauses have halves of their own, so that a file of theirs may be held out elsewhere.
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
