"""The measurement of all waves: how good the ruler is, and whether it stayed the same."""
