"""Standard errors of coefficients from few PSUs: residuals corrected for the fit's own pull.

A fit bends towards its data, most in PSUs of high leverage, so plain residuals are too small.
Bell and McCaffrey scale them by (I - H)^(-1/2) within the PSU, H the hat matrix, and tell from
the same matrices how many degrees of freedom the variance of each coefficient has.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from pipeline.stats.arrays import CodeArray, FloatArray
from pipeline.stats.survey.design.sample import Sample
from pipeline.stats.survey.estimation.regression.design_based import Regression, linearised
from pipeline.stats.survey.estimation.regression.fitting import Fit

_FITTED_WHOLE = 1e-10  # eigenvalue of I - H: what the coefficients fit without residual


class _Cluster(NamedTuple):
    rows: CodeArray
    scaling: FloatArray  # (I - H)^(-1/2)


def bell_mccaffrey(found: Fit, sample: Sample) -> Regression:
    """Coefficients with standard errors from leverage-corrected residuals.

    Working residuals r of PSU g become (I - X_g (X'X)^-1 X_g')^(-1/2) r_g; the hat matrix is
    that of equal, independent errors, without the weights. Degrees of freedom as in `regress`;
    `satterthwaite_df` gives those of each coefficient.

    Args:
        found: fitted with the sample's weights.
        sample: the n people; PSUs are the clusters.

    Source: Bell & McCaffrey (2002), Survey Methodology 28, 169-181. Oracle: R survey 4.5
    svyglm(std.errors = "Bell-McCaffrey").
    """
    residual = found.working_residual.copy()
    for rows, scaling in _clusters(found, sample):
        residual[rows] = scaling @ residual[rows]
    return linearised(found, sample, found.influence_of(residual))


def satterthwaite_df(found: Fit, sample: Sample) -> FloatArray:
    """(p,) degrees of freedom of the variances that `bell_mccaffrey` gives.

    The variance of coefficient j is a quadratic form of the errors; with equal, independent
    errors its eigenvalues are those of G'G, column g of G being
    (I - H)[:, g] (I - H_gg)^(-1/2) X_g (X'X)^-1 e_j, and df = (sum l)^2 / sum l^2.

    Source: Bell & McCaffrey (2002), theorem 4. Oracle: R survey 4.5 svyglm(degf = TRUE).
    """
    x = found.x[found.is_used]
    inverse = np.linalg.inv(x.T @ x)
    parts = [
        (found.x[rows], scaling @ found.x[rows] @ inverse)
        for rows, scaling in _clusters(found, sample)
    ]
    # g_a'g_b = v_a'(I - H)_ab v_b, with v the second and H_ab = X_a (X'X)^-1 X_b'
    pulled = np.stack([x_g.T @ v for x_g, v in parts])
    own = np.stack([np.square(v).sum(axis=0) for _, v in parts])
    products = -np.einsum("akj,kl,blj->jab", pulled, inverse, pulled)
    diagonal = np.arange(len(parts))
    products[:, diagonal, diagonal] += own.T
    traces = np.trace(products, axis1=1, axis2=2)
    return np.asarray(traces**2 / np.square(products).sum(axis=(1, 2)))


def _clusters(found: Fit, sample: Sample) -> Iterator[_Cluster]:
    """PSUs that hold a row of the fit, with the scaling of their residuals."""
    used = np.flatnonzero(found.is_used)
    psu = sample.units.unit_of_row[used]
    order = np.argsort(psu, kind="stable")
    inverse = np.linalg.inv(found.x[used].T @ found.x[used])
    for rows in np.split(used[order], np.flatnonzero(np.diff(psu[order])) + 1):
        x = found.x[rows]
        values, vectors = np.linalg.eigh(np.eye(len(rows)) - x @ inverse @ x.T)
        kept = values > _FITTED_WHOLE
        scaling = (vectors[:, kept] / np.sqrt(values[kept])) @ vectors[:, kept].T
        yield _Cluster(rows, scaling)
