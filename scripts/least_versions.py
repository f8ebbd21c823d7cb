"""Print the minimum versions that setup.cfg supports, as constraints for pip.

`python scripts/least_versions.py EXTRA…`: those of the requirements, and of these extras.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from configparser import ConfigParser
from pathlib import Path

from packaging.requirements import Requirement

SETUP = Path(__file__).parent.parent / "setup.cfg"


class NoBound(Exception):
    """A requirement without a minimum version."""


def requirements(extras: Iterable[str], setup: Path = SETUP) -> Iterator[Requirement]:
    """Yield the requirements of the package and of these extras."""
    parser = ConfigParser()
    parser.read(setup, encoding="utf-8")
    lists = [parser["options"]["install_requires"]]
    lists += [parser["options.extras_require"][extra] for extra in extras]
    for line in "\n".join(lists).splitlines():
        if line and not line.startswith("#"):
            yield Requirement(line)


def least(requirement: Requirement) -> str:
    """Return the requirement pinned to its minimum version; `NoBound` if it has none."""
    for bound in requirement.specifier:
        if bound.operator in (">=", "==", "~="):
            return f"{requirement.name}=={bound.version}"
    raise NoBound(f"setup.cfg names no least version of {requirement.name}: write {requirement}>=…")


def main(extras: list[str]) -> None:
    """Print a constraint for each requirement."""
    print("\n".join(sorted({least(requirement) for requirement in requirements(extras)})))


if __name__ == "__main__":
    main(sys.argv[1:])
