"""Randomly damaged files for each reader, which must return text or our error, within limits.

A case is reproducible: the same seed damages the same file in the same way.
"""

from __future__ import annotations

import io
import os
import random
import time
import traceback
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from copy import deepcopy
from functools import cache, partial
from pathlib import Path
from typing import NamedTuple

import docx
from lxml import etree

from searchapp.errors import SearchAppError
from searchapp.ingest import sample
from searchapp.ingest.reading import resolutions
from searchapp.model.resolution import Resolution
from searchapp.readers import PRELOAD
from searchapp.system.worker_pool import Limits, Loss, in_order
from searchapp.text.printable import printable

from . import Failure

Element = etree._Element
COUNT, UNIT = 20_000, "files through each reader"
PDF_SHARE = 10  # one PDF per so many files of each other format
LIMITS = Limits(10, 1500)
SHOWN = 5  # failures that are reported in full
_MEGABYTE = 1_000_000
_WORDS = (
    "The General Assembly,\x01Recalling its resolution 69/28 of 2 December 2014,\x01"
    "1. Invites all Member States to light lamps:\x01(a) In harbours;\x01(b) At sea;\x01"
    "2. Requests the Secretary-General to report at its eightieth session.\x0162nd plenary meeting"
).split("\x01")
_TEXT = "A/RES/99/1\n\n99/1. Lamps\n\n{}\n\n1 See A/99/402.\n"
# Tokens that readers look for, to be inserted where they do not expect them.
_TOKENS = tuple(
    "%99 ² İ ١ -1 99999999999999999999 () (%) 1.2.3.4. \x00 \ufdd0 \u2028 \r\n\r\n &#x110000; "
    "&amp; <ol start='²'> </p> <li value='-'> <table><tr><td> <sup>1</sup> <a href='#fn1'>1</a> "
    "<!-- ]]> <num>%99.</num> <authorialNote marker='1'/> <docTitle/> <count value='²'/> "
    "<w:p/> <w:numId w:val='x'/> <w:ilvl w:val='99'/> <w:start w:val='-5'/> <w:fldChar/> <w:tbl/> "
    "<w:footnoteReference w:id='9'/> <w:lvlText w:val='%99'/> endobj stream << >> /Kids 0 R Tj ET "
    '{ } [ ] " : , null 1e999 \\ud800 "paragraphs":7 A/RES/ (XX) ** [^1] | _____ ¹'.split(" ")
)


class Case(NamedTuple):
    """A damaged file: its format, and the seed of the damage."""

    form: str
    seed: int


class Outcome(NamedTuple):
    """The outcome of a case: a word, seconds, megabytes, and the traceback of a failure."""

    case: Case
    result: str
    seconds: float = 0.0
    megabytes: float = 0.0
    failure: str = ""


