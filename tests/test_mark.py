"""The mark of an index: an index written with other rules is refused, never misread."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from typing import Any
from unicodedata import unidata_version as UNICODE  # noqa: N812

import pytest

from searchapp import create_app
from searchapp.backends import open_backend
from searchapp.backends.shared import index_mark
from searchapp.backends.shared.index_mark import check_mark, current_mark
from searchapp.backends.whoosh import WhooshBackend
from searchapp.cli import main
from searchapp.errors import IndexProblem, OtherVersion
from searchapp.ingest import pipeline
from searchapp.ingest.copying import copy
from searchapp.model.resolution import Resolution
from searchapp.model.source import Source
from searchapp.query import field_table
from searchapp.query.query import Query
from searchapp.text import analysis
from searchapp.text.analysis import fingerprint
from searchapp.versions import PARSER_VERSION

LAMPS = Resolution.from_json(
    {"symbol": "A/RES/79/1", "paragraphs": [{"text": "Invites international organizations;"}]}
)
OURS = current_mark().to_json()
REBUILD = "rebuild it with searchapp index PATH… --rebuild --index {place}"
COPY = ", or copy its texts with searchapp copy {place} NEW-PLACE"


@pytest.fixture
def place(tmp_path: Path) -> str:
    with closing(WhooshBackend(str(tmp_path / "index"), create=True)) as backend:
        backend.add(LAMPS)
        backend.record(Source("lamps.txt", "1", symbol="A/RES/79/1", keys=("A/RES/79/1",)))
        backend.commit()
        return backend.place


def former(place: str) -> str:
    """Turn an index into one of the previous version, whose mark names only its format."""
    path = Path(place, "searchapp.json")
    known = {"format": 4, "engine": "whoosh", "id": json.loads(path.read_text())["id"]}
    path.write_text(json.dumps(known))
    return place


def stem_otherwise(word: str) -> str:
    """Return the stem of another version, which differs for a few words."""
    return word if word in ("organizations", "international") else _STEM(word)


_STEM = analysis.stem


@pytest.mark.parametrize(
    ("changed", "reason", "copied"),
    [
        ({"format": 3}, f"has format 3; this program reads {OURS['format']}", False),
        ({"format": 4}, f"has format 4; this program reads {OURS['format']}", True),
        ({"format": "\x1b[1m"}, "has format [1m; this program reads", False),
        (
            {"words": "0" * 16, "stemmer": "snowballstemmer 2.2.0"},
            (
                "was built with different rules for stems and folding "
                "(snowballstemmer 2.2.0; here snowballstemmer"
            ),
            True,
        ),
        (
            {"unicode": "9.0.0"},
            f"was built with Unicode 9.0.0, and this Python has Unicode {UNICODE}, so searches",
            True,
        ),
        ({"fields": "0" * 16}, "has different fields from this program", True),
    ],
)
def test_a_mark_that_differs_is_a_sentence(
    changed: dict[str, Any], reason: str, copied: bool
) -> None:
    with pytest.raises(OtherVersion) as raised:
        check_mark({**OURS, **changed}, "ix")
    sentence = str(raised.value)
    assert sentence.startswith(f"The index at “ix” {reason}")
    assert sentence.endswith((REBUILD + COPY * copied).format(place="ix"))


@pytest.mark.parametrize("missing", ["format", "fields", "words", "unicode"])
def test_a_mark_that_lacks_something_is_refused(missing: str) -> None:
    with pytest.raises(OtherVersion):
        check_mark({name: value for name, value in OURS.items() if name != missing}, "ix")


def test_the_own_mark_is_accepted_whatever_the_name_of_the_stemmer() -> None:
    check_mark({**OURS, "stemmer": "another one with the same stems"}, "ix")


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("stem", stem_otherwise),
        ("fold", lambda word: word.lower()),
        ("MAX_TOKEN", 50),
    ],
)
def test_the_fingerprint_tells_rules_apart(
    name: str, changed: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = fingerprint()
    monkeypatch.setattr(analysis, name, changed)
    analysis.fold.cache_clear() if name == "MAX_TOKEN" else None
    assert fingerprint() != before
    monkeypatch.undo()
    analysis.fold.cache_clear()
    assert fingerprint() == before


def test_the_fields_belong_to_the_mark(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        index_mark, "FIELDS", (*field_table.FIELDS, field_table.Field("wording", "term"))
    )
    assert current_mark().fields != OURS["fields"]


def test_an_index_of_another_stemmer_is_told_and_never_asked(
    place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = create_app({"INDEX": place}).test_client()
    assert client.get("/healthz").status_code == 200
    monkeypatch.setattr(analysis, "stem", stem_otherwise)
    with pytest.raises(OtherVersion, match="different rules for stems"):
        open_backend(place)
    with pytest.raises(OtherVersion, match="different rules for stems"):
        open_backend(place, create=True)
    health = create_app({"INDEX": place}).test_client().get("/healthz")
    assert health.status_code == 503
    assert "different rules for stems" in health.get_data(as_text=True)


def test_a_server_notices_that_another_version_rebuilt_its_index(place: str) -> None:
    app = create_app({"INDEX": place}).test_client()
    assert app.get("/search?q=invites").status_code == 200
    path = Path(place, "searchapp.json")
    known = {**json.loads(path.read_text()), "words": "0" * 16}
    path.with_name("next").write_text(json.dumps(known))
    path.with_name("next").replace(path)
    for address in ("/search?q=invites", "/search.json?q=invites", "/healthz"):
        answer = app.get(address)
        assert answer.status_code == 503
        assert "different rules for stems" in answer.get_data(as_text=True)


def test_check_says_it(place: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["check", "--index", former(place)])
    assert ended.value.code == 1
    assert "has format 4" in capsys.readouterr().err


def test_the_texts_of_the_former_format_can_be_copied(place: str, tmp_path: Path) -> None:
    with (
        closing(open_backend(former(place), texts_only=True)) as old,
        closing(open_backend(str(tmp_path / "new"), create=True)) as new,
    ):
        assert copy(old, new).resolutions == 1
        assert new.count(Query.make("organization")) == 1
        assert [line.symbol for line in new.sources()] == ["A/RES/79/1"]


def test_a_rebuild_keeps_symbols_given_by_hand_to_the_former_format(
    place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("lamps.txt").write_text(
        "The General Assembly,\n\n1. Invites all Member States to light.\n"
    )
    Path("index").rename("former")
    former("former")
    with pytest.raises(SystemExit) as ended:
        main(["index", "lamps.txt", "--rebuild", "--index", "former"])
    assert ended.value.code == 0
    with closing(open_backend("former")) as backend:
        assert [row.symbol for row in backend.resolutions()] == ["A/RES/79/1"]


@pytest.mark.parametrize(
    "written",
    [
        pytest.param(lambda data: data[:20], id="cut"),
        pytest.param(lambda data: b"", id="empty"),
        pytest.param(lambda data: bytes(len(data)), id="zeros"),
        pytest.param(lambda data: data.replace(b'"id": "', b'"id": "0'), id="changed"),
        pytest.param(lambda data: data.replace(b'"checksum"', b'"checks"'), id="no checksum"),
        pytest.param(lambda data: b"[]", id="a list"),
        pytest.param(lambda data: b"[" * 60_000, id="deep"),
        pytest.param(lambda data: b" " * 70_000 + data, id="long"),
    ],
)
def test_a_mark_that_is_damaged_is_a_sentence(place: str, written: Any) -> None:
    backend = open_backend(place)
    path = Path(place, "searchapp.json")
    path.write_bytes(written(path.read_bytes()))
    for act in (lambda: open_backend(place), lambda: backend.search(Query.make("invites"))):
        with pytest.raises(IndexProblem, match=r"is damaged: rebuild it with .* --rebuild"):
            act()
    assert "is damaged" in backend.check()[0]


def test_an_index_that_is_empty_has_a_mark(tmp_path: Path) -> None:
    with closing(open_backend(str(tmp_path / "index"), create=True)) as backend:
        pipeline.index((), backend)
    known = json.loads(Path(tmp_path, "index", "searchapp.json").read_text())
    assert {name: known[name] for name in OURS} == OURS


def test_files_that_another_parser_read_are_told(
    place: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with closing(open_backend(place)) as backend:
        for path, parser, form, keys in [
            ("lamps.txt", PARSER_VERSION, "text", ("A/RES/79/1",)),
            ("former.txt", PARSER_VERSION - 1, "text", ("A/RES/79/2",)),
            ("later.txt", PARSER_VERSION + 1, "html", ("A/RES/79/3",)),
            ("given.jsonl", PARSER_VERSION - 1, "jsonl", ("A/RES/79/4",)),
            ("nothing.txt", PARSER_VERSION - 1, "text", ()),
        ]:
            backend.record(Source(path, "1", parser=parser, format=form, keys=keys))
        backend.commit()
    said = (
        "Another version of the parser read 2 files: searchapp index PATH… re-reads them, "
        "--rebuild re-reads all files."
    )
    for command, code in (("check", 1), ("coverage", 0)):
        with pytest.raises(SystemExit) as ended:
            main([command, "--index", place])
        assert ended.value.code == code
        assert said in "".join(capsys.readouterr())
    app = create_app({"INDEX": place}).test_client()
    assert said in app.get("/coverage").get_data(as_text=True)
    assert said in app.get("/coverage.json").get_data(as_text=True)
    health = app.get("/healthz")
    assert (health.status_code, said in health.get_data(as_text=True)) == (200, True)
