"""The contract of all engines, written against `Backend` alone."""
