"""How right the readers are: measured against what the AKN files say, format by format."""
