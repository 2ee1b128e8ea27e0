"""Monitoring: what a series of waves says about a population.

change     difference between two waves, with units visited twice
targets    tests of a share against a fixed number
"""
