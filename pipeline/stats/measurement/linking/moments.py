"""Links from the anchors' means and spreads alone: quick, and a start for the better ones."""

import numpy as np

from pipeline.errors import ContractError
from pipeline.stats.measurement.irt.curves import ItemModel
from pipeline.stats.measurement.linking.link import WHERE, Link, check_anchors, locations, slopes


def mean_mean(old: ItemModel, new: ItemModel) -> Link:
    """Link by mean slope and mean difficulty.

    A = mean(a_new) / mean(a_old); B = mean(b_old) - A mean(b_new). Items of ordered categories
    give each of their steps as a difficulty. The method for Rasch items: with one slope for all
    A is exactly the ratio of the two.

    Args:
        old: anchors on the old scale.
        new: the same anchors on the new scale.

    Raises:
        ContractError: anchors that differ or whose parameters are not usable.

    Source: Loyd & Hoover (1980), J. Educ. Meas. 17, 179-193. Oracle: R plink 1.5-1, MM.
    """
    check_anchors(old, new)
    slope = float(slopes(new).mean() / slopes(old).mean())
    return _through_the_means(old, new, slope)


def mean_sigma(old: ItemModel, new: ItemModel) -> Link:
    """Link by mean and standard deviation of the difficulties.

    A = sd(b_old) / sd(b_new); B = mean(b_old) - A mean(b_new).

    Args:
        old: anchors on the old scale.
        new: the same anchors on the new scale.

    Raises:
        ContractError: as mean_mean; or difficulties all equal, which have no spread to match.

    Source: Marco (1977), J. Educ. Meas. 14, 139-160. Oracle: R plink 1.5-1, MS.
    """
    check_anchors(old, new)
    spread_old, spread_new = (float(np.nanstd(locations(model))) for model in (old, new))
    if min(spread_old, spread_new) <= 0:
        raise ContractError(
            WHERE,
            "mean-sigma: expected anchors of different difficulty, got all equal",
            hint="use Stocking-Lord or mean-mean",
        )
    return _through_the_means(old, new, spread_old / spread_new)


def _through_the_means(old: ItemModel, new: ItemModel, slope: float) -> Link:
    shift = float(np.nanmean(locations(old)) - slope * np.nanmean(locations(new)))
    return Link(slope=slope, shift=shift)
