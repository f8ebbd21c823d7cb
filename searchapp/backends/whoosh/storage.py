"""Durable and verified storage of Whoosh's files.

Whoosh never syncs its files to the disk, trusts a table of contents that it unpickles, and leaves
the unfinished files of a killed writer. This storage syncs, verifies and cleans up, in the calls
that Whoosh makes anyway.
"""

from __future__ import annotations

import pickle  # nosec B403 # the classes that it may name are listed below
import re
import struct
import zlib
from io import BytesIO
from pathlib import Path
from typing import Any

from whoosh.filedb.filestore import FileStorage, RamStorage
from whoosh.filedb.structfile import StructFile

from ...system.disk import sync_file, sync_folder
from .locks import WRITER
from .segments.sections import DamagedFile, check_regular

_SEAL = struct.Struct("<8sI")  # after a table of contents, where Whoosh does not read
_SEALED = b"CONTENTS"
_CONTENTS = re.compile(r"_\w+_[0-9]+\.toc")
# The classes that a table of contents may name: the segments' records and their parts.
_ALLOWED = {
    ("searchapp.backends.whoosh.codec", "SegmentRecord"),
    ("builtins", "set"),
    ("__builtin__", "set"),
}


class Storage(FileStorage):  # type: ignore[misc]
    """A folder of Whoosh's files."""

    def open_file(self, name: str, **kwargs: Any) -> StructFile:
        """Open a file for reading; `DamagedFile` for a table of contents with a wrong checksum."""
        if _CONTENTS.fullmatch(name):
            return Contents(BytesIO(_read_sealed(Path(self.folder, name))), name=name)
        return super().open_file(name, **kwargs)

    def rename_file(self, old: str, new: str, safe: bool = False) -> None:
        """Commit a table of contents; its name reaches the disk after the files that it names."""
        _seal(Path(self.folder, old))
        sync_folder(Path(self.folder))
        super().rename_file(old, new, safe=safe)
        sync_folder(Path(self.folder))

    def to_disk(self, name: str) -> None:
        """Wait until a file's bytes are on the disk."""
        sync_file(Path(self.folder, name))

    def temp_storage(self, name: str | None = None) -> Any:  # noqa: ARG002 - Whoosh gives a name
        """Return a storage in memory for Whoosh's sorting of postings, which is not used."""
        return RamStorage()

    def remove_leftovers(self, named: set[str]) -> None:
        """Remove the unfinished files of killed writers; requires the lock. `named` are in use."""
        for path in Path(self.folder).iterdir():
            begun = re.fullmatch(r"MAIN_\w+\.\w+|_MAIN_[0-9]+\.toc\.[0-9.]+", path.name)
            if begun and not path.name.startswith(WRITER) and path.name not in named:
                path.unlink(missing_ok=True)


class Contents(StructFile):  # type: ignore[misc]
    """A table of contents, which may contain only the records of segments."""

    def read_pickle(self) -> Any:
        """Return the records; `DamagedFile` if one is invalid or names a file elsewhere."""
        records = _Unpickler(self.file).load()
        if not (isinstance(records, list) and all(map(_is_record, records))):
            raise DamagedFile("The table of contents contains an entry that is not a segment.")
        return records


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in _ALLOWED:
            raise DamagedFile(f"The table of contents names {module}.{name}.")
        return super().find_class(module, name)


def _is_record(record: Any) -> bool:
    """Return whether a record is one of a segment in the folder, with nothing else in it."""
    from .codec import SegmentRecord

    state = vars(record) if type(record) is SegmentRecord else {}
    deleted = state.get("_deleted")
    return (
        state.keys() == vars(SegmentRecord("MAIN")).keys()
        and state["indexname"] == "MAIN"
        and isinstance(state["segid"], str)
        and re.fullmatch("[0-9A-Za-z]{1,64}", state["segid"]) is not None
        and type(state["_count"]) is int
        and state["_count"] >= 0
        and isinstance(deleted, set)
        and set(map(type, deleted)) <= {int}
    )


def _seal(path: Path) -> None:
    with path.open("r+b") as file:
        checksum = zlib.crc32(file.read())
        file.write(_SEAL.pack(_SEALED, checksum))
    sync_file(path)


def _read_sealed(path: Path) -> bytes:
    check_regular(path)
    data = path.read_bytes()
    contents, seal = data[: -_SEAL.size], data[-_SEAL.size :]
    if seal != _SEAL.pack(_SEALED, zlib.crc32(contents)):
        raise DamagedFile(f"{path.name} is damaged.")
    return contents
