"""The state of a search (`Query`), and the query language of its words."""

from __future__ import annotations

from .parser import narrowed, parse_words, query_tree, wanted_parts
from .state import Query

__all__ = ["Query", "narrowed", "parse_words", "query_tree", "wanted_parts"]
