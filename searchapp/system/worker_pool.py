"""A pool of worker processes: results in order, and a limit of time and memory for each item.

Neither a parser written in C nor a regular expression can be interrupted, so the system ends the
process that exceeds a limit. Only the item that it was at is lost; another worker does the rest.
"""

from __future__ import annotations

import contextlib
import faulthandler
import multiprocessing
import multiprocessing.connection
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import Enum
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from multiprocessing.reduction import ForkingPickler
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TextIO, TypeVar

from ..errors import SearchAppError

if sys.platform == "linux":
    import fcntl
if TYPE_CHECKING:
    from multiprocessing.context import BaseContext

Item = TypeVar("Item")
Result = TypeVar("Result")
DEPTH = 4  # items that a worker has been given before their results are needed
# Processor time is limited: a busy machine makes no file a slow one. Limits by the clock are for
# work that waits, and for systems that can't limit processor time.
CLOCK = 6  # times as many seconds by the clock
_EXPIRED = 1  # exit code of faulthandler's watchdog
_OUT_OF_MEMORY, _FAILED = 75, 70
_SECONDS_TO_EXIT = 5  # for the system, to clear up a process that has closed its pipe
_MEGABYTE = 1_000_000


class Limits(NamedTuple):
    """The most that one item may take: seconds of processor time, and megabytes of memory."""

    seconds: float
    megabytes: int


class Loss(Enum):
    """Why a worker ended before its item was done."""

    TIME = "time"
    MEMORY = "memory"
    CRASH = "crash"


def in_order(
    work: Callable[[Item], Result],
    items: Iterable[Item],
    processes: int,
    limits: Limits,
    lost: Callable[[Item, Loss], Result],
    preload: Sequence[str] = (),
) -> Iterator[Result]:
    """Yield `work(item)` for each item in order, or `lost(item, loss)` where the worker ended.

    `work`, items and results are pickled; items must be small. `preload` names the modules that
    `work` needs. What `work` raises is raised here, at its turn.
    """
    with _Pool(work, processes, limits, lost, preload) as pool:
        yield from pool.results(items)


def warm_up(preload: Sequence[str]) -> None:
    """Let a process that starts workers import these modules, while this one does other work."""
    context = _context(preload)
    if context.get_start_method() == "forkserver":
        from multiprocessing import forkserver

        with _safe_imports():
            forkserver.ensure_running()


# The pool ---------------------------------------------------------------------------------------


class _Pool(Generic[Item, Result]):
    """Workers, started as they are needed, and replaced when they end."""

    def __init__(
        self,
        work: Callable[[Item], Result],
        processes: int,
        limits: Limits,
        lost: Callable[[Item, Loss], Result],
        preload: Sequence[str],
    ) -> None:
        self._work, self._limits, self._lost = work, limits, lost
        self._processes = processes
        self._context = _context(preload)
        self._workers: list[_Worker] = []
        self._done: dict[int, _Answer] = {}  # by the number of the item

    def __enter__(self) -> _Pool[Item, Result]:
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._workers:
            worker.stop()

    def results(self, items: Iterable[Item]) -> Iterator[Result]:
        """Yield the results in order; only so many items are taken ahead."""
        given = wanted = 0
        for item in items:
            self._give(given, item)
            given += 1
            if given - wanted >= DEPTH * self._processes:
                yield self._result(wanted)
                wanted += 1
        for number in range(wanted, given):
            yield self._result(number)

    def _give(self, number: int, item: Item) -> None:
        """Give an item to the worker that has the fewest, or to a new one."""
        free = min(self._workers, key=lambda worker: len(worker.begun), default=None)
        if free is None or (free.begun and len(self._workers) < self._processes):
            free = self._start()
        free.give(number, item)

    def _start(self) -> _Worker:
        worker = _Worker(self._context, self._work, self._limits)
        self._workers.append(worker)
        return worker

    def _result(self, number: int) -> Result:
        while number not in self._done:
            busy = {worker.connection: worker for worker in self._workers if worker.begun}
            for ready in multiprocessing.connection.wait(list(busy)):
                self._take(busy[ready])  # type: ignore[index]
        answer = self._done.pop(number)
        if answer.error is not None:
            raise answer.error
        return answer.result  # type: ignore[no-any-return]

    def _take(self, worker: _Worker) -> None:
        """Take an answer from a worker, or replace it when it has ended."""
        try:
            if answer := worker.answer():
                self._done[answer.number] = answer
        except (EOFError, OSError):
            self._replace(worker)

    def _replace(self, worker: _Worker) -> None:
        """Give another worker what is left of one that ended; the item it was at is lost."""
        self._workers.remove(worker)
        loss = worker.ended()
        if loss is not None:
            number, item = worker.begun.popleft()
            self._done[number] = _Answer(number, self._lost(item, loss))
        if worker.begun:
            fresh = self._start()
            for number, item in worker.begun:
                fresh.give(number, item)


class _Answer(NamedTuple):
    """What came of an item, or the error that its work raised."""

    number: int
    result: Any = None
    error: Exception | None = None


