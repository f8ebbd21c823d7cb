"""Connections and their time-outs, on top of waitress: thousands may be open and idle.

waitress relies on well-behaved clients: its limit is 100 connections, it never closes one whose
client does not read the response, and a client that sends a byte now and then can stay forever.
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

HEADER = 32 * 1024  # bytes of a request's header: the longest search, percent-encoded
# Bytes of a body that are read: more than a form may have, so that a page can explain the error.
BODY = MAX_BODY + 32 * 1024
KEPT = 256 * 1024  # bytes of a response that are buffered in memory ahead of its client
SLOWEST = 256  # bytes per second that a client must read
ACCEPTED = 64  # connections that are accepted before open ones are served again
NEW = 1.0  # seconds that a new connection has to send a request, however many are open
# Seconds in which a second signal repeats the first: systemd signals every process, as we do.
AGAIN = 1.0
RESET = struct.pack("ii", 1, 0)  # for SO_LINGER: closing sends a reset
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Limits:
    """The number of connections, and time-outs in seconds.

    Those are for a client to send or read, for an idle connection, and for stopping.
    """

    connections: int
    client: float
    idle: float
    stop: float

    @classmethod
    def of(cls, settings: Settings, connections: int) -> Limits:
        """Return the limits of the settings."""
        return cls(connections, settings.client_timeout, settings.keep_alive, settings.stop_timeout)


class _Logged:
    """A task that is logged, and that flags its connection if the response is cut off."""

    channel: Any
    request: Any
    wrote_header: bool
    environ: dict[str, Any] | None = None
    sent = 0  # bytes of the body

    def service(self) -> None:
        """Handle the request, and log it."""
        begun = getattr(self.request, "queued", time.monotonic())
        try:
            super().service()  # type: ignore[misc]
        except BaseException:
            self.channel.is_broken = self.wrote_header
            raise
        finally:
            logs.write(self, time.monotonic() - begun)

    def write(self, data: bytes) -> None:
        """Send a part of the body, and count it."""
        super().write(data)  # type: ignore[misc]
        self.sent += len(data)

    def build_response_header(self) -> bytes:
        """Return the response header; a server that is stopping closes the connection."""
        if self.channel.server.front.is_stopping:
            self.set_close_on_finish()
        head: bytes = super().build_response_header()  # type: ignore[misc]
        return head

    set_close_on_finish: Callable[[], None]


class Answer(_Logged, WSGITask):
    """A task for a request that the application answers."""

    def get_environment(self) -> dict[str, Any]:
        """Return the WSGI environment, with the request's pool and any refusal by the pools."""
        environ: dict[str, Any] = super().get_environment()
        environ[POOL] = self.request.pool
        if hasattr(self.request, "refused"):
            environ[REFUSED] = self.request.refused
        return environ


class Refusal(_Logged, ErrorTask):
    """A task that answers malformed or oversized requests without the application."""

    def execute(self) -> None:
        """Send the error message for the status."""
        error = self.request.error
        self.channel.is_refused = True
        self.status = f"{error.code} {error.reason}"
        body = f"{SENTENCES.get(error.code, error.reason)}\n".encode()
        self.response_headers = [("Content-Type", "text/plain; charset=utf-8"), *HEADERS.items()]
        self.set_close_on_finish()
        self.content_length = len(body)
        self.write(body)


