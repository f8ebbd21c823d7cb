"""The query language, and the search state in an address."""

from datetime import date

import pytest
from contract.drawn import states
from hypothesis import given
from hypothesis import strategies as st

from searchapp.errors import QueryError
from searchapp.query import tree
from searchapp.query.facets import FACETS
from searchapp.query.parser import FIELDS, parse_words, query_tree, wanted_parts, write_words
from searchapp.query.query import SORTS, Query
from searchapp.query.tree import (
    TEXTS,
    And,
    AnyForm,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Range,
    Stem,
    Value,
    Wildcard,
    Word,
)
from searchapp.un.normal_forms import plain


def stem(word: str) -> Node:
    return Stem("text", word)


def word(text: str) -> Node:
    return Word("text", text)


def phrase(*words: str, field: str = "text", gap: int = 0) -> Node:
    return Phrase(field, words, gap)


def all_of(*nodes: Node) -> Node:
    return And(nodes)


def any_of(*nodes: Node) -> Node:
    return Or(nodes)


a, b, c = stem("a"), stem("b"), stem("c")

GOOD: list[tuple[str, Node]] = [
    # words
    ("peace", stem("peace")),
    ("Peace and Security", all_of(stem("peace"), stem("and"), stem("security"))),
    ("not or", all_of(stem("not"), stem("or"))),
    ("Côte", stem("cote")),
    ("Secretary-General", phrase("secretary", "general")),
    ("1.5", phrase("1", "5")),
    ("联合国", phrase("联", "合", "国")),
    ("who invited whom?", all_of(stem("who"), stem("invited"), stem("whom"))),
    ("wom?n", phrase("wom", "n")),
    ("a - b — !", all_of(a, b)),
    # quotes
    ('"States"', word("states")),
    ('"Calls upon"', phrase("calls", "upon")),
    ("“calls upon”", phrase("calls", "upon")),
    ("„calls upon“", phrase("calls", "upon")),
    ("«calls upon»", phrase("calls", "upon")),
    ('"the “Agenda” for"', phrase("the", "agenda", "for")),
    ('"foo:bar (a) OR -b"', phrase("foo", "bar", "a", "or", "b")),
    ('"a b"~0', phrase("a", "b")),
    ('"a b"~50', phrase("a", "b", gap=50)),
    ('a "?"', a),
    # operators
    ("a AND b c", all_of(a, b, c)),
    ("a OR b OR c", any_of(a, b, c)),
    ("a b OR c", any_of(all_of(a, b), c)),
    ("a (b OR c)", all_of(a, any_of(b, c))),
    ("a (b c)", all_of(a, b, c)),
    ("a -b", all_of(a, Not(b))),
    ("a NOT b", all_of(a, Not(b))),
    ("a AND (NOT b)", all_of(a, Not(b))),
    ("a -(b OR c)", all_of(a, Not(any_of(b, c)))),
    ("NOT NOT a", a),
    ("-b", Not(b)),
    ("-a -b", all_of(Not(a), Not(b))),
    ("a OR -b", any_of(a, Not(b))),
    ('a -"b c"', all_of(a, Not(phrase("b", "c")))),
    ("self-defence", phrase("self", "defence")),
    # wildcards
    ("Invit*", Prefix("text", "invit")),
    ("*tion", Wildcard("text", "*tion")),
    ("wom*n", Wildcard("text", "wom*n")),
    ("*nat**ion*,", Wildcard("text", "*nat*ion*")),
    # symbols and other words with punctuation are words
    ("69/28", phrase("69", "28")),
    ("A/RES/2099(XX)", phrase("a", "res", "2099", "xx")),
    ("3390A(XXX)", phrase("3390a", "xxx")),
    ("217 A (III)", all_of(stem("217"), a, stem("iii"))),
    ("10:30", phrase("10", "30")),
    ("http://un.org", phrase("http", "un", "org")),
    ("Decides: (a)", all_of(stem("decides"), a)),
    ("follows:(a)", all_of(stem("follows"), a)),
    # fields
    ("symbol:69/28", Value("symbol", "A/RES/69/28")),
    ("symbol:a/res/2099(xx)", Value("symbol", "A/RES/2099(XX)")),
    ('symbol:"A/RES/76/235 B"', Value("symbol", "A/RES/76/235B")),
    ("symbol:x-12ab", Value("symbol", "x-12ab")),
    ("symbol:A/RES/69/*", Prefix("symbol", "A/RES/69/")),
    ("symbol:69/2*", Prefix("symbol", "A/RES/69/2")),
    ("cites:70/1", Value("cites", "A/RES/70/1")),
    ("session:79", Value("session", "79")),
    ("session:XX", Value("session", "20")),
    ("session:s-26", Value("session", "S-26")),
    ("Session:75..80", Range("session_number", 75, 80)),
    ("session:75..", Range("session_number", 75, None)),
    ("year:2015", Range("year", 2015, 2015)),
    ("year:2010..2020", Range("year", 2010, 2020)),
    ("year:..2020", Range("year", None, 2020)),
    ("adopted:2014-12", Range("adopted", 20141201, 20141231)),
    ("adopted:2014-12-02..2015", Range("adopted", 20141202, 20151231)),
    ("type:Operative", Value("type", "operative")),
    ('verb:"Calls  upon"', Value("verb", "calls upon")),
    ("verb:invit*", Prefix("verb", "invit")),
    ('head:"takes note"', Value("head", "takes note")),
    ("body:GA", Value("body", "ga")),
    ('body:"Security Council"', Value("body", "sc")),
    ('to:"Member States"', Value("to", "Member States")),
    ("title:rights", Stem("title", "rights")),
    ('title:"human rights"~2', phrase("human", "rights", field="title", gap=2)),
    ("note:resol*", Prefix("note", "resol")),
    ("peace -year:2010..", all_of(stem("peace"), Not(Range("year", 2010, None)))),
]


