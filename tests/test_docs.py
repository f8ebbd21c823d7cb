"""The documents: they name every setting, option and command, and their links work."""

import json
import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import click
import jsonschema
import pytest
from click.testing import CliRunner

from searchapp import create_app
from searchapp.cli import main
from searchapp.cli.options import Command
from searchapp.exports.results_json import hit_json, results_json, value_json
from searchapp.model.document import Note
from searchapp.model.resolution import KINDS, Citation, Clause, Due, Paragraph, Resolution
from searchapp.query.facets import FACETS
from searchapp.query.parser import FIELDS
from searchapp.search.results import FacetValue, Hit, Results
from searchapp.settings.config import SETTINGS

ROOT = Path(__file__).parent.parent
USAGE = (ROOT / "docs" / "usage.md").read_text(encoding="utf-8")
DATA = (ROOT / "docs" / "data.md").read_text(encoding="utf-8")
AT_THE_TOP = ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md")
PAGES = sorted([*map(ROOT.joinpath, AT_THE_TOP), *(ROOT / "docs").glob("*.md")])
_TEST = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?(?:::(\w+))?`")
OF_THE_RECIPE = "tests/test_fodt.py"  # CONTRIBUTING.md: the test of a format to be added
_LINK = re.compile(r"\]\(([^)#\s]+)")


def options() -> Iterator[tuple[str, str]]:
    for name, command in sorted(main.commands.items()):
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                yield from ((name, text) for text in parameter.opts + parameter.secondary_opts)


@pytest.mark.parametrize("name", sorted(main.commands))
def test_commands_are_documented(name: str) -> None:
    assert f"### `searchapp {name}" in USAGE


@pytest.mark.parametrize(("command", "option"), list(options()))
def test_options_are_documented(command: str, option: str) -> None:
    assert re.search(rf"`{option}[` ]", USAGE), f"searchapp {command} {option}"


def test_the_table_of_settings_is_that_of_the_declarations() -> None:
    rows = re.findall(r"^\| `SEARCHAPP_.*$", USAGE, re.MULTILINE)

    for row, setting in zip(rows, SETTINGS, strict=True):
        default = f" `{setting.default_text}`" if setting.default_text else ""
        declared = f"| `{setting.variable}` |{default} | {setting.kind.rule} | {setting.help}"
        assert row.startswith(declared)


@pytest.mark.parametrize("name", sorted(main.commands))
def test_help_lists_the_settings_that_a_command_follows(name: str) -> None:
    command = main.commands[name]
    assert isinstance(command, Command)
    text = "".join(CliRunner().invoke(main, [name, "--help"]).output.split())

    assert command.follows
    for setting in command.follows:
        for told in (setting.variable, setting.help, setting.default_text):
            assert told.replace(" ", "") in text


@pytest.mark.parametrize("name", [facet.name for facet in FACETS])
def test_facets_are_documented(name: str) -> None:
    assert f"| `{name}`, `--{name}` |" in USAGE


@pytest.mark.parametrize("name", FIELDS)
def test_fields_of_a_query_are_documented(name: str) -> None:
    assert f"`{name}:`" in USAGE


def test_pages_with_json_are_documented() -> None:
    rules = [rule.rule for rule in create_app().url_map.iter_rules()]
    written = {rule for rule in rules if rule.endswith(".json")}

    assert len(written) > 5
    assert [rule for rule in sorted(written) if f"`{rule}" not in USAGE] == []


def names(noun: type[Any]) -> list[str]:
    return [field.name for field in fields(noun)]


def hit_keys() -> list[str]:
    return list(hit_json(Hit(Paragraph("a"), Resolution())))


def value_keys() -> list[str]:
    return list(value_json(FacetValue("a", "a", 1)))


def result_keys() -> list[str]:
    return list(results_json(Results(0, 0, ())))


NOUNS = (Resolution, Paragraph, Clause, Citation, Due, Note)
KEYS = {name for noun in NOUNS for name in names(noun)} | {
    *hit_keys(),
    *value_keys(),
    *result_keys(),
}


