"""Documents of a resolution: a header, then one for each paragraph with all data of a hit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from ...model.resolution import Resolution, dumps
from ...model.source import Source
from ...query.field_table import FIELDS, paragraph_values, resolution_values
from ...text.analysis import stem, words
from ...text.bounded import bounded, digest
from ...un.symbols import symbol_order
from .mapping import HEADER, PARAGRAPH, SOURCE

Json = dict[str, Any]
MAX_ID = 500  # bytes; the server accepts 512, and a commit's number is appended
_KINDS = {field.name: field.kind for field in FIELDS}


class Document(NamedTuple):
    """A document and its id; an owner's documents are added and removed together, on one shard."""

    id: str
    owner: str
    fields: Json


def resolution_documents(resolution: Resolution) -> Iterator[Document]:
    """Yield the header, which is never a hit, then the paragraphs in printed order."""
    key, owner = resolution.key, owner_of_resolution(resolution.key)
    # The header stores the full key, since a long one is cut as a term.
    header = dumps({**resolution.header(), "key": key})
    common = _convert_all(resolution_values(resolution))
    shared = {**common, "order": order_of(key), "header": header}
    about = {name: common[name] for name in ("key", "body", "lang", "session", "year")}
    first = {"doc": HEADER, "size": len(resolution.paragraphs), "place": -1, "line": header}
    yield Document(header_id(key), owner, {**about, **first})
    for place, (paragraph, above, below) in enumerate(resolution.placed()):
        own = {
            "doc": PARAGRAPH,
            "place": place,
            "line": dumps(paragraph.to_json()),
            "above": [dumps(p.to_json()) for p in above],
            "below": below,
        }
        values = _convert_all(paragraph_values(paragraph, resolution.language == "en"))
        yield Document(paragraph_id(key, paragraph.id), owner, {**own, **shared, **values})


def source_document(source: Source) -> Document:
    """Return the document of a line of the ledger."""
    fields = {"doc": SOURCE, "path": term(source.path), "line": dumps(source.to_json())}
    return Document(source_id(source.path), owner_of_path(source.path), fields)


def header_id(key: str) -> str:
    """Return the id of a resolution's header."""
    return bounded(f"r:{key}", MAX_ID)


def paragraph_id(key: str, name: str) -> str:
    """Return the id of a paragraph's document: the paragraph's own if it contains the key."""
    if name.startswith(f"{key}#"):
        return bounded(f"p:{name}", MAX_ID)
    return bounded(f"p:{key}", MAX_ID - 70) + "#~" + digest(name)


def source_id(path: str) -> str:
    """Return the id of a line of the ledger."""
    return bounded(f"s:{path}", MAX_ID)


def owner_of_resolution(key: str) -> str:
    """Return the owner of a resolution's documents, which also determines their shard."""
    return digest(f"r:{key}")[:24]


def owner_of_path(path: str) -> str:
    """Return the owner of a line of the ledger."""
    return digest(f"s:{path}")[:24]


def term(value: object) -> str:
    """Return the term of a value."""
    return bounded(str(value))


def order_of(key: str) -> str:
    """Return a text that sorts as `symbol_order` does."""
    organ, numbers, symbol = symbol_order(key)
    # NUL ends each part; inside an organ's name it is escaped.
    start = organ.replace("\0", "\0\1")
    return bounded(f"{start}\0\0{''.join(f'1{n:09}' for n in numbers)}\0{symbol}")


def _convert_all(values: Json) -> Json:
    """Convert values for the mapping: tokens joined by spaces, terms of a bounded length."""
    return {name: _convert(_KINDS[name], value) for name, value in values.items()}


def _convert(kind: str, value: Any) -> Any:
    if value is None or kind == "number":
        return value
    if kind == "text":
        return " ".join(words(value))
    if kind == "stemmed":
        return " ".join(map(stem, words(value)))
    return [term(each) for each in value] if kind == "terms" else term(value)
