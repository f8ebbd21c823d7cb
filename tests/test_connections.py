"""Many, idle, slow and vanished clients, and a stopping server: pages are always answered."""

from __future__ import annotations

import json
import os
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from http.client import HTTPConnection
from typing import Any

import pytest
from clients import (
    Running,
    ask,
    connected,
    eventually,
    fronted,
    get,
    is_closed,
    is_well,
    post,
    rest,
    running,
)
from conftest import build

from searchapp import create_app
from searchapp.serving import descriptors
from searchapp.serving.server import SLOWEST
from searchapp.serving.turns import Turns

pytestmark = pytest.mark.slow
MANY = 2000  # connections
ROWS, TITLE = 6000, "Keeping of lamps " * 250  # an export larger than a server's buffer
Connect = Callable[..., socket.socket]
Told = Callable[[int, signal.Signals], None]
EXPORT = "/search.csv?q=lamp"


def resolution(number: int) -> dict[str, Any]:
    """Return a resolution of a hundred paragraphs; its long title is in each row of an export."""
    symbol = f"A/RES/99/{number}"
    paragraphs = [
        {"id": f"{symbol}#op{n}", "kind": "operative", "text": f"Lamp {n} burns;"}
        for n in range(1, 101)
    ]
    return {"symbol": symbol, "title": TITLE, "source": f"{number}.txt", "paragraphs": paragraphs}


@pytest.fixture
def connect() -> Iterator[Connect]:
    """Return `connected` for connections that are closed after the test."""
    made: list[socket.socket] = []

    def connect(*args: Any, **options: Any) -> socket.socket:
        made.append(connected(*args, **options))
        return made[-1]

    yield connect
    for each in made:
        each.close()


