"""What an engine answers: the interface, results, what matched, and what helps without hits."""
