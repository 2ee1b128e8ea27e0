"""Post-stratification: raking to one margin, which one factor per category meets at once."""

from collections.abc import Mapping
from typing import Any

from pipeline.stats.arrays import FloatArray
from pipeline.stats.survey.weighting.cells import Labels
from pipeline.stats.survey.weighting.raking import Raked, rake

_ROUNDING = 1e-12


def post_stratify(base_weight: FloatArray, stratum: Labels, totals: Mapping[Any, float]) -> Raked:
    """Multiply the weights of each post-stratum by its population over its sum of weights.

    Args:
        base_weight: (n,) weights, finite and not negative.
        stratum: (n,) post-stratum of each row; for crossed variables, their joined names.
        totals: population by post-stratum.

    Raises:
        MarginMismatchError: a post-stratum has nobody, people in none, or no total.

    Source: Holt & Smith (1979), JRSS A 142, 33-46. Oracle: R survey 4.5 postStratify.
    """
    return rake(
        base_weight,
        {"post-stratum": stratum},
        {"post-stratum": totals},
        tolerance=_ROUNDING,
        max_rounds=1,
    )
