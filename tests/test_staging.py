"""A rebuild replaces an index atomically: no kill leaves the place without one."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from clients import eventually

from searchapp.backends import open_backend
from searchapp.backends.rebuilding import rebuilding
from searchapp.backends.whoosh import staging
from searchapp.backends.whoosh.staging import StagingFolder
from searchapp.errors import IndexBusy, IndexProblem, NoIndex
from searchapp.model.resolution import Resolution
from searchapp.query.query import Query
from searchapp.system import disk

ROOT = Path(__file__).parent.parent
# Reports a step of a rebuild, and blocks there forever.
STOPS = """
import sys, time
from pathlib import Path
from searchapp.backends.rebuilding import rebuilding
from searchapp.backends.whoosh import staging
from searchapp.model.resolution import Resolution

def stop(*_):
    print("stopped", flush=True)
    time.sleep(60)

place, step = sys.argv[1:]
rename = Path.rename
if step == "before the exchange":
    staging.exchange = stop
elif step == "after the exchange":
    staging.sync_folder = lambda path: path.name == "new" or stop()
else:
    staging.exchange = lambda *_: False
    Path.rename = lambda path, to: stop() if path.name == step else rename(path, to)
with rebuilding(place) as backend:
    backend.add(Resolution.from_json({"symbol": "A/RES/79/2", "paragraphs": [{"text": "new"}]}))
    backend.commit()
