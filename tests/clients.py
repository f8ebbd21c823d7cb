"""Clients as no library offers them: idle, slow, silent midway; and servers to test with them."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from interrupting import interruptible

from searchapp.serving import listening
from searchapp.serving.server import Front, Limits
from searchapp.serving.thread_pools import Pools
from searchapp.serving.turns import InTurn, Turns
from searchapp.web.shared.pool_routing import Router
from searchapp.web.shared.settings import settings_of

SERVE = [sys.executable, "-W", "ignore", "-c", "from searchapp.cli import main; main()", "serve"]


def eventually(holds: Callable[[], bool], seconds: float = 20) -> bool:
    """Return whether a condition becomes true in time."""
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


class Running(NamedTuple):
    """A server in its own process, and its port."""

    process: subprocess.Popen[str]
    port: int


@contextmanager
def running(
    place: str, *options: str, begin: Callable[[], None] | None = None, **settings: object
) -> Iterator[Running]:
    """Run `searchapp serve` for an index; the process calls `begin` before it starts."""
    environ = {f"SEARCHAPP_{name}": str(value) for name, value in settings.items()}
    with (
        interruptible(),
        subprocess.Popen(
            [*SERVE, "--index", place, "--port", "0", *options],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, **environ},
            start_new_session=True,
            preexec_fn=begin,  # noqa: PLW1509 - it calls one function of the system
        ) as process,
    ):
        try:
            assert process.stdout is not None
            port = urlsplit(process.stdout.readline().strip()).port
            assert port, process.stderr.read() if process.stderr else ""
            assert eventually(lambda: is_well(port))
            yield Running(process, port)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


@contextmanager
def fronted(app: Any, **limits: float) -> Iterator[int]:
    """Serve an application in this process as `searchapp serve` does, and yield the port."""
    sockets = listening("127.0.0.1", 0)
    app.wsgi_app = InTurn(app.wsgi_app, Turns())
    known = {"connections": 100, "client": 30.0, "idle": 120.0, "stop": 1.0, **limits}
    front = Front(app, sockets, Pools(settings_of(app), Router(app).pool), Limits(**known))  # type: ignore[arg-type]
    thread = threading.Thread(target=front.run, daemon=True)
    thread.start()
    try:
        yield sockets[0].getsockname()[1]
    finally:
        front.stop()
        thread.join(20)
        assert not thread.is_alive()


def ask(
    port: int, path: str, headers: dict[str, str] | None = None, timeout: float = 20
) -> tuple[int, dict[str, str], str]:
    """Return the status, headers and body of an answer."""
    connection = HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        connection.request("GET", path, headers=headers or {})
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read().decode()
    finally:
        connection.close()


def is_well(port: int) -> bool:
    """Return whether the health check answers within a second."""
    with suppress(OSError):
        return ask(port, "/healthz", timeout=1)[0] == 200
    return False


def connected(port: int, text: str = "", small: bool = False) -> socket.socket:
    """Open a connection and send a text; `small` makes its receive buffer 4 KB."""
    made = socket.socket()
    if small:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    made.settimeout(20)
    try:
        made.connect(("127.0.0.1", port))
        made.sendall(text.encode())
    except BaseException:
        made.close()
        raise
    return made


def get(path: str, version: str = "1.1") -> str:
    """Return a complete GET request."""
    return f"GET {path} HTTP/{version}\r\nHost: localhost\r\n\r\n"


def post(header: str) -> str:
    """Return the head of a POST request with one more header."""
    return f"POST /basket HTTP/1.1\r\nHost: localhost\r\n{header}\r\n\r\n"


def rest(connection: socket.socket) -> bytes:
    """Return all bytes until the server closes; ConnectionResetError if it resets."""
    pieces = []
    while piece := connection.recv(65536):
        pieces.append(piece)
    return b"".join(pieces)


def is_closed(connection: socket.socket, seconds: float) -> bool:
    """Return whether the server closes a connection in time."""
    connection.settimeout(seconds)
    with connection:
        try:
            rest(connection)
        except ConnectionError:
            return True
        except TimeoutError:
            return False
    return True
