"""The tour: its pictures are those that the script takes, and the script still works."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from touring.camera import take_all
from touring.scenes import SCENES

DOCS = Path(__file__).parent.parent / "docs"
MAGIC = {".png": (0, b"\x89PNG\r\n"), ".webp": (8, b"WEBP")}


def test_every_picture_is_one_of_the_script() -> None:
    shown = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", (DOCS / "tour.md").read_text(encoding="utf-8"))
    taken = [scene.picture for scene in SCENES if scene.picture.startswith("tour/")]

    assert sorted(shown) == sorted(taken)
    assert sorted(path.name for path in (DOCS / "tour").iterdir()) == sorted(
        name.removeprefix("tour/") for name in taken
    )


@pytest.mark.browser
def test_the_pictures_can_be_taken(tmp_path: Path) -> None:
    taken = list(take_all(tmp_path / "docs", tmp_path / "work"))

    assert [path.relative_to(tmp_path / "docs").as_posix() for path in taken] == [
        scene.picture for scene in SCENES
    ]
    for path in taken:
        start, magic = MAGIC[path.suffix]
        assert path.read_bytes()[start : start + len(magic)] == magic
        assert path.stat().st_size > 10_000
