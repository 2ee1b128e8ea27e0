"""Normal quantities seen with known noise, some of their directions without any prior.

The exact generalised least squares form of a diffuse Kalman filter. With a dozen waves one
small matrix per setting of the spreads is simpler than filtering and as fast.
"""

from dataclasses import dataclass

import numpy as np

from pipeline.stats.arrays import FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Prior:
    """What is thought of m quantities before any is seen: flat @ b + u, u ~ N(0, covariance).

    Attributes:
        flat: (m, p) loadings of the p coefficients that have a flat prior.
        covariance: (k, m, m), one per setting of the spreads.
    """

    flat: FloatArray
    covariance: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Posterior:
    """What is thought of the q unseen quantities afterwards.

    Attributes:
        mean: (k, q).
        sd: (k, q).
        coefficients: (k, p) generalised least squares estimates of the flat directions.
        log_likelihood: (k,) marginal, over quantities and coefficients, without the constant
            in 2 pi; comparable between settings of the spreads.
    """

    mean: FloatArray
    sd: FloatArray
    coefficients: FloatArray
    log_likelihood: FloatArray


def condition(prior: Prior, values: FloatArray, variances: FloatArray) -> Posterior:
    """Condition the last m - n quantities on noisy sight of the first n.

    With V = K + diag(noise) among the seen, H their loadings, C their covariance with the
    unseen and b = (H'V^-1 H)^-1 H'V^-1 y:

        mean = H_new b + C'V^-1 (y - H b)
        var  = K_new - C'V^-1 C + D (H'V^-1 H)^-1 D',  D = H_new - C'V^-1 H
        log L = -(log|V| + log|H'V^-1 H| + (y - H b)'V^-1 (y - H b)) / 2

    Args:
        prior: of m quantities, the n seen ones first.
        values: (n,) what was seen.
        variances: (n,) or (k, n) known noise, above 0.

    Source: Durbin & Koopman (2012), Time Series Analysis by State Space Methods, ch. 5;
    Harville (1974), Biometrika 61, for the likelihood.
    """
    n, p = len(values), prior.flat.shape[1]
    k = len(prior.covariance)
    noise = np.broadcast_to(variances, (k, n))
    seen = prior.covariance[:, :n, :n] + noise[:, :, None] * np.eye(n)
    root = np.linalg.cholesky(seen)
    fixed = np.broadcast_to(np.column_stack([prior.flat[:n], values]), (k, n, p + 1))
    white = np.linalg.solve(root, np.concatenate([fixed, prior.covariance[:, :n, n:]], axis=2))
    loads, y, cross = white[:, :, :p], white[:, :, p : p + 1], white[:, :, p + 1 :]
    precision = np.einsum("kia,kib->kab", loads, loads)
    coefficients = np.linalg.solve(precision, np.einsum("kia,kib->kab", loads, y))
    residual = y - loads @ coefficients
    missed = prior.flat[n:] - np.einsum("kiq,kia->kqa", cross, loads)
    mean = prior.flat[n:] @ coefficients + np.einsum("kiq,kib->kqb", cross, residual)
    own = np.diagonal(prior.covariance, axis1=1, axis2=2)[:, n:] - (cross**2).sum(axis=1)
    by_flat = np.einsum("kqa,kaq->kq", missed, np.linalg.solve(precision, missed.swapaxes(1, 2)))
    log_determinant = 2 * np.log(np.diagonal(root, axis1=1, axis2=2)).sum(axis=1)
    log_determinant = log_determinant + np.linalg.slogdet(precision).logabsdet
    return Posterior(
        mean=mean[:, :, 0],
        sd=np.sqrt(np.maximum(own + by_flat, 0)),
        coefficients=coefficients[:, :, 0],
        log_likelihood=-(log_determinant + (residual[:, :, 0] ** 2).sum(axis=1)) / 2,
    )
