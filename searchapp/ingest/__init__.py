"""The ingest package: from files to the index."""
