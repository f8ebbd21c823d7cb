"""Identities of files: absolute paths with all links resolved, however they were typed.

This uses `os.path` because `pathlib` raises errors without permission for a folder, or in a loop of
links.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path, PurePath

from ..errors import SearchAppError

BETWEEN = "!"  # separates an archive's path from a member's name
StrPath = str | os.PathLike[str]


def key_of(path: StrPath) -> str:
    """Return the identity of a file: its absolute path, links resolved; it need not exist.

    Every spelling of a path has the same key, from every folder.
    """
    try:
        return storable(os.path.realpath(path))
    except FileNotFoundError:
        raise SearchAppError(
            "The current folder no longer exists: change to another one, then try again."
        ) from None


def key_below(folder_key: str, name: str) -> str:
    """Return the key of a file that is not a link, in a folder whose key is known."""
    return os.path.join(folder_key, storable(name))


def label_of(path: StrPath) -> str:
    """Return the name of a file for messages, as UTF-8."""
    return str(path).encode("utf-8", "replace").decode()


def storable(path: str) -> str:
    """Return the path as UTF-8; other bytes are escaped, so that names stay distinct."""
    return path.encode("utf-8", "backslashreplace").decode()


def path_of(key: str) -> str:
    """Return the path from which a key was made."""
    if os.name == "nt":
        return key
    return re.sub(r"\\u(dc[89a-f][0-9a-f])", lambda match: chr(int(match[1], 16)), key)


def seen_from_here(key: str) -> str:
    """Return a key as a path for messages: relative if it is below the current folder."""
    shown = label_of(path_of(key))
    try:
        here = os.path.join(label_of(os.path.realpath(os.curdir)), "")
    except FileNotFoundError:
        return shown
    return os.curdir if os.path.join(shown, "") == here else shown.removeprefix(here)


def is_absent(key: str) -> bool:
    """Tell whether a file certainly does not exist; other errors prove nothing."""
    try:
        os.lstat(path_of(key))
    except (FileNotFoundError, NotADirectoryError):
        return True
    except (OSError, ValueError):
        return False
    return False


def is_absolute(path: str) -> bool:
    """Tell whether a path means the same file in every folder."""
    return os.path.isabs(path)


def is_there(path: StrPath) -> bool:
    """Tell whether a path exists, including broken links and files that can't be examined."""
    return not is_absent(storable(os.fspath(path)))


def is_seen(path: StrPath) -> bool:
    """Tell whether a path, with links followed, exists and can be examined."""
    return os.path.exists(path)


def is_folder(path: StrPath) -> bool:
    """Tell whether a path, with links followed, is a folder."""
    return os.path.isdir(path)


def is_file(path: StrPath) -> bool:
    """Tell whether a path, with links followed, is a regular file."""
    return os.path.isfile(path)


def is_link(path: StrPath) -> bool:
    """Tell whether a path is a symbolic link."""
    return os.path.islink(path)


def leads_out(path: StrPath, folder: StrPath) -> bool:
    """Tell whether a path is a link to an existing file or folder outside `folder`."""
    if not os.path.islink(path) or not os.path.exists(path):
        return False
    return not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(folder))


def containers(key: str) -> Iterator[str]:
    """Yield the archive that contains a file, if any, then its folders, innermost first."""
    outer = archive_of(key)
    if outer is not None:
        yield outer
    path = key if outer is None else outer
    while (parent := os.path.dirname(path)) != path:
        yield parent
        path = parent


def archive_of(key: str) -> str | None:
    """Return the archive that contains the member named by a key; None for other files.

    Names may contain “!”, so existing files decide first, then the form of members' names.
    """
    if BETWEEN not in key or is_file(path_of(key)):
        return None
    marks = [offset for offset, sign in enumerate(key) if sign == BETWEEN]
    existing = [key[:mark] for mark in marks if is_file(path_of(key[:mark]))]
    likely = [key[:mark] for mark in marks if key[mark + 1 : mark + 2] not in ("", os.sep)]
    found = existing or [part for part in likely if not is_folder(path_of(part))]
    return found[0] if found and os.path.basename(found[0]) else None


def contains(place: str, key: str) -> bool:
    """Tell whether a key is `place`, or in it if that is a folder or an archive."""
    return (
        key == place
        or key.startswith(os.path.join(place, ""))
        or (key.startswith(place + BETWEEN) and archive_of(key) == place)
    )


def spells_below(typed: str, former: str) -> bool:
    """Tell whether a relative path is, by its spelling, the typed one or below it."""
    place, path = os.path.normpath(label_of(typed)), os.path.normpath(former)
    if place == os.curdir:
        return not path.startswith(os.pardir)
    return contains(place, path)


def last_name(path: str) -> str:
    """Return the name of a file or member without its folders."""
    return os.path.basename(label_of(path_of(path)))


def ends_with(key: str, path: str) -> bool:
    """Tell whether a relative path, without the folders it leads up to, is the end of a key."""
    parts = PurePath(os.path.normpath(path)).parts
    tail = os.sep.join(part for part in parts if part != os.pardir)
    return label_of(path_of(key)).endswith(os.sep + tail)
