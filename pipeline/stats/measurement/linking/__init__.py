"""Two waves on one ability scale through the items they share, and what that costs in error."""
