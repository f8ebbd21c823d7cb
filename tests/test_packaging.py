"""The project works from a wheel, an editable install and a plain checkout."""

import configparser
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent
FOLDERS = ("searchapp", "static", "templates")
PACKAGED = ("LICENSE", "README.md", "pyproject.toml", "setup.cfg", *FOLDERS)

# Runs in a process of its own: where is the installed copy, and does it serve a page?
ASK = """
import json, re, sys
import searchapp

client = searchapp.create_app({"INDEX": sys.argv[1]}).test_client()
page = client.get("/")
sheet = re.search(r'<link[^>]+href="([^"]+[.]css[^"]*)"', page.text)
style = client.get(sheet[1]) if sheet else None
print(json.dumps({
    "file": searchapp.__file__,
    "page": page.status_code,
    "style": style and (style.status_code, style.mimetype),
    "empty": not (style and style.data),
}))
"""


@dataclass(frozen=True)
class Installed:
    """An installation of the project: its Python, its folder and its environment."""

    python: Path
    home: Path
    pythonpath: Path | None = None

    def run(self, *arguments: str, cwd: Path) -> str:
        environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("PYTHON", "SEARCHAPP_", "PYTEST_"))
        }
        if self.pythonpath:
            environment["PYTHONPATH"] = str(self.pythonpath)
        done = subprocess.run(
            [self.python, *arguments],
            cwd=cwd,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def searchapp(self, *arguments: str, cwd: Path) -> str:
        command = ["-c", "from searchapp.cli import main; main()"]
        if not self.pythonpath:
            command = [str(self.python.parent / "searchapp")]
        return self.run(*command, *arguments, cwd=cwd)


def run(*command: str | Path, cwd: Path) -> None:
    done = subprocess.run(
        command, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy the packaged files, so that a build leaves nothing in the checkout."""
    copy = tmp_path_factory.mktemp("source")
    for name in PACKAGED:
        path = ROOT / name
        if path.is_dir():
            shutil.copytree(path, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(path, copy)
    return copy


@pytest.fixture(scope="module")
def wheel(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("setuptools", minversion="70.1", reason="builds without a network")
    folder = tmp_path_factory.mktemp("wheel")
    build = (sys.executable, "-m", "build", "--wheel", "--no-isolation")
    run(*build, "--outdir", folder, source, cwd=folder)
    (built,) = folder.glob("*.whl")
    return built


def fresh_environment(folder: Path) -> Path:
    """Create an environment with the dependencies of the running one, but without searchapp.

    A folder in a .pth file comes after the environment's own, and .pth files in that folder are
    not read, so an editable searchapp there is not visible.
    """
    run(sys.executable, "-m", "venv", "--without-pip", folder, cwd=folder.parent)
    python = folder / "bin" / "python"
    ask = [str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    purelib = Path(subprocess.run(ask, capture_output=True, text=True, check=True).stdout.strip())
    running = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    (purelib / "dependencies.pth").write_text("\n".join(sorted(running)), encoding="utf-8")
    return python


def install(python: Path, *what: str | Path) -> None:
    offline = ("--no-deps", "--no-index", "--no-build-isolation", "--ignore-installed")
    pip = (sys.executable, "-m", "pip", "--python", python, "--disable-pip-version-check")
    run(*pip, "install", "--quiet", *offline, *what, cwd=python.parent)


@pytest.fixture(scope="module")
def from_wheel(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    home = tmp_path_factory.mktemp("from_wheel") / "venv"
    python = fresh_environment(home)
    install(python, wheel)
    return Installed(python, home)


@pytest.fixture(scope="module")
def editable(source: Path, wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    python = fresh_environment(tmp_path_factory.mktemp("editable") / "venv")
    install(python, "--editable", source)
    return Installed(python, source)


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    python = fresh_environment(tmp_path_factory.mktemp("checkout") / "venv")
    return Installed(python, ROOT, pythonpath=ROOT)


@pytest.mark.parametrize("way", ["from_wheel", "editable", "checkout"])
def test_serves_the_sample_from_an_empty_folder(
    way: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    installed: Installed = request.getfixturevalue(way)
    index = str(tmp_path / "made" / "index")
    empty = tmp_path / "empty"
    empty.mkdir()

    installed.searchapp("index", "--sample", "--index", index, cwd=empty)
    found = installed.searchapp(
        "search", '"invites all member states"', "--index", index, "--format", "json", cwd=empty
    )
    answer = json.loads(installed.run("-c", ASK, index, cwd=empty))

    assert json.loads(found)["total"] > 0
    assert Path(answer.pop("file")).is_relative_to(installed.home)
    assert answer == {"page": 200, "style": [200, "text/css"], "empty": False}
    assert list(empty.iterdir()) == []


def test_the_wheel_holds_every_file(source: Path, wheel: Path) -> None:
    files = (path for folder in FOLDERS for path in (source / folder).rglob("*.*"))
    names = {file.relative_to(source).as_posix() for file in files if file.suffix != ".pyc"}
    expected = {"searchapp/" + name.removeprefix("searchapp/") for name in names}

    held = {name for name in zipfile.ZipFile(wheel).namelist() if name.startswith("searchapp/")}

    assert held == expected


@pytest.fixture(scope="module")
def option() -> Callable[[str, str], list[str]]:
    """Return a function that returns the lines of an option of setup.cfg."""
    parser = configparser.ConfigParser()
    parser.read(ROOT / "setup.cfg", encoding="utf-8")
    return lambda section, name: parser[section][name].split("\n")[1:]


def test_every_package_is_listed(option: Callable[[str, str], list[str]]) -> None:
    folders = (path.parent for path in (ROOT / "searchapp").rglob("__init__.py"))
    packages = {".".join(folder.relative_to(ROOT).parts) for folder in folders}

    listed = [line for line in option("options", "packages") if not line.startswith("#")]

    assert listed == sorted(packages | {"searchapp.static", "searchapp.templates"})


def test_whoosh_is_pinned(option: Callable[[str, str], list[str]]) -> None:
    # We use private parts of it, and there will be no other release.
    assert "Whoosh==2.7.4" in option("options", "install_requires")
