"""`searchapp remove`, `coverage`, `check` and `copy`: the upkeep of an index."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from ..settings.config import Settings
from ..text.wording import counted
from .group import index_option, main, open_index, say
from .options import INDEX, ON_OPENSEARCH, OPENING

if TYPE_CHECKING:
    pass


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
