"""`searchapp index` and `searchapp parse`: read files."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ..errors import SearchAppError
from ..settings.config import Settings
from .group import index_option, main, open_index, say
from .options import INDEX, READING

if TYPE_CHECKING:
    from ..ingest.inputs import Input
    from ..ingest.pipeline import Progress, Report

Decorated = TypeVar("Decorated", bound=Callable[..., Any])
INDEX_EXAMPLES = """\b
Examples:
  searchapp index resolutions/ more/A_RES_79_144.xml
  searchapp index --symbol A/RES/56/19 scanned.txt
  searchapp index session-79.zip          all members of an archive
  searchapp parse resolutions/ --json | searchapp index -
"""


def symbol_option(command: Decorated) -> Decorated:
    """Add an option: the symbol for a file that does not contain one."""
    return click.option(
        "--symbol", metavar="SYMBOL", help="Symbol of the resolution, for a single file."
    )(command)


def check_symbol(symbol: str | None, paths: tuple[str, ...]) -> None:
    """Require a single file with `--symbol`, and a symbol without the separators of keys."""
    if symbol is None:
        return
    from ..system.paths import is_folder

    if not symbol.strip() or set(symbol) & set("#?@"):
        raise click.UsageError("--symbol needs a symbol such as A/RES/56/19.")
    if len(paths) != 1 or is_folder(paths[0]):
        raise click.UsageError("--symbol applies to one resolution: give a single file.")


def strict_option(command: Decorated) -> Decorated:
    """Add an option that makes an unreadable file an error."""
    return click.option(
        "--strict",
        is_flag=True,
        help="Exit with 1 if a file can't be read, or most of a folder is missing.",
    )(command)


@main.command(epilog=INDEX_EXAMPLES, follows=INDEX + READING)
@click.argument("paths", nargs=-1, metavar="PATH…")
@index_option
@click.option("--sample", "with_sample", is_flag=True, help="Index the invented sample.")
@click.option("--force", is_flag=True, help="Re-read unchanged files too.")
@click.option("--rebuild", is_flag=True, help="Build a new index and swap it in when complete.")
@click.option(
    "--remove-missing", is_flag=True, help="Remove resolutions even if most of a folder is missing."
)
@symbol_option
@strict_option
def index(
    paths: tuple[str, ...],
    settings: Settings,
    with_sample: bool,
    force: bool,
    rebuild: bool,
    remove_missing: bool,
    symbol: str | None,
    strict: bool,
) -> None:
    """Index files, folders and ZIP archives; - is standard input.

    Unchanged files are skipped. Resolutions that a file no longer contains, or whose file was
    deleted from a folder, are removed. If most of a folder is missing, for example because a disk
    is not connected, nothing is removed without --remove-missing. JSON lines are indexed without
    parsing. The first real file replaces the sample.
    """
    if not paths and not with_sample:
        raise click.UsageError("Give files or folders to index, or --sample.")
    check_symbol(symbol, paths)
    start_reading()
    from ..backends.rebuilding import former_lines, rebuilding
    from ..ingest import pipeline
    from ..system.paths import is_there

    if not with_sample and not any(path == "-" or is_there(path) for path in paths):
        raise SearchAppError(f"There is no such file or folder: {', '.join(paths)}.")

    former = former_lines(settings.index, settings) if rebuild else []
    written = rebuilding(settings.index, settings) if rebuild else open_index(settings, create=True)
    with expand_stdin(paths) as files, written as backend, show_progress() as step:
        report = pipeline.index(
            files,
            backend,
            with_sample=with_sample,
            force=force,
            symbol=symbol,
            remove_missing=remove_missing,
            former=former,
            progress=step,
            settings=settings,
        )
        if rebuild and not report.resolutions:
            raise SearchAppError("Nothing could be read, so the index was left unchanged.")
        if rebuild and report.missing:
            missing = " ".join(one.sentence() for one in report.missing)
            raise SearchAppError(f"The index was left unchanged. {missing}")
    say(*report.summary())
    sys.exit(_code(report, strict))


@main.command(follows=READING)
@click.argument("paths", nargs=-1, required=True, metavar="PATH…")
@click.option("--json", "as_json", is_flag=True, help="Print JSON lines: one resolution per line.")
@symbol_option
@strict_option
def parse(
    paths: tuple[str, ...], settings: Settings, as_json: bool, symbol: str | None, strict: bool
) -> None:
    """Show how files are parsed; - is standard input."""
    check_symbol(symbol, paths)
    start_reading()
    from ..exports.to_json import visible
    from ..ingest import pipeline
    from .terminal import outline

    report = pipeline.Report()
    with expand_stdin(paths) as files:
        for resolution in pipeline.parsed(files, report, symbol, settings=settings):
            lines = [visible(resolution.to_line())] if as_json else outline(resolution)
            click.echo("\n".join(lines))
    say(*report.summary()[1:])
    sys.exit(_code(report, strict))


def start_reading() -> None:
    """Start the process that forks the readers, while this one opens the index."""
    from ..readers import PRELOAD
    from ..system.worker_pool import warm_up

    warm_up((__name__, *PRELOAD))


@contextmanager
def expand_stdin(paths: tuple[str, ...]) -> Iterator[list[str | Input]]:
    """Yield the paths, with "-" replaced by the content of standard input."""
    from ..ingest.inputs import standard_input

    if "-" not in paths:
        yield list(paths)
        return
    with standard_input(sys.stdin.buffer) as saved:
        yield [saved if path == "-" else path for path in paths]


@contextmanager
def show_progress() -> Iterator[Progress]:
    """Yield a callback that draws a progress bar on a terminal."""
    from tqdm import tqdm

    # tqdm draws on standard error; `disable=None` means only if that is a terminal.
    with tqdm(unit="file", disable=None, leave=False) as bar:

        def step(done: int, files: int, resolutions: int) -> None:
            bar.total = files
            bar.set_postfix(resolutions=resolutions, refresh=False)
            bar.update(done - bar.n)

        yield step


def index_files(paths: Iterable[Path], settings: Settings) -> int:
    """Index files, print the summary, and return the exit code."""
    from ..ingest import pipeline

    with open_index(settings, create=True) as backend, show_progress() as step:
        report = pipeline.index(paths, backend, progress=step, settings=settings)
    say(*report.summary())
    return _code(report, strict=False)


def _code(report: Report, strict: bool) -> int:
    nothing = not (report.resolutions or report.skipped or report.losers or report.removed)
    if nothing and not report.failed:
        say("There was nothing to read.")
    return 1 if nothing or (strict and (report.failed or report.missing)) else 0
