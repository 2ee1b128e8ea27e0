"""Weighting steps repeated in every replicate.

A weighting step reacts to the sample, so each replicate takes it anew. Steps on categories
run on cells, whatever the number of people; other steps (trimming, calibration to continuous
totals) run replicate by replicate on rows.
"""

from collections.abc import Callable, Sequence

import numpy as np

from pipeline.stats.arrays import FloatArray
from pipeline.stats.survey.design.combinations import joint_codes
from pipeline.stats.survey.replication.cell_steps import CellStep
from pipeline.stats.survey.replication.product_weights import ProductWeights
from pipeline.stats.survey.replication.refusals import in_replicate
from pipeline.stats.survey.replication.replicates import Replicates


def readjusted(replicates: Replicates, steps: Sequence[CellStep]) -> Replicates:
    """Repeat weighting steps on categories in the full sample and in every replicate.

    Args:
        replicates: weights before the steps.
        steps: in order. A step sees the weights the one before left.

    Returns:
        The replicates with one more factor per cell; memory (1 + R) x cells.
    """
    before = replicates.weights
    earlier = [] if before.cell_of_row is None else [before.cell_of_row]
    codings = [coding + 1 for step in steps for coding in step.codings]
    cell_of_row, codes = joint_codes([*earlier, *codings])
    weight = before.sums(cell_of_row, len(codes[0]), [np.ones(before.n_rows)])[0].T
    factor = np.ones_like(weight)
    if before.cell_factor is not None:
        factor = before.cell_factor[codes[0]].T
    place = len(earlier)
    for step in steps:
        stop = place + len(step.codings)
        ratio = step.factor(weight, [code - 1 for code in codes[place:stop]])
        weight, factor, place = weight * ratio, factor * ratio, stop
    return replicates.readjusted(before.adjusted(cell_of_row, np.ascontiguousarray(factor.T)))


def readjusted_rows(
    replicates: Replicates, function: Callable[[FloatArray], FloatArray]
) -> Replicates:
    """Repeat a weighting step that looks at single rows, replicate by replicate.

    Args:
        replicates: weights before the step.
        function: from (n,) weights before to (n,) weights after, such as trimming or
            calibration to a continuous total.

    Returns:
        The replicates with weights held row by row; memory (1 + R) x n.
    """
    before = replicates.weights
    after = np.empty((before.n_rows, 1 + replicates.n_replicates))
    for r in range(after.shape[1]):
        with in_replicate(r):
            after[:, r] = function(before.column(r))
    return replicates.readjusted(ProductWeights.of_rows(after))
