"""Data files: the lexicon of phrases and verbs, addressees, word lists."""
