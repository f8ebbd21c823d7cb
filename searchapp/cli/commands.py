"""The commands: results go to standard output; progress, summaries and messages to standard error.

Imports are inside the commands where they are slow, so that `--help` responds at once.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TypeVar

import click

from .. import __version__
from ..errors import NoIndex, SearchAppError
from ..fetching import OFFICIAL_LANGUAGES
from ..query.facets import FACETS, Facet
from ..settings.config import BY_NAME, Settings
from ..system.signals import exit_code, terminable
from ..text.wording import counted
from .options import (
    EXPORTING,
    FETCHING,
    INDEX,
    ON_OPENSEARCH,
    OPENING,
    READING,
    SERVING,
    Command,
    setting_option,
)

if TYPE_CHECKING:
    from ..fetching.download import Progress as FetchProgress
    from ..fetching.wanted_symbols import Series
    from ..ingest.inputs import Input
    from ..ingest.pipeline import Progress, Report
    from ..query.query import Query
    from ..search.backend import Backend
    from ..search.results import Hit
    from ..settings.public_address import PublicAddress

Decorated = TypeVar("Decorated", bound=Callable[..., Any])
EXAMPLES = """\b
Examples:
  searchapp fetch A/RES/79/1..A/RES/79/50 documents of the United Nations
  searchapp index resolutions/            all files in a folder
  searchapp search invites states         paragraphs with both words
  searchapp search '"all Member States"' --type operative --session 79
  searchapp search report --verb requests --format csv > requests.csv
  searchapp parse A_RES_79_144.html       show how a file is parsed
  searchapp serve                         pages at http://127.0.0.1:8080
"""
INDEX_EXAMPLES = """\b
Examples:
  searchapp index resolutions/ more/A_RES_79_144.xml
  searchapp index --symbol A/RES/56/19 scanned.txt
  searchapp index session-79.zip          all members of an archive
  searchapp parse resolutions/ --json | searchapp index -
"""
SEARCH_EXAMPLES = """\b
Examples:
  searchapp search invites states
  searchapp search '"invites all Member States"' --year 2010..2020 --sort newest
  searchapp search --verb requests --verb urges --type operative
  searchapp search --verb=-recalls climate            all verbs except this one
  searchapp search -- water -desalination             after "--", "-" excludes a word
  searchapp search 'session:75..80 to:"Secretary-General"' --format json
"""
FETCH_EXAMPLES = """\b
Examples:
  searchapp fetch A/RES/79/1..A/RES/79/50 'S/RES/2577(2021)'
  searchapp fetch --session 79 --to session-79/
  searchapp fetch --from symbols.txt --lang fr
  searchapp fetch A/RES/79/144 --then-index
"""


class Commands(click.Group):
    """A group of commands whose errors are messages with exit code 1, without a traceback."""

    command_class = Command

    def make_context(self, *args: Any, **extra: Any) -> click.Context:
        """Parse the options before the command."""
        with _clean_messages():
            return super().make_context(*args, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; errors that a user can correct and interruptions end with a message."""
        try:
            with _clean_messages(), terminable():
                return super().invoke(ctx)
        except KeyboardInterrupt as stop:
            say("Interrupted. To complete it, run the same command again.")
            sys.exit(exit_code(stop))


@contextmanager
def _clean_messages() -> Iterator[None]:
    """Turn our errors into messages, without characters that a terminal would interpret."""
    try:
        yield
    except SearchAppError as error:
        raise click.ClickException(_clean(str(error))) from error
    except click.ClickException as error:
        message = error.format_message()
        if _clean(message) == message.replace("\n", " "):  # only lines differ, as in help texts
            raise
        if isinstance(error, click.UsageError):
            raise click.UsageError(_clean(message), error.ctx) from None
        raise click.ClickException(_clean(message)) from None


def _clean(message: str) -> str:
    from .terminal import clean

    return clean(message)


