"""Tantivy, through tantivy-py.

It counts by aggregation over its columns, with an extra search for each filtered facet. It also
marks words outside of the phrase, but none that match a pattern, so our code marks those. It can't
group hits: more and more are requested until they come from twenty resolutions.
"""

from __future__ import annotations

import re
from html import escape
from pathlib import Path
from typing import Any

import tantivy
from tantivy import Filter, Occur, TextAnalyzerBuilder, Tokenizer

from searchapp.query.field_table import STEMMED
from searchapp.query.parser import parse_words
from searchapp.query.tree import And, Node, Not, Or, Phrase, Prefix, Stem, Wildcard, Word
from searchapp.text.analysis import stem

from .cases import FACETS, LIMIT, Case
from .engines import Page, rows

MEMORY = 512 << 20  # bytes for its writer
VALUES = 65_000  # of a facet: all
RAW = ("symbol", "lang", "session", "type", "verb")


class Tantivy:
    """The Tantivy engine, with columns for facets, and two fields for exact words and stems."""

    name, title = "tantivy", "Tantivy"

    def build(self, lines: Path, place: Path) -> None:
        """Index a file of JSON lines."""
        place.mkdir(parents=True)
        index = _with_tokenizers(tantivy.Index(schema(), path=str(place)))
        writer = index.writer(heap_size=MEMORY, num_threads=1)
        for row in rows(lines):
            fields = {**row._asdict(), "stem": row.text, "adopted": _day(row.adopted)}
            writer.add_document(tantivy.Document(**fields))
        writer.commit()
        writer.wait_merging_threads()

    def open(self, place: Path) -> None:
        """Open the index."""
        self._index = _with_tokenizers(tantivy.Index.open(str(place)))
        self._schema = self._index.schema
        self._searcher = self._index.searcher()

    def page(self, case: Case) -> Page:
        """Search for a page."""
        words = self._tree(parse_words(case.query.words, case.query.lang))
        wanted = self._narrowed(case, words)
        counts = self._counts(wanted, [name for name in FACETS if name not in case.chosen])
        for name in case.chosen:
            counts |= self._counts(self._narrowed(case, words, name), [name])
        total, addresses = self._first(case, wanted)
        hits = [self._searcher.doc(address) for address in addresses]
        html = self._marked(case, words, [hit.get_first("text") for hit in hits])
        return Page(total, tuple(hit.get_first("id") for hit in hits), html, counts)

    def close(self) -> None:
        """Close the index."""
        del self._searcher, self._index

    def _first(self, case: Case, wanted: Any) -> tuple[int, list[Any]]:
        """Return the total, and Tantivy's addresses of the page's paragraphs."""
        query, offset = case.query, LIMIT * (case.query.page - 1)
        if query.group:
            return self._grouped(wanted)
        newest = {"order_by_field": "adopted"} if query.sort == "newest" else {}
        found = self._searcher.search(wanted, LIMIT, count=True, offset=offset, **newest)
        return found.count, [address for _, address in found.hits]

    def _marked(self, case: Case, words: Any, texts: list[str]) -> tuple[str, ...]:
        """Return complete paragraphs with marks; matches of a pattern are marked by our code."""
        if "*" in case.words:
            pattern = re.compile(r"\b" + case.words.replace("*", r"\w*") + r"\b", re.IGNORECASE)
            return tuple(pattern.sub(r"<b>\g<0></b>", escape(text)) for text in texts)
        field = "text" if case.exact else "stem"
        marks = tantivy.SnippetGenerator.create(self._searcher, words, self._schema, field)
        marks.set_max_num_chars(1_000_000)
        documents = (tantivy.Document(**{field: text}) for text in texts)
        snippets = map(marks.snippet_from_doc, documents)
        return tuple(_whole(snippet, text) for snippet, text in zip(snippets, texts, strict=True))

    def _grouped(self, wanted: Any) -> tuple[int, list[Any]]:
        """Return the total, and the best paragraph of each of twenty resolutions."""
        asked = 4 * LIMIT
        while True:
            found = self._searcher.search(wanted, asked, count=True)
            best: dict[str, Any] = {}
            for _, address in found.hits:
                best.setdefault(self._searcher.doc(address).get_first("symbol"), address)
            if len(best) >= LIMIT or len(found.hits) < asked:
                return found.count, list(best.values())[:LIMIT]
            asked *= 4

    def _counts(self, wanted: Any, names: list[str]) -> dict[str, dict[str, int]]:
        asked = {name: {"terms": {"field": name, "size": VALUES}} for name in names}
        found = self._searcher.aggregate(wanted, asked) if asked else {}
        return {name: _buckets(result["buckets"]) for name, result in found.items()}

    def _narrowed(self, case: Case, words: Any, aside: str = "") -> Any:
        """Combine the words with all filters but `aside`; filters do not affect the score."""
        filters = [self._term("lang", case.query.lang)]
        for name, values in case.chosen.items():
            if name != aside:
                filters.append(tantivy.Query.term_set_query(self._schema, name, sorted(values)))
        quiet = [tantivy.Query.const_score_query(one, 0.0) for one in filters]
        return tantivy.Query.boolean_query([(Occur.Must, one) for one in (words, *quiet)])

    def _term(self, field: str, text: str) -> Any:
        return tantivy.Query.term_query(self._schema, field, text)

    def _tree(self, node: Node | None) -> Any:
        """Convert one of our trees to a Tantivy query, as far as the cases need it."""
        match node:
            case And(parts):
                return tantivy.Query.boolean_query([self._clause(part) for part in parts])
            case Or(parts):
                shoulds = [(Occur.Should, self._tree(part)) for part in parts]
                return tantivy.Query.boolean_query(shoulds)
            case Word(field, word):
                return self._term(field, word)
            case Stem(field, word):
                return self._term(STEMMED[field], stem(word))
            case Phrase(field, words, gap):
                return tantivy.Query.phrase_query(self._schema, field, list(words), slop=gap)
            case Prefix(field, start):
                return self._pattern(field, f"{start}*")
            case Wildcard(field, pattern):
                return self._pattern(field, pattern)
        raise TypeError(f"No case asks {node}.")

    def _clause(self, part: Node) -> tuple[Any, Any]:
        if isinstance(part, Not):
            return Occur.MustNot, self._tree(part.part)
        return Occur.Must, self._tree(part)

    def _pattern(self, field: str, pattern: str) -> Any:
        return tantivy.Query.regex_query(self._schema, field, pattern.replace("*", ".*"))


