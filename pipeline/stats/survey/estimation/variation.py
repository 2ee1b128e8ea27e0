"""What an estimate must know of its own variation, however that was found."""

from collections.abc import Sequence
from typing import Protocol, Self

from pipeline.stats.arrays import CodeArray, FloatArray


class Variation(Protocol):
    """Variation of k estimates: totals of linearised variables by unit, or replicates.

    Shapes: n_psu, n_strata and df are (k,).
    """

    @property
    def n_psu(self) -> CodeArray:
        """PSUs that hold a row of the domain."""

    @property
    def n_strata(self) -> CodeArray:
        """Strata that hold a row of the domain."""

    @property
    def df(self) -> CodeArray:
        """Degrees of freedom."""

    def variance(self) -> FloatArray:
        """(k,) variances."""

    def covariance(self) -> FloatArray:
        """(k, k) covariances."""

    def column(self, j: int) -> Self:
        """The j-th estimate alone."""

    def combined(self, coefficients: FloatArray) -> Self:
        """Linear combinations, m of them, their coefficients given as (k, m)."""

    def joined(self, others: Sequence[Self]) -> Self:
        """The estimates of others beside these, units or replicates matched."""
