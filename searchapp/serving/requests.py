"""A strict request parser that rejects anything two servers may read in different ways.

If a proxy and this server disagree where a request ends, the rest is taken for a request of the
next client (request smuggling).
"""

from __future__ import annotations

import re

from waitress.parser import HTTPRequestParser, ParsingError

_FOLDED = re.compile(rb"\r\n[ \t]")  # a continuation line, which some servers read as a new header
_NAME = re.compile(rb"\r\n([^:\r\n]*)")
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*[0-9]{19}", re.IGNORECASE)


class Request(HTTPRequestParser):
    """A parser that accepts a request only if every server reads it as waitress does."""

    def parse_header(self, header_plus: bytes) -> None:
        """Parse the header; `ParsingError`, which is answered with 400, if it is ambiguous."""
        names = [name.strip().lower() for name in _NAME.findall(header_plus)]
        if _FOLDED.search(header_plus):
            raise ParsingError("A header continues on the next line.")
        if _LENGTH.search(header_plus):
            raise ParsingError("The length of the body is not a plausible number.")
        super().parse_header(header_plus)
        if codings := names.count(b"transfer-encoding"):
            self._check_coding(codings, b"content-length" in names)

    def _check_coding(self, codings: int, has_length: bool) -> None:
        """Reject a body with two lengths, one in a header and one from chunks."""
        if codings > 1 or has_length or self.version != "1.1":
            raise ParsingError("The end of the body is ambiguous.")
