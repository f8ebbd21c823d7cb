"""What the operating system gives: disk, paths, temporary folders, signals, processes."""
