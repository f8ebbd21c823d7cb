"""The engine of this project."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from searchapp.backends.whoosh import WhooshBackend
from searchapp.backends.whoosh.searching.search import Search
from searchapp.ingest.pipeline import COMMIT_EVERY
from searchapp.model.resolution import Resolution
from searchapp.query.facets import Facet
from searchapp.search.highlight import mark
from searchapp.search.results import Results

from .cases import FACETS, Case
from .engines import Page


class FourFacets(Search):
    """A search that counts only the facets that the other engines count."""

    def _counted(self, facet: Facet, field: str) -> Mapping[str, int]:
        return super()._counted(facet, field) if facet.name in FACETS else {}

    def _languages(self) -> Mapping[str, int]:
        return {}


class Ours:
    """The Whoosh index as arrays; `whole` counts all eleven facets, as the web pages do."""

    name, title = "ours", "ours"

    def __init__(self, whole: bool = False) -> None:
        self._whole = whole

    def build(self, lines: Path, place: Path) -> None:
        """Index a file of JSON lines, with commits as `searchapp index` makes them."""
        backend = WhooshBackend(str(place), create=True)
        with lines.open("rb") as file:
            for number, line in enumerate(file, 1):
                backend.add(Resolution.from_line(line))
                if number % COMMIT_EVERY == 0:
                    backend.commit()
        backend.commit()
        backend.close()

    def open(self, place: Path) -> None:
        """Open the index, with an empty cache."""
        self.backend = WhooshBackend(str(place))
        self.backend.snapshot()

    def page(self, case: Case) -> Page:
        """Search for a page."""
        results = self._results(case)
        return Page(
            results.total,
            tuple(hit.paragraph.id for hit in results.hits),
            tuple(str(mark(hit.paragraph.text, hit.marks)) for hit in results.hits),
            {f.name: {v.value: v.count for v in f.values} for f in results.facets},
        )

    def close(self) -> None:
        """Close the index."""
        self.backend.close()

    def _results(self, case: Case) -> Results:
        if self._whole:
            return self.backend.search(case.query)
        return FourFacets(self.backend.snapshot(), case.query).results()
