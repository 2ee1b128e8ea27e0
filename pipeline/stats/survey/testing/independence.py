"""Tests of independence of two classifications under a design.

Pearson's statistic of the weighted table, its law corrected for the design (Rao and Scott),
and Wald's statistic of the departures from independence.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from scipy import linalg, stats

from pipeline.errors import DesignError
from pipeline.stats.arrays import FloatArray
from pipeline.stats.survey.testing.chi_square_sums import satterthwaite, upper_tail
from pipeline.stats.survey.testing.cross_table import WHERE, CrossTable
from pipeline.stats.survey.testing.wald import wald_statistic

IndependenceStatistic: TypeAlias = Literal["F", "Chisq", "Wald", "adjWald", "saddlepoint", "exact"]


@dataclass(frozen=True, slots=True, kw_only=True)
class IndependenceTest:
    """Outcome of a test of independence.

    Attributes:
        statistic: F for "F", "Wald" and "adjWald", Pearson's X2 for the others.
        df: degrees of freedom of the numerator; NaN where the law has none.
        ddf: degrees of freedom of the denominator; NaN where the law has none.
        p_value: probability of a greater statistic if the classifications are independent.
    """

    statistic: float
    df: float
    ddf: float
    p_value: float


def independence_test(
    table: CrossTable, *, df: float, statistic: IndependenceStatistic = "F"
) -> IndependenceTest:
    """Test whether two classifications are independent in the population.

    With X2 = n sum((p - e)^2 / e) over cells, e the product of the margins, and l_i the design
    effects of the contrasts of independence: "F" takes X2 / sum(l) for an F with d =
    (sum l)^2 / sum(l^2) and d df degrees of freedom (Rao and Scott's second order, after Thomas
    and Rao); "Chisq" takes X2 / mean(l) for a chi-square (first order); "saddlepoint" and
    "exact" take X2 for the weighted sum of chi-squares itself over the same denominator.
    "Wald" and "adjWald" test the departures N (p - e) by their covariance, adjWald times
    (df - m + 1) / df with df - m + 1 degrees of freedom, m = (r - 1)(c - 1).

    Args:
        table: cells with their covariances.
        df: design degrees of freedom, PSUs - strata, or the rank of replicates - 1; for
            "saddlepoint" and "exact" inf leaves the denominator out.
        statistic: which test. "F" is recommended.

    Raises:
        DesignError: cells leave a contrast without variance, or df is too small for Wald.

    Source: Rao & Scott (1984), Annals of Statistics 12, 46-60; Thomas & Rao (1987), JASA 82,
    630-636; Koch, Freeman & Freeman (1975), International Statistical Review 43, 59-78. Oracle:
    R survey 4.5 svychisq. (Its "lincom" is "exact" here, and "saddlepoint" where the package
    CompQuadForm is not installed.)
    """
    if statistic == "Wald" or statistic == "adjWald":
        return _wald(table, df, is_adjusted=statistic == "adjWald")
    x2 = pearson_statistic(table)
    scales = design_effects(table)
    if statistic == "Chisq":
        p = float(stats.chi2.sf(x2 / scales.mean(), len(scales)))
        return IndependenceTest(statistic=x2, df=len(scales), ddf=np.nan, p_value=p)
    numerator = satterthwaite(scales).df
    if statistic == "F":
        f, ddf = x2 / float(scales.sum()), numerator * df
        p = float(stats.f.sf(f, numerator, ddf))
        return IndependenceTest(statistic=f, df=numerator, ddf=ddf, p_value=p)
    p = upper_tail(x2, scales, df=numerator * df, method=statistic)
    return IndependenceTest(statistic=x2, df=np.nan, ddf=np.nan, p_value=p)


def pearson_statistic(table: CrossTable) -> float:
    """Pearson's X2 of the weighted table as if it held n rows of equal weight."""
    expected = table.expected_share
    return float(table.n * (np.square(table.share - expected) / expected).sum())


def design_effects(table: CrossTable) -> FloatArray:
    """(m,) generalised design effects of the contrasts of independence.

    Eigenvalues of (C'D^-1 C / n)^-1 C'D^-1 V D^-1 C, C a basis of the interactions, D the
    shares, V their covariance; all 1 in a simple random sample of n.

    Source: Rao & Scott (1984), Annals of Statistics 12, 46-60.
    """
    r, c = table.share.shape
    interactions = np.kron(linalg.helmert(r), linalg.helmert(c)).T
    share = table.share.ravel()
    inverse = np.divide(1, share, out=np.zeros_like(share), where=share > 0)
    weighted = inverse[:, None] * interactions
    simple = interactions.T @ weighted / table.n
    try:
        scales = linalg.eigvalsh(weighted.T @ table.share_covariance @ weighted, simple)
    except np.linalg.LinAlgError:
        scales = np.zeros(0)
    if not scales.sum() > 0:
        raise DesignError(
            WHERE,
            "the contrasts of independence do not vary between units of the design; empty "
            f"cells: {table.empty_cells_told}",
            hint="merge levels until every row and column meets most of the others",
        )
    return np.asarray(scales)


def _wald(table: CrossTable, df: float, *, is_adjusted: bool) -> IndependenceTest:
    m = table.n_contrasts
    if (left := df - m + 1) < 1:
        raise DesignError(
            WHERE,
            f"Wald needs {m} degrees of freedom or more, the design has {df:g}",
            hint='merge levels, or take statistic "F"',
        )
    departure, covariance = _departures(table)
    chi2 = wald_statistic(departure, covariance, where=WHERE)
    f, ddf = (chi2 * left / (m * df), left) if is_adjusted else (chi2 / m, df)
    return IndependenceTest(statistic=f, df=m, ddf=ddf, p_value=float(stats.f.sf(f, m, ddf)))


def _departures(table: CrossTable) -> tuple[FloatArray, FloatArray]:
    """(m,) departures N_ij - N_i N_j / N beyond the first row and column, and covariance."""
    r, c = table.total.shape
    whole = table.total.sum()
    row, column = table.total.sum(axis=1) / whole, table.total.sum(axis=0) / whole
    beside = np.einsum("ik,j->ijk", np.eye(r), column)[:, :, :, None]
    below = np.einsum("jl,i->ijl", np.eye(c), row)[:, :, None, :]
    slopes = (np.eye(r * c).reshape(r, c, r, c) - beside - below)[1:, 1:]
    slopes = slopes + np.outer(row, column)[1:, 1:, None, None]
    jacobian = slopes.reshape(-1, r * c)
    departure = (table.total - whole * np.outer(row, column))[1:, 1:].ravel()
    return departure, np.asarray(jacobian @ table.total_covariance @ jacobian.T)
