"""The time limit of a search: its scope, and its error message."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

import pytest
from click.testing import CliRunner
from flask import Flask

from searchapp.backends import open_backend
from searchapp.cli import main
from searchapp.errors import TooSlow
from searchapp.query.query import Query
from searchapp.search import deadline
from searchapp.search.deadline import time_limit
from searchapp.settings.config import Settings


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Stop the clock; return a function that advances it."""
    now = [0.0]
    monkeypatch.setattr(deadline, "monotonic", lambda: now[0])

    def move(seconds: float) -> None:
        now[0] += seconds

    return move


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the clock advance by an hour whenever it is read."""
    monkeypatch.setattr(deadline, "monotonic", count(0, 3600).__next__)


def test_without_a_limit_nothing_is_given_up(clock: Callable[[float], None]) -> None:
    clock(1e9)
    deadline.check()


def test_a_search_is_given_up_behind_its_limit(clock: Callable[[float], None]) -> None:
    with time_limit(5):
        clock(5)
        deadline.check()
        clock(0.1)
        with pytest.raises(TooSlow, match=r"longer than 5 s .* use fewer words"):
            deadline.check()
    deadline.check()


def test_the_outer_limit_holds(clock: Callable[[float], None]) -> None:
    with time_limit(5), time_limit(60):
        clock(6)
        with pytest.raises(TooSlow, match="5 s"):
            deadline.check()
    with time_limit(60), time_limit(5):
        clock(6)
        deadline.check()


def test_what_a_server_takes_to_recover_is_not_counted(clock: Callable[[float], None]) -> None:
    with time_limit(5):
        clock(30)
        deadline.extend(30)
        deadline.check()


PAGES = (
    *("/search?q=states", "/search.json?q=states", "/search.csv?q=states", "/suggest.json?q=stat"),
    *("/facets/verb?q=states", "/facets/verb.json?q=states", "/search?q=states+xyzzy"),
    *("/matrix?q=states", "/matrix.csv?q=states", "/trend?q=states", "/trend.json?q=states"),
    *("/search?q=states&group=resolution", "/search?q=%22the%20states%22~5", "/search?q=*at*"),
)


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.usefixtures("hurried")
def test_every_page_of_a_search_is_limited(app: Flask, address: str) -> None:
    answer = app.test_client().get(address)

    assert answer.status_code == 503
    assert "SEARCHAPP_QUERY_SECONDS" in answer.text
    assert "Retry-After" not in answer.headers
    if "json" in address:
        assert answer.json == {"error": str(TooSlow(5)), "position": None}
    elif address.startswith(("/search?", "/facets/verb?", "/matrix?", "/trend?")):
        assert "This search takes too long" in answer.text
        assert "Try again" not in answer.text


@pytest.mark.parametrize("address", ["/help", "/coverage"])
@pytest.mark.usefixtures("hurried")
def test_other_pages_are_not(app: Flask, address: str) -> None:
    assert app.test_client().get(address).status_code == 200


def test_an_export_is_limited_until_its_first_row(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = app.test_client().get("/search.csv?q=states", buffered=False)
    monkeypatch.setattr(deadline, "monotonic", count(1e9, 3600).__next__)

    assert answer.text.count("\n") > 5


@pytest.mark.parametrize("form", ["text", "json", "csv"])
@pytest.mark.usefixtures("hurried")
def test_the_command_line_says_the_same(place: str, form: str) -> None:
    ended = CliRunner().invoke(main, ["search", "states", "--format", form, "--index", place])

    assert ended.exit_code == 1
    assert ended.stderr == f"Error: {TooSlow(5)}\n"
    assert ended.stdout == ""


def test_the_setting_is_the_limit(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    backend = open_backend(place, settings=Settings(query_seconds=7))
    monkeypatch.setattr(deadline, "monotonic", count(0, 3600).__next__)
    with pytest.raises(TooSlow, match="7 s"):
        backend.search(Query.make("states"))