def run(seed: int, count: int, folder: Path) -> list[str]:
    """Damage `count` files of each format (a tenth as many PDFs); `Failure` if one breaks a reader.

    Failing files are kept in `folder`.
    """
    lines, failed = [], list[Outcome]()
    for form in FORMS:
        wanted = max(count // PDF_SHARE, 1) if form == "pdf" else count
        found = outcomes(form, seed, wanted, folder)
        failed += [outcome for outcome in found if outcome.failure]
        lines.append(_summary(form, found))
    if failed:
        told = "\n".join(f"{outcome.case}: {outcome.failure}" for outcome in failed[:SHOWN])
        raise Failure("\n".join([*lines, f"{len(failed)} files broke a reader.", told]))
    return lines


def outcomes(form: str, seed: int, count: int, folder: Path) -> list[Outcome]:
    """Damage and read `count` files of one format; return the outcomes."""
    work = partial(read_damaged, folder=folder)
    cases = (Case(form, seed * 1_000_000 + number) for number in range(count))
    return list(in_order(work, cases, os.cpu_count() or 1, LIMITS, _lost, PRELOAD))


def read_damaged(case: Case, folder: Path) -> Outcome:
    """Read a damaged file, and return the outcome."""
    path = folder / f"{case.form}-{case.seed}.{SUFFIXES.get(case.form, case.form)}"
    path.write_bytes(damage(case))
    _reset_peak()
    before, began = _peak(), time.process_time()
    result, failure = _read(path)
    spent, used = time.process_time() - began, _peak() - before
    if not failure:
        path.unlink()
    return Outcome(case, result, spent, used, failure)


def _read(path: Path) -> tuple[str, str]:
    try:
        found = list(resolutions(path, complain=lambda _: None))
    except SearchAppError as error:
        # An error that no reader expected has the foreign error as its cause.
        foreign = "unexpected structure" in str(error)
        return "sentence", "".join(traceback.format_exception(error)) if foreign else ""
    wrong = [text for one in found for text in _texts(one.resolution) if _is_wrong(text)]
    return "text", f"Not printed: {wrong[0]!r:.200}" if wrong else ""


def _texts(resolution: Resolution) -> Iterator[str]:
    yield resolution.title or ""
    for paragraph in resolution.paragraphs:
        yield paragraph.text
        yield from (note.text for note in paragraph.notes)


def _is_wrong(text: str) -> bool:
    return printable(text) != text.replace("\n", " ").replace("\t", " ")


def _lost(case: Case, loss: Loss) -> Outcome:
    # PDFium aborts its process on internal errors, or without memory.
    expected = case.form == "pdf" or loss is not Loss.CRASH
    return Outcome(case, loss.value, failure="" if expected else "The reader crashed.")


def _summary(form: str, found: list[Outcome]) -> str:
    results = Counter(outcome.result for outcome in found)
    slowest = max(found, key=lambda outcome: outcome.seconds)
    largest = max(found, key=lambda outcome: outcome.megabytes)
    told = ", ".join(f"{number:,} {result}" for result, number in sorted(results.items()))
    return (
        f"{form}: {len(found):,} files ({told}); at most {slowest.seconds:.2f} s "
        f"(seed {slowest.case.seed}) and {largest.megabytes:.0f} MB (seed {largest.case.seed})"
    )


# Damage -----------------------------------------------------------------------------------------


def damage(case: Case) -> bytes:
    """Return the damaged bytes of a case."""
    chance = random.Random(f"{case.form} {case.seed}")
    whole = chance.choice(FORMS[case.form]())
    if case.form in ("docx", "zip") and chance.random() < 0.9:
        return _with_damaged_part(whole, chance)
    return _damage(whole, chance)


def _damage(content: bytes, chance: random.Random) -> bytes:
    if content.lstrip().startswith((b"<?xml", b"<akomaNtoso")) and chance.random() < 0.7:
        return _with_damaged_tree(content, chance)
    data = bytearray(content)
    for _ in range(chance.choice((1, 1, 2, 5, 20))):
        chance.choice(_WAYS)(data, chance)
    return bytes(data)


def _with_damaged_tree(content: bytes, chance: random.Random) -> bytes:
    """Damage XML elements but keep it well-formed; otherwise little of it would be read."""
    root = etree.fromstring(content)
    for _ in range(chance.choice((1, 1, 2, 5, 20))):
        elements = list(root.iter(etree.Element))
        chance.choice(_TREE_WAYS)(chance.choice(elements), chance.choice(elements), chance)
    return etree.tostring(root, encoding="utf-8", xml_declaration=True)


def _remove(element: Element, _: Element, __: random.Random) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _copy(element: Element, other: Element, chance: random.Random) -> None:
    other.insert(chance.randrange(len(other) + 1), deepcopy(element))


def _rename(element: Element, other: Element, _: random.Random) -> None:
    element.tag = other.tag


def _set_attribute(element: Element, other: Element, chance: random.Random) -> None:
    known = [*element.attrib, *other.attrib]
    if known:
        element.set(chance.choice(known), _xml_token(chance))


def _set_text(element: Element, _: Element, chance: random.Random) -> None:
    element.text = _xml_token(chance)


def _xml_token(chance: random.Random) -> str:
    return printable(chance.choice(_TOKENS)).encode("utf-8", "replace").decode()


_TREE_WAYS: tuple[Callable[[Element, Element, random.Random], None], ...] = (
    *(_remove, _copy, _rename, _set_attribute),
    *(_set_text, _set_attribute),
)


def _flip(data: bytearray, chance: random.Random) -> None:
    if data:
        data[chance.randrange(len(data))] = chance.randrange(256)


def _cut(data: bytearray, chance: random.Random) -> None:
    start = chance.randrange(len(data) + 1)
    del data[start : start + chance.choice((1, 10, 100, 1000))]


def _repeat(data: bytearray, chance: random.Random) -> None:
    start = chance.randrange(len(data) + 1)
    piece = data[start : start + chance.choice((1, 10, 100, 1000))]
    data[start:start] = piece * chance.choice((1, 2, 10, 100))


def _move(data: bytearray, chance: random.Random) -> None:
    start, target = chance.randrange(len(data) + 1), chance.randrange(len(data) + 1)
    piece = data[start : start + chance.choice((10, 100))]
    data[target:target] = piece


def _insert(data: bytearray, chance: random.Random) -> None:
    start = chance.randrange(len(data) + 1)
    data[start:start] = chance.choice(_TOKENS).encode("utf-8", "surrogatepass")


def _replace(data: bytearray, chance: random.Random) -> None:
    """Replace a token between two delimiters of mark-up: a name, a number or an attribute."""
    signs = [place for place, byte in enumerate(data) if byte in b" <>\"'=/()\n"]
    if len(signs) > 1:
        place = chance.randrange(len(signs) - 1)
        token = chance.choice(_TOKENS).encode("utf-8", "surrogatepass")
        data[signs[place] + 1 : signs[place + 1]] = token


_WAYS: tuple[Callable[[bytearray, random.Random], None], ...] = (
    *(_flip, _cut, _repeat, _move),
    *(_insert, _replace, _replace),
)


def _with_damaged_part(content: bytes, chance: random.Random) -> bytes:
    """Damage one member of an archive and repack it, to test more than the ZIP format."""
    parts = parts_of(content)
    name = chance.choice([*parts, *[n for n in parts if n.startswith("word/")] * 3])
    if chance.random() < 0.1:
        del parts[name]
    else:
        parts[name] = _damage(parts[name], chance)
    return pack(parts)


# Intact files -----------------------------------------------------------------------------------


def _samples(suffix: str) -> list[bytes]:
    return [path.read_bytes() for path in sample.paths() if path.suffix == suffix]


@cache
def _html() -> list[bytes]:
    rows = "".join(f"<p>{words}</p>" for words in _WORDS) + "<p>4. Urges<sup>1</sup> rest.</p>"
    word = (
        "<html><style>p.i {font-style:italic}</style><p class=i>A/RES/99/1</p>"
        f"{rows}<ol start=3 type=i><li value=4>Urges;<ol><li>rest;</ol></ol><table><tr><td>a<td>b"
        "<tr><td colspan=2><ul><li>c</ul></table><p style='mso-list:l0 level1'>x<pre>1. y\n2. z"
        "</pre><div id=ftn1><p><a href='#_ftnref1'>1</a> A note.</p></div>"
    )
    return [*_samples(".html"), word.encode()]


@cache
def _docx() -> list[bytes]:
    document = docx.Document()
    for words in ("A/RES/99/1", *_WORDS):
        document.add_paragraph().add_run(words).italic = words.startswith("Recalling")
    document.add_heading("Annex", 1)
    for style in ("List Number", "List Number 2", "List Bullet"):
        document.add_paragraph("Rest", style=style)
    table = document.add_table(2, 2)
    table.cell(0, 0).text = "Posts"
    document.sections[0].header.paragraphs[0].text = "A/RES/99/1"
    written = io.BytesIO()
    document.save(written)
    return [pack({**parts_of(written.getvalue()), **_NOTES})]


# Text without declarations: unreferenced parts, and one that is not read.
_NOTES = {
    "word/footnotes.xml": b'<w:footnotes xmlns:w="http://schemas.openxmlformats.org/'
    b'wordprocessingml/2006/main"><w:footnote w:id="2"><w:p/></w:footnote></w:footnotes>'
}


def parts_of(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def pack(parts: dict[str, bytes]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return written.getvalue()


@cache
def _pdf() -> list[bytes]:
    lines = "".join(
        f"({words.replace('(', '').replace(')', '')}) Tj T* T* "
        for words in ("A/RES/99/1", *_WORDS)
    )
    drawn = f"BT /F 10 Tf 12 TL 72 700 Td {lines}ET".encode()
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R 3 0 R]/Count 2>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources 6 0 R>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(drawn), drawn),
        b"<</Type/Font/Subtype/Type1/BaseFont/Times-Roman>>",
        b"<</Font<</F 5 0 R>>>>",
    )
    whole = b"%PDF-1.4\n"
    for number, written in enumerate(objects, 1):
        whole += b"%d 0 obj%s endobj\n" % (number, written)
    return [whole + b"trailer<</Root 1 0 R/Size 7>>\n%%EOF"]


