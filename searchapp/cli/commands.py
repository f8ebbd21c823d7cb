"""All commands of `searchapp`: importing their modules adds them to the group."""

from __future__ import annotations

from . import fetch, index, search, serve, upkeep
from .group import main

__all__ = ["fetch", "index", "main", "search", "serve", "upkeep"]
