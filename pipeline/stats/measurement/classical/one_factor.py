"""One factor behind all items, and what share of the total's variance it makes: omega."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from pipeline.errors import ContractError
from pipeline.stats.arrays import FloatArray
from pipeline.stats.measurement.classical.factor_likelihood import (
    LEAST_UNIQUE,
    StructureFit,
    minimise,
    structure_fit,
)
from pipeline.stats.measurement.classical.moments import ItemMoments

WHERE = "one factor"


@dataclass(frozen=True, kw_only=True, eq=False)
class OneFactor:
    """The one-factor model of J items, the factor having variance 1.

    Attributes:
        loading: (J,) in the unit of the items; their sum is positive.
        unique: (J,) variances that the factor leaves.
        fit: of the structure.
    """

    loading: FloatArray
    unique: FloatArray
    fit: StructureFit

    @property
    def omega(self) -> float:
        """Omega total, (sum of loadings)^2 over itself plus the unique variances.

        Reliability of the total without alpha's claim that all items load alike.

        Source: McDonald (1999), Test Theory: A Unified Treatment, ch. 6. Oracle: R lavaan 0.6
        cfa.
        """
        common = float(self.loading.sum() ** 2)
        return common / (common + float(self.unique.sum()))


def one_factor(moments: ItemMoments) -> OneFactor:
    """Maximum likelihood loadings of one factor on the covariance matrix of the items.

    The likelihood is that of normal scores; of items scored 0 or 1 it serves as description,
    not as test.

    Raises:
        ContractError: fewer than three items, an item without variance, or a correlation matrix
            that is not positive definite.
        NotConvergedError: no minimum was found.

    Source: Joreskog (1969), Psychometrika 34, 183-202. Oracle: R lavaan 0.6 cfa(std.lv = TRUE).
    """
    correlation = moments.correlation
    count = len(correlation)
    if count < 3:
        raise ContractError(WHERE, f"expected three items or more, got {count}")
    start = np.concatenate([_first_axis(correlation), np.full(count, 0.5)])
    bounds = [(None, None)] * count + [(LEAST_UNIQUE, None)] * count
    found = minimise(correlation, _structure, start, bounds, where=WHERE)
    loading, unique = found[:count], found[count:]
    fit = structure_fit(correlation, _structure(found)[0], unique, parameters=2 * count)
    variance = moments.covariance.diagonal()
    return OneFactor(
        loading=loading * np.sqrt(variance) * np.copysign(1.0, loading.sum()),
        unique=unique * variance,
        fit=fit,
    )


def _structure(parameters: FloatArray) -> tuple[FloatArray, Callable[[FloatArray], FloatArray]]:
    loading, unique = np.split(parameters, 2)

    def slope(of_implied: FloatArray) -> FloatArray:
        return np.concatenate([2 * of_implied @ loading, of_implied.diagonal()])

    return np.outer(loading, loading) + np.diag(unique), slope


def _first_axis(correlation: FloatArray) -> FloatArray:
    """First principal axis, shortened to leave every item some unique variance."""
    values, vectors = np.linalg.eigh(correlation)
    axis = vectors[:, -1] * np.sqrt(values[-1])
    return np.asarray(np.clip(axis * np.copysign(1.0, axis.sum()), -0.9, 0.9))
