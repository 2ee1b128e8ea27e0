"""Standards and plans applied to a wave's tables, through the formulas of `stats`.

The only place where configuration meets statistics: everything that grows with the
number of people happens here.
"""
