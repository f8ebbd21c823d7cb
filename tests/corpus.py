"""The folder of the corpus of real resolutions, and the mark of tests that need it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

CORPUS = Path(
    os.environ.get("SEARCHAPP_CORPUS", Path(__file__).parents[2] / "shared" / "corpus")
).resolve()
needs_corpus = pytest.mark.skipif(
    not CORPUS.is_dir(),
    reason="no corpus of real resolutions: set SEARCHAPP_CORPUS to its folder",
)
