"""Trend: where a share stands, where it goes, and whether it reaches a target."""
