"""Concurrent readers and a writer: every total must be that of a current commit.

A writer replaces resolutions and commits continuously. It counts words, and so knows the correct
total of each query after each commit. Readers search in separate processes, in threads of one
process, and over HTTP. All record their results in files, which are compared at the end: a reader
may see any commit from the last that had ended when its request began to the last that had begun
when the request ended, and never an earlier one than before.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import socket
import statistics
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread
from typing import Any, NamedTuple

from searchapp.backends import open_backend
from searchapp.model.resolution import Resolution
from searchapp.query.query import Query
from searchapp.settings.config import Settings

from . import Failure

COUNT, UNIT = 600, "seconds"
WORDS = "peace water reports states council assembly trade law".split()
NUMBERS = 40  # resolutions that are replaced, with four paragraphs each
CACHE = 8  # MB; small, so that caches fill up soon
GROWTH, MORE_FILES = 24_000, 24  # allowed growth of a process, in kB and descriptors
STEADY = 60  # seconds that a run must take for its sizes to be compared: caches fill at first
START = 30.0  # seconds for a process to start or end
Texts = dict[int, list[str]]


class Commit(NamedTuple):
    """The start and end of a commit, and the paragraph counts of the words after it."""

    began: float
    ended: float
    totals: dict[str, int]


class Answer(NamedTuple):
    """A total that a reader received for a word, with the start and end of the request."""

    began: float
    ended: float
    word: str
    total: int


class Size(NamedTuple):
    """The memory of a process in kB, and its number of open descriptors."""

    memory: int
    files: int


def run(seed: int, count: int, folder: Path) -> list[str]:
    """Write and read for some seconds; `Failure` for a wrong total, or a growing process."""
    place = str(folder / "index")
    Writer(place, random.Random(seed)).close()
    sizes: dict[str, list[Size]] = {}
    with serving(place) as (address, server):
        end = time.monotonic() + count
        context = multiprocessing.get_context("spawn")
        work: list[tuple[str, Callable[..., None], tuple[Any, ...]]] = [
            ("writer", write, (place, seed)),
            *((f"reader {n}", read, (place, n, 1)) for n in range(2)),
            ("reader threads", read, (place, 2, 2)),
            ("reader over HTTP", read, (address, 3, 1)),
        ]
        processes = {
            name: context.Process(target=act, args=(*given, end, folder / name))
            for name, act, given in work
        }
        for process in processes.values():
            process.start()
        pids = {**{n: p.pid or 0 for n, p in processes.items()}, "server": server}
        while time.monotonic() < end - count / 60:  # before processes end and close their files
            for name, pid in pids.items():
                if _is_working(folder, name):
                    sizes.setdefault(name, []).extend(size_of(pid))
            time.sleep(count / 60)
        for process in processes.values():
            process.join(START)
    steady = sizes if count >= STEADY else {}
    return _compared(folder, {n: p.exitcode for n, p in processes.items()}, steady)


def _compared(
    folder: Path, codes: dict[str, int | None], sizes: dict[str, list[Size]]
) -> list[str]:
    if failed := [name for name, code in codes.items() if code != 0]:
        raise Failure(f"Not ended, or by an exception: {', '.join(failed)}.")
    commits = [Commit(*line) for line in _lines(folder / "writer")]
    asked = 0
    for name in (name for name in codes if name != "writer"):
        for path in sorted(folder.glob(f"{name}.*")):
            asked += check_answers(path.name, [Answer(*line) for line in _lines(path)], commits)
    grown = [line for name, seen in sizes.items() for line in check_sizes(name, seen)]
    return [
        f"{asked:,} totals during {len(commits) - 1:,} commits, all of them true.",
        f"Memory and descriptors, first and last third: {'; '.join(grown) or 'not measured'}.",
    ]


def check_answers(name: str, answers: list[Answer], commits: list[Commit]) -> int:
    """Compare a reader's totals with the truth, and return their number."""
    if not answers:
        raise Failure(f"{name} was not answered once.")
    seen = 0
    for answer in answers:
        while seen + 1 < len(commits) and commits[seen + 1].ended <= answer.began:
            seen += 1
        may = seen
        while commits[may].totals[answer.word] != answer.total:
            may += 1
            if may >= len(commits) or commits[may].began > answer.ended:
                known = [commit.totals[answer.word] for commit in commits[seen:may]]
                raise Failure(
                    f"{name} was told {answer.total} for “{answer.word}” after commit {seen}, "
                    f"and the commits since then have {known}."
                )
        seen = may
    return len(answers)