class _Worker:
    """A worker as the pool sees it: its process, and the items that it was given."""

    def __init__(self, context: BaseContext, work: Callable[[Any], Any], limits: Limits) -> None:
        self.connection, other = context.Pipe()
        pool_lives, self._life = context.Pipe(duplex=False)
        self.begun: deque[tuple[int, Any]] = deque()
        self._is_ready = False
        self._process = context.Process(  # type: ignore[attr-defined]
            target=_serve, args=(other, pool_lives, work, limits), daemon=True
        )
        with _safe_imports():
            self._process.start()
        other.close()
        pool_lives.close()

    def give(self, number: int, item: Any) -> None:
        """Queue an item in the worker's pipe, which has room for the few that are small."""
        self.begun.append((number, item))
        with contextlib.suppress(OSError):  # it has ended, as its next answer tells
            self.connection.send((number, item))

    def answer(self) -> _Answer | None:
        """Return the next answer, None for the first sign of life; `EOFError` when it ended."""
        answer: _Answer | None = self.connection.recv()
        self._is_ready = True
        if answer is not None:
            self.begun.popleft()
        return answer

    def ended(self) -> Loss | None:
        """Return why the process ended by itself, or None where that was no fault."""
        if not self._is_ready:
            raise SearchAppError(
                "A worker process could not be started. The main module of a program that indexes "
                'must be importable: guard its code with `if __name__ == "__main__":`.'
            )
        self._process.join(_SECONDS_TO_EXIT)
        code = self._process.exitcode
        self.stop()
        return _loss(code)

    def stop(self) -> None:
        """End the process at once: it holds nothing that could be lost."""
        self.connection.close()
        self._life.close()
        self._process.kill()
        self._process.join()
        self._process.close()


def _loss(code: int | None) -> Loss | None:
    if code == 0:
        return None
    if code == _EXPIRED or (code is not None and -code == getattr(signal, "SIGPROF", None)):
        return Loss.TIME
    return Loss.MEMORY if code == _OUT_OF_MEMORY else Loss.CRASH


def _context(preload: Sequence[str]) -> BaseContext:
    """Return the way to start workers: from a clean process that has imported what they need.

    A process with threads must not be forked: a lock that is held stays locked in the copy.
    """
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(preload))
    return context


@contextlib.contextmanager
def _safe_imports() -> Iterator[None]:
    """Let new interpreters import nothing from the current folder: it may hold hostile files."""
    before = os.environ.get("PYTHONSAFEPATH")
    os.environ["PYTHONSAFEPATH"] = "1"
    try:
        os.getcwd()  # noqa: PTH109 - multiprocessing asks so, and can't start a process without
    except FileNotFoundError:  # removed meanwhile: there is nothing relative to it
        os.chdir(os.sep)
    try:
        yield
    finally:
        if before is None:
            del os.environ["PYTHONSAFEPATH"]
        else:
            os.environ["PYTHONSAFEPATH"] = before


# A worker ---------------------------------------------------------------------------------------


def _serve(
    connection: Connection, pool_lives: Connection, work: Callable[[Any], Any], limits: Limits
) -> None:
    """Work on items until the pool is gone; no way out of here leaves a traceback."""
    code = _FAILED
    try:
        _end_with(pool_lives)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the pool's process
        most = _memory() + limits.megabytes * _MEGABYTE
        _limit_memory(most)
        with Path(os.devnull).open("w") as nowhere:
            connection.send(None)
            code = _answer_all(connection, work, limits, nowhere)
    except MemoryError:
        code = _OUT_OF_MEMORY
    except (EOFError, OSError):  # the pool is gone
        code = 0
    finally:
        os._exit(code)


def _answer_all(
    connection: Connection, work: Callable[[Any], Any], limits: Limits, nowhere: TextIO
) -> int:
    """Answer item after item; a worker that has become large leaves the rest to a new one."""
    largest = _peak_memory() + limits.megabytes * _MEGABYTE // 2
    while _peak_memory() < largest:
        number, item = connection.recv()
        _start_clock(limits.seconds, nowhere)
        answer = ForkingPickler.dumps(_answered(work, number, item))
        _stop_clock()
        connection.send_bytes(answer)
    return 0


def _answered(work: Callable[[Any], Any], number: int, item: Any) -> _Answer:
    try:
        return _Answer(number, work(item))
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - it is raised again in the pool's process
        return _Answer(number, error=error)


def _start_clock(seconds: float, nowhere: TextIO) -> None:
    """Limit the time of an item; both ways to end the process work inside C code, too."""
    if hasattr(signal, "setitimer"):
        signal.signal(signal.SIGPROF, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_PROF, seconds)
    faulthandler.dump_traceback_later(CLOCK * seconds, exit=True, file=nowhere)


def _stop_clock() -> None:
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_PROF, 0)
    faulthandler.cancel_dump_traceback_later()


def _end_with(pool_lives: Connection) -> None:
    """End this process when the pool's process is gone, on Linux within C code, too.

    There the kernel sends SIGIO, which ends a process, when the other end of the pipe is closed.
    It does so after each write as well, even one whose bytes were read before, so nothing is ever
    written to this pipe.
    """
    if sys.platform == "linux":
        fcntl.fcntl(pool_lives, fcntl.F_SETOWN, os.getpid())
        flags = fcntl.fcntl(pool_lives, fcntl.F_GETFL)
        signal.signal(signal.SIGIO, signal.SIG_DFL)
        fcntl.fcntl(pool_lives, fcntl.F_SETFL, flags | os.O_ASYNC)
        if pool_lives.poll():  # it ended before that
            os._exit(0)
    elif parent := multiprocessing.parent_process():
        threading.Thread(target=_outlive, args=(parent,), daemon=True).start()


def _outlive(parent: BaseProcess) -> None:
    parent.join()
    os._exit(0)


def _limit_memory(most: int) -> None:
    """Limit the private memory, where the system does; a crash leaves no image of it."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_DATA, (most, most))


def _memory() -> int:
    """Return the private memory of this process in bytes; 0 where only Linux would tell."""
    with contextlib.suppress(OSError):
        return int(Path("/proc/self/statm").read_text().split()[5]) * os.sysconf("SC_PAGE_SIZE")
    return 0


def _peak_memory() -> int:
    """Return the most memory that this process has used, in bytes; 0 where that is not known."""
    try:
        import resource
    except ImportError:
        return 0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
