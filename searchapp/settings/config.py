"""The settings: each declared once, with its type, default, bounds and description.

Commands, `create_app` and scripts read them once, from the environment as `SEARCHAPP_<NAME>`, and
pass them down; no other module reads a setting from the environment.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar

from ..errors import SearchAppError
from .kinds import (
    PREFIX,
    Decimal,
    File,
    Host,
    Kind,
    Number,
    Replicas,
    Setting,
    Site,
    Switch,
    Template,
    Text,
    shown,
)
from .public_address import PublicAddress

# Variables of the repository's scripts and tests, which are not settings.
OTHER_VARIABLES = frozenset(
    f"{PREFIX}{name}"
    for name in (
        "CASES",
        "CORPUS",
        "FAULTS",
        "KILLS",
        "OPENSEARCH",
        "SERVER",
        "SERVER_HEAP",
        "SERVER_OPTS",
        "SERVER_PORT",
        "SOAK",
        "SOAK_INDEX",
        "TEST_RUN",
        "VENV",
    )
)
Value = TypeVar("Value")


def _setting(kind: Kind[Value], default: Value, sentence: str, is_secret: bool = False) -> Value:
    return field(default=default, repr=not is_secret, metadata={"kind": kind, "help": sentence})


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """The value of every setting; `SearchAppError` if one is not valid."""

    index: str = _setting(
        Text("a folder, or opensearch://host:port/name", r"[^\0]*[^\s\0][^\0]*"),
        "index",
        "The folder or the address of the index.",
    )
    host: str = _setting(Host(), "127.0.0.1", "The address at which pages are served.")
    port: int = _setting(
        Number(0, 65_535), 8080, "The port at which pages are served; 0 takes a free one."
    )
    threads: int = _setting(
        Number(1, 256), 4, "Number of requests that are answered at the same time."
    )
    processes: int = _setting(
        Number(1, 256), 1, "Number of server processes, each with its own threads."
    )
    exports: int = _setting(
        Number(1, 256), 4, "Number of exports that each process sends at the same time."
    )
    export_wait: int = _setting(
        Number(0, 600), 20, "Seconds that an export waits for others before it is refused."
    )
    connections: int = _setting(
        Number(10, 100_000), 4000, "Number of open connections of each process."
    )
    client_timeout: int = _setting(
        Number(1, 3600), 30, "Seconds for a client to send a request or to take a part."
    )
    keep_alive: int = _setting(
        Number(1, 3600), 120, "Seconds after which an idle connection is closed."
    )
    stop_timeout: int = _setting(
        Number(0, 3600), 30, "Seconds to finish answers when the server stops."
    )
    public_url: PublicAddress = _setting(  # noqa: RUF009 - it returns a field
        Site(), PublicAddress(), "The address that readers know, if there is a proxy in front."
    )
    trusted_proxies: int = _setting(
        Number(0, 10), 0, "Number of proxies whose X-Forwarded headers are trusted."
    )
    access_log: str = _setting(
        Text("the path of a file, or - for standard error"),
        "",
        "A file for a line about each request; - is standard error.",
    )
    query_seconds: int = _setting(
        Number(1, 3600), 5, "Seconds after which a search is stopped with an error."
    )
    cache: int = _setting(Number(0, 1_000_000), 64, "Cache size per open index, in MB.")
    official_url: str = _setting(
        Template(),
        "https://undocs.org/{language}/{symbol}",
        "The address of an official document.",
    )
    read_seconds: int = _setting(
        Number(1, 3600), 10, "Maximum processor time to read one file, in seconds."
    )
    read_memory: int = _setting(
        Number(100, 1_000_000), 1000, "Maximum memory to read one file, in MB."
    )
    debug: bool = _setting(Switch(), False, "Print the traceback of an unexpected error in a file.")
    csv_rows: int = _setting(
        Number(1, 1_000_000_000), 100_000, "Maximum number of rows of a CSV export."
    )
    preamble_open: bool = _setting(
        Switch(), False, "Show the preamble of a resolution open at once."
    )
    fetch_url: str = _setting(
        Template(),
        "https://documents.un.org/api/symbol/access?s={symbol}&l={language}&t=pdf",
        "The address from which documents are fetched.",
    )
    fetch_pause: float = _setting(
        Decimal(0, 3600), 1.0, "Seconds between two requests for documents."
    )
    fetch_private: bool = _setting(
        Switch(), False, "Allow a FETCH_URL whose host is in the local network."
    )
    opensearch_user: str = _setting(
        Text("a user's name"), "", "The user's name on OpenSearch.", is_secret=True
    )
    opensearch_password: str = _setting(
        Text("a password"), "", "The user's password on OpenSearch.", is_secret=True
    )
    opensearch_api_key: str = _setting(
        Text("a key"), "", "A key for OpenSearch, in place of a user.", is_secret=True
    )
    opensearch_ca: Path | None = _setting(  # noqa: RUF009 - it returns a field
        File(), None, "Path to the CA certificate for OpenSearch."
    )
    opensearch_shards: int = _setting(
        Number(1, 1024), 1, "Number of primary shards for a new index."
    )
    opensearch_replicas: str = _setting(
        Replicas(),
        "0-1",
        "Number of replicas of a new index; 0-1 adds one once a second node exists.",
    )
    opensearch_refresh: str = _setting(
        Text(
            "a number with a unit (ms, s, m, h or d) such as 30s, or -1 for never",
            r"-1|[0-9]{1,6}(?:ms|s|m|h|d)",
        ),
        "30s",
        "Refresh interval of a new index.",
    )
    opensearch_timeout: int = _setting(
        Number(1, 3600), 30, "Seconds to wait for an answer of OpenSearch."
    )
    opensearch_retries: int = _setting(
        Number(0, 100), 5, "Number of times that a failed request to OpenSearch is repeated."
    )

    def __post_init__(self) -> None:
        for setting in SETTINGS:
            name = setting.name.lower()
            object.__setattr__(self, name, setting.parse(getattr(self, name)))


SETTINGS = tuple(
    Setting(
        each.name.upper(), each.default, each.metadata["kind"], each.metadata["help"], not each.repr
    )
    for each in fields(Settings)
)
BY_NAME = {setting.name: setting for setting in SETTINGS}
DEFAULTS = Settings()


def read_settings(
    given: Mapping[str, Any] | None = None, environ: Mapping[str, str] | None = None
) -> Settings:
    """Return the settings: each from `given`, otherwise the environment, otherwise the default.

    An empty variable counts as not set. `SearchAppError` for an unknown name, or a value that is
    not valid.
    """
    found: dict[str, Any] = dict(_set_in(os.environ if environ is None else environ))
    for name, value in (given or {}).items():
        if name not in BY_NAME:
            hint = _similar(name, BY_NAME) or "docs/usage.md lists them."
            raise SearchAppError(f"There is no setting “{shown(name)}”: {hint}")
        found[name] = value
    return Settings(**{name.lower(): value for name, value in found.items()})


def unknown_variables(environ: Mapping[str, str] | None = None) -> Iterator[str]:
    """Yield a sentence for each variable of the environment that only looks like a setting."""
    known = {setting.variable for setting in SETTINGS} | OTHER_VARIABLES
    for variable in sorted(os.environ if environ is None else environ):
        if variable.startswith(PREFIX) and variable not in known:
            hint = _similar(variable, known) or "docs/usage.md lists the settings."
            yield f"{shown(variable)} is not a setting, so it is ignored: {hint}"


def _set_in(environ: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for setting in SETTINGS:
        if text := environ.get(setting.variable, "").strip():
            yield setting.name, text


def _similar(name: str, known: Iterable[str]) -> str:
    """Return a question with the most similar name; empty if none is similar."""
    from difflib import get_close_matches

    by_end = {each.removeprefix(PREFIX): each for each in known}
    found = get_close_matches(name.upper().removeprefix(PREFIX)[:100], by_end, 1, 0.7)
    return f"did you mean {by_end[found[0]]}?" if found else ""
