"""The HTTP server, based on waitress: one process, or several workers that share the port.

sockets.py listens, processes.py forks workers, requests.py rejects ambiguous requests, server.py
manages connections and their time-outs, thread_pools.py assigns requests to thread pools, turns.py
schedules the threads, logs.py writes the logs, descriptors.py raises the limit of open files,
wakeup.py lets signals interrupt a poll.
"""

from __future__ import annotations

import gc
import socket
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from itertools import chain

from ..settings.config import Settings
from ..system.signals import terminable
from .processes import Processes, leave_on_signals
from .sockets import address, listening, shared

__all__ = ["Processes", "address", "listening", "serve"]


def serve(settings: Settings, say: Callable[[str], None]) -> None:
    """Serve until Ctrl-C or SIGTERM; call `say` with the address as soon as clients can connect.

    `SearchAppError` for a port that is in use, or an access log that cannot be written.
    """
    from . import logs

    logs.check(settings.access_log)
    host, number = settings.host, settings.processes
    with suppress(KeyboardInterrupt), terminable(), ExitStack() as stack:
        doors = shared(host, settings.port, number)
        for each in chain(*doors):
            stack.enter_context(each)
        say(address(host, doors[0]))
        if number > 1:
            Processes(number, lambda turn: _work(settings, doors, turn), stack.close).run()
        else:
            answer(settings, doors[0])


def _work(settings: Settings, doors: Sequence[Sequence[socket.socket]], turn: int) -> None:
    """Serve the sockets of one worker; close those of the others, so that these can free them."""
    for each in set(chain(*doors)) - set(doors[turn]):
        each.close()
    answer(settings, doors[turn])


def answer(settings: Settings, sockets: Sequence[socket.socket]) -> None:
    """Serve in this process until a signal stops it, then finish the running responses."""
    leave_on_signals()
    from .. import create_app
    from ..backends import is_elsewhere
    from ..web.shared.pool_routing import Router
    from . import descriptors, logs
    from .server import Front, Limits
    from .thread_pools import Pools
    from .turns import InTurn, Turns

    logs.configure(settings.access_log)
    app = create_app(settings)
    turns = None if is_elsewhere(settings.index) else Turns()
    app.wsgi_app = InTurn(app.wsgi_app, turns)  # type: ignore[method-assign, assignment]
    # A page creates thousands of objects, and the caches contain many more: a full garbage
    # collection in the middle of a page takes longer than the page.
    gc.set_threshold(50_000, 20, 20)
    pools = Pools(settings, Router(app).pool)
    limits = Limits.of(settings, descriptors.connections(settings.connections))
    Front(app, sockets, pools, limits).run()
