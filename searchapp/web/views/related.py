"""Links of a resolution's page: cited resolutions, other languages, corrigenda."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ...model.resolution import Resolution
from ...query.query import Query
from ...query.tree import Node, Prefix, Value, any_of
from ...un.symbols import display
from ..shared.addresses import official_of, resolution_url
from ..shared.opened_index import backend, is_sample
from ..shared.template_filters import languages

_MOST_ASKED = 150  # symbols looked up per page; further ones link to the official document
_CORRIGENDUM = re.compile(r"(?P<symbol>.+)/Corr\.\d+", re.IGNORECASE)

Held = dict[tuple[str, str], str]  # keys of indexed resolutions, by symbol and language


@dataclass(frozen=True, slots=True)
class Link:
    """A text with an optional URL, of a page here or of an official document elsewhere."""

    text: str
    url: str = ""
    official: bool = False


@dataclass(frozen=True, slots=True)
class Related:
    """The links of one resolution's page.

    `cited` are by symbol, in order of citation; `others` are the keys of its other languages, by
    language.
    """

    cited: dict[str, Link]
    others: dict[str, str]
    corrigenda: tuple[Link, ...]
    corrects: tuple[Link, ...]

    @property
    def languages(self) -> tuple[Link, ...]:
        """The links to the other languages, by name."""
        return tuple(
            Link(languages(code), resolution_url(key)) for code, key in self.others.items()
        )


def find_related(resolution: Resolution) -> Related:
    """Look up, in one search, every symbol to which the page may link."""
    symbol, language = resolution.symbol or "", resolution.language
    cites = dict.fromkeys(c.symbol for p in resolution.paragraphs for c in p.cites)
    corrected = _CORRIGENDUM.fullmatch(symbol)
    original = corrected["symbol"] if corrected else ""
    here = find_indexed((symbol, original, *cites), beginning=f"{symbol}/Corr.")
    return Related(
        cited={cited: link(cited, language, here) for cited in cites},
        others=_pick_translations(resolution, here),
        corrigenda=tuple(_corrigenda(symbol, language, here)),
        corrects=(link(original, language, here),) if original else (),
    )


def find_indexed(symbols: Iterable[str], beginning: str = "") -> Held:
    """Find the resolutions with these symbols or this beginning of a symbol, in any language.

    One search for all: a resolution may cite a hundred others.
    """
    asked: list[Node] = []
    asked += [Value("symbol", symbol) for symbol in symbols if symbol][:_MOST_ASKED]
    asked += [Prefix("symbol", beginning)] if beginning else []
    hits = backend().scan(Query(where=any_of(asked), lang="all", group=True)) if asked else ()
    return {(h.resolution.symbol or "", h.resolution.language): h.resolution.key for h in hits}


def find_translations(resolution: Resolution) -> dict[str, str]:
    """Return the keys of the same resolution in other languages, by language."""
    return _pick_translations(resolution, find_indexed((resolution.symbol or "",)))


def link(symbol: str, language: str, here: Held) -> Link:
    """Return the link to a resolution in `language`, else in English, else to the official one."""
    key = here.get((symbol, language)) or here.get((symbol, "en"))
    if key:
        return Link(display(symbol), resolution_url(key))
    invented = is_sample(Resolution(symbol=symbol))
    official = None if invented else official_of(symbol, language)
    return Link(display(symbol), official or "", official=bool(official))


def _pick_translations(resolution: Resolution, here: Held) -> dict[str, str]:
    others = {code: key for (symbol, code), key in here.items() if symbol == resolution.symbol}
    others.pop(resolution.language, None)
    return dict(sorted(others.items(), key=lambda other: languages(other[0])))


def _corrigenda(symbol: str, language: str, here: Held) -> Iterator[Link]:
    """Yield each corrigendum once; many exist only in the language that they correct."""
    for other in sorted({other for other, _ in here}):
        match = _CORRIGENDUM.fullmatch(other)
        if match and match["symbol"] == symbol:
            codes = (language, "en", *sorted(code for one, code in here if one == other))
            code = next(code for code in codes if (other, code) in here)
            name = "" if code == language else f" ({languages(code)})"
            yield Link(f"{display(other)}{name}", resolution_url(here[other, code]))
