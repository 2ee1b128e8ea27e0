"""What a fitted model says of other rows: predictions, predictive margins, explained share."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from pipeline.errors import ContractError
from pipeline.stats.arrays import BoolArray, FloatArray
from pipeline.stats.survey.design.sample import Sample
from pipeline.stats.survey.design.unit_totals import unit_totals
from pipeline.stats.survey.estimation.membership import members_of
from pipeline.stats.survey.estimation.regression.design_based import Regression
from pipeline.stats.survey.estimation.regression.fitting import WHERE, Fit
from pipeline.stats.survey.replication.replicates import Replicates
from pipeline.stats.survey.replication.totals import replicate_statistic

Scale: TypeAlias = Literal["link", "response"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Predictions:
    """m predicted numbers.

    Attributes:
        estimate: (m,) predictions.
        covariance: (m, m) their covariances.
    """

    estimate: FloatArray
    covariance: FloatArray

    @property
    def se(self) -> FloatArray:
        """(m,) standard errors."""
        return np.asarray(np.sqrt(self.covariance.diagonal()))


@dataclass(frozen=True, slots=True, kw_only=True)
class PseudoR2:
    """Shares of the deviance explained, on two scales.

    Attributes:
        cox_snell: 1 - (L0 / L1)^(2/n).
        nagelkerke: the same over its greatest possible value.
    """

    cox_snell: float
    nagelkerke: float


def predict(found: Regression, x: FloatArray, *, scale: Scale = "link") -> Predictions:
    """Expected outcomes of rows with given columns; errors are those of the coefficients.

    Args:
        found: a regression with p coefficients.
        x: (m, p) columns in the order of its names.
        scale: "link" gives x'b, "response" the mean, its error by the delta method.

    Oracle: R survey 4.5 predict.svyglm.
    """
    if np.ndim(x) != 2 or np.shape(x)[1] != len(found.names):
        expected = f"(m, {len(found.names)}): {', '.join(found.names)}"
        raise ContractError(WHERE, f"expected columns {expected}, got {np.shape(x)}")
    predictor = x @ found.coefficient
    if scale == "link":
        return Predictions(estimate=predictor, covariance=x @ found.covariance @ x.T)
    gradient = found.family.slope(predictor)[:, None] * x
    return Predictions(
        estimate=found.family.mean(predictor),
        covariance=gradient @ found.covariance @ gradient.T,
    )


def predictive_margins(
    found: Fit,
    regression: Regression,
    scenarios: Sequence[FloatArray],
    design: Sample | Replicates,
) -> Predictions:
    """Mean predictions over the whole population, as if everybody were in each scenario.

    m_s = sum(w mu(x_s'b)) / sum(w) over the rows of the fit; variance = that of the mean with b
    held fixed, plus J V(b) J' with J the mean slope: the two parts do not covary where the
    model holds.

    Args:
        found: fitted with the weights of the design.
        regression: the same coefficients with their covariance.
        scenarios: per scenario (n, p) columns of all rows, such as one group for everybody.
        design: the n people.

    Source: Graubard & Korn (1999), Biometrics 55, 652-659. Oracle: R survey 4.5 svypredmeans.
    """
    share = found.weight / found.weight.sum()
    filled = [np.where(found.is_used[:, None], x, 0.0) for x in scenarios]
    predictors = np.column_stack([x @ found.coefficient for x in filled])
    means = found.family.mean(predictors)
    slopes = share[:, None] * found.family.slope(predictors)
    gradient = np.stack([slopes[:, s] @ x for s, x in enumerate(filled)])
    return Predictions(
        estimate=share @ means,
        covariance=_covariance_of_means(means, found.is_used, design)
        + gradient @ regression.covariance @ gradient.T,
    )


def _covariance_of_means(
    values: FloatArray, rows: BoolArray, design: Sample | Replicates
) -> FloatArray:
    """(k, k) covariances of the weighted means of (n, k) values over some rows."""
    if isinstance(design, Replicates):
        found = replicate_statistic(lambda w: (w * rows) @ values / (w @ rows), design)
        return found.covariance()
    weight = design.weight * rows
    influence = rows[:, None] * (values - weight @ values / weight.sum()) / weight.sum()
    return unit_totals(design, influence, members_of(rows, values.shape[1])).covariance()


def pseudo_r2(found: Fit) -> PseudoR2:
    """Explained shares of a model of counts or of 0 and 1, from weighted deviances.

    With D and D0 the mean deviances of the model and of a single mean: 1 - exp(D - D0), and
    that over 1 - exp(-D0). Definitions vary; this is a description, not a test.

    Raises:
        ContractError: a gaussian model, whose deviance has no such scale.

    Source: Lumley (2017), Australian & New Zealand Journal of Statistics 59, 273-286. Oracle:
    R survey 4.5 psrsq.
    """
    if found.family.is_linear:
        raise ContractError(WHERE, "pseudo R2 needs outcomes that are counts or shares")
    used, weight = found.is_used, found.weight[found.is_used]
    share = weight / weight.sum()
    y = found.y[used]
    model = found.family.deviance(y, found.fitted[used], share)
    null = found.family.deviance(y, np.full_like(y, share @ y), share)
    cox_snell = -np.expm1(model - null)
    return PseudoR2(cox_snell=float(cox_snell), nagelkerke=float(cox_snell / -np.expm1(-null)))
