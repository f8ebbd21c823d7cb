"""OpenSearch client with retries; partial results are errors."""

from __future__ import annotations

import logging
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from time import monotonic, sleep
from typing import Any, TypeVar

import opensearchpy as client

from ...errors import IndexProblem, NoIndex, TooSlow
from ...search import deadline
from ...settings.config import Settings
from ...settings.kinds import File, shown
from .address import Place

Answer = TypeVar("Answer")
Json = dict[str, Any]
PASSING = (429, 500, 502, 503, 504)  # transient; a dying node answers a search with 500
# Errors from reading an unexpected response, such as another server's or a proxy's error page.
STRANGE = (LookupError, TypeError, AttributeError, ValueError, RecursionError)
PAUSE, LONGEST = 0.25, 8.0  # seconds before the first retry, and before any retry at most
TIME_UP = "time_exceeded_exception"
KEEP = "2m"  # lifetime of a view between two of its pages

logging.getLogger("opensearch").setLevel(logging.CRITICAL)  # it also raises what it logs


class Partial(Exception):
    """A response from some shards only."""


class Cluster:
    """A thread-safe client of a cluster's nodes, with timeout and retries from the settings."""

    def __init__(self, place: Place, settings: Settings) -> None:
        self._place = place
        self._timeout = settings.opensearch_timeout
        self._retries = settings.opensearch_retries
        self._seconds = settings.query_seconds
        self.api = client.OpenSearch(
            list(place.urls),
            timeout=self._timeout,
            max_retries=len(place.urls) - 1,  # other nodes at once; all again after a pause
            retry_on_status=(),
            pool_maxsize=max(10, settings.threads),
            **_credentials(settings),
            **_trust(place, settings),
        )

    def close(self) -> None:
        """Close the connections."""
        self.api.close()

    def ask(self, call: Callable[..., Answer], *args: Any, **given: Any) -> Answer:
        """Return the response to a call, which is retried after transient errors."""
        for attempt in count(1):
            start = monotonic()
            try:
                return call(*args, **given)
            except (client.TransportError, Partial) as error:
                if _is_time_up(error):
                    deadline.check()
                    start = monotonic()  # the attempt counts as the query's time
                if attempt > self._retries or not _is_passing(error):
                    raise
            sleep(min(PAUSE * 2 ** (attempt - 1), LONGEST))
            deadline.extend(monotonic() - start)
        raise AssertionError  # unreachable: the loop is endless

    @contextmanager
    def translate_errors(self) -> Iterator[None]:
        """Translate client exceptions into user-facing errors."""
        try:
            yield
        except client.NotFoundError as error:
            raise self._describe_missing(error) from None
        except client.OpenSearchException as error:
            if _is_time_up(error):
                raise TooSlow(self._seconds) from None
            raise IndexProblem(self._describe(error)) from error
        except STRANGE as error:
            raise IndexProblem(
                f"The server at {self} does not respond like OpenSearch: check the address, "
                "and any proxy in between."
            ) from error
        except Partial as error:
            raise IndexProblem(
                f"OpenSearch at {self} returned results for a part of the index only ({error}): "
                "wait until its cluster has recovered, then try again."
            ) from None

    def no_index(self) -> NoIndex:
        """Return the error for a missing index."""
        return NoIndex(
            f"There is no index “{self._place.name}” on OpenSearch at {self}: create one with "
            f"searchapp index PATH… --index {self.address}"
        )

    @property
    def address(self) -> str:
        """The address of the index, as the user writes it."""
        scheme = "opensearchs" if self._place.urls[0].startswith("https:") else "opensearch"
        return f"{scheme}://{self}/{self._place.name}"

    def __str__(self) -> str:
        return ",".join(url.partition("://")[2] for url in self._place.urls)

    def _describe_missing(self, error: Any) -> IndexProblem:
        if error.error == "index_not_found_exception":
            return self.no_index()
        return IndexProblem(
            f"OpenSearch at {self} lost the data being read ({error.error}): try again."
        )

    def _describe(self, error: Any) -> str:
        status = getattr(error, "status_code", None)
        if isinstance(error, client.exceptions.SSLError):
            return (
                f"OpenSearch at {self} has a certificate that is not trusted: set "
                "SEARCHAPP_OPENSEARCH_CA to the CA certificate that signed it."
            )
        if isinstance(error, client.exceptions.ConnectionError):
            return (
                f"Cannot connect to OpenSearch at {self}: check that it is running and that the "
                "address is right."
            )
        if status in (401, 403) and "blocked" not in str(error):
            return (
                f"OpenSearch at {self} denied access: set SEARCHAPP_OPENSEARCH_USER and "
                "SEARCHAPP_OPENSEARCH_PASSWORD, or SEARCHAPP_OPENSEARCH_API_KEY."
            )
        if status in PASSING:
            return (
                f"OpenSearch at {self} is unavailable ({status}): wait until its cluster "
                "has recovered, then try again."
            )
        return f"OpenSearch at {self} rejected a request: {reason(error)}."

    # Searches

    def searches(self, index: str, bodies: Sequence[Json], leave_out: str = "") -> list[Json]:
        """Return the responses to several searches of an index, sent in one request.

        Scores use statistics of the whole index rather than of each shard. `leave_out` is a path
        of the responses that the server omits.
        """
        head = {
            "index": index,
            "allow_partial_search_results": False,
            "preference": "searchapp",  # the same copies each time: copies differ in deleted words
        }
        scored = {**head, "search_type": "dfs_query_then_fetch"}
        lines = [
            line
            for body in map(self._limit_time, bodies)
            for line in (scored if body.get("sort") else head, body)
        ]
        given = {"params": {"filter_path": f"-{leave_out}"}} if leave_out else {}

        def call() -> list[Json]:
            answers: list[Json] = self.api.msearch(body=lines, **given)["responses"]
            return [check_whole(answer) for answer in answers]

        return self.ask(call)

    def search(self, index: str, body: Json) -> Json:
        """Return the response to a search."""
        return self.searches(index, [body])[0]

    def _limit_time(self, body: Json) -> Json:
        # The setting, not the time that is left: the server caches responses by the request's text.
        return {**body, "timeout": f"{self._seconds}s"}

    def search_view(self, name: str, body: Json) -> Json:
        """Return the response to a search of a view."""
        given = {**self._limit_time(body), "pit": {"id": name, "keep_alive": KEEP}}
        params = {"search_type": "dfs_query_then_fetch", "allow_partial_search_results": "false"}
        return self.ask(lambda: check_whole(self.api.search(body=given, params=params)))

    def view(self, index: str) -> View:
        """Open a view of an index as it is now, unaffected by later writes."""
        made = self.ask(
            self.api.create_pit,
            index=index,
            params={"keep_alive": KEEP, "allow_partial_pit_creation": "false"},
        )
        return View(self, made["pit_id"])


