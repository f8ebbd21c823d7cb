"""Downloads of resolutions: the wanted symbols, the service, and a run.

`wanted_symbols` parses symbols, ranges and sessions; `hosts` checks addresses; `transport` makes
one request; `service` interprets responses and retries; `download` writes the files and the report.
"""

from __future__ import annotations

# For any other code the service sends the English document.
OFFICIAL_LANGUAGES = ("ar", "en", "es", "fr", "ru", "zh")
