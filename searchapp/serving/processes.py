"""Several processes that share a port.

Python runs one thread at a time, so a second processor is of use to a second process alone.
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

LEAST = 2.0  # seconds that a process must live to be replaced when it ends


class Processes:
    """A number of worker processes; one that ends is replaced, until a signal ends them all.

    `work` gets the number of its process; `close` is called when no more work is to be accepted.
    """

    def __init__(
        self, number: int, work: Callable[[int], None], close: Callable[[], None] = lambda: None
    ) -> None:
        if not hasattr(os, "fork"):
            raise SearchAppError(
                "This system can't share a port among processes: set SEARCHAPP_PROCESSES=1."
            )
        self._number, self._work, self._close = number, work, close
        self._begun: dict[int, tuple[int, float]] = {}  # which it is in turn, and since when
        self._alive, self._held = os.pipe()  # what is held open as long as this process lives

    def run(self) -> None:
        """Run them until `KeyboardInterrupt`; `SearchAppError` where one ends as it begins."""
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
            self._be_one_of_them(turn)
        self._begun[child] = turn, time.monotonic()

    def _replace(self, child: int, status: int) -> None:
        if child not in self._begun:  # the first process of a container is given orphans
            return
        turn, since = self._begun.pop(child)
        if time.monotonic() - since < LEAST:
            code = os.waitstatus_to_exitcode(status)
            raise SearchAppError(
                f"A worker exited immediately (exit code {code}): check its output above, or "
                "use SEARCHAPP_PROCESSES=1."
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
        """Let every process finish the answers under way; a second signal breaks them off."""
        for signum in (signal.SIGTERM, signal.SIGINT):
            signal.signal(signum, self._tell)
        self._tell()
        self._close()
        for child in self._begun:
            with suppress(ChildProcessError):
                os.waitpid(child, 0)
        os.close(self._held)
        os.close(self._alive)

    def _tell(self, *_: object) -> None:
        for child in self._begun:
            with suppress(ProcessLookupError):  # one that was told at the same time may be gone
                os.kill(child, signal.SIGTERM)


def leave_on_signals() -> None:
    """End at once on a signal, as long as nothing is answered that could be finished.

    An exception in the midst of an import would be one about a lock, or a module half made.
    """
    for signum in (signal.SIGTERM, signal.SIGINT):
        if signal.getsignal(signum) is not signal.SIG_IGN:
            signal.signal(signum, lambda *_: os._exit(0))
