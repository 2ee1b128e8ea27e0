"""Decomposition: what of a gap is who people are, and what is how they do."""
