"""Text utilities that know nothing of the United Nations."""
