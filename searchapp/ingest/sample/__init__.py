"""Invented resolutions, included so that a new installation has something to search.

They have the form of General Assembly resolutions, numbers that no session reaches, and a note in
each file that it is invented. Indexing the first real file removes them.
"""

from importlib.resources import files
from pathlib import Path

SUFFIXES = frozenset({".html", ".md", ".txt", ".xml"})


def paths() -> tuple[Path, ...]:
    """Return the sample's files, in the order of their names."""
    found = (Path(str(file)) for file in files(__name__).iterdir())
    return tuple(sorted(path for path in found if path.suffix in SUFFIXES))
