"""The jobs that are disturbed: an initial state, a command, and the states in between."""

from __future__ import annotations

import io
import random
import shutil
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

from searchapp.backends.whoosh import WhooshBackend, staging, writer
from searchapp.cli import main
from searchapp.ingest import copying, pipeline
from searchapp.ingest.reading import Reading, Task, read_input
from searchapp.model.resolution import Resolution

from . import Failure
from .content import Content, content

WORDS = "peace water waters the of reports secretary general états 联 states".split()
COMMIT_EVERY = 2  # resolutions: a run has several commits
FLUSH = 60  # words: a commit has several segments to join
Files = dict[str, str]
INDEX = "index {files} --index {held}/index"


def lines(seed: int, *numbers: int) -> str:
    """Return resolutions of random words as JSON lines, deterministic for seed and numbers."""
    return "".join(f"{_resolution(seed, number).to_line()}\n" for number in numbers)


def _resolution(seed: int, number: int) -> Resolution:
    chance = random.Random(f"{seed} {number}")
    symbol = f"A/RES/{70 + number % 3}/{number}"
    texts = [" ".join(chance.choices(WORDS, k=chance.randint(1, 12))) for _ in range(4)]
    rows = [{"id": f"{symbol}#op{n}", "text": text} for n, text in enumerate(texts, 1)]
    known = {"symbol": symbol, "session": str(70 + number % 3), "title": texts[0]}
    return Resolution.from_json({**known, "paragraphs": rows})


TEXT = """\
Resolution adopted by the General Assembly
A/RES/79/77

The General Assembly,

Recalling its earlier resolutions on peace,

1. Invites all Member States to report on water;

2. Decides to consider the reports at its eightieth session.
"""
OLD: Files = {
    "a.jsonl": lines(1, 1, 2, 3, 4),
    "b.jsonl": lines(1, 5, 6),
    "c.txt": TEXT,
    "d.jsonl": lines(1, 7, 8, 9),
}
NEW: Files = {  # a changed, b removed, d shortened, e added; e has a resolution of b
    "a.jsonl": lines(2, 1, 2, 3, 10),
    "c.txt": TEXT,
    "d.jsonl": lines(1, 7, 8),
    "e.jsonl": lines(2, 5, 11, 12, 13, 14),
}


@dataclass(frozen=True)
class Job:
    """A command, and the one before it, with {held} and {files} for the stage's folders.

    `before` are the files in the folder of texts at the earlier command, `files` those at this one.
    """

    name: str
    command: str
    earlier: str = INDEX
    before: Files = field(default_factory=lambda: OLD)
    files: Files = field(default_factory=lambda: NEW)
    result: str = "index"  # the index that the command writes
    exchanges: bool = True  # whether the system can exchange two names

    def __str__(self) -> str:
        return self.name


JOBS = (
    Job("first index", INDEX, earlier=""),
    Job("index of changed files", INDEX),
    Job("removal", "remove A/RES/71/1 {files}/b.jsonl A/RES/71/7 --index {held}/index"),
    Job("rebuild", f"{INDEX} --rebuild"),
    Job("rebuild by two renames", f"{INDEX} --rebuild", exchanges=False),
    Job("rebuild of nothing", f"{INDEX} --rebuild", earlier=""),
    Job("copy", "copy {held}/index {held}/copy", result="copy"),
    Job("sample replaced", INDEX, earlier="index --sample --index {held}/index"),
)
BY_NAME = {job.name: job for job in JOBS}
# Jobs of few calls, such that each of them can fail once.
SMALL = tuple(
    replace(
        job,
        before={"a.jsonl": lines(1, 1, 7), "b.jsonl": lines(1, 5), "c.jsonl": lines(1, 8)},
        files={"a.jsonl": lines(2, 1, 9, 7), "c.jsonl": lines(1, 8)},
    )
    for job in JOBS
    if job.name != "sample replaced"
)


class Done(NamedTuple):
    """The exit code of a command, its output, and the exception that ended it.

    The exception keeps the command's objects alive, as in a program that logs its errors.
    """

    code: int
    said: str
    end: BaseException


