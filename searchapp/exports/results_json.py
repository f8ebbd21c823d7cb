"""The JSON of results, for `/search.json`, `/facets/NAME.json` and `search --format json`."""

from __future__ import annotations

from typing import Any

from ..search.highlight import mark
from ..search.results import FacetResult, FacetValue, Hit, Results


def results_json(results: Results) -> dict[str, Any]:
    """Return a page of results as docs/data.md describes it."""
    return {
        "total": results.total,
        "resolutions": results.resolutions,
        "hits": [hit_json(hit) for hit in results.hits],
        "facets": {facet.name: values_json(facet) for facet in results.facets},
        "query": results.query,
        "page": results.page,
        "pages": results.pages,
        "took_ms": results.took_ms,
    }


def hit_json(hit: Hit) -> dict[str, Any]:
    """Return a paragraph's fields, the relevant ones of its resolution, and `html`.

    `html` is the paragraph's text, escaped, with `<mark>` around what matched.
    """
    r = hit.resolution
    return {
        **hit.paragraph.to_json(),
        "symbol": r.symbol,
        "title": r.title,
        "session": r.session,
        "year": r.year,
        "adopted": r.adopted,
        "body": r.body,
        "language": r.language,
        "html": str(mark(hit.paragraph.text, hit.marks)),
    }


def values_json(facet: FacetResult) -> list[dict[str, Any]]:
    """Return the values of a facet."""
    return [value_json(value) for value in facet.values]


def value_json(value: FacetValue) -> dict[str, Any]:
    """Return a value of a facet with its count and the state of its filter."""
    return {
        "value": value.value,
        "label": value.label,
        "count": value.count,
        "selected": value.selected,
        "excluded": value.excluded,
    }
