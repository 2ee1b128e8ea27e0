"""How well scores at a cut agree with true scores and with a second test."""
