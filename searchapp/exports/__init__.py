"""Exports: one writer per format, for the hits that an engine streams."""
