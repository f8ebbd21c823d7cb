"""The folder of an index: made, opened, and told apart from folders that hold other things."""

from __future__ import annotations

import json
import secrets
from pathlib import Path
from typing import Any

from whoosh.index import FileIndex

from ...errors import IndexProblem, NoIndex
from ...schema import FORMAT_VERSION
from .schema import make_schema
from .storage import Storage

MARK = "searchapp.json"  # beside Whoosh's files: that this folder is ours, and its format


def open_place(place: str, create: bool) -> Any:
    """Whoosh's index in a folder; it is made where there is none and `create` says so."""
    folder = Path(place)
    if not (folder / MARK).is_file():
        if not create:
            raise no_index(place)
        _make(folder)
    _check_format(folder)
    # With a schema given, the pickled one in the index is never read.
    return FileIndex(Storage(str(folder)), schema=make_schema())


def no_index(place: str) -> NoIndex:
    """The sentence for a place without an index."""
    return NoIndex(
        f"No index at this place: “{place}”. Make one: searchapp index PATH… --index {place}"
    )


def identity(place: str) -> str:
    """A text that tells this index from any other that stood or will stand at this place."""
    try:
        return str(json.loads((Path(place) / MARK).read_text("utf-8"))["id"])
    except (OSError, ValueError, KeyError, TypeError):
        raise no_index(place) from None


def _make(folder: Path) -> None:
    # A file of git's is no reason to refuse: the default folder has one.
    if folder.exists() and (not folder.is_dir() or any(_foreign(folder))):
        raise IndexProblem(
            f"“{folder}” holds other files: give a new or an empty folder with --index."
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        FileIndex.create(Storage(str(folder)), make_schema())
        mark = {"format": FORMAT_VERSION, "engine": "whoosh", "id": secrets.token_hex(8)}
        (folder / MARK).write_text(json.dumps(mark) + "\n", "utf-8")
    except OSError as error:
        raise IndexProblem(
            f"No index can be made at “{folder}” ({error.strerror}): "
            "give another folder with --index."
        ) from None


def _foreign(folder: Path) -> list[Path]:
    ours = ("_MAIN_", "MAIN_", "MAIN.")  # left by a making that was stopped half-way
    return [p for p in folder.iterdir() if p.name != ".gitignore" and not p.name.startswith(ours)]


def _check_format(folder: Path) -> None:
    try:
        version = json.loads((folder / MARK).read_text("utf-8"))["format"]
    except (OSError, ValueError, KeyError, TypeError):
        version = None
    if version != FORMAT_VERSION:
        raise IndexProblem(
            f"The index at “{folder}” has the format {version}, and this program reads "
            f"{FORMAT_VERSION}: delete the folder, then searchapp index PATH… --index {folder}"
        )
