"""The engine on OpenSearch where it differs from others: addresses, query language, retries.

Most tests need no server: they use a node with scripted answers.
"""

from __future__ import annotations

import json
import ssl
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from email.message import Message
from http.server import BaseHTTPRequestHandler, HTTPServer
from itertools import count, islice
from pathlib import Path
from shutil import which
from threading import Thread
from typing import Any
from urllib.request import Request, urlopen

import pytest
from click.testing import CliRunner
from contract.conftest import ENGINES, Engine, on_opensearch, present
from contract.data import HELD, OCEANS, fill, found, resolution
from corpus import CORPUS, needs_corpus
from lxml import etree

from searchapp import create_app
from searchapp.backends import open_backend
from searchapp.backends.opensearch import OpenSearchBackend, client, mapping, writer
from searchapp.backends.opensearch import search as searching
from searchapp.backends.opensearch.address import Place, read_place
from searchapp.backends.opensearch.client import Cluster
from searchapp.backends.opensearch.compiling import compile_node
from searchapp.backends.opensearch.documents import (
    MAX_ID,
    order_of,
    paragraph_id,
    resolution_documents,
)
from searchapp.backends.opensearch.index_state import new_state
from searchapp.backends.opensearch.mapping import version_mark
from searchapp.backends.rebuilding import rebuilding
from searchapp.cli import main
from searchapp.errors import IndexBusy, IndexProblem, NoIndex, SearchAppError, TooSlow
from searchapp.model.source import Source
from searchapp.query.parser import parse_words
from searchapp.query.query import Query
from searchapp.query.tree import Every
from searchapp.search import deadline
from searchapp.settings.config import Settings
from searchapp.text.analysis import stem, words
from searchapp.text.bounded import bounded
from searchapp.un.symbols import symbol_order

Answers = Callable[[str], tuple[int, Any]]

# Addresses


@pytest.mark.parametrize(
    ("address", "urls", "name"),
    [
        ("opensearch://localhost:9200/resolutions", ("http://localhost:9200",), "resolutions"),
        ("opensearch://localhost/a-b_c.1/", ("http://localhost:9200",), "a-b_c.1"),
        ("opensearchs://search.example/un", ("https://search.example:9200",), "un"),
        ("opensearch://a:1,b:2,c/un", ("http://a:1", "http://b:2", "http://c:9200"), "un"),
        ("opensearch://[::1]:9200/un", ("http://[::1]:9200",), "un"),
    ],
)
def test_addresses(address: str, urls: tuple[str, ...], name: str) -> None:
    assert read_place(address) == Place(urls, name)


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("http://localhost:9200/un", "is not a valid index address: give a folder, or write"),
        ("opensearch:///un", "is not a valid index address"),
        ("opensearch://localhost:port/un", "is not a valid index address"),
        ("opensearch://localhost:9200", "is not a valid index name"),
        ("opensearch://localhost/UN", "lower-case letters"),
        ("opensearch://localhost/a/b", "lower-case letters"),
        ("opensearch://localhost/un?x=1", "is not a valid index address"),
        ("opensearch://[::1/un", "is not a valid index address"),
        ("opensearch://a b/un", "is not a valid index address"),
        ("opensearch://localhost:0/un", "is not a valid index address"),
        ("opensearch://me:secret@localhost/un", "SEARCHAPP_OPENSEARCH_USER"),
        ("https://me:secret@localhost/un", "“https://…” is not a valid index address"),
        ("OpenSearch://me:secret@localhost/un", "SEARCHAPP_OPENSEARCH_USER"),
        ("me:secret@localhost://un", "is not a valid index address"),
        ("opensearch://me:pa/secret@localhost/un", "SEARCHAPP_OPENSEARCH_USER"),
        ("opensearch://me:#secret@localhost/un", "SEARCHAPP_OPENSEARCH_USER"),
    ],
)
def test_addresses_that_can_not_be_read(address: str, said: str) -> None:
    with pytest.raises(IndexProblem, match=said) as caught:
        open_backend(address)
    assert "secret" not in str(caught.value)


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith("searchapp.backends.opensearch")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "opensearchpy", None)
    with pytest.raises(IndexProblem, match=r"pip install 'opensearch-py>=2.8,<3'"):
        open_backend("opensearch://localhost/un")


