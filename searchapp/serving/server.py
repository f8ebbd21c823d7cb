"""Connections and their time-outs, on top of waitress: thousands may be open and idle.

waitress counts on well-behaved clients: its limit is 100 connections, it never closes one whose
answer is not taken, and one that sends a byte now and then stays for ever.
"""

from __future__ import annotations

import logging
import signal
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.server import TcpWSGIServer
from waitress.task import ErrorTask, WSGITask

from ..settings.config import Settings
from ..text.wording import counted
from ..web.app import HEADERS, MAX_BODY
from ..web.shared.error_pages import SENTENCES
from ..web.shared.pool_routing import POOL, REFUSED
from ..web.shared.settings import settings_of
from . import logs
from .requests import Request
from .sockets import server_name, unsent
from .thread_pools import Pools
from .wakeup import woken_by_signals

HEADER = 32 * 1024  # bytes of a request's head: a search of the longest words, spelt with %
BODY = MAX_BODY + 32 * 1024  # bytes that are taken; what is too large is told on a page, if it can
KEPT = 256 * 1024  # bytes of an answer that are made ahead of its reader, in memory
SLOWEST = 256  # bytes a second that a reader must take
ACCEPTED = 64  # connections that are accepted before the others are looked after again
NEW = 1.0  # seconds that a connection is left to ask, however many there are
# Seconds in which a second signal is the first one: systemd tells every process, and so do we.
AGAIN = 1.0
RESET = struct.pack("ii", 1, 0)  # for SO_LINGER: to close is to reset
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Limits:
    """Connections, seconds for a client to send or take something, to be idle, and to stop in."""

    connections: int
    client: float
    idle: float
    stop: float

    @classmethod
    def of(cls, settings: Settings, connections: int) -> Limits:
        """Return the limits of the settings."""
        return cls(connections, settings.client_timeout, settings.keep_alive, settings.stop_timeout)


class _Logged:
    """A task that is written down, and that tells where an answer was broken off."""

    channel: Any
    request: Any
    wrote_header: bool
    environ: dict[str, Any] | None = None
    sent = 0  # bytes of the body

    def service(self) -> None:
        """Answer the request."""
        begun = getattr(self.request, "queued", time.monotonic())
        try:
            super().service()  # type: ignore[misc]
        except BaseException:
            self.channel.is_broken = self.wrote_header
            raise
        finally:
            logs.write(self, time.monotonic() - begun)

    def write(self, data: bytes) -> None:
        """Send a part of the body."""
        super().write(data)  # type: ignore[misc]
        self.sent += len(data)

    def build_response_header(self) -> bytes:
        """Return the head; a server that stops keeps no connection."""
        if self.channel.server.front.is_stopping:
            self.set_close_on_finish()
        head: bytes = super().build_response_header()  # type: ignore[misc]
        return head

    set_close_on_finish: Callable[[], None]


class Answer(_Logged, WSGITask):
    """A request that the application answers."""

    def get_environment(self) -> dict[str, Any]:
        """Return the request's environment, with what the pools say of it."""
        environ: dict[str, Any] = super().get_environment()
        environ[POOL] = self.request.pool
        if hasattr(self.request, "refused"):
            environ[REFUSED] = self.request.refused
        return environ


class Refusal(_Logged, ErrorTask):
    """A request that is not HTTP, or too large: a sentence, without the application."""

    def execute(self) -> None:
        """Answer with the sentence for the status."""
        error = self.request.error
        self.channel.is_refused = True
        self.status = f"{error.code} {error.reason}"
        body = f"{SENTENCES.get(error.code, error.reason)}\n".encode()
        self.response_headers = [("Content-Type", "text/plain; charset=utf-8"), *HEADERS.items()]
        self.set_close_on_finish()
        self.content_length = len(body)
        self.write(body)


