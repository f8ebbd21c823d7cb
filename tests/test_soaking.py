"""Short versions of scripts/soak's campaigns, and proofs that each of them can fail."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, nullcontext
from pathlib import Path
from typing import Any

import pytest
from contract.data import fill, resolution
from soaking import Failure, disk, kills, live, power
from soaking.__main__ import campaigns
from soaking.jobs import SMALL, Job, Stage, Trial
from soaking.live import Answer, Commit, Size

from searchapp.backends.whoosh import WhooshBackend, staging, storage
from searchapp.backends.whoosh import writer as writing
from searchapp.errors import IndexProblem, NoIndex
from searchapp.query.query import Query

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]


def small(name: str) -> Job:
    (job,) = (job for job in SMALL if job.name == name)
    return job


# Killed at any moment


def test_a_kill_leaves_a_commit_which_the_same_command_completes(tmp_path: Path) -> None:
    """SEARCHAPP_KILLS is the number of kills."""
    kills.run(1, int(os.environ.get("SEARCHAPP_KILLS", "5")), tmp_path / "kills")


def test_what_a_kill_must_not_leave_is_noticed(tmp_path: Path) -> None:
    stage = Stage(tmp_path / "stage", small("index of changed files"))
    stage.prepare()
    history = stage.history()
    stage.reset()
    trial = Trial(stage, history, "no fault")
    trial.check_content(0)
    with pytest.raises(Failure, match=r"3 commits were told, and the content is that after .*\[0"):
        trial.check_content(3)
    (stage.held / ".index-abc").mkdir()
    (stage.held / ".index-abc" / "new").touch()
    with pytest.raises(Failure, match="completed it and left"):
        trial.check_repeated()
    stage.write({"a.jsonl": ""})
    with pytest.raises(Failure, match="differ from an undisturbed run"):
        trial.check_repeated()
    min(stage.place.glob("*.seg")).unlink()
    with pytest.raises(Failure, match="when it was opened"):
        trial.check_content(0)


# The power is lost


@pytest.mark.parametrize("job", SMALL, ids=str)
def test_what_was_told_is_on_the_disk(job: Job, tmp_path: Path) -> None:
    stage = Stage(tmp_path / "stage", job)
    stage.prepare()
    assert power.lose_power(stage, stage.history()) > 8


def _sync_nothing(*_: Any) -> None:
    """Do nothing, as a program that forgets to synchronise."""


FORGOTTEN = [
    ("first index", storage, "sync_folder", "without names and bytes not synchronised"),
    ("first index", storage, "sync_file", "is damaged"),
    ("rebuild", staging, "sync_folder", "power lost"),
]


@pytest.mark.parametrize(("name", "module", "function", "sentence"), FORGOTTEN)
def test_what_is_not_synchronised_is_noticed(
    name: str,
    module: Any,
    function: str,
    sentence: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stage = Stage(tmp_path / "stage", small(name))
    stage.prepare()
    history = stage.history()
    monkeypatch.setattr(module, function, _sync_nothing)
    with pytest.raises(Failure, match=sentence):
        power.lose_power(stage, history)


# The disk fails


@pytest.mark.unclosed
@pytest.mark.parametrize("fault", disk.FAULTS, ids=lambda fault: fault.name)
@pytest.mark.parametrize("name", ["first index", "rebuild"])
def test_a_disk_that_fails_is_a_sentence(name: str, fault: disk.Fault, tmp_path: Path) -> None:
    """SEARCHAPP_KILLS is the number of failing calls; scripts/soak tries the other commands too."""
    count = int(os.environ.get("SEARCHAPP_KILLS", "5"))
    assert disk.fail_calls(tmp_path / "stage", small(name), [fault], count, seed=1) >= 5


def test_a_full_file_system_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disk, "STEP", 96)
    said = disk.full_file_system(tmp_path / "full")
    if "could be mounted" in said:
        pytest.skip(said)
    assert "that got full" in said


@contextmanager
def keeping_the_lock(_: Any) -> Iterator[None]:
    yield


BROKEN: list[tuple[str, Any, str, Callable[..., Any], str]] = [
    ("first index", writing.Transaction, "cancel", _sync_nothing, "Another process is writing"),
    ("first index", WhooshBackend, "_translate_errors", keeping_the_lock, "no sentence"),
]


@pytest.mark.unclosed
@pytest.mark.parametrize(("name", "owner", "method", "planted", "sentence"), BROKEN)
def test_a_fault_in_the_handling_of_faults_is_noticed(
    name: str,
    owner: Any,
    method: str,
    planted: Callable[..., Any],
    sentence: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(owner, method, planted)
    with pytest.raises(Failure, match=sentence):
        disk.fail_calls(tmp_path / "stage", small(name), disk.FAULTS[:1], 60, seed=1)


# An index that was removed or replaced


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Create an index of one resolution; return its place."""
    place = tmp_path / "index"
    with closing(WhooshBackend(str(place), create=True)) as backend:
        fill(backend, resolution("A/RES/1/1", {"text": "peace"}))
    return place


