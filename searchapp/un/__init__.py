"""Conventions of the United Nations: symbols, sessions, verbs, print, and normal forms."""
