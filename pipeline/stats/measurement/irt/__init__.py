"""Item response theory: curves, calibration with survey weights, ability, information, fit."""
