"""Estimates over domains, with their variation.

domains        subpopulations; the design always stays whole
estimators     mean, share, total, ratio over many domains
estimates      their result
variation      what an estimate must know of its own variation
condensing     equal rows made one, so that a million people cost no more than a thousand
intervals      of shares, means and differences
few_units      a floor under errors that rest on too few units
linearised     a number that remembers its unit totals
contrasts      differences, ratios and odds ratios of such numbers
"""
