"""Settings: defaults, what the environment gives, bounds."""

from __future__ import annotations

from typing import Any

import pytest

from searchapp.config import SETTINGS, Setting, settings
from searchapp.errors import SearchAppError

NUMBERS = [setting for setting in SETTINGS if isinstance(setting.default, int)]


@pytest.mark.parametrize("setting", NUMBERS, ids=lambda setting: setting.name)
def test_a_number_has_bounds_and_its_default_is_within(setting: Setting) -> None:
    assert isinstance(setting.default, int)
    assert setting.least <= setting.default <= setting.most
    for wrong in (setting.least - 1, setting.most + 1):
        for given in ({}, {setting.name: wrong}):
            environ = {} if given else {setting.variable: str(wrong)}
            with pytest.raises(SearchAppError) as raised:
                settings(given, environ)
            assert str(raised.value) == (
                f"{setting.variable} is {wrong}: "
                f"write a number from {setting.least} to {setting.most}."
            )


@pytest.mark.parametrize(
    ("name", "text"),
    [
        *[(name, "0") for name in ("THREADS", "PROCESSES", "CSV_ROWS", "OPENSEARCH_SHARDS")],
        *[("CACHE", "-5"), ("PORT", "65536"), ("FETCH_PAUSE", "-1"), ("THREADS", "9" * 400)],
    ],
)
def test_a_number_that_would_stop_the_server_is_a_sentence(name: str, text: str) -> None:
    with pytest.raises(SearchAppError, match=f"SEARCHAPP_{name} is {text[:9]}.*write a"):
        settings(environ={f"SEARCHAPP_{name}": text})


@pytest.mark.parametrize("text", ["four", "1.5", "true", "9" * 9000])
def test_what_is_no_number_is_a_sentence(text: str) -> None:
    with pytest.raises(SearchAppError, match="write a whole number, such as 4"):
        settings(environ={"SEARCHAPP_THREADS": text})


@pytest.mark.parametrize(
    ("given", "environ", "threads"),
    [
        ({}, {}, 4),
        ({}, {"SEARCHAPP_THREADS": " 8 "}, 8),
        ({}, {"SEARCHAPP_THREADS": "  "}, 4),
        ({"THREADS": 2}, {"SEARCHAPP_THREADS": "8"}, 2),
    ],
)
def test_a_program_comes_before_the_environment(
    given: dict[str, Any], environ: dict[str, str], threads: int
) -> None:
    assert settings(given, environ)["THREADS"] == threads
