"""Random intercepts given coefficients and deviations: their mode, and Laplace's likelihood."""

from dataclasses import dataclass

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from scipy.special import expit

from pipeline.errors import NotConvergedError
from pipeline.stats.arrays import FloatArray
from pipeline.stats.monitoring.areas.counts import WHERE, Counts

_ROUNDS, _HALVINGS = 100, 40
_SETTLED = 1e-20  # squared length of a Newton step in units of its own error, per person


@dataclass(frozen=True, kw_only=True, eq=False)
class Mode:
    """Where the effects are most likely, given coefficients and spreads.

    Attributes:
        predictor: (C,) linear predictors there.
        effect: (q,) effects over their standard deviation.
        factor: Cholesky factor of the (q, q) information of `effect`.
        log_likelihood: of the model, effects integrated out by Laplace's method.
    """

    predictor: FloatArray
    effect: FloatArray
    factor: tuple[FloatArray, bool]
    log_likelihood: float


def laplace(counts: Counts, coefficient: FloatArray, sd: FloatArray) -> Mode:
    """Log-likelihood with the effects integrated out about their mode.

    l = max_v [sum log P(y | x'b + z'Sv) - v'v/2] - log|I + SZ'WZS|/2, S the standard deviations
    and W = n P(1 - P) at the maximum.

    Args:
        counts: the data.
        coefficient: (p,) b.
        sd: (k,) standard deviations; a sign does not matter.

    Source: Breslow & Clayton (1993), J. Am. Stat. Assoc. 88, 9-25. Oracle: R lme4 glmer.
    """
    z = counts.z * sd[counts.grouping]
    v, mode = newton(counts, z, np.ones(z.shape[1]), counts.x @ coefficient)
    predictor, information, value = mode
    factor = cho_factor(information, lower=True)
    half_log_det = float(np.log(np.diag(factor[0])).sum())
    return Mode(predictor=predictor, effect=v, factor=factor, log_likelihood=value - half_log_det)


def slope(counts: Counts, mode: Mode, sd: FloatArray) -> FloatArray:
    """(p + k,) derivatives of Laplace's log-likelihood by coefficients and deviations.

    The mode moves with them, and so does its information W.
    """
    z = counts.z * sd[counts.grouping]
    share = expit(mode.predictor)
    residual = counts.successes - counts.people * share
    spread = counts.people * share * (1 - share)
    inverse = cho_solve(mode.factor, z.T)
    by_sd = np.stack([counts.z * (counts.grouping == j) for j in range(len(sd))])
    moved = np.column_stack([counts.x, *(each @ mode.effect for each in by_sd)])
    pull = np.column_stack(
        [np.zeros((z.shape[1], counts.x.shape[1])), *(e.T @ residual for e in by_sd)]
    )
    shift = cho_solve(mode.factor, pull - z.T @ (spread[:, None] * moved))
    leverage = np.einsum("cq,qc->c", z, inverse) * spread * (1 - 2 * share)
    own = np.array([2 * np.einsum("qc,c,cq->", inverse, spread, each) for each in by_sd])
    change = leverage @ (moved + z @ shift)
    change[counts.x.shape[1] :] += own
    return np.asarray(residual @ moved - change / 2)


def newton(
    counts: Counts, columns: FloatArray, penalty: FloatArray, offset: FloatArray
) -> tuple[FloatArray, tuple[FloatArray, FloatArray, float]]:
    """Penalised maximum of the log-likelihood by Newton's method with halved steps.

    Args:
        counts: the data.
        columns: (C, m) columns of the m unknowns.
        penalty: (m,) precisions of the unknowns about 0.
        offset: (C,) the rest of the predictor.

    Returns:
        (m,) unknowns; predictor, information and penalised log-likelihood there.

    Raises:
        NotConvergedError: the maximum was not reached.
    """

    def value(unknown: FloatArray) -> float:
        fitted = counts.log_likelihood(offset + columns @ unknown).sum()
        return float(fitted - penalty @ unknown**2 / 2)

    unknown = np.zeros(columns.shape[1])
    best = value(unknown)
    for _ in range(_ROUNDS):
        predictor = offset + columns @ unknown
        share = expit(predictor)
        gradient = columns.T @ (counts.successes - counts.people * share) - penalty * unknown
        spread = counts.people * share * (1 - share)
        information = columns.T @ (spread[:, None] * columns) + np.diag(penalty)
        step = np.linalg.solve(information, gradient)
        if step @ gradient <= _SETTLED * counts.people.sum():
            return unknown, (predictor, information, best)
        for _ in range(_HALVINGS):
            if (after := value(unknown + step)) >= best - 1e-12 * abs(best):
                break
            step = step / 2
        unknown, best = unknown + step, after
    raise NotConvergedError(
        WHERE,
        f"no maximum in {_ROUNDS} rounds",
        hint="a column may tell the outcomes apart without error; merge levels",
    )
