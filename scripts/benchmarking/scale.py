"""Measure an index on OpenSearch against one in a folder, by size: `scripts/scale --help`.

Both contain the same resolutions. Searches return complete results, as for a page, and times are
wall time, so that they include the server.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any
from urllib.request import Request, urlopen

from searchapp.backends import is_elsewhere, open_backend
from searchapp.ingest.pipeline import COMMIT_EVERY
from searchapp.model.resolution import Resolution
from searchapp.search.backend import Backend
from searchapp.settings.config import Settings, read_settings

from .__main__ import CORPUS, FOLDER, machine, say
from .cases import CASES
from .corpus import text_bytes, write
from .report import table

SERVER = os.environ.get("SEARCHAPP_OPENSEARCH", "http://127.0.0.1:19200")
RUNS = 15


@dataclass(frozen=True, slots=True)
class Grown:
    """The measurements of one index: bytes of text and of the index, seconds to build it.

    `cpu` is the processor time of server and client, in seconds. `pages` are the median
    milliseconds of each search, and `first` those without cached facet counts; `hits` are the
    totals, and `first_ten` the numbers of first ten hits that both engines share.
    """

    engine: str
    paragraphs: int
    text: int
    seconds: float
    cpu: float
    size: int
    pages: dict[str, float]
    first: dict[str, float]
    hits: dict[str, int]
    first_ten: dict[str, int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure sizes one after another, each on both engines, and print the tables."""
    options = _options().parse_args(arguments)
    settings = read_settings()
    rows: list[Grown] = []
    for paragraphs in options.paragraphs:
        rows += compare(options, paragraphs, settings)
        print("\n".join(["", *machine("scripts/scale"), "", *tables(rows)]), flush=True)
        if options.json:
            options.json.write_text(
                json.dumps([asdict(row) for row in rows], indent=1), encoding="utf-8"
            )
    return 0


def compare(options: argparse.Namespace, paragraphs: int, settings: Settings) -> list[Grown]:
    """Measure an index of so many paragraphs on each engine."""
    folder: Path = options.folder / str(paragraphs)
    folder.mkdir(parents=True, exist_ok=True)
    lines = folder / "paragraphs.jsonl"
    write(options.source, paragraphs, lines)
    known = text_bytes(lines)
    address = SERVER.replace("http", "opensearch", 1)
    places = {"folder": str(folder / "scale"), "OpenSearch": f"{address}/scale-{paragraphs}"}
    times = {name: build(place, lines, settings) for name, place in places.items()}
    opened = {name: open_backend(place, settings=settings) for name, place in places.items()}
    first = {name: first_ten(backend) for name, backend in opened.items()}
    shared = {
        case: len(set(ids) & set(first["OpenSearch"][case]))
        for case, ids in first["folder"].items()
    }
    rows = []
    for name, backend in opened.items():
        say(f"{name}, {paragraphs:,} paragraphs: pages")
        forget = partial(clear_cache, places[name])
        asks = {case.name: partial(backend.search, case.query) for case in CASES}
        pages = {case: time_page(ask) for case, ask in asks.items()}
        firsts = {case: time_page(ask, forget) for case, ask in asks.items()}
        hits = {case.name: backend.count(case.query) for case in CASES}
        rows.append(
            Grown(name, *known, *times[name], size(places[name]), pages, firsts, hits, shared)
        )
        backend.close()
    if rows[0].hits != rows[1].hits:
        raise SystemExit(f"The engines do not find the same: {rows[0].hits} {rows[1].hits}")
    return rows


