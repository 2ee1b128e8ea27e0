"""The design of a sample and the variance it implies.

sample         rows, base weights, stages of selection, weighting steps
units          units of each stage with their fractions
labels         names turned into numbers
combinations   of several codings, numbered without gaps
adjustment     a weighting step as the variance of what follows needs it
unit_totals    linearised variables summed to units, through the whole weighting
variance       variation between units within strata
pps            unequal probabilities without replacement
joining        totals of several estimates over the union of their units
"""
