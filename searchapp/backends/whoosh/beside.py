"""A folder beside that of an index, which takes its place."""

from __future__ import annotations

import os
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

from ...errors import IndexProblem
from .backend import WhooshBackend
from .place import check_ours


class WhooshBeside:
    """A new index in a folder of its own, in the same file system."""

    def __init__(self, place: str) -> None:
        self._place = Path(os.path.abspath(place))  # noqa: PTH100 - a link stays what it is
        check_ours(self._place)
        try:
            self._place.parent.mkdir(parents=True, exist_ok=True)
            self._folder = Path(mkdtemp(prefix=f".{self._place.name}-", dir=self._place.parent))
        except OSError as error:
            raise self._problem(error) from error
        self.backend = WhooshBackend(str(self._folder / "new"), create=True)

    def use(self) -> None:
        """Put it in the place of the other, which is removed."""
        self.backend.close()
        new, old = self._folder / "new", self._old
        check_ours(self._place)
        try:
            if self._place.exists():
                for file in self._place.glob(".git*"):  # the default folder has one
                    file.rename(new / file.name)
                self._place.rename(old)
            new.rename(self._place)
        except OSError as error:
            raise self._problem(error) from error
        rmtree(self._folder, ignore_errors=True)

    @property
    def _old(self) -> Path:
        """Where what was there is, until the new one has its place."""
        return self._folder / "old"

    def discard(self) -> None:
        """Remove it; the other stays as it is."""
        self.backend.close()
        if self._old.exists() and not self._place.exists():
            self._old.rename(self._place)
        if not self._old.exists():  # else somebody took the place meanwhile: this is the only copy
            rmtree(self._folder, ignore_errors=True)

    def _problem(self, error: OSError) -> IndexProblem:
        return IndexProblem(
            f"No index can be made beside “{self._place}” ({error.strerror}): see to the space and "
            "the permissions of the folder that holds it, then try again."
        )
