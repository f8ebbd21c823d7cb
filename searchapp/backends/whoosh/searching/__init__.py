"""A query on segments: which rows match, their scores, their order, their facets."""
