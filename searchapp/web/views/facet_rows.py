"""HTML rows of the filter form: each value with its checkbox, count and "not" link.

They are built without a template, which took a third of a page's time: a page has two hundred rows.
"""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup

from ...search.highlight import escaped
from ...text.wording import counted
from ..shared.addresses import ChoiceAddresses
from .facet_form import Row

_NOFOLLOW = ' rel="nofollow"'  # the combinations of values are endless for a crawler


def value_rows(rows: Iterable[Row], addresses: ChoiceAddresses) -> Markup:
    """Return the rows as list items; `addresses` must make URLs that are already escaped."""
    return Markup(_items(rows, addresses))  # noqa: S704 - all that is not ours is escaped


def _items(rows: Iterable[Row], addresses: ChoiceAddresses) -> str:
    return "".join([_item(row, addresses) for row in rows])


def _item(row: Row, addresses: ChoiceAddresses) -> str:
    value = row.value
    label = escaped(value.label)
    own = label if value.value == value.label else escaped(value.value)
    url = addresses.excluding(row.name, value.value)
    below = _below(row, own, label, addresses) if row.below else ""
    if value.excluded:
        return f'<li class="out">\n{_excluded(row, own, label, url)}\n{below}</li>\n'
    return f"<li>\n{_included(row, own, label)}{_not(label, url) if url else ''}\n{below}</li>\n"


def _included(row: Row, own: str, label: str) -> str:
    kind = "radio" if row.name == "lang" else "checkbox"
    checked = " checked" if row.value.selected else ""
    return (
        f'<label><input type="{kind}" name="{row.name}" value="{own}"{checked}> '
        f'<span>{label}</span> <span class="count">{row.value.count:,}</span></label>'
    )


def _not(label: str, url: str) -> str:
    return (
        f' <a class="not" href="{url}"{_NOFOLLOW} title="Exclude">'
        f'not<span class="hide"> {label}</span></a>'
    )


def _excluded(row: Row, own: str, label: str, url: str) -> str:
    return (
        f'<label><input type="checkbox" name="{row.name}" value="-{own}" checked> '
        f"<s>{label}</s> <small>excluded</small> "
        f'<span class="count">{row.value.count:,}</span></label> '
        f'<a class="not" href="{url}"{_NOFOLLOW}>'
        f'undo<span class="hide"> the exclusion of {label}</span></a>'
    )


def _below(row: Row, own: str, label: str, addresses: ChoiceAddresses) -> str:
    """Return the verbs of a head as a list that can be unfolded."""
    forms = counted(len(row.below), "form")
    opened = " open" if row.is_open else ""
    return (
        f'<details class="more below" data-keep="{row.name}={own}"{opened}>\n'
        f'<summary title="{forms}"><span class="hide">{forms} of {label}</span></summary>\n'
        f'<ul role="list">\n{_items(row.below, addresses)}</ul>\n</details>\n'
    )
