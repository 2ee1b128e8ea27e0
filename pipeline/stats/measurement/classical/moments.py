"""Weighted means and covariances of the items: all that reliability and factors need."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from pipeline.errors import ContractError
from pipeline.stats.arrays import CodeArray, FloatArray
from pipeline.stats.measurement.classical.people import ScoredPeople
from pipeline.stats.survey.weighting.diagnostics import n_eff

WHERE = "item moments"


@dataclass(frozen=True, kw_only=True, eq=False)
class ItemMoments:
    """Means and covariances of J items in the population that the weights stand for.

    Attributes:
        mean: (J,).
        covariance: (J, J), over the sum of weights.
        n: people with a weight above zero.
        n_eff: Kish's effective number of them; knows the weights, not the clustering.
        items: J names, for messages.
    """

    mean: FloatArray
    covariance: FloatArray
    n: int
    n_eff: float
    items: tuple[str, ...]

    @property
    def sample_covariance(self) -> FloatArray:
        """(J, J) over n - 1: without bias for the population the people were drawn from."""
        return np.asarray(self.covariance * (self.n / (self.n - 1)))

    @property
    def correlation(self) -> FloatArray:
        """(J, J) Pearson correlations.

        Raises:
            ContractError: an item on which everybody has the same score.
        """
        deviation = np.sqrt(self.covariance.diagonal())
        if constant := [
            name for name, spread in zip(self.items, deviation, strict=True) if not spread > 0
        ]:
            raise ContractError(
                WHERE,
                f"everybody has the same score: items {', '.join(constant)}",
                hint="an item that all get right or all get wrong has no correlation: leave it out",
            )
        found = self.covariance / np.outer(deviation, deviation)
        np.fill_diagonal(found, 1.0)
        return np.asarray(found)

    @property
    def mean_correlation(self) -> float:
        """Mean correlation of two different items."""
        return float(self.correlation[np.triu_indices(len(self.mean), 1)].mean())

    @property
    def total_mean(self) -> float:
        """Mean of the total score."""
        return float(self.mean.sum())

    @property
    def total_variance(self) -> float:
        """Variance of the total score, over the sum of weights."""
        return float(self.covariance.sum())

    def in_points(self, points: FloatArray) -> "ItemMoments":
        """The moments of items worth (J,) points each."""
        worth = np.asarray(points, dtype=np.float64)
        if worth.shape != self.mean.shape:
            raise ContractError(
                WHERE, f"points: expected {len(self.mean)}, one per item, got {worth.shape}"
            )
        return replace(
            self, mean=self.mean * worth, covariance=self.covariance * np.outer(worth, worth)
        )

    def take(self, items: CodeArray) -> "ItemMoments":
        """The moments of some of the items, in the order given."""
        return replace(
            self,
            mean=self.mean[items],
            covariance=self.covariance[np.ix_(items, items)],
            items=tuple(self.items[item] for item in items),
        )


def item_moments(
    scores: FloatArray, *, weights: FloatArray | None = None, items: Sequence[str] | None = None
) -> ItemMoments:
    """Means of the items and covariances of their pairs.

    mean_j = sum w x_j / sum w over those scored on j; covariance_jk over those scored on both,
    about their own means: so forms that share only some items serve as well as one form. For
    complete cases only, pass complete cases.

    Args:
        scores: (n, J) item scores on any scale, NaN = not scored.
        weights: (n,) not negative; None: one each.
        items: J names for messages; None: numbers from 1.

    Raises:
        ContractError: wrong shapes or weights, an item scored for nobody, or two items never
            scored for the same person.

    Oracle: R cov.wt(method = "ML"); psych 2.2.9 alpha.
    """
    people = ScoredPeople.of(scores, weights, items, where=WHERE)
    centre = _means(people)
    size, cross, own = _pair_sums(people, centre)
    if apart := [
        f"{people.items[j]} and {people.items[k]}" for j, k in np.argwhere(np.triu(size <= 0))
    ]:
        raise ContractError(
            WHERE,
            f"never scored for the same person: items {'; '.join(apart[:5])}",
            hint="take the items of one form at a time",
        )
    return ItemMoments(
        mean=centre,
        covariance=cross / size - own * own.T / size**2,
        n=len(people.scores),
        n_eff=n_eff(people.weights),
        items=people.items,
    )


def _means(people: ScoredPeople) -> FloatArray:
    size, total = np.zeros((2, people.scores.shape[1]))
    for scores, weights in people.blocks():
        seen = ~np.isnan(scores)
        size += weights @ seen
        total += weights @ np.where(seen, scores, 0.0)
    return np.asarray(total / size)


def _pair_sums(
    people: ScoredPeople, centre: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """(J, J) each: weight of the pair, sum of products, sum of the row item, about the centre."""
    size, cross, own = np.zeros((3, len(centre), len(centre)))
    for scores, weights in people.blocks():
        seen = ~np.isnan(scores)
        off = np.where(seen, scores - centre, 0.0)
        weighted = off * weights[:, None]
        cross += weighted.T @ off
        if seen.all():
            size += weights.sum()
            own += weighted.sum(axis=0)[:, None]
        else:
            flags = seen.astype(np.float64)
            size += (flags * weights[:, None]).T @ flags
            own += weighted.T @ flags
    return size, cross, own
