"""Languages: English is stemmed, other words are exact, and a Han character is a word."""

from __future__ import annotations

import pytest

from searchapp.query.query import Query
from searchapp.search.backend import Backend

from .conftest import Holding
from .data import CYBER, counted, found, resolution

SYMBOL = "A/RES/78/10"


@pytest.fixture(scope="module")
def languages(holding: Holding) -> Backend:
    """Index one resolution in six languages."""
    return holding(
        resolution(SYMBOL, {"text": "Actions of States: the actions taken"}, title="Rights"),
        resolution(SYMBOL, {"text": "Les actions des États"}, language="fr", title="Droits"),
        resolution(SYMBOL, {"text": "La acción de los Estados"}, language="es", title="Derechos"),
        resolution(SYMBOL, {"text": "Действия государств"}, language="ru"),
        resolution(SYMBOL, {"text": "会员国的行动"}, language="zh", title="权利"),
        resolution(SYMBOL, {"text": "إجراءات الدول"}, language="ar"),
    )


@pytest.mark.parametrize(
    ("words", "lang", "hits"),
    [
        ("action", "en", "en"),
        ("action", "fr", ""),
        ("actions", "fr", "fr"),
        ("Actions ETATS", "fr", "fr"),
        ("état", "fr", ""),
        ('"des etats"', "fr", "fr"),
        ("etat*", "fr", "fr"),
        ("accion", "es", "es"),
        ("estados -accion", "es", ""),
        ("государств", "ru", "ru"),
        ("действи*", "ru", "ru"),
        ("行动", "zh", "zh"),
        ("动行", "zh", ""),
        ("行", "zh", "zh"),
        ("国 会", "zh", "zh"),
        ("الدول", "ar", "ar"),
        ("actions", "ru", ""),
        ("", "ru", "ru"),
        ("", "xx", ""),
        ("actions", "xx", ""),
        # all languages: each text is tokenised by its own rules
        ("actions", "all", "en fr"),
        ("action", "all", "en"),
        ('"action"', "all", ""),
        ("行动 OR estados", "all", "es zh"),
        ("-actions", "all", "ar es ru zh"),
        ("", "all", "en ar es fr ru zh"),
        ("title:rights", "en", "en"),
        ("title:right", "en", "en"),
        ("title:droits", "fr", "fr"),
        ("title:droit", "fr", ""),
        ("title:right", "all", "en"),
        ("title:权利", "zh", "zh"),
        ("title:droit* OR title:derechos", "all", "es fr"),
    ],
)
def test_words_are_those_of_the_language(
    languages: Backend, words: str, lang: str, hits: str
) -> None:
    keys = [hit.key for hit in languages.search(Query.make(words, lang=lang, sort="symbol")).hits]
    assert keys == [SYMBOL if code == "en" else f"{SYMBOL}@{code}" for code in hits.split()]


@pytest.mark.parametrize(
    ("words", "lang", "counts"),
    [
        ("", "en", {"ar": 1, "zh": 1, "en": 1, "fr": 1, "ru": 1, "es": 1}),
        ("actions", "en", {"en": 1, "fr": 1}),
        ("action", "fr", {"en": 1, "fr": 0}),  # a selected value stays
        ("action", "all", {"en": 1}),
        ("行动", "en", {"zh": 1, "en": 0}),
        ("xyzzy", "all", {}),
        ("xyzzy", "de", {"de": 0}),
    ],
)
def test_each_language_says_what_the_query_has_in_it(
    languages: Backend, words: str, lang: str, counts: dict[str, int]
) -> None:
    assert list(counted(languages, "lang", words, lang=lang).items()) == list(counts.items())


def test_a_language_is_a_resolution_of_its_own(backend: Backend) -> None:
    assert found(backend, "rapport") == ""
    assert found(backend, "etats rapport", lang="FR") == "69/28@fr#op1"
    assert found(backend, "报告", lang="zh") == "69/28@zh#op1"
    every = backend.search(Query.make(lang="all", session="69"))
    assert (every.total, every.resolutions) == (5, 3)
    assert {hit.key for hit in every.hits} == {CYBER, f"{CYBER}@fr", f"{CYBER}@zh"}
    assert {hit.resolution.symbol for hit in every.hits} == {CYBER}
