"""Campaigns of fault injection that test the guarantees: `python -m soaking CAMPAIGN…`.

A campaign is a module with `run(seed, count, folder)`, which returns lines of summary or raises
`Failure`; `COUNT` is its default count, and `UNIT` the unit of that. docs/reliability.md lists the
guarantees.
"""

from __future__ import annotations


class Failure(Exception):
    """A violated guarantee; the message describes how to reproduce it."""
