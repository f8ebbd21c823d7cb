"""Sources: the lines of the ledger, one for each file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from ..text.printable import printable
from ..text.wording import counted
from ..versions import PARSER_VERSION


@dataclass(frozen=True, slots=True)
class Source:
    """The ledger's line about one file: its hash, its resolutions, or the reason of its failure.

    `path` is absolute, with links resolved, and `name` the path as it was given when the file was
    read. A line of a former version has no `name`, and its `path` is as it was given.
    `symbol` was given for the file by the user, and applies whenever the file is read again.
    `lost` are the keys of resolutions that are indexed from a better source than this file.
    """

    path: str
    hash: str
    parser: int = 0
    format: str = ""
    reissued: str | None = None
    keys: tuple[str, ...] = ()
    failure: str | None = None
    indexed: str | None = None
    symbol: str | None = None
    name: str = ""
    lost: tuple[str, ...] = ()

    @property
    def shown(self) -> str:
        """The name for readers, which does not reveal the file's folder."""
        return printable(self.name or self.path)

    @property
    def is_outdated(self) -> bool:
        """True if another version of the parser read it; JSON lines are not parsed."""
        return bool(self.keys) and self.format != "jsonl" and self.parser != PARSER_VERSION

    def to_json(self) -> dict[str, Any]:
        """Convert to a JSON object with the fields' names."""
        return {**asdict(self), "keys": list(self.keys), "lost": list(self.lost)}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Source:
        """Convert from a JSON object, as the reverse of `to_json`."""
        lists = {name: tuple(data.get(name, ())) for name in ("keys", "lost")}
        return cls(**{**data, **lists})


def outdated(sources: Iterable[Source]) -> list[str]:
    """Return a sentence if another version of the parser read some of the files, else none."""
    number = sum(source.is_outdated for source in sources)
    files = counted(number, "file")
    remedy = "searchapp index PATH… re-reads them, --rebuild re-reads all files"
    return [f"Another version of the parser read {files}: {remedy}."] if number else []
