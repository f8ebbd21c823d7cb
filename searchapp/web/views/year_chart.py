"""The view of the years of adoption: a chart of links, and two fields below it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil

from flask import url_for

from ...query.choices import is_excluded, value_of
from ...query.query import Query, year_range
from ...search.results import FacetResult
from ...text.wording import counted
from ..shared.addresses import ChoiceAddresses, search_url

BARS = 20
NAMED = range(1, 10_000)  # years that a range can contain
WIDTH, HEIGHT = 320, 72


@dataclass(frozen=True, slots=True)
class Bar:
    """A range of years in the chart: its link, its bar, and whether it is chosen."""

    label: str
    count: int
    url: str
    chosen: bool
    x: float
    y: float
    width: float
    height: float

    @property
    def title(self) -> str:
        """The tooltip."""
        return f"{self.label}: {self.count:,}"

    @property
    def name(self) -> str:
        """The accessible name, for screen readers."""
        return f"{self.label.replace('–', ' to ')}: {counted(self.count, 'paragraph')}"


@dataclass(frozen=True, slots=True)
class YearsView:
    """The chart of the years, its axis, and the two fields below it."""

    bars: tuple[Bar, ...]
    step: str
    axis: tuple[int, ...]
    low: str
    high: str


def years_view(query: Query, facet: FacetResult) -> YearsView:
    """Return the chart and fields of the facet of years."""
    years = ((int(v.value), v.count) for v in facet.values if v.value.isdecimal())
    counts = {year: count for year, count in years if year in NAMED}
    first, last = min(counts, default=0), max(counts, default=0)
    step = _step(first, last)
    start = first if step == 1 else first - (first - 1) % step  # bars like 1946–1950
    spans = [(low, min(low + step - 1, last)) for low in range(start, last + 1, step)]
    low, high = year_fields(query)
    return YearsView(
        bars=tuple(_bars(query, counts, spans)) if len(counts) > 1 else (),
        step="year by year" if step == 1 else f"in steps of {step} years",
        axis=_axis(first, last),
        low=low,
        high=high,
    )


def year_fields(query: Query) -> tuple[str, str]:
    """Return the values of "from" and "to" if one range or year is chosen; else two ""."""
    values = query.values("year")
    if len(values) != 1 or values[0].startswith("-"):  # excluded, or before the year 0
        return "", ""
    span = year_range(values[0])
    if span is None:
        return values[0], values[0]
    return str(span[0] or ""), str(span[1] or "")


def _axis(first: int, last: int) -> tuple[int, ...]:
    """Return the years below the chart; one in the middle only if it is a whole year."""
    middle = () if (first + last) % 2 else ((first + last) // 2,)
    return tuple(dict.fromkeys((first, *middle, last)))


def _step(first: int, last: int) -> int:
    """Return the years per bar: 1 if all years fit, else the multiple of five that fits."""
    years = last - first + 1
    return 1 if years <= 16 else 5 * ceil(years / 5 / BARS)


def _bars(query: Query, counts: dict[int, int], spans: list[tuple[int, int]]) -> Iterator[Bar]:
    totals = [sum(n for year, n in counts.items() if low <= year <= high) for low, high in spans]
    most, room = max(totals) or 1, WIDTH / len(spans)
    any_year = query.with_values("year", ())
    addresses = ChoiceAddresses(any_year, url_for("search.page"))
    for index, ((low, high), count) in enumerate(zip(spans, totals, strict=True)):
        value = f"{low}..{high}" if high > low else str(low)
        chosen = query.values("year") == (value,)
        height = round(max(2, count / most * (HEIGHT - 8)), 1) if count else 0
        yield Bar(
            label=f"{low}–{high}" if high > low else str(low),
            count=count,
            url=search_url(any_year) if chosen else addresses.toggled("year", value),
            chosen=_is_chosen(query, low, high),
            x=round(index * room, 2),
            y=HEIGHT - 1 - height,
            width=round(room, 2),
            height=height,
        )


def _is_chosen(query: Query, low: int, high: int) -> bool:
    """Return whether the filter includes years of a bar; without a filter, all are."""
    values = query.values("year")
    inside = any(_meets(value_of(v), low, high) for v in values if not is_excluded(v))
    outside = any(_meets(value_of(v), low, high) for v in values if is_excluded(v))
    only_out = all(map(is_excluded, values))
    return (inside or only_out) and not (outside and low == high)


def _meets(value: str, low: int, high: int) -> bool:
    span = year_range(value) or (int(value), int(value))
    return (span[0] or 0) <= high and (span[1] or 9999) >= low
