"""Power failures: data that was not synchronised is lost, and the index must still open.

A model of the disk follows the calls of a run. After each call it knows what is certainly on the
disk: the bytes of a file when it was last synchronised, and likewise the names in a folder. Two
images are tried: one with only those names, and one with all names, because file systems often
write a name before the bytes.
"""

from __future__ import annotations

import random
import shutil
from dataclasses import dataclass, field
from pathlib import Path

from . import Failure
from .calls import Call, observe
from .content import Content
from .jobs import JOBS, Stage, Trial

COUNT, UNIT = len(JOBS), "kinds of run"
NAMES = {"create", "mkdir", "rmdir", "rename", "exchange", "unlink", "link"}


@dataclass
class File:
    """A file, with its bytes on the disk."""

    synced: bytes = b""


@dataclass
class Folder:
    """A folder, with all its names, and those on the disk."""

    names: dict[str, Node] = field(default_factory=dict)
    synced: dict[str, Node] = field(default_factory=dict)


Node = File | Folder
Tree = dict[str, "bytes | Tree"]


class Disk:
    """A model of the disk below a folder, in which everything is synchronised at first."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._top = _read(root)

    def apply(self, call: Call) -> None:
        """Apply a call to the model."""
        if call.kind == "sync":
            self._sync(call.path)
        elif call.kind in NAMES:
            getattr(self, f"_{call.kind}")(call)

    def image(self, all_names: bool) -> Tree:
        """Return the content of the disk, with all names or only the synchronised ones."""
        return _image(self._top, all_names)

    def _sync(self, path: Path) -> None:
        node = self._node(path)
        if isinstance(node, Folder):
            node.synced = dict(node.names)
        else:
            node.synced = path.read_bytes()

    def _create(self, call: Call) -> None:
        self._names(call.path).setdefault(call.path.name, File())

    def _mkdir(self, call: Call) -> None:
        self._names(call.path)[call.path.name] = Folder()

    def _unlink(self, call: Call) -> None:
        del self._names(call.path)[call.path.name]

    _rmdir = _unlink

    def _link(self, call: Call) -> None:
        self._names(_target(call))[_target(call).name] = self._node(call.path)

    def _rename(self, call: Call) -> None:
        node = self._names(call.path).pop(call.path.name)
        self._names(_target(call))[_target(call).name] = node

    def _exchange(self, call: Call) -> None:
        first, second = self._node(call.path), self._node(_target(call))
        self._names(call.path)[call.path.name] = second
        self._names(_target(call))[_target(call).name] = first

    def _node(self, path: Path) -> Node:
        return self._top if path == self._root else self._names(path)[path.name]

    def _names(self, path: Path) -> dict[str, Node]:
        """Return the names of the folder that contains a path."""
        folder = self._top
        for name in path.parent.relative_to(self._root).parts:
            below = folder.names[name]
            if not isinstance(below, Folder):
                raise TypeError(f"{path.parent} is a file.")
            folder = below
        return folder.names


def _target(call: Call) -> Path:
    if call.target is None:
        raise ValueError(f"{call} has no second path.")
    return call.target


def _read(path: Path) -> Folder:
    names: dict[str, Node] = {
        below.name: _read(below) if below.is_dir() else File(below.read_bytes())
        for below in path.iterdir()
    }
    return Folder(names, dict(names))


def _image(folder: Folder, all_names: bool) -> Tree:
    names = folder.names if all_names else folder.synced
    return {
        name: _image(node, all_names) if isinstance(node, Folder) else node.synced
        for name, node in names.items()
    }


def _write(tree: Tree, path: Path) -> None:
    path.mkdir()
    for name, node in tree.items():
        if isinstance(node, bytes):
            (path / name).write_bytes(node)
        else:
            _write(node, path / name)


def run(seed: int, count: int, folder: Path) -> list[str]:
    """Simulate a power failure after every call of several jobs."""
    jobs = random.Random(seed).sample(JOBS, min(count, len(JOBS)))
    moments = 0
    for number, job in enumerate(jobs):
        stage = Stage(folder / str(number), job)
        stage.prepare()
        moments += lose_power(stage, stage.history())
    return [
        f"The power was lost {moments:,} times in {len(jobs)} kinds of run.",
        "What was told was on the disk, and the index opened.",
    ]


def lose_power(stage: Stage, history: list[Content]) -> int:
    """Try the images of the disk after each call of a run, and return how many differed."""
    stage.reset()
    crashes = _Crashes(stage, history)
    with observe(stage.held, after=crashes.follow):
        done = stage.run(told=lambda: crashes.tell("a commit was told"))
    crashes.tell("the command ended")
    if crashes.failures:  # not raised at once, because the program would handle it
        raise crashes.failures[0]
    if done.code:
        raise Failure(f"Undisturbed, {stage.job} ended with {done.code}: {done.said}")
    return len(crashes.seen)


class _Crashes:
    """A check of what would be left of an index after each call and each commit."""

    def __init__(self, stage: Stage, history: list[Content]) -> None:
        self._stage, self._history = stage, history
        self._disk, self._told = Disk(stage.held), 0
        self.seen: list[tuple[int, Tree]] = []
        self.failures: list[Failure] = []

    def tell(self, moment: str) -> None:
        """Note a finished commit, which must be on the disk from now on."""
        self._told += 1
        self._try_images(moment)

    def follow(self, call: Call) -> None:
        """Apply a finished call, and try the images if the disk has changed."""
        self._disk.apply(call)
        if call.kind == "sync" or call.kind in NAMES:
            self._try_images(f"the {call}")

    def _try_images(self, moment: str) -> None:
        for all_names in (False, True):
            tree = self._disk.image(all_names)
            if (self._told, tree) in self.seen[-2:]:
                continue
            self.seen.append((self._told, tree))
            lost = "bytes" if all_names else "names and bytes"
            self._try(tree, f"power lost after {moment}, without {lost} not synchronised")

    def _try(self, tree: Tree, fault: str) -> None:
        image = self._stage.folder / "image"
        _write(tree, image)
        try:
            Trial(self._stage, self._history, fault).check_content(
                self._told, image / self._stage.job.result
            )
        except Failure as failure:
            self.failures.append(failure)
        shutil.rmtree(image)
