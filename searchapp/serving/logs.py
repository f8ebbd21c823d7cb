"""What is written down: errors with their time, and each request where that is asked for.

Whatever comes from outside is escaped, so that nobody writes lines, or a terminal's commands.
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
    """A line with its time, in which control characters are written as \\xNN."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the library's name
        """Return the line; a message has one."""
        return _escaped(_CONTROL, super().formatMessage(record))

    def formatException(self, info: Any) -> str:  # noqa: N802 - the library's name
        """Return the traceback, whose lines stay."""
        return _escaped(_CONTROL_IN_TRACE, super().formatException(info))


def configure(access: str) -> None:
    """Write errors to standard error, and requests to `access`.

    That is a file, `-` for standard error, or "" for nowhere. A file that is renamed is opened
    again, as logrotate needs it; one that cannot be opened is a `SearchAppError`.
    """
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # to wait a moment is no warning
    errors = logging.StreamHandler()
    errors.setFormatter(Escaped("%(asctime)s %(levelname)s %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[errors])
    if access:
        ACCESS.handlers = [_opened(access)]
        ACCESS.setLevel(logging.INFO)
        ACCESS.propagate = False


def check(access: str) -> None:
    """Raise `SearchAppError` where the file of the access log cannot be written."""
    if access:
        _opened(access).close()


def _opened(access: str) -> logging.Handler:
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
    """Write down a request: the combined format of web servers, then the seconds it took."""
    if not ACCESS.handlers:
        return
    request, environ = task.request, task.environ or {}
    first = getattr(request, "first_line", b"") or b"-"
    ACCESS.info(
        '%s - - [%s] "%s" %s %s "%s" "%s" %.3f',
        _quoted(environ.get("REMOTE_ADDR", task.channel.addr[0]) or "-").replace(" ", "_"),
        _time(),
        _quoted(first.decode("latin-1")),
        task.status[:3],
        task.sent or "-",
        _quoted(request.headers.get("REFERER", "-")),
        _quoted(request.headers.get("USER_AGENT", "-")),
        seconds,
    )


def _time() -> str:
    """Return the time in English, whatever the language of the system."""
    now = time.localtime()
    return f"{now.tm_mday:02}/{_MONTHS[now.tm_mon - 1]}/{time.strftime('%Y:%H:%M:%S %z', now)}"


def _quoted(text: str) -> str:
    """Return a text that cannot leave its quotes, or its line."""
    plain = text.replace("\\", "\\\\").replace('"', '\\"')
    return re.sub(r"[^\x20-\x7e]", _code, plain)


def _escaped(signs: re.Pattern[str], text: str) -> str:
    return signs.sub(_code, text)


def _code(sign: re.Match[str]) -> str:
    number = ord(sign[0])
    return f"\\x{number:02x}" if number < 256 else f"\\u{number:04x}"
