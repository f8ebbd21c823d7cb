"""The group of commands: messages instead of tracebacks, and what commands share.

Results go to standard output; progress, summaries and messages to standard error. Imports are
inside the commands where they are slow, so that `--help` responds at once.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

import click

from .. import __version__
from ..errors import SearchAppError
from ..settings.config import Settings
from ..system.signals import exit_code, terminable
from .options import Command, setting_option

if TYPE_CHECKING:
    from ..search.backend import Backend

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


@click.group(cls=Commands, epilog=EXAMPLES, context_settings={"max_content_width": 100})
@click.version_option(__version__, prog_name="searchapp")
def main() -> None:
    """Search the paragraphs of United Nations resolutions, clause by clause.

    First index files (or the sample: searchapp index --sample), then search or serve them.
    Run "searchapp COMMAND --help" for help on a command and the settings that it follows.
    """


@contextmanager
def open_index(
    settings: Settings, place: str = "", create: bool = False, texts_only: bool = False
) -> Iterator[Backend]:
    """Open the index at a place, by default that of the settings, and close it on exit."""
    from ..backends import open_backend

    made = open_backend(place or settings.index, create, settings, texts_only)
    with closing(made) as backend:
        yield backend


def say(*lines: str) -> None:
    """Print messages on standard error, so that standard output contains only results."""
    from .terminal import clean

    for line in lines:
        click.echo(clean(line), err=True)
