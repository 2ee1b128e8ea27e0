"""Means and cross products of item scores under a model, with their sampling covariance.

For right-wrong items: shares right, and shares of pairs both right. Pairs are those above the
diagonal, row by row.
"""

from dataclasses import dataclass

import numpy as np

from pipeline.stats.arrays import CodeArray, FloatArray
from pipeline.stats.measurement.irt.curves import ItemModel


@dataclass(frozen=True, eq=False)
class ScoreMoments:
    """Item scores given ability, and the population.

    Attributes:
        first: (J, Q) expected score.
        second: (J, Q) expected squared score.
        population: (Q,) shares of the population, summing to one.
    """

    first: FloatArray
    second: FloatArray
    population: FloatArray

    @classmethod
    def of(cls, model: ItemModel, population: FloatArray, nodes: FloatArray) -> "ScoreMoments":
        """Of a model whose population has (Q,) shares at (Q,) nodes."""
        probability = model.probabilities(nodes)
        score = np.arange(probability.shape[1], dtype=np.float64)
        return cls(
            np.asarray(np.einsum("jkq,k->jq", probability, score)),
            np.asarray(np.einsum("jkq,k->jq", probability, score**2)),
            population / population.sum(),
        )

    @property
    def pairs(self) -> tuple[CodeArray, CodeArray]:
        """Items of each pair."""
        return np.triu_indices(len(self.first), 1)

    @property
    def products(self) -> FloatArray:
        """(J, J) expected products of two item scores; on the diagonal, squares."""
        found = (self.first * self.population) @ self.first.T
        np.fill_diagonal(found, self.second @ self.population)
        return np.asarray(found)

    @property
    def vector(self) -> FloatArray:
        """(J + pairs,) means, then products of pairs."""
        return np.concatenate([self.first @ self.population, self.products[self.pairs]])

    @property
    def covariance(self) -> FloatArray:
        """(J + pairs, J + pairs) of a person's item scores and their products.

        Products of different items multiply given ability; items that two products share enter
        by their square.
        """
        count = len(self.first)
        row, column = self.pairs
        both = self.first[row] * self.first[column]
        means_pairs = (self.first * self.population) @ both.T
        pairs = (both * self.population) @ both.T
        place = np.zeros((count, count), dtype=np.int64)
        place[row, column] = place[column, row] = np.arange(len(row))
        for item in range(count):
            others = np.delete(np.arange(count), item)
            shared = place[item, others]
            weight = self.second[item] * self.population
            means_pairs[item, shared] = self.first[others] @ weight
            block = (self.first[others] * weight) @ self.first[others].T
            np.fill_diagonal(block, self.second[others] @ weight)
            pairs[np.ix_(shared, shared)] = block
        expected = self.vector
        raw = np.block([[self.products, means_pairs], [means_pairs.T, pairs]])
        return np.asarray(raw - np.outer(expected, expected))

    @property
    def correlation(self) -> FloatArray:
        """(J, J) correlations of the item scores."""
        return correlation(self.first @ self.population, self.products)


def correlation(mean: FloatArray, products: FloatArray) -> FloatArray:
    """(J, J) correlations from (J,) means and (J, J) mean products."""
    covariance = products - np.outer(mean, mean)
    deviation = np.sqrt(covariance.diagonal())
    return np.asarray(covariance / np.outer(deviation, deviation))