index_option = setting_option("--index", "INDEX", "PLACE")


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


def filter_options(command: Decorated) -> Decorated:
    """Add an option for each facet that can filter."""
    for facet in reversed([f for f in FACETS if f.narrows]):
        command = click.option(
            f"--{facet.name}", multiple=True, metavar="VALUE", help=_filter_help(facet)
        )(command)
    return command


def _filter_help(facet: Facet) -> str:
    known = f": {', '.join(facet.labels)}" if facet.labels else ""
    return f"{facet.title}{known}."


@click.group(cls=Commands, epilog=EXAMPLES, context_settings={"max_content_width": 100})
@click.version_option(__version__, prog_name="searchapp")
def main() -> None:
    """Search the paragraphs of United Nations resolutions, clause by clause.

    First index files (or the sample: searchapp index --sample), then search or serve them.
    Run "searchapp COMMAND --help" for help on a command and the settings that it follows.
    """


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
    from ..backends.rebuilding import former_lines
    from ..ingest import pipeline
    from ..system.paths import is_there

    if not with_sample and not any(path == "-" or is_there(path) for path in paths):
        raise SearchAppError(f"There is no such file or folder: {', '.join(paths)}.")

    former = former_lines(settings.index, settings) if rebuild else []
    written = rebuild_index(settings) if rebuild else open_index(settings, create=True)
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


@main.command(epilog=SEARCH_EXAMPLES, follows=INDEX + EXPORTING)
@click.argument("words", nargs=-1, metavar="[WORDS]…")
@filter_options
@click.option("--adopted-from", metavar="DATE", help="Adopted on this date or later (2014-12-02).")
@click.option("--adopted-to", metavar="DATE", help="Adopted on this date or earlier.")
@click.option(
    "--verbs", type=click.Choice(["any"]), help="any: --verb matches all verbs of a paragraph."
)
@click.option("--lang", metavar="CODE", help="Language code, or all.  [default: en]")
@click.option("--sort", type=click.Choice(["relevance", "newest", "oldest", "symbol"]))
@click.option("--limit", type=click.IntRange(1), help="Hits per page (20), or rows of CSV.")
@click.option("--page", type=click.IntRange(1), help="Page number.  [default: 1]")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "csv"]),
    default="text",
    show_default=True,
)
@click.option("--explain", is_flag=True, help="Print the parsed query as a tree.")
@click.option("--color/--no-color", default=None, help="Print matches in bold, or not.")
@index_option
def search(
    words: tuple[str, ...],
    form: str,
    limit: int | None,
    explain: bool,
    color: bool | None,
    settings: Settings,
    **filters: Any,
) -> None:
    """Search paragraphs.

    Words are ANDed, "…" is exact, OR, NOT and brackets combine. Filters can be repeated: either
    value matches. A value with a leading "-" is excluded.
    """
    kept = min(limit, 100) if limit and form == "csv" else limit
    query = make_query(" ".join(words), {**filters, "limit": kept})
    if query.is_empty:
        raise click.UsageError("Give words to search for, or a filter such as --session 79.")
    if explain and form != "text":
        raise click.UsageError("--explain prints text only: omit --format.")
    if explain:
        show_tree(query, settings)
        return
    with open_index(settings) as backend:
        if form == "csv":
            rows = BY_NAME["CSV_ROWS"].parse(limit, "--limit") if limit else settings.csv_rows
            show_csv(backend, query, rows, settings.public_url)
        elif form == "json":
            from ..exports.results_json import results_json
            from ..exports.to_json import json_text

            click.echo(json_text(results_json(backend.search(query))), nl=False)
        else:
            shown = sys.stdout.isatty() if color is None else color
            click.echo("\n".join(text_lines(backend, query)), color=shown)


