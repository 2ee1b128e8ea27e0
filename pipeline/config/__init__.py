"""Data files that steer the pipeline, as strict typed models; no arithmetic."""
