"""List numbers, which Word prints before paragraphs without storing them in the text.

A paragraph names a list (`num`) and a level; lists with the same definition (`abstractNum`) share
their counters, unless one overrides the start.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from ...text.numerals import format_count
from .styles import Element, Styles, child, is_on, number, qn, value

_LEVELS = 9
_LONGEST_TEXT = 60  # characters of a level's label


@dataclass(frozen=True, slots=True)
class _Level:
    """The counting and label of one level of a list: "%1." or "(%2)"."""

    start: int = 1
    format: str = "decimal"
    text: str = ""
    restart: int | None = None  # restarts after this level (from 1); 0: never; None: any above
    legal: bool = False  # all numbers in Arabic figures
    style: str | None = None


@dataclass(frozen=True, slots=True)
class _List:
    """A list: its definition, its levels, and its overridden starts by level."""

    definition: str
    levels: dict[int, _Level] = field(default_factory=dict)
    starts: dict[int, int] = field(default_factory=dict)


class Numbering:
    """The lists of a document and their counters."""

    def __init__(self, root: Element | None, styles: Styles) -> None:
        self._styles = styles
        self._lists: dict[str, _List] = {}
        self._counts: dict[str, dict[int, int]] = {}
        self._begun: set[tuple[str, int]] = set()
        if root is not None:
            self._read(root)

    def next(self, paragraph: Element | None) -> tuple[str, str, int] | None:
        """Return the next paragraph's label, its list's name and its depth; None outside lists."""
        found = self._styles.numbering(paragraph)
        named = self._lists.get(found[0]) if found else None
        if found is None or named is None:
            return None
        num_id, level, style = found
        if level is None:
            level = next((n for n, lvl in named.levels.items() if lvl.style == style), 0)
        level = min(max(level, 0), _LEVELS - 1)
        self._count(num_id, named, level)
        return self._label(named, level), named.definition, level

    def _read(self, root: Element) -> None:
        definitions = {
            node.get(qn("w:abstractNumId")) or "": node
            for node in root.iterfind(qn("w:abstractNum"))
        }
        nums = {node.get(qn("w:numId")) or "": node for node in root.iterfind(qn("w:num"))}
        for num_id, node in nums.items():
            definition = value(node, "w:abstractNumId") or ""
            linked = value(definitions.get(definition), "w:numStyleLink")
            if linked:  # the levels are defined by the list of that style
                other = nums.get(self._styles.list_of_style(linked) or "")
                definition = value(other, "w:abstractNumId") or definition
            self._lists[num_id] = _list(definition, definitions.get(definition), node)

    def _count(self, num_id: str, named: _List, level: int) -> None:
        counts = self._counts.setdefault(named.definition, {})
        start = named.starts.get(level, named.levels.get(level, _Level()).start)
        if level in named.starts and (num_id, level) not in self._begun:
            counts[level] = start
        else:
            counts[level] = counts.get(level, start - 1) + 1
        self._begun.add((num_id, level))
        for deeper in [n for n in counts if n > level]:
            restart = named.levels.get(deeper, _Level()).restart
            if restart is None or level < restart:
                del counts[deeper]

    def _label(self, named: _List, level: int) -> str:
        own = named.levels.get(level, _Level())
        counts = self._counts[named.definition]

        def printed(match: re.Match[str]) -> str:
            index = int(match[1]) - 1
            other = named.levels.get(index, _Level())
            count = counts.get(index, named.starts.get(index, other.start))
            return format_count(count, "decimal" if own.legal else other.format)

        if own.format in ("bullet", "none"):
            return ""
        return re.sub(r"%([1-9])", printed, own.text).strip()


def _list(definition: str, node: Element | None, num: Element) -> _List:
    levels = dict(_levels(node))
    starts: dict[int, int] = {}
    for override in num.iterfind(qn("w:lvlOverride")):
        levels.update(_levels(override))
        start = value(override, "w:startOverride")
        if start is not None:
            starts[number(override.get(qn("w:ilvl")))] = number(start)
    return _List(definition, levels, starts)


def _levels(node: Element | None) -> Iterator[tuple[int, _Level]]:
    for level in node.iterfind(qn("w:lvl")) if node is not None else ():
        restart = value(level, "w:lvlRestart")
        # Newer formats ("01, 02") are not direct children, but inside an AlternateContent.
        found = value(level, "w:numFmt") or next(
            (f.get(qn("w:val")) for f in level.iter(qn("w:numFmt"))), None
        )
        yield (
            number(level.get(qn("w:ilvl"))),
            _Level(
                start=number(value(level, "w:start")),
                format=found or "decimal",
                text=(value(level, "w:lvlText") or "")[:_LONGEST_TEXT],
                restart=None if restart is None else number(restart),
                legal=bool(is_on(child(level, "w:isLgl"))),
                style=value(level, "w:pStyle"),
            ),
        )