@pytest.fixture(scope="module")
def large_place(tmp_path_factory: pytest.TempPathFactory) -> str:
    place = tmp_path_factory.mktemp("large") / "index"
    return build(place, map(resolution, range(1, ROWS // 100 + 1)))


def soft_limit(files: int) -> None:
    """Set the soft limit of open files, and a hard limit of eight times that."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, files * 8))


@pytest.fixture
def many_files() -> Iterator[None]:
    """Raise this process's limit of open files; skip the test if the system refuses."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < MANY + 200:
        pytest.skip(f"needs {MANY + 200} open files: ulimit -Hn says {hard}")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, MANY + 200), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.parametrize("sent", [get("/healthz"), "GET / HTTP/1.1\r\nHost:", ""])
def test_thousands_of_quiet_connections_keep_nobody_waiting(
    place: str, many_files: None, sent: str, connect: Connect
) -> None:
    with running(place, begin=partial(soft_limit, 1024)) as server:
        open_ones = [connect(server.port, sent) for _ in range(MANY)]
        if sent.endswith("\r\n\r\n"):
            assert {each.recv(15) for each in open_ones} == {b"HTTP/1.1 200 OK"}
        assert is_well(server.port)
        # Behind an idle connection, an answer would wait until the server drops that connection.
        assert ask(server.port, "/search?q=lamps", timeout=20)[0] == 200


def test_the_quietest_connections_give_way(place: str, connect: Connect) -> None:
    with running(place, CONNECTIONS=20) as server:
        open_ones = [connect(server.port, get("/healthz")) for _ in range(50)]
        assert eventually(lambda: is_well(server.port))
        assert is_closed(open_ones[0], 5)
        assert is_well(server.port)
        server.process.terminate()
        _, said = server.process.communicate(timeout=20)
    assert "All 20 connections were in use: closed the 2 that were idle longest." in said


@pytest.mark.parametrize(
    ("wanted", "soft", "hard", "given", "raised"),
    [
        (4000, 1024, 20_000, 4000, 4512),
        (4000, 1024, 4096, 3584, 4096),
        (4000, 256, 256, 128, 256),
        (100, 1024, 4096, 100, 1024),
        (4000, 1024, resource.RLIM_INFINITY, 4000, 4512),
    ],
)
def test_connections_fit_the_files_that_may_be_open(
    wanted: int,
    soft: int,
    hard: int,
    given: int,
    raised: int,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    limits = [(soft, hard)]
    monkeypatch.setattr(resource, "getrlimit", lambda _: limits[-1])
    monkeypatch.setattr(resource, "setrlimit", lambda _, new: limits.append(new))

    assert descriptors.connections(wanted) == given
    assert limits[-1] == (raised, hard)
    assert ("LimitNOFILE" in caplog.text) is (given < wanted)


@pytest.fixture(scope="module")
def hurried(place: str) -> Iterator[int]:
    """Run a server with a client timeout of one second; yield its port."""
    with running(place, CLIENT_TIMEOUT=1) as server:
        yield server.port


class TestSlowClients:
    """Slow clients; the timeout is one second, not half a minute."""

    @pytest.mark.parametrize(
        ("begin", "more"),
        [
            ("GET / HTTP/1.1\r\nHost:", ""),
            ("GET / HTTP/1.1\r\n", "X: 1\r\n"),
            (post("Content-Length: 1000"), "a"),
            (post("Transfer-Encoding: chunked"), "1\r\na\r\n"),
            (get("/healthz") + "GET /", "a"),
        ],
    )
    def test_a_request_that_never_ends_is_given_up(
        self, hurried: int, begin: str, more: str, connect: Connect
    ) -> None:
        with connect(hurried, begin) as client:
            end = time.monotonic() + 25
            client.settimeout(0.2)
            while time.monotonic() < end:
                try:
                    client.sendall(more.encode())
                    if not client.recv(65536):
                        break
                except TimeoutError:
                    continue
                except ConnectionError:
                    break
            assert time.monotonic() < end
            assert is_well(hurried)

    def test_one_that_only_waits_stays(self, hurried: int, connect: Connect) -> None:
        with connect(hurried) as client:
            time.sleep(3)
            client.sendall(get("/healthz").encode())
            assert client.recv(100).startswith(b"HTTP/1.1 200")


def test_an_idle_connection_is_closed(place: str, connect: Connect) -> None:
    with running(place, KEEP_ALIVE=1) as server:
        assert is_closed(connect(server.port, get("/healthz")), 5)


@pytest.mark.parametrize("processes", ["1", "2"])
def test_readers_who_stall_keep_nobody_waiting(
    large_place: str, processes: str, connect: Connect
) -> None:
    settings: dict[str, Any] = {"EXPORTS": 2, "EXPORT_WAIT": 1, "CLIENT_TIMEOUT": 3, "THREADS": 2}
    with running(large_place, "--processes", processes, **settings) as server:
        # The system chooses the process of each connection: open enough for all of them.
        stalled = [connect(server.port, get(EXPORT), small=True) for _ in range(12)]
        answers = [each.recv(15) for each in stalled]
        assert answers.count(b"HTTP/1.1 503 SE") >= 12 - 2 * int(processes)
        assert is_well(server.port)
        assert ask(server.port, "/search?q=lamp", timeout=2)[0] == 200
        # Clients that read nothing are cut off without an end of the body; then others are served.
        assert eventually(lambda: ask(server.port, EXPORT)[0] == 200)
        for each, answer in zip(stalled, answers, strict=True):
            if answer == b"HTTP/1.1 200 OK":
                with pytest.raises(ConnectionResetError):
                    rest(each)


def test_a_reader_who_trickles_is_cut_off_and_a_slow_one_is_not(
    large_place: str, connect: Connect
) -> None:
    with running(large_place, CLIENT_TIMEOUT=1) as server:
        slow = connect(server.port, get(EXPORT), small=True)
        trickling = connect(server.port, get(EXPORT), small=True)
        taken = 0
        for _ in range(100):  # ten seconds in all; the timeout is one second
            taken += len(slow.recv(2000))
            trickling.recv(1)  # also after the answer ends, since the system's buffer is not empty
            time.sleep(0.1)
        assert taken > 10 * SLOWEST
        assert slow.recv(100)
        with pytest.raises(ConnectionResetError):
            rest(trickling)


def test_an_export_too_many_is_told_when_to_come_again(large_place: str, connect: Connect) -> None:
    with running(large_place, EXPORTS=1, EXPORT_WAIT=1) as server:
        stalled = connect(server.port, get(EXPORT), small=True)
        stalled.recv(15)
        status, headers, body = ask(server.port, EXPORT)
        stalled.close()
        assert status == 503
        assert headers["Retry-After"] == "1"
        assert json.loads(body)["error"] == ("Too many exports are running: try again in 1 second.")
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert eventually(lambda: ask(server.port, EXPORT)[0] == 200)


def test_an_export_is_whole(large_place: str) -> None:
    with running(large_place) as server:
        status, _, body = ask(server.port, EXPORT)
    whole = create_app({"INDEX": large_place}).test_client().get(EXPORT, base_url="http://x/")

    assert status == 200
    assert body.replace(f"127.0.0.1:{server.port}", "x") == whole.text
    assert len(body.splitlines()) == ROWS + 2


class TestTheEnd:
    """SIGTERM and Ctrl-C finish the answers in progress."""

    @pytest.fixture(params=["1", "2"])
    def server(self, large_place: str, request: pytest.FixtureRequest) -> Iterator[Running]:
        with running(large_place, "--processes", request.param) as server:
            yield server

    # A terminal and systemd send the signal to every process at once.
    @pytest.mark.parametrize("told", [os.kill, os.killpg])
    @pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
    def test_an_export_under_way_is_finished(
        self, server: Running, sent: signal.Signals, told: Told, connect: Connect
    ) -> None:
        idle = connect(server.port, get("/healthz"))
        client = HTTPConnection("127.0.0.1", server.port, timeout=20)
        client.request("GET", EXPORT)
        answer = client.getresponse()
        first = answer.read(100_000)
        told(server.process.pid, sent)
        assert is_closed(idle, 5)
        time.sleep(0.5)
        with pytest.raises(ConnectionRefusedError):
            connect(server.port)
        text = (first + answer.read()).decode()  # IncompleteRead if the end is missing
        client.close()

        assert len(text.splitlines()) == ROWS + 2
        assert f"{ROWS:,} paragraphs found." in text.splitlines()[-1]
        assert server.process.wait(10) == 0

    def test_a_second_signal_does_not_wait(self, server: Running, connect: Connect) -> None:
        client = connect(server.port, get(EXPORT), small=True)
        client.recv(15)
        server.process.send_signal(signal.SIGTERM)
        time.sleep(1.2)  # signals less than a second apart count as one
        assert server.process.poll() is None
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(10) == 0
        with pytest.raises(ConnectionResetError):
            rest(client)


# The system may deliver a signal to any thread while the polling thread sleeps.
TOLD_TO_ANOTHER_THREAD = """
import signal, sys, threading, time
from waitress import wasyncore
from searchapp import create_app
from searchapp.serving import listening
from searchapp.serving.thread_pools import Pools
from searchapp.serving.server import Front, Limits
from searchapp.web.shared.pool_routing import Router
from searchapp.web.shared.settings import settings_of

poll = wasyncore.loop
wasyncore.loop = lambda timeout, **options: poll(60, **options)

app = create_app({"INDEX": sys.argv[1]})
pools = Pools(settings_of(app), Router(app).pool)
front = Front(app, listening("127.0.0.1", 0), pools, Limits(100, 30, 120, 1))
told = []

def tell():
    time.sleep(0.2)
    told.append(time.monotonic())
    signal.pthread_kill(threading.get_ident(), signal.SIGTERM)
    time.sleep(5)

threading.Thread(target=tell, daemon=True).start()
front.run()
print(time.monotonic() - told[0])
"""


def test_a_signal_to_another_thread_ends_the_poll(place: str) -> None:
    command = [sys.executable, "-W", "ignore", "-c", TOLD_TO_ANOTHER_THREAD, place]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=90)
    assert float(done.stdout) < 30  # a poll takes a minute here


@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_what_cannot_be_finished_in_time_is_seen_to_be_broken(
    large_place: str, version: str, connect: Connect
) -> None:
    with running(large_place, STOP_TIMEOUT=1) as server:
        client = connect(server.port, get(EXPORT, version), small=True)
        client.recv(15)
        server.process.terminate()
        _, said = server.process.communicate(timeout=20)
        assert server.process.returncode == 0
        assert "Stopped before 1 answer could be finished" in said
        with pytest.raises(ConnectionResetError):
            rest(client)


@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_an_export_that_fails_is_seen_to_be_broken(
    place: str,
    version: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    connect: Connect,
) -> None:
    def broken(*_: object) -> Iterator[str]:
        yield "one,two\r\n" * 100_000
        raise OSError("the disk is gone")

    monkeypatch.setattr("searchapp.web.routes.search.csv_lines", broken)
    with fronted(create_app({"INDEX": place})) as port:
        client = connect(port, get("/search.csv?q=lamps", version))
        with pytest.raises(ConnectionResetError):
            rest(client)
    assert "the disk is gone" in caplog.text


def test_a_reader_who_is_gone_lets_go_of_the_index(
    place: str, monkeypatch: pytest.MonkeyPatch, connect: Connect
) -> None:
    closed = []

    def endless(*_: object) -> Iterator[str]:
        try:
            while True:
                yield "one,two\r\n" * 1000
        finally:
            closed.append(True)

    monkeypatch.setattr("searchapp.web.routes.search.csv_lines", endless)
    with fronted(create_app({"INDEX": place}), client=1.0) as port:
        gone = connect(port, get("/search.csv?q=lamps"), small=True)
        gone.recv(15)
        gone.close()
        assert eventually(lambda: len(closed) == 1)
        connect(port, get("/search.csv?q=lamps"), small=True)
        assert eventually(lambda: len(closed) == 2)


@pytest.mark.parametrize(
    ("sent", "status", "sentence"),
    [
        ("NONSENSE\r\n\r\n", 400, "The server could not understand this request."),
        (f"GET / HTTP/1.1\r\nX: {'x' * 40_000}\r\n\r\n", 431, "The request headers"),
        (post("Content-Length: 9999999") + "a" * 300_000, 413, "The request is too large"),
    ],
)
def test_what_is_no_request_is_a_sentence(
    place: str, sent: str, status: int, sentence: str, connect: Connect
) -> None:
    with fronted(create_app({"INDEX": place})) as port, connect(port, sent) as client:
        answer = rest(client).decode()
    assert answer.startswith((f"HTTP/1.0 {status}", f"HTTP/1.1 {status}"))
    assert sentence in answer
    assert "waitress)" not in answer


def test_pages_come_before_exports() -> None:
    turns, order = Turns(), []

    def make(kind: str) -> None:
        with turns.page() if kind == "page" else turns.batch():
            order.append(kind)
            time.sleep(0.01)

    with turns.batch():
        threads = [threading.Thread(target=make, args=(kind,)) for kind in ["batch", "page"] * 3]
        for thread in threads:
            thread.start()
        time.sleep(0.05)
    for thread in threads:
        thread.join(10)
    assert order == ["page"] * 3 + ["batch"] * 3
