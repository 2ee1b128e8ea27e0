"""Commands around the stages: running them, mending and making workspaces."""