@pytest.mark.parametrize(("words", "tree"), GOOD)
def test_means(words: str, tree: Node) -> None:
    assert parse_words(words) == tree


@pytest.mark.parametrize("words", ["", "  \n"])
def test_no_words(words: str) -> None:
    assert parse_words(words) is None


BAD = [
    ("?!", None, "There are no words in this query: write one with letters or digits."),
    ('peace "abc', 6, "The quotation mark after “peace” is never closed: write a second one"),
    ("(a OR b", 0, "The bracket at the start is never closed: write “)”"),
    ("(", 0, "The bracket at the start is never closed"),
    ("a) b", 1, "The bracket after “a” was never opened: write “(”"),
    (")", 0, "The bracket at the start was never opened"),
    ("a ()", 2, "The brackets after “a” are empty: write words between them"),
    ("a OR", 2, "“OR” after “a” has no word after it: write one, or remove “OR”."),
    ("(a OR", 3, "“OR” after “(a” has no word after it"),
    ("(a OR)", 3, "“OR” after “(a” has no word after it"),
    ("a AND OR b", 2, "“AND” after “a” has no word after it"),
    ("NOT", 0, "“NOT” at the start has no word after it"),
    ('-"?"', 0, "“-” at the start has no word after it"),
    ("OR a", 0, "“OR” at the start has no word before it: write one, or “or” to search"),
    ("a (AND b)", 3, "“AND” after “(” has no word before it"),
    ("a foo:bar", 2, "“foo:” after “a” is not a field: use one of symbol, title, session"),
    ("foo:bar", 0, "or put it in quotes to search for the words."),
    ("title:(a b)", 6, "The bracket after “title:” can't be a field's value: write the name"),
    ("title:?", 6, "There is no word after “title:”: write a word after it"),
    ("year:soon", 5, "“soon” after “year:” can't be read: write 2015, or a range such as"),
    ("year:2020..2010", 5, "“2020..2010” after “year:” can't be read"),
    ("year:..", 5, "“..” after “year:” can't be read"),
    ("session:S-26..S-28", 8, "“S-26..S-28” after “session:” can't be read: write 79, S-26"),
    ("session:seventy", 8, "“seventy” after “session:” can't be read"),
    ("adopted:2014-02-30", 8, "“2014-02-30” after “adopted:” can't be read: write 2014, 2014-12"),
    ("adopted:2014-13", 8, "“2014-13” after “adopted:” can't be read"),
    ("type:clause", 5, "write one of preambular, operative, annex, unclassified."),
    ("symbol:A/*/28", 7, "“A/*/28” after “symbol:” can't be read: write it as 69/28"),
    ("verb:*", 5, "“*” after “verb:” can't be read"),
    ("a*", 0, "“a*” at the start would match too many words: write at least two letters"),
    ("*a*b*c*", 0, "“*a*b*c*” at the start has more than 3 “*”: remove some of them."),
    ("a *", 2, "“*” after “a” would match too many words"),
    ("Secretary-Gen*", 0, "The “*” in “Secretary-Gen*” at the start works with single words only"),
    ('"secretary gen*"', 0, "write the words separately and without quotes"),
    ('"a b"~51', 5, "has no valid number: write the number of other words"),
    ('"a b"~', 5, 'The “~” after “b"” has no valid number'),
    ("(" * 51 + "a" + ")" * 51, 50, "are nested more than 50 deep: remove some of them."),
    ("NOT " * 51 + "a", 200, "are nested more than 50 deep"),
    ("a " * 201, 400, "There are more than 200 words in this query, the last of them after “a”"),
]


