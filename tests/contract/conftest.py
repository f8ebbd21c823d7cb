"""The engines, and fixtures for their indexes: a shared one to read, and empty ones to write."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast
from urllib.request import Request, urlopen
from uuid import uuid4

import pytest
from simple import SimpleBackend

from searchapp.backends import is_elsewhere, open_backend
from searchapp.model.resolution import Resolution
from searchapp.search.backend import Backend

from .data import HELD, fill

Holding = Callable[..., Backend]
OPENSEARCH = os.environ.get("SEARCHAPP_OPENSEARCH", "")  # http://127.0.0.1:19200
RUN = uuid4().hex[:8]  # keeps the names of different runs apart


@dataclass(frozen=True)
class Engine:
    """An engine: `make` opens the index at a place, and creates it if there is none.

    `discard` removes the index if pytest's removal of folders does not.
    `absent` returns why it can't be tested here, or "". `lacks` maps each capability that it does
    not have to the reason; the skips of its tests are the feature matrix.
    """

    name: str
    make: Callable[[str], Backend]
    absent: Callable[[], str] = str
    discard: Callable[[str], None] = lambda place: None
    lacks: Mapping[str, str] = field(default_factory=dict)


def on_opensearch(folder: str) -> str:
    """Return an index address on OpenSearch for a folder; keep an address as it is."""
    if is_elsewhere(folder):
        return folder
    name = re.sub("[^a-z0-9]+", "-", f"test-{RUN}-{folder.lower()}")
    return f"{OPENSEARCH.replace('http', 'opensearch', 1)}/{name}"


def discard_on_opensearch(folder: str) -> None:
    """Remove an index: a node has room for a thousand shards only."""
    name = on_opensearch(folder).rpartition("/")[2]
    request = Request(f"{OPENSEARCH}/{name}-*", method="DELETE")
    with urlopen(request):
        pass


ENGINES = (
    Engine(
        "simple",
        SimpleBackend,
        lacks=dict.fromkeys(("limit of time", "long phrases"), "it tries all places"),
    ),
    Engine("whoosh", lambda place: open_backend(place, create=True)),
    Engine(
        "opensearch",
        lambda folder: open_backend(on_opensearch(folder), create=True),
        lambda: "" if OPENSEARCH else "start one with scripts/opensearch up",
        discard_on_opensearch,
    ),
)


def present(engine: Engine) -> Engine:
    """Return the engine; skip the test if the engine is absent."""
    if reason := engine.absent():
        pytest.skip(f"{engine.name}: {reason}")
    return engine


def pytest_configure(config: pytest.Config) -> None:
    """Register the mark of the capability that a test needs."""
    config.addinivalue_line("markers", "capability(name): skipped where an engine lacks it")


@pytest.fixture(scope="session", params=ENGINES, ids=lambda engine: engine.name)
def engine(request: pytest.FixtureRequest) -> Engine:
    """Return each engine in turn."""
    return present(cast("Engine", request.param))


@pytest.fixture(autouse=True)
def _needs(request: pytest.FixtureRequest) -> None:
    """Skip a test whose capability the engine lacks, with the reason."""
    mark = request.node.get_closest_marker("capability")
    if mark is None or "engine" not in request.fixturenames:
        return
    engine = request.getfixturevalue("engine")
    if reason := engine.lacks.get(mark.args[0]):
        pytest.skip(f"{engine.name} has no {mark.args[0]}: {reason}")


@pytest.fixture(scope="session")
def backend(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backend]:
    """Create an index of data.py's resolutions for tests that only read."""
    made = engine.make(str(tmp_path_factory.mktemp("held") / "index"))
    fill(made, *HELD[:2])  # two commits, so that their results have to be merged
    fill(made, *HELD[2:])
    yield made
    made.close()
    engine.discard(made.place)


@pytest.fixture(scope="module")
def holding(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Holding]:
    """Return a function that indexes resolutions for tests that only read."""
    made: list[Backend] = []

    def hold(*resolutions: Resolution) -> Backend:
        made.append(engine.make(str(tmp_path_factory.mktemp("holding") / "index")))
        fill(made[-1], *resolutions)
        return made[-1]

    yield hold
    for backend in made:
        backend.close()
        engine.discard(backend.place)


@pytest.fixture
def place(tmp_path: Path) -> str:
    """Return a place where an index can be created."""
    return str(tmp_path / "index")


@pytest.fixture
def empty(engine: Engine, place: str) -> Iterator[Backend]:
    """Create an empty index for tests that write."""
    made = engine.make(place)
    yield made
    made.close()
    engine.discard(place)
