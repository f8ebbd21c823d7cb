"""The formats: their input files, the expected results, and the conversions for the readers."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from labels import labelled

from searchapp.errors import SearchAppError
from searchapp.model.resolution import Resolution
from searchapp.parsing import parse
from searchapp.readers import read

from .byhand import compare_readings, texts
from .measure import Expected, Score, Wanted, Words, compare, tidy
from .pages import page
from .truth import JUDGED, Line, Truth, truths
from .word import word_file

ROOT = Path(__file__).parents[2]
CORPUS = Path(os.environ.get("SEARCHAPP_CORPUS", ROOT.parent / "shared" / "corpus")).resolve()
LABELS = ROOT / "tests" / "labels"


class NotMeasured(Exception):
    """A format that can't be measured here; the message says why."""


@dataclass(frozen=True, slots=True)
class Case:
    """One input of a format.

    `akn` is the AKN file of the same resolution, and `names` are the ids of labelled paragraphs.
    Held-out cases must stay unseen: only figures over all of them are shown.
    """

    format: str
    path: Path
    held_out: bool
    akn: Path | None = None
    names: tuple[str, ...] = ()


@dataclass(slots=True)
class Result:
    """The result of a case: its score, the seconds of reading and parsing, or its failure."""

    case: Case
    score: Score = field(default_factory=Score)
    seconds: float = 0.0
    failure: str = ""


def is_held_out(path: Path) -> bool:
    """Tell whether a file is in the held-out quarter, by the hash of its name."""
    return sha256(path.name.encode()).digest()[0] < 64


# The inputs.


def _akn(name: str) -> Iterator[Case]:
    for path in _akn_files():
        yield Case(name, path, is_held_out(path), path)


def _twins(name: str) -> Iterator[Case]:
    """Yield PDFs with the AKN file of the same symbol: A_RES_78_10.pdf is A/RES/78/10."""
    files = _by_symbol()
    for path in (CORPUS / "pdf").glob("*.pdf"):
        if twin := files.get(path.stem.replace("_", "/")):
            yield Case(name, path, is_held_out(path), twin)


def _poppler_twins(name: str) -> Iterator[Case]:
    if not shutil.which("pdftotext"):
        raise NotMeasured("pdftotext is not here; on Debian and Ubuntu: apt install poppler-utils")
    return _twins(name)


def _by_hand(name: str) -> Iterator[Case]:
    table = LABELS / f"{name}.tsv"
    if not table.exists():
        raise NotMeasured(f"there is no {table.relative_to(ROOT)} yet")
    folder = CORPUS / ("seeds" if name == "seeds" else "text")
    for file in texts(table):
        if (folder / file).exists():
            yield Case(name, folder / file, is_held_out(folder / file))


def _labelled(name: str) -> Iterator[Case]:
    """Yield files with labelled paragraphs; the second half of the labels is held out."""
    files = _by_symbol()
    for half in (1, 2):
        by_file: dict[Path, list[str]] = {}
        for paragraph, _ in labelled(half):
            if path := files.get(paragraph.partition("#")[0]):
                by_file.setdefault(path, []).append(paragraph)
        for path, names in by_file.items():
            yield Case(name, path, half == 2, path, tuple(names))


def _akn_files() -> Iterator[Path]:
    return (CORPUS / "akn").rglob("*.xml")


def _by_symbol() -> dict[str, Path]:
    return {symbol: path for path in _akn_files() for symbol in _symbols(path.read_bytes())}


def _symbols(content: bytes) -> list[str]:
    """Return the symbols of a file, by its cover: "A/RES/77/264 A-C" are three."""
    found = re.search(rb"<docNumber\b[^>]*>([^<]+)<", content)
    symbol = "".join(found[1].decode().split()) if found else ""
    if not (several := re.fullmatch(r"(.*)([A-Z])-([A-Z])", symbol)):
        return [symbol]
    stem, first, last = several.groups()
    return [stem + chr(letter) for letter in range(ord(first), ord(last) + 1)]


# The bytes for the reader.


