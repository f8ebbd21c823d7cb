"""Results grouped by resolution: the best paragraphs of each, and a link to the others."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from conftest import build
from flask.testing import FlaskClient
from test_web import cells, soup, text_of

from searchapp import create_app
from searchapp.backends.shared import answers
from searchapp.backends.whoosh.searching import search
from searchapp.model.resolution import Paragraph
from searchapp.search.results import Hit

LAMPS = {
    "symbol": "A/RES/78/10",
    "source": "lamps",
    "paragraphs": [
        {"kind": "operative", "text": text, "verb": verb}
        for text, verb in [
            ("A lamp and a wick.", "invites"),
            ("A lamp and some oil.", "requests"),
            ("A long paragraph, which has a lamp near its end, and much else.", "invites"),
            ("A glass and a lamp.", "invites"),
            ("Lamps, lamps, lamps.", "invites"),
            ("A tower has a lamp.", "invites"),
        ]
    ],
}
HERE = "symbol%3A%22A%2FRES%2F78%2F10%22"


@pytest.fixture
def client(tmp_path: Path) -> FlaskClient:
    other = {**LAMPS, "symbol": "A/RES/78/101", "source": "other"}
    french = {**LAMPS, "language": "fr", "source": "french"}
    app = create_app({"INDEX": build(tmp_path / "i", [LAMPS, other, french]), "TESTING": True})
    return app.test_client()


@pytest.mark.parametrize(
    ("asked", "more", "found", "address"),
    [
        ("q=lamps", 3, 6, f"q=lamps+{HERE}"),
        ("q=lamps+OR+oil&verb=invites", 2, 5, f"q=%28lamps+OR+oil%29+{HERE}&verb=invites"),
        ("q=lamps+OR(oil)&verb=invites", 2, 5, f"q=%28lamps+OR%28oil%29%29+{HERE}&verb=invites"),
        ("verb=invites&sort=newest", 2, 5, f"q={HERE}&verb=invites"),
        ("q=lamps&verb=requests", 0, 1, ""),
        ("q=lamp&lang=fr", 2, 5, f"q=lamp+{HERE}&lang=fr"),
    ],
)
def test_what_is_left_is_a_search(
    client: FlaskClient, asked: str, more: int, found: int, address: str
) -> None:
    page = soup(client, f"/search?{asked}&group=resolution")
    group = next(hit for hit in page.select(".hit") if cells(hit.select("h3 a")[0])[-2:] == "10")
    links = {cells(a): str(a["href"]) for a in group.select(".rest a")}
    expected = {f"{more} more paragraphs of A/RES/78/10": f"/search?{address}&sort=symbol"}

    assert len(group.select(".para")) == found - more
    assert links == (expected if more else {})
    for url in links.values():
        assert text_of(client, url, "h1") == [f"{found} paragraphs in 1 resolution"]


def test_the_best_stand_first(client: FlaskClient) -> None:
    texts = text_of(client, "/search?q=lamps&group=resolution", ".hit:first-child .para > div > p")

    assert texts[0] == "Lamps, lamps, lamps."
    assert "A long paragraph, which has a lamp near its end, and much else." not in texts


def test_of_each_resolution_only_what_is_shown_is_built(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    built: list[str] = []

    def make_hit(paragraph: Paragraph, *args: Any, **kwargs: Any) -> Hit:
        built.append(paragraph.id)
        return answers.make_hit(paragraph, *args, **kwargs)

    monkeypatch.setattr(search, "make_hit", make_hit)
    page = soup(client, "/search?q=lamps&group=resolution")

    assert len(page.select(".para")) == 2 * 3
    assert len(built) == 2 * (1 + 3)  # of 12: those of the page, then three each
