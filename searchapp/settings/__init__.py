"""Settings: each declared once, with what it accepts."""
