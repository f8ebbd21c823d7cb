"""Markdown for a draft: a list of citations, each with its title, date and URL."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from ..model.citation_form import citation
from ..search.results import Hit
from ..text.printable import printable
from ..text.wording import long_date

# Markdown syntax, and what some programs take for URLs, mail addresses and formulas.
_SIGNS = re.compile(r"([\\`*_{}\[\]<>#|~&!@$]|:(?=//)|(?<=www)\.)", re.IGNORECASE)


def markdown_lines(hits: Iterable[Hit], address: Callable[[Hit], str], note: str) -> Iterator[str]:
    """Yield the list by lines, and `note` below it; `address` returns the URL of a hit."""
    for hit in hits:
        cited = plain(citation(hit.resolution, hit.paragraph))
        yield f"- [{cited}](<{address(hit)}>){_about(hit)}\n"
    yield f"\n{plain(note)}\n"


def plain(text: str) -> str:
    """Return a text in one line, with all Markdown syntax escaped."""
    return _SIGNS.sub(r"\\\1", " ".join(printable(text).split()))


def _about(hit: Hit) -> str:
    """Return the title and the date, if they are known."""
    r = hit.resolution
    parts = (plain(r.title or ""), plain(long_date(r.adopted)) if r.adopted else "")
    return "".join(f", {part}" for part in parts if part)
