"""Measurement: what a set of answers says about a person."""
