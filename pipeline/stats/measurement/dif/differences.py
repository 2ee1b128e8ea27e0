"""Differences in the share of right answers: matched (standardisation), and the delta plot."""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from pipeline.stats.arrays import FloatArray
from pipeline.stats.measurement.dif.matching import MatchedCounts


def standardised_difference(counts: MatchedCounts) -> FloatArray:
    """(J,) share right, focal minus reference, at the focal group's distribution of scores.

    STD P-DIF = sum_s n_Fs (P_Fs - P_Rs) / sum_s n_Fs over scores that both groups hold;
    negative: harder for the focal group. NaN where no score is shared.

    Source: Dorans & Kulick (1986), Journal of Educational Measurement 23, 355-368.
    Oracle: R difR 5.1 difStd.
    """
    people = counts.people
    shared = (people > 0).all(axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = counts.right / people
        weight = np.where(shared, people[..., 1], 0.0)
        gap = np.where(shared, rate[..., 1] - rate[..., 0], 0.0)
        return np.asarray((weight * gap).sum(axis=1) / weight.sum(axis=1))


@dataclass(frozen=True, kw_only=True, eq=False)
class DeltaPlot:
    """Difficulties of the focal group against those of the reference group.

    Attributes:
        delta: (J, 2) difficulty 13 - 4 z of the share right, reference and focal.
        slope: of the major axis.
        intercept: of the major axis.
        distance: (J,) perpendicular distance from the axis; negative: harder for the focal
            group. By custom 1.5 and more, either way, is suspect.
    """

    delta: FloatArray
    slope: float
    intercept: float
    distance: FloatArray


def delta_plot(counts: MatchedCounts, *, r_bounds: bool = False) -> DeltaPlot:
    """Angoff's transformed item difficulties, a method without matching, for the eye.

    With variances v and covariance c of the deltas, slope b = (v_F - v_R + sqrt((v_F - v_R)^2 +
    4 c^2)) / (2 c), intercept a = mean_F - b mean_R, distance (b x_R + a - x_F) / sqrt(b^2 + 1).
    Items that everybody or nobody of a group has right are left out (NaN); so are all where
    fewer than three items remain.

    Args:
        counts: people by item, matching score and group.
        r_bounds: repeat difR: shares below .001 or above .999 count as these, none is left out.

    Source: Angoff & Ford (1973), Journal of Educational Measurement 10, 95-106.
    Oracle: R difR 5.1 difTID, with `r_bounds`.
    """
    with np.errstate(divide="ignore"):
        share = counts.share_right
        z = stats.norm.ppf(np.clip(share, 0.001, 0.999) if r_bounds else share)
    delta = np.where(np.isfinite(z).all(axis=1, keepdims=True), 13 - 4 * z, np.nan)
    known = delta[np.isfinite(delta[:, 0])]
    if len(known) < 3:
        nothing = np.full(len(delta), np.nan)
        return DeltaPlot(delta=delta, slope=np.nan, intercept=np.nan, distance=nothing)
    spread = np.cov(known, rowvar=False)
    excess, shared = spread[1, 1] - spread[0, 0], spread[0, 1]
    with np.errstate(divide="ignore", invalid="ignore"):
        slope = (excess + np.sqrt(excess**2 + 4 * shared**2)) / (2 * shared)
    intercept = known[:, 1].mean() - slope * known[:, 0].mean()
    off = (slope * delta[:, 0] + intercept - delta[:, 1]) / np.sqrt(slope**2 + 1)
    return DeltaPlot(
        delta=delta, slope=float(slope), intercept=float(intercept), distance=np.asarray(off)
    )
