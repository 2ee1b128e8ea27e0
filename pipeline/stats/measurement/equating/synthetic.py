"""Score distributions of both forms in one synthetic population, by frequency estimation.

If people of equal anchor scores do equally well on a form in both groups, the distribution of
the form in the group that did not take it follows from that group's anchor scores.
"""

from dataclasses import dataclass

import numpy as np

from pipeline.errors import ContractError
from pipeline.stats.arrays import FloatArray
from pipeline.stats.measurement.equating.anchored import check_pair, share_of_new
from pipeline.stats.measurement.equating.distributions import WHERE, ScoreDistribution
from pipeline.stats.measurement.equating.joint import JointDistribution
from pipeline.stats.measurement.equating.lines import Moments, moments


@dataclass(frozen=True, eq=False, kw_only=True)
class Synthetic:
    """Both forms in the synthetic population; give them to `equipercentile`.

    Attributes:
        new: scores on the form to be equated.
        old: scores on the form whose scale is kept.
        unseen_by_new: share of the old form's group with anchor scores that nobody of the new
            form's group has: nothing tells how they would do, and they are left out.
        unseen_by_old: the same the other way round.
    """

    new: ScoreDistribution
    old: ScoreDistribution
    unseen_by_new: float
    unseen_by_old: float


def frequency_estimation(
    new: JointDistribution,
    old: JointDistribution,
    *,
    synthetic_weight: float | None = None,
    r_counts: bool = False,
) -> Synthetic:
    """Distributions of both forms in a mixture of the two groups.

    f(x) = w f_new(x) + (1 - w) sum_v f_new(x | v) h_old(v), and likewise for the old form.

    Args:
        new: (K, V) test and anchor scores of the group with the form to be equated.
        old: of the group with the form whose scale is kept.
        synthetic_weight: share w of the new form's group in the synthetic population, in
            [0, 1]; None: its share of the two groups' frequencies.
        r_counts: as in R, mix the groups' numbers of people and not their shares, which gives
            the larger group more than its weight.

    Raises:
        ContractError: other anchor scales, no anchor score in common, or a weight outside
            [0, 1].

    Source: Angoff (1971), in Thorndike, Educational Measurement; Kolen & Brennan (2014), ch. 5.
    Oracle: R equate 2.0.9, method "frequency estimation".
    """
    check_pair(new, old)
    share = share_of_new(new, old, synthetic_weight)
    of_new, of_old = (
        group.frequency / (1.0 if r_counts else group.frequency.sum()) for group in (new, old)
    )
    as_old, unseen_by_new = _reweighted(of_new, of_old.sum(axis=0))
    as_new, unseen_by_old = _reweighted(of_old, of_new.sum(axis=0))
    if unseen_by_new >= 1 or unseen_by_old >= 1:
        raise ContractError(WHERE, "expected groups that share anchor scores, got none in common")
    if not r_counts:
        as_old, as_new = as_old / (1 - unseen_by_new), as_new / (1 - unseen_by_old)
    return Synthetic(
        new=ScoreDistribution(new.scores, share * of_new.sum(axis=1) + (1 - share) * as_old),
        old=ScoreDistribution(old.scores, share * as_new + (1 - share) * of_old.sum(axis=1)),
        unseen_by_new=unseen_by_new,
        unseen_by_old=unseen_by_old,
    )


def braun_holland(
    new: JointDistribution,
    old: JointDistribution,
    *,
    synthetic_weight: float | None = None,
    r_counts: bool = False,
) -> Moments:
    """Synthetic moments from frequency estimation: Tucker without its straight lines.

    Args:
        new: as in `frequency_estimation`.
        old: as in `frequency_estimation`.
        synthetic_weight: as in `frequency_estimation`.
        r_counts: as in `frequency_estimation`; variances divide by n - 1.

    Raises:
        ContractError: as `frequency_estimation`.

    Source: Braun & Holland (1982), in Holland & Rubin, Test Equating. Oracle: R equate 2.0.9,
    method "braun/holland".
    """
    mixed = frequency_estimation(new, old, synthetic_weight=synthetic_weight, r_counts=r_counts)
    return moments(mixed.new, mixed.old, r_counts=r_counts)


def _reweighted(joint: FloatArray, anchors: FloatArray) -> tuple[FloatArray, float]:
    """(K,) test scores under another group's anchor scores, and the share that has none."""
    own = joint.sum(axis=0)
    ratio = np.divide(anchors, own, out=np.zeros(len(own)), where=own > 0)
    return np.asarray(joint @ ratio), float(anchors[own <= 0].sum() / anchors.sum())
