"""Killed runs: at a random moment, or at a system call."""

from __future__ import annotations

import multiprocessing
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from . import Failure
from .calls import Call, observe
from .content import Content
from .jobs import BY_NAME, JOBS, OLD, Job, Stage, Trial

COUNT, UNIT = 300, "kills"
WAIT = 60.0  # seconds to wait for a run that usually takes one
SIGNALS = (*[signal.SIGKILL] * 3, signal.SIGTERM, signal.SIGINT)
TRACED = "rename,renameat,renameat2,fsync,fdatasync,unlink,unlinkat,mkdir,mkdirat,rmdir,flock"
READY = b"."  # written once before the commits


class Stop(NamedTuple):
    """A signal, and the call at which a run sends it to itself; None if another process does."""

    signal: int
    call: int | None = None


class Measured(NamedTuple):
    """A stage with measurements of an undisturbed run of its job: states, calls, seconds."""

    stage: Stage
    history: list[Content]
    calls: list[Call]
    seconds: float


def run(seed: int, count: int, folder: Path) -> list[str]:
    """Kill runs of each job in turn; `Failure` for the first that loses or mixes data."""
    chance = random.Random(seed)
    jobs = [measure(folder / str(n), job) for n, job in enumerate(JOBS)]
    kinds: Counter[str] = Counter()
    for number in range(count):
        measured = jobs[number % len(jobs)]
        kill = chance.choice([at_a_call, at_a_call, at_a_moment, at_a_system_call])
        kinds[kill(measured, chance)] += 1
    shutil.rmtree(folder, ignore_errors=True)
    said = ", ".join(f"{number:,} {kind}" for kind, number in sorted(kinds.items()))
    return [
        f"{count:,} kills of {len(JOBS)} kinds of run, {said}.",
        "Each left the content of a commit, and the same command completed it.",
    ]


def measure(folder: Path, job: Job) -> Measured:
    """Prepare a job, and run it undisturbed."""
    stage = Stage(folder, job)
    stage.prepare()
    history, calls = stage.history(), list[Call]()
    stage.reset()
    began = time.monotonic()
    with observe(stage.held, calls.append):
        stage.run()
    return Measured(stage, history, calls, time.monotonic() - began)


def at_a_call(measured: Measured, chance: random.Random) -> str:
    """Make a run stop itself at one of its calls."""
    number = chance.randrange(len(measured.calls))
    stop = Stop(chance.choice(SIGNALS), number + 1)
    fault = f"{_name(stop.signal)} at call {number + 1}, the {measured.calls[number]}"
    _try(measured, chance, fault, lambda: _in_child(measured.stage, stop))
    return "at calls"


def at_a_moment(measured: Measured, chance: random.Random) -> str:
    """Stop a run after some time."""
    stop, after = Stop(chance.choice(SIGNALS)), chance.uniform(0, measured.seconds * 1.2)
    fault = f"{_name(stop.signal)} after {after:.3f} of {measured.seconds:.3f} seconds"
    _try(measured, chance, fault, lambda: _in_child(measured.stage, stop, after))
    return "at moments"


def at_a_system_call(measured: Measured, chance: random.Random) -> str:
    """Kill a run at a system call by strace; without strace, at a call in Python."""
    calls = _traced_calls(measured.stage)
    if not calls:
        return at_a_call(measured, chance)
    number = chance.randint(1, calls)
    fault = f"SIGKILL at system call {number} of {calls}"
    _try(measured, chance, fault, lambda: _under_strace(measured.stage, number))
    return "at system calls"


def _try(measured: Measured, chance: random.Random, fault: str, disturb: Callable[[], str]) -> None:
    stage = measured.stage
    stage.reset()
    (stage.folder / "told").unlink(missing_ok=True)
    said = disturb()
    trial = Trial(stage, measured.history, fault)
    if "Traceback" in said:
        raise trial.failure(f"it ended with a traceback: {said}")
    trial.check_content(_told(stage) - 1)
    if stage.job.name == "index of changed files" and chance.random() < 0.5:
        _check_put_back(trial, measured)
    else:
        trial.check_repeated()


def _check_put_back(trial: Trial, measured: Measured) -> None:
    """Require the old content if the files are restored before the next run."""
    measured.stage.write(OLD)
    try:
        trial.check_run("", measured.history[0])
    finally:
        measured.stage.write(measured.stage.job.files)


def _told(stage: Stage) -> int:
    path = stage.folder / "told"
    return path.stat().st_size if path.exists() else 0


def _name(number: int) -> str:
    return signal.Signals(number).name


# The killed run


def _in_child(stage: Stage, stop: Stop, after: float | None = None) -> str:
    """Run a job in another process until it is stopped, and return its output."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    process = context.Process(target=work, args=(stage.folder, stage.job.name, stop))
    process.start()
    if after is not None:
        _wait_for(lambda: _told(stage) > 0 or not process.is_alive())
        time.sleep(after)
        if process.is_alive() and process.pid is not None:
            os.kill(process.pid, stop.signal)
    process.join(WAIT)
    if process.is_alive():
        process.kill()
        raise Failure(f"{stage.job} did not end within {WAIT:.0f} seconds of {_name(stop.signal)}.")
    return (stage.folder / "said").read_text("utf-8")


def work(folder: Path, name: str, stop: Stop) -> None:
    """Run a job, stop it at its call, and record each commit by a byte in a file."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    stage = Stage(folder, BY_NAME[name])
    calls = 0

    def count(_: Call) -> None:
        nonlocal calls
        calls += 1
        if calls == stop.call:
            os.kill(os.getpid(), stop.signal)

    told = os.open(folder / "told", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    output = os.open(folder / "said", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.write(told, READY)
    with observe(stage.held, count):
        done = stage.run(told=lambda: _tell(told))
    if done.code == 0:
        _tell(told)
    os.write(output, done.said.encode())
    os._exit(done.code)


def _tell(file: int) -> None:
    os.write(file, READY)


def _wait_for(is_true: Callable[[], bool]) -> None:
    end = time.monotonic() + WAIT
    while not is_true() and time.monotonic() < end:
        time.sleep(0.001)


# Under strace


def _under_strace(stage: Stage, call: int) -> str:
    options = ["-e", f"inject={TRACED}:signal=KILL:when={call}"]
    return _strace(stage, options, os.devnull)


@cache
def _traced_calls(stage: Stage) -> int:
    """Count the system calls of an undisturbed run; 0 if it can't be traced."""
    if shutil.which("strace") is None:
        return 0
    stage.reset()
    trace = stage.folder / "trace"
    _strace(stage, [], str(trace))
    return sum(1 for _ in _calls_in(trace)) if trace.exists() else 0


def _calls_in(trace: Path) -> Iterator[str]:
    return (line for line in trace.read_text("utf-8", "replace").splitlines() if "(" in line)


def _strace(stage: Stage, options: list[str], output: str) -> str:
    strace = ["strace", "-qq", "-e", f"trace={TRACED}", "-o", output, *options]
    program = f"from pathlib import Path; from {__name__} import Stop, work; "
    program += f"work(Path({str(stage.folder)!r}), {stage.job.name!r}, Stop(9))"
    done = subprocess.run(
        [*strace, sys.executable, "-W", "ignore", "-c", program],
        cwd=Path(__file__).parents[1],
        capture_output=True,
        text=True,
        timeout=WAIT,
        check=False,
    )
    said = stage.folder / "said"
    return done.stderr + (said.read_text("utf-8") if said.exists() else "")
