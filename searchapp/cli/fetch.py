"""`searchapp fetch`: documents of the United Nations."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from ..fetching import OFFICIAL_LANGUAGES
from ..settings.config import Settings
from .group import index_option, main, say
from .index import index_files
from .options import FETCHING, INDEX, READING

if TYPE_CHECKING:
    from ..fetching.download import Progress as FetchProgress
    from ..fetching.wanted_symbols import Series

FETCH_EXAMPLES = """\b
Examples:
  searchapp fetch A/RES/79/1..A/RES/79/50 'S/RES/2577(2021)'
  searchapp fetch --session 79 --to session-79/
  searchapp fetch --from symbols.txt --lang fr
  searchapp fetch A/RES/79/144 --then-index
"""


@main.command(epilog=FETCH_EXAMPLES, follows=FETCHING + INDEX + READING)
@click.argument("words", nargs=-1, metavar="[SYMBOL]…")
@click.option(
    "--session",
    "sessions",
    multiple=True,
    metavar="SESSION",
    help="All resolutions of a session of the General Assembly: 79, S-26, ES-10.",
)
@click.option(
    "--from",
    "source",
    type=click.File("rb"),
    metavar="FILE",
    help="File of symbols, one per line; - is standard input.",
)
@click.option(
    "--lang",
    type=click.Choice(OFFICIAL_LANGUAGES),
    default="en",
    show_default=True,
    help="Language of the documents.",
)
@click.option(
    "--to",
    "folder",
    default="resolutions",
    metavar="FOLDER",
    show_default=True,
    help="Folder for the files.",
)
@click.option("--force", is_flag=True, help="Re-fetch documents that already exist.")
@click.option("--then-index", is_flag=True, help="Index the files afterwards.")
@index_option
def fetch(
    words: tuple[str, ...],
    sessions: tuple[str, ...],
    source: IO[bytes] | None,
    lang: str,
    folder: str,
    force: bool,
    then_index: bool,
    settings: Settings,
) -> None:
    """Fetch resolutions as PDF from the United Nations.

    SYMBOL is a symbol such as A/RES/79/144, or a range such as A/RES/79/1..A/RES/79/50. Documents
    are requested one at a time, with a pause; existing documents are not requested again, so the
    same command resumes an interrupted run.

    For whole sessions, a clone of https://github.com/UNxml/GAresolutions is the better source.
    """
    if is_given("index") and not then_index:
        raise click.UsageError("--index needs --then-index: give both.")
    series = wanted_series(words, source, sessions)
    from ..fetching.download import fetch as fetch_all
    from ..fetching.service import Service

    service = Service(settings.fetch_url, settings.fetch_pause, private=settings.fetch_private)
    with show_fetch_progress() as step:
        report = fetch_all(series, service, Path(folder), language=lang, force=force, progress=step)
    say(*report.summary())
    indexed = then_index and report.files and not report.stopped
    code = index_files(report.files, settings) if indexed else 0
    sys.exit(code if report.is_complete else 1)


def is_given(name: str) -> bool:
    """Tell whether the user gave an option to the running command."""
    source = click.get_current_context().get_parameter_source(name)
    return source is click.core.ParameterSource.COMMANDLINE


@contextmanager
def show_fetch_progress() -> Iterator[FetchProgress]:
    """Yield a callback that draws a bar of documents; the total is unknown for sessions."""
    from tqdm import tqdm

    with tqdm(unit="document", disable=None, leave=False) as bar:

        def step(done: int, documents: int | None, symbol: str) -> None:
            bar.total = documents
            bar.set_postfix_str(symbol, refresh=False)
            bar.update(done - bar.n)

        yield step


def wanted_series(
    words: tuple[str, ...], source: IO[bytes] | None, sessions: tuple[str, ...]
) -> list[Series]:
    """Return the series to fetch; `click.UsageError` for invalid symbols, or none at all."""
    from ..fetching.wanted_symbols import NotASymbol, read_series, read_words

    try:
        series = read_series([*words, *(read_words(source) if source else ())], sessions)
    except NotASymbol as error:
        raise click.UsageError(str(error)) from error
    if not series:
        raise click.UsageError("Give symbols to fetch, --session, or --from with a file of them.")
    return series