"""


def filled(place: Path, text: str = "old") -> str:
    with closing(open_backend(str(place), create=True)) as backend:
        backend.add(Resolution.from_json({"symbol": "A/RES/79/1", "paragraphs": [{"text": text}]}))
        backend.commit()
    return str(place)


def texts(place: Path | str) -> list[str]:
    with closing(open_backend(str(place))) as backend:
        assert backend.check() == []
        return [row.paragraphs[0].text for row in backend.resolutions()]


def rebuild(place: Path | str, text: str = "new") -> None:
    with rebuilding(str(place)) as backend:
        row = {"symbol": "A/RES/79/2", "paragraphs": [{"text": text}]}
        backend.add(Resolution.from_json(row))
        backend.commit()


def hidden(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name.startswith("."))


@pytest.fixture
def stopped(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[subprocess.Popen[bytes]]:
    """Start a process that blocks at a step of the rebuild of an index."""
    place = filled(tmp_path / "index")
    command = [sys.executable, "-W", "ignore", "-c", STOPS, place, request.param]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"stopped\n"
        yield process
        process.kill()


STEPS = [
    ("before the exchange", ["old"]),
    ("after the exchange", ["new"]),
    ("index", ["old"]),  # before the first renaming, on a system that can't exchange names
    ("new", ["old"]),  # between the two renamings
]


@pytest.mark.parametrize(("stopped", "held"), STEPS, indirect=["stopped"])
def test_a_kill_leaves_the_old_or_the_new_index(
    stopped: subprocess.Popen[bytes], held: list[str], tmp_path: Path
) -> None:
    stopped.send_signal(signal.SIGKILL)
    stopped.wait()
    assert texts(tmp_path / "index") == held
    assert len(hidden(tmp_path)) == 1
    rebuild(tmp_path / "index", "newer")
    assert texts(tmp_path / "index") == ["newer"]
    assert hidden(tmp_path) == []


@pytest.mark.parametrize("stopped", ["new"], indirect=True)
def test_a_place_is_waited_for_while_the_process_lives(
    stopped: subprocess.Popen[bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(staging, "WAITS", 3)
    with pytest.raises(NoIndex):
        texts(tmp_path / "index")
    monkeypatch.undo()
    killer = threading.Timer(0.2, stopped.kill)
    killer.start()
    assert texts(tmp_path / "index") == ["old"]
    killer.join()


@pytest.mark.parametrize("stopped", ["before the exchange"], indirect=True)
def test_what_another_process_prepares_is_not_removed(
    stopped: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    before = hidden(tmp_path)
    folder = StagingFolder(tmp_path / "index")
    assert set(hidden(tmp_path)) > set(before)
    folder.discard()
    assert hidden(tmp_path) == before


def test_an_index_that_somebody_writes_stays(tmp_path: Path) -> None:
    place = filled(tmp_path / "index")
    with closing(open_backend(place)) as writer:
        writer.remove("nothing")  # takes the lock
        with pytest.raises(IndexBusy, match="which was left unchanged: rebuild it when"):
            rebuild(place)
    assert texts(place) == ["old"]
    assert hidden(tmp_path) == []


@pytest.mark.parametrize("exchanges", [True, False])
def test_readers_see_an_index_at_every_moment(
    exchanges: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = filled(tmp_path / "index")
    if not exchanges:
        monkeypatch.setattr(staging, "exchange", lambda *_: False)
    seen, done = set[str](), threading.Event()

    def read() -> None:
        while not done.is_set():
            seen.update(texts(place))

    reader = threading.Thread(target=read)
    reader.start()
    for turn in range(10):
        rebuild(place, f"turn {turn}")
    seen_last = eventually(lambda: "turn 9" in seen)
    done.set()
    reader.join()
    assert seen_last
    assert texts(place) == ["turn 9"]
    assert seen <= {"old", *(f"turn {turn}" for turn in range(10))}


def test_a_reader_that_is_open_sees_the_new_index(tmp_path: Path) -> None:
    place = filled(tmp_path / "index")
    with closing(open_backend(place)) as reader:
        assert reader.count(Query.make("old")) == 1
        rebuild(place)
        assert reader.count(Query.make("old")) == 0
        assert reader.count(Query.make("new")) == 1


def test_a_place_that_is_a_link_stays_one(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    filled(tmp_path / "disk" / "real")
    (tmp_path / "index").symlink_to(tmp_path / "disk" / "real")
    rebuild(tmp_path / "index")
    assert (tmp_path / "index").is_symlink()
    assert texts(tmp_path / "index") == texts(tmp_path / "disk" / "real") == ["new"]


def test_files_of_git_are_kept(tmp_path: Path) -> None:
    place = filled(tmp_path / "index")
    Path(place, ".gitignore").write_text("*\n")
    rebuild(place)
    assert Path(place, ".gitignore").read_text() == "*\n"


@pytest.mark.skipif(sys.platform not in ("linux", "darwin"), reason="the system has no such call")
def test_names_are_exchanged_in_one_step(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / name).touch()
    assert disk.exchange(tmp_path / "a", tmp_path / "b")
    assert [[f.name for f in (tmp_path / n).iterdir()] for n in ("a", "b")] == [["b"], ["a"]]
    with pytest.raises(OSError, match="No such file"):
        disk.exchange(tmp_path / "a", tmp_path / "c")


def test_an_index_that_cannot_be_moved_back_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(tmp_path / ".index-abc" / "old")

    def refuse(path: Path, _: Path) -> Path:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(
        IndexProblem,
        match=r"left the index of “.*” in “.*/\.index-abc/old”, .* \(Permission denied",
    ):
        open_backend(str(tmp_path / "index"))


def test_an_index_that_could_not_be_moved_back_is_by_the_next_who_opens_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, rename = filled(tmp_path / "index"), Path.rename

    def full(path: Path, to: Path) -> Path:
        if path.name in ("new", "old"):
            raise OSError(28, "No space left on device", str(path))
        return rename(path, to)

    monkeypatch.setattr(staging, "exchange", lambda *_: False)
    monkeypatch.setattr(Path, "rename", full)
    with pytest.raises(IndexProblem, match="rebuild left the index") as kept:
        rebuild(place)
    monkeypatch.undo()
    assert texts(place) == ["old"]
    # Last, since this reference to the error keeps the lock until here.
    assert "can't be moved back" in str(kept.value)
