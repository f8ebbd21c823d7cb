"""Versions of the stored data, which decide whether it is refused or files are re-read."""

from __future__ import annotations

FORMAT_VERSION = 5  # raised when older indexes become unreadable; they are refused
PARSER_VERSION = 6  # raised when parsing yields different paragraphs; files are then re-read
