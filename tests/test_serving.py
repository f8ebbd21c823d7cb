"""Serving: ports in use, host names, and processes that share a port."""

from __future__ import annotations

import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO
from urllib.request import urlopen

import pytest
from clients import SERVE, eventually
from interrupting import interruptible

from searchapp.errors import SearchAppError
from searchapp.serving import address, listening

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("host", "opened"),
    [
        ("127.0.0.1", "http://127.0.0.1:{}"),
        ("localhost", "http://localhost:{}"),
        ("0.0.0.0", "http://127.0.0.1:{}"),
        ("*", "http://127.0.0.1:{}"),
    ],
)
def test_the_address_can_be_opened(host: str, opened: str) -> None:
    sockets = listening(host, 0)
    port = sockets[0].getsockname()[1]
    assert address(host, sockets) == opened.format(port)
    socket.create_connection(("127.0.0.1", port), timeout=5).close()
    for each in sockets:
        each.close()


def test_a_port_that_is_taken_is_a_sentence() -> None:
    (taken,) = listening("127.0.0.1", 0)
    port = taken.getsockname()[1]
    with pytest.raises(SearchAppError, match=rf"Cannot listen on 127.0.0.1, port {port}: .*--port"):
        listening("127.0.0.1", port)
    taken.close()


@pytest.mark.parametrize("host", ["no.such.host.invalid", "300.1.1.1"])
def test_a_host_that_is_none_is_a_sentence(host: str) -> None:
    with pytest.raises(SearchAppError, match=re.escape(f"Cannot listen on {host}, port 80")):
        listening(host, 80)


def below(process: int) -> set[int]:
    """Return the child processes of a process."""
    return set(map(int, Path(f"/proc/{process}/task/{process}/children").read_text().split()))


def gone(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


@pytest.fixture
def server(sample_place: str) -> Iterator[subprocess.Popen[str]]:
    command = [*SERVE, "--index", sample_place, "--port", "0", "--processes", "2"]
    with (
        interruptible(),
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process,
    ):
        yield process
        process.kill()


def read_address(output: IO[str] | None) -> str:
    assert output is not None
    return output.readline().strip()


def answers(url: str) -> bool:
    with urlopen(f"{url}/healthz", timeout=20) as response:
        return bool(response.status == 200)


@pytest.mark.skipif(
    not Path("/proc/self/task").is_dir(), reason="needs /proc, which lists a process's children"
)
class TestProcesses:
    """Two server processes and their parent."""

    def test_one_that_ends_is_replaced(self, server: subprocess.Popen[str]) -> None:
        url = read_address(server.stdout)
        assert answers(url)
        first = below(server.pid)
        assert len(first) == 2
        time.sleep(2.1)  # a process that ends at once is not replaced
        os.kill(min(first), signal.SIGKILL)
        assert eventually(lambda: len(below(server.pid) - {min(first)}) == 2)
        assert all(answers(url) for _ in range(10))

    @pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
    def test_all_end_with_the_first(
        self, server: subprocess.Popen[str], sent: signal.Signals
    ) -> None:
        assert answers(read_address(server.stdout))
        children = below(server.pid)
        server.send_signal(sent)
        assert server.wait(20) == (-sent if sent == signal.SIGKILL else 0)
        assert eventually(lambda: all(map(gone, children)))

    @pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
    def test_all_are_told_at_once_as_a_terminal_tells_them(
        self, sample_place: str, sent: signal.Signals
    ) -> None:
        command = [*SERVE, "--index", sample_place, "--port", "0", "--processes", "4"]
        with (
            interruptible(),
            subprocess.Popen(
                command,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                start_new_session=True,
            ) as group,
        ):
            try:
                assert answers(read_address(group.stdout))
                os.killpg(group.pid, sent)
                _, said = group.communicate(timeout=30)
            finally:
                with suppress(ProcessLookupError):
                    os.killpg(group.pid, signal.SIGKILL)
            assert (group.returncode, said) == (0, "Press Ctrl-C to stop.\n")

    def test_a_child_that_is_another_s_changes_nothing(self, sample_place: str) -> None:
        served = (
            f"exec {shlex.join([*SERVE, '--index', sample_place, '--port', '0'])} --processes 2"
        )
        with subprocess.Popen(
            ["sh", "-c", f"sleep 1 & {served}"], stdout=subprocess.PIPE, text=True
        ) as process:
            url = read_address(process.stdout)
            assert eventually(lambda: len(below(process.pid)) == 2)
            assert answers(url)
            assert process.poll() is None
            process.terminate()

    def test_one_that_ends_at_once_is_a_sentence(self) -> None:
        script = "import os; from searchapp.serving import Processes; {}"
        work = script.format("Processes(2, lambda turn: os._exit(3)).run()")
        command = [sys.executable, "-W", "ignore", "-c", work]
        ended = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)
        assert "exited immediately (exit code 3): check its output" in ended.stderr
        assert "SEARCHAPP_PROCESSES=1" in ended.stderr
