"""Fetching resolutions: requests to the service, its answers, and the files that are written."""

import hashlib
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from urllib.error import URLError

import pytest
from click.testing import CliRunner, Result
from document_service import (
    DocumentService,
    Play,
    drip,
    endless,
    pdf,
    raw,
    redirect,
    rest,
    send,
    serving,
)

from searchapp import __version__
from searchapp.backends import open_backend
from searchapp.cli import fetch as fetch_command
from searchapp.cli import main
from searchapp.errors import SearchAppError
from searchapp.fetching import service as service_module
from searchapp.fetching.download import Report, fetch, file_name, is_whole, write_whole
from searchapp.fetching.service import Missing, Service, Stop, address, seconds_to_wait
from searchapp.fetching.transport import Limits, NotFetched, redirected
from searchapp.fetching.wanted_symbols import NotASymbol, read_series, read_words

REST, WORK, PLAY = "A/RES/99/1", "A/RES/99/2", "A/RES/99/3"
PDF = pdf("Invites all States to rest.")
LATER = pdf("Invites all States to work.")
QUICK = Limits(size=1_000_000, request=1)
NOW = datetime(2044, 12, 2, 15, tzinfo=UTC)


class Clock:
    """A clock that only sleep advances."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.slept.append(seconds)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Change to an empty folder; use no proxy, no pause and no index of the environment."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("no_proxy", "*")
    monkeypatch.setenv("SEARCHAPP_FETCH_PAUSE", "0")
    monkeypatch.delenv("SEARCHAPP_INDEX", raising=False)
    return tmp_path


def served(service: DocumentService, clock: Clock, pause: float = 0) -> Service:
    return Service(service.template, pause, QUICK, clock, clock.sleep)


def fetched(service: DocumentService, *words: str, force: bool = False) -> Report:
    clock = Clock()
    return fetch(read_series(words), served(service, clock), Path("resolutions"), force=force)


def run(service: DocumentService, *arguments: str, given: str = "") -> Result:
    environment = {"SEARCHAPP_FETCH_URL": service.template}
    return CliRunner().invoke(main, ["fetch", *arguments], input=given, env=environment)


def names(folder: str = "resolutions") -> list[str]:
    return sorted(path.name for path in Path(folder).glob("*"))


# The meaning of answers.

OUTCOMES: dict[str, tuple[Sequence[Play], object, list[float]]] = {
    "a document": ([send(PDF)], PDF, []),
    "busy for a while": ([send(status=503), send(status=502), send(PDF)], PDF, [2, 8]),
    "busy for seconds": ([send(status=429, Retry_After="7"), send(PDF)], PDF, [7]),
    "busy for less than our pause": ([send(status=503, Retry_After="0"), send(PDF)], PDF, [2]),
    "busy for nonsense": ([send(status=429, Retry_After="soon"), send(PDF)], PDF, [2]),
    "busy for too long": (
        [send(status=429, Retry_After="7200")],
        Stop("The service asks clients to wait for 2 hours: try again after that."),
        [],
    ),
    "busy for ever": (
        [send(status=429, Retry_After="10")],
        Stop("The service keeps asking clients to wait: try again later."),
        [10, 10, 30],
    ),
    "busy in all for too long": (
        [send(status=429, Retry_After="290")],
        Stop("The service keeps asking clients to wait: try again later."),
        [290, 290],
    ),
    "in trouble": (
        [send(status=500)],
        NotFetched("the service reports an error (500 Internal Server Error)"),
        [2, 8, 30],
    ),
    "truncated once": ([send(PDF[:99], announced=len(PDF)), send(PDF)], PDF, [2]),
    "truncated": (
        [send(PDF[:99], announced=len(PDF))],
        NotFetched(f"the download is incomplete: 99 of {len(PDF)} bytes arrived"),
        [2, 8, 30],
    ),
    "truncated where nobody counted": (
        [raw(b"HTTP/1.0 200 OK\r\n\r\n" + PDF[:300])],
        NotFetched("the download is incomplete: the end of the PDF is missing"),
        [2, 8, 30],
    ),
    "truncated in a chunk": (
        [raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n40\r\n%PDF-")],
        NotFetched("the connection was interrupted"),
        [2, 8, 30],
    ),
    "no HTTP": (
        [raw(b"What?\r\n")],
        NotFetched("the connection was interrupted"),
        [2, 8, 30],
    ),
    "slow headers": (
        [drip(b"HTTP/1.0 200 OK\r\n" + b"Slow: yes\r\n" * 90), send(PDF)],
        PDF,
        [2],
    ),
    "a slow body": ([drip(b"HTTP/1.0 200 OK\r\n\r\n" + PDF), send(PDF)], PDF, [2]),
    "an endless body": ([endless(b"%PDF-1.4 " * 9999)], NotFetched("it is larger than 1 MB"), []),
    "a large body, announced": (
        [send(PDF, announced=10**12)],
        NotFetched("it is larger than 1 MB"),
        [],
    ),
    "missing": ([send(b"<html>", 404)], Missing("not found"), []),
    "withdrawn": ([send(b"<html>", 410)], Missing("not found"), []),
    # The United Nations' service sends either for an unknown symbol.
    "nothing": ([send(b"")], Missing("the service sent an empty response"), []),
    "an error page": (
        [send(b"\n<!-- ODS --><!DOCTYPE html><html><body>Error</body></html>")],
        Missing("the service sent a web page instead of a PDF"),
        [],
    ),
    "XML": (
        [send(b"<?xml version='1.0'?><akomaNtoso/>")],
        NotFetched("the service sent an XML file instead of a PDF"),
        [],
    ),
    "a Word file": (
        [send(b"PK\x03\x04 word")],
        NotFetched("the service sent a ZIP archive or a Word file instead of a PDF"),
        [],
    ),
    "JSON": ([send(b' {"a": 1}')], NotFetched("the service sent a JSON text instead of a PDF"), []),
    "noise": (
        [send(b"\x00\x01")],
        NotFetched("the service sent something else instead of a PDF"),
        [],
    ),
    "a PDF of nothing": (
        [send(b"%PDF-1.4 %%EOF")],
        NotFetched("the service sent a PDF of 14 bytes, too few for a document"),
        [],
    ),
    "forbidden": (
        [send(b"<html>", 403)],
        NotFetched("the service refused the request (403 Forbidden)"),
        [],
    ),
    "a challenge to browsers": (
        [send(b"", 202)],
        NotFetched("the service refused the request (202 Accepted)"),
        [],
    ),
    "a status of its own": (
        [send(b"", 799)],
        NotFetched("the service refused the request (799)"),
        [],
    ),
    "a redirect without an address": (
        [redirect("")],
        NotFetched("it redirects to an address that is not on the web"),
        [],
    ),
    "a redirect in a circle": (
        [redirect(f"/access?s={REST}")],
        NotFetched("it redirects more than 5 times"),
        [],
    ),
    "a redirect to a file": (
        [redirect("file:///etc/passwd")],
        NotFetched("it redirects to an address that is not on the web"),
        [],
    ),
    "a redirect into the local network": (
        [redirect("http://169.254.169.254/latest/meta-data")],
        NotFetched("it redirects to the local network"),
        [],
    ),
    "a redirect to an impossible name": (
        [redirect(f"http://{'a' * 80}.example/")],
        NotFetched("its address is not valid"),
        [],
    ),
}


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_what_an_answer_means(outcome: str) -> None:
    plays, expected, pauses = OUTCOMES[outcome]
    clock = Clock()

    with serving({REST: plays}) as service:
        try:
            found: object = served(service, clock).document(REST, "en")
        except SearchAppError as error:
            found = error

    if isinstance(expected, SearchAppError):
        assert isinstance(found, type(expected)), found
        assert str(found) == str(expected)
    else:
        assert found == expected
    assert clock.slept == pauses


def test_a_chain_of_redirects_is_followed() -> None:
    plays = {
        REST: [redirect("/doc/A1.PDF")],
        "/doc/A1.PDF": [redirect("a 1.pdf", 301)],
        "/doc/a%201.pdf": [send(PDF)],
    }

    with serving(plays) as service:
        assert served(service, Clock()).document(REST, "en") == PDF
        assert service.asked == [REST, "/doc/A1.PDF", "/doc/a%201.pdf"]


@pytest.mark.parametrize(("redirects", "code"), [(5, 0), (6, 1)])
def test_five_redirects_are_enough(redirects: int, code: int) -> None:
    plays = {f"/{n}": [redirect(f"/{n + 1}")] for n in range(1, redirects)}

    with serving({REST: [redirect("/1")], **plays, f"/{redirects}": [send(PDF)]}) as service:
        assert run(service, REST).exit_code == code


UNITED_NATIONS = "https://documents.un.org/api"


@pytest.mark.parametrize(
    ("url", "location", "target"),
    [
        (UNITED_NATIONS, "/doc/N1.PDF", "https://documents.un.org/doc/N1.PDF"),
        (UNITED_NATIONS, "//documents.un.org/a", "https://documents.un.org/a"),
        (UNITED_NATIONS, "https://8.8.8.8/a", "https://8.8.8.8/a"),
        (UNITED_NATIONS, "/a\r\nX: y", "https://documents.un.org/a%0D%0AX:%20y"),
        ("http://127.0.0.1:8000/api", "http://127.0.0.1:9000/a", "http://127.0.0.1:9000/a"),
        ("http://127.0.0.1:8000/api", "https://127.0.0.1/a", "https://127.0.0.1/a"),
    ],
)
def test_where_a_redirect_leads(url: str, location: str, target: str) -> None:
    assert redirected(url, url, location) == target


@pytest.mark.parametrize(
    ("url", "location", "sentence"),
    [
        (UNITED_NATIONS, "http://documents.un.org/a", "from https to http"),
        (UNITED_NATIONS, "https://127.0.0.1/a", "local network"),
        (UNITED_NATIONS, "https://[::1]/a", "local network"),
        (UNITED_NATIONS, "https://[::ffff:10.0.0.1]/a", "local network"),
        (UNITED_NATIONS, "https://192.168.0.1/a", "local network"),
        (UNITED_NATIONS, "https://localhost/a", "local network"),
        (UNITED_NATIONS, "ftp://documents.un.org/a", "not on the web"),
        (UNITED_NATIONS, "data:,PDF", "not on the web"),
        (UNITED_NATIONS, "javascript:alert(1)", "not on the web"),
        (UNITED_NATIONS, "https://[", "not valid"),
        (UNITED_NATIONS, None, "not on the web"),
    ],
)
def test_where_a_redirect_must_not_lead(url: str, location: str | None, sentence: str) -> None:
    with pytest.raises(NotFetched, match=sentence):
        redirected(url, url, location)


@pytest.mark.parametrize(
    "template", ["http://127.0.0.1:1/{symbol}", "https://nowhere.invalid/{symbol}"]
)
def test_a_service_that_cannot_be_reached_ends_the_run(template: str) -> None:
    clock = Clock()

    report = fetch(
        read_series([f"{REST}..9"]), Service(template, 1, QUICK, clock, clock.sleep), Path("to")
    )

    assert report.stopped.startswith("Cannot connect to the service: ")
    assert (report.failed, clock.slept) == ({}, [])


@pytest.mark.parametrize(
    "template", ["", "documents.un.org/{symbol}", "file:///{symbol}", "https://un.org/"]
)
def test_a_setting_that_is_no_address(template: str) -> None:
    with pytest.raises(SearchAppError, match=r"has \{symbol\} in it"):
        Service(template)


@pytest.mark.parametrize(
    ("template", "symbol", "expected"),
    [
        (
            "https://documents.un.org/api/symbol/access?s={symbol}&l={language}&t=pdf",
            "S/RES/2577(2021)",
            "https://documents.un.org/api/symbol/access?s=S%2FRES%2F2577%282021%29&l=fr&t=pdf",
        ),
        ("http://here/{language}/{symbol}.pdf", REST, "http://here/fr/A/RES/99/1.pdf"),
        ("http://here/{symbol}?of={symbol}", "A&B", "http://here/A%26B?of=A%26B"),
    ],
)
def test_addresses(template: str, symbol: str, expected: str) -> None:
    assert address(template, symbol, "fr") == expected


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("0", 0),
        (" 120 ", 120),
        (format_datetime(NOW + timedelta(seconds=90), usegmt=True), 90),
        (format_datetime(NOW - timedelta(days=9), usegmt=True), 0),
        ("Fri, 02 Dec 2044 15:00:09 -0000", 9),
        ("-5", None),
        ("1.5", None),
        ("9" * 5000, None),
        ("Fri, 99 Dec 2044", None),
        ("", None),
        (None, None),
        ("Mon, 01 Jan 2035 99999999999:00:00 GMT", None),
        ("Mon, 01 Jan 99999999999999999999 00:00:00 GMT", None),
        ("Mon, 01 Jan 2035 00:00:00 +99999999999999999999", None),
    ],
)
def test_retry_after(header: str | None, seconds: float | None) -> None:
    assert seconds_to_wait(header, NOW) == seconds


def test_a_date_to_wait_for_is_honoured() -> None:
    clock = Clock()
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=100), usegmt=True)

    with serving({REST: [send(status=503, Retry_After=date), send(PDF)]}) as service:
        assert served(service, clock).document(REST, "en") == PDF

    assert clock.slept == [pytest.approx(100, abs=5)]


# Politeness.


def test_a_pause_is_never_less_than_nothing() -> None:
    with pytest.raises(
        SearchAppError, match="SEARCHAPP_FETCH_PAUSE is “-5”: write a number from 0"
    ):
        Service("https://example.org/{symbol}", pause=-5)


def test_there_is_a_pause_between_requests() -> None:
    clock = Clock()
    Path("resolutions/A_RES_99_2.pdf").parent.mkdir()
    Path("resolutions/A_RES_99_2.pdf").write_bytes(PDF)

    with serving({REST: [send(PDF)], PLAY: [send(PDF)], "A/RES/99/4": [send(PDF)]}) as service:
        fetch(read_series([f"{REST}..5"]), served(service, clock, pause=1.5), Path("resolutions"))

    assert service.asked == [REST, PLAY, "A/RES/99/4", "A/RES/99/5"]
    assert clock.slept == [1.5, 1.5, 1.5]


def test_a_longer_wait_is_pause_enough() -> None:
    clock = Clock()

    with serving({REST: [send(status=500), send(PDF)]}) as service:
        served(service, clock, pause=1.5).document(REST, "en")

    assert clock.slept == [2]


def test_one_at_a_time_in_order_and_by_name() -> None:
    plays = {f"A/RES/99/{n}": [rest(0.02, send(PDF))] for n in range(1, 9)}

    with serving(plays) as service:
        report = fetched(service, PLAY, f"{REST}..8", WORK)

    assert service.together == 1
    assert service.asked == [PLAY, REST, WORK, *(f"A/RES/99/{n}" for n in range(4, 9))]
    assert (len(report.fetched), report.held) == (8, [])
    for path, headers in service.requests:
        assert path.endswith("&l=en")
        assert headers["User-Agent"].startswith(f"searchapp/{__version__} (Clause by clause")
        assert headers["Accept"] == "application/pdf"
        assert "Cookie" not in headers


def test_a_service_that_fails_again_and_again_is_left_alone() -> None:
    with serving({f"A/RES/99/{n}": [send(status=403)] for n in range(1, 9)}) as service:
        report = fetched(service, f"{REST}..8")

    assert service.asked == [REST, WORK, PLAY]
    assert report.stopped == "3 documents failed in a row: try again later."
    first, *others = report.summary()
    assert first.startswith("Fetched 0 documents (0.0 MB) in ")
    assert others == [
        f"Not fetched: {REST}, {WORK}, {PLAY}: the service refused the request (403 Forbidden).",
        report.stopped,
        "Run the same command again to resume.",
    ]


def test_failures_here_and_there_end_nothing() -> None:
    bad, good = [send(status=403)], [send(PDF)]
    plays = {f"A/RES/99/{n}": good if n % 3 == 0 else bad for n in range(1, 9)}

    with serving(plays) as service:
        report = fetched(service, f"{REST}..8")

    assert (len(report.fetched), len(report.failed), report.stopped) == (2, 6, "")


def test_who_asks_to_wait_is_not_asked_for_the_next_document() -> None:
    with serving({REST: [send(status=429, Retry_After="9999")], WORK: [send(PDF)]}) as service:
        report = fetched(service, REST, WORK)

    assert service.asked == [REST]
    assert "asks clients to wait for 3 hours" in report.stopped


# Files.


def test_a_second_run_asks_for_nothing() -> None:
    with serving({REST: [send(PDF)], WORK: [send(PDF)]}) as service:
        first, second = fetched(service, REST, WORK), fetched(service, REST, WORK)

    assert service.asked == [REST, WORK]
    assert (len(first.fetched), len(second.fetched), len(second.held)) == (2, 0, 2)
    assert second.summary()[1] == "Already present: 2 documents."
    assert second.is_complete


def test_a_file_that_is_not_whole_is_fetched_again() -> None:
    place = Path("resolutions/A_RES_99_1.pdf")
    place.parent.mkdir()
    place.write_bytes(PDF[:-100])

    with serving({REST: [send(PDF)]}) as service:
        fetched(service, REST)

    assert place.read_bytes() == PDF


def test_force_fetches_again_and_keeps_what_it_cannot_replace() -> None:
    with serving({REST: [send(PDF), send(LATER), send(b"<html>", 404)]}) as service:
        for content, missing in ((PDF, 0), (LATER, 0), (LATER, 1)):
            report = fetched(service, REST, force=True)
            assert Path("resolutions/A_RES_99_1.pdf").read_bytes() == content
            assert len(report.missing) == missing


@pytest.mark.parametrize(
    ("content", "whole"),
    [
        (PDF, True),
        (b"\n" * 500 + PDF + b"\n" * 500, True),
        (PDF[:-7], False),
        (PDF[9:], False),
        (PDF + b"\n" * 2000, False),
        (b"%PDF-1.4 %%EOF", False),
        (b"", False),
    ],
)
def test_whole_files(content: bytes, whole: bool) -> None:
    Path("some.pdf").write_bytes(content)

    assert is_whole(Path("some.pdf")) is whole


def test_what_is_no_file_is_not_whole(folder: Path) -> None:
    assert not is_whole(folder)
    assert not is_whole(folder / "none.pdf")


@pytest.mark.parametrize(
    ("symbol", "language", "name"),
    [
        ("A/RES/79/144", "en", "A_RES_79_144.pdf"),
        ("A/RES/79/144", "fr", "A_RES_79_144.fr.pdf"),
        ("S/RES/2577(2021)", "en", "S_RES_2577(2021).pdf"),
        ("A/RES/ES-10/22", "zh", "A_RES_ES-10_22.zh.pdf"),
        ("../../etc/passwd", "en", "______etc_passwd.pdf"),
        ("a\\b\0c:d\n", "en", "a_b_c_d_.pdf"),
    ],
)
def test_file_names(symbol: str, language: str, name: str) -> None:
    assert file_name(symbol, language) == name


@pytest.mark.parametrize("moment", ["fsync", "replace"])
def test_an_interruption_leaves_nothing_half_written(
    moment: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object) -> None:
        assert names(".") == [".a.pdf.part"]
        raise KeyboardInterrupt

    monkeypatch.setattr(os, moment, interrupt)

    with pytest.raises(KeyboardInterrupt):
        write_whole(Path("a.pdf"), PDF)

    assert names(".") == []


def test_a_folder_that_cannot_be_written_to() -> None:
    Path("resolutions").write_text("a file", encoding="utf-8")

    with serving({REST: [send(PDF)]}) as service:
        report = fetched(service, REST)

    assert report.stopped.startswith("The folder resolutions can't be used: ")
    assert service.asked == []


def test_control_c_ends_with_what_is_done(folder: Path) -> None:
    """A real signal arrives while the second document drips for a minute."""
    slow = [drip(b"HTTP/1.0 200 OK\r\n\r\n" + PDF)]
    # A process that is started in the background ignores the signal.
    program = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
    program += "from searchapp.cli import main; main()"

    with serving({REST: [send(PDF)], WORK: slow, PLAY: [send(PDF)]}) as service:
        process = subprocess.Popen(
            [sys.executable, "-c", program, "fetch", f"{REST}..3", "--then-index"],
            env={**os.environ, "SEARCHAPP_FETCH_URL": service.template},
            stderr=subprocess.PIPE,
            text=True,
        )
        while WORK not in service.asked and process.poll() is None:
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        said = process.communicate(timeout=30)[1]
        again = fetched(service, REST, PLAY)

    assert (process.returncode, names()) == (1, ["A_RES_99_1.pdf", "A_RES_99_3.pdf"])
    assert said.splitlines()[0].startswith("Fetched 1 document (0.0 MB) in ")
    assert said.splitlines()[1:] == [
        "Interrupted.",
        "Run the same command again to resume.",
    ]
    assert not Path("index").exists()
    assert service.asked == [REST, WORK, PLAY]
    assert again.is_complete


# Lists of symbols.


@pytest.mark.parametrize(
    ("words", "symbols"),
    [
        (["A/RES/79/144"], ["A/RES/79/144"]),
        (["a/res/79/144", "79/145"], ["A/RES/79/144", "A/RES/79/145"]),
        (["A/RES/79/9..A/RES/79/11"], ["A/RES/79/9", "A/RES/79/10", "A/RES/79/11"]),
        (["A/RES/79/9..11"], ["A/RES/79/9", "A/RES/79/10", "A/RES/79/11"]),
        (["A/RES/79/9 .. A/RES/79/9"], ["A/RES/79/9"]),
        (["A/RES/S-26/1..2"], ["A/RES/S-26/1", "A/RES/S-26/2"]),
        (["S/RES/2577(2021)..S/RES/2578(2021)"], ["S/RES/2577(2021)", "S/RES/2578(2021)"]),
        (["A/RES/2099(XX)..2100"], ["A/RES/2099(XX)", "A/RES/2100(XX)"]),
        (["E/RES/2019/1..2"], ["E/RES/2019/1", "E/RES/2019/2"]),
        (["A/HRC/RES/51/1..2"], ["A/HRC/RES/51/1", "A/HRC/RES/51/2"]),
        (["A/RES/76/235 B"], ["A/RES/76/235B"]),
        ([], []),
    ],
)
def test_wanted_symbols(words: list[str], symbols: list[str]) -> None:
    assert [symbol for series in read_series(words) for symbol in series.symbols] == symbols


@pytest.mark.parametrize(
    ("session", "first"),
    [
        ("79", "A/RES/79/1"),
        ("31", "A/RES/31/1"),
        ("s-26", "A/RES/S-26/1"),
        ("ES-10", "A/RES/ES-10/1"),
    ],
)
def test_wanted_sessions(session: str, first: str) -> None:
    (series,) = read_series([], [session])

    assert (series.symbols[0], series.session) == (first, session.upper())


WRONG = [
    (["A/79/L.2"], "not the symbol of a resolution"),
    (["../../etc/passwd"], "not the symbol of a resolution"),
    (["A/RES/79/0"], "not the symbol of a resolution"),
    (["x" * 9999], "not the symbol of a resolution"),
    ([""], "not the symbol of a resolution"),
    ([".."], "not the symbol of a resolution"),
    (["A/RES/79/1.."], "has only one end: add the other"),
    (["A/RES/79/1...5"], "not the symbol of a resolution"),
    (["A/RES/79/1..A/RES/80/5"], "different sessions or organs"),
    (["A/RES/51/1..A/HRC/RES/51/5"], "different sessions or organs"),
    (["A/RES/79/5..A/RES/79/1"], "is reversed"),
    (["A/RES/76/235A..A/RES/76/236"], "part of a resolution"),
    (["A/RES/79/1..9999", "A/RES/78/1..2"], "More than 10,000 symbols"),
    (["--session", "soon"], "is not a session"),
    (["--session", "79/1"], "is not a session"),
    (["--session", "20"], "give a range"),
    (["--session", "S-4"], "give a range"),
    (["--lang", "ja", REST], "is not one of"),
    (["--from", "none.txt"], "No such file"),
    (["--from", "."], "directory"),
    (["--index", "place", REST], "give both"),
    ([], "Give symbols to fetch"),
]


@pytest.mark.parametrize(("arguments", "sentence"), WRONG)
def test_wrong_usage_is_told_before_anything_is_asked(arguments: list[str], sentence: str) -> None:
    with serving({}) as service:
        result = run(service, *arguments)

    assert (result.exit_code, result.stdout, service.asked) == (2, "", [])
    assert sentence in " ".join(result.stderr.split())
    assert len(result.stderr) < 600


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"A/RES/99/1\n", [REST]),
        (b"\xef\xbb\xbf# ours\r\n\r\n A/RES/99/1 # rest\r\n99/2..3", [REST, "99/2..3"]),
        (b"", []),
        (b"A/RES/99/1\nA/79/L.2", "Line 2: “A/79/L.2” is not the symbol"),
        (b"\xff\xfe\x00", "not text"),
        (b"#" * 1_000_001, "larger than 1 MB"),
    ],
)
def test_files_of_symbols(content: bytes, expected: list[str] | str) -> None:
    Path("symbols.txt").write_bytes(content)

    with Path("symbols.txt").open("rb") as file:
        if isinstance(expected, list):
            assert [" ".join(word.split()) for word in read_words(file)] == expected
        else:
            with pytest.raises(NotASymbol, match=re.escape(expected)):
                list(read_words(file))


# Whole sessions.


def session_of(*numbers: int) -> Mapping[str, Sequence[Play]]:
    return {f"A/RES/99/{n}": [send(PDF)] for n in numbers}


def test_a_session_ends_where_ten_in_a_row_are_missing() -> None:
    with serving(session_of(1, 2, 3, 5, 14)) as service:
        result = run(service, "--session", "99")

    assert service.asked == [f"A/RES/99/{n}" for n in range(1, 25)]
    assert result.exit_code == 1
    assert result.stderr.splitlines()[1:] == [
        "Session 99 goes up to A/RES/99/14: the 10 numbers after it are missing.",
        "Missing: "
        + ", ".join(f"A/RES/99/{n}" for n in (4, 6, 7, 8, 9, 10, 11, 12, 13))
        + ": not found.",
    ]


def test_a_session_without_gaps_is_complete() -> None:
    with serving(session_of(1, 2)) as service:
        first, second = (run(service, "--session", "99") for _ in range(2))

    assert (first.exit_code, second.exit_code) == (0, 0)
    assert "Already present: 2 documents." in second.stderr
    assert len(service.asked) == 12 + 10


def test_a_session_that_is_not_there() -> None:
    with serving({}) as service:
        result = run(service, "--session", "S-99")

    assert (result.exit_code, len(service.asked)) == (1, 10)
    assert "Missing: A/RES/S-99/1, A/RES/S-99/2, " in result.stderr


# The command.


def test_the_command_says_what_came_and_what_did_not() -> None:
    plays = {REST: [send(PDF)], WORK: [send(b"<html>")], "A/RES/99/5": [send(PDF)]}

    with serving(plays) as service:
        result = run(service, f"{REST}..A/RES/99/3", "99/5")

    assert (result.exit_code, result.stdout) == (1, "")
    first, *rest = result.stderr.splitlines()
    assert re.fullmatch(r"Fetched 2 documents \(0\.0 MB\) in \d\.\d seconds\.", first)
    assert rest == [
        f"Missing: {WORK}: the service sent a web page instead of a PDF.",
        f"Missing: {PLAY}: not found.",
    ]
    assert names() == ["A_RES_99_1.pdf", "A_RES_99_5.pdf"]


def test_the_command_with_a_file_a_language_and_a_folder() -> None:
    Path("symbols.txt").write_text(f"{WORK}  # work\n", encoding="utf-8")

    with serving({REST: [send(PDF)], WORK: [send(PDF)]}) as service:
        result = run(service, REST, "--from", "symbols.txt", "--lang", "fr", "--to", "a/b")

    assert (result.exit_code, names("a/b")) == (0, ["A_RES_99_1.fr.pdf", "A_RES_99_2.fr.pdf"])
    assert [path.rpartition("&")[2] for path, _ in service.requests] == ["l=fr", "l=fr"]


def test_the_command_reads_standard_input() -> None:
    with serving({REST: [send(PDF)]}) as service:
        assert run(service, "--from", "-", given=f"{REST}\n").exit_code == 0

    assert service.asked == [REST]


def test_a_setting_that_is_wrong_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEARCHAPP_FETCH_URL", "file:///{symbol}")

    result = CliRunner().invoke(main, ["fetch", REST])

    assert (result.exit_code, names()) == (1, [])
    assert "SEARCHAPP_FETCH_URL is “file:///{symbol}”" in result.stderr


def test_the_pause_is_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEARCHAPP_FETCH_PAUSE", "1")
    began = time.monotonic()

    with serving({REST: [send(PDF)], WORK: [send(PDF)]}) as service:
        assert run(service, REST, WORK).exit_code == 0

    assert time.monotonic() - began >= 1


def test_then_index_indexes_what_is_there() -> None:
    """Readable or not, each document is reported and is in the ledger."""
    Path("resolutions").mkdir()
    Path("resolutions/A_RES_99_1.pdf").write_bytes(PDF)

    with serving({WORK: [send(LATER)]}) as service:
        result = run(service, f"{REST}..2", "--then-index", "--index", "place")

    backend = open_backend("place")
    ledger = {source.name: source for source in backend.sources()}
    backend.close()
    assert {os.path.relpath(path): source.hash for path, source in ledger.items()} == {
        "resolutions/A_RES_99_1.pdf": hashlib.sha256(PDF).hexdigest(),
        "resolutions/A_RES_99_2.pdf": hashlib.sha256(LATER).hexdigest(),
    }
    for path, source in ledger.items():
        named = os.path.relpath(path)
        assert source.keys or f"Not read: {named}: {source.failure}" in result.stderr
    assert "Indexed " in result.stderr
    assert result.exit_code == (0 if any(source.keys for source in ledger.values()) else 1)


def test_the_examples_of_help_name_symbols_that_are_read() -> None:
    words = re.findall(r"[AS]/RES/[^\s']+", fetch_command.FETCH_EXAMPLES)

    assert len(read_series(words)) == len(words) == 3


@pytest.mark.parametrize("arguments", [[], ["--then-index", "--index", "place"]])
def test_nothing_fetched_makes_no_index(arguments: list[str]) -> None:
    with serving({}) as service:
        assert run(service, REST, *arguments).exit_code == 1

    assert names(".") == ["resolutions"]


def test_the_default_service_is_that_of_the_united_nations(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []

    def get(url: str, *_: object) -> None:
        asked.append(url)
        raise URLError("no network in tests")

    monkeypatch.setattr(service_module, "get", get)

    result = CliRunner().invoke(main, ["fetch", "A/RES/79/144"])

    assert asked == ["https://documents.un.org/api/symbol/access?s=A%2FRES%2F79%2F144&l=en&t=pdf"]
    assert "Cannot connect to the service: no network in tests." in result.stderr
