"""One focal group against its reference group: all methods on one purified matching score."""

from dataclasses import dataclass

import numpy as np

from pipeline.stats.arrays import BoolArray, CodeArray, FloatArray, TextArray
from pipeline.stats.measurement.dif.differences import (
    DeltaPlot,
    delta_plot,
    standardised_difference,
)
from pipeline.stats.measurement.dif.homogeneity import Homogeneity, breslow_day
from pipeline.stats.measurement.dif.logistic import LogisticDif, logistic_dif
from pipeline.stats.measurement.dif.mantel_haenszel import (
    MantelHaenszel,
    ets_classes,
    mantel_haenszel,
)
from pipeline.stats.measurement.dif.matching import MatchedCounts, matched_counts
from pipeline.stats.measurement.dif.purification import Purification, purify


@dataclass(frozen=True, kw_only=True, eq=False)
class Comparison:
    """DIF of J items between two groups.

    Attributes:
        n: (J, 2) people asked each item, reference and focal.
        share_right: (J, 2) share with full credit, unmatched.
        purification: which items match people.
        mantel_haenszel: odds ratios.
        ets_class: (J,) A, B, C or empty.
        difference: (J,) standardised difference of the share right.
        homogeneity: Breslow-Day test.
        logistic: uniform and non-uniform DIF.
        plot: delta plot.
    """

    n: FloatArray
    share_right: FloatArray
    purification: Purification
    mantel_haenszel: MantelHaenszel
    ets_class: TextArray
    difference: FloatArray
    homogeneity: Homogeneity
    logistic: LogisticDif
    plot: DeltaPlot


def compare(
    responses: CodeArray,
    is_focal: BoolArray,
    *,
    categories: CodeArray | None = None,
    level: float = 0.05,
) -> Comparison:
    """Compare two groups by every method, the matching score purified.

    An item leaves the matching score when its ETS class is B or C or its non-uniform DIF is
    moderate or large. Significance alone does not suffice: with many people every item is
    significant, and a short matching score does more harm than a slight difference.

    Args:
        responses: (n, J) scores, -1 = not asked.
        is_focal: (n,) member of the focal group; all others are the reference group.
        categories: (J,) categories per item; None: two each.
        level: of the tests behind the classes, item by item.

    Raises:
        ContractError: as for `matched_counts`.
    """

    def flag(matching: BoolArray) -> BoolArray:
        counts = matched_counts(responses, is_focal, matching=matching, categories=categories)
        return shows_dif(counts, level=level)

    purification = purify(flag, np.asarray(responses).shape[-1])
    counts = matched_counts(
        responses, is_focal, matching=purification.matching, categories=categories
    )
    odds = mantel_haenszel(counts)
    return Comparison(
        n=counts.people.sum(axis=1),
        share_right=counts.share_right,
        purification=purification,
        mantel_haenszel=odds,
        ets_class=ets_classes(odds, level=level),
        difference=standardised_difference(counts),
        homogeneity=breslow_day(counts),
        logistic=logistic_dif(counts),
        plot=delta_plot(counts),
    )


def shows_dif(counts: MatchedCounts, *, level: float = 0.05) -> BoolArray:
    """(J,) items of ETS class B or C, or with moderate or large non-uniform DIF."""
    by_odds = ets_classes(mantel_haenszel(counts), level=level)
    by_product = logistic_dif(counts).non_uniform.classes(level=level)
    return np.asarray(np.isin(by_odds, ["B", "C"]) | np.isin(by_product, ["B", "C"]))
