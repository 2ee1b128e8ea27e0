"""Design-based estimation: from the sampling record to a number with an honest error.

Where each concept lives:

    base_weights   one over the probability of being in the sample
    nonresponse    classes that share the weight of those who did not answer
    collapse       merging of sparse margin cells, decided before any answer is seen
    margin_check   margins compared with the sample before raking
    calibration    raking to the population margins
    trimming       bounds on the weights
    diagnostics    what the weighting did
    margins        population tables brought to the categories of the survey
    design         strata, primary sampling units, weights, lonely-PSU rule
    residuals      regression on the margins, behind the variance of calibrated weights
    domains        subpopulations; the design always stays whole
    psu_totals     linearised variables summed to PSUs, calibration residuals included
    variance       variation between PSUs within strata
    estimators     mean, share, total, ratio over many domains
    estimates      their result
    intervals      logit, Wilson and t intervals
    linearised     a number that remembers its PSU totals
    contrasts      differences, ratios and odds ratios of such numbers
    publication    publish, review or withhold
"""