def test_a_folder_that_vanished_is_a_sentence(place: Path) -> None:
    reader, writer = WhooshBackend(str(place)), WhooshBackend(str(place))
    writer.add(resolution("A/RES/1/2", {"text": "peace"}))
    shutil.move(place, place.with_name("moved"))
    for ask in (lambda: reader.count(Query.make("peace")), lambda: list(reader.resolutions())):
        with pytest.raises(NoIndex, match="There is no index at"):
            ask()
    with pytest.raises(IndexProblem, match="index"):
        writer.commit()
    shutil.move(place.with_name("moved"), place)
    assert reader.count(Query.make("peace")) == 1
    fill(writer, resolution("A/RES/1/2", {"text": "peace"}))
    assert reader.count(Query.make("peace")) == 2


@pytest.mark.parametrize("hours", [-24, -1, 1, 24])
def test_a_clock_that_is_changed_hides_no_commit(
    hours: int, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader, writer = WhooshBackend(str(place)), WhooshBackend(str(place))
    assert reader.count(Query.make("peace")) == 1
    now, now_ns, back = time.time, time.time_ns, hours * 3600
    monkeypatch.setattr(time, "time", lambda: now() + back)
    monkeypatch.setattr(time, "time_ns", lambda: now_ns() + back * 10**9)
    for number in range(2, 6):
        fill(writer, resolution(f"A/RES/1/{number}", {"text": "peace"}))
        os.utime(place, (now() + back * number, now() + back * number))
        assert reader.count(Query.make("peace")) == number
    assert WhooshBackend(str(place)).check() == []


# Live


def test_totals_beside_a_writer_are_true(tmp_path: Path) -> None:
    said = live.run(1, 10, tmp_path)
    assert "all of them true" in said[0]


COMMITS = [
    Commit(0, 0, {"peace": 3}),
    Commit(1, 2, {"peace": 4}),
    Commit(3, 4, {"peace": 5}),
]


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ([(0.1, 0.2, 3), (1.5, 1.6, 4), (3.5, 3.6, 4), (4.1, 4.2, 5)], ""),
        ([(1.5, 1.6, 3), (1.7, 1.8, 4)], ""),
        ([(1.5, 1.6, 4), (1.7, 1.8, 3)], "was told 3"),  # an earlier one than before
        ([(2.5, 2.6, 3)], "was told 3"),  # the commit had ended
        ([(0.1, 0.2, 4)], "was told 4"),  # it had not begun
        ([(0.1, 9.9, 7)], "was told 7"),  # no commit's
        ([], "was not answered"),
    ],
)
def test_a_total_that_is_not_true_is_noticed(
    answers: list[tuple[float, float, int]], sentence: str
) -> None:
    given = [Answer(began, ended, "peace", total) for began, ended, total in answers]
    with pytest.raises(Failure, match=sentence) if sentence else nullcontext():
        assert live.check_answers("reader", given, COMMITS) == len(given)


@pytest.mark.parametrize("grown", [Size(90_000, 10), Size(50_000, 100)])
def test_a_process_that_grows_is_noticed(grown: Size) -> None:
    live.check_sizes("reader", [Size(50_000, 10 + n % 20) for n in range(30)])
    with pytest.raises(Failure, match="It grew: reader 50 and"):
        live.check_sizes("reader", [Size(50_000, 10)] * 20 + [grown] * 10)


# The command


def test_campaigns_are_named_and_counted() -> None:
    said = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "soaking", "--help"],
        cwd=ROOT / "scripts",
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert {"kills", "disk", "power", "live"} <= set(campaigns())
    for name, campaign in campaigns().items():
        assert name in said
        assert callable(campaign.run)
