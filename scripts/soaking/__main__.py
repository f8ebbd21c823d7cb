"""Run campaigns, by default all of them: `python -m soaking [CAMPAIGN…]`."""

from __future__ import annotations

import argparse
import pkgutil
import sys
import tempfile
import time
from importlib import import_module
from pathlib import Path
from types import ModuleType

from . import Failure, __path__


def campaigns() -> dict[str, ModuleType]:
    """Return the modules of this package that are campaigns, by name."""
    names = [module.name for module in pkgutil.iter_modules(__path__) if module.name[0] != "_"]
    modules = {name: import_module(f"{__package__}.{name}") for name in names}
    return {name: module for name, module in modules.items() if hasattr(module, "run")}


def main(arguments: list[str]) -> int:
    """Run the named campaigns; return exit code 1 if a guarantee was violated."""
    known = campaigns()
    given = _parser(known).parse_args(arguments)
    broken = [
        name
        for name in given.campaigns or known
        if not _kept(name, known[name], given.seed, given.count, given.folder)
    ]
    return 1 if broken else 0


def _parser(known: dict[str, ModuleType]) -> argparse.ArgumentParser:
    usual = ", ".join(f"{name} {_count(m):,} {_unit(m)}" for name, m in known.items())
    parser = argparse.ArgumentParser(prog="python -m soaking", description=__doc__)
    parser.add_argument("campaigns", nargs="*", metavar="CAMPAIGN", help=", ".join(known))
    parser.add_argument("--seed", type=int, default=1, help="chooses the cases (default: 1)")
    parser.add_argument("--count", type=int, help=f"how many (default: {usual})")
    parser.add_argument("--folder", type=Path, help="for files on the way (default: a new one)")
    return parser


def _kept(
    name: str, campaign: ModuleType, seed: int, count: int | None, place: Path | None
) -> bool:
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix=f"soaking-{name}-", dir=place) as folder:
        try:
            said = campaign.run(seed, count or _count(campaign), Path(folder))
        except Failure as failure:
            again = f"python -m soaking {name} --seed {seed} --count {count or _count(campaign)}"
            print(f"{name}: FAILED: {failure}\nTo see it again: {again}", file=sys.stderr)
            return False
    for line in said:
        print(f"{name}: {line}")
    print(f"{name}: {time.monotonic() - began:.0f} seconds.", flush=True)
    return True


def _count(campaign: ModuleType) -> int:
    return int(getattr(campaign, "COUNT", 100))


def _unit(campaign: ModuleType) -> str:
    return str(getattr(campaign, "UNIT", "cases"))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
