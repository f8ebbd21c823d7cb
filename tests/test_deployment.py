"""The recipes of docs/deployment.md, as far as they work without systemd's manager."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPSConnection, IncompleteRead
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from clients import Running, eventually, running
from conftest import build
from test_connections import EXPORT, ROWS, large_place

from searchapp.backends import open_backend
from searchapp.cli import main
from searchapp.errors import SearchAppError
from searchapp.ingest import copying
from searchapp.model.resolution import Resolution
from searchapp.serving.descriptors import RESERVE
from searchapp.settings.config import BY_NAME

pytestmark = pytest.mark.slow

__all__ = ["large_place"]  # a fixture
RECIPES = Path(__file__).parent.parent / "docs" / "deployment"
UNITS = ("searchapp.service", "searchapp-update.service", "searchapp-update.timer")
HOST = "clauses.example.org"
PUBLIC = f"https://{HOST}/clauses"


def recipe(name: str) -> str:
    return (RECIPES / name).read_text(encoding="utf-8")


def needed(program: str) -> str:
    """Return the path of a program; skip the test if it is not installed."""
    found = shutil.which(program, path=f"{os.environ['PATH']}:/usr/sbin")
    if not found:
        pytest.skip(f"needs {program}: apt-get install {program}")
    return found


@pytest.mark.parametrize("file", sorted(RECIPES.iterdir()), ids=lambda file: file.name)
def test_recipes_name_what_there_is(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    page = (RECIPES.parent / "deployment.md").read_text(encoding="utf-8")

    assert f"(deployment/{file.name})" in page
    for name in re.findall(r"SEARCHAPP_([A-Z_]+)", text):
        assert name in BY_NAME
    for command in re.findall(r"^ExecStart=\S+/searchapp (\S+)", text, re.MULTILINE):
        assert command in main.commands


def test_the_unit_s_limits_fit_our_own() -> None:
    limits = dict(re.findall(r"^(\w+)=(\d+)$", recipe("searchapp.service"), re.MULTILINE))

    assert int(limits["LimitNOFILE"]) >= int(BY_NAME["CONNECTIONS"].default) + RESERVE
    assert int(limits["TimeoutStopSec"]) > int(BY_NAME["STOP_TIMEOUT"].default)


def test_systemd_takes_the_units(tmp_path: Path) -> None:
    analyze = needed("systemd-analyze")
    for name in UNITS:
        text = recipe(name).replace("/opt/searchapp/bin/searchapp", shutil.which("true") or "")
        (tmp_path / name).write_text(text, encoding="utf-8")
    command = [analyze, "verify", "--man=no", *(str(tmp_path / name) for name in UNITS)]
    found = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)

    assert (found.returncode, found.stderr) == (0, "")


# --- nginx with TLS, below a path


class Site(NamedTuple):
    """nginx in front of a server: its TLS port, and the trusted certificate."""

    port: int
    context: ssl.SSLContext
    server: Running

    def connect(self) -> HTTPSConnection:
        made = socket.create_connection(("127.0.0.1", self.port), timeout=20)
        connection = HTTPSConnection(HOST, self.port, timeout=20)
        connection.sock = self.context.wrap_socket(made, server_hostname=HOST)
        return connection

    def ask(self, path: str, **headers: str) -> tuple[int, dict[str, str], str]:
        """Return the status, headers and body of an answer."""
        with closing(self.connect()) as connection:
            connection.request("GET", path, headers={"Host": HOST, **headers})
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read().decode()


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def certificate(folder: Path) -> tuple[Path, Path]:
    """Create a self-signed certificate; return its path and its key's."""
    names = folder / "clauses.crt", folder / "clauses.key"
    command = [needed("openssl"), "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    command += ["-subj", f"/CN={HOST}", "-addext", f"subjectAltName=DNS:{HOST}"]
    command += ["-out", str(names[0]), "-keyout", str(names[1])]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    return names


@contextmanager
def proxied(folder: Path, server: Running) -> Iterator[Site]:
    """Run nginx with the recipe's configuration on free ports."""
    port, plain, (crt, key) = free_port(), free_port(), certificate(folder)
    text = recipe("nginx.conf")
    for old, new in (
        ("127.0.0.1:8080", f"127.0.0.1:{server.port}"),
        ("listen 80;", f"listen 127.0.0.1:{plain};"),
        ("listen 443 ssl;", f"listen 127.0.0.1:{port} ssl;"),
        ("/etc/ssl/clauses.crt", str(crt)),
        ("/etc/ssl/clauses.key", str(key)),
    ):
        assert text.count(old) == 1
        text = text.replace(old, new)
    paths = "".join(
        f"{name}_temp_path {folder}/{name};\n"
        for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    user = "user root;\n" if os.getuid() == 0 else ""
    whole = f"{user}daemon off;\npid {folder}/pid;\nerror_log {folder}/error.log;\n"
    whole += f"events {{}}\nhttp {{\naccess_log off;\n{paths}{text}}}\n"
    (folder / "nginx.conf").write_text(whole, encoding="utf-8")
    command = [needed("nginx"), "-e", f"{folder}/error.log", "-c", f"{folder}/nginx.conf"]
    with subprocess.Popen(command, start_new_session=True) as process:
        try:
            site = Site(port, ssl.create_default_context(cafile=str(crt)), server)
            assert eventually(lambda: is_there(site)), (folder / "error.log").read_text()
            yield site
        finally:
            os.killpg(process.pid, signal.SIGTERM)


def is_there(site: Site) -> bool:
    try:
        return site.ask("/clauses/healthz")[0] == 200
    except OSError:
        return False


@pytest.fixture
def nginx(large_place: str, tmp_path: Path) -> Iterator[Site]:
    chosen: dict[str, Any] = {
        "PUBLIC_URL": PUBLIC,
        "TRUSTED_PROXIES": 1,
        "ACCESS_LOG": tmp_path / "access.log",
        "EXPORTS": 1,
        "CLIENT_TIMEOUT": 2,
        "STOP_TIMEOUT": 0,
    }
    with running(large_place, **chosen) as server, proxied(tmp_path, server) as site:
        yield site


class TestNginx:
    """The recipe with the real nginx."""

    def test_pages_and_exports_come_through(self, nginx: Site, tmp_path: Path) -> None:
        status, headers, page = nginx.ask("/clauses/search?q=lamp", Forwarded="for=1.2.3.4")
        assert status == 200
        assert f'value="{PUBLIC}/resolutions/A/RES/99/1#op1"' in page
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        style = re.search(r'href="(/clauses/static/style.css[^"]*)"', page)
        assert style
        assert nginx.ask(style[1])[0] == 200
        assert nginx.ask("/clauses")[0] == 301
        assert nginx.ask("/clauses/")[0] == 200
        assert nginx.ask("/search?q=lamp")[0] == 404
        assert "Disallow: /clauses/search" in nginx.ask("/robots.txt")[2]
        # Headers of the client about its address are dropped: the log has its real address.
        spoofed = {"X-Forwarded-For": "203.0.113.7", "X-Forwarded-Host": "evil.example"}
        assert "evil" not in nginx.ask("/clauses/help", **spoofed)[2]
        assert "203.0.113.7" not in (tmp_path / "access.log").read_text("ascii")

        rows = nginx.ask(f"/clauses{EXPORT}")[2].splitlines()
        assert len(rows) == ROWS + 2
        assert all(f",{PUBLIC}/resolutions/A/RES/99/" in row for row in rows[1:-1])

    def test_slow_readers_wait_for_nginx_alone(self, nginx: Site) -> None:
        """There is one thread for exports; nginx buffers each export for its slow client."""
        slow = [nginx.connect() for _ in range(3)]
        for each in slow:
            each.request("GET", f"/clauses{EXPORT}", headers={"Host": HOST})
        answers = [each.getresponse() for each in slow]
        assert [answer.read(3) for answer in answers] == [b"\xef\xbb\xbf"] * 3
        assert len(nginx.ask(f"/clauses{EXPORT}")[2].splitlines()) == ROWS + 2
        assert nginx.ask("/clauses/search?q=lamp")[0] == 200
        time.sleep(3)  # longer than the server's client timeout
        for answer, each in zip(answers, slow, strict=True):
            assert answer.read().count(b"\n") == ROWS + 2
            each.close()

    def test_a_broken_export_is_seen_to_be_broken(self, nginx: Site) -> None:
        with closing(nginx.connect()) as reader:
            reader.request("GET", f"/clauses{EXPORT}", headers={"Host": HOST})
            answer = reader.getresponse()
            answer.read(10)
            nginx.server.process.send_signal(signal.SIGTERM)
            with pytest.raises((IncompleteRead, ConnectionError, ssl.SSLError)):
                answer.read()


# --- backup


def added(place: str, number: int) -> None:
    """Commit a resolution as another writer."""
    backend = open_backend(place)
    backend.add(
        Resolution.from_json(
            {"symbol": f"A/RES/99/{number}", "paragraphs": [{"id": f"A/RES/99/{number}#op1"}]}
        )
    )
    backend.commit()
    backend.close()


def test_a_copy_made_while_the_index_is_written_is_whole(tmp_path: Path) -> None:
    held = [{"symbol": f"A/RES/99/{n}", "source": "a", "paragraphs": []} for n in range(1, 4)]
    place, changed, quiet = (
        build(tmp_path / "index", held),
        tmp_path / "changed",
        tmp_path / "quiet",
    )
    source = open_backend(place)
    copy = open_backend(str(changed), create=True)
    with pytest.raises(SearchAppError, match="changed during the copy, copy again"):
        copying.copy(source, copy, lambda _: added(place, 9))
    assert sum(row.resolutions for row in copy.coverage()) == 3
    copy.close()
    assert list(open_backend(str(changed)).check()) == []

    again = open_backend(str(quiet), create=True)
    assert copying.copy(source, again).resolutions == 4
    assert list(again.check()) == []
    for backend in (again, source):
        backend.close()
