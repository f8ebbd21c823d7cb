"""Pages over HTTP by waitress: in one process, or in several that share the port.

sockets.py listens, processes.py forks, requests.py refuses ambiguous requests, server.py keeps
connections and their time-outs, pools.py chooses the threads that answer, turns.py shares the
processor among them, logs.py writes down what was asked, descriptors.py sees how many connections
the system allows, wakeup.py lets signals end a poll.
"""

from __future__ import annotations

import gc
import socket
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from itertools import chain
from typing import Any

from ..signals import terminable
from .processes import Processes, leave_on_signals
from .sockets import address, listening, shared

__all__ = ["Processes", "address", "listening", "serve"]


def serve(chosen: Mapping[str, Any], say: Callable[[str], None]) -> None:
    """Serve until Ctrl-C or SIGTERM; `say` is told the address as soon as readers can connect.

    A port that is taken is an error with a way out.
    """
    from ..web.public import PublicAddress
    from . import logs

    PublicAddress.of(chosen["PUBLIC_URL"])
    logs.check(chosen["ACCESS_LOG"])
    host, number = chosen["HOST"], chosen["PROCESSES"]
    with suppress(KeyboardInterrupt), terminable(), ExitStack() as stack:
        doors = shared(host, chosen["PORT"], number)
        for each in chain(*doors):
            stack.enter_context(each)
        say(address(host, doors[0]))
        if number > 1:
            Processes(number, lambda turn: _work(chosen, doors, turn), stack.close).run()
        else:
            answer(chosen, doors[0])


def _work(chosen: Mapping[str, Any], doors: Sequence[Sequence[socket.socket]], turn: int) -> None:
    """Answer at the sockets of one process; those of others must close when these close them."""
    for each in set(chain(*doors)) - set(doors[turn]):
        each.close()
    answer(chosen, doors[turn])


def answer(chosen: Mapping[str, Any], sockets: Sequence[socket.socket]) -> None:
    """Answer in this process until a signal ends it; answers under way are finished."""
    leave_on_signals()
    from .. import create_app
    from ..backends import is_elsewhere
    from ..web.pools import Router
    from . import descriptors, logs
    from .pools import Pools
    from .server import Front, Limits
    from .turns import InTurn, Turns

    logs.configure(chosen["ACCESS_LOG"])
    app = create_app(chosen)
    turns = None if is_elsewhere(chosen["INDEX"]) else Turns()
    app.wsgi_app = InTurn(app.wsgi_app, turns)  # type: ignore[method-assign, assignment]
    # A page makes thousands of objects, and what is kept are many more: to look through all of
    # these for garbage in the midst of a page takes longer than the page.
    gc.set_threshold(50_000, 20, 20)
    pools = Pools(chosen, Router(app).pool)
    limits = Limits.of(chosen, descriptors.connections(chosen["CONNECTIONS"]))
    Front(app, sockets, pools, limits).run()
