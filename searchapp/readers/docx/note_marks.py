"""Marks of footnotes and endnotes, which Word computes for printing."""

from __future__ import annotations

from collections import Counter

from ...text.numerals import format_count
from .styles import Element, child, number, qn, value

KINDS = {qn("w:footnoteReference"): "footnote", qn("w:endnoteReference"): "endnote"}
_FORMATS = {"footnote": "decimal", "endnote": "lowerRoman"}  # Word's defaults
_CHICAGO = "*†‡§"


class Notes:
    """The notes of a document, and the counters of their marks."""

    def __init__(
        self, footnotes: Element | None, endnotes: Element | None, settings: Element | None
    ) -> None:
        roots = {"footnote": footnotes, "endnote": endnotes}
        self._notes = {
            (kind, note.get(qn("w:id"))): note
            for kind, root in roots.items()
            if root is not None
            for note in root.iterfind(qn(f"w:{kind}"))
        }
        self._settings = settings
        self._section: Element | None = None
        self._counts: Counter[str] = Counter()

    def note(self, kind: str, name: str | None) -> Element | None:
        """Return the note of a kind by its id, or None."""
        return self._notes.get((kind, name))

    def next_mark(self, kind: str) -> str:
        """Count one more note of a kind, and return its mark."""
        self._counts[kind] += 1
        count = self._counts[kind] - 1 + number(self._find_setting(kind, "w:numStart"), 1)
        form = self._find_setting(kind, "w:numFmt") or _FORMATS[kind]
        if form == "chicago":
            return _CHICAGO[(count - 1) % 4] * min((count - 1) // 4 + 1, 9)
        return format_count(count, form)

    def enter_section(self, section: Element) -> None:
        """Begin a section, which may restart the counters."""
        self._section = section
        for kind in _FORMATS:
            if self._find_setting(kind, "w:numRestart") == "eachSect":
                del self._counts[kind]

    def _find_setting(self, kind: str, name: str) -> str | None:
        """Return a setting for notes of the section, or else of the document."""
        own = value(self._section, f"w:{kind}Pr", name)
        return own or value(child(self._settings, f"w:{kind}Pr"), name)
