"""The scripts: they start, they end, and their errors say what to do."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from itertools import takewhile
from pathlib import Path

import pytest
from interrupting import interruptible

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent
RUN = ROOT / "scripts" / "run"
BASH = "/bin/bash"

COMMANDS = [
    *("scripts/run", "scripts/test", "scripts/lint", "scripts/audit", "scripts/opensearch"),
    "scripts/tour",
    ".ci/run",
]


@pytest.mark.parametrize("script", COMMANDS)
def test_is_executable(script: str) -> None:
    assert os.access(ROOT / script, os.X_OK)


@pytest.mark.parametrize("script", [*COMMANDS, "scripts/_env"])
def test_is_bash(script: str) -> None:
    done = subprocess.run([BASH, "-n", ROOT / script], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")


# The others pass --help on to a program, which lists its options.
EXPLAINED = [
    *("scripts/audit", "scripts/lint", "scripts/opensearch", "scripts/soak", "scripts/test"),
    *("scripts/tour", ".ci/run"),
]
PASSING_ON = ["scripts/benchmark", "scripts/run", "scripts/scale", "scripts/score"]


@pytest.mark.parametrize("option", ["-h", "--help"])
@pytest.mark.parametrize("script", EXPLAINED)
def test_help_is_the_comment_at_the_head(script: str, option: str, tmp_path: Path) -> None:
    _, *lines = (ROOT / script).read_text(encoding="utf-8").splitlines()
    head = "".join(f"{line[2:]}\n" for line in takewhile(lambda line: line[:1] == "#", lines))
    venv = tmp_path / "venv"

    done = subprocess.run(
        [ROOT / script, option],
        env=os.environ | {"SEARCHAPP_VENV": str(venv)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert (done.returncode, done.stdout, done.stderr) == (0, head, "")
    assert head
    assert not venv.exists()


def test_every_script_has_help() -> None:
    files = [path for path in (ROOT / "scripts").iterdir() if path.is_file()]
    bash = [path for path in files if path.read_bytes().startswith(b"#!/usr/bin/env bash\n")]
    names = {path.relative_to(ROOT).as_posix() for path in bash}

    assert names | {".ci/run"} == {*EXPLAINED, *PASSING_ON}


# The Pythons of a machine: is each new enough, and does it have venv?
OLD = "#!/bin/sh\nexit 1\n"
SHIM = "#!/bin/sh\necho 'pyenv: command not found' >&2\nexit 127\n"
BARE = '#!/bin/sh\ncase "$*" in *ensurepip*) exit 1 ;; esac\n'


@pytest.mark.parametrize(
    ("pythons", "sentence"),
    [
        ({}, "No Python 3.11 or newer found."),
        ({"python3.13": SHIM, "python3": OLD}, "No Python 3.11 or newer found."),
        ({"python3.12": SHIM, "python3.11": BARE}, "apt install python3.11-venv"),
        ({"python3": BARE}, "apt install python3-venv"),
    ],
)
def test_says_which_python_is_missing(
    pythons: dict[str, str], sentence: str, tmp_path: Path
) -> None:
    for tool in ("dirname", "cksum"):
        (tmp_path / tool).symlink_to(f"/usr/bin/{tool}")
    for name, text in pythons.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
        (tmp_path / name).chmod(0o755)
    environment = {"PATH": str(tmp_path), "SEARCHAPP_VENV": str(tmp_path / "venv")}

    done = subprocess.run([BASH, RUN], env=environment, capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert sentence in done.stderr


def test_keeps_a_folder_that_is_no_environment(tmp_path: Path) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text("not to be deleted", encoding="utf-8")

    done = subprocess.run(
        [BASH, RUN],
        env=os.environ | {"SEARCHAPP_VENV": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert "is not a Python environment" in done.stderr
    assert letter.exists()


@pytest.fixture(scope="module")
def environment() -> dict[str, str]:
    """Return variables that make scripts use the running environment and install nothing."""
    names = os.environ | {"SEARCHAPP_VENV": sys.prefix}
    ask = f'. "{ROOT}/scripts/_env"; is_current ""'
    if subprocess.run([BASH, "-c", ask], env=names, check=False).returncode:
        pytest.skip("this environment was not made by scripts/test")
    return names


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_taken_port_names_the_way_out(environment: dict[str, str], tmp_path: Path) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        taken = str(holder.getsockname()[1])
        done = subprocess.run(
            [RUN, "--port", taken, "--index", tmp_path / "index"],
            env=environment,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    assert done.returncode == 1, done.stderr
    assert "--port" in done.stderr
    assert "Traceback" not in done.stderr


def answer(address: str, server: subprocess.Popen[bytes], seconds: float = 60) -> int:
    """Return the status of a page once the server answers; 0 if it never does."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and server.poll() is None:
        with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=5) as page:
            return int(page.status)
        time.sleep(0.1)
    return 0


def test_serves_until_it_is_interrupted(
    environment: dict[str, str], port: int, tmp_path: Path
) -> None:
    said = tmp_path / "said"
    command = [str(RUN), "--port", str(port), "--index", str(tmp_path / "index")]
    with said.open("wb") as out, interruptible():
        server = subprocess.Popen(command, env=environment, cwd=tmp_path, stdout=out, stderr=out)
        try:
            status = answer(f"http://127.0.0.1:{port}/", server)
            server.send_signal(signal.SIGINT)
            server.wait(timeout=20)
        finally:
            server.kill()

    text = said.read_text(encoding="utf-8")
    assert status == 200, text
    assert server.returncode in {0, 130}, text
    assert "Traceback" not in text
