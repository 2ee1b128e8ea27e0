"""What a person's answers say of the ability behind them, given the items."""
