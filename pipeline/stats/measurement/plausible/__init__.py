"""Plausible values: abilities drawn from what is known of each person, and shares free of error."""
