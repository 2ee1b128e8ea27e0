"""Has a target been reached? One-sided tests of a share against a fixed number."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy import stats

from pipeline.stats.survey.planning.sample_size import n_to_exceed

Verdict = Literal["shown_above", "shown_below", "not_decided"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetResult:
    """Outcome of testing a share against a target.

    Attributes:
        p_value: one-sided, of the hypothesis that the share does not exceed the target.
        prob_met: 1 - p_value, read as the approximate probability that the population
            share lies above the target when nothing else is known about it.
        verdict: what the test shows at its level, in either direction.
        n_needed: interviews of the same design that would decide with the stated power if
            the estimated share were the true one; NaN when it equals the target.
    """

    p_value: float
    prob_met: float
    verdict: Verdict
    n_needed: float


def against_target(
    share: float,
    target: float,
    *,
    n: float,
    n_eff: float,
    df: float,
    alpha: float,
    power: float,
) -> TargetResult:
    """Score test of a survey share against a target.

    z = (p - t) / sqrt(t (1 - t) / n_eff), referred to Student's t with the design's degrees
    of freedom. It is the test whose inversion is the Wilson bound, so verdict and bound
    never contradict each other.

    Args:
        share: estimate on [0, 1].
        target: share to be exceeded, on (0, 1).
        n: interviews behind the estimate.
        n_eff: size of the simple random sample with the same precision.
        df: design degrees of freedom; without any (0), nothing is decided.
        alpha: one-sided level.
        power: for `n_needed`.

    Source: Wilson (1927), JASA 22; Korn & Graubard (1999), ch. 3 for df and n_eff.
    """
    z = (share - target) / np.sqrt(target * (1 - target) / n_eff)
    p_value = float(stats.t.sf(z, df)) if df > 0 else float("nan")
    needed = n_to_exceed(share, target, alpha=alpha, power=power)
    return TargetResult(
        p_value=p_value,
        prob_met=1 - p_value,
        verdict=_verdict(p_value, alpha),
        n_needed=needed * n / n_eff if np.isfinite(needed) else float("nan"),
    )


def _verdict(p_value: float, alpha: float) -> Verdict:
    if p_value < alpha:
        return "shown_above"
    return "shown_below" if p_value > 1 - alpha else "not_decided"
