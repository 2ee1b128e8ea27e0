"""The cut of a standard on the ability scale, and what stands exactly on it."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq

from pipeline.errors import ContractError
from pipeline.stats.arrays import FloatArray
from pipeline.stats.measurement.irt.curves import ItemModel
from pipeline.stats.measurement.irt.observed_scores import ObservedScores

WHERE = "cut"
# Nobody is this far from a population of standard deviation one.
_FARTHEST = 10.0


@dataclass(frozen=True, kw_only=True)
class SharesAtCut:
    """Expected shares of a population around a cut.

    Attributes:
        at: total exactly on the cut: what separates the two readings.
        at_or_above: passing if the cut itself passes.
        above: passing if it does not.
    """

    at: float
    at_or_above: float
    above: float


def latent_cut(model: ItemModel, cut: float, points: FloatArray | None = None) -> float:
    """Ability at which the expected total is the cut.

    Solves T(ability) = sum over items of expected points = cut.

    Args:
        model: the items of the form.
        cut: in points of the total.
        points: (J, K) points of each category; None: the category's number.

    Raises:
        ContractError: no ability within -10 and 10 expects the cut, or more than one does.

    Source: Kolen & Brennan (2014), Test Equating, Scaling, and Linking, ch. 6 (true scores).
    """
    nodes = np.linspace(-_FARTHEST, _FARTHEST, 401)
    expected = model.expected(nodes, points).sum(axis=0)
    lowest, highest = float(expected.min()), float(expected.max())
    if not lowest <= cut <= highest:
        raise ContractError(
            WHERE,
            f"expected a cut among the expected totals, {lowest:.4g} to {highest:.4g}, got {cut:g}",
            hint="below the lowest total guessing alone reaches the cut; check cut and points",
        )
    # Far out, where the good items are done, totals may fall by an item of negative slope.
    reaches = expected >= cut
    passed = np.flatnonzero(reaches[1:] != reaches[:-1])
    if len(passed) > 1 or not reaches[-1] or lowest == highest:
        raise ContractError(
            WHERE,
            "expected totals that rise with ability, got some that fall across the cut",
            hint="take out the items of negative slope or correct their key",
        )

    def distance(ability: float) -> float:
        return float(model.expected(np.array([ability]), points).sum()) - cut

    if not len(passed):
        return -_FARTHEST
    return float(brentq(distance, nodes[passed[0]], nodes[passed[0] + 1], xtol=1e-12))


def attainable_cut(scores: FloatArray, cut: float, *, inclusive: bool = True) -> float:
    """The lowest total that passes: the effective cut of a test with few totals.

    Args:
        scores: (S,) totals that the form can give, rising.
        cut: in points.
        inclusive: whether the cut itself passes; if not, the next total above it does.

    Raises:
        ContractError: no total passes.
    """
    passing = scores[scores >= cut] if inclusive else scores[scores > cut]
    if not len(passing):
        raise ContractError(
            WHERE, f"expected a cut that some total passes, at most {scores[-1]:g}, got {cut:g}"
        )
    return float(passing[0])


def shares_at_cut(observed: ObservedScores, population: FloatArray, cut: float) -> SharesAtCut:
    """Expected shares on, on or above, and above a cut.

    Args:
        observed: totals at Q abilities.
        population: (Q,) share of the population at each ability.
        cut: in points.
    """
    marginal = observed.marginal(population)
    return SharesAtCut(
        at=float(marginal[observed.scores == cut].sum()),
        at_or_above=float(marginal[observed.passes(cut)].sum()),
        above=float(marginal[observed.passes(cut, inclusive=False)].sum()),
    )