@main.command(follows=("DEBUG", *INDEX, *SERVING, *EXPORTING))
@setting_option("--host", "HOST", "ADDRESS")
@setting_option("--port", "PORT", "NUMBER")
@setting_option("--threads", "THREADS", "NUMBER")
@setting_option("--processes", "PROCESSES", "NUMBER")
@click.option("--sample-if-empty", is_flag=True, help="Index the sample if the index is empty.")
@index_option
def serve(settings: Settings, sample_if_empty: bool) -> None:
    """Serve the search pages until Ctrl-C or SIGTERM.

    Responses in progress are finished.
    """
    from .. import serving

    if sample_if_empty:
        index_sample(settings)
    serving.serve(settings, partial(say_address, public=settings.public_url))


@main.command(follows=INDEX)
@click.argument("names", nargs=-1, required=True, metavar="SYMBOL-OR-PATH…")
@index_option
def remove(names: tuple[str, ...], settings: Settings) -> None:
    """Remove resolutions by symbol, file or folder."""
    from ..ingest import pipeline

    with open_index(settings) as backend:
        removed = pipeline.remove(backend, names)
    for name, keys in removed.items():
        say(f"Removed {', '.join(keys)}." if keys else f"Nothing is indexed for {name}.")
    sys.exit(0 if all(removed.values()) else 1)


@main.command(follows=INDEX)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@index_option
def coverage(form: str, settings: Settings) -> None:
    """Show what is indexed, and which files failed."""
    from dataclasses import asdict

    from ..model.source import outdated
    from ..system.paths import seen_from_here
    from .terminal import clean, coverage_line

    with open_index(settings) as backend:
        held, sources = backend.coverage(), list(backend.sources())
        notes = outdated(sources)
    failures = [(seen_from_here(s.path), s.failure) for s in sources if s.failure]
    if form == "json":
        from ..exports.to_json import json_text

        data = {"coverage": [asdict(row) for row in held], "sources": len(sources), "notes": notes}
        listed = [{"path": path, "failure": failure} for path, failure in failures]
        click.echo(json_text({**data, "failures": listed}), nl=False)
    else:
        click.echo("\n".join([coverage_line(row) for row in held] or ["Nothing is indexed."]))
        for path, failure in failures:
            click.echo(clean(f"Not read: {path}: {failure}"))
        say(*notes)


@main.command(follows=INDEX)
@index_option
def check(settings: Settings) -> None:
    """Check an index for damage and outdated files."""
    from ..model.source import outdated
    from .terminal import clean

    with open_index(settings) as backend:
        problems = backend.check() or outdated(backend.sources())
    if problems:
        click.echo("\n".join(map(clean, problems)))
        sys.exit(1)
    say("The index is complete and undamaged.")


@main.command(follows=OPENING + ON_OPENSEARCH)
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="TO")
def copy(source: str, target: str, settings: Settings) -> None:
    """Copy an index to another place.

    FROM and TO are folders or addresses (opensearch://host:port/name), on the same engine or not.
    The counts of both are compared.
    """
    from tqdm import tqdm

    from ..ingest.copying import copy as copy_all

    if source == target:
        raise click.UsageError("FROM and TO are the same place.")
    with (
        open_index(settings, source, texts_only=True) as held,
        open_index(settings, target, create=True) as made,
        tqdm(unit=" resolutions", disable=None, leave=False) as bar,
    ):
        copied = copy_all(held, made, bar.update)
    say(
        f"Copied {counted(copied.resolutions, 'resolution')}, "
        f"{counted(copied.paragraphs, 'paragraph')} and "
        f"{counted(copied.sources, 'line')} of the ledger; the two indexes match."
    )


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


def start_reading() -> None:
    """Start the process that forks the readers, while this one opens the index."""
    from ..readers import PRELOAD
    from ..system.worker_pool import warm_up

    warm_up((__name__, *PRELOAD))


