"""Whoosh's index with segments of raw arrays, and its query trees evaluated over them.

From the file upwards: `sections` (bytes and checksums), `lexicon`, `stored`, `fields`, `segments`;
`inverting`, `merging` and `writing` make such files; `matching`, `counting`, `ordering` and
`searching` answer; `codec` and `storage` are what Whoosh itself sees. docs/engine.md explains it.
"""

from __future__ import annotations

from .backend import WhooshBackend

__all__ = ["WhooshBackend"]