def check_sizes(name: str, sizes: list[Size]) -> list[str]:
    """Compare the size of a process in the first and the last third of the time."""
    third = len(sizes) // 3
    if not third:
        return []
    first, last = _typical(sizes[third // 2 : third + 1]), _typical(sizes[-third:])
    said = (
        f"{name} {first.memory / 1000:.0f} and {last.memory / 1000:.0f} MB, "
        f"{first.files} and {last.files} files"
    )
    if last.memory > first.memory + GROWTH or last.files > first.files + MORE_FILES:
        raise Failure(f"It grew: {said}.")
    return [said]


def _typical(sizes: list[Size]) -> Size:
    """Return the median memory, and the minimum of files, as garbage may keep some open."""
    memory = statistics.median(size.memory for size in sizes)
    return Size(int(memory), min(size.files for size in sizes))


def _is_working(folder: Path, name: str) -> bool:
    """Tell whether a process has reported its first work; until then it grows by imports.

    The server counts as working as soon as the reader over HTTP does.
    """
    told = folder.glob(f"{'reader over HTTP' if name == 'server' else name}*")
    return any(path.stat().st_size for path in told)


def size_of(pid: int) -> Iterator[Size]:
    """Yield the size of a process, if the system provides it."""
    with suppress(OSError):
        pages = int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1])
        files = len(os.listdir(f"/proc/{pid}/fd"))  # noqa: PTH208
        yield Size(pages * os.sysconf("SC_PAGE_SIZE") // 1024, files)


def _lines(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


# The writer


class Writer:
    """A writer of random texts that knows the number of paragraphs with each word."""

    def __init__(self, place: str, chance: random.Random) -> None:
        self._backend, self._chance = open_backend(place, True, Settings(cache=CACHE)), chance
        self._texts: Texts = {}
        self.change(range(NUMBERS))

    def change(self, numbers: range | list[int]) -> Commit:
        """Replace resolutions, and commit."""
        for number in numbers:
            some = [" ".join(self._chance.choices(WORDS, k=5)) for _ in range(4)]
            rows = [{"text": text} for text in some]
            self._texts[number] = some
            data = {"symbol": f"A/RES/1/{number}", "paragraphs": rows}
            self._backend.add(Resolution.from_json(data))
        began = time.monotonic()
        self._backend.commit()
        return Commit(began, time.monotonic(), self.totals())

    def totals(self) -> dict[str, int]:
        """Count the paragraphs with each word."""
        texts = [text.split() for some in self._texts.values() for text in some]
        return {word: sum(word in text for text in texts) for word in WORDS}

    def close(self) -> None:
        """Close the index."""
        self._backend.close()


def write(place: str, seed: int, end: float, told: Path) -> None:
    """Commit until the end, and record each commit; the first is the readers' initial state."""
    chance = random.Random(seed)  # same seed as for building the index
    writer = Writer(place, chance)
    with told.open("w", encoding="utf-8") as file:
        commit = Commit(0.0, 0.0, writer.totals())
        while True:
            file.write(json.dumps(commit) + "\n")
            if time.monotonic() > end:
                return
            commit = writer.change(chance.sample(range(NUMBERS), chance.randint(1, 12)))


# The readers


def read(place: str, seed: int, threads: int, end: float, told: Path) -> None:
    """Search until the end, in threads that share an index or a server's address."""
    ask = _over_http(place) if place.startswith("http:") else _in_process(place)
    broken: list[BaseException] = []

    def ask_on(number: int) -> None:
        chance = random.Random(f"{seed} {number}")
        try:
            with told.with_name(f"{told.name}.{number}").open("w", encoding="utf-8") as file:
                while time.monotonic() < end:
                    file.write(json.dumps(_answer(ask, chance.choice(WORDS))) + "\n")
        except BaseException as error:
            broken.append(error)
            raise

    working = [Thread(target=ask_on, args=(number,)) for number in range(threads)]
    for thread in working:
        thread.start()
    for thread in working:
        thread.join()
    sys.exit(1 if broken else 0)


def _answer(ask: Callable[[str], int], word: str) -> Answer:
    began = time.monotonic()
    total = ask(word)
    return Answer(began, time.monotonic(), word, total)


def _in_process(place: str) -> Callable[[str], int]:
    backend = open_backend(place, settings=Settings(cache=CACHE))

    def ask(word: str) -> int:
        results = backend.search(Query.make(word, limit="5"))
        if wrong := [hit for hit in results.hits if word not in hit.paragraph.text.split()]:
            raise AssertionError(f"{wrong[0].paragraph.text} lacks {word}.")
        return results.total

    return ask


def _over_http(address: str) -> Callable[[str], int]:
    def ask(word: str) -> int:
        query = urllib.parse.urlencode({"q": word, "limit": 5})
        with urllib.request.urlopen(f"{address}/search.json?{query}", timeout=60) as answer:
            return int(json.load(answer)["total"])

    return ask


@contextmanager
def serving(place: str) -> Iterator[tuple[str, int]]:
    """Serve an index; yield its address and the server's process id."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    program = "from searchapp.cli import main; main()"
    command = [sys.executable, "-W", "ignore", "-c", program, "serve", "--port", str(port)]
    environ = {**os.environ, "SEARCHAPP_CACHE": str(CACHE)}
    root = Path(__file__).parents[2]
    with subprocess.Popen([*command, "--index", place], cwd=root, env=environ) as server:
        try:
            _wait_for(f"{address}/healthz", server)
            yield address, server.pid
        finally:
            server.terminate()


def _wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + START
    while server.poll() is None and time.monotonic() < end:
        with suppress(OSError), urllib.request.urlopen(address, timeout=5):
            return
        time.sleep(0.1)
    raise Failure(f"No server answered at {address}.")
