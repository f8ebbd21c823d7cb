"""Files of the ledger that no longer exist: those deleted, and those missing with their folder.

If a file was deleted, its resolutions are removed. A folder that is empty, or that contains less
than half of the files that yielded resolutions, is more likely a share that is not mounted.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from ..system.paths import archive_of, containers, is_absent, is_absolute, seen_from_here
from ..text.wording import counted
from .inputs import Listing, is_special
from .ledger import Ledger

NAMED = 3  # resolutions named in a sentence


class Missing(NamedTuple):
    """A folder or archive that lacks most of its files, with these and their resolutions."""

    folder: str
    left: int
    gave: int
    files: tuple[str, ...]
    keys: tuple[str, ...]

    def sentence(self) -> str:
        """Say what is missing, that nothing was removed, and how to remove it."""
        more = len(self.keys) - NAMED
        names = ", ".join(self.keys[:NAMED]) + (f" and {more:,} more" if more > 0 else "")
        return (
            f"Missing: “{seen_from_here(self.folder)}” contains {self.left:,} of "
            f"{counted(self.gave, 'indexed file')}, so nothing was removed: "
            f"{counted(len(self.keys), 'resolution')} would be lost ({names}). Is a disk or share "
            "disconnected? To remove them, index again with --remove-missing, or use "
            "searchapp remove PATH."
        )


def gone_files(ledger: Ledger, listing: Listing) -> list[str]:
    """Return the files of the ledger that should be in the listing, and are not.

    What can't be examined does not count: a folder that could not be listed, an archive that could
    not be opened, a file that disappeared after its folder was listed.
    """
    return sorted(path for path in ledger.lines if _is_gone(path, ledger, listing))


def missing_folders(gone: Iterable[str], ledger: Ledger, listing: Listing) -> list[Missing]:
    """Return the outermost folders and archives that lack more than half of their indexed files.

    If part of one is left, the folders and archives inside it of which nothing is left are named.
    """
    lost = {path for path in gone if path in ledger.gave}
    if not any(ledger.lines[path].keys for path in lost):
        return []
    gave = Counter(level for path in ledger.gave for level in _levels(path, listing))
    less = Counter(level for path in lost for level in _levels(path, listing))
    missing = {level for level in less if 2 * less[level] > gave[level]}
    files: dict[str, list[str]] = defaultdict(list)
    for path in gone:
        if around := [level for level in _levels(path, listing) if level in missing]:
            bare = [level for level in around if less[level] == gave[level]]
            files[(bare or around)[-1]].append(path)
    return [
        Missing(
            folder,
            left=gave[folder] - less[folder],
            gave=gave[folder],
            files=tuple(paths),
            keys=tuple(key for path in paths for key in ledger.lines[path].keys),
        )
        for folder, paths in sorted(files.items())
        if any(ledger.lines[path].keys for path in paths)
    ]


def _is_gone(path: str, ledger: Ledger, listing: Listing) -> bool:
    if is_special(path) or not is_absolute(path):
        return False
    if path in listing.files:  # unless it was named, it disappeared after it was listed
        return path in listing.places and is_absent(path)
    around = (path, *containers(path))
    if listing.places.isdisjoint(around) or not listing.unlisted.keys().isdisjoint(around):
        return False
    archive = archive_of(path)
    if archive in listing.files:
        return _is_no_archive(archive, ledger, listing)
    return {path, archive} & listing.archives != set() or is_absent(archive or path)


def _is_no_archive(path: str, ledger: Ledger, listing: Listing) -> bool:
    """Tell whether a former archive is now a readable file, or was given and is absent."""
    line = ledger.lines.get(path)
    was_read = line is not None and line.failure is None
    return was_read or (path in listing.places and is_absent(path))


def _levels(path: str, listing: Listing) -> list[str]:
    """Return the archive and the folders that contain a file, up to the one that was given.

    An existing archive counts as a folder, and a deleted one as an ordinary file.
    """
    around = list(containers(path))
    last = max((n for n, place in enumerate(around) if place in listing.places), default=-1)
    if last < 0:
        return [path] if path in listing.places else []
    levels, archive = around[: last + 1], archive_of(path)
    is_level = archive is None or archive in listing.archives or archive in listing.places
    return levels if is_level else levels[1:]
