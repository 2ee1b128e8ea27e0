"""Replicate designs: R versions of the weights whose estimates vary as samples would.

Made from a sample and the factors of its PSUs, or taken from weights that somebody else made
(PISA, TIMSS, NHANES).
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from pipeline.stats.arrays import BoolArray, FloatArray
from pipeline.stats.survey.design.sample import Sample
from pipeline.stats.survey.design.units import Units
from pipeline.stats.survey.replication.factor_ranks import FactorRanks
from pipeline.stats.survey.replication.factors import Factors
from pipeline.stats.survey.replication.product_weights import ProductWeights
from pipeline.stats.survey.replication.scaling import Scaling


@dataclass(frozen=True, kw_only=True, eq=False)
class Replicates:
    """Weights of n rows in the full sample and in R replicates.

    Attributes:
        drawn: weights before any adjustment repeated in the replicates; they alone decide the
            degrees of freedom, as adjusting weights draws nobody.
        weights: weights after all adjustments.
        scaling: how the spread of replicate estimates becomes a variance.
        units: PSUs behind the rows of `drawn.factor`; None where nobody told.
    """

    drawn: ProductWeights
    weights: ProductWeights
    scaling: Scaling
    units: Units | None = None

    @classmethod
    def of(cls, sample: Sample, factors: Factors, *, mse: bool = False) -> "Replicates":
        """Base weights of a sample times the factors of its PSUs.

        The steps of the sample are left out: repeat them in the replicates (`readjusted`).

        Args:
            sample: the n people.
            factors: made from `sample.units`.
            mse: see `Scaling`.
        """
        units = sample.units
        weights = ProductWeights(
            base=sample.base_weight,
            unit_of_row=units.unit_of_row,
            factor=np.hstack([np.ones((len(units.unit), 1)), factors.factor]),
        )
        scaling = Scaling(
            scale=factors.scale, rscales=factors.rscales, mse=mse, pairing=factors.pairing
        )
        return cls(drawn=weights, weights=weights, scaling=scaling, units=units)

    @property
    def n_rows(self) -> int:
        """Rows, those without weight included."""
        return self.weights.n_rows

    @property
    def n_replicates(self) -> int:
        """R."""
        return len(self.scaling.rscales)

    @cached_property
    def weight(self) -> FloatArray:
        """(n,) weights of the full sample."""
        return self.weights.column(0)

    @cached_property
    def df(self) -> int:
        """Degrees of freedom of the design: rank of the weights of all replicates - 1.

        More replicates than the PSUs can tell apart add none.

        Oracle: R survey 4.5 degf.
        """
        return self.domain_df(self.weight > 0)

    @cached_property
    def ranks(self) -> FactorRanks:
        """Ranks of the factors that draw PSUs."""
        return FactorRanks(self.drawn.factor)

    def domain_df(self, mask: BoolArray) -> int:
        """The same for the rows of an (n,) mask."""
        unit, size = self.drawn.unit_of_row, len(self.drawn.factor)
        is_held = np.zeros(size + 1, dtype=np.bool_)  # the last takes rows without a unit
        is_held[unit if mask.all() else unit[mask]] = True
        return self.ranks.df(is_held[:size])

    def readjusted(self, weights: ProductWeights) -> "Replicates":
        """The same replicates with adjusted weights."""
        return replace(self, weights=weights)
