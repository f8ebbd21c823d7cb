"""Files made to break a reader: text or an error message of ours, in bounded time."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from costs import at_most
from soaking import files

from searchapp import readers
from searchapp.cli import main
from searchapp.errors import SearchAppError
from searchapp.ingest import pipeline, reading
from searchapp.ingest.reading import resolutions
from searchapp.ingest.report import Report
from searchapp.model.resolution import Resolution
from searchapp.settings.config import Settings

AKN = (
    '<akomaNtoso xmlns="http://docs.oasis-open.org/legaldocml/ns/akn/3.0"><statement><meta>{meta}'
    "</meta><preamble><formula><p>The General Assembly,</p></formula></preamble>"
    "<mainBody>{body}</mainBody></statement></akomaNtoso>"
)
NUMBERED = "<paragraph><num>{}</num><content><p>Urges all States to rest;</p></content></paragraph>"
PAGE = "<html><body><p>A/RES/99/1</p><p>The General Assembly,</p>{}"
TEXT = "A/RES/99/1\n\nThe General Assembly,\n\n{}"


def read(name: str, content: str | bytes, folder: Path) -> list[Resolution]:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return [found.resolution for found in resolutions(path)]


@pytest.mark.parametrize(
    "label", ["%99.", "1.%9", "²", "(²)", "İ.", "(İ)", "()", "(%)", ".", "1-2.", "9" * 5000, "(ⅷ)"]
)
def test_a_label_that_is_no_number(label: str, tmp_path: Path) -> None:
    [found] = read("a.xml", AKN.format(meta="", body=NUMBERED.format(label)), tmp_path)

    assert [p.text for p in found.paragraphs] == ["Urges all States to rest;"]


@pytest.mark.parametrize("date", ["soon", "", "2044", "2044-13-01", "²²²²-01-01", "9" * 5000])
def test_a_date_that_is_none(date: str, tmp_path: Path) -> None:
    meta = f'<FRBRdate date="{date}"/><session value="{"9" * 5000}"/>'

    [found] = read("a.xml", AKN.format(meta=meta, body=NUMBERED.format("1.")), tmp_path)

    assert (found.adopted, found.year) == (None, None)


def test_an_encoding_that_is_none(tmp_path: Path) -> None:
    named = b"<html><meta charset='a\x01b'><meta charset='x-nothing'>"

    [found] = read("a.html", named + PAGE.format("<p>1. Urges rest;</p>").encode(), tmp_path)

    assert found.symbol == "A/RES/99/1"


def test_a_word_file_without_a_body(tmp_path: Path) -> None:
    parts = files.parts_of(files.FORMS["docx"]()[0])
    parts["word/document.xml"] = (
        b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"/>'
    )

    with pytest.raises(SearchAppError, match="The Word file is damaged"):
        read("a.docx", files.pack(parts), tmp_path)


@pytest.mark.parametrize("form", files.FORMS)
def test_damaged_files_give_text_or_a_sentence(form: str, tmp_path: Path) -> None:
    found = files.outcomes(form, seed=1, count=6 if form == "pdf" else 40, folder=tmp_path)

    assert [outcome for outcome in found if outcome.failure] == []
    assert {outcome.result for outcome in found} <= {"text", "sentence"}


def test_an_unexpected_error_is_told_in_our_words_and_shown_to_developers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object) -> None:
        raise ValueError("invalid literal")

    monkeypatch.setattr(readers, "read", broken)
    path = tmp_path / "a.txt"
    path.write_text(TEXT.format("1. Urges;"))

    told: list[str] = []
    for debug in (False, True):
        report = Report()
        read = pipeline.parsed([path], report, processes=0, settings=Settings(debug=debug))
        assert list(read) == []
        assert report.failed[0][1].startswith("The file is damaged or has an unexpected structure")
        told.append(capsys.readouterr().err)

    assert told[0] == ""
    assert "ValueError: invalid literal" in told[1]


# Sizes at which quadratic work takes minutes.
LARGE: dict[str, Callable[[], tuple[str, str | bytes]]] = {
    "elements in elements": lambda: ("a.html", PAGE.format("<div>" * 10_000 + "x")),
    "columns of elements": lambda: (
        "a.html",
        PAGE.format(("<div>" * 250 + "x" + "</div>" * 250) * 40),
    ),
    "faces in faces": lambda: ("a.html", PAGE.format("<p>" + "<b>" * 5_000 + "x")),
    "items": lambda: ("a.html", PAGE.format("<ol>" + "<li>rest</li>" * 10_000 + "</ol>")),
    "cells": lambda: (
        "a.html",
        PAGE.format("<p>1. Urges;</p><table><tr>" + "<td>x</td>" * 30_000),
    ),
    "tables in tables": lambda: (
        "a.html",
        PAGE.format("<table><tr><td>a<td>" * 90 + "x" + "</table>" * 90),
    ),
    "headings": lambda: ("a.html", PAGE.format("<h2>x y z</h2>" * 20_000)),
    "code of a field": lambda: (
        "a.docx",
        _word(_FIELD + "<w:instrText>x y</w:instrText>" * 90_000),
    ),
    "fields in fields": lambda: ("a.docx", _word(_FIELD * 20_000)),
    "hidden words": lambda: (
        "a.docx",
        _word("<w:rPr><w:vanish/></w:rPr>" + "<w:t>hidden</w:t>" * 90_000),
    ),
    "raised marks": lambda: ("a.html", PAGE.format("<p>rest<sup>1</sup></p>" * 10_000)),
    "italics": lambda: (
        "a.xml",
        AKN.format(meta="", body="<p>" + '<span class="italic">x</span> ' * 20_000 + "</p>"),
    ),
    "a word": lambda: ("a.txt", TEXT.format("1. Urges " + "a" * 900_000)),
    "words": lambda: ("a.txt", TEXT.format("1. Urges " + "the " * 200_000)),
    "brackets": lambda: ("a.txt", TEXT.format("1. Urges " + "(" * 900_000)),
    "hyphens": lambda: ("a.txt", TEXT.format("1. Urges " + "-" * 900_000)),
    "symbols": lambda: ("a.txt", TEXT.format("1. Urges " + "A/RES/" * 100_000)),
    "numbers": lambda: ("a.txt", TEXT.format("1. " * 100_000)),
    "paragraphs": lambda: ("a.jsonl", _line(paragraphs=[{"text": "x"}] * 1_000_000)),
    "objects": lambda: ("a.jsonl", _line(other=[{}] * 3_000_000)),
    "equal ids": lambda: ("a.jsonl", _line(paragraphs=[{"id": "a", "text": "x"}] * 19_000)),
}


_FIELD = '<w:fldChar w:fldCharType="begin"/><w:fldChar w:fldCharType="separate"/>'


def _word(run: str) -> bytes:
    """Return a Word file of a run, stored uncompressed so that no compression ratio is refused."""
    names = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    body = f"<w:document {names}><w:body><w:p><w:r>{run}</w:r></w:p></w:body></w:document>"
    parts = files.parts_of(files.FORMS["docx"]()[0])
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name, part in {**parts, "word/document.xml": body.encode()}.items():
            archive.writestr(name, part)
    return written.getvalue()


def _line(**fields: object) -> str:
    return json.dumps({"symbol": "A/RES/99/1", **fields})


@pytest.mark.parametrize("made", LARGE.values(), ids=LARGE)
def test_what_is_large_is_read_or_refused_in_time(
    made: Callable[[], tuple[str, str | bytes]], tmp_path: Path
) -> None:
    name, content = made()
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    complaints: list[str] = []

    with at_most(20):
        try:
            list(resolutions(path, complain=complaints.append))
        except SearchAppError as error:
            complaints.append(str(error))

    assert not any(said == reading.UNEXPECTED for said in complaints)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (TEXT.format("rest\n\n" * 20_001), "It has more than 20,000 paragraphs: split it."),
        (TEXT.format("1. " + "rest " * 200_001), "A paragraph has more than 1,000,000 characters"),
        (TEXT.format(("rest " * 190_000 + "\n\n") * 11), "It has more than 10,000,000 characters"),
        (_line(paragraphs=[{}] * 20_001), "Line 1: It has more than 20,000 paragraphs: split it."),
        (_line(paragraphs=[{"text": "x" * 1_000_001}]), "Line 1: A paragraph has more than"),
        (_line(paragraphs=[{"text": "x" * 999_999}] * 11), "Line 1: It has more than 10,000,000"),
        (_line(title="x" * 16_000_000), "Line 1: It is larger than 16 MB: split it."),
    ],
)
def test_what_a_resolution_may_hold(content: str, sentence: str, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(content)
    run = CliRunner().invoke(main, ["index", str(path), "--index", str(tmp_path / "place")])

    assert f"Not read: {path}: {sentence}" in run.stderr
    assert run.exit_code == 1


def test_a_hostile_file_does_not_stop_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SEARCHAPP_READ_SECONDS", "1")
    Path("a.txt").write_text(TEXT.format("1. Urges rest;"))
    Path("b.html").write_text(PAGE.format("<p>x</p>" * 300_000))
    Path("c.txt").write_text(TEXT.format("1. Urges work;").replace("99/1", "99/2"))

    run = CliRunner().invoke(main, ["index", ".", "--index", "place"])

    assert run.exit_code == 0
    assert run.stderr.startswith("Indexed 2 resolutions, 2 paragraphs in ")
    assert "Not read: b.html: It takes longer than 1 second to read: it may be " in run.stderr
