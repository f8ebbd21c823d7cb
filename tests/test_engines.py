"""The registry of engines: a place selects one, and a new engine is one line."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
import simple
from click.testing import CliRunner

from searchapp.backends import ENGINES, Engine, is_elsewhere, open_backend, opensearch, whoosh
from searchapp.cli import main
from searchapp.errors import IndexProblem
from searchapp.search.backend import EngineModule

# mypy checks each package against the protocol.
MODULES: tuple[EngineModule, ...] = (whoosh, opensearch, simple)


@pytest.fixture
def toy(monkeypatch: pytest.MonkeyPatch) -> str:
    """Register a third engine, and return a place of it."""
    monkeypatch.setitem(ENGINES, "simple", Engine(("simple",), "simple", "simple://name"))
    monkeypatch.setattr(simple.SimpleBackend, "places", {})
    return "simple://anywhere"


def run(*arguments: str) -> str:
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.fixture
def text(tmp_path: Path) -> str:
    """Write a resolution as a JSON line; return the path."""
    path = tmp_path / "one.jsonl"
    rows = [{"text": "Invites all Member States to count their lamps;", "kind": "operative"}]
    path.write_text(json.dumps({"symbol": "A/RES/9/1", "paragraphs": rows}) + "\n")
    return str(path)


def test_a_third_engine_is_one_line(toy: str, text: str) -> None:
    run("index", text, "--index", toy)

    assert "A/RES/9/1" in run("search", "lamps", "--index", toy)
    assert json.loads(run("search", "lamps", "--format", "json", "--index", toy))["total"] == 1
    assert "every row is read: lamps" in run("search", "lamps", "--explain", "--index", toy)

    run("index", text, "--rebuild", "--index", toy)
    assert list(simple.SimpleBackend.places) == [toy]
    assert "A/RES/9/1" in run("search", "lamps", "--index", toy)


def test_an_index_moves_to_a_third_engine_and_back(toy: str, text: str, tmp_path: Path) -> None:
    run("index", text, "--index", str(tmp_path / "index"))
    run("copy", str(tmp_path / "index"), toy)
    run("copy", toy, str(tmp_path / "back"))

    assert "A/RES/9/1" in run("search", "lamps", "--index", str(tmp_path / "back"))


@pytest.mark.parametrize(
    ("place", "remote"),
    [
        ("index", False),
        ("/srv/index", False),
        (r"C:\index", False),
        ("opensearch://localhost/un", True),
        ("OpenSearchS://localhost/un", True),
        ("gopher://localhost/un", False),
    ],
)
def test_a_place_tells_whether_its_index_is_on_a_server(place: str, remote: bool) -> None:
    assert is_elsewhere(place) is remote


def test_an_unknown_scheme_is_answered_with_what_is_known(toy: str) -> None:
    with pytest.raises(IndexProblem) as caught:
        open_backend("gopher://localhost/un")
    assert str(caught.value) == (
        "“gopher://…” is not a valid index address: give a folder, or write "
        "opensearch://host:port/name (opensearchs:// over TLS), or write simple://name."
    )


def test_an_engine_is_imported_when_it_is_used(toy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "searchapp.backends.opensearch")
    simple.SimpleBackend(toy)
    open_backend(toy)
    assert "searchapp.backends.opensearch" not in sys.modules
