"""Replicate weights, and estimates whose error is their spread."""
