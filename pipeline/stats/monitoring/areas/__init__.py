"""Small areas: counties and towns whose own sample is too small to speak alone."""
