"""Linear equating of groups that differ, through an anchor that both took (NEAT design).

Tucker and Levine infer the moments that both forms would have in one synthetic population, a
mixture of the two groups; chained equating goes through the anchor's scale instead.
"""

from typing import Literal

from pipeline.errors import ContractError
from pipeline.stats.measurement.equating.distributions import WHERE
from pipeline.stats.measurement.equating.joint import JointDistribution
from pipeline.stats.measurement.equating.lines import (
    Line,
    Moments,
    linear_equating,
    moments,
    sample_factor,
)


def tucker(
    new: JointDistribution,
    old: JointDistribution,
    *,
    synthetic_weight: float | None = None,
    r_counts: bool = False,
) -> Moments:
    """Synthetic moments if the regression of test on anchor is the same in both groups.

    With gamma = cov(test, anchor) / var(anchor) in each group, w = `synthetic_weight`, d and D
    the new minus the old group's mean and variance on the anchor:
    mean_new - (1 - w) gamma_new d; mean_old + w gamma_old d;
    var_new - (1 - w) gamma_new^2 D + w (1 - w) gamma_new^2 d^2;
    var_old + w gamma_old^2 D + w (1 - w) gamma_old^2 d^2.
    A short anchor is unreliable and its regressions too flat: of a large difference between the
    groups Tucker keeps a part as one between the forms. Levine and chained equating do not.

    Args:
        new: (K, V) test and anchor scores of the group with the form to be equated.
        old: of the group with the form whose scale is kept.
        synthetic_weight: share of the new form's group in the synthetic population, in [0, 1];
            None: its share of the two groups' frequencies.
        r_counts: as in R, frequencies are numbers of people and variances divide by n - 1.

    Raises:
        ContractError: an anchor on which all have one score, other anchor scales, or a weight
            outside [0, 1].

    Source: Gulliksen (1950), Theory of Mental Tests; Kolen & Brennan (2014), ch. 4.
    Oracle: R equate 2.0.9, method "tucker".
    """
    check_pair(new, old)
    gamma_new, gamma_old = (_ratio(g.covariance, g.anchor.variance) for g in (new, old))
    return _synthetic(new, old, gamma_new, gamma_old, synthetic_weight, r_counts)


def levine(
    new: JointDistribution,
    old: JointDistribution,
    *,
    synthetic_weight: float | None = None,
    anchor: Literal["internal", "external"] = "internal",
    r_counts: bool = False,
) -> Moments:
    """Synthetic moments if true scores on test and anchor go together perfectly.

    As `tucker` with another gamma, the ratio of true-score spreads under a classical congeneric
    model: var(test) / cov for an internal anchor, whose items are part of the test's score;
    (var(test) + cov) / (var(anchor) + cov) for an external one. The observed-score method.

    Args:
        new: (K, V) test and anchor scores of the group with the form to be equated.
        old: of the group with the form whose scale is kept.
        synthetic_weight: as in `tucker`.
        anchor: whether the anchor counts in the test's score.
        r_counts: as in `tucker`.

    Raises:
        ContractError: test and anchor that do not go together, or as `tucker`.

    Source: Levine (1955), ETS RB-55-23; Kolen & Brennan (2014), ch. 4. Oracle: R equate 2.0.9,
    method "levine".
    """
    check_pair(new, old)
    gammas = []
    for group in (new, old):
        shared = group.covariance
        if anchor == "internal":
            gammas.append(_ratio(group.test.variance, shared))
        else:
            gammas.append(_ratio(group.test.variance + shared, group.anchor.variance + shared))
    return _synthetic(new, old, gammas[0], gammas[1], synthetic_weight, r_counts)


def chained_linear(new: JointDistribution, old: JointDistribution) -> Line:
    """New form to anchor in one group, anchor to old form in the other, each linearly.

    Raises:
        ContractError: a test or an anchor on which all have one score.

    Source: Kolen & Brennan (2014), ch. 4. Oracle: R equate 2.0.9, type "linear", "chained".
    """
    first = linear_equating(moments(new.test, new.anchor))
    return first.then(linear_equating(moments(old.anchor, old.test)))


def check_pair(new: JointDistribution, old: JointDistribution) -> None:
    """Refuse two groups whose anchor scores are not on one scale."""
    if new.anchors.shape != old.anchors.shape or (new.anchors != old.anchors).any():
        raise ContractError(
            WHERE, "expected one list of possible anchor scores for both groups, got two"
        )


def share_of_new(
    new: JointDistribution, old: JointDistribution, synthetic_weight: float | None
) -> float:
    """The new form's group in the synthetic population: as asked, or by the frequencies."""
    if synthetic_weight is None:
        sizes = float(new.frequency.sum()), float(old.frequency.sum())
        return sizes[0] / sum(sizes)
    if not 0 <= synthetic_weight <= 1:
        raise ContractError(
            WHERE, f"expected a synthetic weight between 0 and 1, got {synthetic_weight:g}"
        )
    return synthetic_weight


def _synthetic(
    new: JointDistribution,
    old: JointDistribution,
    gamma_new: float,
    gamma_old: float,
    synthetic_weight: float | None,
    r_counts: bool,
) -> Moments:
    share = share_of_new(new, old, synthetic_weight)
    of_new, of_old = ((sample_factor(group.test) if r_counts else 1.0) for group in (new, old))
    mean_gap = new.anchor.mean - old.anchor.mean
    variance_gap = new.anchor.variance * of_new - old.anchor.variance * of_old
    mixed = share * (1 - share) * mean_gap**2
    return Moments(
        new_mean=new.test.mean - (1 - share) * gamma_new * mean_gap,
        new_variance=new.test.variance * of_new
        + gamma_new**2 * (mixed - (1 - share) * variance_gap),
        old_mean=old.test.mean + share * gamma_old * mean_gap,
        old_variance=old.test.variance * of_old + gamma_old**2 * (mixed + share * variance_gap),
    )


def _ratio(above: float, below: float) -> float:
    if not (below > 0 and above > 0):
        raise ContractError(
            WHERE,
            "expected test and anchor scores that rise together in both groups, got a "
            "covariance or variance of zero or less",
            hint="the anchor does not measure what the test measures; do not equate",
        )
    return above / below
