"""A small index for the tests of pages and commands, a test client, and a browser."""

from __future__ import annotations

import gc
import os
import warnings
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from browsing import opened, served
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, settings

from searchapp import create_app
from searchapp.backends import open_backend
from searchapp.ingest import pipeline
from searchapp.model.resolution import Resolution
from searchapp.model.source import Source
from searchapp.search.backend import Backend

LIGHTHOUSES: dict[str, Any] = {
    "symbol": "A/RES/79/144",
    "body": "ga",
    "session": "79",
    "year": 2024,
    "adopted": "2024-12-17",
    "title": "Lighthouses and <harbours>",
    "agenda_items": ["75 (a)"],
    "origin": "Second Committee",
    "report": "A/79/435",
    "meeting": "54th plenary meeting",
    "vote": {"for": ["Fiji", "Peru"], "against": 1, "abstaining": 0},
    "source": "A_RES_79_144.xml",
    "paragraphs": [
        {
            "id": "A/RES/79/144#pp1",
            "kind": "preambular",
            "text": "Recalling its resolution 69/28 of 2 December 2014,",
            "phrase": "Recalling",
            "verb": "recalling",
            "cites": [{"symbol": "A/RES/69/28", "verb": "recalling", "start": 25, "end": 30}],
        },
        {
            "id": "A/RES/79/144#pp2",
            "kind": "preambular",
            "text": "Recognizing that lighthouses guide all Member States,",
            "phrase": "Recognizing",
            "verb": "recognizing",
        },
        {
            "id": "A/RES/79/144#op1",
            "kind": "operative",
            "number": "1",
            "text": "Takes note of the report of the Secretary-General;",
            "phrase": "Takes note",
            "verb": "takes note",
            "section": "I. Lights",
            "notes": [{"mark": "1", "text": "A/79/402."}],
        },
        {
            "id": "A/RES/79/144#op2",
            "kind": "operative",
            "number": "2",
            "text": "Also invites all Member States and the keepers of lighthouses:",
            "phrase": "Also invites",
            "verb": "invites",
            "head": "invites",
            "verbs": ["invites"],
            "section": "I. Lights",
        },
        {
            "id": "A/RES/79/144#op2a",
            "kind": "operative",
            "number": "2 (a)",
            "level": 2,
            "parent": "A/RES/79/144#op2",
            "text": "To paint their towers with <script>alert(1)</script> & care;",
            "verb": "invites",
            "head": "invites",
            "inherited": True,
            "section": "I. Lights",
        },
        {
            "id": "A/RES/79/144#annex1-1",
            "kind": "annex",
            "number": "1",
            "text": "=A lamp burns from dusk to dawn.",
            "annex": "Rules for lamps",
        },
    ],
}
INFORMATION: dict[str, Any] = {
    "symbol": "A/RES/69/28",
    "body": "ga",
    "session": "69",
    "year": 2014,
    "adopted": "2014-12-02",
    "title": "Developments in the field of information",
    "origin": "First Committee",
    "source": "A_RES_69_28.txt",
    "paragraphs": [
        {
            "id": "A/RES/69/28#op3",
            "kind": "operative",
            "number": "3",
            "text": "Invites all Member States to inform the Secretary-General of their views;",
            "phrase": "Invites",
            "verb": "invites",
            "head": "invites",
            "verbs": ["invites"],
        },
        {
            "id": "A/RES/69/28#op4",
            "kind": "operative",
            "number": "4",
            "text": "Requests the Secretary-General, and invites all Member States, to report;",
            "phrase": "Requests",
            "verb": "requests",
            "verbs": ["requests", "invites"],
        },
    ],
}
COUNCIL: dict[str, Any] = {
    "symbol": "S/RES/2577(2021)",
    "body": "sc",
    "year": 2021,
    "adopted": "2021-05-28",
    "title": "Reports of the Secretary-General on the Sudan and South Sudan",
    "source": "S_RES_2577.txt",
    "paragraphs": [
        {
            "id": "S/RES/2577(2021)#op3",
            "kind": "operative",
            "number": "3",
            "text": "Decides to review the measures at midterm;",
            "phrase": "Decides",
            "verb": "decides",
        },
    ],
}
SAMPLE: dict[str, Any] = {
    "symbol": "A/RES/80/901",
    "body": "ga",
    "session": "80",
    "year": 2025,
    "adopted": "2025-12-05",
    "title": "Protection of the night sky",
    "source": "sample:A_RES_80_901.txt",
    "paragraphs": [
        {
            "id": "A/RES/80/901#op1",
            "kind": "operative",
            "number": "1",
            "text": "Encourages owners of large buildings to put out lamps;",
            "phrase": "Encourages",
            "verb": "encourages",
        },
    ],
}
HELD = (LIGHTHOUSES, INFORMATION, COUNCIL)

