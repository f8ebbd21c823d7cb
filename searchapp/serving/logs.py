"""The error log, and an optional access log.

All external input is escaped, so that nobody can inject log lines or terminal commands.
"""

from __future__ import annotations

import logging
import re
import sys
import time
from logging.handlers import WatchedFileHandler
from pathlib import Path
from typing import Any

from ..errors import SearchAppError

ACCESS = logging.getLogger("searchapp.access")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_CONTROL_IN_TRACE = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


class Escaped(logging.Formatter):
    """A formatter that escapes control characters as \\xNN."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the library's name
        """Return the message in a single line."""
        return _escape(_CONTROL, super().formatMessage(record))

    def formatException(self, info: Any) -> str:  # noqa: N802 - the library's name
        """Return the traceback with its line breaks."""
        return _escape(_CONTROL_IN_TRACE, super().formatException(info))


def configure(access: str) -> None:
    """Write errors to standard error, and requests to `access`.

    That is a file, `-` for standard error, or "" for no access log. A renamed file is reopened, as
    logrotate needs; `SearchAppError` for one that cannot be opened.
    """
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # a short queue needs no warning
    errors = logging.StreamHandler()
    errors.setFormatter(Escaped("%(asctime)s %(levelname)s %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[errors])
    if access:
        ACCESS.handlers = [_open(access)]
        ACCESS.setLevel(logging.INFO)
        ACCESS.propagate = False


def check(access: str) -> None:
    """Raise `SearchAppError` if the access log cannot be written."""
    if access:
        _open(access).close()


def _open(access: str) -> logging.Handler:
    if access == "-":
        return logging.StreamHandler(sys.stderr)
    try:
        return WatchedFileHandler(Path(access), encoding="ascii", errors="backslashreplace")
    except OSError as error:
        raise SearchAppError(
            f"Cannot write the access log “{access}” ({error.strerror}): "
            "check SEARCHAPP_ACCESS_LOG, and the folder's permissions."
        ) from error


def write(task: Any, seconds: float) -> None:
    """Log a request in the combined log format, followed by its duration in seconds."""
    if not ACCESS.handlers:
        return
    request, environ = task.request, task.environ or {}
    first = getattr(request, "first_line", b"") or b"-"
    ACCESS.info(
        '%s - - [%s] "%s" %s %s "%s" "%s" %.3f',
        _quote(environ.get("REMOTE_ADDR", task.channel.addr[0]) or "-").replace(" ", "_"),
        _time(),
        _quote(first.decode("latin-1")),
        task.status[:3],
        task.sent or "-",
        _quote(request.headers.get("REFERER", "-")),
        _quote(request.headers.get("USER_AGENT", "-")),
        seconds,
    )


def _time() -> str:
    """Return the time in English, independent of the locale."""
    now = time.localtime()
    return f"{now.tm_mday:02}/{_MONTHS[now.tm_mon - 1]}/{time.strftime('%Y:%H:%M:%S %z', now)}"


def _quote(text: str) -> str:
    """Escape a text so that it cannot end its quotes or its line."""
    plain = text.replace("\\", "\\\\").replace('"', '\\"')
    return re.sub(r"[^\x20-\x7e]", _code, plain)


def _escape(signs: re.Pattern[str], text: str) -> str:
    return signs.sub(_code, text)


def _code(sign: re.Match[str]) -> str:
    number = ord(sign[0])
    return f"\\x{number:02x}" if number < 256 else f"\\u{number:04x}"
