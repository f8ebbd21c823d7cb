"""What a tree means, said as plainly as possible: brute force over the words of each text."""

from __future__ import annotations

from itertools import pairwise, product
from typing import Any

from whoosh import query as wq

from searchapp.analysis import stem, words


def meant(tree: Any, text: str) -> bool:
    """True where a text is what the tree describes; fields are those of the text alone."""
    if isinstance(tree, wq.And):
        return all(meant(part, text) for part in tree.subqueries)
    if isinstance(tree, wq.Or):
        return any(meant(part, text) for part in tree.subqueries)
    if isinstance(tree, wq.AndNot):
        return meant(tree.a, text) and not meant(tree.b, text)
    if isinstance(tree, wq.Not):
        return not meant(tree.query, text)
    return isinstance(tree, wq.Every) or leaf_meant(tree, words(text))


def leaf_meant(leaf: Any, stream: list[str]) -> bool:
    """The same for a word, a phrase or a prefix."""
    if isinstance(leaf, wq.Phrase):
        return phrase_meant(leaf.words, leaf.slop - 1, stream)
    if isinstance(leaf, wq.Prefix):
        return any(word.startswith(leaf.text) for word in stream)
    return leaf.text in ([stem(w) for w in stream] if leaf.fieldname == "stem" else stream)


def phrase_meant(phrase: list[str], slop: int, stream: list[str]) -> bool:
    """Every choice of places is tried: in this order, with at most `slop` other words in all."""
    places = [[n for n, word in enumerate(stream) if word == wanted] for wanted in phrase]
    return any(
        all(a < b for a, b in pairwise(choice)) and choice[-1] - choice[0] - len(choice) + 1 <= slop
        for choice in product(*places)
    )
