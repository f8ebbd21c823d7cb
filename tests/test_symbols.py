"""Symbols: every common spelling is read, and one is written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchapp.un.symbols import display, find_address, parse_symbol, session_order, symbol_order


@pytest.mark.parametrize(
    ("spelling", "symbol", "body", "session", "year"),
    [
        ("69/28", "A/RES/69/28", "ga", "69", None),
        ("a/res/69/28", "A/RES/69/28", "ga", "69", None),
        ("A_RES_69/28", None, None, None, None),
        ("A/RES_69/28", "A/RES/69/28", "ga", "69", None),
        ("Resolution 69/28", "A/RES/69/28", "ga", "69", None),
        ("69 / 28", "A/RES/69/28", "ga", "69", None),
        ("A/RES/76/235 B", "A/RES/76/235B", "ga", "76", None),
        ("76/235B", "A/RES/76/235B", "ga", "76", None),
        ("76/235 (B)", "A/RES/76/235B", "ga", "76", None),
        ("60/1 A and B", "A/RES/60/1A-B", "ga", "60", None),
        ("217 A (III)", "A/RES/217A(III)", "ga", "3", None),
        ("217 (III) A", "A/RES/217A(III)", "ga", "3", None),
        ("2099 (XX)", "A/RES/2099(XX)", "ga", "20", None),
        ("2099\u00a0(XX)", "A/RES/2099(XX)", "ga", "20", None),
        ("A/RES/2099(XX)", "A/RES/2099(XX)", "ga", "20", None),
        ("S-26/2", "A/RES/S-26/2", "ga", "S-26", None),
        ("ES-10/22", "A/RES/ES-10/22", "ga", "ES-10", None),
        ("3201 (S-VI)", "A/RES/3201(S-VI)", "ga", "S-6", None),
        ("S/RES/2577 (2021)", "S/RES/2577(2021)", "sc", None, 2021),
        ("2577 (2021)", "S/RES/2577(2021)", "sc", None, 2021),
        ("E/RES/2019/31", "E/RES/2019/31", "ecosoc", None, 2019),
        ("A/HRC/RES/51/36", "A/HRC/RES/51/36", "hrc", "51", None),
        # none of these is a symbol
        ("", None, None, None, None),
        ("member states", None, None, None, None),
        ("1.5", None, None, None, None),
        ("64/292, 2 billion", None, None, None, None),
        ("2019/31", None, None, None, None),
        ("S/RES/69/28", None, None, None, None),
        ("2099 (IIX)", None, None, None, None),
        ("٦٩/٢٨", None, None, None, None),
    ],
)
def test_spellings(
    spelling: str, symbol: str | None, body: str | None, session: str | None, year: int | None
) -> None:
    found = parse_symbol(spelling)

    assert (found and found.text) == symbol
    assert (found and (found.body, found.session, found.year)) == (
        (body, session, year) if symbol else None
    )


def test_a_bare_number_belongs_to_the_body_that_cites_it() -> None:
    assert str(parse_symbol("51/36", "hrc")) == "A/HRC/RES/51/36"
    assert str(parse_symbol("2019/31", "ecosoc")) == "E/RES/2019/31"


@given(st.text() | st.from_regex(r"\A(A/RES/)?[0-9]{1,4}[ /(A-Z0-9)-]*\Z"))
def test_the_written_form_is_read_as_itself(text: str) -> None:
    symbol = parse_symbol(text)

    assert symbol is None or parse_symbol(symbol.text) == symbol


@pytest.mark.parametrize(
    ("words", "address"),
    [
        ("69/28", ("A/RES/69/28", "")),
        ("resolution 69/28 para. 3", ("A/RES/69/28", "op3")),
        ("A/RES/79/144, paragraph 12 (a)", ("A/RES/79/144", "op12a")),
        ("76/235 B, para. 3 (a) (ii)", ("A/RES/76/235B", "op3aii")),
        ("2577 (2021) ¶ 4", ("S/RES/2577(2021)", "op4")),
        ("A/RES/78/69#op3", ("A/RES/78/69", "op3")),
        ("A/RES/78/69#annex1-4b", ("A/RES/78/69", "annex1-4b")),
        ("A/RES/78/69 op3", ("A/RES/78/69", "op3")),
        ("A_RES_78_69", ("A/RES/78/69", "")),
        ("A_HRC_RES_51_36#pp2", ("A/HRC/RES/51/36", "pp2")),
        ("General Assembly resolution 78/69", ("A/RES/78/69", "")),
        ("Human Rights Council resolution 51/36", ("A/HRC/RES/51/36", "")),
        ("Security Council resolution 2577 (2021), para. 3", ("S/RES/2577(2021)", "op3")),
        ("Security Council resolution 78/69", None),
        ("res 78/69", ("A/RES/78/69", "")),
        ("res. 78/69", ("A/RES/78/69", "")),
        ("A/RES/78/69 opinion", None),
        ("64/292, 2 billion", None),
        ("69/28 water", None),
        ("member states", None),
        ("1.5", None),
        ("", None),
    ],
)
def test_addresses_in_a_search_box(words: str, address: tuple[str, str] | None) -> None:
    found = find_address(words)

    assert (found and (str(found[0]), found[1])) == address


@pytest.mark.parametrize(
    ("symbol", "shown"),
    [
        ("A/RES/69/28", "A/RES/69/28"),
        ("A/RES/76/235B", "A/RES/76/235 B"),
        ("A/RES/60/1A-B", "A/RES/60/1 A-B"),
        ("A/RES/2099(XX)", "A/RES/2099 (XX)"),
        ("A/RES/217A(III)", "A/RES/217 A (III)"),
        ("A/RES/3201(S-VI)", "A/RES/3201 (S-VI)"),
        ("S/RES/2577(2021)", "S/RES/2577 (2021)"),
        ("A/RES/S-26/2", "A/RES/S-26/2"),
        ("x-0123456789ab", "x-0123456789ab"),
    ],
)
def test_display(symbol: str, shown: str) -> None:
    assert display(symbol) == shown


def test_short() -> None:
    symbol = parse_symbol("A/RES/76/235 B")

    assert symbol is not None
    assert symbol.short == "76/235 B"


def test_session_order() -> None:
    sessions = ["ES-10", "79", "?", "S-26", "9", "S-4"]

    assert sorted(sessions, key=session_order) == ["9", "79", "S-4", "S-26", "ES-10", "?"]


def test_symbol_order() -> None:
    symbols = ["S/RES/9(1946)", "A/RES/79/144", "A/RES/2099(XX)", "A/RES/79/9", "A/RES/9/1"]

    assert sorted(symbols, key=symbol_order) == [
        "A/RES/9/1",
        "A/RES/79/9",
        "A/RES/79/144",
        "A/RES/2099(XX)",
        "S/RES/9(1946)",
    ]