# The settings of all Hypothesis tests. No deadline: a busy machine must not fail a test.
# In CI, examples are the same in every run, so that a failure is due to the change; new
# examples come from the runs of developers and from scripts/soak.
settings.register_profile(
    "tests",
    deadline=None,
    derandomize="CI" in os.environ,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("tests")


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark tests that use the browser; let tests marked as unclosed leave files open."""
    if "browser" in getattr(item, "fixturenames", ()):
        item.add_marker("browser")
    if item.get_closest_marker("unclosed"):
        item.add_marker(
            pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
        )


@pytest.fixture(autouse=True)
def _leave_the_process_as_it_was() -> Iterator[None]:
    """Fail where a test leaves a setting or a current folder to those after it."""
    before = _of_the_process()
    yield
    assert _of_the_process() == before


def _of_the_process() -> tuple[dict[str, str], str]:
    names = {name: value for name, value in os.environ.items() if name.startswith("SEARCHAPP_")}
    return names, os.getcwd()  # noqa: PTH109 - as it is, with its links


@pytest.fixture(autouse=True)
def _close_files(request: pytest.FixtureRequest) -> Iterator[None]:
    """Close what a test marked as unclosed left open, so that no later test gets the warning."""
    yield
    if request.node.get_closest_marker("unclosed"):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)
            gc.collect()


def build(place: Path, resolutions: Iterable[dict[str, Any]]) -> str:
    """Build an index of these resolutions with one failure in its ledger; return its place."""
    backend = open_backend(str(place), create=True)
    for data in resolutions:
        resolution = Resolution.from_json(data)
        backend.add(resolution)
        source = Source(data["source"], "0", keys=(resolution.key,), indexed="2026-11-12")
        backend.record(source)
    backend.record(Source("broken.pdf", "1", failure="A PDF without text.", indexed="2026-11-12"))
    backend.commit()
    backend.close()
    return str(place)


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Build the small index, and return its place."""
    return build(tmp_path_factory.mktemp("held") / "index", HELD)


@pytest.fixture(scope="session")
def app(place: str) -> Flask:
    """Return the application over the small index."""
    return create_app({"INDEX": place, "TESTING": True})


@pytest.fixture
def backend(tmp_path: Path) -> Iterator[Backend]:
    """Create an empty index for a test that writes."""
    backend = open_backend(str(tmp_path / "index"), create=True)
    yield backend
    backend.close()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Return a test client of the application."""
    return app.test_client()


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Open a browser; skip the test if none is installed."""
    with opened(tmp_path_factory.mktemp("profile")) as found:
        yield found


@pytest.fixture(scope="session")
def site(app: Flask) -> Iterator[str]:
    """Serve the application over the small index, and yield its address."""
    with served(app) as address:
        yield address


@pytest.fixture(scope="session")
def sample_place(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Index the sample, which has everything a page can show in two languages; return its place."""
    place = str(tmp_path_factory.mktemp("sample") / "index")
    backend = open_backend(place, create=True)
    pipeline.index([], backend, with_sample=True)
    backend.close()
    return place


@pytest.fixture(scope="session")
def sample_site(sample_place: str) -> Iterator[str]:
    """Serve the application over the sample, and yield its address."""
    with served(create_app({"INDEX": sample_place})) as address:
        yield address
