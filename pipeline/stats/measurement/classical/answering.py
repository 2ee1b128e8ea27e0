"""How people deal with items: not asked, don't know, refused, and the time they take."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from pipeline.errors import ContractError
from pipeline.fields import MissingKind
from pipeline.stats.arrays import CodeArray, FloatArray
from pipeline.stats.measurement.classical.people import checked_weights
from pipeline.stats.survey.estimation.quantile_rules import weighted_quantile

WHERE = "answering"


def missing_shares(
    answers: CodeArray, *, weights: FloatArray | None = None
) -> Mapping[MissingKind, FloatArray]:
    """Share of each kind of missing answer, by item.

    Not asked: of all people. Every other kind: of those asked, NaN where nobody was.

    Args:
        answers: (n, J) answer codes; negative codes are MissingKind.
        weights: (n,) not negative; None: one each.

    Returns:
        (J,) shares for every kind.

    Raises:
        ContractError: wrong shapes or weights.
    """
    if answers.ndim != 2:
        raise ContractError(WHERE, f"answers: expected people x items, got {answers.shape}")
    w = checked_weights(weights, len(answers), where=WHERE)
    mass = {kind: w @ (answers == kind) for kind in MissingKind}
    asked = w.sum() - mass[MissingKind.NOT_ASKED]
    with np.errstate(divide="ignore", invalid="ignore"):
        return {
            kind: np.asarray(part / (w.sum() if kind is MissingKind.NOT_ASKED else asked))
            for kind, part in mass.items()
        }


@dataclass(frozen=True, kw_only=True, eq=False)
class ItemTimes:
    """Time spent on each of J items, in the unit given.

    Attributes:
        n: (J,) people with a time.
        lower_quartile: (J,).
        median: (J,).
        upper_quartile: (J,).
    """

    n: CodeArray
    lower_quartile: FloatArray
    median: FloatArray
    upper_quartile: FloatArray


def item_times(times: FloatArray, *, weights: FloatArray | None = None) -> ItemTimes:
    """Weighted quartiles of the time per item; times have no mean worth showing.

    Args:
        times: (n, J), NaN = not recorded.
        weights: (n,) not negative; None: one each.

    Raises:
        ContractError: wrong shapes or weights, or a negative time.
    """
    if times.ndim != 2:
        raise ContractError(WHERE, f"times: expected people x items, got {times.shape}")
    w = checked_weights(weights, len(times), where=WHERE)
    if negative := int((times < 0).sum()):
        raise ContractError(WHERE, f"times: expected none below 0, got {negative}")
    shares = np.arange(1, 4) / 4
    quartiles = np.array([weighted_quantile(column, w, shares) for column in times.T])
    return ItemTimes(
        n=np.asarray((~np.isnan(times[w > 0])).sum(axis=0)),
        lower_quartile=quartiles[:, 0],
        median=quartiles[:, 1],
        upper_quartile=quartiles[:, 2],
    )