def _as_it_is(case: Case) -> bytes:
    return case.path.read_bytes()


def _poppler(*options: str) -> Callable[[Case], bytes]:
    def convert(case: Case) -> bytes:
        command = ["pdftotext", *options, "-enc", "UTF-8", str(case.path), "-"]
        done = subprocess.run(command, check=True, capture_output=True, timeout=60)  # noqa: S603
        return done.stdout

    return convert


def _docx(case: Case) -> bytes:
    return word_file(truths(case.path))


def _html(case: Case) -> bytes:
    return page(truths(case.path))


# The expected results.


def _against_akn(case: Case, given: Sequence[Resolution]) -> Score:
    return compare([of_truth(truth) for truth in truths(case.akn or case.path)], given)


def _against_labels(case: Case, given: Sequence[Resolution]) -> Score:
    return compare(texts(LABELS / f"{case.format}.tsv")[case.path.name], given)


def _against_readings(case: Case, given: Sequence[Resolution]) -> Score:
    return compare_readings(case.names, given)


def of_truth(truth: Truth) -> Expected:
    """Convert the truth of an AKN file to the form for comparison."""
    asides = (line.text for line in truth.lines if line.kind == "aside")
    return Expected(
        fields={
            "symbol": truth.symbol,
            "session": truth.session,
            "adopted": truth.adopted,
            "title": tidy(truth.title),
            "agenda_items": truth.agenda_items,
        },
        paragraphs=tuple(_wanted(line) for line in truth.lines if line.kind in JUDGED),
        asides=Counter(word for text in asides for word in Words.of(text).all),
    )


def _wanted(line: Line) -> Wanted:
    """Convert a line; the phrase of one without italics, such as a sub-paragraph, is not judged."""
    return Wanted(
        key=Words.of(line.text),
        kind=line.kind,
        number=line.number,
        phrase=line.phrase if line.kind != "annex" else None,
        notes=tuple(call.mark for call in line.calls),
        text=line.text,
    )


@dataclass(frozen=True, slots=True)
class Format:
    """A format: its inputs, the bytes of each for the reader, and the scoring function."""

    title: str
    cases: Callable[[str], Iterator[Case]]
    content: Callable[[Case], bytes]
    score: Callable[[Case, Sequence[Resolution]], Score]


FORMATS = {
    "akn": Format("AKN XML", _akn, _as_it_is, _against_akn),
    "pdf": Format("PDF, against its AKN twin", _twins, _as_it_is, _against_akn),
    "layout": Format(
        "text by pdftotext -layout", _poppler_twins, _poppler("-layout"), _against_akn
    ),
    "plain": Format("text by pdftotext", _poppler_twins, _poppler(), _against_akn),
    "docx": Format("DOCX made from AKN", _akn, _docx, _against_akn),
    "html": Format("HTML made from AKN", _akn, _html, _against_akn),
    "seeds": Format("the five seeds", _by_hand, _as_it_is, _against_labels),
    "old": Format("old texts, labelled by hand", _by_hand, _as_it_is, _against_labels),
    "clauses": Format("clauses, labelled by hand", _labelled, _as_it_is, _against_readings),
}


def cases(name: str) -> list[Case]:
    """Return the inputs of a format, in the order of their names; `NotMeasured` if none exist."""
    found = sorted(FORMATS[name].cases(name), key=lambda case: case.path.name)
    if not found:
        raise NotMeasured(f"there is no file of it in {CORPUS}")
    return found


def measure(case: Case) -> Result:
    """Read, parse and compare one input; only reading and parsing is timed (processor time)."""
    how = FORMATS[case.format]
    result = Result(case)
    data = how.content(case)
    start = time.process_time()
    try:
        given = resolutions(case.path, data)
    except SearchAppError as error:
        given, result.failure = [], str(error)
    result.seconds = time.process_time() - start
    result.score = how.score(case, given)
    return result


def resolutions(path: Path, data: bytes) -> list[Resolution]:
    """Read and parse a file's bytes with the product."""
    return [resolution for document in read(path, data) for resolution in parse(document)]
