"""A city with known truth: simulated people, surveyed and delivered as a vendor would."""

from pipeline.simulation.run import simulate

__all__ = ["simulate"]
