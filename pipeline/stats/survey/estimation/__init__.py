"""Estimates over domains, with their variation.

What is estimated:

domains           subpopulations; the design always stays whole
estimators        mean, share, total, ratio over many domains
quantiles         of domains; quantile_rules, quantile_score and share_below are their parts
standardisation   means as if all domains had the same mix of classes
covariation       variances and covariances in the population
agreement         of two classifications, and consistency of items
plausible         estimates over plausible values
regression        linear and logistic models

How sure it is:

estimates         the result of an estimator
variation         what an estimate must know of its own variation
linearised        a number that remembers its unit totals
contrasts         differences, ratios and odds ratios of such numbers
pooling           design effects pooled over categories of few units
intervals         of means and differences; share_intervals, of shares
intervals_of_r    what R computes where it departs from its definition; logit_of_r likewise
condensing        equal rows made one, so that a million people cost no more than a thousand
"""
