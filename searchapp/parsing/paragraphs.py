"""From blocks with roles to paragraphs: numbers, levels, sections, annexes, verbs, ids."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from ..model.document import Block
from ..model.resolution import Clause, Kind, Paragraph, Resolution, unique_id
from ..text.numerals import parse_letters, parse_roman
from ..un.print_conventions import SECTION_NUMBER
from ..un.verbs import head, is_preambular, opening
from .cited_symbols import citations
from .clauses import clauses, due_sessions, inherited_addressees

_KINDS: dict[str, Kind] = {
    "preambular": "preambular",
    "operative": "operative",
    "annex": "annex",
    "table": "unclassified",
}
MAX_DEPTH = 8  # nested lists; no resolution has more than three
_BETWEEN, _LABELS = re.compile(r"\s+(?=\d)"), re.compile(r"[()\s]")
_SECTION_NUMBER = re.compile(rf"{SECTION_NUMBER}|\d+\.?")


@dataclass(slots=True)
class _Open:
    """An open list: its label style, the value of its last label, and its last paragraph."""

    style: str
    value: int
    label: str
    paragraph: Paragraph


@dataclass
class _Reading:
    """The state of the parser: everything needed to place the next block."""

    resolution: Resolution
    numbered: bool  # whether top-level operative paragraphs have numbers
    key: str  # of the resolution, if it has a symbol; else empty
    annex: str | None = None
    annexes: int = 0
    section: list[str] = field(default_factory=list)
    lists: list[_Open] = field(default_factory=list)
    taken: dict[str, int] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    run: int = 1  # numbering that restarts at 1 begins another run
    kind: Kind | None = None
    chapeau: Paragraph | None = None  # "Resolves that, for 2024:" (78/254), before numbers 1 to 3

    def count(self, name: str) -> int:
        self.counts[name] = self.counts.get(name, 0) + 1
        return self.counts[name]


def paragraphs(blocks: Iterable[Block], resolution: Resolution) -> Iterator[Paragraph]:
    """Yield the paragraphs in printed order; without a symbol, their ids begin with "#"."""
    rows = _join_continued(blocks)
    numbered = any(b.role == "operative" and _is_top(b.label) for b in rows)
    reading = _Reading(resolution, numbered, resolution.key if resolution.symbol else "")
    before_heading = False
    for block in rows:
        if block.role in ("heading", "annex-heading"):
            _open_section(block, reading, joined=before_heading)
            before_heading = True
        elif block.role in _KINDS:
            before_heading = False
            yield _paragraph(block, reading)


def _join_continued(blocks: Iterable[Block]) -> list[Block]:
    """Join blocks to the paragraph that they continue."""
    rows: list[Block] = []
    for block in blocks:
        last = rows[-1] if rows else None
        if last and block.role == last.role == "operative" and _goes_on(block, last):
            further = (note.moved(len(last.text) + 1) for note in block.notes)
            text = f"{last.text} {block.text}"
            rows[-1] = replace(last, text=text, notes=(*last.notes, *further))
        else:
            rows.append(block)
    return rows


def _goes_on(block: Block, last: Block) -> bool:
    """Return whether a block continues the last: "and stresses the importance …" (76/29)."""
    begins = not block.label and not block.lead and block.text[:1].islower()
    return begins and last.text.rstrip()[-1:] not in ";.:"


def _open_section(block: Block, reading: _Reading, joined: bool) -> None:
    """Open a section or annex; a section's number is often on a separate line above its heading."""
    reading.lists.clear()
    reading.chapeau = None
    if block.role == "annex-heading":
        reading.annexes += 1
        reading.annex, reading.section, reading.run = block.text, [], 1
        return
    text = " ".join(filter(None, (block.label, block.text)))
    if joined and reading.section and _SECTION_NUMBER.fullmatch(reading.section[-1]):
        reading.section = [f"{reading.section[-1].rstrip('.')}. {text}"]
    else:
        reading.section = [text]


def _paragraph(block: Block, reading: _Reading) -> Paragraph:
    kind = _kind(block, reading)
    if kind != reading.kind:
        reading.lists.clear()
        reading.kind = kind
    parent, number, level = _find_parent(block, reading)
    phrase, basis = _find_phrase(block, kind, parent)
    declares = kind in ("operative", "annex") and not (parent and parent.verb)
    found = clauses(block.text, phrase, declares)
    verb = found[0].verb if found and found[0].start == 0 else None
    below = None if verb or parent or kind != "operative" else reading.chapeau
    if below:
        parent, level = below, level if block.label else below.level + 1
    inherited = verb is None and parent is not None and parent.verb is not None
    if inherited and parent:
        verb = parent.verb
    paragraph = Paragraph(
        id=_id(block, kind, number, reading),
        kind=kind,
        number=number,
        level=level,
        parent=parent.id if parent else None,
        text=block.text,
        phrase=phrase,
        verb=verb,
        head=head(verb) if verb else None,
        verbs=tuple(dict.fromkeys(c.verb for c in found)) or ((verb,) if verb else ()),
        inherited=inherited,
        clauses=found,
        addressees=_addressees(found, verb, parent, inherited),
        cites=citations(block.text, reading.resolution.body, found),
        due_sessions=due_sessions(block.text, found, reading.resolution.body),
        section=reading.section[-1] if reading.section else None,
        annex=reading.annex,
        notes=block.notes,
        basis="inherited" if inherited and basis is None else basis,
    )
    _remember(block, paragraph, reading)
    if kind == "operative" and not below:
        _open_chapeau(paragraph, reading)
    return paragraph


