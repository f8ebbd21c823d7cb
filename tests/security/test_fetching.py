"""A hostile document service or an impostor: where requests go, and what they cost."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable, Sequence
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from costs import at_most_allocated
from document_service import Play, drip, pdf, redirect, send, serving

from searchapp.fetching.download import fetch, write_whole
from searchapp.fetching.service import Service, content
from searchapp.fetching.transport import Limits, NotFetched, get, redirected
from searchapp.fetching.wanted_symbols import read_series

PDF = pdf("Invites all States to rest.")
SYMBOL = "A/RES/99/1"
LIMITS = Limits(size=1_000_000, request=2)
HOME = "https://documents.un.org/api"
PUBLIC, METADATA, LOOPBACK = "93.184.216.34", "169.254.169.254", "127.0.0.1"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Change to an empty folder, and use no proxy."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("no_proxy", "*")
    return tmp_path


class Network:
    """Scripted name resolution, and connections that never leave this machine.

    Every connection goes to a port of this machine, and its address is recorded.
    """

    def __init__(self, port: int, names: dict[str, Sequence[Sequence[str]]]) -> None:
        self._port = port
        self._names = {
            name: iter([*answers, *([answers[-1]] * 9)]) for name, answers in names.items()
        }
        self.connected: list[str] = []
        self._connect = socket.create_connection
        self._look_up = socket.getaddrinfo

    def look_up(self, name: Any, port: Any, *args: Any, **kwargs: Any) -> list[Any]:
        if name not in self._names:
            return list(self._look_up(name, port, *args, **kwargs))
        kind = socket.SOCK_STREAM
        return [
            (socket.AF_INET6 if ":" in at else socket.AF_INET, kind, 6, "", (at, port))
            for at in next(self._names[name])
        ]

    def connect(self, at: tuple[str, int], *args: Any, **kwargs: Any) -> socket.socket:
        self.connected.append(at[0])
        return self._connect((LOOPBACK, self._port), *args, **kwargs)


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Network]:
    """Return a function that installs a network with these names and addresses."""

    def made(port: int, **names: Sequence[Sequence[str]]) -> Network:
        given = {name.replace("_", "."): answers for name, answers in names.items()}
        found = Network(port, given)
        monkeypatch.setattr(socket, "getaddrinfo", found.look_up)
        monkeypatch.setattr(socket, "create_connection", found.connect)
        return found

    return made


def port_of(host: str) -> int:
    return int(host.rpartition(":")[2])


# Where requests go.

LOCAL = {
    "this machine": [[LOOPBACK]],
    "this machine, IPv6": [["::1"]],
    "any address": [["0.0.0.0"]],
    "a private network": [["10.0.0.7"]],
    "a carrier's network": [["100.64.0.1"]],
    "a cloud's metadata": [[METADATA]],
    "a unique local address": [["fd00::1"]],
    "a link": [["fe80::1%eth0"]],
    "mapped to IPv6": [["::ffff:10.0.0.7"]],
    "through 6to4": [["2002:7f00:1::"]],
    "through NAT64": [["64:ff9b::a00:7"]],
    "many listeners": [["224.0.0.1"]],
    "one public, one private": [[PUBLIC, "10.0.0.7"]],
}


@pytest.mark.parametrize("kind", LOCAL)
def test_a_name_in_the_local_network_is_never_connected_to(
    kind: str, network: Callable[..., Network]
) -> None:
    with serving({SYMBOL: [send(PDF)]}) as service:
        net = network(port_of(service.host), rebound_example=LOCAL[kind])
        with pytest.raises(NotFetched, match=r"rebound\.example is in the local network"):
            get("http://rebound.example/?s=A%2FRES%2F99%2F1", LIMITS, 5)

    assert (net.connected, service.asked) == ([], [])


def test_a_name_that_changes_its_address_is_not_followed(network: Callable[..., Network]) -> None:
    """The name is public when it is checked; the next look-up returns this machine."""
    with serving({SYMBOL: [send(PDF), send(PDF)]}) as service:
        net = network(port_of(service.host), rebound_example=[[PUBLIC], [LOOPBACK]])
        url = "http://rebound.example/?s=A%2FRES%2F99%2F1"
        first = get(url, LIMITS, 5)
        with pytest.raises(NotFetched, match="local network"):
            get(url, LIMITS, 5)

    assert first.body == PDF
    assert net.connected == [PUBLIC]  # by its address, not by the name


def test_a_redirect_to_a_name_that_changes_its_address_is_not_followed(
    network: Callable[..., Network],
) -> None:
    with serving({SYMBOL: [redirect("http://other.example/x")], "/x": [send(PDF)]}) as service:
        net = network(
            port_of(service.host), home_example=[[PUBLIC]], other_example=[[PUBLIC], [METADATA]]
        )
        with pytest.raises(NotFetched, match=r"other\.example is in the local network"):
            get("http://home.example/?s=A%2FRES%2F99%2F1", LIMITS, 5)

    assert (net.connected, service.asked) == ([PUBLIC], [SYMBOL])


@pytest.mark.parametrize(("private", "asked"), [(False, []), (True, [SYMBOL])])
def test_a_service_of_the_local_network_needs_a_setting(
    private: bool, asked: list[str], network: Callable[..., Network]
) -> None:
    template = "http://archive.intern/?s={symbol}"
    with serving({SYMBOL: [send(PDF)]}) as service:
        network(port_of(service.host), archive_intern=[["10.0.0.7"]])
        report = fetch(
            read_series([SYMBOL]),
            Service(template, 0, LIMITS, private=private),
            Path("resolutions"),
        )

    assert service.asked == asked
    assert report.is_complete is private
    assert private or "SEARCHAPP_FETCH_PRIVATE=1" in report.failed[SYMBOL]


def test_a_private_service_may_not_lead_to_other_hosts_of_its_network(
    network: Callable[..., Network],
) -> None:
    with serving({SYMBOL: [redirect("http://secret.intern/")], "/": [send(PDF)]}) as service:
        network(port_of(service.host), archive_intern=[["10.0.0.7"]], secret_intern=[["10.0.0.8"]])
        with pytest.raises(NotFetched, match="redirects to the local network"):
            get("http://archive.intern/?s=A%2FRES%2F99%2F1", LIMITS, 5, private=True)

    assert service.asked == [SYMBOL]


@pytest.mark.parametrize(
    ("location", "sentence"),
    [
        ("file:///etc/passwd", "not on the web"),
        ("gopher://127.0.0.1:6379/_FLUSHALL", "not on the web"),
        ("ftp://documents.un.org/a", "not on the web"),
        ("http:///a", "not on the web"),
        ("https://documents.un.org:99999/", "not valid"),
        ("https://8.8.8.8:22/", "unusual port 22 of another host"),
        ("https://8.8.8.8:6379/", "unusual port 6379 of another host"),
        ("https://documents.un.org@127.0.0.1/", "user name"),
        ("https://me:secret@documents.un.org/", "user name"),
        ("https://2130706433/", "local network"),  # 127.0.0.1 as one number
        ("https://0x7f.1/", "local network"),
        ("https://127.1/", "local network"),
        ("https://[::ffff:127.0.0.1]/", "local network"),
        ("https://[::ffff:7f00:1]/", "local network"),
        ("https://[64:ff9b::7f00:1]/", "local network"),
        ("https://[2002:7f00:1::]/", "local network"),
        ("https://[fe80::1%25lo]/", "local network"),
        ("https://0/", "local network"),
        ("https://localhost.:80/", "local network"),
        ("//127.0.0.1/", "local network"),
        ("\\\\127.0.0.1\\", ""),
    ],
)
def test_where_a_redirect_must_not_lead(location: str, sentence: str) -> None:
    if not sentence:  # a path on the same host, even if a browser reads it otherwise
        assert redirected(HOME, HOME, location).startswith("https://documents.un.org/")
        return
    with pytest.raises(NotFetched, match=sentence):
        redirected(HOME, HOME, location)


def test_a_proxy_of_the_user_resolves_names_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """The proxy may have a private address; it is asked for the whole URL."""
    with serving({SYMBOL: [send(PDF)]}) as service:
        monkeypatch.setenv("no_proxy", "")
        monkeypatch.setenv("http_proxy", service.host)
        answer = get(f"http://unknown.invalid/?s={SYMBOL}", LIMITS, 5)

    assert answer.body == PDF
    assert service.requests[0][0] == f"http://unknown.invalid/?s={SYMBOL}"


def test_a_symbol_cannot_change_the_request() -> None:
    with serving({}) as service:
        fetcher = Service(f"{service.host}/access?s={{symbol}}&l={{language}}", 0, LIMITS)
        for symbol in ("A/RES/1\r\nX: y", "a&l=fr#", "../../x?y", "a\0b"):
            with pytest.raises(Exception, match="not found"):
                fetcher.document(symbol, "en\r\nX: y")

    assert [set(headers) & {"X"} for _, headers in service.requests] == [set()] * 4
    assert all(path.startswith("/access?s=") for path, _ in service.requests)
    assert all(path.count("&") == 1 and "#" not in path for path, _ in service.requests)


# The cost of answers.


def flood(head: bytes, piece: bytes = b"x" * 65_536) -> Play:
    """Return an answer with this head and an endless body."""

    def play(request: BaseHTTPRequestHandler) -> None:
        request.wfile.write(head)
        while True:
            request.wfile.write(piece)

    return play


OK = b"HTTP/1.1 200 OK\r\n"
COSTLY = {
    "a chunk of negative length": flood(OK + b"Transfer-Encoding: chunked\r\n\r\n-1\r\n"),
    "a chunk without an end": flood(OK + b"Transfer-Encoding: chunked\r\n\r\nfffffffffff\r\n"),
    "chunks of one byte": flood(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n" * 9999),
    "a chunk's endless extension": flood(OK + b"Transfer-Encoding: chunked\r\n\r\n1;a="),
    "endless trailers": flood(OK + b"Transfer-Encoding: chunked\r\n\r\n0\r\n", b"A: b\r\n" * 9999),
    "endless headers": flood(OK, b"A: b\r\n" * 9999),
    "an endless header": flood(OK + b"A: "),
    "an endless first line": flood(b"HTTP/1.1 200 "),
    "endless preliminary answers": flood(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 999),
    "a negative length": flood(OK + b"Content-Length: -1\r\n\r\n"),
    "two lengths": flood(OK + b"Content-Length: 9\r\nContent-Length: 999999999\r\n\r\n"),
    "a length in words": flood(OK + b"Content-Length: many\r\n\r\n"),
    "dripping headers": drip(OK + b"A: b\r\n" * 9999),
    "a dripping body": drip(OK + b"\r\n" + PDF * 99),
    "a dripping chunk": drip(OK + b"Transfer-Encoding: chunked\r\n\r\n" + b"1\r\nx\r\n" * 999),
}


@pytest.mark.parametrize("cost", COSTLY)
def test_what_an_answer_costs_is_bounded(cost: str) -> None:
    began = time.monotonic()
    with serving({SYMBOL: [COSTLY[cost]]}) as service, at_most_allocated(50_000_000):
        try:
            answer = get(f"{service.host}/?s={SYMBOL}", LIMITS, 2)
        except Exception as error:  # noqa: BLE001 - each is told as a sentence by the service
            said = str(error)
        else:
            assert len(answer.body) <= LIMITS.size
            said = ""

    assert time.monotonic() - began < 60, said  # unbounded, it takes minutes


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
def test_packed_bodies_are_not_unpacked(coding: str) -> None:
    """No compression is requested, and a bomb of zeros stays packed."""
    import gzip

    bomb = gzip.compress(bytes(50_000_000))
    with serving({SYMBOL: [send(bomb, Content_Encoding=coding)]}) as service:
        answer = get(f"{service.host}/?s={SYMBOL}", LIMITS, 5)
        asked = service.requests[0][1]["Accept-Encoding"]

    assert (asked, answer.body) == ("identity", bomb)
    with pytest.raises(NotFetched, match="a gzip archive instead of a PDF"):
        content(answer, 300)


@pytest.mark.parametrize("kind", ["text/html", "application/x-msdownload", "", "application/pdf"])
def test_the_content_decides_and_not_its_type(kind: str) -> None:
    with serving({SYMBOL: [send(b"MZ\x90\x00" * 99, Content_Type=kind)]}) as service:
        report = fetch(read_series([SYMBOL]), Service(service.template, 0, LIMITS), Path("to"))

    assert report.failed == {SYMBOL: "the service sent something else instead of a PDF"}
    assert list(Path("to").iterdir()) == []


def test_a_name_that_the_service_suggests_is_not_used() -> None:
    named = send(PDF, Content_Disposition='attachment; filename="../../.bashrc"')
    with serving({SYMBOL: [named]}) as service:
        fetch(read_series([SYMBOL]), Service(service.template, 0, LIMITS), Path("to"))

    assert [str(path) for path in Path().rglob("*")] == ["to", "to/A_RES_99_1.pdf"]


def test_cookies_and_credentials_are_neither_kept_nor_sent() -> None:
    answers = [send(b"", 302, Location="/x", Set_Cookie="a=b", WWW_Authenticate="Basic realm=x")]
    with serving({SYMBOL: answers, "/x": [send(PDF)]}) as service:
        get(f"{service.host}/?s={SYMBOL}", LIMITS, 5)

    assert [set(headers) & {"Cookie", "Authorization"} for _, headers in service.requests] == [
        set(),
        set(),
    ]


# What is written.


@pytest.mark.parametrize("link", ["A_RES_99_1.pdf", ".A_RES_99_1.pdf.part"])
def test_links_in_the_folder_are_not_written_through(link: str, folder: Path) -> None:
    """Others who can write to the folder may link a name to another file, which must not change."""
    outside = folder / "outside"
    outside.write_bytes(b"precious")
    (folder / "to").mkdir()
    (folder / "to" / link).symlink_to(outside)

    with serving({SYMBOL: [send(PDF)]}) as service:
        report = fetch(read_series([SYMBOL]), Service(service.template, 0, LIMITS), Path("to"))

    assert outside.read_bytes() == b"precious"
    assert report.is_complete, report.summary()
    written = folder / "to" / "A_RES_99_1.pdf"
    assert (written.read_bytes(), written.is_symlink()) == (PDF, False)


def test_what_is_being_written_is_for_nobody_else(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []
    before = os.fsync

    def look(file: Any) -> None:
        seen.extend(path.stat().st_mode & 0o022 for path in folder.glob(".*"))
        before(file)

    monkeypatch.setattr(os, "fsync", look)
    write_whole(folder / "a.pdf", PDF)

    assert seen
    assert set(seen) == {0}  # nobody else may change it


def test_the_service_is_named_only_by_http() -> None:
    for template in (
        "file:///etc/{symbol}",
        "ftp://x/{symbol}",
        "//x/{symbol}",
        "javascript:{symbol}",
    ):
        with pytest.raises(Exception, match="begins with https://"):
            Service(template)
