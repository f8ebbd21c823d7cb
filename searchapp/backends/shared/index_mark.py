"""The mark of an index: the versions of everything that determines the meaning of its data.

Both engines store it with the index. A program with another mark would misread the same bytes:
words that were stemmed by other rules, for example, would silently never be found.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from importlib.metadata import version
from typing import Any

from ...errors import OtherVersion
from ...query.field_table import FIELDS
from ...text.analysis import fingerprint
from ...text.printable import printable
from ...versions import FORMAT_VERSION

# Formats whose documents and ledger can be read, whatever rules its words have.
WITH_TEXTS = (4, FORMAT_VERSION)


@dataclass(frozen=True, slots=True)
class Mark:
    """The versions that an index was written with: `fields` and `words` are digests.

    `stemmer` is a name and a version for messages only; a relevant change also changes `words`.
    """

    format: int
    fields: str
    words: str
    unicode: str
    stemmer: str

    def to_json(self) -> dict[str, Any]:
        """Return an object with the fields' names."""
        return asdict(self)


def current_mark() -> Mark:
    """Return the mark of this program."""
    return Mark(
        format=FORMAT_VERSION,
        fields=hashlib.sha256(repr(FIELDS).encode()).hexdigest()[:16],
        words=fingerprint(),
        unicode=unicodedata.unidata_version,
        stemmer=_stemmer(),
    )


@lru_cache(maxsize=1)
def _stemmer() -> str:
    return f"snowballstemmer {version('snowballstemmer')}"


def check_mark(found: Mapping[str, Any], place: str, texts_only: bool = False) -> None:
    """Raise `OtherVersion` if this program would misread an index with the mark `found`.

    `texts_only` is for reading documents and ledger alone, which do not depend on words.
    """
    if texts_only and found.get("format") in WITH_TEXTS:
        return
    reason = _find_difference(found, current_mark())
    if reason is not None:
        copied = found.get("format") in WITH_TEXTS
        raise OtherVersion(f"The index at “{place}” {reason}: {_remedy(place, copied)}")


def _find_difference(found: Mapping[str, Any], ours: Mark) -> str | None:
    if found.get("format") != ours.format:
        return f"has format {_show(found.get('format'))}; this program reads {ours.format}"
    if found.get("words") != ours.words:
        return (
            f"was built with different rules for stems and folding "
            f"({_show(found.get('stemmer'))}; here {ours.stemmer}), so searches would miss words"
        )
    if found.get("unicode") != ours.unicode:
        return (
            f"was built with Unicode {_show(found.get('unicode'))}, and this Python has "
            f"Unicode {ours.unicode}, so searches may miss words"
        )
    if found.get("fields") != ours.fields:
        return "has different fields from this program"
    return None


def _remedy(place: str, copied: bool) -> str:
    rebuild = f"rebuild it with searchapp index PATH… --rebuild --index {place}"
    copy = f", or copy its texts with searchapp copy {place} NEW-PLACE"
    return rebuild + copy if copied else rebuild


def _show(value: Any) -> str:
    """Return a value of a mark for a message, made safe, since an index may come from elsewhere."""
    return printable(str(value)[:40])
