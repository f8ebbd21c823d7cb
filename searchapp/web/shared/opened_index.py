"""The index behind the pages, opened on first use, and its totals."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import wraps
from threading import Lock
from typing import Any, cast

from flask import Response, current_app, make_response, request
from flask.typing import ResponseReturnValue

from ... import __version__
from ...backends import open_backend
from ...model.resolution import Resolution
from ...model.source import Source, outdated
from ...search.backend import Backend, Coverage
from ...settings.config import Settings
from ...text.printable import printable
from ...text.wording import counted
from ...un.symbols import BODIES
from .template_filters import languages, reach

_INVENTED = 901  # first number of invented resolutions; no session gets that far


@dataclass(frozen=True, slots=True)
class Holdings:
    """The coverage and sources of one version of the index."""

    version: str
    coverage: tuple[Coverage, ...]
    files: int
    failures: tuple[Source, ...]
    indexed: str | None
    sample: bool
    notes: tuple[str, ...]

    @property
    def resolutions(self) -> int:
        """The number of resolutions, of all bodies and languages."""
        return sum(row.resolutions for row in self.coverage)

    @property
    def paragraphs(self) -> int:
        """The number of paragraphs, of all bodies and languages."""
        return sum(row.paragraphs for row in self.coverage)

    def sentence(self, lang: str) -> str:
        """Return which resolutions are indexed in a language or "all", to explain results."""
        rows = [row for row in self.coverage if lang in ("all", row.language)]
        where = "" if lang == "all" else f" in {languages(lang)}"
        held = f"{counted(sum(row.resolutions for row in rows), 'indexed resolution')}{where}"
        return f"{held}: {'; '.join(_row(row, lang) for row in rows)}." if rows else f"{held}."


class Holder:
    """The index, opened on first use, and its totals, cached per index version."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = Lock()
        self._backend: Backend | None = None
        self._holdings: Holdings | None = None

    def backend(self) -> Backend:
        """Return the index, opening it on first use; `NoIndex` if it does not exist."""
        with self._lock:
            if self._backend is None:
                self._backend = open_backend(self._settings.index, settings=self._settings)
            return self._backend

    def holdings(self) -> Holdings:
        """Return the totals of the current version of the index."""
        backend = self.backend()
        version = backend.version()
        if self._holdings is None or self._holdings.version != version:
            self._holdings = _holdings(backend, version)
        return self._holdings


def backend() -> Backend:
    """Return the index of the running application."""
    return _holder().backend()


def holdings() -> Holdings:
    """Return the totals of the running application's index."""
    return _holder().holdings()


def is_sample(resolution: Resolution) -> bool:
    """Return whether a resolution is one of the invented ones shipped for a first start."""
    if (resolution.source or "").startswith("sample:"):
        return True
    session, _, number = (resolution.symbol or "").removeprefix("A/RES/").partition("/")
    return session.isdecimal() and number.isdecimal() and int(number[:6]) >= _INVENTED


def _row(row: Coverage, lang: str) -> str:
    language = languages(row.language) if lang == "all" else ""
    return ", ".join(filter(None, (body_name(row.body), language, reach(row))))


def body_name(body: str) -> str:
    """Return the readable name of a body."""
    return BODIES.get(body, body or "Other bodies")


def conditional(
    view: Callable[..., ResponseReturnValue],
) -> Callable[..., ResponseReturnValue]:
    """Answer 304 if the client has the response to this URL for this version of the index."""

    @wraps(view)
    def answer(*args: Any, **kwargs: Any) -> ResponseReturnValue:
        tag = _tag(request.full_path)
        if request.if_none_match.contains_weak(tag):
            response = Response(status=304)
        else:
            response = make_response(view(*args, **kwargs))
        if response.status_code in (200, 304):
            response.set_etag(tag, weak=True)
            response.headers["Cache-Control"] = "no-cache"
        return response

    return answer


def _tag(address: str) -> str:
    state = "\n".join((__version__, backend().version(), request.url_root, address))
    return hashlib.sha256(state.encode("utf-8", "replace")).hexdigest()[:20]


def _holder() -> Holder:
    return cast("Holder", current_app.extensions["searchapp"])


def _printable(source: Source) -> Source:
    """Return the source with a printable failure, which may quote a file's name."""
    return replace(source, failure=printable(source.failure or ""))


def _holdings(backend: Backend, version: str) -> Holdings:
    sources = list(backend.sources())
    return Holdings(
        version=version,
        coverage=tuple(backend.coverage()),
        files=len(sources),
        failures=tuple(_printable(source) for source in sources if source.failure),
        indexed=max((source.indexed or "" for source in sources), default="") or None,
        sample=any(source.path.startswith("sample:") for source in sources),
        notes=tuple(outdated(sources)),
    )
