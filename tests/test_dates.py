"""Dates in print and in ISO 8601, and their sessions."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchapp.text.dates import date_in, first_day, is_day, last_day, parse_span
from searchapp.text.wording import long_date
from searchapp.un.sessions import can_meet, opening_year, parse_session, session_in, session_on


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Resolution adopted by the General Assembly on 2 December 2014", "2014-12-02"),
        ("14th December 1960", "1960-12-14"),
        ("2 DECEMBER 2014", "2014-12-02"),
        ("9 December 2021, and 24 December 2021", "2021-12-09"),
        ("32 December 2014", None),
        ("112 December 2014", None),
        ("December 2014", None),
        ("2 décembre 2014", None),
    ],
)
def test_dates_in_print(text: str, day: str | None) -> None:
    assert date_in(text) == day


@given(st.dates(min_value=date(1000, 1, 1)))
def test_a_date_is_read_as_it_was_written(day: date) -> None:
    assert date_in(long_date(day.isoformat())) == day.isoformat()


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2014", date(2014, 1, 1), date(2014, 12, 31)),
        ("2014-11", date(2014, 11, 1), date(2014, 11, 30)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2014-12-02", date(2014, 12, 2), date(2014, 12, 2)),
    ],
)
def test_first_and_last_days(text: str, first: date, last: date) -> None:
    assert (first_day(text), last_day(text)) == (first, last)


NO_DAYS = ["", "14", "2014-13", "2014-02-30", "2014-1-2", "2 May 2014", "٢٠١٤", "0000-01-01"]


@pytest.mark.parametrize("text", NO_DAYS)
def test_what_is_no_day(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 # the calendar's own, or ours
        first_day(text)
    assert not is_day(text)


@pytest.mark.parametrize(("text", "is_one"), [("2014-12-02", True), ("2014-12", False)])
def test_a_day_is_a_whole_date(text: str, is_one: bool) -> None:
    assert is_day(text) is is_one


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("2010..2020", (2010, 2020)),
        ("2010..", (2010, None)),
        ("..2020", (None, 2020)),
        ("2015", (2015, 2015)),
    ],
)
def test_spans(text: str, ends: tuple[int | None, int | None]) -> None:
    assert parse_span(text, int, int) == ends


@pytest.mark.parametrize("text", ["", "..", "a..b", "1..2..3"])
def test_what_is_no_span(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 # `int`'s own, or ours
        parse_span(text, int, int)


# Sessions ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "session"),
    [("79", "79"), (" xx ", "20"), ("s-26", "S-26"), ("S-VI", "S-6"), ("ES-10", "ES-10")]
    + [(text, None) for text in ("", "S-", "IIX", "12345", "X-3", "٧٩", "seventy-ninth")],
)
def test_spellings_of_sessions(text: str, session: str | None) -> None:
    assert parse_session(text) == session
    assert session is None or parse_session(session) == session


@pytest.mark.parametrize(
    ("text", "session"),
    [
        ("Seventy-eighth session", "78"),
        ("Sixty‑ninth session", "69"),
        ("Twenty-sixth special session", "S-26"),
        ("Tenth emergency special session", "ES-10"),
        ("at its last session, the first session of 2011", "1"),
        ("The Council in session", None),
    ],
)
def test_sessions_in_print(text: str, session: str | None) -> None:
    assert session_in(text) == session


@pytest.mark.parametrize(
    ("day", "session"),
    [("2014-12-02", "69"), ("2007-09-13", "62"), ("2007-08-31", "61"), ("1946-02-14", "1")],
)
def test_the_session_of_a_day(day: str, session: str) -> None:
    assert session_on(day) == session


@pytest.mark.parametrize(("session", "year"), [("69", 2014), ("1", 1946), ("S-26", None)])
def test_the_year_in_which_a_session_opens(session: str, year: int | None) -> None:
    assert opening_year(session) == year


@pytest.mark.parametrize(
    ("body", "session", "years"),
    [
        ("ga", "69", {2014, 2015}),
        ("hrc", "1", {2005, 2006, 2007}),
        ("hrc", "51", {2022, 2023}),
        ("ecosoc", "4", set(range(2000, 2030))),  # there is no known rule
    ],
)
def test_years_of_sessions(body: str, session: str, years: set[int]) -> None:
    assert {year for year in range(2000, 2030) if can_meet(body, session, year)} == years