def test_nothing_else_knows_the_client() -> None:
    package = Path(searching.__file__).parents[2]
    named = {p for p in package.rglob("*.py") if "opensearchpy" in p.read_text(encoding="utf-8")}
    assert named
    assert {path.parent.name for path in named} == {"opensearch"}


# The query language

PEACE = {"term": {"stem": {"value": "peac"}}}
WATER = {"term": {"stem": {"value": "water"}}}


def unscored(query: dict[str, Any]) -> dict[str, Any]:
    return {"constant_score": {"filter": query, "boost": 0}}


def each_one(query: dict[str, Any]) -> dict[str, Any]:
    return {"constant_score": {"filter": query, "boost": 1}}


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("peace", PEACE),
        ("peace water", {"bool": {"must": [PEACE, WATER]}}),
        ("peace OR water", {"bool": {"should": [PEACE, WATER]}}),
        ("peace -water", {"bool": {"must": [PEACE], "must_not": [WATER]}}),
        ("-water", {"bool": {"must_not": [WATER]}}),
        ("peac*", each_one({"prefix": {"text": {"value": "peac"}}})),
        ("*ace", each_one({"wildcard": {"text": {"value": "*ace"}}})),
        (
            '"water water of"',
            {
                "bool": {
                    "must": [
                        {"term": {"text": {"value": "water"}}},
                        {"term": {"text": {"value": "of"}}},
                    ],
                    "filter": [{"match_phrase": {"text": {"query": "water water of"}}}],
                }
            },
        ),
        (
            '"of water"~3',
            {
                "bool": {
                    "must": [
                        {"term": {"text": {"value": "of"}}},
                        {"term": {"text": {"value": "water"}}},
                    ],
                    "filter": [
                        {
                            "intervals": {
                                "text": {
                                    "match": {"query": "of water", "ordered": True, "max_gaps": 3}
                                }
                            }
                        }
                    ],
                }
            },
        ),
        ("year:2010..", unscored({"range": {"year": {"gte": 2010}}})),
        ("year:2010..2012", unscored({"range": {"year": {"gte": 2010, "lte": 2012}}})),
        ("symbol:69/28", unscored({"term": {"symbol": {"value": "A/RES/69/28"}}})),
        ("to:Mem*", unscored({"prefix": {"to": {"value": "Mem"}}})),
        ("type:annex OR type:operative", unscored({"terms": {"type": ["annex", "operative"]}})),
    ],
)  # fmt: skip
def test_a_tree_in_the_servers_language(typed: str, asked: dict[str, Any]) -> None:
    assert compile_node(parse_words(typed) or Every()) == asked


def test_a_request_can_be_seen_without_a_server() -> None:
    place = "opensearch://localhost/un"
    said = CliRunner().invoke(
        main, ["search", "--explain", "--index", place, "--year", "2014", "peace"]
    )
    tree, request = said.output.split("request\n")
    assert tree.startswith("words\n  stem: peac\n")
    assert json.loads(request) == {
        "query": {
            "bool": {
                "must": [PEACE],
                "filter": [
                    unscored({"term": {"lang": {"value": "en"}}}),
                    unscored({"range": {"year": {"gte": 2014, "lte": 2014}}}),
                ],
            }
        },
        "sort": searching.SORTS["relevance"],
    }


# Documents


def test_a_paragraphs_document_has_its_id() -> None:
    documents = list(resolution_documents(HELD[0]))
    assert [d.id for d in documents[:2]] == [f"r:{OCEANS}", f"p:{OCEANS}#pp1"]
    assert len({d.owner for d in documents}) == 1
    assert documents[1].fields["text"] == "recalling its resolution 69 28 of 2 december 2014"
    assert documents[1].fields["stem"] == " ".join(map(stem, documents[1].fields["text"].split()))


@pytest.mark.parametrize(
    ("key", "one", "other"),
    [
        ("A", "A#op1", "op1"),
        ("A", "A#" + "x" * 600 + "1", "A#" + "x" * 600 + "2"),
        ("A", "é" * 400, "é" * 401),
        ("x" * 600, "x" * 600 + "#op1", "x" * 600 + "#op2"),
    ],
)
def test_ids_differ_and_are_not_too_long(key: str, one: str, other: str) -> None:
    ids = {paragraph_id(key, one), paragraph_id(key, other)}
    assert len(ids) == 2
    assert max(len(name.encode()) for name in ids) <= MAX_ID


