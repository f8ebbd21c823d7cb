"""Commands that read the settings once, from their options or the environment."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click

from ..errors import SearchAppError
from ..settings.config import BY_NAME, SETTINGS, Settings, read_settings, unknown_variables
from ..settings.kinds import Setting

Decorated = TypeVar("Decorated", bound=Callable[..., Any])
# Groups of settings by what uses them; a command's help lists those of its groups.
OPENING = ("QUERY_SECONDS", "CACHE")
ON_OPENSEARCH = tuple(each.name for each in SETTINGS if each.name.startswith("OPENSEARCH_"))
INDEX = ("INDEX", *OPENING, *ON_OPENSEARCH)
READING = ("READ_SECONDS", "READ_MEMORY", "DEBUG")
EXPORTING = ("CSV_ROWS", "PUBLIC_URL")
FETCHING = ("FETCH_URL", "FETCH_PAUSE", "FETCH_PRIVATE")
SERVING = (
    *("HOST", "PORT", "THREADS", "PROCESSES", "EXPORTS", "EXPORT_WAIT", "CONNECTIONS"),
    *("CLIENT_TIMEOUT", "KEEP_ALIVE", "STOP_TIMEOUT", "TRUSTED_PROXIES", "ACCESS_LOG"),
    *("OFFICIAL_URL", "PREAMBLE_OPEN"),
)


class SettingOption(click.Option):
    """An option that overrides a setting, with the setting's bounds and messages."""

    def __init__(self, names: Sequence[str], setting: Setting, **extra: Any) -> None:
        default = f"{setting.variable}, or {setting.default_text}"
        extra["help"] = f"{setting.help}  [default: {default}]"
        extra["type"] = _parser(setting, names[0])
        super().__init__(names, **extra)
        self.setting = setting


def _parser(setting: Setting, flag: str) -> Callable[[str], Any]:
    def parse(text: str) -> Any:
        try:
            return setting.parse(text, flag)
        except SearchAppError as error:
            raise click.UsageError(str(error), click.get_current_context(silent=True)) from None

    return parse


def setting_option(flag: str, name: str, metavar: str) -> Callable[[Decorated], Decorated]:
    """Return a decorator that adds an option for the named setting."""
    return click.option(flag, cls=SettingOption, setting=BY_NAME[name], metavar=metavar)


class Command(click.Command):
    """A command whose function takes `settings`; its help lists those that it uses."""

    def __init__(self, *args: Any, follows: Sequence[str] = (), **extra: Any) -> None:
        super().__init__(*args, **extra)
        self.follows = [each for each in SETTINGS if each.name in follows]

    def invoke(self, ctx: click.Context) -> Any:
        """Warn about unknown variables, read the settings, and run the command."""
        for sentence in unknown_variables():
            click.echo(f"Warning: {sentence}", err=True)
        ctx.params["settings"] = self._read(ctx.params)
        return super().invoke(ctx)

    def _read(self, params: dict[str, Any]) -> Settings:
        options = [each for each in self.params if isinstance(each, SettingOption)]
        values = {each.setting.name: params.pop(each.name or "") for each in options}
        return read_settings({name: value for name, value in values.items() if value is not None})

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, then the settings without an option."""
        super().format_options(ctx, formatter)
        options = [each.setting for each in self.params if isinstance(each, SettingOption)]
        rows = [_row(each) for each in self.follows if each not in options]
        if rows:
            with formatter.section("Settings (environment variables)"):
                formatter.write_dl(rows)


def _row(setting: Setting) -> tuple[str, str]:
    default = setting.default_text
    return setting.variable, f"{setting.help}  [default: {default}]" if default else setting.help