def _open_chapeau(paragraph: Paragraph, reading: _Reading) -> None:
    """Make a paragraph that ends with a colon the parent of paragraphs without a verb after it."""
    if paragraph.verb and paragraph.text.rstrip().endswith(":"):
        reading.chapeau = paragraph
    elif paragraph.level == 1:
        reading.chapeau = None


def _kind(block: Block, reading: _Reading) -> Kind:
    kind = _KINDS[block.role or "table"]
    return "annex" if reading.annex and kind in ("operative", "preambular") else kind


def _addressees(
    found: tuple[Clause, ...], verb: str | None, parent: Paragraph | None, inherited: bool
) -> tuple[str, ...]:
    if inherited and parent:
        return inherited_addressees(verb, parent.clauses) or parent.addressees
    return tuple(dict.fromkeys(name for clause in found for name in clause.addressees))


def _find_phrase(
    block: Block, kind: Kind, parent: Paragraph | None
) -> tuple[str | None, str | None]:
    """Return the opening phrase as printed, and the basis for the paragraph's kind."""
    basis = "mark-up" if block.lead else "number" if block.label else None
    if kind == "unclassified":
        return None, "mark-up"
    if block.lead and not _is_whole(block):
        words = _whole_words(block.lead.rstrip(" ,;:"), block.text)
        if opening(words + " ") or (kind != "annex" and parent is None):
            return words, "mark-up"
    if kind == "annex":
        return None, basis or "mark-up"
    phrase = opening(block.text)
    participle = re.match(r"[A-Z][a-z-]+ing\b", block.text)
    if phrase is None and participle and kind == "preambular" and parent is None:
        return participle[0], basis or "phrase"
    if phrase is None or is_preambular(phrase) != (kind == "preambular"):
        return None, basis
    return phrase, basis or "phrase"


def _whole_words(lead: str, text: str) -> str:
    """Extend a lead to whole words and phrases ("Encourage|s", "Takes| note")."""
    end = len(lead)
    while text[end : end + 1].isalpha():
        end += 1
    whole = text[:end]
    known = opening(text) if " " not in lead and opening(whole) != whole else None
    return known if known and known.startswith(whole) else whole


def _is_whole(block: Block) -> bool:
    """Return whether a lead is too long for an opening phrase, or has no initial capital."""
    return len(block.lead or "") > 80 or not re.match(r"[A-Z]", block.lead or "")


# Numbers, levels, parents --------------------------------------------------------------------


def _is_top(label: str | None) -> bool:
    return bool(label) and not str(label).startswith("(")


def _find_styles(label: str) -> list[tuple[str, int]]:
    """Return the possible styles and values of a label: "(i)" is Roman 1 or the ninth letter."""
    bare = label.strip("().")
    if _is_top(label):
        last = bare.split(".")[-1]
        return [("number", int(last))] if _is_count(last) else []
    if _is_count(bare):
        return [("digit", int(bare))]
    letter = parse_letters(bare)
    letters = [("letter", letter)] if letter is not None else []
    value = parse_roman(bare)
    return letters + ([("roman", value)] if value else [])


def _is_count(text: str) -> bool:
    """Return whether a text is a usable number, unlike "%99" or "²"."""
    return text.isdecimal() and len(text) < 10


def _find_parent(block: Block, reading: _Reading) -> tuple[Paragraph | None, str | None, int]:
    """Return a block's parent, its number prefixed with the parent's, and its level."""
    if not block.label:
        below = block.level == 2 or (block.role == "operative" and block.text[:1].islower())
        if below and reading.lists:  # 76/237: words that close a paragraph after its list
            return reading.lists[0].paragraph, None, 2
        return None, None, 1
    nested = (block.level or 1) > 1 and reading.lists  # 78/223, 11: an agenda, items 1 to 7
    if _is_top(block.label) and not nested:
        reading.lists.clear()
        return None, block.label.rstrip(" .-\u2013") or None, 1  # in Arabic "1 -"
    depth = _find_depth(block, reading)
    del reading.lists[depth + 1 :]
    parent = reading.lists[depth - 1].paragraph if depth and reading.lists else None
    own = block.label.rstrip(".")
    number = f"{parent.number} {own}" if parent and parent.number and own else own
    return parent, number or None, (parent.level + 1) if parent else 1