@pytest.mark.parametrize("text", ["", "é" * 500, "x" * 1001, "\ud800" * 2000])
def test_what_is_too_long_is_cut(text: str) -> None:
    assert len(bounded(text, 1000).encode()) <= 1000


def test_the_order_of_symbols_is_that_of_numbers() -> None:
    keys = [
        "A/RES/9/2",
        "A/RES/9/10",
        "A/RES/10/1",
        "A/RES/2099(XX)",
        "A/RES/76/235A",
        "A/RES/76/235B",
    ]
    keys += ["S/RES/1(1946)", "x-00ff", "a", "a\0b", "a\0", "9", "A/RES/9/2@fr", "A/RES/9/2/3"]
    assert sorted(keys, key=order_of) == sorted(keys, key=symbol_order)


# A node with scripted answers


class Node:
    """An HTTP server with scripted answers; it records its requests."""

    def __init__(self, answers: Answers, context: ssl.SSLContext | None = None) -> None:
        node = self
        self.scheme = "opensearchs" if context else "opensearch"
        self.asked: list[tuple[str, Message]] = []

        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                node.asked.append((f"{self.command} {self.path}", self.headers))
                status, data = answers(f"{self.command} {self.path.partition('?')[0]}")
                body = json.dumps(data).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body if self.command != "HEAD" else b"")

            do_GET = do_POST = do_PUT = do_HEAD = do_DELETE = answer  # noqa: N815

            def log_message(self, *_: Any) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        if context:
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    @property
    def place(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.server.server_port}/un"

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def node(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Node]]:
    monkeypatch.setattr(client, "PAUSE", 0.001)
    made: list[Node] = []

    def make(answers: Answers, context: ssl.SSLContext | None = None) -> Node:
        made.append(Node(answers, context))
        return made[-1]

    yield make
    for one in made:
        one.close()


MAPPING = {"un-1": {"mappings": {"_meta": {"searchapp": version_mark()}}}}
STATE = {
    "_source": new_state().document(),
    "_seq_no": 0,
    "_primary_term": 1,
    "found": True,
}
SHARDS = {"total": 3, "failed": 0}
ANSWER = {
    "_shards": SHARDS,
    "timed_out": False,
    "hits": {"total": {"value": 7}, "hits": []},
    "status": 200,
}


def opened(asked: str) -> tuple[int, Any]:
    """Answer as a healthy index does."""
    if "_alias" in asked:
        return 200, {"un-1": {}}
    if "_mapping" in asked:
        return 200, MAPPING
    return (200, {"responses": [ANSWER]}) if "_msearch" in asked else (200, STATE)


def failing(times: int, status: int, data: Any) -> Answers:
    """Return answers in which a search fails this many times, then succeeds."""
    left = iter(range(times))

    def answers(asked: str) -> tuple[int, Any]:
        if "_msearch" in asked and next(left, None) is not None:
            return status, data
        return opened(asked)

    return answers


PARTIAL = {"responses": [{**ANSWER, "_shards": {"total": 3, "failed": 1}}]}
LATE = {"responses": [{**ANSWER, "timed_out": True}]}
TIME_UP = {"type": "time_exceeded_exception", "reason": None}
GIVEN_UP = {
    "responses": [
        {
            "status": 500,
            "error": {"type": "search_phase_execution_exception", "root_cause": [TIME_UP]},
        }
    ]
}
DYING = {"responses": [{"status": 500, "error": {"type": "search_phase_execution_exception"}}]}


@pytest.mark.parametrize(
    ("status", "data"),
    [
        (503, {}),
        (502, {}),
        (504, {}),
        (429, {}),
        (500, {}),
        (200, PARTIAL),
        (200, LATE),
        (200, DYING),
    ],
)
def test_what_passes_is_asked_again(
    node: Callable[[Answers], Node], status: int, data: Any
) -> None:
    backend = open_backend(node(failing(3, status, data)).place)
    assert backend.count(Query.make("peace")) == 7
    backend.close()


