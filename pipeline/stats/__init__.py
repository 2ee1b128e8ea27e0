"""Pure functions of statistics: numbers in, numbers out; no file, no setting, no sentence."""
