"""The people who answered every item, counted as chi-square statistics may count them."""

from dataclasses import dataclass

import numpy as np

from pipeline.errors import ContractError
from pipeline.stats.arrays import CodeArray, FloatArray
from pipeline.stats.measurement.classical.people import checked_weights
from pipeline.stats.survey.weighting.diagnostics import n_eff


@dataclass(frozen=True, eq=False)
class CompleteAnswers:
    """People with a category for every item and a weight above zero.

    Attributes:
        responses: (n, J) categories from 0.
        weights: (n,) whose sum is Kish's effective number of people: a table of them has about
            the sampling error that a chi-square statistic supposes, but for the clustering.
    """

    responses: CodeArray
    weights: FloatArray

    @property
    def size(self) -> float:
        """Effective number of people."""
        return float(self.weights.sum())

    @classmethod
    def of(
        cls, responses: CodeArray, categories: CodeArray, weights: FloatArray | None, *, where: str
    ) -> "CompleteAnswers":
        """Leave out people who were not asked some item.

        Raises:
            ContractError: shapes that disagree, a category that an item lacks, wrong weights, or
                nobody left.
        """
        checked_categories(responses, categories, where=where)
        w = checked_weights(weights, len(responses), where=where)
        kept = (w > 0) & (responses >= 0).all(axis=1)
        if not kept.any():
            raise ContractError(
                where,
                "expected people who were asked every item, got none",
                hint="take the items of one form at a time",
            )
        w = w[kept]
        return cls(responses[kept], w * (n_eff(w) / w.sum()))


def checked_categories(responses: CodeArray, categories: CodeArray, *, where: str) -> None:
    """Refuse answers that the model does not know.

    Raises:
        ContractError: not a column per item, or a category that an item lacks.
    """
    if responses.ndim != 2 or responses.shape[1] != len(categories):
        raise ContractError(
            where, f"responses: expected {len(categories)} columns, got shape {responses.shape}"
        )
    strange = np.flatnonzero(((responses < -1) | (responses >= categories)).any(axis=0))
    if len(strange):
        raise ContractError(
            where,
            "responses: expected categories of the model or -1, got others: items "
            + ", ".join(str(item + 1) for item in strange),
        )
