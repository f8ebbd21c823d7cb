"""Settings are read once, and each command's help lists exactly those that it uses."""

from __future__ import annotations

import gc
import inspect
import re
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from conftest import build
from document_service import pdf

import searchapp
from searchapp import create_app, serving
from searchapp.backends import open_backend
from searchapp.backends.rebuilding import rebuilding
from searchapp.backends.whoosh import WhooshBackend
from searchapp.cli import main, options
from searchapp.cli.options import ON_OPENSEARCH, Command
from searchapp.errors import IndexProblem
from searchapp.serving.server import Front
from searchapp.settings.config import BY_NAME, Settings, read_settings
from searchapp.web.shared.opened_index import Holder

HELD = [{"symbol": "A/RES/99/1", "source": "a.txt", "paragraphs": [{"text": "Lights lamps."}]}]
PDF = pdf(
    "No resolution is here, but enough of a text that it counts as a whole file of some size."
)


class Spy:
    """A recorder of the settings that are read once the command has its `Settings`."""

    def __init__(self) -> None:
        self.made: Settings | None = None
        self.names: set[str] = set()
        self.others: set[str] = set()  # read from another `Settings` object than the command's

    def see(self, settings: Settings, name: str) -> None:
        """Record that a field is read."""
        if self.made is not None and name.upper() in BY_NAME:
            (self.names if settings is self.made else self.others).add(name.upper())


@pytest.fixture
def spy(monkeypatch: pytest.MonkeyPatch) -> Spy:
    """Record the settings that commands read."""
    seen, get = Spy(), Settings.__getattribute__

    def read_and_watch(*given: Any) -> Settings:
        seen.made = None
        seen.made = read_settings(*given)
        return seen.made

    def watched(settings: Settings, name: str) -> Any:
        seen.see(settings, name)
        return get(settings, name)

    monkeypatch.setattr(options, "read_settings", read_and_watch)
    monkeypatch.setattr(Settings, "__getattribute__", watched)
    return seen


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Change to a folder with an index, a text and a fetched document."""
    monkeypatch.chdir(tmp_path)
    for name in BY_NAME.values():
        monkeypatch.delenv(name.variable, raising=False)
    build(tmp_path / "index", HELD)
    Path("a.txt").write_text("Resolution A/RES/99/2\n\n1. Urges Member States to work.\n")
    Path("resolutions").mkdir()
    Path("resolutions/A_RES_99_1.pdf").write_bytes(PDF)


RUN = Front.run


def visit(front: Front) -> None:
    """Ask for a page of each kind, then stop."""
    client = front.app.test_client()
    for address in ("/search?q=lamps", "/search.csv?q=lamps", "/resolutions/A/RES/99/1"):
        assert client.get(address).status_code in (200, 404), address
    front.stop()
    RUN(front)


@pytest.mark.parametrize(
    ("command", "runs"),
    [
        ("index", ["a.txt"]),
        ("index", ["a.txt --rebuild --remove-missing"]),
        ("parse", ["a.txt"]),
        ("search", ["lamps --format csv"]),
        ("remove", ["A/RES/99/1"]),
        ("coverage", [""]),
        ("check", [""]),
        ("copy", ["index other"]),
        ("fetch", ["A/RES/99/1 --then-index"]),
        ("serve", ["--port 0", "--port 0 --sample-if-empty --index new"]),
    ],
)
def test_help_lists_what_a_command_follows(
    command: str, runs: list[str], spy: Spy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All settings read come from the command's `Settings`, and all settings listed are read.

    Settings of OpenSearch are only read by its engine.
    """
    monkeypatch.setattr(serving, "leave_on_signals", lambda: None)
    monkeypatch.setattr(gc, "set_threshold", lambda *_: None)
    monkeypatch.setattr(Front, "run", visit)

    for arguments in runs:
        result = CliRunner().invoke(main, [command, *arguments.split()])
        assert isinstance(result.exception, SystemExit | None), result.exception

    known = main.commands[command]
    assert isinstance(known, Command)
    assert spy.others == set()
    assert spy.names == {setting.name for setting in known.follows} - set(ON_OPENSEARCH)


def test_only_entries_read_the_environment() -> None:
    root = Path(inspect.getfile(searchapp)).parent
    texts = {path.relative_to(root): path.read_text("utf-8") for path in root.rglob("*.py")}

    def named(pattern: str) -> set[str]:
        return {path.as_posix() for path, text in texts.items() if re.search(pattern, text)}

    # `worker_pool` passes a variable of Python's own to the interpreters that it starts.
    assert named(r"\bos\.environ|getenv|import environ") == {
        "settings/config.py",
        "system/worker_pool.py",
    }
    assert named(r"\bread_settings\b") == {"settings/config.py", "cli/options.py", "web/app.py"}


# The effects of settings


def keeps(backend: Any) -> bool:
    """Return whether an index caches what it has read."""
    segment = backend.snapshot().segments[0]
    return segment.stored(0) is segment.stored(0)


def of_program(cache: int) -> bool:
    app = create_app({"INDEX": "index", "CACHE": cache})
    holder: Holder = app.extensions["searchapp"]
    return keeps(holder.backend())


def of_rebuild(cache: int) -> bool:
    with rebuilding("index", Settings(cache=cache)) as backend:
        assert isinstance(backend, WhooshBackend)
        backend.record(next(WhooshBackend("index").sources()))
        backend.commit()
        return keeps(backend)


def of_index(cache: int) -> bool:
    with closing(open_backend("index", settings=Settings(cache=cache))) as it:
        return keeps(it)


@pytest.mark.parametrize("kept", [of_program, of_rebuild, of_index])
def test_the_cache_of_an_index_is_a_setting(kept: Callable[[int], bool]) -> None:
    assert [kept(64), kept(0)] == [True, False]


@pytest.mark.parametrize("content", [None, "", "nonsense"])
def test_an_authority_that_cannot_be_read_is_a_sentence(content: str | None) -> None:
    if content is not None:
        Path("ca.pem").write_text(content)
    settings = Settings(opensearch_ca=Path("ca.pem"))

    with pytest.raises(IndexProblem, match=r"_OPENSEARCH_CA is “ca\.pem”, which has no cert"):
        open_backend("opensearchs://127.0.0.1:9/un", settings=settings)
