"""The server's logs: requests if the access log is on, and errors, each with its time."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from clients import ask, connected, eventually, fronted, is_closed, running

from searchapp import create_app
from searchapp.errors import SearchAppError
from searchapp.serving import logs

pytestmark = pytest.mark.slow

LINE = re.compile(
    r'(?P<client>\S+) - - \[\d\d/[A-Z][a-z][a-z]/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}\] "(?P<asked>.*?)"'
    r' (?P<status>\d{3}) (?P<size>\d+|-) "(?P<referer>.*?)" "(?P<agent>.*?)"'
    r" (?P<seconds>\d+\.\d{3})"
)


@pytest.fixture
def written(tmp_path: Path) -> Iterator[Path]:
    """Turn on the access log of this process; yield its file."""
    logs.configure(str(tmp_path / "access.log"))
    yield tmp_path / "access.log"
    for handler in logs.ACCESS.handlers:
        handler.close()
    logs.ACCESS.handlers = []


def lines(file: Path, number: int) -> list[re.Match[str]]:
    """Wait for this many lines of a log; return them, matched against the format."""
    assert eventually(lambda: file.exists() and file.read_text("ascii").count("\n") >= number, 5)
    found = [LINE.fullmatch(line) for line in file.read_text("ascii").splitlines()]
    assert None not in found, file.read_text("ascii")
    return [each for each in found if each]


@pytest.mark.parametrize(
    ("path", "headers", "client", "asked", "agent"),
    [
        ("/healthz", {}, "127.0.0.1", "GET /healthz HTTP/1.1", "-"),
        ("/search.csv?q=views", {}, "127.0.0.1", "GET /search.csv?q=views HTTP/1.1", "-"),
        ("/help", {"X-Forwarded-For": "203.0.113.7"}, "127.0.0.1", "GET /help HTTP/1.1", "-"),
        (
            "/help",
            {"User-Agent": 'a"b\\c\xe9'},
            "127.0.0.1",
            "GET /help HTTP/1.1",
            "a{}b{}c{}",
        ),
        ("/nowhere%0A%1B", {}, "127.0.0.1", "GET /nowhere%0A%1B HTTP/1.1", "-"),
    ],
)
def test_a_request_is_a_line(
    place: str,
    written: Path,
    path: str,
    headers: dict[str, str],
    client: str,
    asked: str,
    agent: str,
) -> None:
    with fronted(create_app({"INDEX": place})) as port:
        status, _, body = ask(port, path, headers)
    (line,) = lines(written, 1)

    assert line["client"] == client
    assert line["asked"] == asked
    assert line["status"] == str(status)
    assert line["size"] == str(len(body.encode()))
    assert line["agent"] == agent.format('\\"', "\\\\", "\\xe9")
    assert float(line["seconds"]) < 5


def test_a_trusted_proxy_tells_the_client(place: str, written: Path) -> None:
    with fronted(create_app({"INDEX": place, "TRUSTED_PROXIES": 1})) as port:
        ask(port, "/help", {"X-Forwarded-For": "198.51.100.1, 203.0.113.7"})
        ask(port, "/help", {"X-Forwarded-For": "a b\xe9"})
    assert [line["client"] for line in lines(written, 2)] == ["203.0.113.7", "a_b\\xe9"]


def test_what_is_no_request_is_a_line_too(place: str, written: Path) -> None:
    with fronted(create_app({"INDEX": place})) as port:
        assert is_closed(connected(port, "GET / NONSENSE\x1b\r\n\r\n"), 5)
    (line,) = lines(written, 1)
    assert line["status"] == "400"
    assert line["asked"] in ("GET / NONSENSE\\x1b", "-")


def test_a_log_that_was_moved_is_opened_again(place: str, written: Path) -> None:
    with fronted(create_app({"INDEX": place})) as port:
        ask(port, "/help")
        lines(written, 1)
        old = written.rename(written.with_suffix(".old"))
        ask(port, "/healthz")
        assert len(lines(written, 1)) == len(lines(old, 1)) == 1


def test_nothing_is_written_unless_it_is_asked_for(place: str) -> None:
    with running(place) as server:
        assert ask(server.port, "/help")[0] == 200
        server.process.terminate()
        _, said = server.process.communicate(timeout=20)
    assert said == "Press Ctrl-C to stop.\n"


@pytest.mark.parametrize("processes", ["1", "2"])
def test_requests_go_to_standard_error(place: str, processes: str) -> None:
    with running(place, "--processes", processes, ACCESS_LOG="-") as server:
        for _ in range(20):
            ask(server.port, "/help")
        server.process.terminate()
        _, said = server.process.communicate(timeout=20)
    assert said.count('"GET /help HTTP/1.1" 200') == 20


def test_a_log_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(SearchAppError, match="SEARCHAPP_ACCESS_LOG"):
        logs.check(str(tmp_path / "nowhere" / "access.log"))
    with pytest.raises(SearchAppError, match="Is a directory"):
        logs.check(str(tmp_path))


def test_an_error_has_its_time_and_cannot_forge_a_line() -> None:
    formatter = logs.Escaped("%(asctime)s %(levelname)s %(message)s")
    try:
        raise ValueError("one\ntwo\x1b[2J")
    except ValueError as error:
        info = (type(error), error, error.__traceback__)
        record = logging.LogRecord("a", logging.ERROR, "", 1, "at %s", ("/a\n\x1b\u2028",), info)
    said = formatter.format(record)

    assert re.match(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} ERROR at /a\\x0a\\x1b\\u2028\n", said)
    assert "two\\x1b[2J" in said
    assert "Traceback" in said
