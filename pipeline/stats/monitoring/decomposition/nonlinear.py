"""A gap in shares split by logistic regressions: the aggregate, and what each column explains."""

from dataclasses import dataclass

import numpy as np

from pipeline.stats.arrays import BoolArray, FloatArray
from pipeline.stats.monitoring.decomposition.coefficients import Reference, TwoGroups
from pipeline.stats.survey.estimation.regression.families import LOGIT


@dataclass(frozen=True, kw_only=True, eq=False)
class Explained:
    """What differences of people explain, at reference coefficients.

    Attributes:
        coefficient: (p,) b*.
        explained: mean F(X1 b*) - mean F(X2 b*).
        unexplained: the rest of the difference.
        detail: (p,) the explained part by column, in proportion to (X1 - X2) b*; NaN where the
            columns together explain nothing, though single ones may.
    """

    coefficient: FloatArray
    explained: float
    unexplained: float
    detail: FloatArray


@dataclass(frozen=True, kw_only=True, eq=False)
class LogitGap:
    """Difference of two shares, first minus second.

    Attributes:
        groups: the data.
        coefficient: (p,) of the logistic regression of each group.
        share: of each group.
    """

    groups: TwoGroups
    coefficient: tuple[FloatArray, FloatArray]
    share: tuple[float, float]

    @property
    def difference(self) -> float:
        """First share minus second."""
        return self.share[0] - self.share[1]

    def explained(self, reference: Reference) -> Explained:
        """The part explained by who people are.

        Args:
            reference: as for `oaxaca`; "pooled_with_group" counts everybody as of the second
                group.

        Source: Fairlie (2005), J. Economic and Social Measurement 30, 305-316, whose random
        matching is not needed for the aggregate; Yun (2004), Economics Letters 82, 275-280.
        """
        groups = self.groups
        middle = groups.reference(self.coefficient, reference, dummy=groups.is_first)
        first, second = groups.means(LOGIT.mean(groups.x @ middle))
        explained = float(first - second)
        mean_x = groups.means(groups.x)
        pull = (mean_x[0] - mean_x[1]) * middle
        with np.errstate(divide="ignore", invalid="ignore"):
            detail = np.where(pull.sum() == 0, np.nan, pull / pull.sum()) * explained
        return Explained(
            coefficient=middle,
            explained=explained,
            unexplained=self.difference - explained,
            detail=detail,
        )


def logit_gap(
    y: FloatArray, x: FloatArray, is_first: BoolArray, *, weight: FloatArray | None = None
) -> LogitGap:
    """Prepare the decomposition of a difference of weighted shares.

    Args:
        y: (n,) outcomes, 0 or 1.
        x: (n, p) columns, the intercept's ones first.
        is_first: (n,) who is in the first group.
        weight: (n,) weights; None: one each.

    Raises:
        ContractError: shapes differ, values are missing, a group does not bear the regression
            or its columns tell the outcomes apart without error.

    Source: as for `LogitGap.explained`. Oracle: R glm.
    """
    groups = TwoGroups(
        y=y,
        x=x,
        is_first=np.asarray(is_first, dtype=np.bool_),
        weight=np.ones(len(y)) if weight is None else weight,
        family=LOGIT,
    )
    first, second = groups.means(y)
    return LogitGap(groups=groups, coefficient=groups.own(), share=(float(first), float(second)))
