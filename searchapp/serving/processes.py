"""Worker processes that share a port.

Because of the GIL, only a second process can use a second CPU core.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import NoReturn

from ..errors import SearchAppError

LEAST = 2.0  # seconds; minimum uptime for a dead worker to be restarted


class Processes:
    """A fixed number of worker processes; one that dies is restarted, until a signal stops all.

    `work` is called with the index of its worker; `close` stops accepting connections.
    """

    def __init__(
        self, number: int, work: Callable[[int], None], close: Callable[[], None] = lambda: None
    ) -> None:
        if not hasattr(os, "fork"):
            raise SearchAppError(
                "This system can't share a port among processes: set SEARCHAPP_PROCESSES=1."
            )
        self._number, self._work, self._close = number, work, close
        self._workers: dict[int, tuple[int, float]] = {}  # index and start time by process id
        self._alive, self._held = os.pipe()  # held open as long as the parent lives

    def run(self) -> None:
        """Run workers until `KeyboardInterrupt`; `SearchAppError` if one dies within `LEAST`."""
        try:
            for turn in range(self._number):
                self._start(turn)
            while True:
                self._replace(*os.wait())
        finally:
            self._stop()

    def _start(self, turn: int) -> None:
        child = os.fork()
        if not child:
            self._run_worker(turn)
        self._workers[child] = turn, time.monotonic()

    def _replace(self, child: int, status: int) -> None:
        if child not in self._workers:  # process 1 of a container adopts orphans
            return
        turn, since = self._workers.pop(child)
        if time.monotonic() - since < LEAST:
            code = os.waitstatus_to_exitcode(status)
            raise SearchAppError(
                f"A worker exited immediately (exit code {code}): check its output above, or "
                "use SEARCHAPP_PROCESSES=1."
            )
        self._start(turn)

    def _run_worker(self, turn: int) -> NoReturn:
        """Work in the child process, which stops when its parent dies."""
        code = 1
        try:
            os.close(self._held)
            threading.Thread(target=self._exit_with_parent, daemon=True).start()
            self._work(turn)
            code = 0
        except Exception as error:  # noqa: BLE001 - the parent only sees the exit code
            print(error, file=sys.stderr)  # noqa: T201
        finally:
            os._exit(code)

    def _exit_with_parent(self) -> None:
        os.read(self._alive, 1)  # nothing is ever written: it returns when the parent is gone
        os.kill(os.getpid(), signal.SIGTERM)

    def _stop(self) -> None:
        """Let every worker finish its running responses; a second signal aborts them."""
        for signum in (signal.SIGTERM, signal.SIGINT):
            signal.signal(signum, self._terminate_workers)
        self._terminate_workers()
        self._close()
        for child in self._workers:
            with suppress(ChildProcessError):
                os.waitpid(child, 0)
        os.close(self._held)
        os.close(self._alive)

    def _terminate_workers(self, *_: object) -> None:
        for child in self._workers:
            with suppress(ProcessLookupError):  # it may have exited meanwhile
                os.kill(child, signal.SIGTERM)


def leave_on_signals() -> None:
    """Exit at once on a signal, for use before there are responses to finish.

    An exception during an import would be one about a lock, or a half-initialised module.
    """
    for signum in (signal.SIGTERM, signal.SIGINT):
        if signal.getsignal(signum) is not signal.SIG_IGN:
            signal.signal(signum, lambda *_: os._exit(0))
