"""Pairs of items that answers connect beyond ability: correlations of residuals, Q3."""

from dataclasses import dataclass

import numpy as np

from pipeline.errors import ContractError
from pipeline.stats.arrays import CodeArray, FloatArray
from pipeline.stats.measurement.classical.moments import item_moments
from pipeline.stats.measurement.irt.curves import ItemModel
from pipeline.stats.measurement.irt.fit.complete import checked_categories

WHERE = "local dependence"
_BLOCK = 1 << 13  # people whose expected scores are held at a time


@dataclass(frozen=True, eq=False)
class LocalDependence:
    """Residual correlations of the items.

    Attributes:
        q3: (J, J), 1 on the diagonal.
    """

    q3: FloatArray

    @property
    def pairs(self) -> FloatArray:
        """(J (J - 1) / 2,) of different items, row by row."""
        return np.asarray(self.q3[np.triu_indices(len(self.q3), 1)])

    @property
    def mean(self) -> float:
        """Mean over pairs; a little below zero where no items depend on each other."""
        return float(self.pairs.mean())

    def beyond(self, excess: float) -> tuple[CodeArray, FloatArray]:
        """Pairs whose Q3 exceeds the mean by more than so much, the strongest first.

        Args:
            excess: over the mean; 0.2 is usual.

        Returns:
            (m, 2) item numbers from 0, and (m,) their Q3.

        Source: Christensen, Makransky & Horton (2017), Applied Psychological Measurement 41,
        178-194.
        """
        row, column = np.triu_indices(len(self.q3), 1)
        found = np.flatnonzero(self.pairs > self.mean + excess)
        found = found[np.argsort(-self.pairs[found], kind="stable")]
        return np.column_stack([row[found], column[found]]), self.pairs[found]


def local_dependence(
    model: ItemModel,
    responses: CodeArray,
    ability: FloatArray,
    *,
    weights: FloatArray | None = None,
) -> LocalDependence:
    """Q3: correlation over people of score minus expected score, for each pair of items.

    Args:
        model: J items.
        responses: (n, J) categories from 0; -1 not asked.
        ability: (n,) estimates from the same answers; EAP is usual.
        weights: (n,) not negative; None: one each.

    Raises:
        ContractError: shapes that disagree, a category that an item lacks, wrong weights, or two
            items never answered by the same person.

    Source: Yen (1984), Applied Psychological Measurement 8, 125-145. Oracle: mirt 1.45
    residuals(type = "Q3").
    """
    checked_categories(responses, model.categories, where=WHERE)
    if ability.shape != responses.shape[:1]:
        raise ContractError(
            WHERE, f"ability: expected {len(responses)}, one per person, got {ability.shape}"
        )
    residual = np.empty(responses.shape)
    for start in range(0, len(responses), _BLOCK):
        block = slice(start, start + _BLOCK)
        score = responses[block]
        off = score - model.expected(ability[block]).T
        residual[block] = np.where(score >= 0, off, np.nan)
    return LocalDependence(item_moments(residual, weights=weights).correlation)