def is_given(name: str) -> bool:
    """Tell whether the user gave an option to the running command."""
    source = click.get_current_context().get_parameter_source(name)
    return source is click.core.ParameterSource.COMMANDLINE


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
def open_index(
    settings: Settings, place: str = "", create: bool = False, texts_only: bool = False
) -> Iterator[Backend]:
    """Open the index at a place, by default that of the settings, and close it on exit."""
    from ..backends import open_backend

    made = open_backend(place or settings.index, create, settings, texts_only)
    with closing(made) as backend:
        yield backend


@contextmanager
def rebuild_index(settings: Settings) -> Iterator[Backend]:
    """Yield an empty index that replaces the existing one if all goes well."""
    from ..backends.rebuilding import rebuilding

    with rebuilding(settings.index, settings) as backend:
        yield backend


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


def index_files(paths: Iterable[Path], settings: Settings) -> int:
    """Index files, print the summary, and return the exit code."""
    from ..ingest import pipeline

    with open_index(settings, create=True) as backend, show_progress() as step:
        report = pipeline.index(paths, backend, progress=step, settings=settings)
    say(*report.summary())
    return _code(report, strict=False)


def say(*lines: str) -> None:
    """Print messages on standard error, so that standard output contains only results."""
    from .terminal import clean

    for line in lines:
        click.echo(clean(line), err=True)


def make_query(words: str, filters: dict[str, Any]) -> Query:
    """Return the `Query` of a URL with these parameters."""
    from ..query.query import Query

    pairs = [("q", words)]
    for name, given in filters.items():
        values = given if isinstance(given, tuple) else (given,)
        pairs += [(name, str(value)) for value in values if value is not None]
    return Query.from_args(pairs)


def show_tree(query: Query, settings: Settings) -> None:
    """Print the parsed query; this needs no index."""
    from ..backends import explained
    from ..query.explain import explain
    from .terminal import clean

    for line in (*explain(query), *explained(settings.index, query)):
        click.echo(clean(line))


def text_lines(backend: Backend, query: Query) -> list[str]:
    """Return a page of hits, or suggestions if there are none."""
    from ..search.no_hits import advice
    from .terminal import advice_lines, result_lines

    found = backend.search(query)
    if found.page > found.pages:
        raise SearchAppError(f"There is no page {found.page:,}: the last page is {found.pages:,}.")
    if found.total:
        return result_lines(found)
    held = [row for row in backend.coverage() if query.lang in ("all", row.language)]
    return advice_lines(advice(backend, query), held)


def show_csv(backend: Backend, query: Query, rows: int, public: PublicAddress) -> None:
    """Print every hit as a row, up to a number of rows, and the coverage as the last line."""
    from urllib.parse import quote

    from ..exports.to_csv import csv_lines
    from .terminal import coverage_line

    held = "; ".join(coverage_line(row) for row in backend.coverage())

    def address(hit: Hit) -> str:
        return f"{public}/resolutions/" + quote(hit.paragraph.id, safe="/#()@,")

    for line in csv_lines(backend.scan(query), address, f"Indexed: {held}.", rows):
        click.echo(line, nl=False)


def index_sample(settings: Settings) -> None:
    """Index the sample if there is no index, or an empty one."""
    from ..ingest import pipeline

    try:
        with open_index(settings) as backend:
            if backend.coverage():
                return
    except NoIndex:
        pass
    with open_index(settings, create=True) as backend:
        report = pipeline.index((), backend, with_sample=True, processes=0, settings=settings)
    say("The index was empty: indexed the sample of invented resolutions.", *report.summary())


def say_address(address: str, public: PublicAddress) -> None:
    """Print the local address, and the public one if it is set."""
    click.echo(address)
    if public.host:
        say(f"Public address: {public}")
    say("Press Ctrl-C to stop.")
    sys.stdout.flush()


def _code(report: Report, strict: bool) -> int:
    nothing = not (report.resolutions or report.skipped or report.losers or report.removed)
    if nothing and not report.failed:
        say("There was nothing to read.")
    return 1 if nothing or (strict and (report.failed or report.missing)) else 0
