"""Output for spreadsheets, Markdown readers, programs and terminals."""

from __future__ import annotations

import csv
import io
import json
import re
import sys
import unicodedata
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from costs import grows_in_proportion

from searchapp.cli import main
from searchapp.exports.to_csv import harmless, line
from searchapp.exports.to_json import json_text
from searchapp.exports.to_markdown import markdown_lines, plain
from searchapp.model.resolution import Paragraph, Resolution
from searchapp.search.results import Hit

SIGNS = ("=", "+", "-", "@")
CALL = "cmd|' /C calc'!A0"
UNSEEN = [chr(code) for code in (*range(0x20), *range(0x7F, 0xA0), 0x202E, 0x2066, 0x200B)]

# A spreadsheet.

FORMULAS = [
    *(f"{sign}{CALL}" for sign in SIGNS),
    *(f"  \t{sign}{CALL}" for sign in SIGNS),
    *(f"{quote}{sign}{CALL}" for sign in SIGNS for quote in "\"'“”„«`"),
    *(f"{space}{sign}{CALL}" for sign in SIGNS for space in "\u00a0\u2003\u3000\r\n"),
    *(f"{hidden}{sign}{CALL}" for sign in SIGNS for hidden in "\ufeff\u200b\u202e\x00\x1b"),
    *(
        f"a{parted}{sign}{CALL}"
        for sign in SIGNS
        for parted in (";", "\t", "\n", "\r", "; ", ';"', ";;\n")
    ),
    f"“ ‘\uff1d{CALL}",
    f"\u2212{CALL}",
    "\tx",
    "\rx",
]


def is_formula(cell: str) -> bool:
    """Return whether a program that tolerates quotes, spaces and variants of signs runs a cell."""
    bare = (
        unicodedata.normalize("NFKC", cell).lstrip().lstrip("\"“”„«`'" if cell[:1] != "'" else "")
    )
    return bare.lstrip().startswith((*SIGNS, "\u2212"))


@pytest.mark.parametrize("parted_by", [",", ";", "\t"])
@pytest.mark.parametrize("value", FORMULAS, ids=ascii)
def test_no_cell_is_a_formula(value: str, parted_by: str) -> None:
    """Also for locales whose list separator is the semicolon."""
    written = line(["A/RES/1/1", value, "end"]).replace("\r", "\n")  # a lone one ends a line, too

    rows = list(csv.reader(io.StringIO(written), delimiter=parted_by))
    rows += [
        row for each in written.splitlines() for row in csv.reader([each], delimiter=parted_by)
    ]
    assert [cell for row in rows for cell in row if is_formula(cell)] == []
    assert value.startswith("'") or harmless(value) != value


def test_every_form_of_a_sign_is_known() -> None:
    """Covers every character that Unicode normalises to one of the signs."""
    forms = [
        char
        for char in map(chr, range(sys.maxunicode + 1))
        if unicodedata.normalize("NFKC", char).startswith(SIGNS)
    ]

    assert len(forms) > 15
    assert [form for form in forms if not str(harmless(f"{form}1")).startswith("'")] == []


@pytest.mark.parametrize(
    "text",
    [
        "A/RES/79/144",
        "Invites States; and, in a – b, to act;",
        "2024-12-17",
        "report “A/79/1”; (a) to act",
        "a=b; c-d; e+f",
        "é 联合国 الأمم",
    ],
)
def test_what_is_no_formula_stays(text: str) -> None:
    assert harmless(text) == text


@pytest.mark.parametrize("sign", [";", "\n", "\t", " ", '"', "; ", "\u200b", "=", ";="])
def test_a_long_text_is_made_harmless_in_time(sign: str) -> None:
    assert grows_in_proportion(lambda size: harmless(sign * size), 250_000)


# Markdown.


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("![x](http://evil/i.png)", r"\!\[x\](http\://evil/i.png)"),
        ("<img src=x onerror=alert(1)>", r"\<img src=x onerror=alert(1)\>"),
        ("<https://evil>", r"\<https\://evil\>"),
        ("HTTPS://evil www.evil.example", r"HTTPS\://evil www\.evil.example"),
        ("&lt;b&gt; &#60;", r"\&lt;b\&gt; \&\#60;"),
        ("a](javascript:alert(1)) [b", r"a\](javascript:alert(1)) \[b"),
        ("x\n\n# y\n- z\n\n```\n", r"x \# y - z \`\`\`"),
        ("me@evil.example @team", r"me\@evil.example \@team"),
        ("$x$ ~~y~~ |z| __a__", r"\$x\$ \~\~y\~\~ \|z\| \_\_a\_\_"),
        (r"\](evil)", r"\\\](evil)"),
        ("a\x1b]0;x\x07\u202eb", r"a\]0;xb"),
        ("12:30: what was said", "12:30: what was said"),
    ],
)
def test_a_text_is_only_text_in_markdown(text: str, expected: str) -> None:
    assert plain(text) == expected


