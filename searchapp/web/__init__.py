"""The web pages: views as thin as the CLI commands, and templates that decide nothing."""

from __future__ import annotations

from .app import create_app

__all__ = ["create_app"]
