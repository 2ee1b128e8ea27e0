"""Regression under a design: weighted point estimates, design-based errors.

families       distribution and link of the outcome
solution       the weighted score equations, solved by statsmodels
separation     columns that make a solution impossible
fitting        the fitted model and its influence functions
design_based   coefficients with linearised errors
replicated     coefficients with errors from replicate weights
few_clusters   leverage-corrected errors for few PSUs (Bell and McCaffrey)
prediction     predictions, predictive margins, explained share
"""
