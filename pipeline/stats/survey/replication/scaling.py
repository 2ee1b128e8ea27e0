"""From the spread of replicate estimates to a variance."""

from dataclasses import dataclass

import numpy as np

from pipeline.errors import DesignError
from pipeline.stats.arrays import BoolArray, FloatArray


@dataclass(frozen=True, kw_only=True, eq=False)
class Scaling:
    """How R replicate estimates of one design become a variance.

    Attributes:
        scale: factor of the sum over replicates.
        rscales: (R,) factor of each replicate's square.
        mse: squares about the estimate of the full sample; without, about the mean of the
            replicates whose factor is above 0.
        pairing: replicates of two samples with one pairing (such as bootstraps seeded
            alike) vary together, number by number; None: with no other sample's.
    """

    scale: float
    rscales: FloatArray
    mse: bool = False
    pairing: str | None = None

    def __post_init__(self) -> None:
        rscales = np.asarray(self.rscales, dtype=np.float64)
        object.__setattr__(self, "rscales", rscales)
        if not (np.isfinite(self.scale) and self.scale >= 0):
            raise DesignError("replicates", f"expected a scale of 0 or more, got {self.scale}")
        if wrong := int((~np.isfinite(rscales) | (rscales < 0)).sum()):
            raise DesignError(
                "replicates", f"expected factors of 0 or more, got another in {wrong} replicates"
            )

    def variance(self, estimates: FloatArray) -> FloatArray:
        """Variances (k,), each over the replicates in which it is defined.

        Args:
            estimates: (1 + R, k) first the full sample's, then the replicates'. NaN: undefined,
                as a mean in a replicate without the domain; NaN in all gives NaN.
        """
        defined = ~np.isnan(estimates[1:])
        deviations = self._deviations(estimates, defined)
        variance = self.scale * np.einsum("r,rk,rk->k", self.rscales, deviations, deviations)
        return np.where(defined.any(axis=0) & ~np.isnan(estimates[0]), variance, np.nan)

    def covariance(self, estimates: FloatArray) -> FloatArray:
        """Covariances (k, k) over the replicates in which all k estimates are defined.

        v_ij = scale * sum_r rscale_r (t_ri - c_i) (t_rj - c_j), c the centre (see `mse`).

        Args:
            estimates: as for `variance`.

        Source: Wolter (2007), Introduction to Variance Estimation, sections 3.3, 4.2, 5.2.
        Oracle: R survey 4.5 svrVar.
        """
        defined = ~np.isnan(estimates[1:]).any(axis=1, keepdims=True)
        if not defined.any():
            return np.full((estimates.shape[1],) * 2, np.nan)
        deviations = self._deviations(estimates, np.broadcast_to(defined, estimates[1:].shape))
        return np.asarray(self.scale * (deviations * self.rscales[:, None]).T @ deviations)

    def _deviations(self, estimates: FloatArray, defined: BoolArray) -> FloatArray:
        """(R, k) distances from the centre, 0 where undefined."""
        full, replicates = estimates[0], estimates[1:]
        centre = full if self.mse else _means(replicates, defined & (self.rscales > 0)[:, None])
        return np.where(defined, replicates - centre, 0.0)


def _means(values: FloatArray, counted: BoolArray) -> FloatArray:
    sums = np.where(counted, values, 0.0).sum(axis=0)
    return np.asarray(sums / np.maximum(counted.sum(axis=0), 1))
