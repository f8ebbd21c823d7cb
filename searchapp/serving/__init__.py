"""Pages over HTTP by waitress: in one process, or in several that share the port.

sockets.py listens, processes.py forks, requests.py refuses ambiguous requests, server.py keeps
connections and their time-outs, thread_pools.py chooses the threads that answer, turns.py shares
the processor among them, logs.py writes down what was asked, descriptors.py sees how many
connections the system allows, wakeup.py lets signals end a poll.
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
    """Serve until Ctrl-C or SIGTERM; `say` is told the address as soon as readers can connect.

    A port that is taken is an error with a way out.
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
    """Answer at the sockets of one process; those of others must close when these close them."""
    for each in set(chain(*doors)) - set(doors[turn]):
        each.close()
    answer(settings, doors[turn])


def answer(settings: Settings, sockets: Sequence[socket.socket]) -> None:
    """Answer in this process until a signal ends it; answers under way are finished."""
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
    # A page makes thousands of objects, and what is kept are many more: to look through all of
    # these for garbage in the midst of a page takes longer than the page.
    gc.set_threshold(50_000, 20, 20)
    pools = Pools(settings, Router(app).pool)
    limits = Limits.of(settings, descriptors.connections(settings.connections))
    Front(app, sockets, pools, limits).run()
