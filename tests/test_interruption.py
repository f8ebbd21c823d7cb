"""An interrupted, terminated or killed run leaves no process and no folder behind."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from interrupting import interruptible
from test_pdf import forms

from searchapp.system.scratch import scratch_folder

PROGRAM = [sys.executable, "-P", "-c", "from searchapp.cli import main; main()"]
HELD = "A/RES/99/1\n\nThe General Assembly,\n\n1. Invites all States to rest;\n"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="processes are found in /proc"),
]


class Running:
    """A command whose processes have a mark in their environment."""

    def __init__(self, *arguments: str, folder: Path, standard_input: int | None = None) -> None:
        self.mark = f"SEARCHAPP_TEST_RUN={uuid4()}"
        name, _, value = self.mark.partition("=")
        limits = {"SEARCHAPP_READ_SECONDS": "600", "SEARCHAPP_READ_MEMORY": "4000"}
        with interruptible():
            self.main = subprocess.Popen(
                [*PROGRAM, *arguments],
                env={**os.environ, **limits, name: value, "TMPDIR": str(folder)},
                cwd=folder,
                stdin=standard_input,
                stderr=subprocess.PIPE,
                text=True,
            )

    def processes(self) -> set[int]:
        """Return the live processes of the command."""
        return {int(path.parent.name) for path in _environments() if self._has_mark(path)}

    def wait_for(self, processes: int, seconds: float = 30) -> set[int]:
        """Wait for this number of live processes; return those that live."""
        end = time.monotonic() + seconds
        while len(found := self.processes()) != processes and time.monotonic() < end:
            time.sleep(0.05)
        return found

    def _has_mark(self, path: Path) -> bool:
        try:
            return self.mark.encode() in path.read_bytes()
        except OSError:  # the process has ended
            return False


def _environments() -> Iterator[Path]:
    return Path("/proc").glob("[0-9]*/environ")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Write files that keep readers busy in C code, and a module that must not be imported."""
    texts = tmp_path / "texts"
    texts.mkdir()
    for number in range(4):
        (texts / f"{number}.pdf").write_bytes(forms(12, b""))
    (tmp_path / "re.py").write_text("open('imported', 'w').close(); raise SystemExit")
    return tmp_path


@pytest.mark.parametrize(
    ("sent", "code"), [(signal.SIGKILL, -9), (signal.SIGTERM, 143), (signal.SIGINT, 130)]
)
def test_no_process_outlives_its_run(sent: signal.Signals, code: int, folder: Path) -> None:
    run = Running("index", "texts", "--index", "place", folder=folder)
    readers = min(os.cpu_count() or 1, 4)
    began = run.wait_for(3 + readers)  # the command, two helpers, workers
    time.sleep(0.5)

    run.main.send_signal(sent)
    said = run.main.communicate(timeout=20)[1]

    assert len(began) == 3 + readers
    assert run.wait_for(0, 10) == set()
    assert run.main.returncode == code
    sentence = "Interrupted. To complete it, run the same command again.\n"
    assert said == ("" if sent is signal.SIGKILL else sentence)
    assert not (folder / "imported").exists()


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
def test_an_interrupted_run_changes_nothing(sent: signal.Signals, folder: Path) -> None:
    (folder / "a.txt").write_text(HELD)
    first = Running("index", "a.txt", "--index", "place", folder=folder)
    first.main.communicate(timeout=60)
    (folder / "a.txt").write_text(HELD.replace("rest", "work"))

    run = Running("index", "a.txt", "texts", "--index", "place", folder=folder)
    run.wait_for(3 + min(os.cpu_count() or 1, 4))
    time.sleep(0.5)
    run.main.send_signal(sent)
    run.main.communicate(timeout=20)
    search = [*PROGRAM, "search", "States", "--index", "place", "--format", "json"]
    found = subprocess.run(search, cwd=folder, capture_output=True, text=True, check=True)

    assert first.main.returncode == 0
    assert "to rest" in found.stdout


def test_a_folder_of_standard_input_is_removed_by_the_next_run(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = Running("index", "-", "--index", "place", folder=folder, standard_input=subprocess.PIPE)
    while not list(folder.glob("searchapp-*/input")) and run.main.poll() is None:
        time.sleep(0.05)
    run.main.kill()
    run.main.communicate(timeout=20)
    [left] = folder.glob("searchapp-*")
    other = folder / "searchapp-of-mine"
    other.mkdir()
    os.utime(left, (0, 0))  # a recent folder is kept, as it may not have its lock yet
    os.utime(other, (0, 0))
    monkeypatch.setattr("tempfile.tempdir", str(folder))

    with scratch_folder() as first:
        os.utime(first, (0, 0))
        with scratch_folder() as second:
            assert first.exists()
            assert second.exists()
    assert [path.name for path in folder.glob("searchapp-*")] == [other.name]
    assert not left.exists()
    shutil.rmtree(other)
