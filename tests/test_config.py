"""Settings: accepted values, sources, and options of commands."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from searchapp import create_app
from searchapp.cli import main
from searchapp.errors import SearchAppError
from searchapp.settings.config import (
    DEFAULTS,
    OTHER_VARIABLES,
    SETTINGS,
    Settings,
    read_settings,
    unknown_variables,
)
from searchapp.settings.kinds import Number, Setting
from searchapp.settings.public_address import PublicAddress
from searchapp.web.shared.settings import settings_of

ROOT = Path(__file__).parent.parent
NUMBERS = [each for each in SETTINGS if isinstance(each.kind, Number)]
SWITCHES = [each.name for each in SETTINGS if isinstance(each.default, bool)]


def refused(name: str, text: str) -> str:
    """Return the error message for a variable's value."""
    with pytest.raises(SearchAppError) as raised:
        read_settings(environ={f"SEARCHAPP_{name}": text})
    return str(raised.value)


@pytest.mark.parametrize("setting", NUMBERS, ids=lambda setting: setting.name)
def test_a_number_has_bounds_wherever_it_comes_from(setting: Setting) -> None:
    kind = setting.kind
    assert isinstance(kind, Number)
    assert kind.least <= setting.default <= kind.most
    for wrong in (kind.least - 1, kind.most + 1):
        told = (
            f"{setting.variable} is “{wrong}”: "
            f"write a whole number from {kind.least} to {kind.most}."
        )
        assert refused(setting.name, str(wrong)) == told
        for known in (wrong, str(wrong)):
            with pytest.raises(SearchAppError, match=re.escape(told)):
                create_app({setting.name: known})
        changes: dict[str, Any] = {setting.name.lower(): wrong}
        with pytest.raises(SearchAppError, match=re.escape(told)):
            replace(DEFAULTS, **changes)


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("THREADS", " 8 ", 8),
        ("THREADS", "+8", 8),
        ("THREADS", "08", 8),
        ("THREADS", "", 4),
        ("THREADS", "  ", 4),
        ("INDEX", "", "index"),
        ("INDEX", " a folder ", "a folder"),
        ("FETCH_PAUSE", "0.25", 0.25),
        ("FETCH_PAUSE", "2", 2.0),
        *((name, text, True) for name in SWITCHES for text in ("1", "true", "YES", "on")),
        *((name, text, False) for name in SWITCHES for text in ("0", "False", "no", "OFF")),
        ("HOST", "::1", "::1"),
        ("HOST", "fe80::1%lo", "fe80::1%lo"),
        ("HOST", "*", "*"),
        ("HOST", "localhost", "localhost"),
        (
            "PUBLIC_URL",
            "https://Example.org/clauses/",
            PublicAddress("https", "example.org", "/clauses"),
        ),
        ("OFFICIAL_URL", "http://x:81/{symbol}", "http://x:81/{symbol}"),
        ("FETCH_URL", "https://x/?s={symbol}#{language}", "https://x/?s={symbol}#{language}"),
        ("OPENSEARCH_REPLICAS", "2", "2"),
        ("OPENSEARCH_REPLICAS", "0-all", "0-all"),
        ("OPENSEARCH_REPLICAS", "1-3", "1-3"),
        ("OPENSEARCH_REFRESH", "500ms", "500ms"),
        ("OPENSEARCH_REFRESH", "-1", "-1"),
        ("OPENSEARCH_CA", "/etc/ssl/ca.pem", Path("/etc/ssl/ca.pem")),
        ("ACCESS_LOG", "-", "-"),
        ("OPENSEARCH_PASSWORD", "١٢ “x”", "١٢ “x”"),
    ],
)
def test_what_a_variable_means(name: str, text: str, value: object) -> None:
    found = getattr(read_settings(environ={f"SEARCHAPP_{name}": text}), name.lower())

    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    ("name", "text", "shown", "rule"),
    [
        ("PROCESSES", "0", "0", "a whole number from 1 to 256"),
        ("THREADS", "four", "four", "a whole number from 1 to 256"),
        ("THREADS", "1.5", "1.5", "a whole number from 1 to 256"),
        ("THREADS", "true", "true", "a whole number from 1 to 256"),
        ("THREADS", "1_0", "1_0", "a whole number from 1 to 256"),
        ("THREADS", "1 0", "1 0", "a whole number from 1 to 256"),
        ("THREADS", "0x10", "0x10", "a whole number from 1 to 256"),
        ("THREADS", "١٢", "١٢", "a whole number from 1 to 256"),
        ("THREADS", "²", "²", "a whole number from 1 to 256"),
        ("THREADS", "9" * 9000, "9" * 60 + "…", "a whole number from 1 to 256"),
        ("THREADS", "4\n\x1b[31m\u202e5", "4 [31m5", "a whole number from 1 to 256"),
        ("THREADS", "\udcff", "\\udcff", "a whole number from 1 to 256"),
        ("CACHE", "-5", "-5", "a whole number from 0 to 1000000"),
        ("PORT", "65536", "65536", "a whole number from 0 to 65535"),
        ("FETCH_PAUSE", "-1", "-1", "a number from 0 to 3600"),
        ("FETCH_PAUSE", "nan", "nan", "a number from 0 to 3600"),
        ("FETCH_PAUSE", "1e3", "1e3", "a number from 0 to 3600"),
        ("FETCH_PAUSE", "0,5", "0,5", "a number from 0 to 3600"),
        *((name, "2", "2", "1, true, yes or on; or 0") for name in SWITCHES),
        *((name, "maybe", "maybe", "1, true, yes or on; or 0") for name in SWITCHES),
        ("HOST", "http://x", "http://x", "the name or address of an interface"),
        ("HOST", "localhost:80", "localhost:80", "the name or address of an interface"),
        ("HOST", "[::1]", "[::1]", "the name or address of an interface"),
        ("HOST", "a b", "a b", "the name or address of an interface"),
        ("PUBLIC_URL", "example.org", "example.org", "an address such as https://"),
        ("PUBLIC_URL", "//example.org", "//example.org", "an address such as https://"),
        ("PUBLIC_URL", "ftp://x.org", "ftp://x.org", "an address such as https://"),
        ("PUBLIC_URL", "https://x\n.org", "https://x .org", "an address such as https://"),
        ("PUBLIC_URL", "https://me:pw@x.org", "https://…@x.org", "an address such as https://"),
        *(
            (name, text, shown, "an address that begins with https://")
            for name in ("OFFICIAL_URL", "FETCH_URL")
            for text, shown in (
                ("https://x.org/", "https://x.org/"),
                ("https://x.org/{language}", "https://x.org/{language}"),
                ("https://x.org/{symbol}/{lang}", "https://x.org/{symbol}/{lang}"),
                ("https://x.org/{{symbol}}", "https://x.org/{{symbol}}"),
                ("https://{symbol}.org/", "https://{symbol}.org/"),
                ("https://me:pa/ss@x.org/{symbol}", "https://…@x.org/{symbol}"),
                ("https://x.org:99999/{symbol}", "https://x.org:99999/{symbol}"),
                ("https:///{symbol}", "https:///{symbol}"),
                ("https://[::1/{symbol}", "https://[::1/{symbol}"),
                ("https://x.org/ {symbol}", "https://x.org/ {symbol}"),
                ("x.org/{symbol}", "x.org/{symbol}"),
                ("javascript:{symbol}", "javascript:{symbol}"),
                ("file:///{symbol}", "file:///{symbol}"),
            )
        ),
        *(
            ("OPENSEARCH_REPLICAS", text, text, "a number from 0 to 99, or a range")
            for text in ("many", "-1", "1-0", "all", "0-", "100", "0–1", "١")
        ),
        *(
            ("OPENSEARCH_REFRESH", text, text, "a number with a unit")
            for text in ("soon", "30", "s", "1.5s", "-2", "30 s", "9999999s", "١s")
        ),
    ],
)
def test_a_wrong_value_is_a_sentence(name: str, text: str, shown: str, rule: str) -> None:
    assert refused(name, text).startswith(f"SEARCHAPP_{name} is “{shown}”: write {rule}")


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_a_default_is_valid_as_it_is_written(setting: Setting) -> None:
    text = setting.default_text

    assert setting.parse(text or setting.default) == setting.default


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
@pytest.mark.parametrize(
    "wrong", [object(), [], b"1", "a\0b"], ids=["object", "list", "bytes", "NUL"]
)
def test_a_program_s_value_of_another_type_is_a_sentence(setting: Setting, wrong: object) -> None:
    with pytest.raises(SearchAppError, match=f"^{setting.variable} is .*: write .*[.]$"):
        create_app({setting.name: wrong})


