"""The registry of engines, and the choice of one by the address of an index."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from importlib import import_module
from typing import cast

from ..errors import IndexProblem
from ..query.query import Query
from ..search.backend import Backend, EngineModule, Staging
from ..settings.config import DEFAULTS, Settings

__all__ = ["ENGINES", "Engine", "explained", "is_elsewhere", "open_backend", "stage"]


@dataclass(frozen=True, slots=True)
class Engine:
    """An engine: the schemes of its indexes' addresses, and the package that implements it.

    A folder has the scheme "". `package` has the functions of `EngineModule` and is imported when
    an index of the engine is first used. `example` is an address for messages. `remote` is whether
    a search is a request to a server, so that other threads can work at the same time.
    """

    schemes: tuple[str, ...]
    package: str
    example: str
    remote: bool = False

    def load(self) -> EngineModule:
        """Import the package."""
        return cast("EngineModule", import_module(self.package, __name__))


ENGINES: dict[str, Engine] = {
    "whoosh": Engine(("",), ".whoosh", "a folder"),
    "opensearch": Engine(
        ("opensearch", "opensearchs"),
        ".opensearch",
        "opensearch://host:port/name (opensearchs:// over TLS)",
        remote=True,
    ),
}


def is_elsewhere(place: str) -> bool:
    """Return whether an index is on a server, so that each search is a request."""
    engine = _find_engine(place)
    return engine is not None and engine.remote


def open_backend(
    place: str,
    create: bool = False,
    settings: Settings = DEFAULTS,
    texts_only: bool = False,
) -> Backend:
    """Open the index at a place; raise `NoIndex` if there is none, unless `create`.

    A place is a folder, or `opensearch://host:port/name`. `OtherVersion` is raised for an index of
    another version; with `texts_only` its resolutions and its ledger can still be read.
    """
    return _load_engine(place).open_index(place, create, settings, texts_only)


def stage(place: str, settings: Settings = DEFAULTS) -> Staging:
    """Create an empty index that can replace the one at a place."""
    return _load_engine(place).stage(place, settings)


def explained(place: str, query: Query) -> Iterable[str]:
    """Return the request of an engine with a query language of its own, as lines.

    No index is needed.
    """
    return _load_engine(place).explain(query)


def _load_engine(place: str) -> EngineModule:
    engine = _find_engine(place)
    if engine is None:
        raise IndexProblem(_describe_unknown(place))
    return engine.load()


def _describe_unknown(place: str) -> str:
    scheme = _scheme(place)
    # An address may contain a password, and is shown in messages and logs.
    shown = f"{scheme[:60]}://…" if "@" not in scheme else "…://…"
    examples = ", or write ".join(engine.example for engine in ENGINES.values())
    return f"“{shown}” is not a valid index address: give {examples}."


def _find_engine(place: str) -> Engine | None:
    scheme = _scheme(place)
    return next((engine for engine in ENGINES.values() if scheme in engine.schemes), None)


def _scheme(place: str) -> str:
    scheme, mark, _ = place.partition("://")
    return scheme.lower() if mark else ""
