"""Campaigns that prove promises by faults: `python -m soaking CAMPAIGN…`.

A campaign is a module with `run(seed, count, folder)`, which returns lines that sum it up and
raises `Failure`; `COUNT` is the count that is usual for it, and `UNIT` what is counted.
docs/reliability.md has the promises.
"""

from __future__ import annotations


class Failure(Exception):
    """A promise that was broken; its text tells how to see it again."""
