"""The commands: their output, its stream, and their exit codes."""

import csv
import io
import json
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from searchapp import parsing, serving
from searchapp.cli import group, index, main, search, terminal
from searchapp.ingest import pipeline, sample
from searchapp.model.resolution import Paragraph, Resolution
from searchapp.settings.config import Settings

LINES = [
    {
        "symbol": "A/RES/99/1",
        "title": "Rest",
        "session": "99",
        "year": 2044,
        "adopted": "2044-12-02",
        "body": "ga",
        "paragraphs": [
            {
                "id": "A/RES/99/1#pp1",
                "kind": "preambular",
                "text": "Recalling that rest is good,",
                "verb": "recalling",
            },
            {
                "id": "A/RES/99/1#op1",
                "kind": "operative",
                "number": "1",
                "text": "Invites all Member States to rest.",
                "verb": "invites",
            },
        ],
    },
    {
        "symbol": "A/RES/98/7",
        "title": "Work",
        "session": "98",
        "year": 2043,
        "adopted": "2043-12-02",
        "body": "ga",
        "paragraphs": [
            {
                "id": "A/RES/98/7#op1",
                "kind": "operative",
                "number": "1",
                "text": "Urges Member States to work.",
                "verb": "urges",
            }
        ],
    },
]
GOOD = "\n".join(json.dumps(line) for line in LINES)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Change to a folder with good, bad and mixed files, and unset settings."""
    monkeypatch.chdir(tmp_path)
    for name in ("INDEX", "HOST", "PORT", "THREADS", "CSV_ROWS"):
        monkeypatch.delenv(f"SEARCHAPP_{name}", raising=False)
    monkeypatch.setattr(parsing, "VERSION", 1, raising=False)
    (tmp_path / "good.jsonl").write_text(GOOD, encoding="utf-8")
    (tmp_path / "bad.jsonl").write_text("nonsense", encoding="utf-8")
    (tmp_path / "mixed.jsonl").write_text(f"nonsense\n{GOOD}", encoding="utf-8")
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


@pytest.fixture
def indexed() -> None:
    assert run("index", "good.jsonl").exit_code == 0


CODES = [
    (["index", "good.jsonl"], 0),
    (["index", "mixed.jsonl"], 0),
    (["index", "mixed.jsonl", "--strict"], 1),
    (["index", "good.jsonl", "bad.jsonl"], 0),
    (["index", "bad.jsonl"], 1),
    (["index", "none.jsonl"], 1),
    (["index", "good.jsonl", "none.jsonl", "--strict"], 1),
    (["index"], 2),
    (["index", "--nonsense"], 2),
    (["parse", "good.jsonl"], 0),
    (["parse", "mixed.jsonl"], 0),
    (["parse", "mixed.jsonl", "--strict"], 1),
    (["parse", "bad.jsonl"], 1),
    (["parse"], 2),
    (["search", "rest"], 1),
    (["search"], 2),
    (["search", "--year", "soon"], 1),
    (["search", "rest", "--sort", "nonsense"], 2),
    (["search", "rest", "--limit", "0"], 2),
    (["remove", "A/RES/99/1"], 1),
    (["coverage"], 1),
    (["check"], 1),
    (["nonsense"], 2),
    (["--help"], 0),
    (["--version"], 0),
]


@pytest.mark.parametrize(
    ("arguments", "code"),
    CODES,
    ids=lambda value: " ".join(value or []) if isinstance(value, list) else str(value),
)
def test_exit_codes(arguments: list[str], code: int) -> None:
    result = run(*arguments)

    assert (result.exit_code, "Traceback" in result.output) == (code, False), result.output
    assert isinstance(result.exception, SystemExit | None)


def test_index_again(indexed: None) -> None:
    result = run("index", "good.jsonl")

    assert (result.exit_code, result.stdout) == (0, "")
    assert "Skipped 1 unchanged file." in result.stderr


def test_names_what_fails() -> None:
    result = run("index", "mixed.jsonl")

    assert "Indexed 2 resolutions, 3 paragraphs" in result.stderr
    assert "Not read: mixed.jsonl: Line 1: The line is not valid JSON" in result.stderr


def test_an_empty_folder_says_so(folder: Path) -> None:
    (folder / "empty").mkdir()

    result = run("index", "empty")

    assert result.exit_code == 1
    assert "There was nothing to read." in result.stderr


@pytest.mark.parametrize("way", ["option", "setting", "default"])
def test_the_place_of_the_index(way: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = folder / ("index" if way == "default" else "elsewhere")
    if way == "setting":
        monkeypatch.setenv("SEARCHAPP_INDEX", str(place))
    option = ["--index", str(place)] if way == "option" else []

    run("index", "good.jsonl", *option)

    assert place.is_dir()
    assert run("search", "rest", *option).exit_code == 0


def test_parse_shows_an_outline() -> None:
    result = run("parse", "good.jsonl")

    assert result.stderr == ""
    assert result.stdout.splitlines()[:3] == [
        "A/RES/99/1 · Rest · 2044-12-02 · 2 paragraphs",
        "  pp1        preambular   recalling                Recalling that rest is good,",
        "  op1        operative    invites                  Invites all Member States to rest.",
    ]


def test_parse_gives_json_lines() -> None:
    lines = run("parse", "mixed.jsonl", "--json").stdout.splitlines()

    assert [Resolution.from_line(line) for line in lines] == [
        Resolution.from_json(line) for line in LINES
    ]


@pytest.mark.parametrize(
    ("arguments", "ids"),
    [
        (["rest"], ["A/RES/99/1#op1", "A/RES/99/1#pp1"]),
        (["rest", "--type", "operative"], ["A/RES/99/1#op1"]),
        (["member", "states", "--verb", "urges"], ["A/RES/98/7#op1"]),
        (["states", "--verb", "urges", "--verb", "invites"], ["A/RES/98/7#op1", "A/RES/99/1#op1"]),
        (["states", "--verb=-urges"], ["A/RES/99/1#op1"]),
        (["--", "states", "-work"], ["A/RES/99/1#op1"]),
        (["--session", "98"], ["A/RES/98/7#op1"]),
        (["--year", "2043..2043"], ["A/RES/98/7#op1"]),
        (["--adopted-from", "2044-01-01", "--verb", "invites"], ["A/RES/99/1#op1"]),
        (["states", "--body", "sc"], []),
        (["states", "--lang", "fr"], []),
        (["states", "--sort", "oldest", "--limit", "1"], ["A/RES/98/7#op1"]),
        (["states", "--sort", "oldest", "--limit", "1", "--page", "2"], ["A/RES/99/1#op1"]),
    ],
)
def test_search_as_json(arguments: list[str], ids: list[str], indexed: None) -> None:
    options, words = (arguments, []) if "--" not in arguments else ([], arguments)

    result = run("search", "--format", "json", *options, *words)

    assert result.stderr == ""
    assert sorted(hit["id"] for hit in json.loads(result.stdout)["hits"]) == sorted(ids)


def test_search_as_text(indexed: None) -> None:
    result = run("search", "invites")

    assert result.stderr == ""
    assert result.stdout.splitlines()[:6] == [
        "1 paragraph in 1 resolution, page 1 of 1",
        "",
        "General Assembly resolution 99/1, para. 1 – Rest, 2044-12-02",
        "  A/RES/99/1#op1",
        "  Invites all Member States to rest.",
        "",
    ]
    assert "Paragraph type: Operative (1)" in result.stdout


def test_search_marks_what_matched(indexed: None) -> None:
    assert "  \x1b[1mInvites\x1b[0m all Member States" in run("search", "invites", "--color").stdout
    assert "\x1b" not in run("search", "invites").stdout


def test_nothing_found_names_what_is_held(indexed: None) -> None:
    assert run("search", "desalination").stdout.splitlines() == [
        "No paragraph matches. Searched:",
        "General Assembly (en): 2 resolutions, 3 paragraphs; sessions 98–99; years 2043–2044",
        "“desalination” does not occur.",
    ]


def test_nothing_found_names_what_to_try(indexed: None) -> None:
    assert run("search", "sattes", "--session", "99").stdout.splitlines()[2:] == [
        "“sattes” does not occur.",
        "Did you mean: states (1 paragraph)",
    ]


def test_explain_prints_the_tree_and_needs_no_index() -> None:
    words = ("invites", "(“all States”~2", "OR", "consid*)", "-note:x", "year:2010..")
    filters = ("--verb=-urges", "--head", "takes note", "--session", "79", "--lang", "all")
    result = run("search", "--explain", "--index", "/nowhere", *filters, "--", *words)

    assert result.stdout.splitlines() == [
        "words",
        "  AND",
        "    OR",
        "      stem: invit",
        "      text: invites",
        "    OR",
        "      text: “all states”, at most 2 other words between",
        "      text: consid*",
        "    NOT",
        "      OR",
        "        note_stem: x",
        "        note: x",
        "    year: 2010..",
        "within",
        "  every paragraph",
        "filter session",
        "  session: 79",
        "filter verb",
        "  AND",
        "    head: takes note",
        "    NOT",
        "      verb: urges",
        "sort",
        "  relevance, then newer adoption, symbol, place",
    ]


@pytest.mark.parametrize(
    ("limit", "rows"), [([], 2), (["--limit", "1"], 1), (["--limit", "500"], 2)]
)
def test_search_as_csv(limit: list[str], rows: int, indexed: None) -> None:
    text = run("search", "states", "--sort", "oldest", "--format", "csv", *limit).stdout
    header, *found, last = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""))

    assert (header[0], len(found), found[0][0]) == ("id", rows, "A/RES/98/7#op1")
    assert "Indexed: General Assembly (en)" in last[0]
    assert last[0].startswith("Truncated at 1 rows") is (rows == 1)


def test_an_export_has_the_public_address(indexed: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEARCHAPP_PUBLIC_URL", "https://example.org/clauses/")

    text = run("search", "states", "--format", "csv").stdout
    assert ",https://example.org/clauses/resolutions/A/RES/98/7#op1" in text


@pytest.mark.parametrize("words", ["(states", '"states', "foo:states", "session:98...99"])
def test_a_query_that_cannot_be_read(words: str, indexed: None) -> None:
    result = run("search", words)

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("Error: ")


def test_remove(indexed: None) -> None:
    result = run("remove", "99/1")

    assert (result.exit_code, result.stderr) == (0, "Removed A/RES/99/1.\n")
    assert run("remove", "99/1").exit_code == 1


def test_coverage(indexed: None) -> None:
    run("index", "bad.jsonl")

    first, last = run("coverage").stdout.splitlines()
    data = json.loads(run("coverage", "--format", "json").stdout)

    assert first.startswith("General Assembly (en): 2 resolutions, 3 paragraphs")
    assert last.startswith("Not read: bad.jsonl: Line 1")
    assert data["coverage"] == [
        {
            "body": "ga",
            "language": "en",
            "sessions": ["98", "99"],
            "years": [2043, 2044],
            "resolutions": 2,
            "paragraphs": 3,
        }
    ]
    assert (data["sources"], data["failures"][0]["path"]) == (2, "bad.jsonl")


def test_check(indexed: None) -> None:
    assert run("check").stderr == "The index is complete and undamaged.\n"


@pytest.fixture
def invented(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = folder / "invented.jsonl"
    path.write_text('{"symbol": "A/RES/80/999", "paragraphs": [{"text": "Rest."}]}', "utf-8")
    monkeypatch.setattr(sample, "paths", lambda: (path,))


def test_the_sample(invented: None) -> None:
    assert run("index", "--sample").exit_code == 0
    assert "A/RES/80/999#u1" in run("search", "rest").stdout
    run("index", "good.jsonl")
    assert "A/RES/80/999#u1" not in run("search", "rest").stdout
    assert run("index", "--sample").exit_code == 1


class TestServe:
    """`searchapp serve` without a running server."""

    @pytest.fixture
    def served(self, invented: None, monkeypatch: pytest.MonkeyPatch) -> list[Settings]:
        served: list[Settings] = []
        monkeypatch.setattr(serving, "serve", lambda settings, say: served.append(settings))
        return served

    @pytest.mark.parametrize(
        ("arguments", "setting", "value"),
        [
            ([], "port", 8080),
            (["--port", "9000"], "port", 9000),
            (["--host", "::1"], "host", "::1"),
            (["--threads", "2"], "threads", 2),
            (["--processes", "2"], "processes", 2),
            (["--index", "elsewhere"], "index", "elsewhere"),
        ],
    )
    def test_settings(
        self, arguments: list[str], setting: str, value: object, served: list[Settings]
    ) -> None:
        assert run("serve", *arguments).exit_code == 0
        assert getattr(served[0], setting) == value

    def test_settings_of_the_environment(
        self, served: list[Settings], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("SEARCHAPP_PORT", "9001")

        run("serve")

        assert served[0].port == 9001

    def test_sample_if_empty(self, served: list[Settings]) -> None:
        result = run("serve", "--sample-if-empty")

        assert "indexed the sample" in result.stderr
        assert "A/RES/80/999#u1" in run("search", "rest").stdout

    def test_no_sample_where_something_is(self, served: list[Settings], indexed: None) -> None:
        result = run("serve", "--sample-if-empty")

        assert (result.exit_code, result.stderr) == (0, "")
        assert "A/RES/80/999#u1" not in run("search", "rest").stdout


@pytest.mark.parametrize("name", sorted(main.commands))
def test_help_can_be_learnt_from(name: str) -> None:
    command = main.commands[name]
    options = [p for p in command.params if isinstance(p, click.Option)]

    assert command.help
    assert [
        option.name for option in options if not (option.help or option.type.name == "choice")
    ] == []


def test_the_examples_of_help_are_commands() -> None:
    for command, text in (
        ("", group.EXAMPLES),
        ("index", index.INDEX_EXAMPLES),
        ("search", search.SEARCH_EXAMPLES),
    ):
        named = set(re.findall(r"searchapp (\w+)", text))
        assert named
        assert {command} - {""} <= named <= set(main.commands)


def test_an_outline_is_harmless_to_a_terminal() -> None:
    evil = Paragraph("x#u1", text="\x1b]0;title\x07 and \x9b31m")

    assert (
        re.search(
            r"[\x00-\x1f\x7f-\x9f]", "".join(terminal.outline(Resolution(paragraphs=(evil,))))
        )
        is None
    )
    assert terminal.bold("a\x1b[2Jb", ()) == "a [2Jb"


def test_help_imports_little() -> None:
    heavy = ["flask", "whoosh", "lxml", "bs4", "numpy", "waitress", "tqdm"]
    code = f"import searchapp.cli.commands, sys; print([m for m in {heavy} if m in sys.modules])"

    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(pipeline.__file__).parents[2],
    )

    assert done.stdout.strip() == "[]"


def test_a_pipe_that_closes_is_quiet(folder: Path, indexed: None) -> None:
    root = Path(pipeline.__file__).parents[2]
    code = f"import sys; sys.path.insert(0, {str(root)!r}); from searchapp.cli import main; main()"
    search = [sys.executable, "-c", code, "search", "states", "--format", "csv"]
    with subprocess.Popen(search, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        said = process.stderr.read()

    assert said == b""


@pytest.mark.parametrize(
    "arguments",
    [
        ["--symbol", "", "a.txt"],
        ["--symbol", "A/RES/56/19#op1", "a.txt"],
        ["--symbol", "A/RES/56/19", "a.txt", "b.txt"],
        ["--symbol", "A/RES/56/19", "."],
    ],
)
def test_a_symbol_is_for_one_file(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, ["index", *arguments, "--index", "place"])
    assert result.exit_code == 2
    assert "--symbol" in result.stderr
    assert not Path("place").exists()


def test_nothing_to_index_makes_no_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, ["index", "nowhere", "--index", "place"])
    assert result.exit_code == 1
    assert "no such file" in result.stderr
    assert not Path("place").exists()


def test_a_given_symbol_is_remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    text = "A title\n\nThe General Assembly,\n\n1. Invites all States to do {};\n\n2 May 2016\n"
    for arguments, word in (["--symbol", "A/RES/56/19"], "this"), ([], "that"):
        Path("a.txt").write_text(text.format(word), "utf-8")
        indexed = CliRunner().invoke(main, ["index", "a.txt", *arguments, "--index", "place"])
        assert indexed.exit_code == 0
    found = CliRunner().invoke(main, ["search", "that", "--index", "place", "--format", "json"])
    assert json.loads(found.stdout)["hits"][0]["id"] == "A/RES/56/19#op1"
