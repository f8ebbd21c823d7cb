"""Files written, deleted, moved, and indexed by any spelling: no resolution is lost or doubled."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import zipfile
from dataclasses import replace
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from simple import SimpleBackend

from searchapp.ingest import pipeline
from searchapp.ingest.pipeline import Report
from searchapp.search.backend import Backend
from searchapp.system.paths import key_of

ROOTS = ("A", "B")  # the inputs
# The folder "to-A" is a link, as is "A/x/to-B" within a folder.
SPELLINGS = ("{root}", "./{root}/", "{base}/{root}", "{base}/A/../{root}", "{base}/to-{root}")
FILES = tuple(
    f"{folder}/{name}"
    for folder in ("A", "A/x", "A/x/y", "B", "B/x", "C")
    for name in ("a.jsonl", "b.jsonl", "z.zip")
)
FOLDERS = (".", "A", "A/x", "B", "C")
CONTENTS = st.lists(st.integers(1, 8), min_size=1, max_size=3, unique=True).map(tuple)


def lines(numbers: tuple[int, ...]) -> str:
    """Return JSON lines of resolutions whose text depends only on their symbols."""
    return "\n".join(
        json.dumps({"symbol": f"A/RES/1/{n}", "paragraphs": [{"text": f"Recalls {n}."}]})
        for n in numbers
    )


def texts(backend: Backend) -> dict[str, str]:
    return {r.key: r.paragraphs[0].text for r in backend.resolutions()}


class Indexing(RuleBasedStateMachine):
    """An index that is updated after each change of files, and compared with a new one."""

    def __init__(self) -> None:
        super().__init__()
        self.start = Path.cwd()
        self.base = Path(tempfile.mkdtemp(prefix="ledger-"))
        for name in (*FOLDERS, "A/x/y", "B/x", "index"):
            Path(self.base, name).mkdir(parents=True, exist_ok=True)
        for root in (*ROOTS, "C"):
            Path(self.base, f"to-{root}").symlink_to(root)
        Path(self.base, "A/x/to-B").symlink_to("../../B")
        os.chdir(self.base)
        self.backend: Backend = SimpleBackend(str(self.base / "index"))
        self.turn = 0

    def teardown(self) -> None:
        os.chdir(self.start)
        shutil.rmtree(self.base)

    @rule(name=st.sampled_from(FILES), numbers=CONTENTS)
    def write(self, name: str, numbers: tuple[int, ...]) -> None:
        path = self.base / name
        if path.suffix != ".zip":
            path.write_text(lines(numbers), encoding="utf-8")
            return
        self.turn += 1  # an archive's listing is cached until its size or time changes
        with zipfile.ZipFile(path, "w") as archive:
            for number in numbers:
                archive.writestr(f"m{number}.jsonl", lines((number,)))
        os.utime(path, (self.turn, self.turn))

    @rule(name=st.sampled_from(FILES))
    def delete(self, name: str) -> None:
        (self.base / name).unlink(missing_ok=True)

    @rule(folder=st.sampled_from(FOLDERS[1:]))
    def unmount(self, folder: str) -> None:
        for name in FILES:
            if name.startswith(f"{folder}/"):
                self.delete(name)

    @rule(name=st.sampled_from(FILES), to=st.sampled_from(FILES))
    def move(self, name: str, to: str) -> None:
        path = self.base / name
        if path.exists() and path.suffix == Path(to).suffix:
            path.replace(self.base / to)

    @rule(folder=st.sampled_from(FOLDERS))
    def change_folder(self, folder: str) -> None:
        os.chdir(self.base / folder)

    @rule(name=st.sampled_from(FILES), spelling=st.sampled_from(("{}", "x/../{}", "../x/{}")))
    def index_file(self, name: str, spelling: str) -> None:
        """Index a single file, from the folders that are inputs."""
        path = self.base / name
        if path.exists() and not name.startswith("C/"):
            self.index(os.path.relpath(path) if "x" in spelling else str(path))

    @rule(root=st.sampled_from(ROOTS), spelling=st.sampled_from(SPELLINGS))
    def index_root(self, root: str, spelling: str) -> None:
        self.index(self.spelled(root, spelling))

    @rule(spelling=st.tuples(st.sampled_from(SPELLINGS), st.sampled_from(SPELLINGS)))
    def index_all(self, spelling: tuple[str, str]) -> None:
        """Index all; compare with a new index plus the resolutions that are reported as missing."""
        before = texts(self.backend)
        report = self.index(*map(self.spelled, ROOTS, spelling))
        missing = {key for one in report.missing for key in one.keys}
        fresh, now = self.fresh(), texts(self.backend)
        assert now.keys() == fresh.keys() | missing
        assert missing <= before.keys()
        assert sorted(report.removed) == sorted(before.keys() - now.keys())
        assert report.resolutions - report.replaced == len(now.keys() - before.keys())

    @rule(spelling=st.tuples(st.sampled_from(SPELLINGS), st.sampled_from(SPELLINGS)))
    def index_and_remove(self, spelling: tuple[str, str]) -> None:
        """Index all and remove what is missing: the index equals a new one."""
        self.index(*map(self.spelled, ROOTS, spelling), remove_missing=True)
        assert texts(self.backend) == self.fresh()

    @rule(spelling=st.tuples(st.sampled_from(SPELLINGS), st.sampled_from(SPELLINGS)))
    def age(self, spelling: tuple[str, str]) -> None:
        """Rewrite the ledger as a former version that indexed all from the current folder."""
        self.index_and_remove(spelling)
        for line in list(self.backend.sources()):
            self.backend.forget(line.path)
            path = os.path.relpath(line.path, key_of("."))
            self.backend.record(replace(line, path=path, name=""))
        self.backend.commit()
        os.chdir(self.base / "C")
        report = self.index(*map(self.spelled, ROOTS, spelling))  # nothing has changed
        assert (report.resolutions, report.removed) == (0, [])
        assert texts(self.backend) == self.fresh()

    @invariant()
    def a_file_has_one_line(self) -> None:
        held = [line.path for line in self.backend.sources()]
        assert held == sorted({key_of(path) for path in held})
        keys = [key for line in self.backend.sources() for key in line.keys]
        assert sorted(keys) == sorted(texts(self.backend))

    def spelled(self, root: str, spelling: str) -> str:
        path = spelling.format(root=root, base=self.base)
        return path if path.startswith("/") else os.path.relpath(self.base / path)

    def index(self, *paths: str, remove_missing: bool = False) -> Report:
        return pipeline.index(paths, self.backend, processes=1, remove_missing=remove_missing)

    def fresh(self) -> dict[str, str]:
        place = str(self.base / "fresh")
        SimpleBackend.places.pop(place, None)
        backend = SimpleBackend(place)
        pipeline.index([self.base / root for root in ROOTS], backend, processes=1)
        return texts(backend)


Indexing.TestCase.settings = settings(
    max_examples=60,
    stateful_step_count=15,
    suppress_health_check=list(HealthCheck),
)
TestIndexing = Indexing.TestCase