@pytest.mark.parametrize("key", sorted(KEYS))
def test_json_keys_are_documented(key: str) -> None:
    assert f"`{key}`" in DATA


@pytest.fixture(scope="module")
def resolution_schema() -> dict[str, Any]:
    return schema("resolution")


@pytest.fixture(scope="module")
def results_schema() -> dict[str, Any]:
    return schema("results")


def schema(name: str) -> dict[str, Any]:
    text = (ROOT / "docs" / f"{name}.schema.json").read_text(encoding="utf-8")
    data: dict[str, Any] = json.loads(text)
    return data


@pytest.mark.parametrize("name", ["resolution", "results"])
def test_schemas_are_schemas(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(schema(name))


@pytest.mark.parametrize(
    ("definition", "noun"),
    [
        ("paragraph", Paragraph),
        ("clause", Clause),
        ("citation", Citation),
        ("due", Due),
        ("note", Note),
    ],
)
def test_the_schema_has_the_fields_of_the_nouns(
    definition: str, noun: type[Any], resolution_schema: dict[str, Any]
) -> None:
    assert list(resolution_schema["$defs"][definition]["properties"]) == names(noun)


def test_the_schema_has_the_fields_of_a_resolution(resolution_schema: dict[str, Any]) -> None:
    kinds = resolution_schema["$defs"]["paragraph"]["properties"]["kind"]["enum"]

    assert list(resolution_schema["properties"]) == names(Resolution)
    assert tuple(kinds) == KINDS


def test_the_schema_has_the_keys_of_results(results_schema: dict[str, Any]) -> None:
    held = results_schema["$defs"]

    assert list(results_schema["properties"]) == result_keys()
    assert held["hit"]["required"] == hit_keys()
    assert list(held["value"]["properties"]) == value_keys()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_to_files_resolve(page: Path) -> None:
    links = [link for link in _LINK.findall(page.read_text(encoding="utf-8")) if "://" not in link]

    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_tests_that_are_named_exist(page: Path) -> None:
    found = _TEST.findall(page.read_text(encoding="utf-8"))
    for file, *names in (named for named in found if named[0] != OF_THE_RECIPE):
        text = (ROOT / file).read_text(encoding="utf-8")
        for name in filter(None, names):
            assert re.search(rf"^\s*(def|class) {name}\b", text, re.MULTILINE), f"{file}::{name}"


@pytest.mark.parametrize("name", ["reliability.md", "security.md"])
def test_every_promise_has_a_test(name: str) -> None:
    text = (ROOT / "docs" / name).read_text(encoding="utf-8")
    rows = [row for row in text.splitlines() if row.startswith("| **") and row.count("|") > 3]

    assert len(rows) > 5
    assert [row[:40] for row in rows if not _TEST.search(row)] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_document_can_be_reached(page: Path) -> None:
    linked = {
        (source.parent / link).resolve()
        for source in PAGES
        for link in _LINK.findall(source.read_text(encoding="utf-8"))
        if "://" not in link
    }

    assert page.name == "README.md" or page.resolve() in linked


ROOMS = ("searchapp", "scripts", "docs", "tests")
SOURCES = [ROOT / "README.md", *(f for room in ROOMS for f in (ROOT / room).rglob("*.*"))]


def test_nothing_is_to_be_installed_that_no_index_has() -> None:
    """The project is on no package index: only a checkout or a local wheel can be installed."""
    named = re.compile(r"pip install (?!--no-index)[^\n`]*\bsearchapp\b")
    texts = [file for file in SOURCES if file.suffix in (".py", ".md", ".html", ".txt", ".sh")]

    assert [file for file in texts if named.search(file.read_text(encoding="utf-8"))] == []


def test_the_changelog_knows_this_version() -> None:
    from searchapp import __version__

    assert f"## [{__version__}]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_example_of_a_line_is_read() -> None:
    (line,) = re.findall(r"```json\n(.*?)\n```", DATA, re.DOTALL)

    resolution = Resolution.from_line(line)

    assert resolution.paragraphs[0].id == "A/RES/99/1#u1"
