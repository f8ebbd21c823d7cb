"""Measure the engine against others, and the pages that it serves: `scripts/benchmark --help`."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from tempfile import gettempdir

from . import building, serving
from .cases import CASES
from .corpus import write
from .engines import Engine
from .fts5 import Fts5
from .goals import Figures, goal_table, goals
from .measure import repeat, time_page
from .ours import Ours
from .report import pages, table
from .stock import Stock

PARTS = ("pages", "indexing", "web")
SMALL, LARGE = 211_000, 1_000_000
CORPUS = Path(os.environ.get("SEARCHAPP_CORPUS", Path(__file__).parents[3] / "shared" / "corpus"))
FOLDER = Path(gettempdir(), "searchapp-benchmark")


def tantivy() -> Engine:
    """Return Tantivy, which only the extra `benchmark` installs."""
    from .rust import Tantivy

    return Tantivy()


ENGINES: dict[str, Callable[[], Engine]] = {
    "ours": Ours,
    "fts5": Fts5,
    "tantivy": tantivy,
    "whoosh": Stock,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure the requested parts, and print the tables."""
    options = _options().parse_args(arguments)
    run = Run(options)
    run.build()
    for part in options.parts:
        getattr(run, part)()
    print("\n".join([*machine(), "", *tables(run.figures)]))
    if options.json:
        text = json.dumps(as_json(run.figures), indent=1, ensure_ascii=False)
        options.json.write_text(f"{text}\n", encoding="utf-8")
    return 0


class Run:
    """A benchmark run of several engines on the same resolutions, with indexes kept in a folder."""

    def __init__(self, options: argparse.Namespace) -> None:
        self._options = options
        self._folder: Path = options.folder / str(options.paragraphs)
        self._engines = {name: ENGINES[name]() for name in options.engines}
        self.figures = Figures(options.paragraphs)

    def build(self) -> None:
        """Build the missing indexes."""
        self._folder.mkdir(parents=True, exist_ok=True)
        lines = self._folder / "paragraphs.jsonl"
        say(f"{self._options.paragraphs:,} paragraphs in {self._folder}")
        write(self._options.source, self._options.paragraphs, lines)
        for name, engine in self._engines.items():
            say(f"{engine.title}: building")
            place = self._folder / name
            self.figures.builds[name] = building.build_index(engine, lines, place)
            self.figures.openings[name] = building.time_opening(engine, place)

    def pages(self) -> None:
        """Time the searches, engine by engine for each, so that other load affects all engines."""
        asked = {name: (engine, self._folder / name) for name, engine in self._engines.items()}
        if "ours" in asked:
            asked["whole"] = Ours(whole=True), self._folder / "ours"
        self.figures.pages = {name: {} for name in asked}
        for case in CASES:
            say(case.title)
            for name, (engine, place) in asked.items():
                taken = time_page(engine, place, case, self._options.runs)
                self.figures.pages[name][case.name] = taken

    def indexing(self) -> None:
        """Time indexing from files."""
        files: Path = self._options.akn
        if not files.is_dir():
            say(f"No AKN files at {files}: indexing is not measured.")
            return
        self.figures.indexing = building.measure_indexing(files, self._folder / "indexing")

    def web(self) -> None:
        """Time pages over HTTP."""
        with serving.served(self._folder / "ours") as server:
            if "fts5" in self._engines:
                self._single(self._engines["fts5"], server.port)
            self._load(server)
        if processors := (os.cpu_count() or 1) - 1:
            with serving.served(self._folder / "ours", processors + 1) as server:
                self._load(server)

    def _load(self, server: serving.Server) -> None:
        borne = serving.load(server, serving.addresses(), self._options.seconds)
        self.figures.loads[server.processes] = borne

    def _single(self, fts5: Engine, port: int) -> None:
        fts5.open(self._folder / fts5.name)
        for case in CASES:
            path = serving.address(case, "/search.json")
            waits = serving.one_client(port, path, self._options.runs)
            own = repeat(partial(fts5.page, case), self._options.runs)
            self.figures.single[case.name] = min(waits), min(own)
        fts5.close()


def tables(figures: Figures) -> list[str]:
    """Return all tables: goals, searches, indexes."""
    lines = goal_table(figures)
    if figures.pages:
        lines += ["", *pages(figures.pages)]
    heads = ["index", "paragraphs/CPU s", "CPU seconds", "MB", "per byte of text", "opening, ms"]
    rows = [
        [
            name,
            f"{built.speed:,.0f}",
            f"{built.cpu:.1f}",
            f"{built.size / 1e6:.1f}",
            f"{built.ratio:.2f}",
            f"{figures.openings[name]:.1f}",
        ]
        for name, built in figures.builds.items()
    ]
    return [*lines, "", *table(heads, rows)]


def machine(command: str = "scripts/benchmark") -> list[str]:
    """Describe the machine, the date and the command."""
    now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    load = ", ".join(f"{load:.1f}" for load in os.getloadavg())
    system = f"{platform.system()}, Python {platform.python_version()}"
    return [
        f"{now}; {processor()}, {os.cpu_count()} cores, load {load}; {system}",
        f"{command} {' '.join(sys.argv[1:])}",
    ]


def processor() -> str:
    """Return the processor's name, if the system provides it."""
    info = Path("/proc/cpuinfo")
    said = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    names = (line.partition(":")[2].strip() for line in said if line.startswith("model name"))
    return next(names, platform.machine())


def as_json(figures: Figures) -> dict[str, object]:
    """Return all figures, and the goals, as JSON data."""
    about = dict(zip(("machine", "command"), machine(), strict=True))
    return {**about, "goals": [asdict(goal) for goal in goals(figures)], **asdict(figures)}


def say(text: str) -> None:
    """Print progress, which is not part of the result."""
    print(text, file=sys.stderr)


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("scripts/benchmark", description=__doc__)
    add = parser.add_argument
    add("source", nargs="?", type=Path, default=CORPUS, help="a folder, or a file of JSON lines")
    add("--paragraphs", type=int, default=SMALL, metavar="N", help=f"multiply to N [{SMALL:,}]")
    add("--million", dest="paragraphs", action="store_const", const=LARGE, help="to a million")
    add("--engines", type=_names(ENGINES), default=list(ENGINES), metavar="NAME,…")
    add("--parts", type=_names(PARTS), default=list(PARTS), metavar="NAME,…")
    add("--akn", type=Path, default=CORPUS / "akn", help="files for the indexing part")
    add("--folder", type=Path, default=FOLDER, help=f"keeps indexes  [{FOLDER}]")
    add("--runs", type=int, default=25, metavar="N", help="of each page  [25]")
    add("--seconds", type=int, default=20, metavar="N", help="of load over HTTP  [20]")
    add("--json", type=Path, metavar="FILE", help="write all figures")
    return parser


def _names(known: Iterable[str]) -> Callable[[str], list[str]]:
    def read(text: str) -> list[str]:
        names = text.split(",")
        if unknown := [name for name in names if name not in known]:
            raise argparse.ArgumentTypeError(f"no {unknown[0]!r}; there are {', '.join(known)}")
        return names

    return read


if __name__ == "__main__":
    sys.exit(main())
