"""A gap in means split by regressions: differences of people and differences of returns.

This is accounting, not cause. Errors come from computing it again with replicate weights.
"""

from dataclasses import dataclass

import numpy as np

from pipeline.stats.arrays import BoolArray, FloatArray
from pipeline.stats.monitoring.decomposition.coefficients import Reference, TwoGroups
from pipeline.stats.survey.estimation.regression.families import GAUSSIAN


@dataclass(frozen=True, kw_only=True, eq=False)
class Twofold:
    """Parts by column, intercept first; the columns of a factor are to be read as a block.

    Attributes:
        explained: (p,) (X1 - X2) b*.
        unexplained_first: (p,) X1 (b1 - b*).
        unexplained_second: (p,) X2 (b* - b2).
    """

    explained: FloatArray
    unexplained_first: FloatArray
    unexplained_second: FloatArray

    @property
    def unexplained(self) -> FloatArray:
        """(p,) the two together."""
        return self.unexplained_first + self.unexplained_second


@dataclass(frozen=True, kw_only=True, eq=False)
class Oaxaca:
    """Difference of means, first minus second, with the regressions it is split by.

    Attributes:
        groups: the data.
        coefficient: (p,) of each group.
        mean_y: mean outcome of each group.
        mean_x: (p,) mean columns of each group.
    """

    groups: TwoGroups
    coefficient: tuple[FloatArray, FloatArray]
    mean_y: tuple[float, float]
    mean_x: tuple[FloatArray, FloatArray]

    @property
    def difference(self) -> float:
        """First mean minus second."""
        return self.mean_y[0] - self.mean_y[1]

    @property
    def endowments(self) -> FloatArray:
        """(p,) threefold: (X1 - X2) b2."""
        return (self.mean_x[0] - self.mean_x[1]) * self.coefficient[1]

    @property
    def returns(self) -> FloatArray:
        """(p,) threefold: X2 (b1 - b2)."""
        return self.mean_x[1] * (self.coefficient[0] - self.coefficient[1])

    @property
    def interaction(self) -> FloatArray:
        """(p,) threefold: (X1 - X2)(b1 - b2)."""
        return (self.mean_x[0] - self.mean_x[1]) * (self.coefficient[0] - self.coefficient[1])

    def twofold(self, reference: Reference) -> Twofold:
        """Explained and unexplained at reference coefficients b*.

        Args:
            reference: weight of the first group's coefficients (0, 1, one half, the share of
                the first group), "pooled", or "pooled_with_group", which alone keeps the gap
                itself out of the coefficients.

        Source: Neumark (1988), J. Human Resources 23, 279-295; Jann (2008), Stata Journal 8,
        453-479.
        """
        own = self.coefficient
        middle = self.groups.reference(own, reference, dummy=~self.groups.is_first)
        return Twofold(
            explained=(self.mean_x[0] - self.mean_x[1]) * middle,
            unexplained_first=self.mean_x[0] * (own[0] - middle),
            unexplained_second=self.mean_x[1] * (middle - own[1]),
        )


def oaxaca(
    y: FloatArray, x: FloatArray, is_first: BoolArray, *, weight: FloatArray | None = None
) -> Oaxaca:
    """Blinder-Oaxaca decomposition of a difference of weighted means.

    Args:
        y: (n,) outcomes.
        x: (n, p) columns, the intercept's ones first.
        is_first: (n,) who is in the first group.
        weight: (n,) weights; None: one each.

    Raises:
        ContractError: shapes differ, values are missing, a group does not bear the regression.

    Source: Oaxaca (1973), International Economic Review 14, 693-709; Blinder (1973), J. Human
    Resources 8, 436-455. Oracle: R oaxaca 0.1.5.
    """
    groups = TwoGroups(
        y=y,
        x=x,
        is_first=np.asarray(is_first, dtype=np.bool_),
        weight=np.ones(len(y)) if weight is None else weight,
        family=GAUSSIAN,
    )
    first, second = groups.means(y)
    return Oaxaca(
        groups=groups,
        coefficient=groups.own(),
        mean_y=(float(first), float(second)),
        mean_x=groups.means(x),
    )
