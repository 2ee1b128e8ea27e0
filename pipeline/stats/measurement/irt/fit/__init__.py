"""Whether a calibrated model fits: items, pairs of items, the whole test, single persons."""
