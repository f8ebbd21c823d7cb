"""Choices: the syntax of included and excluded facet values in addresses.

"invites" includes a value and "-invites" excludes it. Where a value begins with "-" itself, each of
these is doubled: "--isms" includes the value "-isms", and "---isms" excludes it.
"""

from __future__ import annotations


def written(value: str) -> str:
    """Return the choice that includes a value."""
    return "-" * _dashes(value) + value if value[:1] == "-" else value


def is_excluded(choice: str) -> bool:
    """Return whether a choice excludes its value."""
    return choice[:1] == "-" and _dashes(choice) % 2 == 1


def value_of(choice: str) -> str:
    """Return the value that a choice includes or excludes."""
    return choice[(_dashes(choice) + 1) // 2 :] if choice[:1] == "-" else choice


def included(choice: str) -> str:
    """Return the choice that includes the same value."""
    return choice[1:] if is_excluded(choice) else choice


def opposite(choice: str) -> str:
    """Return the choice that excludes what is included, or includes what is excluded."""
    return choice[1:] if is_excluded(choice) else f"-{choice}"


def _dashes(text: str) -> int:
    return len(text) - len(text.lstrip("-"))
