"""Pages over HTTP by waitress: in one process, or in several that share the port.

Python runs one thread at a time, so a second processor is of use to a second process alone.
"""

from __future__ import annotations

import errno
import gc
import logging
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack, suppress
from itertools import chain
from typing import Any, NoReturn

from .errors import SearchAppError

OPENED = {"*": "127.0.0.1", "": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104
LACKED = (errno.EAFNOSUPPORT, errno.EADDRNOTAVAIL)  # a name may have addresses that a system lacks
LEAST = 2.0  # seconds that a process must live to be replaced when it ends
BACKLOG = 1024  # readers that may wait for an answer, as waitress has it


def serve(chosen: Mapping[str, Any], say: Callable[[str], None]) -> None:
    """Serve until interrupted; `say` is told the address as soon as readers can connect.

    A port that is taken is an error with a way out.
    """
    host, number = chosen["HOST"], chosen["PROCESSES"]
    with ExitStack() as stack:
        doors = shared(host, chosen["PORT"], number)
        for each in chain(*doors):
            stack.enter_context(each)
        say(address(host, doors[0]))
        if number > 1:
            Processes(number, lambda turn: answer(chosen, doors[turn])).run()
        else:
            answer(chosen, doors[0])


def answer(chosen: Mapping[str, Any], sockets: Sequence[socket.socket]) -> None:
    """Answer in this process, until Ctrl-C."""
    from waitress.server import create_server

    from . import create_app
    from .backends import is_elsewhere

    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # to wait a moment is no warning
    ours = ("HOST", "PORT", "THREADS", "PROCESSES")
    app = create_app({name: value for name, value in chosen.items() if name not in ours})
    if not is_elsewhere(chosen["INDEX"]):
        app.wsgi_app = OneAtATime(app.wsgi_app)  # type: ignore[method-assign, assignment]
    # A page makes thousands of objects, and what is kept are many more: to look through all of
    # these for garbage in the midst of a page takes longer than the page.
    gc.set_threshold(50_000, 20, 20)
    server: Any = create_server(app, sockets=list(sockets), threads=chosen["THREADS"])
    server.run()


class OneAtATime:
    """Makes one page after the other: threads that take turns within pages need a third more.

    What is streamed goes on beside, so that a reader who takes it slowly keeps nobody waiting.
    """

    def __init__(self, make: Callable[..., Iterable[bytes]]) -> None:
        self._make, self._lock = make, threading.Lock()

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        with self._lock:
            return self._make(environ, start)


def shared(host: str, port: int, number: int) -> list[list[socket.socket]]:
    """The sockets of so many processes.

    Linux spreads readers over sockets at one port. Of processes that share a socket, the first to
    wake may take them all.
    """
    own = number > 1 and sys.platform == "linux"
    first = listening(host, port)  # another server's port is taken, though that one shares it, too
    if not own:
        return [first] * number
    port = first[0].getsockname()[1]
    for each in first:
        each.close()
    return [listening(host, port, own) for _ in range(number)]


def listening(host: str, port: int, among_others: bool = False) -> list[socket.socket]:
    """A socket for each address of a host; port 0 takes one that is free.

    Those that are `among_others` share the port, if all of them say so.
    """
    found: list[socket.socket] = []
    try:
        for family, at in _addresses(host, port):
            if found and not port:
                break  # the others would have other ports
            try:
                made = socket.create_server(
                    at, family=family, backlog=BACKLOG, reuse_port=among_others
                )
                found.append(made)
            except OSError as error:
                if not found or error.errno not in LACKED:
                    raise
    except (OSError, OverflowError, ValueError) as error:
        for each in found:
            each.close()
        reason = _reason(error).rstrip(".")
        raise SearchAppError(
            f"Can't serve at {host}, port {port}: {reason}. "
            "Choose another with --port, or another address with --host."
        ) from error
    return found


def address(host: str, sockets: Sequence[socket.socket]) -> str:
    """The address to open; one that means "every interface" can't be opened itself."""
    name = OPENED.get(host, host)
    return f"http://{f'[{name}]' if ':' in name else name}:{sockets[0].getsockname()[1]}"


def _addresses(host: str, port: int) -> list[tuple[int, Any]]:
    families = (socket.AF_INET, socket.AF_INET6) if socket.has_ipv6 else (socket.AF_INET,)
    name = None if host in ("", "*") else host
    found = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    distinct = dict.fromkeys((family, at) for family, *_, at in found if family in families)
    return sorted(distinct)  # IPv4 first


def _reason(error: Exception) -> str:
    """What is wrong, without the address that Python adds."""
    if isinstance(error, OSError) and error.errno and not isinstance(error, socket.gaierror):
        return os.strerror(error.errno)
    return str(getattr(error, "strerror", None) or error)


class Processes:
    """So many processes, each with its turn; one that ends is replaced, until Ctrl-C."""

    def __init__(self, number: int, work: Callable[[int], None]) -> None:
        if not hasattr(os, "fork"):
            raise SearchAppError(
                "This system can't share a port among processes: set SEARCHAPP_PROCESSES=1."
            )
        self._number, self._work = number, work
        self._begun: dict[int, tuple[int, float]] = {}  # which it is in turn, and since when
        self._alive, self._held = os.pipe()  # what is held open as long as this process lives

    def run(self) -> None:
        """Run them all; `SearchAppError` where one ends as soon as it begins."""
        before = signal.signal(signal.SIGTERM, _interrupt)
        try:
            for turn in range(self._number):
                self._start(turn)
            while True:
                self._replace(*os.wait())
        except KeyboardInterrupt:
            pass
        finally:
            self._stop()
            signal.signal(signal.SIGTERM, before)

    def _start(self, turn: int) -> None:
        child = os.fork()
        if not child:
            self._be_one_of_them(turn)
        self._begun[child] = turn, time.monotonic()

    def _replace(self, child: int, status: int) -> None:
        if child not in self._begun:  # the first process of a container is given orphans
            return
        turn, since = self._begun.pop(child)
        if time.monotonic() - since < LEAST:
            code = os.waitstatus_to_exitcode(status)
            raise SearchAppError(
                f"A process that serves pages ended at once (exit {code}): see what it said, or "
                "serve from one with SEARCHAPP_PROCESSES=1."
            )
        self._start(turn)

    def _be_one_of_them(self, turn: int) -> NoReturn:
        """Work in a process of its own, which ends with the one that began it."""
        code = 1
        try:
            os.close(self._held)
            threading.Thread(target=self._end_with_the_first, daemon=True).start()
            self._work(turn)
            code = 0
        except Exception as error:  # noqa: BLE001 - the first one only sees that it ended
            print(error, file=sys.stderr)  # noqa: T201
        finally:
            os._exit(code)

    def _end_with_the_first(self) -> None:
        os.read(self._alive, 1)  # nothing is ever written: it returns when the first is gone
        os.kill(os.getpid(), signal.SIGTERM)

    def _stop(self) -> None:
        # One that was told at the same time may be gone already.
        for child in self._begun:
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGTERM)
        for child in self._begun:
            with suppress(ChildProcessError):
                os.waitpid(child, 0)
        os.close(self._held)
        os.close(self._alive)


def _interrupt(*_: object) -> NoReturn:
    raise KeyboardInterrupt
