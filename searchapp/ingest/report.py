"""The report of an indexing run, in numbers and sentences."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from ..text.wording import counted
from .missing_files import Missing


class Loser(NamedTuple):
    """A file ignored for one resolution because a better source of it exists."""

    path: str
    key: str
    winner: str


@dataclass(slots=True)
class Report:
    """The result of a run: resolutions and paragraphs that were indexed, each counted once.

    `replaced` of the resolutions were indexed before; `failed` are pairs of a file and a sentence,
    `removed` are keys, `missing` the folders that lack most files, so that nothing was removed.
    """

    resolutions: int = 0
    paragraphs: int = 0
    seconds: float = 0.0
    replaced: int = 0
    skipped: int = 0
    failed: list[tuple[str, str]] = field(default_factory=list)
    losers: list[Loser] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    missing: list[Missing] = field(default_factory=list)

    def summary(self) -> list[str]:
        """Return sentences: what was indexed, then everything that a user may want to correct."""
        size = f"{counted(self.resolutions, 'resolution')}, {counted(self.paragraphs, 'paragraph')}"
        lines = [f"Indexed {size} in {self.seconds:.1f} seconds."]
        if self.replaced:
            lines.append(f"Replaced {counted(self.replaced, 'existing resolution')}.")
        if self.skipped:
            lines.append(f"Skipped {counted(self.skipped, 'unchanged file')}.")
        if self.removed:
            lines.append(f"Removed (no longer in any file): {', '.join(self.removed)}.")
        lines += [one.sentence() for one in self.missing]
        lines += [
            f"Ignored {loser.key} in {loser.path}: {loser.winner} is a better source."
            for loser in self.losers
        ]
        return lines + [f"Not read: {path}: {reason}" for path, reason in self.failed]
