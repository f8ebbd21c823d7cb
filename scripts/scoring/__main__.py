"""Measure the accuracy of the readers: `scripts/score --help`."""

from __future__ import annotations

import argparse
import json
import multiprocessing
import sys
from collections.abc import Sequence

from tqdm import tqdm

from .formats import FORMATS, NotMeasured, cases, measure
from .report import HEADER, Report, worst

PROCESSES = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure the requested formats; return exit code 1 if none could be measured."""
    options = _options().parse_args(arguments)
    reports = []
    for name in options.format:
        try:
            reports.append(measure_format(name, options.held_out, options.file))
        except NotMeasured as reason:
            print(f"{FORMATS[name].title}: not measured: {reason}", file=sys.stderr)
    if options.json:
        print(json.dumps({report.name: report.to_json() for report in reports}, indent=2))
    elif options.markdown:
        print("\n".join([*HEADER, *(line for report in reports for line in report.markdown())]))
    else:
        for report in reports:
            print("\n".join([*report.lines(), *_worst(report, options), ""]))
    return 0 if reports else 1


def measure_format(name: str, held_out: bool = False, files: Sequence[str] = ()) -> Report:
    """Return the report of a format, over all its files or the named ones, on two processes."""
    wanted = [case for case in cases(name) if not held_out or case.held_out]
    if files:
        wanted = [case for case in wanted if any(part in case.path.name for part in files)]
    report = Report(name)
    # Not "fork": in a process with threads it can deadlock, and Python 3.12 warns about it.
    with multiprocessing.get_context("spawn").Pool(PROCESSES) as pool:
        results = pool.imap(measure, wanted, chunksize=4)
        for result in tqdm(results, name, len(wanted), leave=False, disable=None):
            report.add(result)
    return report


def _worst(report: Report, options: argparse.Namespace) -> list[str]:
    """Return the worst files outside the held-out part; all differences if files were named."""
    if options.file:
        return worst(report.development, len(report.development.results))
    return worst(report.development, options.worst, 3)


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("scripts/score", description=__doc__)
    parser.add_argument(
        "--format", type=_formats, default=list(FORMATS), metavar="NAME,…", help=", ".join(FORMATS)
    )
    parser.add_argument(
        "--held-out", action="store_true", help="measure the files kept aside alone"
    )
    parser.add_argument("--worst", type=int, default=3, metavar="N", help="how many files to name")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    parser.add_argument("--markdown", action="store_true", help="print the table of the documents")
    parser.add_argument("file", nargs="*", help="parts of names: these files, all differences")
    return parser


def _formats(text: str) -> list[str]:
    names = text.split(",")
    if unknown := [name for name in names if name not in FORMATS]:
        raise argparse.ArgumentTypeError(
            f"no format {unknown[0]!r}; there are {', '.join(FORMATS)}"
        )
    return names


if __name__ == "__main__":
    sys.exit(main())