@pytest.mark.parametrize(
    ("status", "data", "said"),
    [
        (503, {}, r"is unavailable \(503\): wait until its cluster has recovered"),
        (200, PARTIAL, r"a part of the index only \(1 of 3 shards failed\): wait"),
        (200, DYING, r"is unavailable \(500\)"),
        (200, LATE, "took longer than 5 s and was stopped: use fewer words"),
        (200, GIVEN_UP, "took longer than 5 s"),
        (401, {}, "denied access: set SEARCHAPP_OPENSEARCH_USER"),
        (400, {"error": {"reason": "No such thing."}}, r"rejected a request: No such thing\.$"),
        (404, {"error": {"type": "index_not_found_exception"}, "status": 404}, "There is no index"),
    ],
)
def test_what_does_not_pass_is_a_sentence(
    node: Callable[[Answers], Node], status: int, data: Any, said: str
) -> None:
    made = node(failing(100, status, data))
    with pytest.raises(SearchAppError, match=said):
        open_backend(made.place).count(Query.make("peace"))
    searches = [path for path, _ in made.asked if "_msearch" in path]
    assert len(searches) == (6 if status in (200, 503) else 1)


def test_a_page_says_so_with_503(node: Callable[[Answers], Node]) -> None:
    app = create_app({"INDEX": node(failing(1000, 200, PARTIAL)).place, "TESTING": True})
    answer = app.test_client().get("/search?q=peace")
    assert answer.status_code == 503
    assert "wait until its cluster has recovered" in answer.get_data(as_text=True)
    assert app.test_client().get("/search.json?q=peace").status_code == 503


def test_nobody_there_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "PAUSE", 0.001)
    with pytest.raises(IndexProblem, match=r"at 127\.0\.0\.1:9: check that it is running"):
        open_backend("opensearch://127.0.0.1:9/un")


@pytest.mark.parametrize(
    ("mappings", "sentence"),
    [
        ({"_meta": {"searchapp": "0.0"}}, r"has format 0\.0; this .* --rebuild"),
        ({"_meta": {"searchapp": "4.1"}}, r"has format 4; this .* --rebuild .*searchapp copy"),
        (
            {"_meta": {"searchapp": {**version_mark(), "words": "0"}}},
            r"different rules for stems .* --rebuild .*searchapp copy",
        ),
        ({}, "“un” is an index that was not created by searchapp: choose another name"),
    ],
)
def test_an_index_of_another_version_or_of_others_is_told(
    node: Callable[[Answers], Node], mappings: dict[str, Any], sentence: str
) -> None:
    def answers(asked: str) -> tuple[int, Any]:
        return (200, {"un-1": {"mappings": mappings}}) if "_mapping" in asked else opened(asked)

    with pytest.raises(IndexProblem, match=sentence):
        open_backend(node(answers).place)


def test_an_index_of_others_is_never_made_anew(node: Callable[[Answers], Node]) -> None:
    asked: list[str] = []

    def answers(what: str) -> tuple[int, Any]:
        asked.append(what)
        return (200, {"un-1": {"mappings": {}}}) if "_mapping" in what else opened(what)

    with (
        pytest.raises(IndexProblem, match="not created by searchapp"),
        rebuilding(node(answers).place),
    ):
        pass
    assert not [what for what in asked if not what.startswith("GET")]


@pytest.mark.parametrize(
    ("known", "sent"),
    [
        (Settings(opensearch_user="me", opensearch_password="secret"), "Basic bWU6c2VjcmV0"),
        (Settings(opensearch_api_key="k3y"), "ApiKey k3y"),
        (Settings(), None),
    ],
)
def test_who_asks(node: Callable[[Answers], Node], known: Settings, sent: str | None) -> None:
    made = node(opened)
    OpenSearchBackend(made.place, settings=known).close()
    assert {headers.get("Authorization") for _, headers in made.asked} == {sent}


