"""Failing file system calls: a full, broken or read-only disk, or no permission."""

from __future__ import annotations

import errno
import gc
import os
import random
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from . import Failure
from .calls import CHANGES, Call, observe
from .content import Content
from .jobs import BY_NAME, SMALL, Job, Stage, Trial

COUNT, UNIT = 2_000, "failing calls"
STEP, ENOUGH = 16, 8_192  # kB of space: the increment, and more than any run needs
FILLING = ("first index", "index of changed files", "rebuild", "copy")


class Fault(NamedTuple):
    """An error of the system for some kinds of calls: for one call, or for all from one on."""

    name: str
    number: int
    kinds: frozenset[str]
    lasts: bool


READS = frozenset({"open", "list"})
FAULTS = (
    Fault("the disk is full", errno.ENOSPC, CHANGES - {"unlink", "rmdir", "exchange"}, True),
    Fault("the disk fails once", errno.EIO, CHANGES | READS, False),
    Fault("the disk is read-only", errno.EROFS, CHANGES - {"close"}, True),
    Fault("permission is missing", errno.EACCES, (CHANGES - {"write", "close"}) | READS, True),
    Fault("too many files are open", errno.EMFILE, frozenset({"open", "create", "list"}), False),
)


def run(seed: int, count: int, folder: Path) -> list[str]:
    """Make `count` calls fail; `Failure` if that damages more than the run."""
    each = count // len(SMALL)
    tried = sum(
        fail_calls(folder / str(number), job, FAULTS, each, seed)
        for number, job in enumerate(SMALL)
    )
    return [
        f"{tried:,} calls failed, by {len(FAULTS)} faults in {len(SMALL)} kinds of run.",
        "Each was a sentence, and the same command completed the run.",
        full_file_system(folder / "full"),
    ]


def fail_calls(folder: Path, job: Job, faults: Sequence[Fault], count: int, seed: int) -> int:
    """Make calls of a job fail, each in a separate run, and return their number."""
    stage, chance = Stage(folder, job), random.Random(seed)
    stage.prepare()
    history = stage.history()
    tried = 0
    for fault in faults:
        for number, call in _chosen(_cases(stage, fault), count // len(faults), chance):
            check(stage, history, fault, number, call)
            tried += 1
    return tried


def check(stage: Stage, history: list[Content], fault: Fault, number: int, call: Call) -> None:
    """Make the n-th call fail; require a message, the content of a commit, and a free lock."""
    stage.reset()
    told = 0

    def count() -> None:
        nonlocal told
        told += 1

    with fail_at(stage.held, fault, number):
        done = stage.run(told=count)
    trial = Trial(stage, history, f"{fault.name} at call {number}, the {call}")
    if "Traceback" in done.said or (done.code and "Error: " not in done.said):
        raise trial.failure(f"it ended with {done.code} and no sentence: {done.said}")
    if done.code == 0:
        trial.check_complete()
    else:
        trial.check_content(told)
    trial.check_repeated()


@contextmanager
def fail_at(folder: Path, fault: Fault, number: int) -> Iterator[None]:
    """Make the n-th of the fault's calls below a folder fail, and later ones if it lasts."""
    calls = 0

    def fail(call: Call) -> None:
        nonlocal calls
        if call.kind not in fault.kinds:
            return
        calls += 1
        if calls == number or (fault.lasts and calls > number):
            raise OSError(fault.number, os.strerror(fault.number), str(call.path))

    with observe(folder, fail):
        yield


def _cases(stage: Stage, fault: Fault) -> list[tuple[int, Call]]:
    """Return the calls of an undisturbed run that can fail, with their numbers."""
    calls: list[Call] = []
    stage.reset()
    with observe(stage.held, calls.append):
        stage.run()
    return list(enumerate((call for call in calls if call.kind in fault.kinds), 1))


def _chosen(
    cases: list[tuple[int, Call]], most: int, chance: random.Random
) -> list[tuple[int, Call]]:
    """Choose cases, with few writes of segments, because these are all alike."""
    writes = [case for case in cases if case[1].kind == "write"]
    others = [case for case in cases if case[1].kind != "write"]
    few = min(len(others), most)
    return sorted(
        chance.sample(others, few) + chance.sample(writes, min(len(writes), max(most - few, 5)))
    )


# A file system that is really full


def full_file_system(folder: Path) -> str:
    """Run in a small file system with increasing space, until it is enough."""
    small = folder / "small"
    small.mkdir(parents=True)
    if not _mount(small):
        return "No small file system could be mounted here, so none was really full."
    try:
        tried = [_fill(folder / str(n), small, BY_NAME[job]) for n, job in enumerate(FILLING)]
    finally:
        subprocess.run(["umount", "--lazy", str(small)], check=True)
    return (
        f"{sum(tried)} runs in file systems that got full, with {STEP} kB more of room each time."
    )


def _fill(folder: Path, small: Path, job: Job) -> int:
    """Run with increasing space; return the number of runs with too little."""
    stage = Stage(folder, job, held=small / folder.name)
    stage.prepare()
    history = stage.history()
    for tried, room in enumerate(range(STEP, ENOUGH, STEP)):
        stage.reset()
        gc.collect()  # removed files occupy space as long as they are mapped
        with _room(small, room):
            done = stage.run()
        trial = Trial(stage, history, f"{room} kB of room")
        if done.code == 0:
            trial.check_complete()
            return tried
        if "Traceback" in done.said or "Error: " not in done.said:
            raise trial.failure(f"it ended with {done.code} and no sentence: {done.said}")
        trial.check_any()
        trial.check_repeated()
    raise Failure(f"{job} needs more than {ENOUGH} kB of room.")


def _mount(folder: Path) -> bool:
    command = ["mount", "-t", "tmpfs", "-o", f"size={2 * ENOUGH}k", "searchapp", str(folder)]
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


@contextmanager
def _room(small: Path, room: int) -> Iterator[None]:
    """Leave `room` kB free in a file system, by a file that fills the rest."""
    ballast = small / "ballast"
    status = os.statvfs(small)
    ballast.write_bytes(bytes(status.f_bavail * status.f_frsize - room * 1024))
    try:
        yield
    finally:
        ballast.unlink()
