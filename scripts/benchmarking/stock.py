"""Stock Whoosh: its codec, its analysis with our stems, and facets by `groupedby`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from whoosh.analysis import LowercaseFilter, RegexTokenizer, StemFilter
from whoosh.fields import ID, NUMERIC, STORED, TEXT, Schema
from whoosh.highlight import HtmlFormatter, WholeFragmenter
from whoosh.index import create_in, open_dir
from whoosh.sorting import Count, FieldFacet

from searchapp.query.filters import filter_trees, frame_tree
from searchapp.query.parser import query_tree
from searchapp.query.tree import Every, all_of
from searchapp.text.analysis import stem

from .cases import FACETS, LIMIT, Case
from .engines import Page, rows
from .whoosh_trees import whoosh_tree

MEMORY = 512  # megabytes for its writer


class Stock:
    """The unmodified Whoosh 2.7.4, searched with the same trees as our engine."""

    name, title = "whoosh", "stock Whoosh"

    def build(self, lines: Path, place: Path) -> None:
        """Index a file of JSON lines."""
        place.mkdir(parents=True)
        writer = create_in(place, schema()).writer(limitmb=MEMORY)
        for row in rows(lines):
            fields = {**row._asdict(), "stem": row.text, "verb": row.verb or "-"}
            writer.add_document(**{name: value for name, value in fields.items() if value != ""})
        writer.commit()

    def open(self, place: Path) -> None:
        """Open the index."""
        self._searcher = open_dir(place).searcher()

    def page(self, case: Case) -> Page:
        """Search for a page: one search for hits and counts, and one for each filtered facet."""
        query = case.query
        words, filters = whoosh_tree(query_tree(query) or Every()), filter_trees(query)
        passed = whoosh_tree(all_of([frame_tree(query), *filters.values()]))
        more: dict[str, Any] = {}
        if query.sort == "newest":
            more["sortedby"] = [FieldFacet("adopted", reverse=True), "symbol"]
        hits = self._searcher.search(words, limit=None, filter=passed, groupedby=_counts(), **more)
        counts = {name: hits.groups(name) for name in FACETS}
        for name in filters:
            others = [tree for other, tree in filters.items() if other != name]
            found = self._searcher.search(
                words,
                limit=None,
                filter=whoosh_tree(all_of([frame_tree(query), *others])),
                groupedby=_counts(name),
            )
            counts[name] = found.groups(name)
        total = len(hits)
        first = LIMIT * (query.page - 1)
        hits.fragmenter, hits.formatter = WholeFragmenter(), HtmlFormatter(tagname="mark")
        shown = _best(hits) if query.group else hits[first : first + LIMIT]
        html = tuple(hit.highlights(_field(case), text=hit["text"], top=1) for hit in shown)
        return Page(total, tuple(hit["id"] for hit in shown), html, _values(counts))

    def close(self) -> None:
        """Close the index."""
        self._searcher.close()


def schema() -> Any:
    """Return the schema, with columns for facets and sort keys, as its documentation advises."""
    exact = RegexTokenizer(r"[^\W_]+") | LowercaseFilter()
    value = ID(sortable=True)
    return Schema(
        id=STORED,
        title=STORED,
        text=TEXT(analyzer=exact, stored=True),
        stem=TEXT(analyzer=exact | StemFilter(stemfn=stem, cachesize=-1), phrase=False),
        symbol=ID(stored=True, sortable=True),
        adopted=ID(stored=True, sortable=True),
        lang=value,
        session=value,
        type=value,
        verb=value,
        year=NUMERIC(int, signed=True, sortable=True),
    )


def _best(hits: Any) -> list[Any]:
    """Return the best hit of each resolution; `collapse="symbol"` repeats some resolutions."""
    best: dict[str, Any] = {}
    for hit in hits:
        best.setdefault(hit["symbol"], hit)
        if len(best) == LIMIT:
            break
    return list(best.values())


def _field(case: Case) -> str:
    return "text" if case.exact else "stem"


def _counts(*names: str) -> dict[str, Any]:
    return {name: FieldFacet(name, maptype=Count) for name in names or FACETS}


def _values(counts: dict[str, dict[Any, int]]) -> dict[str, dict[str, int]]:
    return {
        name: {str(value): n for value, n in found.items() if value != "-"}
        for name, found in counts.items()
    }
