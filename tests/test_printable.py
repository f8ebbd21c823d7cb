"""No output has unprintable characters, whatever JSON lines and file names contain."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from click.testing import CliRunner
from whole import RESOLUTION, with_texts

from searchapp import create_app
from searchapp.cli import main
from searchapp.model.resolution import Resolution
from searchapp.text.printable import printable

# Controls except line ends and tabs, lone surrogates, noncharacters, bidi controls.
FORBIDDEN = [
    *(chr(code) for code in range(0x20) if chr(code) not in "\t\n"),
    *(chr(code) for code in range(0x7F, 0xA0)),
    *map(chr, (0xAD, 0x61C, 0x200B, 0x200E, 0x202E, 0x2028, 0x2029, 0x2066, 0x2069)),
    *map(chr, (0xFDD0, 0xFDEF, 0xFFFE, 0xFFFF, 0x1FFFE, 0x10FFFF, 0xDFFF, 0xD800)),
]
WILD = "".join(FORBIDDEN)
NOT_PRINTED = re.compile(f"[{WILD}]")


def wild(resolution: Any) -> Any:
    """Return the resolution with unprintable characters inside each text."""
    kept = ("kind", "adopted", "language")
    return with_texts(
        resolution,
        lambda name, text: text if name in kept else f"{text[:1]}{WILD}{text[1:]}",
    )


def texts(value: Any) -> Iterator[str]:
    """Yield all strings of a JSON value, names included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (text for pair in value.items() for one in pair for text in texts(one))
    elif isinstance(value, list):
        yield from (text for one in value for text in texts(one))


@pytest.mark.parametrize("ascii_only", [True, False])
def test_a_line_of_json_is_cleaned_when_it_is_read(ascii_only: bool) -> None:
    line = json.dumps(wild(RESOLUTION), ensure_ascii=ascii_only).encode("utf-8", "replace")

    held = Resolution.from_line(line).to_json()

    assert [text for text in texts(held) if NOT_PRINTED.search(text)] == []
    assert held["paragraphs"][0]["addressees"][0].replace("?", "").split() == ["S", "tates"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("plain", "plain"),
        ("a\x00b\x07c", "abc"),
        ("a\x1b[31mb", "a[31mb"),
        ("a\r\nb\tc\x0bd", "a  b c d"),
        ("a\u202eb\u2069c\ufeffd", "abcd"),
        ("a\u2028b\x85c", "a b c"),
        ("d\u00e9j\u00e0 \u8054\u5408\u00a0x", "d\u00e9j\u00e0 \u8054\u5408\u00a0x"),
    ],
)
def test_what_is_printed_stays(before: str, after: str) -> None:
    assert printable(before) == after


def test_lines_of_a_text_stay_and_places_move() -> None:
    text = "\0Recalling\n\x1b69/28,\r\n and\x07 on"
    cited = [{"symbol": "A/RES/69/28", "start": 12, "end": 17}]
    notes = [{"mark": "1", "text": "a\nb", "place": 18}, {"mark": "2", "text": ""}]
    data = {"symbol": "x\ny", "paragraphs": [{"text": text, "cites": cited, "notes": notes}]}

    held = Resolution.from_line(json.dumps(data))
    [paragraph] = held.paragraphs

    assert held.symbol == "x y"
    assert paragraph.text == "Recalling\n69/28, \n and on"
    assert paragraph.text[paragraph.cites[0].start : paragraph.cites[0].end] == "69/28"
    assert [note.place for note in paragraph.notes] == [16, None]
    assert [note.text for note in paragraph.notes] == ["a\nb", ""]


def test_places_stay_where_nothing_is_taken_out() -> None:
    line = Resolution.from_json(RESOLUTION).to_line()

    assert Resolution.from_line(line).to_line() == line


PAGES = (
    *("/", "/search?q=lamps", "/search.json?q=lamps", "/search.csv?q=lamps", "/search?q=nowhere"),
    *("/coverage", "/coverage.json", "/suggest.json?q=invi", "/facets/verb?q=lamps"),
    *("/resolutions/{key}", "/resolutions/{key}.json", "/basket"),
    *("/matrix?q=lamps", "/matrix.csv?q=lamps", "/trend.csv?q=lamps"),
    *("/trend?q=lamps", "/trend.json?q=lamps"),
)


@pytest.mark.skipif(sys.platform == "win32", reason="names have no such characters there")
def test_no_answer_has_what_is_not_printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a\x1b[31m\u202e.jsonl").write_text(json.dumps(wild(RESOLUTION)))
    Path("b\x07\u202e.pdf").write_bytes(b"%PDF-1.4 torn")
    run = CliRunner().invoke(main, ["index", ".", "--index", "place"])
    said = CliRunner().invoke(main, ["coverage", "--index", "place"])
    client = create_app({"INDEX": "place"}).test_client()
    listed = client.get("/search.json?q=lamps").get_json()["hits"]

    key = quote(listed[0]["symbol"])
    answers = [client.get(page.format(key=key)) for page in PAGES]
    posted = {"addresses": listed[0]["id"]}
    answers += [client.post(page, data=posted) for page in ("/basket", "/basket.csv", "/basket.md")]

    assert [run.exit_code, len(listed)] == [0, 1]
    for told in (run.output, said.output):
        assert "The PDF is damaged" in told
        assert not NOT_PRINTED.search(told)
    for answer in answers:
        assert answer.status_code == 200, answer.request.path
        text = answer.get_data(as_text=True).removeprefix("\ufeff").replace("\r\n", "\n")
        shown = list(texts(answer.get_json())) if answer.is_json else [text]
        assert [found for one in shown if (found := NOT_PRINTED.search(one))] == []