class Connection(HTTPChannel):
    """A client's connection, which knows whether the client has kept it waiting too long."""

    parser_class = Request
    task_class = Answer
    error_task_class = Refusal
    begun = 0.0  # since when a request arrives of which not all is there
    written = 0  # bytes of all answers
    mark = (0.0, 0)  # when the client was looked at, and how many of them it had taken
    is_broken = False  # an answer was begun that cannot be finished
    is_refused = False  # the request was not read to its end
    is_draining = False  # the answer to it is sent, and the rest of it still arrives

    def received(self, data: bytes) -> bool:
        """Take what has arrived."""
        before = self.request
        taken = bool(super().received(data))
        if self.request is None:
            self.begun = 0.0
        elif self.request is not before:
            self.begun = time.time()
        return taken

    def readable(self) -> bool:
        """Whether something may arrive."""
        return self.is_draining or bool(super().readable())

    def handle_read(self) -> None:
        """Take what has arrived."""
        if self.is_draining:
            self.recv(self.adj.recv_bytes)  # at the end of it, this closes
        else:
            super().handle_read()

    def write_soon(self, data: bytes) -> int:
        """Take what is to be sent; the client's time to take it begins."""
        if not self.total_outbufs_len:
            self.mark = time.time(), self.taken
        self.written += len(data)
        return int(super().write_soon(data))

    @property
    def taken(self) -> int:
        """The bytes of all answers that the client has taken."""
        held = unsent(self.socket) if self.socket else 0
        return self.written - self.total_outbufs_len - held

    @property
    def is_quiet(self) -> bool:
        """Whether nothing is answered or sent."""
        return not (self.requests or self.total_outbufs_len)

    @property
    def is_idle(self) -> bool:
        """Whether nothing is asked, either."""
        return self.is_quiet and not self.begun

    def is_overdue(self, now: float, limits: Limits) -> bool:
        """Whether the client is too slow to send or to take, or has been idle for too long."""
        if self.total_outbufs_len:
            return self._takes_too_little(now, limits.client)
        if self.requests:  # it waits for us
            return False
        return now - (self.begun or self.last_activity) > (
            limits.client if self.begun else limits.idle
        )

    def _takes_too_little(self, now: float, seconds: float) -> bool:
        """Whether the client took less than it should since it was last looked at."""
        since, before = self.mark
        if now - since <= seconds:
            return False
        taken = self.taken
        self.mark = now, taken
        return taken - before < seconds * SLOWEST

    def handle_close(self) -> None:
        """Close; where an answer is not whole, as an error that the client cannot overlook.

        Before HTTP/1.1 the end of the connection is the end of the answer: a proxy would take half
        an export for all of it.
        """
        if self.is_refused and not self.is_draining and self.connected:
            self._drain()
            return
        is_cut = self.is_broken or self.requests or self.total_outbufs_len
        if is_cut and self.socket:
            with suppress(OSError):
                self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        super().handle_close()

    def _drain(self) -> None:
        """Read on after a refusal: to close with something unread would take the answer back."""
        self.is_draining, self.will_close, self.begun = True, False, time.time()
        with suppress(OSError):
            if self.socket:
                self.socket.shutdown(socket.SHUT_WR)


class Listener(TcpWSGIServer):
    """A socket at which clients connect, and the connections that came through it."""

    channel_class = Connection

    def __init__(self, front: Front, sock: socket.socket) -> None:
        self.front = front
        at = (sock.family, sock.type, sock.proto, sock.getsockname())
        super().__init__(
            front.app,
            front.map,
            _sock=sock,
            dispatcher=front.pools,  # type: ignore[arg-type]
            adj=front.adjustments,
            sockinfo=at,
            bind_socket=False,
        )

    def readable(self) -> bool:
        """Whether one more connection can be accepted."""
        return bool(super().readable()) and not self.front.is_full

    def handle_accept(self) -> None:
        """Accept the connections that wait."""
        for _ in range(ACCEPTED):
            before = len(self.front.map)
            super().handle_accept()
            if len(self.front.map) == before or self.front.is_full:
                return


