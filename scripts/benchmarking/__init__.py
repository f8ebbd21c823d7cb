"""Benchmarks of the engine against others that do the same work: `scripts/benchmark`."""