class Stage:
    """Folders in which a job is run repeatedly, each time from the same initial state."""

    def __init__(self, folder: Path, job: Job, held: Path | None = None) -> None:
        self.job, self.folder = job, folder
        self.files, self.held = folder / "files", held or folder / "held"
        self.place = self.held / job.result
        self._kept = folder / "kept"

    def prepare(self) -> None:
        """Build the initial state before the command."""
        self.held.mkdir(parents=True)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.write(self.job.before)
        if self.job.earlier:
            _expect(self.run(self.job.earlier), self.job.earlier)
        shutil.copytree(self.held, self._kept)
        self.write(self.job.files)

    def write(self, files: Files) -> None:
        """Write the folder of texts."""
        shutil.rmtree(self.files, ignore_errors=True)
        self.files.mkdir()
        for name, text in files.items():
            (self.files / name).write_text(text, "utf-8")

    def reset(self) -> None:
        """Restore the initial state before the command."""
        shutil.rmtree(self.held)
        shutil.copytree(self._kept, self.held)

    def run(self, command: str = "", told: Callable[[], None] = lambda: None) -> Done:
        """Run a command, the job's own unless given; `told` is called after each commit."""
        words = (command or self.job.command).format(held=self.held, files=self.files).split()
        said = io.StringIO()
        with commit_often(self.job, told), redirect_stdout(said), redirect_stderr(said):
            try:
                main.main(words, prog_name="searchapp")
            except SystemExit as end:
                return Done(int(end.code or 0), said.getvalue(), end)
            except Exception as error:  # noqa: BLE001 - to be shown in a failure
                return Done(-1, said.getvalue() + traceback.format_exc(), error)
        raise AssertionError("A command ends by SystemExit.")

    def history(self) -> list[Content]:
        """Return the content before the command, after each commit, and after its end."""
        states = [content(self.place)]
        self.reset()
        _expect(self.run(told=lambda: states.append(content(self.place))), self.job.command)
        return [*states, content(self.place)]


@contextmanager
def commit_often(job: Job, told: Callable[[], None]) -> Iterator[None]:
    """Commit every few resolutions, and call `told` after each commit."""
    commit = WhooshBackend.commit

    def committed(backend: WhooshBackend) -> None:
        commit(backend)
        told()

    with ExitStack() as stack:
        for module in (pipeline, copying):
            stack.enter_context(patch.object(module, "COMMIT_EVERY", COMMIT_EVERY))
        stack.enter_context(patch.object(writer, "FLUSH", FLUSH))
        # Files are read in this process, so that each run makes the same calls.
        stack.enter_context(patch.object(pipeline, "read_ahead", _read_here))
        stack.enter_context(patch.object(WhooshBackend, "commit", committed))
        if not job.exchanges:
            stack.enter_context(patch.object(staging, "exchange", lambda *_: False))
        yield


def _read_here(tasks: Iterable[Task], *_: object) -> Iterator[Reading]:
    return map(read_input, tasks)


class Trial:
    """A disturbed run of a job, with the checks after it."""

    def __init__(self, stage: Stage, history: list[Content], fault: str) -> None:
        self.stage, self.fault = stage, fault
        self._history = history

    def check_complete(self) -> None:
        """Require the content of an undisturbed run."""
        self.check_content(len(self._history) - 1)

    def check_content(self, told: int, place: Path | None = None) -> None:
        """Require the content of the last reported commit, or of the one after it."""
        with self._failing("it was opened"):
            found = content(place or self.stage.place)
        if found not in self._history[told : told + 2]:
            known = [n for n, state in enumerate(self._history) if state == found]
            differs = self._history[min(told, len(self._history) - 1)].differences(found)
            raise self.failure(
                f"{told} commits were told, and the content is "
                + (f"that after commit {known}" if known else f"no commit's: {differs} differ")
            )

    def check_any(self) -> None:
        """Require the content of any commit, if commits were not counted."""
        with self._failing("it was opened"):
            found = content(self.stage.place)
        if found not in self._history:
            raise self.failure("the content is no commit's")

    def check_repeated(self) -> None:
        """Require that the same command completes the work, and leaves no temporary files."""
        self.check_run("", self._history[-1], is_removal=self.stage.job.name == "removal")
        # A kill can leave an empty folder that was not locked yet, and is not removed for safety.
        left = [path for path in self.stage.held.iterdir() if any(path.iterdir())]
        if strange := {path.name for path in left} - {"index", "copy"}:
            raise self.failure(f"the same command completed it and left {sorted(strange)}")

    def check_run(self, command: str, expected: Content, is_removal: bool = False) -> None:
        """Require that a command succeeds, and results in the expected content."""
        with self._failing("a command was run after it"):
            done = self.stage.run(command)
            found = content(self.stage.place)
        # Removing what is already removed is a proper error.
        if done.code not in ((0, 1) if is_removal else (0,)):
            raise self.failure(f"the next command ended with {done.code}: {done.said}")
        if found != expected:
            raise self.failure(
                f"after the next command {expected.differences(found)} differ from an undisturbed "
                f"run; it said: {done.said}"
            )

    def failure(self, sentence: str) -> Failure:
        """Return a failure that identifies the trial."""
        return Failure(f"{self.stage.job}, {self.fault}: {sentence}.")

    @contextmanager
    def _failing(self, moment: str) -> Iterator[None]:
        try:
            yield
        except Exception as error:
            raise self.failure(f"when {moment}, {type(error).__name__}: {error}") from error


def _expect(done: Done, command: str) -> None:
    if done.code:
        raise Failure(f"Undisturbed, “{command}” ended with {done.code}: {done.said}")
