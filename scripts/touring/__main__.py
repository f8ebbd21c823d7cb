"""Save the screenshots in docs/, or in the given folder."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import pytest

from .camera import take_all

DOCS = Path(__file__).resolve().parents[2] / "docs"


def main(arguments: list[str]) -> None:
    """Take every screenshot, and print their sizes and paths."""
    folder = Path(arguments[0]) if arguments else DOCS
    try:
        with tempfile.TemporaryDirectory() as work:
            for picture in take_all(folder, Path(work)):
                print(f"{picture.stat().st_size / 1000:6.0f} kB  {picture}")
    except pytest.skip.Exception as missing:
        sys.exit(f"No picture was taken: {missing}")


if __name__ == "__main__":
    main(sys.argv[1:])