@pytest.mark.parametrize(("words", "position", "sentence"), BAD)
def test_says_where_and_what_to_write(words: str, position: int | None, sentence: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse_words(words)

    assert sentence in str(caught.value)
    assert str(caught.value).endswith(".")
    assert caught.value.position == position


@pytest.mark.parametrize(
    ("lang", "words", "tree"),
    [
        ("fr", "Droits", word("droits")),
        ("fr", "title:droits", Word("title", "droits")),
        ("all", "rights", AnyForm("text", "rights")),
        ("all", '"rights"', word("rights")),
        ("all", "-rights", Not(AnyForm("text", "rights"))),
    ],
)
def test_only_english_is_stemmed(lang: str, words: str, tree: Node) -> None:
    assert parse_words(words, lang) == tree


PIECES = ["(", ")", '"', "“", "”", "-", "*", "~5", " ", "OR ", "NOT ", "AND ", "..", "2014", "a/b"]
PIECES += [f"{field}:" for field in FIELDS]


@given(st.one_of(st.text(), st.lists(st.sampled_from(PIECES) | st.text(max_size=3)).map("".join)))
def test_any_text_is_a_tree_or_a_sentence(words: str) -> None:
    tree, position = None, 0
    try:
        tree = parse_words(words)
    except QueryError as error:
        position = error.position or 0
    else:
        assert (tree is None) == (not words.strip())
    assert 0 <= position <= len(words)


@given(
    st.one_of(
        states.map(lambda query: query.words),
        st.lists(st.sampled_from(PIECES) | st.text(max_size=3)).map("".join),
    ),
    st.sampled_from(["en", "fr", "all"]),
)
def test_what_a_tree_prints_is_read_as_the_same_tree(words: str, lang: str) -> None:
    try:
        tree = parse_words(words, lang)
    except QueryError:
        return
    if tree is not None:
        assert parse_words(str(tree), lang) == tree


@pytest.mark.parametrize(
    ("words", "printed"),
    [
        ("Peace AND (security OR -war)", "peace (security OR NOT war)"),
        ("a b OR c", "a b OR c"),
        ("-(a b) -(c OR d) --e", "NOT (a b) NOT (c OR d) e"),
        ("“Calls upon” Invit* w*n", '"calls upon" invit* w*n'),
        ("title:Rights note:“a b”~3", 'title:rights note:"a b"~3'),
        ("symbol:69/2* cites:70/1", 'symbol:"A/RES/69/2*" cites:"A/RES/70/1"'),
        ("year:2015 year:..2020 session:75..80", "year:2015 year:..2020 session:75..80"),
        ("adopted:2014-12..2015", "adopted:2014-12-01..2015-12-31"),
        (r'to:"the \"Quartet\" \\ others"', r'to:"the \"Quartet\" \\ others"'),
    ],
)
def test_prints(words: str, printed: str) -> None:
    assert str(parse_words(words)) == printed


@pytest.mark.parametrize("sign", [*'"“”„«»', "\\"])
def test_a_quotation_mark_inside_quotes_is_escaped(sign: str) -> None:
    for opening, closing in ('""', "“”", "„“", "«»", "»«"):
        tree = parse_words(f"to:{opening}the \\{sign}Quartet\\{sign}{closing}")
        assert tree == Value("to", f"the {sign}Quartet{sign}")
    assert parse_words(f"“a \\{sign}b”") == phrase("a", "b")


def test_a_backslash_escapes_nothing_else() -> None:
    assert parse_words(r'to:"C:\dir\x"') == Value("to", r"C:\dir\x")


def test_escapes_without_an_end_take_linear_time() -> None:
    with pytest.raises(QueryError, match="never closed"):
        parse_words('"' + "\\" * 100_000)


@pytest.mark.parametrize(
    ("words", "symbol", "asked"),
    [
        ("", "S/1", 'symbol:"S/1"'),
        ("peace", "S/1", 'peace symbol:"S/1"'),
        ("a OR b", "S/1", '(a OR b) symbol:"S/1"'),
        ('"this OR that"', "S/1", '"this OR that" symbol:"S/1"'),
        ("a b OR NOT c", "S/1", '(a b OR NOT c) symbol:"S/1"'),
        # what no query can ask
        ("", "---", None),
        ("", "S/1*", None),
        ("a " * 200, "S/1", None),
        ("x" * 1990, "S/1", None),
        ("(" * 50 + "a OR b" + ")" * 50, "S/1", None),
    ],
)
def test_words_for_a_condition(words: str, symbol: str, asked: str | None) -> None:
    assert write_words(Value("symbol", symbol), words) == asked


FOLDED = st.sampled_from(["peace", "etats", "and", "or", "not", "1", "联"])
DAYS = st.none() | st.dates(date(1946, 1, 1), date(2030, 1, 1)).map(
    lambda day: int(day.strftime("%Y%m%d"))
)
NUMBERS_OR_NONE = st.none() | st.integers(1, 3000)


def ranges(field: str, ends: st.SearchStrategy[int | None]) -> st.SearchStrategy[Node]:
    pairs = st.tuples(ends, ends).filter(lambda pair: pair != (None, None))
    return pairs.map(lambda pair: Range(field, *sorted_ends(*pair)))


def sorted_ends(low: int | None, high: int | None) -> tuple[int | None, int | None]:
    return (high, low) if low is not None and high is not None and low > high else (low, high)


LEAVES: st.SearchStrategy[Node] = st.one_of(
    st.builds(Stem, st.sampled_from(TEXTS), FOLDED),
    st.builds(Word, st.sampled_from(TEXTS), FOLDED),
    st.builds(
        Phrase,
        st.sampled_from(TEXTS),
        st.lists(FOLDED, min_size=2, max_size=4).map(tuple),
        st.integers(0, 50),
    ),
    st.builds(Prefix, st.sampled_from(TEXTS), st.sampled_from(["pea", "et"])),
    st.builds(Wildcard, st.sampled_from(TEXTS), st.sampled_from(["*ce", "p*ce", "*ea*"])),
    st.text(max_size=12)
    .map(lambda text: plain(f"x{text}"))
    .filter(lambda text: "*" not in text)
    .map(lambda text: Value("to", text)),
    st.sampled_from(
        [
            *(Value("symbol", "A/RES/69/28"), Prefix("cites", "A/RES/69/"), Value("body", "ga")),
            *(Value("session", "79"), Value("session", "ES-10"), Value("verb", "calls upon")),
        ]
    ),
    ranges("year", NUMBERS_OR_NONE),
    ranges("session_number", NUMBERS_OR_NONE),
    ranges("adopted", DAYS),
)
TREES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(tree.all_of),
        st.lists(inner, min_size=1, max_size=3).map(tree.any_of),
        inner.map(tree.none_of),
    ),
    max_leaves=8,
)


