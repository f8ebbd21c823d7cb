"""The interface of the compared engines: build from JSON lines, open, and search for pages."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from .cases import Case


class Row(NamedTuple):
    """A paragraph as indexed by the other engines."""

    id: str
    symbol: str
    title: str
    text: str
    lang: str
    adopted: str
    session: str
    year: int
    type: str
    verb: str


@dataclass(frozen=True, slots=True)
class Page:
    """The result of a search: the exact total, the first hits in full with marks, facet counts."""

    total: int
    ids: tuple[str, ...] = ()
    html: tuple[str, ...] = ()
    counts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


class Engine(Protocol):
    """An engine with its index in a folder."""

    name: str
    title: str

    def build(self, lines: Path, place: Path) -> None:
        """Index a file of JSON lines."""

    def open(self, place: Path) -> None:
        """Open the index, without cached results of earlier searches."""

    def page(self, case: Case) -> Page:
        """Search: the exact total, four facets, and the first twenty paragraphs with marks."""

    def close(self) -> None:
        """Close the index."""


def rows(lines: Path) -> Iterator[Row]:
    """Yield the paragraphs of a file of JSON lines."""
    with lines.open("rb") as file:
        for line in file:
            resolution = json.loads(line)
            for paragraph in resolution["paragraphs"]:
                yield _row(resolution, paragraph)


def _row(resolution: dict[str, Any], paragraph: dict[str, Any]) -> Row:
    return Row(
        paragraph["id"],
        resolution["symbol"] or "",
        resolution["title"] or "",
        paragraph["text"],
        resolution["language"],
        resolution["adopted"] or "",
        resolution["session"] or "",
        resolution["year"] or 0,
        paragraph["kind"],
        paragraph["verb"] or "",
    )
