"""One factor behind each dimension and a general one behind the dimensions: omega hierarchical.

Tells whether one total over the dimensions has a meaning of its own, and whether a dimension
score says more than the total does.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from pipeline.errors import ContractError
from pipeline.stats.arrays import CodeArray, FloatArray
from pipeline.stats.measurement.classical.factor_likelihood import (
    LEAST_UNIQUE,
    StructureFit,
    minimise,
    structure_fit,
)
from pipeline.stats.measurement.classical.moments import ItemMoments

WHERE = "second-order factor"
_START = 0.5
_MOST_GENERAL = 0.9999  # at 1 the dimension has nothing of its own


@dataclass(frozen=True, kw_only=True, eq=False)
class SecondOrder:
    """Loadings of J items after Schmid and Leiman's transformation.

    Attributes:
        dimension: (J,) number of the dimension of each item.
        general: (J,) loadings on the general factor, in the unit of the items.
        specific: (J,) loadings on what the item's dimension adds to the general factor.
        unique: (J,) variances that both leave.
        dimension_on_general: (D,) correlation of each dimension with the general factor.
        fit: of the structure.
    """

    dimension: CodeArray
    general: FloatArray
    specific: FloatArray
    unique: FloatArray
    dimension_on_general: FloatArray
    fit: StructureFit

    @property
    def omega_hierarchical(self) -> float:
        """Share of the total's variance that the general factor makes.

        Source: Zinbarg, Revelle, Yovel & Li (2005), Psychometrika 70, 123-133.
        """
        general, specific, unique = self._variances()
        return float(general / (general + specific.sum() + unique))

    @property
    def omega_total(self) -> float:
        """Share of the total's variance that general factor and dimensions make."""
        general, specific, unique = self._variances()
        return float((general + specific.sum()) / (general + specific.sum() + unique))

    @property
    def omega_dimension(self) -> FloatArray:
        """(D,) share of each dimension score's variance that is the dimension's own.

        Near zero: the dimension score repeats the total.

        Source: Reise, Bonifay & Haviland (2013), Journal of Personality Assessment 95, 129-140.
        """
        count = len(self.dimension_on_general)
        common, own = (
            np.square(np.bincount(self.dimension, weights=part, minlength=count))
            for part in (self.general, self.specific)
        )
        unique = np.bincount(self.dimension, weights=self.unique, minlength=count)
        return np.asarray(own / (common + own + unique))

    @property
    def common_variance_explained(self) -> float:
        """Share of the items' common variance that is general: near 1, one dimension will do.

        Source: Reise, Moore & Haviland (2010), Journal of Personality Assessment 92, 544-559.
        """
        general, specific = np.square(self.general).sum(), np.square(self.specific).sum()
        return float(general / (general + specific))

    def _variances(self) -> tuple[float, FloatArray, float]:
        specific = np.square(np.bincount(self.dimension, weights=self.specific))
        return float(self.general.sum() ** 2), specific, float(self.unique.sum())


def second_order(moments: ItemMoments, dimension: CodeArray) -> SecondOrder:
    """Maximum likelihood fit of dimensions that one general factor correlates.

    Correlation of items j, k: l_j l_k within a dimension, l_j l_k g_d g_e across dimensions d, e.
    Schmid-Leiman: the general loading is l_j g_d, the specific one l_j sqrt(1 - g_d^2).

    Args:
        moments: of the items, in points if the total is.
        dimension: (J,) numbers from 0 to D - 1.

    Raises:
        ContractError: fewer than three dimensions or two items in one, an item without variance,
            or a correlation matrix that is not positive definite.
        NotConvergedError: no minimum was found.

    Source: Schmid & Leiman (1957), Psychometrika 22, 53-61; Yung, Thissen & McLeod (1999),
    Psychometrika 64, 113-128.
    """
    count = _check(dimension, len(moments.mean))
    correlation = moments.correlation
    structure = _Structure(np.asarray(dimension), count)
    items = len(correlation)
    start = np.full(2 * items + count, _START)
    bounds = [
        *[(None, None)] * items,
        *[(LEAST_UNIQUE, None)] * items,
        *[(-_MOST_GENERAL, _MOST_GENERAL)] * count,
    ]
    found = minimise(correlation, structure, start, bounds, where=WHERE)
    loading, unique, general = np.split(found, [items, 2 * items])
    loading, general = _positive(loading, general, structure.dimension)
    deviation = np.sqrt(moments.covariance.diagonal())
    on_general = general[structure.dimension]
    return SecondOrder(
        dimension=structure.dimension,
        general=deviation * loading * on_general,
        specific=deviation * loading * np.sqrt(1 - on_general**2),
        unique=deviation**2 * unique,
        dimension_on_general=general,
        fit=structure_fit(correlation, structure(found)[0], unique, parameters=len(found)),
    )


@dataclass(frozen=True, eq=False)
class _Structure:
    """The correlation matrix that loadings, unique variances and dimension loadings imply."""

    dimension: CodeArray
    count: int

    def __call__(
        self, parameters: FloatArray
    ) -> tuple[FloatArray, Callable[[FloatArray], FloatArray]]:
        items = len(self.dimension)
        loading, unique, general = np.split(parameters, [items, 2 * items])
        between = np.outer(general, general)
        np.fill_diagonal(between, 1.0)
        factors = np.zeros((items, self.count))
        factors[np.arange(items), self.dimension] = loading
        spread = factors @ between

        def slope(of_implied: FloatArray) -> FloatArray:
            of_loading = 2 * (of_implied @ spread)[np.arange(items), self.dimension]
            of_between = factors.T @ of_implied @ factors
            np.fill_diagonal(of_between, 0.0)
            return np.concatenate([of_loading, of_implied.diagonal(), 2 * of_between @ general])

        return spread @ factors.T + np.diag(unique), slope


def _positive(
    loading: FloatArray, general: FloatArray, dimension: CodeArray
) -> tuple[FloatArray, FloatArray]:
    """The same structure with each dimension pointing towards its items, the whole upwards."""
    turn = np.copysign(1.0, np.bincount(dimension, weights=loading))
    turned = general * turn
    return loading * turn[dimension], turned * np.copysign(1.0, turned.sum())


def _check(dimension: CodeArray, items: int) -> int:
    codes = np.asarray(dimension)
    if codes.shape != (items,) or codes.min() < 0:
        raise ContractError(
            WHERE, f"dimension: expected {items} numbers from 0, one per item, got {codes.shape}"
        )
    sizes = np.bincount(codes)
    if len(sizes) < 3 or sizes.min() < 2:
        raise ContractError(
            WHERE,
            f"expected three dimensions or more of two items or more, got {sizes.tolist()} items",
            hint="with two dimensions the general factor cannot be told from their correlation",
        )
    return len(sizes)
