"""Addresses of a search with one selection more or less."""

from __future__ import annotations

import subprocess
import sys
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchapp.query.choices import written
from searchapp.query.facets import FACETS
from searchapp.query.query import Query
from searchapp.search.highlight import escaped
from searchapp.web.shared.addresses import ChoiceAddresses


@pytest.mark.parametrize(
    ("asked", "facet", "value", "toggled", "excluding"),
    [
        ({}, "verb", "calls upon", "?verb=calls+upon", "?verb=-calls+upon"),
        ({"words": "\0 & a"}, "vote", "none", "?q=%00+%26+a&vote=none", "?q=%00+%26+a&vote=-none"),
        # facets are in their fixed order, whichever was selected first, and the page is 1 again
        (
            {"verb": "invites", "page": "3", "sort": "newest"},
            "session",
            "79",
            "?session=79&verb=invites&sort=newest",
            "?session=-79&verb=invites&sort=newest",
        ),
        # a selected value is removed, or changes between selected and excluded
        ({"verb": ["a", "-b"]}, "verb", "a", "?verb=-b", "?verb=-b&verb=-a"),
        ({"verb": ["a", "-b"]}, "verb", "b", "?verb=a&verb=b", "?verb=a"),
        ({"verb": ["a", "-b"]}, "verb", "c", "?verb=a&verb=-b&verb=c", "?verb=a&verb=-b&verb=-c"),
        ({"verb": "a"}, "verb", "a", "?", "?verb=-a"),
        # a value that begins with "-"
        ({"subject": "--x"}, "subject", "--x", "?", "?subject=---x"),
        ({"subject": "---x"}, "subject", "--x", "?subject=--x", "?"),
        ({"subject": "x"}, "subject", "--x", "?subject=x&subject=--x", "?subject=x&subject=---x"),
        # one language replaces another; none can be excluded
        ({"lang": "fr"}, "lang", "en", "?", ""),
        ({"lang": "fr"}, "lang", "fr", "?lang=all", ""),
        ({"lang": "fr"}, "lang", "all", "?lang=all", ""),
        ({"lang": "all"}, "lang", "all", "?lang=all", ""),
        ({}, "lang", "en", "?lang=all", ""),
    ],
)
def test_a_value_has_two_addresses(
    asked: dict[str, Any], facet: str, value: str, toggled: str, excluding: str
) -> None:
    addresses = ChoiceAddresses(Query.make(**asked), "")

    assert addresses.toggled(facet, value) == toggled
    assert addresses.excluding(facet, value) == excluding


def test_addresses_keep_their_path_and_what_is_no_part_of_the_query() -> None:
    query = Query.make("a", verb="b")
    addresses = ChoiceAddresses(query, "/under/facets/verb", [("find", "ü &"), ("order", "name")])

    kept = "&find=%C3%BC+%26&order=name"
    assert addresses.toggled("verb", "c") == f"/under/facets/verb?q=a&verb=b&verb=c{kept}"
    assert addresses.toggled("verb", "b") == f"/under/facets/verb?q=a{kept}"


def test_engines_load_nothing_that_makes_pages() -> None:
    """Engines return values, counts and spans; the web code makes addresses and HTML of them."""
    engines = "searchapp.backends.whoosh, searchapp.backends.opensearch"
    pages = ["flask", "jinja2", "markupsafe", "searchapp.search.highlight", "searchapp.web"]
    code = f"import {engines}, sys; print([name for name in {pages} if name in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert run.stdout == "[]\n"


VALUES = st.text(min_size=1, max_size=4) | st.text("-&<\"'a", min_size=1, max_size=4)
NAMES = [facet.name for facet in FACETS if facet.narrows and facet.name not in ("type", "vote")]


@given(
    st.lists(st.tuples(st.sampled_from(NAMES), VALUES, st.booleans()), max_size=4),
    st.sampled_from(NAMES),
    VALUES,
)
def test_every_address_is_that_of_the_toggled_query(
    chosen: list[tuple[str, str, bool]], facet: str, value: str
) -> None:
    """Each address joins two cached parts and the value; it must equal that of the whole query."""
    query = Query("<words>")
    for name, one, out in chosen:
        query = query.with_values(name, [*query.values(name), "-" * out + written(one)])
    plain, safe = ChoiceAddresses(query, "/a"), ChoiceAddresses(query, "/a", escape=escaped)
    offered = [(name, written(one)) for name, one, _ in chosen] + [(facet, written(value))]

    for name, one in offered:
        for choice in (one, f"-{one}"):
            expected = "/a?" + urlencode(query.toggled(name, choice).to_args())
            assert plain.toggled(name, choice) == expected
            assert safe.toggled(name, choice) == escaped(expected)
