"""Equipercentile equating: a score on the old form that is passed by as many."""

from pipeline.stats.arrays import FloatArray
from pipeline.stats.measurement.equating.distributions import ScoreDistribution
from pipeline.stats.measurement.equating.joint import JointDistribution


def equipercentile(new: ScoreDistribution, old: ScoreDistribution) -> FloatArray:
    """Old-form scores with the percentile ranks of the new form's scores.

    y(x) = Q^-1[P(x)], with the people at a score spread evenly over half a step on each side.
    No smoothing.

    Args:
        new: (K,) scores on the form to be equated.
        old: scores on the form whose scale is kept, from an equivalent group.

    Returns:
        (K,) equated scores, from half a step below the old scale to half a step above.

    Raises:
        ContractError: scores that are not equally spaced.

    Source: Kolen & Brennan (2014), ch. 2. Oracle: R equate 2.0.9, type "equipercentile".
    """
    return old.score_at(new.ranks)


def chained_equipercentile(new: JointDistribution, old: JointDistribution) -> FloatArray:
    """New form to anchor in the group that took it, anchor to old form in the other.

    Args:
        new: (K, V) test and anchor scores of the group with the form to be equated.
        old: of the group with the form whose scale is kept.

    Returns:
        (K,) equated scores.

    Raises:
        ContractError: scores that are not equally spaced.

    Source: Kolen & Brennan (2014), ch. 5; Livingston, Dorans & Wright (1990), Appl. Meas.
    Educ. 3, 73-95. Oracle: R equate 2.0.9, type "equipercentile", method "chained".
    """
    on_anchor = equipercentile(new.test, new.anchor)
    return old.test.score_at(old.anchor.rank(on_anchor))
