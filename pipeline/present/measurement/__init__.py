"""The measurement in words and tables: how good the test is, and the annex on it."""
