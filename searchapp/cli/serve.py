"""`searchapp serve`: the pages, over the sample if there is no index."""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING

import click

from ..errors import NoIndex
from ..settings.config import Settings
from .group import index_option, main, open_index, say
from .options import EXPORTING, INDEX, SERVING, setting_option

if TYPE_CHECKING:
    from ..settings.public_address import PublicAddress


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
