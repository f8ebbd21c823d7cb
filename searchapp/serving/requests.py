"""Requests that have one meaning: what two servers may read in different ways is refused.

Where a proxy ends a request at one byte and this server at another, the rest is taken for a request
of the next client (request smuggling).
"""

from __future__ import annotations

import re

from waitress.parser import HTTPRequestParser, ParsingError

_FOLDED = re.compile(rb"\r\n[ \t]")  # a line that goes on, which some servers read as a new one
_NAME = re.compile(rb"\r\n([^:\r\n]*)")
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*[0-9]{19}", re.IGNORECASE)


class Request(HTTPRequestParser):
    """A request as waitress reads it, if every server reads it so."""

    def parse_header(self, header_plus: bytes) -> None:
        """Read the head; `ParsingError`, which is answered by 400, where it is ambiguous."""
        names = [name.strip().lower() for name in _NAME.findall(header_plus)]
        if _FOLDED.search(header_plus):
            raise ParsingError("A header continues on the next line.")
        if _LENGTH.search(header_plus):
            raise ParsingError("The length of the body is not a plausible number.")
        super().parse_header(header_plus)
        if codings := names.count(b"transfer-encoding"):
            self._check_coding(codings, b"content-length" in names)

    def _check_coding(self, codings: int, has_length: bool) -> None:
        """Refuse a body that has two ends: one that is counted, and one that is marked."""
        if codings > 1 or has_length or self.version != "1.1":
            raise ParsingError("The end of the body is ambiguous.")
