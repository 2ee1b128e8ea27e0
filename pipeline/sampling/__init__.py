"""Planning and drawing the next wave: is it large enough, and who is in it."""

from pipeline.sampling.run import draw, plan, replace

__all__ = ["draw", "plan", "replace"]
