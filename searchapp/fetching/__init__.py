"""Getting resolutions: which symbols are wanted, the service that has them, and a run.

`wanted` reads symbols, ranges and sessions; `transport` makes one request; `service` decides what
an answer means and when to ask again; `run` keeps the files and the report.
"""

from __future__ import annotations

# The service answers any other code with the English text, byte for byte.
OFFICIAL_LANGUAGES = ("ar", "en", "es", "fr", "ru", "zh")
