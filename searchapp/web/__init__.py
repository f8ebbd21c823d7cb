"""The pages: as thin as the commands; templates show what is decided here."""

from __future__ import annotations

from .app import create_app

__all__ = ["create_app"]