def build(place: str, lines: Path, settings: Settings) -> tuple[float, float]:
    """Index JSON lines with commits like `searchapp index`; return wall and processor time."""
    note = Path(f"{lines.parent / place.rpartition('/')[2]}.seconds")
    if note.exists():
        known: list[float] = json.loads(note.read_text(encoding="utf-8"))
        return known[0], known[1]
    say(f"building {place}")
    server = is_elsewhere(place)
    start, before = perf_counter(), process_time() + (server_cpu() if server else 0)
    backend = open_backend(place, True, settings)
    with lines.open("rb") as file:
        while some := list(islice(file, COMMIT_EVERY)):
            for line in some:
                backend.add(Resolution.from_line(line))
            backend.commit()
    backend.close()
    cpu = process_time() + (server_cpu() if server else 0) - before
    taken = perf_counter() - start
    note.write_text(json.dumps([taken, cpu]), encoding="utf-8")
    return taken, cpu


def server_cpu() -> float:
    """Return the processor time of the nodes, in seconds."""
    nodes = request("/_nodes/stats/process")["nodes"].values()
    return float(sum(node["process"]["cpu"]["total_in_millis"] for node in nodes)) / 1000


def request(path: str, method: str = "GET") -> Any:
    """Send a request to the server, and return its response."""
    with urlopen(Request(SERVER + path, method=method)) as answer:  # noqa: S310
        return json.load(answer)


def time_page(page: Callable[[], object], before: Callable[[], object] = str) -> float:
    """Return the median wall time of a page in milliseconds; call `before` ahead of each."""
    page()
    times = []
    for _ in range(RUNS):
        before()
        start = perf_counter()
        page()
        times.append((perf_counter() - start) * 1000)
    return median(times)


def clear_cache(place: str) -> None:
    """Clear the cached counts of a server."""
    if is_elsewhere(place):
        request(f"/{place.rpartition('/')[2]}/_cache/clear?request=true", "POST")


def first_ten(backend: Backend) -> dict[str, list[str]]:
    """Return the ids of the first ten hits of each search."""
    return {
        case.name: [hit.paragraph.id for hit in backend.search(case.query).hits[:10]]
        for case in CASES
    }


def size(place: str) -> int:
    """Return the size of an index in bytes."""
    if not is_elsewhere(place):
        return sum(file.stat().st_size for file in Path(place).iterdir())
    name = place.rpartition("/")[2]
    request(f"/{name}/_refresh", "POST")  # open the merged segments,
    request(f"/{name}/_flush", "POST")  # and delete the old ones
    return int(request(f"/{name}/_stats/store")["_all"]["total"]["store"]["size_in_bytes"])


def tables(rows: Sequence[Grown]) -> list[str]:
    """Return the tables: sizes and build times, then each search."""
    heads = ["index", "paragraphs", "seconds to build", "CPU seconds", "paragraphs/CPU s"]
    heads += ["MB", "bytes per byte of text"]
    builds = [
        [
            row.engine,
            f"{row.paragraphs:,}",
            f"{row.seconds:,.0f}",
            f"{row.cpu:,.0f}",
            f"{row.paragraphs / row.cpu:,.0f}",
            f"{row.size / 1e6:,.0f}",
            f"{row.size / row.text:.2f}",
        ]
        for row in rows
    ]
    names = [f"{row.engine}, {row.paragraphs // 1000:,}k" for row in rows]
    pages = [
        [
            case.title.replace("|", "\\|"),
            f"{rows[-1].hits[case.name]:,}",
            *(f"{row.first[case.name]:.1f}, {row.pages[case.name]:.1f}" for row in rows),
            str(rows[-1].first_ten[case.name]),
        ]
        for case in CASES
    ]
    return [*table(heads, builds), "", *table(["search", "hits", *names, "of ten"], pages)]


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("scripts/scale", description=__doc__)
    add = parser.add_argument
    add("source", type=Path, nargs="?", default=CORPUS, help="a folder, or a file of JSON lines")
    add("--paragraphs", type=_numbers, default=[50_000, 200_000], metavar="N,…")
    add("--folder", type=Path, default=FOLDER, help=f"keeps indexes  [{FOLDER}]")
    add("--json", type=Path, metavar="FILE", help="write all figures")
    return parser


def _numbers(text: str) -> list[int]:
    return [int(number) for number in text.split(",")]


if __name__ == "__main__":
    sys.exit(main())
