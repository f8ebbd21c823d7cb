"""Data that ships with the package: the lexicon of phrases."""
