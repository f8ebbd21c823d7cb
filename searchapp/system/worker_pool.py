"""A process pool with ordered results, and limits of time and memory per item.

Neither a parser written in C nor a regular expression can be interrupted, so the system ends a
worker that exceeds a limit. Only its current item is lost; another worker does the rest.
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
DEPTH = 4  # items queued per worker before their results are needed
# The limit is of processor time, so that a busy machine does not make files fail. The limit of wall
# time is for work that waits, and for systems that can't limit processor time.
CLOCK = 6  # limit of wall time, as a multiple of that of processor time
_EXPIRED = 1  # exit code of faulthandler's watchdog
_OUT_OF_MEMORY, _FAILED = 75, 70
_SECONDS_TO_EXIT = 5  # for the system to end a process that has closed its pipe
_MEGABYTE = 1_000_000


class Limits(NamedTuple):
    """The maximum for one item: seconds of processor time, and megabytes of memory."""

    seconds: float
    megabytes: int


class Loss(Enum):
    """The reason why a worker ended before its item was done."""

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
    """Yield `work(item)` for each item in order, or `lost(item, loss)` if the worker ended.

    `work`, items and results are pickled; items must be small. `preload` names the modules that
    `work` needs. Exceptions of `work` are re-raised here, in the order of the items.
    """
    with _Pool(work, processes, limits, lost, preload) as pool:
        yield from pool.results(items)


def warm_up(preload: Sequence[str]) -> None:
    """Start the process that forks workers, which imports these modules in the background."""
    context = _context(preload)
    if context.get_start_method() == "forkserver":
        from multiprocessing import forkserver

        with _safe_imports():
            forkserver.ensure_running()


# The pool ---------------------------------------------------------------------------------------


class _Pool(Generic[Item, Result]):
    """The workers, started on demand, and replaced when they end."""

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
        """Yield the results in order, reading at most `DEPTH` items per worker ahead."""
        queued = wanted = 0
        for item in items:
            self._give(queued, item)
            queued += 1
            if queued - wanted >= DEPTH * self._processes:
                yield self._result(wanted)
                wanted += 1
        for number in range(wanted, queued):
            yield self._result(number)

    def _give(self, number: int, item: Item) -> None:
        """Give an item to the least busy worker, or to a new one."""
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
        """Receive an answer from a worker, or replace the worker if it has ended."""
        try:
            if answer := worker.answer():
                self._done[answer.number] = answer
        except (EOFError, OSError):
            self._replace(worker)

    def _replace(self, worker: _Worker) -> None:
        """Pass the remaining items of an ended worker to a new one; the current item is lost."""
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
    """The result of an item, or the error that its work raised."""

    number: int
    result: Any = None
    error: Exception | None = None


class _Worker:
    """The pool's handle of a worker: its process, pipes and queued items."""

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
        """Send an item; the pipe's buffer has room for `DEPTH` small items."""
        self.begun.append((number, item))
        with contextlib.suppress(OSError):  # the worker has ended, which `answer` will report
            self.connection.send((number, item))

    def answer(self) -> _Answer | None:
        """Return the next answer; None for the first message (ready); `EOFError` if it ended."""
        answer: _Answer | None = self.connection.recv()
        self._is_ready = True
        if answer is not None:
            self.begun.popleft()
        return answer

    def ended(self) -> Loss | None:
        """Return why the process ended by itself, or None if it left the rest deliberately."""
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
        """Kill the process, which is safe because it has nothing to save."""
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
    """Return the context that starts workers, if possible from a server with preloaded modules.

    A process with threads must not be forked: a lock that is held stays locked in the copy.
    """
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(preload))
    return context


@contextlib.contextmanager
def _safe_imports() -> Iterator[None]:
    """Keep new interpreters from importing from the current folder, which may be hostile."""
    before = os.environ.get("PYTHONSAFEPATH")
    os.environ["PYTHONSAFEPATH"] = "1"
    try:
        os.getcwd()  # noqa: PTH109 - multiprocessing calls it, too, and needs it to start a process
    except FileNotFoundError:  # the folder was removed, so no path is relative to it
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
    """Work on items until the pool is gone, then exit without a traceback, whatever happens."""
    code = _FAILED
    try:
        _end_with(pool_lives)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the pool's process
        most = _memory() + limits.megabytes * _MEGABYTE
        _limit_memory(most)
        with Path(os.devnull).open("w") as devnull:
            connection.send(None)
            code = _answer_all(connection, work, limits, devnull)
    except MemoryError:
        code = _OUT_OF_MEMORY
    except (EOFError, OSError):  # the pool is gone
        code = 0
    finally:
        os._exit(code)


def _answer_all(
    connection: Connection, work: Callable[[Any], Any], limits: Limits, devnull: TextIO
) -> int:
    """Answer items until memory has grown by half its limit; a new worker does the rest."""
    largest = _peak_memory() + limits.megabytes * _MEGABYTE // 2
    while _peak_memory() < largest:
        number, item = connection.recv()
        _start_clock(limits.seconds, devnull)
        answer = ForkingPickler.dumps(_answer(work, number, item))
        _stop_clock()
        connection.send_bytes(answer)
    return 0


def _answer(work: Callable[[Any], Any], number: int, item: Any) -> _Answer:
    try:
        return _Answer(number, work(item))
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - re-raised in the pool's process
        return _Answer(number, error=error)


def _start_clock(seconds: float, devnull: TextIO) -> None:
    """Limit the time of an item by two timers, both of which end the process in C code, too."""
    if hasattr(signal, "setitimer"):
        signal.signal(signal.SIGPROF, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_PROF, seconds)
    faulthandler.dump_traceback_later(CLOCK * seconds, exit=True, file=devnull)


def _stop_clock() -> None:
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_PROF, 0)
    faulthandler.cancel_dump_traceback_later()


def _end_with(pool_lives: Connection) -> None:
    """End this process when the pool's process is gone; on Linux within C code, too.

    On Linux the kernel sends SIGIO, which ends a process, when the other end of the pipe is closed.
    It also does so after each write, even if the bytes were already read, so nothing may ever be
    written to this pipe.
    """
    if sys.platform == "linux":
        fcntl.fcntl(pool_lives, fcntl.F_SETOWN, os.getpid())
        flags = fcntl.fcntl(pool_lives, fcntl.F_GETFL)
        signal.signal(signal.SIGIO, signal.SIG_DFL)
        fcntl.fcntl(pool_lives, fcntl.F_SETFL, flags | os.O_ASYNC)
        if pool_lives.poll():  # the pool ended before the signal was set up
            os._exit(0)
    elif parent := multiprocessing.parent_process():
        threading.Thread(target=_exit_after, args=(parent,), daemon=True).start()


def _exit_after(parent: BaseProcess) -> None:
    parent.join()
    os._exit(0)


def _limit_memory(most: int) -> None:
    """Limit private memory, if the system supports it, and disable core dumps."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_DATA, (most, most))


def _memory() -> int:
    """Return the private memory of this process in bytes; 0 on systems other than Linux."""
    with contextlib.suppress(OSError):
        return int(Path("/proc/self/statm").read_text().split()[5]) * os.sysconf("SC_PAGE_SIZE")
    return 0


def _peak_memory() -> int:
    """Return the peak memory of this process in bytes; 0 if unknown."""
    try:
        import resource
    except ImportError:
        return 0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
