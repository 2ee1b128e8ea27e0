"""Monitoring of citizen science literacy: from survey microdata to published numbers."""

__version__ = "0.1.0"
