"""Values of facets as rows of the side form, each with its box, its count and its "not".

A page has two hundred of them, which as a template took a third of the time that a page takes; so
they are put together here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from markupsafe import Markup

from ..highlight import escaped
from ..wording import counted
from .addresses import ChoiceAddresses
from .facets import Row

_NOFOLLOW = ' rel="nofollow"'  # each value with each other: robots would never end


def value_rows(rows: Iterable[Row], addresses: ChoiceAddresses) -> Markup:
    """Return the rows as items of a list; the addresses are escaped already."""
    pieces = _pieces(rows, addresses)
    return Markup("".join(pieces))  # noqa: S704 - all that is not ours is escaped


def _pieces(rows: Iterable[Row], addresses: ChoiceAddresses) -> Iterator[str]:
    for row in rows:
        value = row.value
        label, own = escaped(value.label), escaped(value.value)
        url = addresses.excluding(row.name, value.value)
        if value.excluded:
            yield f'<li class="out">\n{_excluded(row, own, label, url)}\n'
        else:
            yield f"<li>\n{_included(row, own, label)}{_not(label, url) if url else ''}\n"
        if row.below:
            yield from _below(row, own, label, addresses)
        yield "</li>\n"


def _included(row: Row, own: str, label: str) -> str:
    kind = "radio" if row.name == "lang" else "checkbox"
    checked = " checked" if row.value.selected else ""
    return (
        f'<label><input type="{kind}" name="{row.name}" value="{own}"{checked}> '
        f'<span>{label}</span> <span class="count">{row.value.count:,}</span></label>'
    )


def _not(label: str, url: str) -> str:
    hidden = f'<span class="hide"> {label}</span>'
    return f' <a class="not" href="{url}"{_NOFOLLOW} title="Exclude">not{hidden}</a>'


def _excluded(row: Row, own: str, label: str, url: str) -> str:
    hidden = f'<span class="hide"> the exclusion of {label}</span>'
    return (
        f'<label><input type="checkbox" name="{row.name}" value="-{own}" checked> '
        f"<s>{label}</s> <small>excluded</small> "
        f'<span class="count">{row.value.count:,}</span></label> '
        f'<a class="not" href="{url}"{_NOFOLLOW}>undo{hidden}</a>'
    )


def _below(row: Row, own: str, label: str, addresses: ChoiceAddresses) -> Iterator[str]:
    """The verbs of a head, folded."""
    forms = counted(len(row.below), "form")
    opened = " open" if row.is_open else ""
    yield (
        f'<details class="more below" data-keep="{row.name}={own}"{opened}>\n'
        f'<summary title="{forms}"><span class="hide">{forms} of {label}</span></summary>\n'
        '<ul role="list">\n'
    )
    yield from _pieces(row.below, addresses)
    yield "</ul>\n</details>\n"
