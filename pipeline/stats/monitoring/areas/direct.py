"""Direct estimates of areas with known sampling variances, and what follows for a given sd.

The area-level model is direct = truth + error, truth = x'b + area effect. Once the variance of
the area effects is given, coefficients and best predictions are closed forms; `fay_herriot`
estimates that variance, `hierarchical` averages over it.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from pipeline.errors import ContractError, DesignError
from pipeline.stats.arrays import FloatArray

WHERE = "area model"


@dataclass(frozen=True, kw_only=True, eq=False)
class DirectEstimates:
    """Direct estimates of m areas.

    Attributes:
        value: (m,) on the scale of the model.
        variance: (m,) sampling variances, taken as known; smooth them first: an area with few
            primary sampling units cannot tell its own.
        covariates: (m, p) with a column of ones where an intercept is meant.
        r_exact: take a variance of 0 at its word, as R does. It comes from shares of 0 or 1 and
            gives those areas no shrinkage at all, so it is refused otherwise.

    Raises:
        ContractError: shapes disagree, a number is not finite, a variance is not positive.
        DesignError: no more areas than coefficients, or covariates that repeat each other.
    """

    value: FloatArray
    variance: FloatArray
    covariates: FloatArray
    r_exact: bool = False

    def __post_init__(self) -> None:
        count = len(self.value)
        if self.value.shape != (count,) or self.variance.shape != (count,):
            raise ContractError(
                WHERE, f"expected one variance per area, {count}, got {self.variance.shape}"
            )
        if self.covariates.ndim != 2 or len(self.covariates) != count:
            raise ContractError(
                WHERE, f"expected covariates of {count} areas, got {self.covariates.shape}"
            )
        _refuse_numbers(self)
        _refuse_design(self.covariates)

    @cached_property
    def basis(self) -> tuple[FloatArray, FloatArray]:
        """Orthonormal columns (m, p) that span the covariates, and the triangle between."""
        columns, triangle = np.linalg.qr(self.covariates)
        return columns, triangle

    @cached_property
    def largest_area_variance(self) -> float:
        """No estimate of the variance between areas lies above: residual plus sampling."""
        columns, _ = self.basis
        residual = self.value - columns @ (columns.T @ self.value)
        count, width = columns.shape
        return float(residual @ residual / (count - width) + self.variance.max())


@dataclass(frozen=True, kw_only=True, eq=False)
class Prediction:
    """Best linear unbiased prediction of m areas for one variance between areas.

    Attributes:
        coefficients: (p,) generalised least squares.
        covariance: (p, p) of the coefficients.
        gamma: (m,) weight of the direct estimate, A / (A + D).
        synthetic: (m,) x'b.
        estimate: (m,) gamma y + (1 - gamma) x'b.
        within: (m,) gamma D, error variance were the coefficients known (g1).
        regression: (m,) part of the error variance due to the coefficients (g2).
    """

    coefficients: FloatArray
    covariance: FloatArray
    gamma: FloatArray
    synthetic: FloatArray
    estimate: FloatArray
    within: FloatArray
    regression: FloatArray


def predict(direct: DirectEstimates, area_variance: float) -> Prediction:
    """Predict the areas, the variance A between them being given.

    b = (X'V^-1 X)^-1 X'V^-1 y with V = diag(A + D).

    Source: Rao & Molina (2015), Small Area Estimation, 2nd ed., section 6.1.
    """
    columns, triangle = direct.basis
    total = area_variance + direct.variance
    root = np.linalg.inv(columns.T @ (columns / total[:, None]))
    turned = root @ (columns.T @ (direct.value / total))
    back = np.linalg.inv(triangle)
    gamma = area_variance / total
    synthetic = columns @ turned
    return Prediction(
        coefficients=back @ turned,
        covariance=back @ root @ back.T,
        gamma=gamma,
        synthetic=synthetic,
        estimate=gamma * direct.value + (1 - gamma) * synthetic,
        within=gamma * direct.variance,
        regression=(1 - gamma) ** 2 * np.einsum("mp,pq,mq->m", columns, root, columns),
    )


def log_likelihood(
    direct: DirectEstimates, area_variance: FloatArray, *, restricted: bool
) -> FloatArray:
    """Log-likelihood of G variances between areas, the coefficients at their best.

    -0.5 (sum log 2 pi (A + D) + r'V^-1 r), restricted also -0.5 log |X'V^-1 X|, in which the
    unit of the covariates is left out: it does not depend on A.

    Args:
        direct: the areas.
        area_variance: (G,).
        restricted: of contrasts free of the coefficients (REML).

    Returns:
        (G,).
    """
    columns, _ = direct.basis
    total = area_variance[:, None] + direct.variance
    crossed = np.einsum("mp,gm,mq->gpq", columns, 1 / total, columns)
    moment = (direct.value / total) @ columns
    coefficients = np.linalg.solve(crossed, moment[..., None])[..., 0]
    residual = direct.value - coefficients @ columns.T
    found = np.log(2 * np.pi * total).sum(axis=1) + (residual**2 / total).sum(axis=1)
    if restricted:
        found = found + np.linalg.slogdet(crossed)[1]
    return np.asarray(-0.5 * found)


def _refuse_numbers(direct: DirectEstimates) -> None:
    named = {
        "direct estimates": direct.value,
        "variances": direct.variance,
        "covariates": direct.covariates,
    }
    faults = [
        f"expected finite {name}, got {int((~np.isfinite(numbers)).sum())} that are not"
        for name, numbers in named.items()
        if not np.isfinite(numbers).all()
    ]
    is_low = direct.variance < 0 if direct.r_exact else direct.variance <= 0
    if is_low.any():
        faults.append(f"expected variances above 0, got {int(is_low.sum())} that are not")
    if faults:
        hint = "leave out areas without a sample; smooth the variance of shares of 0 or 1"
        raise ContractError(WHERE, faults, hint=hint)


def _refuse_design(covariates: FloatArray) -> None:
    count, width = covariates.shape
    if width == 0 or count <= width:
        raise DesignError(
            WHERE,
            f"expected 1 or more coefficients and more areas than that, got {count} areas for"
            f" {width}",
            hint="use fewer covariates: five areas carry at most one beside the intercept",
        )
    size = np.sqrt((covariates**2).sum(axis=0))
    if (size == 0).any() or np.linalg.matrix_rank(covariates / size) < width:
        raise DesignError(
            WHERE,
            "expected covariates that tell different things, got some that repeat others",
            hint="drop one of them",
        )
