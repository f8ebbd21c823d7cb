"""What leaves the search: one writer a format, over the hits that an engine streams."""
