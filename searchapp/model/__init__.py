"""The nouns that everything speaks: documents, resolutions, sources."""
