"""What keeps others out: each test is named in docs/security.md beside the threat it is about."""