def test_a_number_is_no_switch_and_a_switch_is_no_number() -> None:
    with pytest.raises(SearchAppError, match="SEARCHAPP_THREADS is “True”"):
        create_app({"THREADS": True})
    assert settings_of(create_app({"DEBUG": 1})).debug is True


def test_secrets_are_in_no_text() -> None:
    settings = Settings(opensearch_user="me", opensearch_password="pw", opensearch_api_key="k3y")

    assert not re.search("me'|pw|k3y", repr(settings))
    with pytest.raises(SearchAppError, match="SEARCHAPP_OPENSEARCH_PASSWORD is not valid: write a"):
        create_app({"OPENSEARCH_PASSWORD": ["secret"]})


# Sources of settings


@pytest.mark.parametrize(
    ("given", "environ", "threads"),
    [
        ({}, {}, 4),
        ({}, {"SEARCHAPP_THREADS": "8"}, 8),
        ({"THREADS": 2}, {"SEARCHAPP_THREADS": "8"}, 2),
        ({"THREADS": "2"}, {"SEARCHAPP_THREADS": "wrong"}, 2),
    ],
)
def test_a_program_comes_before_the_environment(
    given: dict[str, Any], environ: dict[str, str], threads: int
) -> None:
    assert read_settings(given, environ).threads == threads


