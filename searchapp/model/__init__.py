"""The data model: documents, resolutions, sources."""
