"""What a run of indexing did, in numbers and sentences."""

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
    """What a run did: resolutions and paragraphs that the index gained, each counted once.

    `replaced` of the resolutions were held before; `failed` holds pairs of a file and a sentence,
    `removed` keys, `missing` the folders of which nothing was removed because most is gone.
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
        """Sentences: what was indexed, then all that a user may want to mend."""
        held = f"{counted(self.resolutions, 'resolution')}, {counted(self.paragraphs, 'paragraph')}"
        lines = [f"Indexed {held} in {self.seconds:.1f} seconds."]
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
