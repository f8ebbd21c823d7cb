"""Three nodes, killed one by one while the index is written and searched; finally all at once.

No committed resolution may get lost, and each total shown must be that of a commit. Searches
succeed or fail with an error message. SEARCHAPP_FAULTS is the number of nodes killed.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread
from typing import Any
from urllib.request import urlopen

import pytest

from searchapp.backends.opensearch import OpenSearchBackend
from searchapp.errors import IndexProblem, TooSlow
from searchapp.model.resolution import Resolution
from searchapp.query.query import Query
from searchapp.search.backend import Backend
from searchapp.settings.config import Settings

ROOT = Path(__file__).parent.parent
FAULTS = int(os.environ.get("SEARCHAPP_FAULTS", "0"))
PORT = 19300
PLACE = f"opensearch://{','.join(f'127.0.0.1:{PORT + k}' for k in (1, 2, 3))}/faults"
COMMITS = 6  # while a node is dead, and again when it is back
PATIENCE = 240  # seconds to wait for any event
EVERYTHING = Query.make("peace")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not FAULTS,
        reason="it starts three servers: set SEARCHAPP_FAULTS to how many times one dies",
    ),
]


class Cluster:
    """Three nodes that scripts/opensearch starts, and that can be killed."""

    def __init__(self) -> None:
        home = os.environ.get("XDG_CACHE_HOME", str(Path.home() / ".cache"))
        self._folder = Path(os.environ.get("SEARCHAPP_SERVER", f"{home}/searchapp-opensearch"))
        self._environment = {**os.environ, "SEARCHAPP_SERVER_PORT": str(PORT)}

    def run(self, *words: str) -> None:
        command = [str(ROOT / "scripts" / "opensearch"), *words]
        subprocess.run(command, check=True, env=self._environment, stdout=subprocess.DEVNULL)

    def kill(self, *nodes: int) -> None:
        for k in nodes:
            file = self._folder / f"{k}-of-3.pid"
            os.kill(int(file.read_text(encoding="utf-8")), signal.SIGKILL)
            file.unlink()


@dataclass
class Commit:
    """The contents of an index after a commit."""

    paragraphs: int
    resolutions: int
    held: dict[str, Resolution]


@dataclass
class History:
    """All commits; `begun` is the last one sent, `ended` the last one acknowledged."""

    commits: list[Commit] = field(default_factory=lambda: [Commit(0, 0, {})])
    begun: int = 0
    ended: int = 0
    waits: list[float] = field(default_factory=list)  # seconds for each commit
    refused: int = 0  # commits that failed and were retried


def text_of(chance: random.Random) -> str:
    return f"peace and {' '.join(f'word{chance.randrange(50)}' for _ in range(8))}"


def made(name: str, chance: random.Random) -> Resolution:
    rows = [{"text": text_of(chance), "kind": "operative"} for _ in range(chance.randint(1, 9))]
    return Resolution.from_json({"symbol": name, "session": name[:1], "paragraphs": rows})


def following(last: Commit, number: int, chance: random.Random) -> tuple[Commit, list[str]]:
    """Return the next commit, with new, replaced and removed resolutions, and the keys removed."""
    held = dict(last.held)
    removed = [key for key in held if chance.random() < 0.02]
    for key in removed:
        del held[key]
    for key in [
        *(k for k in held if chance.random() < 0.05),
        *(f"{number}/{n}" for n in range(20)),
    ]:
        held[key] = made(key, chance)
    return Commit(sum(len(r.paragraphs) for r in held.values()), len(held), held), removed


def write(backend: Backend, history: History, ends: Event) -> None:
    """Write commit after commit; retry a failed one with the same changes."""
    chance = random.Random(1)
    while not ends.is_set():
        before = history.commits[-1]
        after, removed = following(before, len(history.commits), chance)
        changed = [r for key, r in after.held.items() if before.held.get(key) is not r]
        history.commits.append(after)
        history.begun = len(history.commits) - 1
        start = time.monotonic()
        while True:
            try:
                for key in removed:
                    backend.remove(key)
                for resolution in changed:
                    backend.add(resolution)
                backend.commit()
                break
            except IndexProblem:
                history.refused += 1
                if ends.is_set():
                    return
                time.sleep(0.5)
        history.ended = history.begun
        history.waits.append(time.monotonic() - start)


@dataclass
class Asked:
    """The outcomes of a reader's searches."""

    answered: int = 0
    refused: int = 0
    wrong: list[str] = field(default_factory=list)
    slowest: float = 0.0