class View:
    """A point-in-time view of an index; partial results are errors here, too."""

    def __init__(self, cluster: Cluster, name: str) -> None:
        self._cluster, self._name = cluster, name

    def search(self, body: Json) -> Json:
        """Return the response to a search."""
        return self._cluster.search_view(self._name, body)

    def close(self) -> None:
        """Release the view."""
        with suppress(client.OpenSearchException):  # it expires anyway
            self._cluster.api.delete_pit(body={"pit_id": [self._name]})


def check_whole(answer: Json) -> Json:
    """Return a response if it is complete and in time; raise `Partial` or `TransportError`."""
    if "error" in answer:
        status, error = answer.get("status", 500), answer["error"]
        raise client.TransportError(status, error.get("type", ""), {"error": error})
    if answer.get("timed_out"):
        raise client.TransportError(500, TIME_UP, {"error": {"type": TIME_UP}})
    shards = answer["_shards"]
    if shards["failed"]:
        raise Partial(f"{shards['failed']} of {shards['total']} shards failed")
    return answer


def reason(error: Any) -> str:
    """Return why a request was rejected, as a short text."""
    info = getattr(error, "info", None)
    cause = info.get("error", {}) if isinstance(info, dict) else {}
    if isinstance(cause, dict):
        causes = cause.get("root_cause") or [cause]
        return str(causes[0].get("reason") or error)[:300].rstrip(".")
    return str(cause or error)[:300].rstrip(".")


def _is_time_up(error: Exception) -> bool:
    """Return whether a search exceeded the time limit of its request."""
    info = getattr(error, "info", None)
    cause = info.get("error") if isinstance(info, dict) else None
    causes = [cause, *cause.get("root_cause", [])] if isinstance(cause, dict) else []
    return any(
        each.get("type") == TIME_UP or "Time exceeded" in str(each.get("reason")) for each in causes
    )


def _is_passing(error: Exception) -> bool:
    if isinstance(error, client.exceptions.SSLError):
        return False
    if isinstance(error, (client.exceptions.ConnectionError, Partial)):
        return True
    return getattr(error, "status_code", None) in PASSING


def _credentials(settings: Settings) -> Json:
    if settings.opensearch_api_key:
        return {"headers": {"Authorization": f"ApiKey {settings.opensearch_api_key}"}}
    if settings.opensearch_user:
        return {"http_auth": (settings.opensearch_user, settings.opensearch_password)}
    return {}


def _trust(place: Place, settings: Settings) -> Json:
    if not place.urls[0].startswith("https:"):
        return {}
    given = {"ca_certs": _read_authority(settings.opensearch_ca)} if settings.opensearch_ca else {}
    return {"use_ssl": True, "verify_certs": True, **given}


def _read_authority(path: Path) -> str:
    """Return the path of a CA certificate that can be read: the library does not say that."""
    try:
        ssl.create_default_context(cafile=path)
    except OSError as error:
        raise IndexProblem(
            f"SEARCHAPP_OPENSEARCH_CA is “{shown(path)}”, which has no certificate that can be "
            f"read ({error.strerror or error.__class__.__name__}): write {File.rule} with one."
        ) from None
    return str(path)
