"""Agreement of two classifications and consistency of a set of items, with design weights.

Both are smooth functions of weighted means, so they are handed over with their variation,
linearised or replicated, and enter contrasts like any estimate.
"""

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.errors import ContractError
from pipeline.stats.arrays import BoolArray, FloatArray
from pipeline.stats.survey.design.sample import Sample
from pipeline.stats.survey.design.unit_totals import unit_totals
from pipeline.stats.survey.estimation.linearised import Linearised
from pipeline.stats.survey.estimation.membership import members_of
from pipeline.stats.survey.replication.replicates import Replicates
from pipeline.stats.survey.replication.totals import replicate_statistic


def cohens_kappa(
    first: npt.ArrayLike,
    second: npt.ArrayLike,
    design: Sample | Replicates,
    mask: BoolArray | None = None,
) -> Linearised:
    """Agreement of two classifications beyond chance, with its variance.

    kappa = (p_o - p_e) / (1 - p_e), p_o the share on which both agree, p_e what the margins
    alone would give; its variance is that of the shares of cells along the slopes of kappa.

    Args:
        first: (n,) levels; a missing value puts the row outside.
        second: (n,) levels with the same names; one that only one of them uses is allowed.
        design: the n people, same order, whole.
        mask: (n,) rows of the domain; None: everybody.

    Raises:
        ContractError: both put everybody in one level, so chance agreement is certain.
        LonelyPsuError: a stratum has one PSU and the design's rule is "fail".

    Source: Cohen (1960), Educational and Psychological Measurement 20, 37-46; Fleiss, Cohen &
    Everitt (1969), Psychological Bulletin 72, 323-327. Oracle: R survey 4.5 svykappa.
    """
    domain = design.weight > 0 if mask is None else mask & (design.weight > 0)
    cells = agreement_cells(first, second, domain)
    inside = cells.sum(axis=1)
    total = design.weight @ cells
    size = round(np.sqrt(len(total)))
    share = total / total.sum()
    value, slopes = kappa_and_slopes(share.reshape(size, size))
    if isinstance(design, Replicates):
        shares = replicate_statistic(lambda w: w @ cells / (w @ inside), design, inside > 0)
        return Linearised(value=value, totals=shares.combined(slopes.reshape(-1, 1)))
    u = (cells - inside[:, None] * share) @ slopes.ravel() / total.sum()
    return Linearised(value=value, totals=unit_totals(design, u, members_of(inside > 0)))


def kappa_and_slopes(share: FloatArray) -> tuple[float, FloatArray]:
    """Kappa of a square table of shares, and its (k, k) slopes in the shares of the cells.

    Raises:
        ContractError: everybody is in one level for both.
    """
    row, column = share.sum(axis=1), share.sum(axis=0)
    agreed, by_chance = float(np.trace(share)), float(row @ column)
    if not by_chance < 1:
        raise ContractError("kappa", "both classifications put everybody in one level")
    value = (agreed - by_chance) / (1 - by_chance)
    slopes = np.eye(len(share)) - np.add.outer(column, row) * (1 - value)
    return value, slopes / (1 - by_chance)


def agreement_cells(first: npt.ArrayLike, second: npt.ArrayLike, mask: BoolArray) -> FloatArray:
    """(n, k * k) indicators of the cells of two classifications over all their k levels.

    Args:
        first: (n,) levels.
        second: (n,) levels.
        mask: (n,) rows that count; others, and rows without a level, are in no cell.
    """
    one, other = np.asarray(first, dtype=object), np.asarray(second, dtype=object)
    rows = np.flatnonzero(mask & ~pd.isna(one) & ~pd.isna(other))
    both = np.concatenate([one[rows], other[rows]])
    codes, levels = pd.factorize(both, sort=True)
    cells = np.zeros((len(one), len(levels) ** 2))
    cells[rows, codes[: len(rows)] * len(levels) + codes[len(rows) :]] = 1
    return cells


def cronbachs_alpha(
    items: FloatArray, design: Sample | Replicates, mask: BoolArray | None = None
) -> Linearised:
    """Internal consistency of k items, with its variance.

    alpha = k / (k - 1) (1 - A / B), A the sum of the items' weighted variances, B the variance
    of their sum; u of a variance is ((y - m)^2 - v) / sum(w).

    Args:
        items: (n, k) scores; a row with NaN in any item is outside.
        design: the n people, same order, whole.
        mask: (n,) rows of the domain; None: everybody.

    Raises:
        ContractError: fewer than two items, or a sum that is the same for everybody.
        LonelyPsuError: a stratum has one PSU and the design's rule is "fail".

    Source: Cronbach (1951), Psychometrika 16, 297-334. Oracle: R survey 4.5 svycralpha (value).
    """
    inside = np.ones(len(items), dtype=np.bool_) if mask is None else mask
    scores = np.where(inside[:, None], items, np.nan)
    used = _answered(scores, design.weight)
    if isinstance(design, Replicates):
        found = replicate_statistic(lambda weight: alpha_of(scores, weight), design, used)
        return Linearised(value=float(found.value[0]), totals=found)
    value = alpha_of(scores, design.weight)
    of_items, of_sum = _squares(scores, design.weight, used)
    whole = design.weight[used].sum()
    a, b = float(design.weight @ of_items) / whole, float(design.weight @ of_sum) / whole
    # the means of both squares enter only through the quotient, so they cancel
    slope = items.shape[1] / (items.shape[1] - 1) / b
    u = slope * (a / b * of_sum - of_items) / whole
    return Linearised(value=value, totals=unit_totals(design, u, members_of(used)))


def alpha_of(items: FloatArray, weight: FloatArray) -> float:
    """Alpha of (n, k) items as a function of (n,) weights; errors as for `cronbachs_alpha`."""
    of_items, of_sum = _squares(items, weight, _answered(items, weight))
    if not weight @ of_sum > 0:
        raise ContractError("alpha", "the sum of the items is the same for everybody")
    k = items.shape[1]
    return float(k / (k - 1) * (1 - (weight @ of_items) / (weight @ of_sum)))


def _answered(items: FloatArray, weight: FloatArray) -> BoolArray:
    if np.ndim(items) != 2 or items.shape[1] < 2:
        raise ContractError("alpha", f"expected two items or more, got shape {np.shape(items)}")
    used: BoolArray = (weight > 0) & ~np.isnan(items).any(axis=1)
    if not used.any():
        raise ContractError("alpha", "nobody with weight answered all items")
    return used


def _squares(
    items: FloatArray, weight: FloatArray, used: BoolArray
) -> tuple[FloatArray, FloatArray]:
    """(n,) squared deviations of the items, summed, and of their sum; 0 for rows outside."""
    share = weight[used] / weight[used].sum()
    deviations = np.zeros(items.shape)
    deviations[used] = items[used] - share @ items[used]
    return np.square(deviations).sum(axis=1), np.square(deviations.sum(axis=1))
