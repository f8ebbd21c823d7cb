"""Manual labels: the structure of old texts and single paragraphs, without the texts themselves.

docs/accuracy.md describes the form; `python -m scoring.byhand FILE.jsonl` writes its rows.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path

from labels import Reading, labelled

from searchapp.model.resolution import Paragraph, Resolution

from .measure import LABELS, Expected, Print, Score, Wanted, tidy

NONE = "-"


def rows(path: Path) -> list[list[str]]:
    """Read the rows of a tab-separated table of labels; lines that begin with "#" are comments."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if line.strip() and not line.startswith("#")]


# Whole texts: a row for a resolution, then one for each of its paragraphs.


def texts(path: Path) -> dict[str, tuple[Expected, ...]]:
    """Read the expected resolutions by the name of their file."""
    by_file = groupby(rows(path), key=lambda row: row[0])
    return {name: tuple(_resolutions(row[1:] for row in group)) for name, group in by_file}


def _resolutions(found: Iterable[list[str]]) -> Iterator[Expected]:
    fields: dict[str, object] = {}
    paragraphs: list[Wanted] = []
    for row in found:
        if row[0] != "resolution":
            paragraphs.append(_paragraph(row))
            continue
        if fields:
            yield Expected(fields, tuple(paragraphs), hashed=True)
        fields, paragraphs = _fields(row), []
    yield Expected(fields, tuple(paragraphs), hashed=True)


def _fields(row: list[str]) -> dict[str, object]:
    """Return the labelled fields of a resolution; an empty cell is not judged."""
    names = ("symbol", "session", "adopted", "title")
    fields: dict[str, object] = {
        name: _plain(cell) for name, cell in zip(names, row[1:], strict=False) if cell
    }
    if len(row) > 5 and row[5]:
        fields["agenda_items"] = tuple(_several(row[5]))
    return fields


def _paragraph(row: list[str]) -> Wanted:
    kind, number, count, first, last, whole, *rest = row
    phrase, notes = [*rest, "", ""][:2]
    return Wanted(
        key=Print(int(count), first, last, whole),
        kind=kind,
        number=_plain(number),
        phrase=_plain(phrase) if phrase else None,
        notes=tuple(_several(notes)) if notes else None,
    )


def _plain(cell: str) -> str:
    return "" if cell == NONE else cell


def _several(cell: str) -> list[str]:
    return [] if cell == NONE else [part.strip() for part in cell.split(";")]


def format_labels(name: str, resolution: Resolution) -> Iterator[str]:
    """Yield the label rows of a resolution from `searchapp parse --json`, corrected by hand."""
    items = ";".join(resolution.agenda_items)
    title = Print.of(resolution.title).whole if resolution.title else ""
    fields = (resolution.symbol, resolution.session, resolution.adopted, title, items)
    yield "\t".join([name, "resolution", *(value or NONE for value in fields)])
    for row in resolution.paragraphs:
        key = Print.of(row.text)
        marks = ";".join(note.mark for note in row.notes)
        cells = (row.number or NONE, str(key.count), key.first, key.last, key.whole)
        yield "\t".join([name, row.kind, *cells, tidy(row.phrase or NONE), marks or NONE])


# Single paragraphs, in the form of tests/labels.


def compare_readings(names: Sequence[str], given: Sequence[Resolution]) -> Score:
    """Score the labelled paragraphs of one file; a missing paragraph counts as empty."""
    rows = {row.id: row for resolution in given for row in resolution.paragraphs}
    labels = {name: reading for half in (1, 2) for name, reading in labelled(half)}
    score = Score()
    for name in names:
        found = Reading.of(rows.get(name, Paragraph(name)))
        for figure, what in zip(LABELS, ("lead", "seconds", "addressees"), strict=True):
            wanted = Counter(getattr(labels[name], what))
            score.bags(figure, name, wanted, Counter(getattr(found, what)))
    return score


def main(paths: list[str]) -> None:
    """Print the rows of resolutions in files of JSON lines."""
    for path in paths:
        for line in Path(path).read_text(encoding="utf-8").splitlines():
            resolution = Resolution.from_line(line)
            print("\n".join(format_labels(Path(resolution.source or path).name, resolution)))


if __name__ == "__main__":
    main(sys.argv[1:])
