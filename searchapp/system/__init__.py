"""Interfaces to the operating system: disk, paths, temporary folders, signals, processes."""
