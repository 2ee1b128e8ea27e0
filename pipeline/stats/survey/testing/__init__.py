"""Tests under the design: independence, fit, differences, terms of a model."""