@given(TREES)
def test_any_tree_is_printed_and_read_again(node: Node) -> None:
    assert parse_words(str(node)) == node


def test_a_condition_is_asked_besides_the_words() -> None:
    query = Query(words="a OR b", where=Value("key", "x"))
    assert query_tree(query) == all_of(any_of(a, b), Value("key", "x"))
    assert query_tree(Query(where=a)) == a
    assert query_tree(Query()) is None
    assert query.to_args() == [("q", "a OR b")]


# --- the state of a search -----------------------------------------------------------------------

VALUES = [f.name for f in FACETS if f.narrows and f.name not in ("year", "type", "vote")]
NUMBERS = st.integers(1, 100).map(str)
ANY_TEXT = st.text(max_size=30) | st.sampled_from(["-invites", "invites", "x" * 150 + " y", "ga"])
PAIRS = st.one_of(
    st.tuples(st.sampled_from(["q", "lang", "other", *VALUES]), ANY_TEXT),
    st.tuples(
        st.just("year"), st.sampled_from(["2015", "-2015", "2010..2020", "2010..", "..2020"])
    ),
    st.tuples(st.just("type"), st.sampled_from(["operative", "-annex", "Preambular"])),
    st.tuples(st.sampled_from(["year_from", "year_to"]), st.sampled_from(["", "2010", "2020"])),
    st.tuples(st.just("adopted_from"), st.dates(max_value=date(2000, 1, 1)).map(str)),
    st.tuples(st.just("adopted_to"), st.dates(min_value=date(2000, 1, 1)).map(str)),
    st.tuples(st.just("vote"), st.sampled_from(["recorded", "None", "-none"])),
    st.tuples(st.sampled_from(["page", "limit"]), NUMBERS),
    st.tuples(st.just("sort"), st.sampled_from(SORTS)),
    st.sampled_from([("verbs", "any"), ("group", "resolution")]),
)


