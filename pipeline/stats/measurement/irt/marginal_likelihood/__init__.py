"""Marginal maximum likelihood of item and population parameters, by EM."""
