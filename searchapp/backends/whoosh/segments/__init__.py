"""A segment: its file, its fields, and how several become one."""