def read(backend: Backend, history: History, ends: Event, asked: Asked) -> None:
    """Search repeatedly; each result must be that of a commit that may have been visible."""
    while not ends.is_set():
        first, start = history.ended, time.monotonic()
        try:
            found = backend.search(EVERYTHING)
        except (IndexProblem, TooSlow):  # a cluster that has lost a node may need time
            asked.refused += 1
            time.sleep(0.2)
            continue
        asked.slowest = max(asked.slowest, time.monotonic() - start)
        asked.answered += 1
        seen = history.commits[first : history.begun + 1]
        sums = Counter({f.name: sum(v.count for v in f.values) for f in found.facets})
        if (found.total, found.resolutions) not in {(c.paragraphs, c.resolutions) for c in seen}:
            asked.wrong.append(f"{found.total} of {[c.paragraphs for c in seen]}")
        elif sums["type"] != found.total or len(found.hits) != min(20, found.total):
            asked.wrong.append(f"{found.total}: {sums['type']} by type, {len(found.hits)} hits")


def until(happened: Callable[[], Any], what: str) -> None:
    ends = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < ends, f"not in {PATIENCE} seconds: {what}"
        time.sleep(0.2)


def more_commits(history: History) -> None:
    wanted = history.ended + COMMITS
    until(lambda: history.ended >= wanted, f"{COMMITS} commits")


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    made = Cluster()
    made.run("clean", "3")
    made.run("up", "3")
    yield made
    made.run("clean", "3")


def test_nodes_die(cluster: Cluster, capsys: pytest.CaptureFixture[str]) -> None:
    settings = Settings(opensearch_shards=3, opensearch_replicas="1")
    writer = OpenSearchBackend(PLACE, create=True, settings=settings)
    reader = OpenSearchBackend(PLACE)
    history, ends, asked = History(), Event(), [Asked(), Asked()]
    threads = [Thread(target=write, args=(writer, history, ends))]
    threads += [Thread(target=read, args=(reader, history, ends, each)) for each in asked]
    for thread in threads:
        thread.start()
    try:
        for turn in range(FAULTS):
            more_commits(history)
            is_whole()
            dead = turn % 3 + 1  # the cluster manager too, in its turn
            cluster.kill(dead)
            more_commits(history)
            cluster.run("node", str(dead))
        more_commits(history)
        is_whole()
        refused = sum(each.refused for each in asked)
        cluster.kill(1, 2, 3)
        until(lambda: sum(e.refused for e in asked) > refused, "a search that says it can't")
        cluster.run("up", "3")
        more_commits(history)
    finally:
        ends.set()
        for thread in threads:
            thread.join()
    is_whole()
    lost = differences(reader, history)
    with capsys.disabled():
        sys.stdout.write(f"\n{report(history, asked)}\n")
    assert [wrong for each in asked for wrong in each.wrong] == []
    assert lost == []
    assert reader.check() == []
    assert all(each.answered > 50 for each in asked)
    writer.close()
    reader.close()


def is_whole() -> None:
    """Wait until each shard has both of its copies again."""

    def green() -> bool:
        try:
            with urlopen(f"http://127.0.0.1:{PORT + 1}/_cluster/health", timeout=20) as answer:
                health = json.load(answer)
        except OSError:  # retry until it answers
            return False
        return bool(health["status"] == "green" and health["number_of_nodes"] == 3)

    until(green, "three nodes with two copies of everything")


def differences(backend: Backend, history: History) -> list[str]:
    """Return the keys that differ from the last acknowledged commit, unless a later one matches."""
    there = {r.key: r for r in backend.resolutions()}
    held = [c.held for c in history.commits[history.ended :]]
    if any(there == each for each in held):
        return []
    return [key for key in {**held[0], **there} if there.get(key) != held[0].get(key)]


def report(history: History, asked: list[Asked]) -> str:
    last = history.commits[history.ended]
    return (
        f"{FAULTS} nodes killed, then all: {history.ended} commits acknowledged "
        f"({last.resolutions:,} resolutions, {last.paragraphs:,} paragraphs at the end), "
        f"{history.refused} begun again, the slowest in {max(history.waits):.1f} s; "
        f"{sum(a.answered for a in asked):,} searches answered, the slowest in "
        f"{max(a.slowest for a in asked):.1f} s, {sum(len(a.wrong) for a in asked)} of them wrong; "
        f"{sum(a.refused for a in asked)} said that they can't."
    )
