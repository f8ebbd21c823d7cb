"""Access to an application's settings."""

from __future__ import annotations

from flask import Flask, current_app

from ...settings.config import Settings

_KEY = "searchapp.settings"


def keep_settings(app: Flask, settings: Settings) -> None:
    """Store the settings in an application."""
    app.extensions[_KEY] = settings


def settings_of(app: Flask = current_app) -> Settings:
    """Return the settings of an application, by default of the running one."""
    settings: Settings = app.extensions[_KEY]
    return settings
