"""Markdown for a draft: a list of citations, each with its title, date and address."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from ..model.citation_form import citation
from ..search.results import Hit
from ..text.printable import printable
from ..text.wording import long_date

# The signs of Markdown, and those by which some programs find addresses, mail and formulas.
_SIGNS = re.compile(r"([\\`*_{}\[\]<>#|~&!@$]|:(?=//)|(?<=www)\.)", re.IGNORECASE)


def markdown_lines(hits: Iterable[Hit], address: Callable[[Hit], str], note: str) -> Iterator[str]:
    """The list, line by line, and `note` below it; `address` gives a hit's own address."""
    for hit in hits:
        cited = plain(citation(hit.resolution, hit.paragraph))
        yield f"- [{cited}](<{address(hit)}>){_about(hit)}\n"
    yield f"\n{plain(note)}\n"


def plain(text: str) -> str:
    """A text in which no sign means anything to Markdown, in one line."""
    return _SIGNS.sub(r"\\\1", " ".join(printable(text).split()))


def _about(hit: Hit) -> str:
    """The title and the date, where they are known."""
    r = hit.resolution
    parts = (plain(r.title or ""), plain(long_date(r.adopted)) if r.adopted else "")
    return "".join(f", {part}" for part in parts if part)
