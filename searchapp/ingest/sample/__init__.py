"""Invented resolutions, shipped so that a first start has something to search.

Their form is that of the General Assembly, their numbers are ones that no session reaches, and
each file says that it is invented. The first real file that is indexed replaces them.
"""

from importlib.resources import files
from pathlib import Path

SUFFIXES = frozenset({".html", ".md", ".txt", ".xml"})


def paths() -> tuple[Path, ...]:
    """The sample's files, in the order of their names."""
    found = (Path(str(file)) for file in files(__name__).iterdir())
    return tuple(sorted(path for path in found if path.suffix in SUFFIXES))
