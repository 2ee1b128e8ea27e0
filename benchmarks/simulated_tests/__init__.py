"""Right-wrong tests and their takers, made anew as often as a study needs."""
