"""Settings: each declared once, with its default and what it is for.

Every one is read from the environment as `SEARCHAPP_<NAME>`; what a program passes comes first.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .errors import SearchAppError

PREFIX = "SEARCHAPP_"


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting's name, its default, whose type it keeps, a sentence about it, and its bounds.

    `least` and `most` bound a number, both included.
    """

    name: str
    default: str | int
    help: str
    least: int = 0
    most: int = 1_000_000_000

    @property
    def variable(self) -> str:
        """The environment variable that sets it."""
        return PREFIX + self.name

    def read(self, text: str) -> str | int:
        """Return the value of a text; `SearchAppError` where it is no number, or out of bounds."""
        if isinstance(self.default, str):
            return text
        try:
            return self.bounded(int(text))
        except ValueError:
            raise SearchAppError(
                f"{self.variable} is “{text}”: write a whole number, such as {self.default}."
            ) from None

    def bounded(self, value: int) -> int:
        """Return the number; `SearchAppError` where it is out of bounds."""
        if self.least <= value <= self.most:
            return value
        raise SearchAppError(
            f"{self.variable} is {value}: write a number from {self.least} to {self.most}."
        )


SETTINGS: tuple[Setting, ...] = (
    Setting("INDEX", "index", "Where the index is: a folder, or opensearch://host:port/name."),
    Setting("HOST", "127.0.0.1", "The address at which pages are served."),
    Setting("PORT", 8080, "The port at which pages are served.", most=65_535),
    Setting("THREADS", 4, "How many requests are answered at the same time.", 1, 256),
    Setting("PROCESSES", 1, "Number of server processes, each with its own threads.", 1, 256),
    Setting("EXPORTS", 4, "How many exports each process sends at the same time.", 1, 256),
    Setting(
        "EXPORT_WAIT", 20, "Seconds that an export waits for others before it is refused.", most=600
    ),
    Setting("CONNECTIONS", 4000, "Open connections of each process.", 10, 100_000),
    Setting(
        "CLIENT_TIMEOUT", 30, "Seconds for a client to send a request or to take a part.", 1, 3600
    ),
    Setting("KEEP_ALIVE", 120, "Seconds after which an idle connection is closed.", 1, 3600),
    Setting("STOP_TIMEOUT", 30, "Seconds to finish answers when the server stops.", most=3600),
    Setting("PUBLIC_URL", "", "The address that readers know, where a proxy stands before us."),
    Setting("TRUSTED_PROXIES", 0, "Number of proxies whose X-Forwarded headers count.", most=10),
    Setting("ACCESS_LOG", "", "A file for a line about each request; - is standard error."),
    Setting("QUERY_SECONDS", 5, "Seconds after which a search is given up.", 1, 3600),
    Setting("CACHE", 64, "Cache size per open index, in MB.", most=1_000_000),
    Setting(
        "OFFICIAL_URL",
        "https://undocs.org/{language}/{symbol}",
        "The address of an official document, with {language} and {symbol} in it.",
    ),
    Setting("READ_SECONDS", 10, "The most seconds of processor time to read one file.", 1, 3600),
    Setting("READ_MEMORY", 1000, "The most memory to read one file, in MB.", 100, 1_000_000),
    Setting("DEBUG", 0, "1 prints the traceback of an error that no reader expected.", most=1),
    Setting("CSV_ROWS", 100_000, "The most rows of a CSV export; its last line says so if cut.", 1),
    Setting("PREAMBLE_OPEN", 0, "1 shows the preamble of a resolution open at once.", most=1),
    Setting(
        "FETCH_URL",
        "https://documents.un.org/api/symbol/access?s={symbol}&l={language}&t=pdf",
        "The address from which documents are fetched, with {symbol} and {language} in it.",
    ),
    Setting("FETCH_PAUSE", 1, "Seconds between two requests for documents.", most=3600),
    Setting("FETCH_PRIVATE", 0, "1 allows a FETCH_URL that leads into the local network.", most=1),
    Setting("OPENSEARCH_USER", "", "The user's name on OpenSearch."),
    Setting("OPENSEARCH_PASSWORD", "", "The user's password on OpenSearch."),
    Setting("OPENSEARCH_API_KEY", "", "A key for OpenSearch, in place of a user."),
    Setting("OPENSEARCH_CA", "", "A file with the authority that signed OpenSearch's certificate."),
    Setting("OPENSEARCH_SHARDS", 1, "Number of primary shards for a new index.", 1, 1024),
    Setting(
        "OPENSEARCH_REPLICAS",
        "0-1",
        "How many more copies of it there are; 0-1 is one where a second node can hold it.",
    ),
    Setting("OPENSEARCH_REFRESH", "30s", "How often OpenSearch takes up what it has merged."),
    Setting("OPENSEARCH_TIMEOUT", 30, "Seconds to wait for an answer of OpenSearch.", 1, 3600),
    Setting(
        "OPENSEARCH_RETRIES", 5, "How often OpenSearch is asked again while it recovers.", most=100
    ),
)
BY_NAME = {setting.name: setting for setting in SETTINGS}


def settings(
    given: Mapping[str, Any] | None = None, environ: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Every setting's value: what is given, else the environment, else the default."""
    outside = os.environ if environ is None else environ
    found: dict[str, Any] = {}
    for setting in SETTINGS:
        text = outside.get(setting.variable, "").strip()
        found[setting.name] = setting.read(text) if text else setting.default
    for name, value in (given or {}).items():
        found[name] = BY_NAME[name].bounded(value) if _is_number(name, value) else value
    return found


def _is_number(name: str, value: Any) -> bool:
    return isinstance(value, int) and name in BY_NAME and isinstance(BY_NAME[name].default, int)
