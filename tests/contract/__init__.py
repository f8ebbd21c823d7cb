"""What every engine does, written against `Backend` alone."""
