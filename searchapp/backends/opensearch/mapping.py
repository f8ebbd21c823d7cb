"""The index's mapping, made from the field table: words, stems, plain values, and what is stored.

Words come as `searchapp.analysis` makes them, parted by spaces, and the server splits at spaces
alone. So its tokens equal ours whatever the text: what a character filter and a pattern can express
ends where a rule looks at what stands beside (joiners inside a word, marks behind it, the cut of
noise), and where Java's Unicode is not Python's.
"""

from __future__ import annotations

from typing import Any

from ...config import Settings
from ...schema import FIELDS, FieldKind
from ..mark import current_mark

Json = dict[str, Any]
LAYOUT = 1  # raised when documents of before can't be read any more
WORDS = frozenset(field.name for field in FIELDS if field.kind in ("text", "stemmed"))
STATE, HEADER, PARAGRAPH, SOURCE = "state", "header", "paragraph", "source"  # kinds of documents

# BM25F as Whoosh counts it, so that both engines put the same paragraphs first: Lucene's own gives
# next to nothing for a word that every second text has. Its lengths are rounded, ours are not.
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
    "commit": {"type": "integer"},  # of which it is a part
    "owner": {"type": "keyword"},  # the resolution or the file whose documents go together
    "path": {"type": "keyword"},  # of a file in the ledger
    "size": {"type": "integer"},  # a resolution's paragraphs
    "place": {"type": "integer"},  # of a paragraph in its resolution
    "order": {"type": "keyword", "index": False},  # of resolutions by symbol
    "line": _STORED,  # the JSON of a paragraph, a header or a line of the ledger
    "header": _STORED,
    "above": _STORED,  # the paragraphs above one, outermost first
    "below": {"type": "integer", "index": False, "doc_values": False},
}
# What is read of a document. All of it is stored, since a copy is made from that; what is left out
# of the source the server keeps a second time.
STORED = ("line", "header", "above", "below", "key")


def index_body(settings: Settings) -> Json:
    """Settings and mapping of a new index."""
    replicas = settings.opensearch_replicas
    number = "auto_expand_replicas" if "-" in replicas else "number_of_replicas"
    return {
        "settings": {
            "number_of_shards": settings.opensearch_shards,
            number: replicas,
            "refresh_interval": settings.opensearch_refresh,
            # Until they are removed, searches name all resolutions that one commit replaced.
            "max_terms_count": 1_000_000,
            # Half the size: what stands around a hit is much the same from one to the next.
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
