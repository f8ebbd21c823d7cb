"""A table of queries: the hits of valid ones, the errors of invalid ones.

The texts are those of data.py. Hits are in the order of sort=newest, abbreviated by `found`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from searchapp.errors import QueryError
from searchapp.query.query import Query
from searchapp.search.backend import Backend

from .data import found

OCEANS = "79/144#pp1 79/144#op1 79/144#op2 79/144#op2a 79/144#op2ai 79/144#annex1-1"
COUNCIL = "S/RES/2577(2021)#op1"
CYBER = "69/28#op1 69/28#op2 69/28#op3"
SPECIAL = "S-26/2#op1"
OLD = "2099(XX)#u1"  # no known day: last in any order by date

GOOD = [
    # words: in any form, any case, with or without accents; stop words and single letters count
    ("states", "79/144#op2 79/144#op2a 69/28#op1"),
    ("STATE", "79/144#op2 79/144#op2a 69/28#op1"),
    ("states?", "79/144#op2 79/144#op2a 69/28#op1"),
    ("invites states", "79/144#op2"),
    ("report requested", "79/144#op2 69/28#op2"),
    ("fish", "79/144#annex1-1"),
    ("of", "79/144#pp1 79/144#op1 79/144#op2a 69/28#op3"),
    ("a", "79/144#op2 69/28#op2"),
    ("not", SPECIAL),
    ("cote", "69/28#op3"),
    ("d'Ivoire", "69/28#op3"),
    ("coral mandate", ""),
    ("menber", ""),
    # words of several parts, and quotes: exactly these, in this order
    ("Secretary-General", "79/144#op1 69/28#op2"),
    ("secretary general", "79/144#op1 69/28#op2"),
    ("1.5", OLD),
    ("3,000", OLD),
    ("hiv/aids", SPECIAL),
    ("69/28", "79/144#pp1"),
    ("resolution 69/28", "79/144#pp1"),
    ("28/69", ""),
    ('"states"', "79/144#op2 79/144#op2a 69/28#op1"),
    ('"state"', ""),
    ('"fish"', "79/144#annex1-1"),
    ('"Member States"', "79/144#op2 69/28#op1"),
    ("“all Member States”", "79/144#op2"),
    ('"member, states"', "79/144#op2 69/28#op1"),
    ('"of the"', "79/144#op1"),
    ('"not to"', SPECIAL),
    ('"states member"', ""),
    # at most so many other words between, in all
    ('"all states"', "79/144#op2a"),
    ('"all states"~1', "79/144#op2 79/144#op2a"),
    ('"requests report"', ""),
    ('"requests report"~1', "79/144#op2 69/28#op2"),
    ('"report requests"~1', "69/28#op2"),
    ('"invites states oceans"~3', ""),
    ('"invites states oceans"~5', "79/144#op2"),
    ('"states all"~50', ""),
    # operators
    ("coral OR mandate", f"79/144#op2a 79/144#op2ai {COUNCIL}"),
    ("coral AND reefs", "79/144#op2a"),
    ("mandate OR red coral", f"79/144#op2ai {COUNCIL}"),
    ("coral reefs OR mandate", f"79/144#op2a {COUNCIL}"),
    ("(mandate OR red) coral", "79/144#op2ai"),
    ("red OR coral states", "79/144#op2a 79/144#op2ai"),
    ("(red OR coral) states", "79/144#op2a"),
    ("states NOT member", "79/144#op2a"),
    ("states -member", "79/144#op2a"),
    ("states -(coral OR threats)", "79/144#op2"),
    ('report -"a report"', "79/144#op1"),
    ("NOT NOT coral", "79/144#op2a 79/144#op2ai"),
    ("coral OR -(the OR to)", f"79/144#pp1 79/144#op2a 79/144#op2ai 69/28#op3 {OLD}"),
    ("-states -to", f"79/144#pp1 79/144#op1 79/144#op2ai 79/144#annex1-1 69/28#op3 {OLD}"),
    ("not and or", ""),
    ("not wait", SPECIAL),
    # beginnings, endings, middles
    ("consid*", "69/28#op1"),
    ("*eats", "69/28#op1"),
    ("thr*ts", "69/28#op1"),
    ("re*ef*s", "79/144#op2a"),
    ("to*upon", ""),
    # fields
    ("title:oceans", OCEANS),
    ("title:ocean red", "79/144#op2ai"),
    ('title:"law sea"~2 red', "79/144#op2ai"),
    ('title:"sea of the law"', ""),
    ("title:devel*", CYBER),
    ("note:threat", "69/28#op2"),
    ('note:"A/65/201"', "69/28#op2"),
    ("symbol:69/28", CYBER),
    ("symbol:A/RES/2099(XX)", OLD),
    ("symbol:S/RES/*", COUNCIL),
    ("symbol:s-26/2", SPECIAL),
    ("cites:69/28", "79/144#pp1"),
    ("cites:A/RES/69/*", "79/144#pp1"),
    ('to:"Member States"', "79/144#op2 69/28#op1"),
    ("to:Secretary*", "69/28#op2"),
    ('verb:"calls upon"', "69/28#op1"),
    ("verb:requests", "69/28#op2"),
    ('verb:"takes note"', "69/28#op3"),
    ('verb:"takes note*"', "79/144#op1 69/28#op3"),
    ('head:"takes note"', "79/144#op1 69/28#op3"),
    ("session:XX", OLD),
    ("session:S-26", SPECIAL),
    ("session:20..70", f"{CYBER} {OLD}"),
    ("session:70..", OCEANS),
    ("year:2014", CYBER),
    ("year:2010..2022", f"{COUNCIL} {CYBER}"),
    ("year:..2013", SPECIAL),
    ("year:2022..", OCEANS),
    ("adopted:2014-12-02", CYBER),
    ("adopted:2014-12-03", ""),
    ("adopted:2014-12..2021", f"{COUNCIL} {CYBER}"),
    ("adopted:..2001-06-27", SPECIAL),
    ("type:preambular", "79/144#pp1"),
    ("-type:operative", f"79/144#pp1 79/144#annex1-1 {OLD}"),
    ('body:"Security Council"', COUNCIL),
    ("NOT body:ga", COUNCIL),
    ("decides (year:2021 OR session:79)", COUNCIL),
]  # fmt: skip


@pytest.mark.parametrize(("words", "hits"), GOOD)
def test_good_queries_find(backend: Backend, words: str, hits: str) -> None:
    assert found(backend, words, sort="newest") == hits
    assert backend.count(Query.make(words)) == len(hits.split())


CLOSE = "write “)” where it ends, or remove it."
OPEN = "write “(” where it begins, or remove it."
QUOTE = "write a second one where the phrase ends, or remove it."
FIELDS = (
    "use one of symbol, title, session, year, adopted, type, verb, head, body, cites, to, note, "
    "or put it in quotes to search for the words."
)
OR = "write one, or “or” to search for the word."
AND = "write one, or “and” to search for the word."
EACH = "write the name before each word, as in (title:peace OR title:security)."
TYPES = "write one of preambular, operative, annex, unclassified."
YEARS = "write 2015, or a range such as 2010..2020, 2010.. or ..2020."
SESSIONS = "write 79, S-26 or ES-10, or a range such as 75..80."
DAYS = "write 2014, 2014-12 or 2014-12-02, or a range such as 2014-12-02..2015."
SYMBOLS = "write it as 69/28, A/RES/69/28 or A/RES/69/*, in quotes where it has spaces."
VERBS = 'write it in lower case, in quotes where it has several words, as in verb:"calls upon".'
SLOP = 'write the number of other words allowed, from 0 to 50: "a b"~5.'
STARS = (
    "works with single words only: write the words separately and without quotes, "
    "as in secretary gen*."
)
FEW = "write at least two letters with the “*”."
DEEP = "are nested more than 50 deep: remove some of them."
MANY = "There are more than 200 words in this query, the last of them after"

BAD = [
    ("?!", None, "There are no words in this query: write one with letters or digits."),
    ('""', None, "There are no words in this query: write one with letters or digits."),
    # quotes and brackets
    ('peace "abc', 6, f"The quotation mark after “peace” is never closed: {QUOTE}"),
    ("“oceans", 0, f"The quotation mark at the start is never closed: {QUOTE}"),
    ("(a OR b", 0, f"The bracket at the start is never closed: {CLOSE}"),
    ("oceans (", 7, f"The bracket after “oceans” is never closed: {CLOSE}"),
    ("-(", 1, f"The bracket after “-” is never closed: {CLOSE}"),
    ("a) OR (b", 1, f"The bracket after “a” was never opened: {OPEN}"),
    (")", 0, f"The bracket at the start was never opened: {OPEN}"),
    ("a ()", 2, "The brackets after “a” are empty: write words between them, or remove them."),
    # operators
    ("a OR", 2, "“OR” after “a” has no word after it: write one, or remove “OR”."),
    ("(a OR)", 3, "“OR” after “(a” has no word after it: write one, or remove “OR”."),
    ("a AND OR b", 2, "“AND” after “a” has no word after it: write one, or remove “AND”."),
    ("NOT", 0, "“NOT” at the start has no word after it: write one, or remove “NOT”."),
    ('-"?"', 0, "“-” at the start has no word after it: write one, or remove “-”."),
    ("OR a", 0, f"“OR” at the start has no word before it: {OR}"),
    ("a (AND b)", 3, f"“AND” after “(” has no word before it: {AND}"),
    # fields
    ("foo:bar", 0, f"“foo:” at the start is not a field: {FIELDS}"),
    ("all sympol:69/28", 4, f"“sympol:” after “all” is not a field: {FIELDS}"),
    ("title:(a b)", 6, f"The bracket after “title:” can't be a field's value: {EACH}"),
    ("title:?", 6, "There is no word after “title:”: write a word after it, as in title:peace."),
    ("year:soon", 5, f"“soon” after “year:” can't be read: {YEARS}"),
    ("year:2020..2010", 5, f"“2020..2010” after “year:” can't be read: {YEARS}"),
    ("year:..", 5, f"“..” after “year:” can't be read: {YEARS}"),
    ("year:20145", 5, f"“20145” after “year:” can't be read: {YEARS}"),
    ("session:S-26..S-28", 8, f"“S-26..S-28” after “session:” can't be read: {SESSIONS}"),
    ("session:seventy", 8, f"“seventy” after “session:” can't be read: {SESSIONS}"),
    ("adopted:2014-02-30", 8, f"“2014-02-30” after “adopted:” can't be read: {DAYS}"),
    ("adopted:02/12/2014", 8, f"“02/12/2014” after “adopted:” can't be read: {DAYS}"),
    ("type:clause", 5, f"“clause” after “type:” can't be read: {TYPES}"),
    ("symbol:A/*/28", 7, f"“A/*/28” after “symbol:” can't be read: {SYMBOLS}"),
    ("verb:*", 5, f"“*” after “verb:” can't be read: {VERBS}"),
    # gaps and wildcards
    ('"a b"~51', 5, f"The “~” after “b\"” has no valid number: {SLOP}"),
    ('"a b"~', 5, f"The “~” after “b\"” has no valid number: {SLOP}"),
    ("a*", 0, f"“a*” at the start would match too many words: {FEW}"),
    ("oceans *", 7, f"“*” after “oceans” would match too many words: {FEW}"),
    ("*a*b*c*", 0, "“*a*b*c*” at the start has more than 3 “*”: remove some of them."),
    ("Secretary-Gen*", 0, f"The “*” in “Secretary-Gen*” at the start {STARS}"),
    ('"secretary gen*"', 0, f"The “*” in “secretary gen*” at the start {STARS}"),
    # patterns that would take unbounded time
    ("(" * 51 + "a" + ")" * 51, 50, f"The brackets or NOTs after “{'(' * 30}” {DEEP}"),
    ("NOT " * 51 + "a", 200, f"The brackets or NOTs after “NOT” {DEEP}"),
    ("a " * 201, 400, f"{MANY} “a”: remove some of them."),
]  # fmt: skip
DOORS: list[Callable[[Backend, Query], Any]] = [
    lambda backend, query: backend.search(query),
    lambda backend, query: list(backend.scan(query)),
    lambda backend, query: backend.count(query),
    lambda backend, query: backend.counts(query, "session"),
    lambda backend, query: backend.resolution_counts(query, "session"),
    lambda backend, query: backend.groups(query, [OCEANS], 1),
]


@pytest.mark.parametrize(("words", "position", "sentence"), BAD)
def test_bad_queries_say_where_and_what_to_write(
    backend: Backend, words: str, position: int | None, sentence: str
) -> None:
    for door in DOORS:
        with pytest.raises(QueryError) as caught:
            door(backend, Query(words))
        assert (str(caught.value), caught.value.position) == (sentence, position)
