"""The data model: `Resolution`, `Paragraph`, `Clause`.

Their JSON has the names of the fields, in the order of the fields; `docs/resolution.schema.json`
describes it. JSON is taken as it is: nothing is inferred, and missing keys take defaults.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Literal, NamedTuple, TypeVar, get_args

from ..errors import ReadError
from ..text.printable import printable_json
from ..un.normal_forms import language
from .document import Note
from .records import Rows, Shape, sides, text, texts, truth, whole_number

Kind = Literal["preambular", "operative", "annex", "unclassified"]
MAX_PARAGRAPHS = 20_000  # of a resolution; the longest known has 1,400
MAX_ABOVE = 100  # ancestors of a paragraph that are shown; printed texts have at most six
KINDS: tuple[Kind, ...] = get_args(Kind)
Step = TypeVar("Step")


@dataclass(frozen=True, slots=True)
class Clause:
    """A verb and its addressees; `start` and `end` are character offsets in the paragraph."""

    verb: str
    phrase: str
    addressees: tuple[str, ...] = ()
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class Citation:
    """A cited symbol, its governing verb, and its character offsets in the paragraph's text."""

    symbol: str
    verb: str | None = None
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class Due:
    """A session at which something is due, and the addressee responsible for it."""

    session: str
    addressee: str | None = None


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph of a resolution: the unit of indexing, search, display and citation."""

    id: str
    kind: Kind = "unclassified"
    number: str | None = None
    level: int = 1
    parent: str | None = None
    text: str = ""
    phrase: str | None = None
    verb: str | None = None
    head: str | None = None
    verbs: tuple[str, ...] = ()
    inherited: bool = False
    clauses: tuple[Clause, ...] = ()
    addressees: tuple[str, ...] = ()
    cites: tuple[Citation, ...] = ()
    due_sessions: tuple[Due, ...] = ()
    section: str | None = None
    annex: str | None = None
    notes: tuple[Note, ...] = ()
    basis: str | None = None

    @property
    def anchor(self) -> str:
        """The part of the id after "#": the fragment of the paragraph's address."""
        return anchor_of(self.id)

    def to_json(self) -> dict[str, Any]:
        """Return a JSON object with the fields' names, in their order."""
        return _PARAGRAPH.to_json(self)


class Placed(NamedTuple):
    """A paragraph with its ancestors, outermost first, and the number of its direct children."""

    paragraph: Paragraph
    above: tuple[Paragraph, ...]
    below: int


@dataclass(frozen=True, slots=True)
class Resolution:
    """A resolution with its paragraphs in printed order; identity is (symbol, language)."""

    symbol: str | None = None
    language: str = "en"
    body: str | None = None
    session: str | None = None
    year: int | None = None
    adopted: str | None = None
    title: str | None = None
    agenda_items: tuple[str, ...] = ()
    origin: str | None = None
    report: str | None = None
    meeting: str | None = None
    draft: str | None = None
    sponsors: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    vote: dict[str, Any] | None = None
    part: str | None = None
    source: str | None = None
    hash: str | None = None
    indexed: str | None = None
    inferred: tuple[str, ...] = ()
    paragraphs: tuple[Paragraph, ...] = field(default=(), repr=False)

    @property
    def key(self) -> str:
        """The identifier: the symbol, or "x-" and 12 hex digits of the text's hash.

        Languages other than English are part of the key ("A/RES/78/10@fr").
        """
        name = self.symbol or "x-" + text_hash(p.text for p in self.paragraphs)[:12]
        return name if self.language == "en" else f"{name}@{self.language}"

    def placed(self) -> Iterator[Placed]:
        """Yield the paragraphs in printed order, each with its ancestors and number of children."""
        named = {p.id: p for p in reversed(self.paragraphs)}  # the first of those with the same id
        below = Counter(p.parent for p in self.paragraphs if p.parent is not None)

        def parent(paragraph: Paragraph) -> Paragraph | None:
            return None if paragraph.parent is None else named.get(paragraph.parent)

        for paragraph in self.paragraphs:
            yield Placed(paragraph, tuple(lineage(paragraph, parent)), below[paragraph.id])

    def header(self) -> dict[str, Any]:
        """Return the JSON object without its paragraphs."""
        return _HEADER.to_json(self)

    def to_json(self) -> dict[str, Any]:
        """Return the complete JSON object."""
        return {**self.header(), "paragraphs": [p.to_json() for p in self.paragraphs]}

    def to_line(self) -> str:
        """Return one line of JSON, without a line end."""
        return dumps(self.to_json())

    @classmethod
    def from_json(cls, data: Any) -> Resolution:
        """Convert an object from outside; `ReadError` if a value has the wrong type."""
        bare = cls(**_HEADER.checked(data))
        rows = data.get("paragraphs") or []
        if not isinstance(rows, list):
            raise ReadError("“paragraphs” must be a list.")
        if len(rows) > MAX_PARAGRAPHS:
            raise ReadError(f"It has more than {MAX_PARAGRAPHS:,} paragraphs: split it.")
        if not rows:
            return bare
        printed = (paragraph_from_json(row).text for row in rows)
        name = bare.key if bare.symbol else replace(bare, symbol="x-" + text_hash(printed)[:12]).key
        return replace(bare, paragraphs=_unique(rows, name))

    @classmethod
    def from_line(cls, line: str | bytes) -> Resolution:
        """Parse one line of JSON, removing characters that are not printable."""
        try:
            written = line if isinstance(line, str) else line.decode("utf-8")
            data = printable_json(written, json.loads(written))
        except UnicodeDecodeError:
            raise ReadError("The line is not valid UTF-8.") from None
        except (ValueError, RecursionError) as error:
            raise ReadError(f"The line is not valid JSON: {error}") from None
        return cls.from_json(data)


