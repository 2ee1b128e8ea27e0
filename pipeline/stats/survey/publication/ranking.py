"""Whether domains may be ranked, and how sure each rank is.

Ranks of estimates look exact and seldom are. Three answers stand beside them: which pairs
differ, between which ranks each domain lies, and how probable each rank is.
"""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from pipeline.errors import ContractError
from pipeline.stats.arrays import BoolArray, CodeArray, FloatArray

_ROUNDING = 1e-12  # variances of differences this small beside their parts are zero
_DIGITS = 12  # draws that agree to so many digits of their spread are tied


@dataclass(frozen=True, kw_only=True, eq=False)
class Ranking:
    """Ranks of k domains; rank 1 has the largest estimate.

    Attributes:
        order: (k,) domains from the largest estimate to the smallest, counted from 0; equal
            ones in the order given.
        rank_low: (k,) best rank of each domain that the data allow.
        rank_high: (k,) worst such rank.
        probability: (k, k) row i, column r: probability that domain i has rank r + 1; NaN
            without degrees of freedom.
        differs: (k, k) whether two domains differ significantly.
        p_value: (k, k) two-sided, adjusted for the number of pairs; NaN without degrees of
            freedom, 1 on the diagonal.
    """

    order: CodeArray
    rank_low: CodeArray
    rank_high: CodeArray
    probability: FloatArray
    differs: BoolArray
    p_value: FloatArray

    @property
    def may_rank(self) -> bool:
        """Whether every domain differs significantly from the next in the order."""
        return bool(self.differs[self.order[:-1], self.order[1:]].all())

    @property
    def highest(self) -> FloatArray:
        """(k,) probability of being the highest."""
        return self.probability[:, 0]


def rank(
    estimate: FloatArray,
    covariance: FloatArray,
    df: float,
    *,
    random: np.random.Generator,
    level: float = 0.95,
    draws: int = 10_000,
) -> Ranking:
    """Rank domains, with what their errors leave open.

    Pairs: t = (a - b) / se(a - b) with df, p values adjusted by Holm. Ranks: from 1 + the
    number of domains significantly above to k - the number significantly below. As Holm
    guards all pairs at once, all true ranks lie within these bounds with at least the
    confidence level; that no difference is taken for its reverse is proven for independent
    pairs (Shaffer 1980, Annals of Statistics 8, 1342-1347) and seen in simulation for these,
    which share domains. Probabilities: shares of draws from a multivariate t distribution around
    the estimates; ties are broken at random.

    Args:
        estimate: (k,) estimates, none missing; leave empty domains out.
        covariance: (k, k) their covariances; may be singular.
        df: degrees of freedom of the covariances. At 0 nothing differs.
        random: source of the draws.
        level: joint confidence of the differences and of the bounds.
        draws: how many.

    Raises:
        ContractError: sizes disagree or a number is missing.

    Source: Klein, Wright & Wieczorek (2020), JRSS A 183, 589-606, for bounds of ranks from
    simultaneous comparisons; Holm (1979), Scandinavian Journal of Statistics 6, 65-70;
    Goldstein & Spiegelhalter (1996), JRSS A 159, 385-443, for probabilities of ranks.
    """
    _check(estimate, covariance)
    k = len(estimate)
    gap = estimate[:, None] - estimate
    p_value = _adjusted(_pairwise(gap, covariance, df))
    differs: BoolArray = p_value < 1 - level
    return Ranking(
        order=np.argsort(-estimate, kind="stable").astype(np.int64),
        rank_low=1 + (differs & (gap < 0)).sum(axis=1),
        rank_high=k - (differs & (gap > 0)).sum(axis=1),
        probability=_probability(estimate, covariance, df, random, draws),
        differs=differs,
        p_value=p_value,
    )


def _check(estimate: FloatArray, covariance: FloatArray) -> None:
    k = len(estimate)
    if k == 0 or np.shape(covariance) != (k, k):
        raise ContractError(
            "ranking", f"expected a covariance per pair of {k}, got {np.shape(covariance)}"
        )
    missing = int((~np.isfinite(estimate) | ~np.isfinite(covariance).all(axis=1)).sum())
    if missing:
        raise ContractError(
            "ranking",
            f"expected an estimate and covariances of every domain, got none for {missing}",
            hint="leave domains without an estimate out of the ranking",
        )


def _pairwise(gap: FloatArray, covariance: FloatArray, df: float) -> FloatArray:
    """(k, k) two-sided p values of the differences."""
    if not df > 0:
        return np.full(gap.shape, np.nan)
    own = np.diagonal(covariance)
    parts = own[:, None] + own
    variance = parts - 2 * covariance
    se = np.sqrt(np.where(variance > _ROUNDING * parts, variance, 0.0))
    with np.errstate(divide="ignore", invalid="ignore"):
        t = np.where(gap == 0, 0.0, np.abs(gap) / se)
    return np.asarray(2 * stats.t.sf(t, df))


def _adjusted(p_value: FloatArray) -> FloatArray:
    """Holm: the i-th smallest of m p values times m - i + 1, never below the one before."""
    k = len(p_value)
    first, second = np.triu_indices(k, 1)
    single = p_value[first, second]
    ascending = np.argsort(single, kind="stable")
    steps = np.arange(len(single), 0, -1) * single[ascending]
    adjusted = np.eye(k)
    raised = np.minimum(np.maximum.accumulate(steps), 1)
    adjusted[first[ascending], second[ascending]] = raised
    adjusted[second[ascending], first[ascending]] = raised
    return adjusted


def _probability(
    estimate: FloatArray,
    covariance: FloatArray,
    df: float,
    random: np.random.Generator,
    draws: int,
) -> FloatArray:
    """(k, k) shares of the draws in which domain i takes place r."""
    k = len(estimate)
    if not df > 0:
        return np.full((k, k), np.nan)
    drawn = estimate + _errors(covariance, df, random, draws)
    spread = float(np.ptp(drawn)) or 1.0
    rounded = np.round((drawn - estimate.min()) / spread, _DIGITS)
    places = np.lexsort((random.random(drawn.shape), -rounded), axis=1)
    counts = [np.bincount(places[:, place], minlength=k) for place in range(k)]
    return np.column_stack(counts) / draws


def _errors(
    covariance: FloatArray, df: float, random: np.random.Generator, draws: int
) -> FloatArray:
    """(draws, k) multivariate t deviates.

    The symmetric root is unique, so the same seed gives the same draws on every machine.
    """
    values, vectors = np.linalg.eigh(covariance)
    root = (vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T
    normal = random.standard_normal((draws, len(covariance)))
    scale = np.sqrt(df / random.chisquare(df, draws)) if np.isfinite(df) else np.ones(draws)
    return np.asarray((normal @ root) * scale[:, None])