def schema() -> Any:
    """Return the schema: raw columns for facets, and the text stored once."""
    made = tantivy.SchemaBuilder()
    for name in ("id", "title"):
        made.add_text_field(name, stored=True, tokenizer_name="raw", index_option="basic")
    for name in RAW:
        made.add_text_field(
            name, stored=name == "symbol", fast=True, tokenizer_name="raw", index_option="basic"
        )
    made.add_integer_field("year", indexed=True, fast=True)
    made.add_integer_field("adopted", stored=True, fast=True)
    made.add_text_field("text", stored=True, tokenizer_name="exact")
    made.add_text_field("stem", tokenizer_name="stemmed", index_option="freq")
    return made.build()


def _with_tokenizers(index: Any) -> Any:
    def folded() -> Any:
        base = TextAnalyzerBuilder(Tokenizer.simple())
        return base.filter(Filter.lowercase()).filter(Filter.ascii_fold())

    index.register_tokenizer("exact", folded().build())
    index.register_tokenizer("stemmed", folded().filter(Filter.stemmer("English")).build())
    return index


def _whole(snippet: Any, text: str) -> str:
    """Return the snippet with the rest of the text, which Tantivy cuts after the last word."""
    rest = text.encode()[snippet.fragment_range().end :].decode()
    return f"{snippet.to_html()}{escape(rest)}"


def _buckets(buckets: list[dict[str, Any]]) -> dict[str, int]:
    return {str(b["key"]).removesuffix(".0"): b["doc_count"] for b in buckets if b["key"]}


def _day(adopted: str) -> int:
    return int(adopted.replace("-", "") or 0)
