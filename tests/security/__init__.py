"""Security tests; docs/security.md names each of them next to its threat."""
