"""Shares of areas on the angular scale, where their sampling variance is known beforehand."""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from pipeline.errors import ContractError
from pipeline.stats.arrays import FloatArray
from pipeline.stats.monitoring.areas.direct import DirectEstimates
from pipeline.stats.monitoring.areas.fay_herriot import FayHerriot
from pipeline.stats.survey.estimation.intervals import Interval

WHERE = "angular scale"
_RIGHT_ANGLE = np.pi / 2
_REACH = 12.0  # standard deviations
_NODES = 121


def angular(share: FloatArray, n_eff: FloatArray, *, covariates: FloatArray) -> DirectEstimates:
    """Direct shares as angles x = asin(sqrt(p)) with sampling variance 1 / (4 n_eff).

    The variance does not depend on the share, so a low one gets no undue weight.

    Args:
        share: (m,) on [0, 1].
        n_eff: (m,) effective sample sizes, best with a design effect pooled over areas.
        covariates: (m, p).

    Raises:
        ContractError: a share outside [0, 1] or an effective sample size not above 0.

    Source: Hadam, Wuerz & Kreutzmann (2020), Freie Universitaet Berlin, Discussion Paper 2020/1.
    """
    outside = int((~((share >= 0) & (share <= 1))).sum())
    empty = int((~(n_eff > 0)).sum())
    faults = [f"expected shares on [0, 1], got {outside} outside"] if outside else []
    if empty:
        faults.append(f"expected effective sample sizes above 0, got {empty} that are not")
    if faults:
        raise ContractError(WHERE, faults, hint="leave out areas without a sample")
    return DirectEstimates(
        value=np.arcsin(np.sqrt(share)), variance=1 / (4 * n_eff), covariates=covariates
    )


def share_of_angle(angle: FloatArray) -> FloatArray:
    """sin(x)^2 of an angle kept on [0, pi / 2], beyond which the share would turn back."""
    return np.asarray(np.sin(np.clip(angle, 0.0, _RIGHT_ANGLE)) ** 2)


def mean_share(angle: FloatArray, variance: FloatArray) -> FloatArray:
    """Mean of sin(x)^2 over x ~ N(angle, variance): 0.5 (1 - exp(-2 v) cos 2 angle).

    The share of the mean angle is not the mean share; this is without that bias.

    Source: Hadam, Wuerz & Kreutzmann (2020), as an integral. Oracle: R emdi 2.2 fh(
    backtransformation = "bc").
    """
    kept = np.clip(angle, 0.0, _RIGHT_ANGLE)
    return np.asarray(0.5 * (1 - np.exp(-2 * variance) * np.cos(2 * kept)))


def _cut_mean_share(angle: FloatArray, variance: FloatArray) -> FloatArray:
    """The same mean as R emdi takes it: over [0, pi / 2] only, the rest counted as share 0."""
    sd = np.maximum(np.sqrt(variance), np.finfo(np.float64).tiny ** 0.5)[:, None]
    low = np.clip(-angle[:, None] / sd, -_REACH, _REACH)
    high = np.clip((_RIGHT_ANGLE - angle[:, None]) / sd, -_REACH, _REACH)
    nodes, weights = np.polynomial.legendre.leggauss(_NODES)
    z = (low + high) / 2 + (high - low) / 2 * nodes
    density = np.sin(angle[:, None] + sd * z) ** 2 * stats.norm.pdf(z)
    return np.asarray((density * (high - low) / 2) @ weights)


@dataclass(frozen=True, kw_only=True, eq=False)
class AreaShares:
    """Shares of m areas from a model of their angles.

    Attributes:
        share: (m,) without the bias of the back-transformation.
        naive: (m,) share of the predicted angle.
        mse: (m,) of the angle's, carried over by the slope sin(2 x)^2.
    """

    share: FloatArray
    naive: FloatArray
    mse: FloatArray


def shares(model: FayHerriot, *, r_cut: bool = False) -> AreaShares:
    """Shares from a Fay-Herriot model that was fitted to angles.

    The bias correction uses v = A D / (A + D), the variance of an area's angle given its
    direct estimate.

    Args:
        model: fitted to angles.
        r_cut: leave out angles outside [0, pi / 2] as R emdi does, which makes of a predicted
            angle above pi / 2 a share near 0 instead of near 1.
    """
    angle, mean = model.estimate, _cut_mean_share if r_cut else mean_share
    return AreaShares(
        share=mean(angle, model.prediction.within),
        naive=share_of_angle(angle),
        mse=np.asarray(model.mse * np.sin(2 * np.clip(angle, 0.0, _RIGHT_ANGLE)) ** 2),
    )


def share_interval(model: FayHerriot, *, level: float) -> Interval:
    """Intervals of the shares: those of the angles, angle -+ z sqrt(mse), carried over.

    Args:
        model: fitted to angles.
        level: confidence level.
    """
    reach = stats.norm.ppf((1 + level) / 2) * np.sqrt(model.mse)
    return Interval(share_of_angle(model.estimate - reach), share_of_angle(model.estimate + reach))