@given(st.lists(PAIRS, max_size=12))
def test_the_address_is_the_state(args: list[tuple[str, str]]) -> None:
    query = Query.from_args(args)

    assert Query.from_args(query.to_args()) == query


@pytest.mark.parametrize(
    ("args", "kept"),
    [
        ([("agenda", "74(b)")], [("agenda", "74 (b)")]),
        ([("vote", "Recorded"), ("verb", "-"), ("head", " - ")], [("vote", "recorded")]),
        ([("year_from", "2020"), ("year_to", "2010")], [("year", "2010..2020")]),
        (
            [("year", "-2012..2013"), ("year", "2001..2002"), ("year_from", "2010")],
            [("year", "-2012..2013"), ("year", "2010..")],
        ),
    ],
)
def test_values_as_the_index_writes_them(
    args: list[tuple[str, str]], kept: list[tuple[str, str]]
) -> None:
    assert Query.from_args(args).to_args() == kept


@given(st.lists(PAIRS, max_size=6), st.sampled_from(VALUES), st.sampled_from(["new", "-new"]))
def test_toggled_twice_is_the_same(args: list[tuple[str, str]], facet: str, value: str) -> None:
    query = Query.from_args([*args, ("page", "1")])

    toggled = query.toggled(facet, value)

    assert value in toggled.values(facet)
    assert toggled.toggled(facet, value) == query


def test_toggling_turns_the_opposite_round() -> None:
    query = Query.make("peace", verb=["-invites", "requests"])

    assert query.toggled("verb", "invites").values("verb") == ("requests", "invites")


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        ([("type", "foo")], "“foo” is not a type of paragraph: write operative, preambular"),
        ([("year", "soon")], "“soon” is not a year: write 2021, or a range such as 2010..2020."),
        ([("year", "..")], "“..” is not a year"),
        ([("adopted_from", "2014-02-30")], "“2014-02-30” is not a date: write it as 2014-12-02."),
        ([("adopted_to", "yesterday")], "“yesterday” is not a date"),
        ([("sort", "best")], "“sort=best” is not valid: write relevance, newest, oldest, symbol."),
        ([("verbs", "all")], "“verbs=all” is not valid: remove it, or write any."),
        ([("group", "year")], "“group=year” is not valid"),
        ([("page", "0")], "“page=0” is not a number from 1 to 1,000,000."),
        ([("limit", "101")], "“limit=101” is not a number from 1 to 100."),
        ([("q", "a" * 2001)], "The query is longer than 2,000 characters: shorten it."),
        ([("verb", str(n)) for n in range(101)], "More than 100 filters"),
        (
            [(name, f"{name}{n}") for name in ("verb", "subject") for n in range(60)],
            "More than 100 filters",
        ),
        (
            [("subject", f"{n} {'x' * 400}") for n in range(30)],
            "or filters too long: select fewer.",
        ),
        ([("year_from", "1" * 5000), ("year_to", "2")], "is not a year: write 2021"),
        ([("vote", "foo")], "“foo” is not a kind of vote: write none, recorded."),
        (
            [("adopted_from", "2024-12-01"), ("adopted_to", "2020-01-01")],
            "The date range is reversed: write 2020-01-01 first, then 2024-12-01.",
        ),
    ],
)
def test_a_wrong_address_is_a_sentence(args: list[tuple[str, str]], sentence: str) -> None:
    with pytest.raises(QueryError, match=r".") as caught:
        Query.from_args(args)

    assert sentence in str(caught.value)


def test_a_forms_years_become_a_range() -> None:
    query = Query.from_args([("q", "peace"), ("year_from", "2010"), ("year_to", "2020")])

    assert query.to_args() == [("q", "peace"), ("year", "2010..2020")]


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        ("invites “all member states” islands", ["invites", "“all member states”", "islands"]),
        ("(a OR b) -c NOT d", ["a", "b"]),
        ("a NOT (b OR -c) d", ["a", "c", "d"]),
        ("a) NOT (b", ["a"]),
        ('verb:"calls upon" TO:x', ['verb:"calls upon"', "to:x"]),
        ('"a b"~5', ['"a b"~5']),
        ("", []),
    ],
)
def test_the_parts_that_a_paragraph_should_have(words: str, parts: list[str]) -> None:
    assert list(wanted_parts(words)) == parts


@pytest.mark.parametrize(
    ("words", "low", "high"),
    [("adopted:2014-02", 20140201, 20140228), ("adopted:2016-02", 20160201, 20160229)],
)
def test_a_month_ends_with_its_last_day(words: str, low: int, high: int) -> None:
    assert parse_words(words) == Range("adopted", low, high)
