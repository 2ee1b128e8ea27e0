"""Design-based statistics: from the sampling record to a number with an honest error.

    planning       how many to ask, where, and whom: sizes, allocation, selection
    design         strata, units, weights, and the variance they imply
    weighting      from inclusion probabilities to weights, each step known to the variance
    replication    replicate weights, and the weighting repeated in each
    estimation     estimates over domains, their intervals, contrasts and regressions
    testing        tests under the design
    publication    publish, review or withhold; what may be ranked

Pure functions over arrays; `pipeline.survey` offers them on tables.
"""
