"""Observed-score equating: scores of one form on the scale of another, from raw scores alone."""
