"""Versions of what is stored: a program with other numbers refuses it, or reads files again."""

from __future__ import annotations

FORMAT_VERSION = 5  # raised when an index made before can't be read any more
PARSER_VERSION = 6  # raised when the same file would give other paragraphs: it is then read again
