"""Which room may import which, and which library is imported where.

docs/architecture.md says what each room is for.
"""

import ast
import re
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parent.parent

# A room is a folder or a module, without the rooms in it that have a row of their own. It may
# import the rooms of its row, which all stand above it: so no circle of rooms is possible.
ROOMS = {
    "errors": "",
    "versions": "",
    "data": "",
    "system": "errors",
    "text": "",
    "un": "errors text",
    "model": "errors text un versions",
    "settings": "errors text",
    "query": "errors model text un",
    "search": "errors model query settings text",
    "readers": "errors model system text un",
    "parsing": "errors model text un versions",
    "ingest": "errors model parsing readers search settings system text un",
    "fetching": "errors settings system text un",
    "exports": "model search text",
    "backends.shared": "errors model query search text un versions",
    "backends.whoosh.schema": "query text",
    "backends.whoosh.segments": "backends.whoosh.schema search text",
    "backends.whoosh.searching": (
        "backends.shared backends.whoosh.schema backends.whoosh.segments errors model query "
        "search text un"
    ),
    "backends.whoosh": (
        "backends.shared backends.whoosh.schema backends.whoosh.searching "
        "backends.whoosh.segments errors model query search settings system text versions"
    ),
    "backends.opensearch": "backends.shared errors model query search settings text un",
    "backends": "errors model query search settings",
    "web.shared": "backends errors exports model query search settings text un",
    "web.views": "model query search text un web.shared",
    "web.routes": "errors exports model query search text un web.shared web.views",
    "web": "search settings web.routes web.shared web.views",
    "serving": "backends errors settings system text web web.shared",
    "cli": (
        "backends errors exports fetching ingest model query readers search serving settings "
        "system text un"
    ),
}
# Each library is imported in these rooms alone: another can take its place there.
LIBRARIES = {
    "bs4": "readers",
    "click": "cli",
    "docx": "readers",
    "flask": "web web.routes web.shared web.views",
    "lxml": "readers",
    "markupsafe": "search web.views",
    "numpy": (
        "backends.whoosh backends.whoosh.schema backends.whoosh.searching backends.whoosh.segments"
    ),
    "opensearchpy": "backends.opensearch",
    "pypdfium2_raw": "readers",
    "snowballstemmer": "text",
    "tqdm": "cli",
    "waitress": "serving",
    "werkzeug": "web web.routes web.shared",
    "whoosh": "backends.whoosh backends.whoosh.schema",
}


class Import(NamedTuple):
    """A module, and what it imports: a module of the package, or a library."""

    module: str
    target: str


