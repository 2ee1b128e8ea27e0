"""Multilevel regression and poststratification: a model's shares of census cells, added up."""

import numpy as np
from scipy.special import expit

from pipeline.errors import ContractError
from pipeline.stats.arrays import CodeArray, FloatArray
from pipeline.stats.monitoring.areas.cells import AreaShares, Cells
from pipeline.stats.monitoring.areas.counts import Counts
from pipeline.stats.monitoring.areas.integrated_logistic import IntegratedLogistic
from pipeline.stats.monitoring.areas.mixed_logistic import MixedLogistic


def poststratified(found: MixedLogistic, cells: Cells, groups: CodeArray) -> FloatArray:
    """(K,) shares of areas at the most likely coefficients and effects.

    p_a = sum over cells of N_c logistic(x_c'b + u_c) / sum N_c.

    Args:
        found: a fitted model.
        cells: the population.
        groups: (C,) or (C, k) codes of the model's groupings, in which cells lie.

    Raises:
        ContractError: columns or groupings are not those of the model.

    Source: Gelman & Little (1997), Survey Methodology 23, 127-135. Oracle: R lme4 1.1-31 glmer.
    """
    columns = _columns(found.counts, cells, groups)
    unknown = np.concatenate([found.coefficient, *found.effects])
    return np.asarray(cells.mixing @ expit(columns @ unknown))


def poststratified_over_prior(
    found: IntegratedLogistic, cells: Cells, groups: CodeArray
) -> AreaShares:
    """Posterior means and covariances of the shares of areas, deviations averaged over.

    Within a set of deviations by the delta method; between sets by the spread of their means.

    Args:
        found: a model averaged over its prior.
        cells: the population.
        groups: (C,) or (C, k) codes of the model's groupings, in which cells lie.

    Raises:
        ContractError: columns or groupings are not those of the model.

    Source: Park, Gelman & Bafumi (2004), Political Analysis 12, 375-385.
    """
    columns = _columns(found.counts, cells, groups)
    cell_share = expit(found.unknown @ columns.T)
    share = cell_share @ cells.mixing.T
    estimate = found.weight @ share
    spread = share - estimate
    covariance = spread.T @ (found.weight[:, None] * spread)
    for weight, p, within in zip(found.weight, cell_share, found.covariance, strict=True):
        gradient = (cells.mixing * (p * (1 - p))) @ columns
        covariance += weight * gradient @ within @ gradient.T
    return AreaShares(estimate=estimate, covariance=covariance, people=cells.area_people)


def _columns(counts: Counts, cells: Cells, groups: CodeArray) -> FloatArray:
    """(C, p + q) columns of coefficients and effects."""
    codes = np.asarray(groups, dtype=np.int64).reshape(len(groups), -1)
    sizes = np.array(counts.sizes)
    faults = []
    if cells.x.shape[1] != counts.x.shape[1]:
        faults.append(f"expected {counts.x.shape[1]} columns, got {cells.x.shape[1]}")
    if codes.shape != (len(cells.x), len(sizes)):
        faults.append(f"expected codes of {len(sizes)} groupings per cell, got {codes.shape}")
    elif ((codes < 0) | (codes >= sizes)).any():
        faults.append(f"expected codes from 0 below {counts.sizes}, got others")
    if faults:
        raise ContractError(
            "census cells",
            faults,
            hint="fit with `sizes` that count the groups without respondents too",
        )
    effects = [np.eye(size)[codes[:, j]] for j, size in enumerate(counts.sizes)]
    return np.hstack([cells.x, *effects])
