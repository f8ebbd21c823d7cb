"""The ledger of an index: the files, and the resolutions that come from each.

A file is identified by its key (see system/paths.py), so that all spellings of its path are one
source. Ledgers of former versions contain paths as they were typed; such a line is moved to the
file it means as soon as that is certain, and is left unchanged until then.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Set
from dataclasses import replace

from ..model.source import Source
from ..search.backend import Backend
from ..system.paths import (
    archive_of,
    contains,
    ends_with,
    is_absent,
    is_absolute,
    key_of,
    last_name,
    path_of,
    spells_below,
)
from .inputs import Input, is_special


class Ledger:
    """The lines about files, and the source file of each resolution.

    `lines` are by key; `owner` maps the key of each resolution to that of its file; `gave` contains
    the files that yielded resolutions before this run, including those since indexed from better
    sources. Without a backend nothing is written.
    """

    def __init__(self, lines: Iterable[Source], backend: Backend | None = None) -> None:
        self._backend = backend
        self.lines = {line.path: line for line in lines}
        self.owner = {key: path for path, line in self.lines.items() for key in line.keys}
        self.gave: set[str] = set()
        self._strays: dict[str, list[str]] = defaultdict(list)  # by their last name
        self._move_former_lines()
        self.gave = {path for path, line in self.lines.items() if line.keys or line.lost}
        self._symbols = {
            line.hash: line.symbol for line in self.lines.values() if line.symbol and line.hash
        }

    def line(self, key: str) -> Source:
        """Return the line about a file; an empty one if it is new."""
        return self.lines.get(key, Source(key, ""))

    def line_for(self, given: Input) -> Source:
        """Return the line about an input, including that of a former version or of a copy.

        A line with a relative path is about this file if that is the end of the file's path and the
        content is the same. A symbol given by the user applies to the same content everywhere.
        """
        strays, is_new = self._like(given.key), given.key not in self.lines
        digest = given.digest() if strays or (is_new and self._symbols) else ""
        for path in strays:
            if self.lines[path].hash == digest != "":
                self.move(path, given.key)
        line = self.line(given.key)
        if line.symbol is None and not line.hash:
            return replace(line, symbol=self._symbols.get(digest))
        return line

    def namesakes(self, key: str) -> list[str]:
        """Return the lines whose relative paths name this file from the current folder."""
        return [path for path in self._like(key) if key_of(path_of(path)) == key]

    def read_from_here(self) -> None:
        """Resolve all relative paths of former versions against the current folder."""
        for path in [path for strays in self._strays.values() for path in strays]:
            self.move(path, key_of(path_of(path)))

    def give_up(self, keys: Set[str]) -> None:
        """Remove resolutions from the lines of their files, because another source has them."""
        for line in list(self.lines.values()):
            kept = tuple(key for key in line.keys if key not in keys)
            if kept != line.keys:
                self.record(replace(line, keys=kept))
        self.owner = {key: path for key, path in self.owner.items() if key not in keys}

    def move(self, former: str, key: str) -> None:
        """Reassign a former line to a file, and merge it with the file's own line, if any."""
        line, existing = self.lines[former], self.lines.get(key)
        for resolution in line.keys:
            if self.owner.get(resolution) == former:
                self.owner[resolution] = key
        if former in self.gave:
            self.gave.remove(former)
            self.gave.add(key)
        moved = replace(line, path=key, name=line.name or former)
        self.forget(former)
        self.record(moved if existing is None else _join(existing, moved))

    def record(self, line: Source) -> None:
        """Save a line, replacing the previous one about the file."""
        self.lines[line.path] = line
        if self._backend is not None:
            self._backend.record(line)

    def is_gone(self, path: str) -> bool:
        """Tell whether a file, or the archive that contained it, no longer exists."""
        if is_special(path) or self._is_stray(path):
            return False
        return is_absent(archive_of(path) or path)

    def has_lost(self, keys: set[str]) -> list[Source]:
        """Return the lines of files that may contain one of these resolutions, now without owner.

        Former versions did not record what a file had lost, so files without resolutions may have.
        """
        return [
            line
            for line in self.lines.values()
            if line.indexed and line.hash and line.failure is None and _has_lost(line, keys)
        ]

    def forget(self, path: str) -> Source:
        """Delete the line about a file, and return it."""
        line = self.lines.pop(path)
        if self._backend is not None:
            self._backend.forget(path)
        if path in (strays := self._strays.get(last_name(path), [])):
            strays.remove(path)
        return line

    def below(self, name: str) -> list[str]:
        """Return the lines about a file, or all of a folder or archive, by any spelling of it.

        Lines of former versions match by their spelling, or if they resolve to it from here.
        """
        if not name or is_special(name):
            return [name] if name in self.lines else []
        place = key_of(name)
        return [path for path in self.lines if self._is_below(path, place, name)]

    def _is_below(self, path: str, place: str, typed: str) -> bool:
        if is_special(path):
            return False
        if not self._is_stray(path):
            return contains(place, path)
        return spells_below(typed, path) or contains(place, key_of(path_of(path)))

    def _is_stray(self, path: str) -> bool:
        return not (self.lines[path].name or is_absolute(path))

    def _move_former_lines(self) -> None:
        """Move the lines of a former version that do not depend on the current folder."""
        for path, line in list(self.lines.items()):
            if line.name or is_special(path):
                continue
            if is_absolute(path):
                self.move(path, key_of(path_of(path)))
            else:
                self._strays[last_name(path)].append(path)

    def _like(self, key: str) -> list[str]:
        """Return the lines whose relative path is the end of this one, in any folder."""
        strays = self._strays.get(last_name(key)) if self._strays else None
        return [path for path in strays or () if ends_with(key, path)]


def _has_lost(line: Source, keys: set[str]) -> bool:
    return not keys.isdisjoint(line.lost) if line.lost else not line.keys


def _join(own: Source, other: Source) -> Source:
    """Merge two lines about one file; if their hashes differ, the file will be re-read."""
    giving = own if own.keys else other
    return replace(
        giving,
        keys=tuple(dict.fromkeys(own.keys + other.keys)),
        lost=tuple(dict.fromkeys(own.lost + other.lost)),
        hash=own.hash if own.hash == other.hash else "",
        parser=min(own.parser, other.parser),
        symbol=own.symbol or other.symbol,
        name=own.name,
    )
