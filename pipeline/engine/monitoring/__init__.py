"""The waves together: trend, changes, gaps, verdicts against targets."""
