"""The index's mapping, built from the field table: words, stems, plain values, stored fields.

The server receives the tokens of `searchapp.text.analysis`, joined by spaces, and splits only at
spaces. So its tokens always equal ours. Character filters and patterns could not express the rules
that depend on context (joiners inside a word, marks after it, the cut of noise), and Java's version
of Unicode may differ from Python's.
"""

from __future__ import annotations

from typing import Any

from ...query.field_table import FIELDS, FieldKind
from ...settings.config import Settings
from ..shared.index_mark import current_mark

Json = dict[str, Any]
LAYOUT = 1  # increased when existing documents become unreadable
WORDS = frozenset(field.name for field in FIELDS if field.kind in ("text", "stemmed"))
STATE, HEADER, PARAGRAPH, SOURCE = "state", "header", "paragraph", "source"  # kinds of documents

# BM25F as in Whoosh, so that both engines rank alike: Lucene's own BM25 scores a word almost zero
# that every second text contains. Lucene's lengths are rounded, Whoosh's are not.
_SIMILARITY: Json = {
    "type": "scripted",
    "weight_script": {"source": "Math.log(field.docCount / (term.docFreq + 1.0)) + 1.0"},
    "script": {
        "source": "double norm = 1.2 * (0.25 + 0.75 * doc.length * field.docCount"
        " / Math.max(field.sumTotalTermFreq, 1));"
        " return query.boost * weight * 2.2 * doc.freq / (doc.freq + norm);"
    },
}

_TYPES: dict[FieldKind, Json] = {
    "text": {"type": "text", "analyzer": "words", "index_options": "positions"},
    "stemmed": {"type": "text", "analyzer": "words", "index_options": "freqs"},
    "term": {"type": "keyword"},
    "terms": {"type": "keyword"},
    "number": {"type": "integer"},
}
_STORED = {"type": "keyword", "index": False, "doc_values": False}
_OWN: Json = {
    "doc": {"type": "keyword"},
    "commit": {"type": "integer"},  # the number of the document's commit
    "owner": {"type": "keyword"},  # the resolution or file that the document belongs to
    "path": {"type": "keyword"},  # of a file in the ledger
    "size": {"type": "integer"},  # number of a resolution's paragraphs
    "place": {"type": "integer"},  # index of a paragraph in its resolution
    "order": {"type": "keyword", "index": False},  # sort key of resolutions by symbol
    "line": _STORED,  # the JSON of a paragraph, a header or a line of the ledger
    "header": _STORED,
    "above": _STORED,  # the paragraphs above one, outermost first
    "below": {"type": "integer", "index": False, "doc_values": False},
}
# The fields that are read from a hit's source. The source is stored whole, since copies are made
# from it; the server would keep a second copy of fields that are excluded from it.
STORED = ("line", "header", "above", "below", "key")


def index_body(settings: Settings) -> Json:
    """Return the settings and the mapping of a new index."""
    replicas = settings.opensearch_replicas
    number = "auto_expand_replicas" if "-" in replicas else "number_of_replicas"
    return {
        "settings": {
            "number_of_shards": settings.opensearch_shards,
            number: replicas,
            "refresh_interval": settings.opensearch_refresh,
            # Searches exclude all resolutions that a commit replaced until these are removed.
            "max_terms_count": 1_000_000,
            # The headers stored with each paragraph repeat, and compress well.
            "codec": "best_compression",
            "similarity": {"default": _SIMILARITY},
            "analysis": {
                "tokenizer": {"spaces": {"type": "simple_pattern_split", "pattern": " "}},
                "analyzer": {"words": {"type": "custom", "tokenizer": "spaces"}},
            },
        },
        "mappings": {
            "dynamic": "strict",
            "_meta": {"searchapp": version_mark()},
            "properties": {**_OWN, **{field.name: _TYPES[field.kind] for field in FIELDS}},
        },
    }


def version_mark() -> Json:
    """Return the mark of an index that this version writes."""
    return {"layout": LAYOUT, **current_mark().to_json()}