@pytest.mark.parametrize(
    "text", ["![x](http://evil/i.png)", "<img src=x>", "a\n# b", "\x1b]0;x\x07"]
)
def test_no_field_of_a_hit_is_more_than_text_in_markdown(text: str) -> None:
    """Including fields with a fixed form, such as dates."""
    names = [each.name for each in fields(Resolution) if each.type == "str | None"]
    own = [each.name for each in fields(Paragraph) if each.type in ("str", "str | None")]
    resolution = Resolution(**dict.fromkeys(names, text))  # type: ignore[arg-type]
    paragraph = Paragraph(**dict.fromkeys(own, text))  # type: ignore[arg-type]
    hit = Hit(paragraph=paragraph, resolution=resolution, key="x")
    written = "".join(markdown_lines([hit], lambda _: "http://localhost/x", text))

    assert "adopted" in names
    assert re.findall(r"(?<!\\)(?:!\[|<(?!http://localhost/x>)|\n#|\x1b)", written) == []
    assert len(re.findall(r"(?<!\\)\]\(", written)) == 1  # our own link


# JSON.


def test_json_hides_nothing_and_means_the_same() -> None:
    data = {f"a{sign}": [f"b{sign}c", {"d": sign}] for sign in [*UNSEEN, "\ud800", "\U0001fffe"]}

    text = json_text(data)

    assert [ascii(sign) for sign in text if not sign.isprintable() and sign != "\n"] == []
    assert json.loads(text) == data
    text.encode()


# A terminal.

HOSTILE = "x\x1b]0;owned\x07\x1b[2J\x9b31m\u202egnp\rfake\nError: fake"


def run(*arguments: str, given: str = "") -> Result:
    return CliRunner().invoke(main, arguments, input=given)


def commands(place: Path, hostile: Path) -> list[tuple[str, ...]]:
    index = ("--index", str(place))
    return [
        ("coverage", *index),
        ("coverage", "--format", "json", *index),
        ("check", *index),
        ("search", HOSTILE, *index),
        ("search", f'"{HOSTILE}', *index),
        ("search", f"title:{HOSTILE}", "--format", "json", *index),
        ("search", "--explain", f'lamps "{HOSTILE}"', *index),
        ("search", "lamps", *index),
        ("search", "lamps", "--format", "csv", *index),
        ("search", "lamps", "--format", "json", *index),
        ("search", "lamps", "--session", HOSTILE, *index),
        ("search", "lamps", "--sort", HOSTILE, *index),
        ("parse", str(hostile)),
        ("parse", "--json", str(hostile)),
        ("parse", f"{hostile}.none"),
        ("index", str(hostile), "--strict", *index),
        ("index", f"{hostile}.none", *index),
        ("index", str(hostile), "--index", str(hostile)),
        ("remove", HOSTILE, *index),
        ("copy", str(place), str(hostile)),
        ("copy", HOSTILE, HOSTILE),
        ("fetch", HOSTILE),
        ("fetch", "--session", HOSTILE),
        ("fetch", "--from", f"{hostile}.none"),
        ("search", "lamps", "--index", HOSTILE),
        ("search", "lamps", "--index", f"opensearch://{HOSTILE}/x"),
        ("serve", "--host", HOSTILE, "--port", "0"),
        (HOSTILE,),
        (f"--{HOSTILE}",),
        ("search", f"--{HOSTILE}"),
    ]


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Index files with a hostile name; return the index and the valid file."""
    folder = tmp_path_factory.mktemp("hostile")
    broken, place = folder / f"{HOSTILE}.pdf", folder / "index"
    broken.write_bytes(b"%PDF-1.4 broken")
    lamps = {
        "symbol": f"A/{HOSTILE}",
        "title": HOSTILE,
        "paragraphs": [{"text": f"Lamps {HOSTILE}"}],
    }
    good = folder / f"{HOSTILE}.jsonl"
    good.write_text(json.dumps(lamps), encoding="utf-8")
    assert run("index", str(broken), str(good), "--index", str(place)).exit_code == 0
    return place, good


@pytest.mark.parametrize("number", range(30))
def test_nothing_that_is_printed_commands_a_terminal(
    number: int, hostile: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    place, good = hostile
    given = commands(place, good)
    assert len(given) == 30

    result = run(*given[number])

    printed = result.stdout + result.stderr
    assert printed
    assert not isinstance(result.exception, Exception), result.exception
    assert [ascii(sign) for sign in UNSEEN if sign in printed.replace("\n", "")] == []
    assert "csv" in given[number] or "\nError: fake" not in printed  # a cell may have lines


def test_names_of_files_that_are_no_text_are_printed(tmp_path: Path) -> None:
    name: Any = b"\xff\x1b[31m.pdf"
    (tmp_path / name.decode("utf-8", "surrogateescape")).write_bytes(b"%PDF-1.4 broken")

    result = run("parse", str(tmp_path))

    assert "\x1b" not in result.stderr
    assert "Not read: " in result.stderr
