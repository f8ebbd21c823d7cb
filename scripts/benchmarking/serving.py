"""Pages over HTTP: a server in its own process, and readers in another.

The load is wrk's where that is installed, and that of threads of a Python process where not.
"""

from __future__ import annotations

import http.client
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from shutil import which
from tempfile import TemporaryDirectory
from typing import NamedTuple
from urllib.parse import urlencode

from .building import COMMAND
from .cases import CASES, Case

CONNECTIONS = 8
WORDS = (
    "water peace women children disarmament terrorism trade health education energy climate "
    "refugees torture racism debt oceans forests drugs youth decolonization palestine israel "
    "apartheid nuclear missiles space information culture sport poverty hunger migration cities "
    "disaster corruption crime justice families ageing disabilities indigenous minorities"
).split()
WRK = """
local file, at, addresses = io.open("{addresses}"), 0, {{}}
for line in file:lines() do addresses[#addresses + 1] = line end
function request() at = at % #addresses + 1; return wrk.format("GET", addresses[at]) end
"""


@dataclass(frozen=True, slots=True)
class Load:
    """What a server bears: pages a second, and how long 99 of 100 readers wait at most (ms).

    `cpu` is the milliseconds of the server's own time for a page, whatever else the machine does.
    """

    tool: str
    requests: float
    p99: float
    failed: int
    cpu: float = 0


def addresses(path: str = "/search") -> list[str]:
    """Fifty different searches: those of the tables, and words."""
    found = [address(case, path) for case in CASES]
    found += [f"{path}?q={word}" for word in WORDS]
    return found[:50]


def address(case: Case, path: str) -> str:
    """The address of a search."""
    return f"{path}?{urlencode(case.query.to_args())}"


class Server(NamedTuple):
    """A running server, and how many processes answer."""

    port: int
    process: int
    processes: int = 1


@contextmanager
def served(place: Path, processes: int = 1) -> Iterator[Server]:
    """`searchapp serve` for an index."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [*COMMAND, "serve", "--index", str(place), "--port", str(port)]
    command += ["--processes", str(processes)]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, stdout=quiet, stderr=quiet) as server:  # noqa: S603
        try:
            _await(port)
            yield Server(port, server.pid, processes)
        finally:
            server.terminate()


def one_client(port: int, path: str, runs: int) -> list[float]:
    """The milliseconds that one reader waits for an address, time and again."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    times = []
    for _ in range(runs + 1):
        start = time.perf_counter()
        connection.request("GET", path)
        connection.getresponse().read()
        times.append((time.perf_counter() - start) * 1000)
    connection.close()
    return times[1:]


def load(server: Server, paths: Sequence[str], seconds: int) -> Load:
    """The pages a second that a server gives to some readers at once."""
    for path in [*paths] * server.processes:
        one_client(server.port, path, 1)
    asked = _wrk if which("wrk") else _threads
    before = _cpu(server.process)
    found = asked(server.port, paths, seconds)
    taken = _cpu(server.process) - before
    return replace(found, cpu=taken * 1000 / max(found.requests * seconds, 1))


def _cpu(process: int) -> float:
    """The seconds that a process and its children have used, where the system says it."""
    stat = Path(f"/proc/{process}/stat")
    if not stat.exists():
        return 0
    user, system = stat.read_text(encoding="utf-8").rpartition(")")[2].split()[11:13]
    children = Path(f"/proc/{process}/task/{process}/children").read_text("utf-8").split()
    own = (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")
    return own + sum(_cpu(int(child)) for child in children)


def _wrk(port: int, paths: Sequence[str], seconds: int) -> Load:
    with TemporaryDirectory() as folder:
        listed, script = Path(folder, "addresses"), Path(folder, "wrk.lua")
        listed.write_text("\n".join(paths), encoding="utf-8")
        script.write_text(WRK.format(addresses=listed), encoding="utf-8")
        command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency"]
        command += ["-s", str(script), f"http://127.0.0.1:{port}"]
        said = subprocess.run(  # noqa: S603
            command, check=True, capture_output=True, text=True
        ).stdout
    return read_wrk(said)


def read_wrk(said: str) -> Load:
    """The figures in what wrk prints."""
    requests = re.search(r"Requests/sec:\s*([\d.]+)", said)
    p99 = re.search(r"99%\s*([\d.]+)(us|ms|s)", said)
    wrong = re.search(r"Non-2xx or 3xx responses:\s*(\d+)", said)
    if requests is None or p99 is None:
        raise ValueError(f"wrk said: {said}")
    unit = {"us": 0.001, "ms": 1.0, "s": 1000.0}[p99[2]]
    return Load("wrk", float(requests[1]), float(p99[1]) * unit, int(wrong[1]) if wrong else 0)


def _threads(port: int, paths: Sequence[str], seconds: int) -> Load:
    command = [sys.executable, "-m", "benchmarking.readers", str(port), str(seconds), *paths]
    said = subprocess.run(  # noqa: S603
        command, check=True, capture_output=True, text=True, cwd=Path(__file__).parents[1]
    ).stdout.split()
    return Load("Python threads", float(said[0]), float(said[1]), int(said[2]))


def _await(port: int, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while True:
        try:
            one_client(port, "/healthz", 1)
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)
        else:
            return
