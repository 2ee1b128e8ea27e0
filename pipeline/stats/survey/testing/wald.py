"""Wald tests of linear hypotheses on estimates with a design-based covariance."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import stats

from pipeline.errors import ContractError, DesignError
from pipeline.stats.arrays import FloatArray

if TYPE_CHECKING:
    from pipeline.stats.survey.estimation.regression.design_based import Regression

_SINGULAR = 1e-12  # eigenvalue of a correlation matrix, of at most m


@dataclass(frozen=True, slots=True, kw_only=True)
class WaldTest:
    """Outcome of a Wald test.

    Attributes:
        statistic: F, the quadratic form over the number of restrictions.
        df: restrictions.
        ddf: degrees of freedom of the denominator.
        p_value: probability of a greater F under the hypothesis; NaN without ddf.
    """

    statistic: float
    df: int
    ddf: float
    p_value: float


def wald_test(
    estimate: FloatArray,
    covariance: FloatArray,
    *,
    df: float,
    restrictions: FloatArray | None = None,
    value: FloatArray | float = 0.0,
    where: str = "Wald test",
) -> WaldTest:
    """Test R b = value, with F = (R b - value)'(R V R')^-1 (R b - value) / m.

    Args:
        estimate: (k,) numbers b.
        covariance: (k, k) their covariances V.
        df: degrees of freedom of the denominator.
        restrictions: (m, k) rows R; None: every number is tested.
        value: (m,) what the combinations equal under the hypothesis.
        where: the place that messages name.

    Raises:
        ContractError: shapes do not fit.
        DesignError: the restrictions repeat each other, or do not vary.

    Source: Korn & Graubard (1990), The American Statistician 44, 270-276. Oracle: R survey 4.5
    regTermTest(method = "Wald").
    """
    rows = np.eye(len(estimate)) if restrictions is None else np.atleast_2d(restrictions)
    if rows.shape[1] != len(estimate):
        raise ContractError(
            where, f"expected restrictions on {len(estimate)} numbers, got {rows.shape[1]}"
        )
    chi2 = wald_statistic(rows @ estimate - value, rows @ covariance @ rows.T, where=where)
    f, m = chi2 / len(rows), len(rows)
    p = float(stats.f.sf(f, m, df)) if df > 0 else np.nan
    return WaldTest(statistic=f, df=m, ddf=df, p_value=p)


def term_test(regression: "Regression", names: Sequence[str]) -> WaldTest:
    """Test whether coefficients of a regression, such as all levels of a variable, are 0.

    Args:
        regression: with its covariance and residual degrees of freedom.
        names: coefficients under test.

    Raises:
        ContractError: no name given, or no coefficient of a name.
        DesignError: as for `wald_test`.
    """
    places = regression.places(names)
    if not places:
        raise ContractError("Wald test", "expected names of coefficients, got none")
    return wald_test(
        regression.coefficient[places],
        regression.covariance[np.ix_(places, places)],
        df=float(np.min(regression.df)),
        where=f"Wald test of {', '.join(names)}",
    )


def wald_statistic(departure: FloatArray, covariance: FloatArray, *, where: str) -> float:
    """Quadratic form d'V^-1 d of m departures from a hypothesis.

    Raises:
        DesignError: V is singular: fewer units of the design than departures, or one of them
            repeats others or does not vary.
    """
    size = np.sqrt(covariance.diagonal())
    if not (size > 0).all():
        raise DesignError(
            where, f"{int((~(size > 0)).sum())} of {len(size)} restrictions do not vary"
        )
    correlation = covariance / np.outer(size, size)
    if np.linalg.eigvalsh(correlation)[0] < _SINGULAR:
        rank = int(np.linalg.matrix_rank(correlation, tol=_SINGULAR, hermitian=True))
        raise DesignError(
            where,
            f"{len(size)} restrictions, but only {rank} vary apart from each other",
            hint="test fewer levels at a time, or merge levels",
        )
    scaled = departure / size
    return float(scaled @ np.linalg.solve(correlation, scaled))