def test_an_application_has_the_settings_that_it_is_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEARCHAPP_CACHE", "3")

    assert settings_of(create_app()).cache == 3
    assert settings_of(create_app({"CACHE": 1, "INDEX": tmp_path})).index == str(tmp_path)
    assert settings_of(create_app(Settings(threads=2))) == Settings(threads=2)
    assert create_app({"TESTING": True}).testing


def test_the_names_of_flask_are_not_ours() -> None:
    app = create_app({"DEBUG": True})

    assert (settings_of(app).debug, app.debug) == (True, False)

    @app.get("/broken")
    def broken() -> str:
        raise RuntimeError

    assert "Something" in app.test_client().get("/broken").text


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("PROT", "There is no setting “PROT”: did you mean PORT?"),
        ("index", "There is no setting “index”: did you mean INDEX?"),
        ("SEARCHAPP_INDEX", "There is no setting “SEARCHAPP_INDEX”: did you mean INDEX?"),
        ("\x1bXYZZY", "There is no setting “XYZZY”: docs/usage.md lists them."),
    ],
)
def test_a_program_s_wrong_name_is_a_sentence(name: str, told: str) -> None:
    with pytest.raises(SearchAppError) as raised:
        create_app({name: "1"})
    assert str(raised.value) == told


# Variables that are not settings