class Front:
    """Everything that a process serves: its sockets, their connections, and the end of it all."""

    def __init__(
        self, app: Any, sockets: Sequence[socket.socket], pools: Pools, limits: Limits
    ) -> None:
        self.app, self.pools, self.limits = app, pools, limits
        self.map: dict[int, Any] = {}
        self.is_stopping = False
        self.adjustments = Adjustments(
            connection_limit=10**9,  # see is_full
            cleanup_interval=10**9,  # see _close_overdue()
            max_request_header_size=HEADER,
            max_request_body_size=BODY,
            inbuf_overflow=BODY + 1,  # in memory: a file would be one more descriptor
            outbuf_high_watermark=KEPT,
            asyncore_use_poll=True,
            ident="",  # the name of the server helps only who looks for its weaknesses
            server_name=server_name(sockets[0]),
            clear_untrusted_proxy_headers=not settings_of(app).trusted_proxies,
        )
        self.listeners = [Listener(self, each) for each in sockets]
        self._told = self._end = self._looked_at = 0.0

    def run(self) -> None:
        """Answer until a signal says to stop, then finish what was begun."""
        with self._signals():
            while not self.is_stopping:
                self._poll()
                self._close_overdue()
                if self.is_full:
                    self._make_room()
            self._stop()
        self.pools.shutdown(1)
        for listener in self.listeners:
            listener.trigger.close()  # type: ignore[attr-defined]

    def stop(self, *_: object) -> None:
        """Stop when the answers under way are finished; told again a second later: now."""
        now = time.monotonic()
        if not self.is_stopping:
            self.is_stopping, self._told, self._end = True, now, now + self.limits.stop
        elif now > self._told + AGAIN:
            self._end = now
        self.listeners[0].pull_trigger()

    @property
    def is_full(self) -> bool:
        """Whether as many connections are open as may be."""
        listeners: list[Any] = list(self.listeners)
        open_now = sum(len(listener.active_channels) for listener in listeners)
        return open_now >= self.limits.connections

    def _connections(self) -> Iterator[Connection]:
        for listener in self.listeners:
            yield from list(listener.active_channels.values())  # type: ignore[attr-defined]

    def _poll(self, seconds: float = 1.0) -> None:
        wasyncore.loop(timeout=seconds, use_poll=True, map=self.map, count=1)

    # Connections are closed between two rounds alone: within one, the next connection may get the
    # same descriptor, and with it what the system said of the old one.

    def _close_overdue(self) -> None:
        """Close the connections whose clients are too slow, once a second."""
        now = time.time()
        if now < self._looked_at + 1:
            return
        self._looked_at = now
        self.pools.refuse_late()
        for connection in self._connections():
            if connection.is_overdue(now, self.limits):
                # Not by will_close, which waits until the client takes something.
                connection.handle_close()

    def _make_room(self) -> None:
        """Close the connections that have been quiet longest; one that is new may yet ask."""
        before = time.time() - NEW
        quiet = [c for c in self._connections() if c.is_quiet and c.last_activity < before]
        quiet.sort(key=lambda connection: connection.last_activity)
        leaving = quiet[: 1 + self.limits.connections // 20]
        for connection in leaving:
            connection.handle_close()
        if leaving:
            message = "All %s connections were in use: closed the %s that were idle longest."
            _LOG.warning(message, self.limits.connections, len(leaving))

    def _stop(self) -> None:
        """Finish the answers under way, as long as there is time."""
        for listener in self.listeners:
            listener.handle_accept()  # those that are connected already
            wasyncore.dispatcher.close(listener)
        while any(self._connections()) and time.monotonic() < self._end:
            for connection in self._connections():
                if connection.is_idle:
                    connection.handle_close()
            self._close_overdue()
            self._poll(0.1)
        self._break_off()

    def _break_off(self) -> None:
        left = [connection for connection in self._connections() if not connection.is_idle]
        if left:
            _LOG.warning("Stopped before %s could be finished.", counted(len(left), "answer"))
        for connection in self._connections():
            connection.handle_close()

    @contextmanager
    def _signals(self) -> Iterator[None]:
        """Stop on SIGTERM and Ctrl-C, unless whoever started us wants Ctrl-C ignored."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        chosen = [signal.SIGTERM]
        if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
            chosen.append(signal.SIGINT)
        before = {each: signal.signal(each, self.stop) for each in chosen}
        try:
            with woken_by_signals(self.map):
                yield
        finally:
            for each, handler in before.items():
                signal.signal(each, handler)