@cache
def _text() -> list[bytes]:
    own = _TEXT.format("\n\n".join(_WORDS)).encode()
    paged = _TEXT.format("\n".join(_WORDS)).replace("2. ", "\f12\n_____\n1 See\n2. ").encode()
    return [*_samples(".txt"), own, paged]


@cache
def _json_lines() -> list[bytes]:
    found = [one.resolution for path in sample.paths() for one in resolutions(path)]
    return ["\n".join(resolution.to_line() for resolution in found[:3]).encode()]


@cache
def _zip() -> list[bytes]:
    return [pack({path.name: path.read_bytes() for path in sample.paths()[:3]})]


FORMS: dict[str, Callable[[], list[bytes]]] = {
    "akn": cache(partial(_samples, ".xml")),
    "docx": _docx,
    "html": _html,
    "markdown": cache(partial(_samples, ".md")),
    "text": _text,
    "pdf": _pdf,
    "json": _json_lines,
    "zip": _zip,
}
SUFFIXES = {"akn": "xml", "markdown": "md", "text": "txt", "json": "jsonl"}


# Memory -----------------------------------------------------------------------------------------


def _reset_peak() -> None:
    """Reset Linux's peak of this process's memory."""
    clear = Path("/proc/self/clear_refs")
    if clear.exists():
        clear.write_text("5")


def _peak() -> float:
    """Return the peak memory since the reset, in MB; 0 on systems that do not provide it."""
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else []
    sizes = [line.split()[1] for line in lines if line.startswith("VmHWM")]
    return int(sizes[0]) * 1024 / _MEGABYTE if sizes else 0.0