@pytest.mark.skipif(not which("openssl"), reason="needs openssl, to make a certificate")
@pytest.mark.parametrize("trusted", [True, False])
def test_certificates_are_checked(node: Callable[..., Node], tmp_path: Path, trusted: bool) -> None:
    key, certificate = str(tmp_path / "key.pem"), str(tmp_path / "certificate.pem")
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    made += ["-keyout", key, "-out", certificate, "-subj", "/CN=127.0.0.1"]
    made += ["-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run(made, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    place = node(opened, context).place
    assert place.startswith("opensearchs://")
    if trusted:
        known = Settings(opensearch_ca=Path(certificate))
        backend = open_backend(place, settings=known)
        assert backend.count(Query.make("peace")) == 7
        backend.close()
    else:
        with pytest.raises(IndexProblem, match="not trusted: set SEARCHAPP_OPENSEARCH_CA"):
            open_backend(place)


# With a server


@pytest.fixture(scope="session")
def engine() -> Engine:
    """Return the engine on a real server; skip the test if there is none."""
    return present(next(engine for engine in ENGINES if engine.name == "opensearch"))


@pytest.fixture
def address(engine: Engine, tmp_path: Path) -> Iterator[str]:
    """Yield an address for an index; remove the index after the test."""
    place = on_opensearch(str(tmp_path / "own"))
    yield place
    engine.discard(place)


def asked(place: str, path: str, method: str = "GET", body: Any = None) -> Any:
    """Return a server's answer to a plain HTTP request."""
    url = place.replace("opensearch", "http", 1).rpartition("/")[0] + path
    data = None if body is None else json.dumps(body).encode()
    request = Request(url, data, {"Content-Type": "application/json"}, method=method)
    with urlopen(request) as answer:
        return json.load(answer)


def test_an_installation_without_whoosh_searches(address: str) -> None:
    filled = open_backend(address, create=True)
    fill(filled, HELD[0])
    filled.close()
    code = "import sys; sys.modules['whoosh'] = None; from searchapp.cli import main; main()"
    told = ""
    for command in (["search", "the", "--index", address], ["check", "--index", address]):
        done = subprocess.run(
            [sys.executable, "-c", code, *command], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        told += done.stdout + done.stderr
    assert HELD[0].symbol
    assert HELD[0].symbol in told
    assert "complete and undamaged" in told


def test_one_writes_at_a_time(address: str) -> None:
    one, other = open_backend(address, create=True), open_backend(address)
    one.add(HELD[0])
    with pytest.raises(
        IndexBusy, match=r"Another process is writing .* if it was killed, its lease ends in"
    ):
        other.add(HELD[1])
    one.commit()
    other.add(HELD[1])
    other.commit()
    assert one.count(Query.make(lang="all")) == len(HELD[0].paragraphs) + len(HELD[1].paragraphs)
    one.close()
    other.close()


def test_who_was_killed_writes_no_more(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "LEASE", -1)  # it expires at once
    killed = open_backend(address, create=True)
    killed.add(HELD[0])
    monkeypatch.undo()
    other = open_backend(address)
    other.add(HELD[1])
    with pytest.raises(IndexBusy):
        killed.commit()
    other.commit()
    assert [held.key for held in other.resolutions()] == [HELD[1].key]
    killed.close()
    other.close()


def test_what_was_broken_off_is_not_seen_and_is_completed(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "LEASE", -1)
    broken = open_backend(address, create=True)
    fill(broken, HELD[1])
    broken.add(HELD[0])
    broken.remove(HELD[1].key)
    with monkeypatch.context() as patch:
        patch.setattr(Cluster, "ask", dying_before_it_is_shown(Cluster.ask))
        with pytest.raises(ZeroDivisionError):
            broken.commit()
    monkeypatch.undo()
    reader = open_backend(address)
    paragraphs = len(HELD[1].paragraphs)
    assert reader.count(Query.make(lang="all")) == paragraphs
    assert reader.search(Query.make(lang="all")).total == paragraphs
    assert reader.resolution(HELD[0].key) is None
    assert reader.coverage()[0].resolutions == 1
    assert reader.check() == [
        "A commit was interrupted: index the same files again to complete it."
    ]
    other = resolution("A/RES/80/1", {"text": "another"})
    fill(reader, other)  # and nothing of the discarded writes
    assert reader.check() == []
    assert {r.key: r for r in reader.resolutions()} == {r.key: r for r in (HELD[1], other)}
    held = asked(address, f"/{address.rpartition('/')[2]}/_count")["count"]
    assert held == 1 + (1 + paragraphs) + 2  # the state, and the visible documents
    reader.close()


def test_a_commit_shows_before_what_it_replaces_is_gone(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    backend, reader = open_backend(address, create=True), open_backend(address)
    fill(backend, *HELD[:2])
    changed = replace(HELD[0], paragraphs=HELD[0].paragraphs[:2])
    backend.add(changed)
    backend.remove(HELD[1].key)
    with monkeypatch.context() as patch:
        patch.setattr(Cluster, "search", busy_when_it_is_tidied(Cluster.search))
        backend.commit()
    documents = f"/{address.rpartition('/')[2]}/_count"
    assert asked(address, documents)["count"] > 1 + 1 + 2
    assert {r.key: r for r in reader.resolutions()} == {OCEANS: changed}
    assert (reader.resolution(HELD[1].key), reader.check()) == (None, [])
    found_all = reader.search(Query.make())
    assert (found_all.total, found_all.resolutions, len(found_all.hits)) == (2, 1, 2)
    fill(backend, HELD[2])
    assert asked(address, documents)["count"] == 1 + (1 + 2) + (1 + 1)
    backend.close()
    reader.close()


def busy_when_it_is_tidied(search: Callable[..., Any]) -> Callable[..., Any]:
    """Return a search that fails when a commit looks for the documents that it replaced."""

    def searched(cluster: Cluster, index: str, body: dict[str, Any]) -> Any:
        if "sort" in body:
            raise IndexProblem("The cluster is busy.")
        return search(cluster, index, body)

    return searched


def dying_before_it_is_shown(ask: Callable[..., Any]) -> Callable[..., Any]:
    """Return a client call that fails once all documents are sent, before they become visible."""
    dead = False

    def asked_until_then(cluster: Cluster, call: Callable[..., Any], **given: Any) -> Any:
        nonlocal dead
        if dead:
            raise IndexProblem("The process is dead.")
        if given.get("id") == mapping.STATE and "body" in given:
            state = json.loads(given["body"]["line"])
            dead = state["visible"] == state["turn"]
        if dead:
            raise ZeroDivisionError
        return ask(cluster, call, **given)

    return asked_until_then


def test_a_document_that_is_refused_is_named_and_no_other_is_lost(address: str) -> None:
    backend = open_backend(address, create=True)
    name = next(iter(asked(address, f"/_alias/{address.rpartition('/')[2]}")))
    asked(address, f"/{name}/_settings", "PUT", {"index.mapping.total_fields.limit": 1000})
    odd = replace(HELD[0], year=2**40)  # larger than any file reader accepts
    backend.add(odd)
    backend.add(HELD[1])
    backend.record(Source("odd.xml", "1", keys=(odd.key,)))
    backend.record(Source("good.xml", "2", keys=(HELD[1].key,)))
    with pytest.raises(IndexProblem, match=rf"rejected 7 of the documents .*{OCEANS}"):
        backend.commit()
    assert backend.resolution(HELD[1].key) == HELD[1]
    assert [(line.path, line.hash) for line in backend.sources()] == [
        ("good.xml", "2"),
        ("odd.xml", ""),  # the file counts as changed
    ]
    fill(backend, HELD[0])
    assert backend.resolution(OCEANS) == HELD[0]
    backend.close()


def test_a_name_that_another_index_bears_is_refused(address: str) -> None:
    name = address.rpartition("/")[2]
    asked(address, f"/{name}-foreign", "PUT")
    with pytest.raises(IndexProblem, match="was not created by searchapp"):
        open_backend(f"{address}-foreign", create=True)


def test_there_is_no_index_until_one_is_made(address: str) -> None:
    with pytest.raises(NoIndex, match=f"searchapp index PATH… --index {address}"):
        open_backend(address)
    open_backend(address, create=True).close()
    open_backend(address).close()


def test_settings_of_a_new_index(address: str) -> None:
    known = Settings(opensearch_shards=3, opensearch_replicas="0", opensearch_refresh="9s")
    OpenSearchBackend(address, create=True, settings=known).close()
    (made,) = asked(address, f"/{address.rpartition('/')[2]}/_settings").values()
    held = made["settings"]["index"]
    assert (held["number_of_shards"], held["number_of_replicas"]) == ("3", "0")
    assert held["refresh_interval"] == "9s"


@pytest.fixture
def parted(address: str) -> Iterator[OpenSearchBackend]:
    """Index data.py's resolutions in five shards."""
    backend = OpenSearchBackend(address, create=True, settings=Settings(opensearch_shards=5))
    fill(backend, *HELD)
    yield backend
    backend.close()


def test_shards_change_no_answer(parted: OpenSearchBackend, engine: Engine, tmp_path: Path) -> None:
    whole = engine.make(str(tmp_path / "one-shard"))
    fill(whole, *HELD)
    for words_of in ("", "states", "report OR the", '"member states"', "-coral", "co*"):
        for sort in ("relevance", "newest", "symbol"):
            for group in ("", "resolution"):
                query = Query.make(words_of, sort=sort, lang="all", group=group)
                first, second = whole.search(query), parted.search(query)
                assert replace(first, took_ms=0) == replace(second, took_ms=0)
                assert list(whole.scan(query)) == list(parted.scan(query))
    assert whole.coverage() == parted.coverage()
    assert whole.suggest("menber") == parted.suggest("menber") == ["member"]
    whole.close()
    engine.discard(whole.place)


def test_nothing_ends_at_the_servers_bounds(
    parted: OpenSearchBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Resolutions, values, combinations and pages beyond bounds that are made small."""
    queries = [
        Query.make(lang="all", limit="2", page=page, group=group, session="-9")
        for page in ("1", "2", "4", "6", "7")
        for group in ("", "resolution")
    ]
    wanted = [parted.search(query) for query in queries]
    scanned = list(parted.scan(Query.make(lang="all")))
    counted = parted.counts(Query.make(lang="all"), "verb", "session")
    for name, few in {"RESOLUTIONS": 2, "VALUES": 2, "MANY": 2, "WINDOW": 3, "BATCH": 2}.items():
        monkeypatch.setattr(searching, name, few)
    for query, meant in zip(queries, wanted, strict=True):
        assert replace(parted.search(query), took_ms=0) == replace(meant, took_ms=0)
    assert list(parted.scan(Query.make(lang="all"))) == scanned
    assert parted.counts(Query.make(lang="all"), "verb", "session") == counted


@needs_corpus
@pytest.mark.corpus
def test_the_servers_tokens_are_ours(address: str) -> None:
    """For the whole vocabulary of the corpus, printed and stemmed."""
    backend = OpenSearchBackend(address, create=True)
    sent = [line for text in _texts() for line in (text, " ".join(map(stem, text.split())))]
    differ = []
    for start in range(0, len(sent), 50):
        text = " ".join(sent[start : start + 50]).strip()
        answer = asked(
            address,
            f"/{address.rpartition('/')[2]}/_analyze",
            "POST",
            {"analyzer": "words", "text": text},
        )
        tokens = [token["token"] for token in answer["tokens"]]
        differ += [pair for pair in zip(tokens, text.split(), strict=True) if len(set(pair)) > 1]
    assert len(sent) > 100
    assert differ == []
    backend.close()


def _texts() -> Iterator[str]:
    """Yield every distinct word of the corpus in text order, a hundred to a line."""
    folders = (CORPUS / "akn", CORPUS / "akn-languages")
    trees = (etree.parse(path) for folder in folders for path in sorted(folder.rglob("*.xml")))
    texts = (" ".join(map(str, tree.getroot().itertext())) for tree in trees)
    vocabulary = iter(dict.fromkeys(word for text in texts for word in words(text)))
    while some := list(islice(vocabulary, 100)):
        yield " ".join(some)


def test_the_resolutions_of_data_are_found_by_page(address: str) -> None:
    """Check the page on this engine."""
    backend = open_backend(address, create=True)
    fill(backend, *HELD)
    assert found(backend, "states") == "79/144#op2a 69/28#op1 79/144#op2"
    backend.close()
    reader = create_app({"INDEX": address, "TESTING": True}).test_client()
    page = reader.get("/search?q=states").get_data(as_text=True)
    assert "Invites all Member <mark>States</mark>" in page
    assert reader.get("/healthz").status_code == 200
    assert reader.get(f"/resolutions/{OCEANS}").status_code == 200
    assert reader.get("/coverage").status_code == 200
    assert reader.get("/search.csv?q=states").get_data(as_text=True).count("A/RES/") >= 3


def test_a_search_that_took_its_time_is_not_asked_again(
    node: Callable[[Answers], Node], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = node(failing(100, 200, GIVEN_UP))
    backend = open_backend(made.place)
    monkeypatch.setattr(deadline, "monotonic", count(0, 4).__next__)
    with pytest.raises(TooSlow):
        backend.count(Query.make("*a*e*"))
    assert sum("_msearch" in path for path, _ in made.asked) == 1
    backend.close()