class Connection(HTTPChannel):
    """A client's connection, which detects whether the client is too slow."""

    parser_class = Request
    task_class = Answer
    error_task_class = Refusal
    begun = 0.0  # since when an incomplete request is arriving
    written = 0  # bytes of all responses
    mark = (0.0, 0)  # when the client was last checked, and the bytes it had read by then
    is_broken = False  # a response was begun that cannot be finished
    is_refused = False  # the request was not read completely
    is_draining = False  # its response is sent, and the rest of the request is discarded

    def received(self, data: bytes) -> bool:
        """Parse received bytes; note when an incomplete request began."""
        before = self.request
        taken = bool(super().received(data))
        if self.request is None:
            self.begun = 0.0
        elif self.request is not before:
            self.begun = time.time()
        return taken

    def readable(self) -> bool:
        """Return whether to poll for incoming bytes."""
        return self.is_draining or bool(super().readable())

    def handle_read(self) -> None:
        """Read what has arrived; discard it while draining."""
        if self.is_draining:
            self.recv(self.adj.recv_bytes)  # closes the connection at end of file
        else:
            super().handle_read()

    def write_soon(self, data: bytes) -> int:
        """Queue bytes to send; if none were queued, the client's time to read starts now."""
        if not self.total_outbufs_len:
            self.mark = time.time(), self.taken
        self.written += len(data)
        return int(super().write_soon(data))

    @property
    def taken(self) -> int:
        """The bytes of all responses that the client has received."""
        held = unsent(self.socket) if self.socket else 0
        return self.written - self.total_outbufs_len - held

    @property
    def is_quiet(self) -> bool:
        """Whether no request is being answered and nothing is being sent."""
        return not (self.requests or self.total_outbufs_len)

    @property
    def is_idle(self) -> bool:
        """Whether the connection is quiet and no request is arriving, either."""
        return self.is_quiet and not self.begun

    def is_overdue(self, now: float, limits: Limits) -> bool:
        """Return whether the client is too slow to send or read, or idle for too long."""
        if self.total_outbufs_len:
            return self._reads_too_slowly(now, limits.client)
        if self.requests:  # the client waits for us
            return False
        return now - (self.begun or self.last_activity) > (
            limits.client if self.begun else limits.idle
        )

    def _reads_too_slowly(self, now: float, seconds: float) -> bool:
        """Return whether the client has read too little since the last check."""
        since, before = self.mark
        if now - since <= seconds:
            return False
        taken = self.taken
        self.mark = now, taken
        return taken - before < seconds * SLOWEST

    def handle_close(self) -> None:
        """Close the connection; if a response is incomplete, reset it so that the client notices.

        Before HTTP/1.1 the end of the connection is the end of the response: a proxy would take
        half an export for all of it.
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
        """Read on after a refusal: closing with unread input would discard the response."""
        self.is_draining, self.will_close, self.begun = True, False, time.time()
        with suppress(OSError):
            if self.socket:
                self.socket.shutdown(socket.SHUT_WR)


class Listener(TcpWSGIServer):
    """A listening socket and its connections."""

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
        """Return whether one more connection can be accepted."""
        return bool(super().readable()) and not self.front.is_full

    def handle_accept(self) -> None:
        """Accept waiting connections, at most `ACCEPTED` of them."""
        for _ in range(ACCEPTED):
            before = len(self.front.map)
            super().handle_accept()
            if len(self.front.map) == before or self.front.is_full:
                return


class Front:
    """The server of one process: its event loop, sockets and connections, and its shutdown."""

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
            inbuf_overflow=BODY + 1,  # always in memory: a file would need another descriptor
            outbuf_high_watermark=KEPT,
            asyncore_use_poll=True,
            ident="",  # the name of the server would only help attackers
            server_name=server_name(sockets[0]),
            clear_untrusted_proxy_headers=not settings_of(app).trusted_proxies,
        )
        self.listeners = [Listener(self, each) for each in sockets]
        self._stopped_at = self._end = self._checked_at = 0.0

    def run(self) -> None:
        """Serve until a signal to stop, then finish the running responses."""
        with self._handling_signals():
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
        """Stop when the running responses are finished; at once for a later second signal."""
        now = time.monotonic()
        if not self.is_stopping:
            self.is_stopping, self._stopped_at, self._end = True, now, now + self.limits.stop
        elif now > self._stopped_at + AGAIN:
            self._end = now
        self.listeners[0].pull_trigger()

    @property
    def is_full(self) -> bool:
        """Whether the limit of connections is reached."""
        listeners: list[Any] = list(self.listeners)
        open_now = sum(len(listener.active_channels) for listener in listeners)
        return open_now >= self.limits.connections

    def _connections(self) -> Iterator[Connection]:
        for listener in self.listeners:
            yield from list(listener.active_channels.values())  # type: ignore[attr-defined]

    def _poll(self, seconds: float = 1.0) -> None:
        wasyncore.loop(timeout=seconds, use_poll=True, map=self.map, count=1)

    # Connections are closed only between two polls: during one, a new connection may get the same
    # descriptor, and with it the events of the old one.

    def _close_overdue(self) -> None:
        """Close the connections whose clients are too slow, once a second."""
        now = time.time()
        if now < self._checked_at + 1:
            return
        self._checked_at = now
        self.pools.refuse_late()
        for connection in self._connections():
            if connection.is_overdue(now, self.limits):
                # Not by will_close, which waits until the client reads something.
                connection.handle_close()

    def _make_room(self) -> None:
        """Close the connections that have been quiet longest, except new ones."""
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
        """Finish the running responses, within the time-out for stopping."""
        for listener in self.listeners:
            listener.handle_accept()  # clients that have connected already
            wasyncore.dispatcher.close(listener)
        while any(self._connections()) and time.monotonic() < self._end:
            for connection in self._connections():
                if connection.is_idle:
                    connection.handle_close()
            self._close_overdue()
            self._poll(0.1)
        self._abort()

    def _abort(self) -> None:
        left = [connection for connection in self._connections() if not connection.is_idle]
        if left:
            _LOG.warning("Stopped before %s could be finished.", counted(len(left), "answer"))
        for connection in self._connections():
            connection.handle_close()

    @contextmanager
    def _handling_signals(self) -> Iterator[None]:
        """Stop on SIGTERM and Ctrl-C, unless the parent process ignores Ctrl-C."""
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
