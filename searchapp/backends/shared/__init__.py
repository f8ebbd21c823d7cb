"""What all engines share: the mark of an index, facets from counts."""
