"""Accuracy of the readers, measured against the AKN files, format by format."""
