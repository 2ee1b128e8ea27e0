"""Differential item functioning: is an item as hard for one group as for another of equal score."""