def paragraph_from_json(data: Any, default_id: str = "") -> Paragraph:
    """Convert a paragraph's object from outside; an unknown kind becomes "unclassified"."""
    values = _PARAGRAPH.checked(data)
    values["id"] = values.get("id") or default_id
    if values.get("kind") not in KINDS:
        values["kind"] = "unclassified"
    return Paragraph(**values)


def paragraph_as_written(data: dict[str, Any]) -> Paragraph:
    """Reverse `Paragraph.to_json`, without checks: they would make it five times slower."""
    return Paragraph(**_PARAGRAPH.as_written(data))


def resolution_as_written(data: dict[str, Any]) -> Resolution:
    """Reverse `Resolution.header`, likewise without checks."""
    return Resolution(**_HEADER.as_written(data))


def anchor_of(name: str) -> str:
    """Return the part of a paragraph's id after "#"; the whole id if there is none."""
    return name.partition("#")[2] or name


def lineage(start: Step, parent: Callable[[Step], Step | None]) -> list[Step]:
    """Return the ancestors of `start`, outermost first.

    JSON from outside may contain cycles and any number of levels: a cycle is cut where it closes,
    and of more than `MAX_ABOVE` levels the nearest are returned.
    """
    found = [start]
    above = parent(start)
    while above is not None and above not in found and len(found) <= MAX_ABOVE:
        found.append(above)
        above = parent(above)
    return found[:0:-1]


def text_hash(texts: Any) -> str:
    """Return the SHA-256, hexadecimal, of texts with their white space normalised."""
    joined = "\n".join(" ".join(text.split()) for text in texts)
    return hashlib.sha256(joined.encode("utf-8", "surrogatepass")).hexdigest()


def dumps(data: Any) -> str:
    """Serialise to the JSON of this program: unescaped UTF-8, no spaces."""
    return _ENCODER.encode(data)


_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_PARAGRAPH = Shape(
    Paragraph,
    "a paragraph",
    level=whole_number,
    verbs=texts,
    inherited=truth,
    clauses=Rows(
        Shape(
            Clause,
            "an entry of “clauses”",
            addressees=texts,
            start=whole_number,
            end=whole_number,
        ),
        blanks=("verb", "phrase"),
    ),
    addressees=texts,
    cites=Rows(
        Shape(Citation, "an entry of “cites”", start=whole_number, end=whole_number),
        blanks=("symbol",),
    ),
    due_sessions=Rows(Shape(Due, "an entry of “due_sessions”"), blanks=("session",)),
    notes=Rows(
        Shape(Note, "an entry of “notes”", place=whole_number),
        blanks=("mark", "text"),
    ),
)
_HEADER = Shape(
    Resolution,
    "a resolution",
    without="paragraphs",
    language=lambda name, value: language(name, text(name, value)),
    year=whole_number,
    agenda_items=texts,
    sponsors=texts,
    subjects=texts,
    vote=sides,
    inferred=texts,
)


def _unique(rows: list[Any], name: str) -> tuple[Paragraph, ...]:
    """Convert paragraphs, giving them distinct ids: a repeated one gets "s2-" after its "#"."""
    numbers: dict[str, int] = {}
    result = []
    for number, row in enumerate(rows, 1):
        paragraph = paragraph_from_json(row, f"{name}#u{number}")
        own = unique_id(paragraph.id, numbers)
        result.append(paragraph if own == paragraph.id else replace(paragraph, id=own))
    return tuple(result)


def unique_id(wanted: str, taken: dict[str, int]) -> str:
    """Return the id itself, or with the first of "s2-", "s3-", … that makes it unique.

    `taken` maps the ids so far to their last number; the returned id is added to it.
    """
    if wanted not in taken:
        taken[wanted] = 1
        return wanted
    key, mark, anchor = wanted.rpartition("#")
    turn = taken[wanted] + 1
    while (candidate := f"{key}{mark}s{turn}-{anchor}") in taken:
        turn += 1
    taken[wanted], taken[candidate] = turn, 1
    return candidate
