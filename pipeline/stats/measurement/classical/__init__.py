"""Classical test theory: items, answer options, reliability and factor structure, with weights."""
