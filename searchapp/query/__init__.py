"""The state of a search (`Query`), and the query language of its words."""