def _find_depth(block: Block, reading: _Reading) -> int:
    """Return the depth of a bracketed label: in the list it continues, else below the last."""
    styles = _find_styles(block.label or "")
    base = 1 if reading.lists and reading.lists[0].style in ("number", "none") else 0
    if block.level is not None and block.level > 1:
        depth = min(base + block.level - 2, len(reading.lists))
        return depth + 1 if _is_roman(styles, reading.lists[depth:]) else depth
    deepest = len(reading.lists) - 1
    opens = deepest >= 0 and reading.lists[deepest].paragraph.text.rstrip().endswith(":")
    for depth in range(deepest, base - 1, -1):
        entry = reading.lists[depth]
        if entry.label == block.label:  # a repeated label restarts its list, it does not nest
            return depth
        if (entry.style, entry.value + 1) in styles and not (
            opens and depth == deepest and ("roman", 1) in styles
        ):
            return depth
    if any(value == 1 for _, value in styles):
        return min(len(reading.lists), MAX_DEPTH)
    return max(base, deepest)


def _is_roman(styles: list[tuple[str, int]], lists: list[_Open]) -> bool:
    """Return whether a label continues or begins Roman items below a letter: "(i)" after "(a)"."""
    if not lists or lists[0].style != "letter" or ("letter", lists[0].value + 1) in styles:
        return False
    last = lists[1].value if len(lists) > 1 and lists[1].style == "roman" else 0
    return ("roman", 1) in styles or ("roman", last + 1) in styles


def _remember(block: Block, paragraph: Paragraph, reading: _Reading) -> None:
    """Record a paragraph as the last of its list, for the labels that follow."""
    if block.role == "table":
        return
    if block.label is None:
        if paragraph.parent is None:
            reading.lists = [_Open("none", 0, "", paragraph)]
        return
    if _is_top(block.label) and paragraph.parent is None:
        reading.lists = [_Open("number", 0, block.label, paragraph)]
        return
    depth = len(reading.lists) if paragraph.parent else 0
    for index, entry in enumerate(reading.lists):
        if entry.paragraph.id == paragraph.parent:
            depth = index + 1
    del reading.lists[depth + 1 :]
    style, value = _choose_style(block.label, reading, depth)
    entry = _Open(style, value, block.label, paragraph)
    reading.lists[depth:] = [entry]


def _choose_style(label: str, reading: _Reading, depth: int) -> tuple[str, int]:
    """Return a label's style and value that continue the list at a depth, else begin one."""
    styles = _find_styles(label) or [("letter", 0)]
    if depth < len(reading.lists):
        open_ = reading.lists[depth]
        for style, value in styles:
            if (style, value - 1) == (open_.style, open_.value):
                return style, value
        return next((s for s in styles if s[0] == open_.style), styles[0])
    return next((s for s in styles if s[1] == 1), styles[-1])


# Ids --------------------------------------------------------------------------------------------


def _id(block: Block, kind: Kind, number: str | None, reading: _Reading) -> str:
    anchor = _anchor(block, kind, number, reading)
    if number in ("1", "1.1") and f"{reading.key}#{anchor}" in reading.taken:
        reading.run += 1  # numbering restarts (76/240): its ids get a prefix
    again = number is not None and number[0].isdigit() and reading.run > 1
    run = f"s{reading.run}-" if again else ""
    return unique_id(f"{reading.key}#{run}{anchor}", reading.taken)


def _anchor(block: Block, kind: Kind, number: str | None, reading: _Reading) -> str:
    """Return a paragraph's anchor: ppN, opN with labels, annexK-…, uN.

    Unnumbered paragraphs among numbered ones are counted separately (oppN, annexK-pN), so that they
    never take the anchor of a printed number.
    """
    labels = _LABELS.sub("", _BETWEEN.sub("-", number)) if number else ""
    if kind == "unclassified":
        return f"u{reading.count('u')}"
    if kind == "annex":
        prefix = f"annex{max(reading.annexes, 1)}-"
        return prefix + (labels or f"p{reading.count(prefix)}")
    if kind == "preambular":
        if labels and block.label and reading.lists:
            return f"{reading.lists[0].paragraph.anchor}{labels}"
        return f"pp{reading.count('pp')}"
    if labels and (labels[0].isdigit() or not reading.lists):
        return f"op{labels}"
    if labels:  # a lettered item of an unnumbered paragraph
        return f"{reading.lists[0].paragraph.anchor}{labels}"
    return f"opp{reading.count('opp')}" if reading.numbered else f"op{reading.count('op')}"
