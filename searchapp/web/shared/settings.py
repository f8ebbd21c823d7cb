"""The settings of an application."""

from __future__ import annotations

from flask import Flask, current_app

from ...settings.config import Settings

_KEY = "searchapp.settings"


def keep_settings(app: Flask, settings: Settings) -> None:
    """Make an application follow settings."""
    app.extensions[_KEY] = settings


def settings_of(app: Flask = current_app) -> Settings:
    """Return the settings of an application, of the running one unless it is given."""
    settings: Settings = app.extensions[_KEY]
    return settings