def modules(package: Path) -> dict[str, Path]:
    """Return the files of a package by the dotted names of its modules."""
    found = {}
    for path in sorted(package.rglob("*.py")):
        parts = path.relative_to(package.parent).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports(package: Path) -> Iterator[Import]:
    """Yield every import in a package, those in functions and for types among them."""
    known = modules(package)
    for module, path in known.items():
        folder = module if path.name == "__init__.py" else module.rpartition(".")[0]
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                yield from (Import(module, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                base = absolute(folder, node)
                for alias in node.names:
                    full = f"{base}.{alias.name}"
                    yield Import(module, full if full in known else base)


def absolute(folder: str, node: ast.ImportFrom) -> str:
    """Return the full name of what a module in a folder imports from."""
    above = folder.split(".")[: len(folder.split(".")) - node.level + 1] if node.level else []
    return ".".join([*above, *filter(None, [node.module])])


def room_of(module: str, rooms: dict[str, str]) -> str:
    """Return the innermost room that contains a module; "" for the package itself or for none."""
    name = module.partition(".")[2]
    while name and name not in rooms:
        name = name.rpartition(".")[0]
    return name


def faults(package: Path, rooms: dict[str, str], libraries: dict[str, str]) -> Iterator[str]:
    """Yield a sentence for each import that the tables do not allow, and each lone module."""
    for module in modules(package):
        if module != package.name and not room_of(module, rooms):
            yield f"{module} is in no room."
    for module, target in imports(package):
        here, top = room_of(module, rooms), target.partition(".")[0]
        if top == package.name:
            there = room_of(target, rooms)
            # The package's name and version are for everyone; it imports the web when asked.
            if here and there and there not in (here, *rooms[here].split()):
                yield f"{module} imports {target}, but {here} may not import {there}."
        elif top in libraries and here not in libraries[top].split():
            yield f"{module} imports {top}, which only {libraries[top]} may."


def circle(package: Path) -> list[str]:
    """Return modules that import one another in a circle, if there are any."""
    links: dict[str, set[str]] = {}
    for module, target in imports(package):
        if package.name not in (module, target) and module != target:
            links.setdefault(module, set()).add(target)
    try:
        TopologicalSorter(links).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def test_every_import_is_allowed() -> None:
    assert list(faults(ROOT / "searchapp", ROOMS, LIBRARIES)) == []


def test_no_modules_import_one_another_in_a_circle() -> None:
    assert circle(ROOT / "searchapp") == []


def test_rooms_import_only_what_stands_above_them() -> None:
    above: set[str] = set()
    for room, allowed in ROOMS.items():
        assert set(allowed.split()) <= above, room
        above.add(room)


def test_the_tables_allow_nothing_that_is_not_needed() -> None:
    used = {room: {room} for room in ROOMS}
    places: dict[str, set[str]] = {library: set() for library in LIBRARIES}
    for module, target in imports(ROOT / "searchapp"):
        here, top = room_of(module, ROOMS), target.partition(".")[0]
        if here and top == "searchapp":
            used[here].add(room_of(target, ROOMS) or here)
        if top in places:
            places[top].add(here)

    assert {room: " ".join(sorted(used[room] - {room})) for room in ROOMS} == ROOMS
    assert {name: " ".join(sorted(rooms)) for name, rooms in places.items()} == LIBRARIES


def test_the_document_has_the_same_rooms() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([\w./]+)` \|[^|]+\|([^|]*)\|$", text, re.MULTILINE)
    documented = {
        dotted(room): " ".join(map(dotted, re.findall(r"[\w./]+", allowed)))
        for room, allowed in rows
    }

    assert documented == ROOMS


def dotted(path: str) -> str:
    """Return the name of the room at a path."""
    return path.removesuffix(".py").replace("/", ".")


# Files that the recipes tell how to write, and what stands for any file.
EXAMPLES = {
    "file.py",
    "readers/fodt.py",
    "searchapp/readers/fodt.py",
    "tests/test_fodt.py",
    "searchapp/exports/to_ris.py",
    "searchapp/backends/NAME/",
}


@pytest.mark.parametrize("page", ["docs/architecture.md", "docs/field.md", "CONTRIBUTING.md"])
def test_what_a_map_names_is_there(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    places = re.findall(r"`([\w/.]*\w/|[\w/]+\.(?:py|tsv|html))(?:::(\w+))?`", text)
    lost = [place for place, name in places if not is_there(place, name)]

    assert len(places) > 10
    assert [place for place in lost if place not in EXAMPLES] == []


def is_there(place: str, name: str) -> bool:
    """Return whether a file is there, and has a function or class of this name, if one is given."""
    files = [folder / place for folder in (ROOT, ROOT / "searchapp") if (folder / place).exists()]
    defined = re.compile(rf"^\s*(?:def|class) {name}\b", re.MULTILINE)
    return any(not name or defined.search(file.read_text(encoding="utf-8")) for file in files)


# A made-up package of three rooms, which is as it should be.
FEW = {"low": "", "high": "low", "high.top": "high low"}
TREE = {
    "__init__.py": "def __getattr__(name):\n    from .high import page\n",
    "low/__init__.py": "",
    "low/words.py": "import re\n\nfrom .. import __version__",
    "high/__init__.py": "from ..low.words import split",
    "high/page.py": "import flask\n\nfrom ..low import words",
    "high/top/__init__.py": "from .. import page\nfrom ...low import words",
}


def planted(folder: Path, changes: dict[str, str]) -> Path:
    """Return a package of the tree with changes."""
    package = folder / "made"
    for name, text in (TREE | changes).items():
        path = package / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return package


@pytest.mark.parametrize(
    ("file", "text", "sentence"),
    [
        ("low/words.py", "import re", None),
        (
            "low/words.py",
            "from ..high import page",
            "made.low.words imports made.high.page, but low may not import high.",
        ),
        (
            "low/words.py",
            "from made.high.page import show",
            "made.low.words imports made.high.page, but low may not import high.",
        ),
        (
            "low/words.py",
            "def f():\n    import made.high.page",
            "made.low.words imports made.high.page, but low may not import high.",
        ),
        (
            "low/words.py",
            "if TYPE_CHECKING:\n    from ..high.page import Page",
            "made.low.words imports made.high.page, but low may not import high.",
        ),
        (
            "high/page.py",
            "from .top import this",
            "made.high.page imports made.high.top, but high may not import high.top.",
        ),
        ("low/words.py", "import flask.json", "made.low.words imports flask, which only high may."),
        (
            "high/top/__init__.py",
            "from flask import Flask",
            "made.high.top imports flask, which only high may.",
        ),
        ("other.py", "", "made.other is in no room."),
    ],
)
def test_a_wrong_import_is_found(
    file: str, text: str, sentence: str | None, tmp_path: Path
) -> None:
    package = planted(tmp_path, {file: text})

    assert list(faults(package, FEW, {"flask": "high"})) == ([sentence] if sentence else [])


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, set()),
        ({"high/page.py": "from . import menu", "high/menu.py": "import re"}, set()),
        (
            {"high/page.py": "from . import menu", "high/menu.py": "from .page import show"},
            {"made.high.page", "made.high.menu"},
        ),
        (
            {"low/words.py": "def f():\n    from ..high import page"},
            {"made.low.words", "made.high.page"},
        ),
    ],
)
def test_a_circle_is_found(changes: dict[str, str], found: set[str], tmp_path: Path) -> None:
    assert set(circle(planted(tmp_path, changes))) == found
