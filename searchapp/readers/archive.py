"""Bounded reading of ZIP archives, and of the formats based on ZIP.

Members are never written to disk, so their names cannot escape a folder. The sizes stated in the
archive are checked before unpacking, and limit it.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterator
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import IO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from ..errors import ReadError
from ..model.document import Document
from ..system.paths import BETWEEN, is_file

MAX_MEMBERS = 20_000
MAX_MEMBER = 100_000_000  # bytes, unpacked
MAX_UNPACKED = 2_000_000_000  # bytes of all members
MAX_DIRECTORY = 20_000_000  # bytes of the list of members
MAX_RATIO = 250  # unpacked to packed; mark-up packs at 10 to 40, zeros at a thousand
SMALL = 1_000_000  # bytes unpacked, below which any ratio is harmless

_MAGIC = (b"PK\x03\x04", b"PK\x05\x06")
_END, _END_SIZE = b"PK\x05\x06", 22
_LOCATOR, _LOCATOR_SIZE = b"PK\x06\x07", 20
_MAX_COMMENT = 65_535
_ENCRYPTED = 0x1
_BROKEN = (BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError, struct.error)
_DAMAGED = "The ZIP archive, or Word file, is damaged"
_UNPACK = "unpack it and index the folder."
_TYPES = "[Content_Types].xml"
_WORD = "wordprocessingml.document.main+xml"
# Other formats that declare their types like a Word file.
_OFFICE = (
    ("ms-word.document.macroEnabled", "a Word file with macros (.docm): save it as .docx"),
    ("wordprocessingml.template.main+xml", "a Word template (.dotx): save it as .docx"),
    ("ms-word.template.macroEnabled", "a Word template (.dotm): save it as .docx"),
    ("", "an Office file, but not a Word document (.docx)"),
)

Read = Callable[[str, bytes], Iterator[Document]]


def is_zip(content: bytes) -> bool:
    """Return whether bytes begin like a ZIP archive."""
    return content.startswith(_MAGIC)


class Archive:
    """An open archive; raises `ReadError` if it is damaged or larger than the limits."""

    def __init__(self, source: Path | bytes) -> None:
        try:
            with source.open("rb") if isinstance(source, Path) else BytesIO(source) as file:
                _check_directory(file)
            self.zip = ZipFile(source if isinstance(source, Path) else BytesIO(source))
        except _BROKEN as error:
            raise ReadError(f"{_DAMAGED}: {_reason(error)}") from None
        self.files = _files(self.zip)
        _check_sizes(self.zip)

    def kind(self) -> str:
        """Return "docx" or "zip"; raise `ReadError` for other formats based on ZIP."""
        if "mimetype" in self.files and b"opendocument" in self.read("mimetype"):
            raise ReadError(
                "This is an OpenDocument file (.odt). Convert it with LibreOffice: "
                "soffice --headless --convert-to docx FILE"
            )
        if _TYPES not in self.files:
            return "zip"
        types = self.read(_TYPES).decode("utf-8", "replace")
        if _WORD in types:
            return "docx"
        said = next(said for sign, said in _OFFICE if sign in types)
        raise ReadError(f"This is {said}.")

    def read(self, name: str) -> bytes:
        """Return a member, unpacked; raise `ReadError` if it is damaged, encrypted or too large."""
        info = self.files.get(name) or self.zip.NameToInfo.get(name)
        if info is None:
            raise ReadError(f"It is not in the archive: {name}.")
        check_member(info)
        try:
            with self.zip.open(info) as file:
                return file.read(MAX_MEMBER)
        except _BROKEN as error:
            raise ReadError(f"It is damaged inside the archive: {_reason(error)}") from None


def names(path: Path) -> list[str]:
    """Return the member names of an archive of files, without hidden ones; [] for other files."""
    if not is_file(path):  # reading a pipe would block
        return []
    try:
        with path.open("rb") as file:
            if not is_zip(file.read(4)):
                return []
        archive = _archive_at(path)
        return list(archive.files) if archive.kind() == "zip" else []
    except (OSError, ReadError):
        return []  # reading the file reports the problem


def member(path: Path, name: str) -> bytes:
    """Return the bytes of a member of the archive at a path, by its name from `names`."""
    return _archive_at(path).read(name)


def read_archive(archive: Archive, path: str, read: Read) -> Iterator[Document]:
    """Yield the documents of all members; one `ReadError` at the end names the unreadable ones."""
    if not archive.files:
        raise ReadError("The archive is empty.")
    failures = []
    for name in archive.files:
        try:
            yield from read(f"{path}{BETWEEN}{name}", archive.read(name))
        except ReadError as error:
            failures.append(f"{name}: {error}")
    if failures:
        raise ReadError(" ".join(failures))


def check_member(info: ZipInfo) -> None:
    """Raise `ReadError` for a member that is encrypted, unsupported or implausibly large."""
    if info.flag_bits & _ENCRYPTED:
        raise ReadError("It is encrypted: unpack the archive with its password and index the file.")
    if info.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        raise ReadError(f"Its compression method is not supported: {_UNPACK}")
    if info.file_size > MAX_MEMBER:
        raise ReadError(f"It unpacks to more than {MAX_MEMBER // 1_000_000} MB.")
    if info.file_size > max(SMALL, MAX_RATIO * info.compress_size):
        raise ReadError("Implausible compression ratio; not unpacked.")


@lru_cache(maxsize=1)
def _archive(path: Path, _size: int, _changed: int) -> Archive:
    """Open an archive, and keep it open while its members are read one after another."""
    return Archive(path)


def _archive_at(path: Path) -> Archive:
    try:
        state = path.stat()
    except OSError as error:
        raise ReadError(f"The archive can't be opened: {_reason(error)}") from None
    return _archive(path, state.st_size, state.st_mtime_ns)


def _check_directory(file: IO[bytes]) -> None:
    """Raise `ReadError` for a directory that would fill the memory: the library reads it whole."""
    size = file.seek(0, 2)
    file.seek(max(size - _MAX_COMMENT - _END_SIZE - _LOCATOR_SIZE, 0))
    tail = file.read()
    at = tail.rfind(_END)
    if at < 0 or len(tail) < at + _END_SIZE:
        raise ReadError(f"{_DAMAGED}: its end is missing.")
    (length,) = struct.unpack_from("<I", tail, at + 12)
    is_zip64 = tail[max(at - _LOCATOR_SIZE, 0) : at].startswith(_LOCATOR)
    if is_zip64 or length > MAX_DIRECTORY:
        raise ReadError(f"The archive is too large: {_UNPACK}")


def _check_sizes(archive: ZipFile) -> None:
    if len(archive.infolist()) > MAX_MEMBERS:
        raise ReadError(f"The archive has more than {MAX_MEMBERS:,} members: {_UNPACK}")
    if sum(info.file_size for info in archive.infolist()) > MAX_UNPACKED:
        large = f"{MAX_UNPACKED // 1_000_000:,} MB"
        raise ReadError(f"The archive unpacks to more than {large}: {_UNPACK}")


def _files(archive: ZipFile) -> dict[str, ZipInfo]:
    """Return the members sorted by name, without folders and hidden files."""
    files = {_name(info): info for info in archive.infolist() if not info.is_dir()}
    return {name: files[name] for name in sorted(files) if name and not _is_hidden(name)}


def _is_hidden(name: str) -> bool:
    return any(part.startswith((".", "__MACOSX")) for part in name.split("/"))


def _name(info: ZipInfo) -> str:
    """Return a member's name without parts that leave the archive: "../../a.txt" → "a.txt"."""
    printed = "".join(c if c.isprintable() else "�" for c in info.filename.replace("\\", "/"))
    return "/".join(part for part in printed.split("/") if part not in ("", ".", ".."))


def _reason(error: BaseException) -> str:
    return f"{getattr(error, 'strerror', None) or error or type(error).__name__}".rstrip(".") + "."