@pytest.mark.parametrize(
    ("variable", "hint"),
    [
        ("SEARCHAPP_PROT", "did you mean SEARCHAPP_PORT?"),
        ("SEARCHAPP_THREAD", "did you mean SEARCHAPP_THREADS?"),
        ("SEARCHAPP_OPENSEARCH_PASSWD", "did you mean SEARCHAPP_OPENSEARCH_PASSWORD?"),
        ("SEARCHAPP_port", "did you mean SEARCHAPP_PORT?"),
        ("SEARCHAPP_XYZZY", "docs/usage.md lists the settings."),
        ("SEARCHAPP_", "docs/usage.md lists the settings."),
    ],
)
@pytest.mark.parametrize("command", sorted(main.commands))
def test_every_command_names_variables_that_are_no_settings(
    command: str, variable: str, hint: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("searchapp.serving.serve", lambda *_: None)
    arguments = {
        "search": ["lamps"],
        "copy": ["a", "b"],
        "fetch": ["A/RES/79/1"],
        "index": ["none"],
        "parse": ["none"],
        "remove": ["A/RES/79/1"],
    }
    environ = {variable: "1", "SEARCHAPP_FETCH_URL": "http://127.0.0.1:1/{symbol}"}

    result = CliRunner().invoke(main, [command, *arguments.get(command, [])], env=environ)

    named = f"Warning: {variable} is not a setting, so it is ignored: {hint}\n"
    assert result.stderr.startswith(named)
    assert result.stderr.count("Warning") == 1


def test_an_application_names_them_in_the_log(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("SEARCHAPP_PROT", "1")

    create_app()

    assert caplog.messages == [
        "SEARCHAPP_PROT is not a setting, so it is ignored: did you mean SEARCHAPP_PORT?"
    ]


def test_a_variable_s_name_commands_no_terminal() -> None:
    (told,) = unknown_variables({"SEARCHAPP_\x1b[31m\n" + "X" * 5000: ""})

    assert told.isprintable()
    assert len(told) < 200


def test_variables_of_scripts_and_tests_are_known_and_used() -> None:
    used = {name for path in SOURCES for name in _VARIABLE.findall(path.read_text("utf-8"))}
    settings = {setting.variable for setting in SETTINGS}

    assert used - settings - INVENTED == OTHER_VARIABLES


_VARIABLE = re.compile(r"SEARCHAPP_[A-Z]+(?:_[A-Z]+)*\b(?!_)")
SOURCES = [
    *(ROOT / ".ci").iterdir(),
    *(path for path in (ROOT / "scripts").rglob("*") if path.suffix in {"", ".py"}),
    *(ROOT / "tests").rglob("*.py"),
    *(ROOT / "docs").glob("*.md"),
]
SOURCES = [path for path in SOURCES if path.is_file()]
INVENTED = {f"SEARCHAPP_{name}" for name in ("PROT", "THREAD", "OPENSEARCH_PASSWD", "XYZZY")}


# Options


@pytest.mark.parametrize(
    ("option", "text", "told"),
    [
        ("--port", "65536", "--port is “65536”: write a whole number from 0 to 65535."),
        ("--port", "١٢", "--port is “١٢”: write a whole number from 0 to 65535."),
        ("--threads", "0", "--threads is “0”: write a whole number from 1 to 256."),
        ("--processes", "many", "--processes is “many”: write a whole number from 1 to 256."),
        ("--host", "http://x", "--host is “http://x”: write the name or address of an interface"),
        ("--index", " ", "--index is “ ”: write a folder, or opensearch://host:port/name."),
        ("--index", "", "--index is “”: write a folder, or opensearch://host:port/name."),
    ],
)
def test_an_option_has_the_bounds_of_its_setting(option: str, text: str, told: str) -> None:
    result = CliRunner().invoke(main, ["serve", option, text])

    assert result.exit_code == 2
    assert f"Error: {told}" in result.stderr


def test_help_needs_no_valid_settings() -> None:
    result = CliRunner().invoke(main, ["serve", "--help"], env={"SEARCHAPP_PORT": "wrong"})

    assert result.exit_code == 0
