"""Estimates in every replicate: all that a variance of them needs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from pipeline.errors import DesignError
from pipeline.stats.arrays import BoolArray, CodeArray, FloatArray, TextArray
from pipeline.stats.survey.design.units import Units
from pipeline.stats.survey.replication.factor_ranks import FactorRanks
from pipeline.stats.survey.replication.replicates import Replicates
from pipeline.stats.survey.replication.scaling import Scaling


@dataclass(frozen=True, kw_only=True, eq=False)
class ReplicateTotals:
    """k estimates in the full sample and in R replicates.

    Attributes:
        estimates: (1 + R, k) first the full sample's; NaN where undefined.
        scaling: how their spread becomes a variance.
        ranks: of the factors of the P PSUs.
        holds: (P, k) whether the PSU holds a row of the estimate's domain.
        psu: (P,) names, stratum included; None where nobody told.
        stratum: (P,) names.
    """

    estimates: FloatArray
    scaling: Scaling
    ranks: FactorRanks
    holds: BoolArray
    psu: TextArray | None = None
    stratum: TextArray | None = None

    @classmethod
    def of(
        cls, replicates: Replicates, estimates: FloatArray, holds: BoolArray
    ) -> "ReplicateTotals":
        """Estimates from the weights of a replicate design."""
        return cls(
            estimates=estimates,
            scaling=replicates.scaling,
            ranks=replicates.ranks,
            holds=holds,
            psu=_psu_names(replicates.units),
            stratum=_stratum_names(replicates.units),
        )

    @property
    def value(self) -> FloatArray:
        """(k,) estimates of the full sample."""
        return np.asarray(self.estimates[0])

    @property
    def n_undefined(self) -> CodeArray:
        """(k,) replicates left out because the estimate is undefined there."""
        return np.asarray(np.isnan(self.estimates[1:]).sum(axis=0))

    def variance(self) -> FloatArray:
        """(k,) variances."""
        return self.scaling.variance(self.estimates)

    def covariance(self) -> FloatArray:
        """(k, k) covariances."""
        return self.scaling.covariance(self.estimates)

    @cached_property
    def df(self) -> CodeArray:
        """(k,) rank of the replicate factors of the PSUs that hold the domain - 1."""
        return np.array([self.ranks.df(held) for held in self.holds.T], dtype=np.int64)

    @property
    def n_psu(self) -> CodeArray:
        """(k,) PSUs that hold a row of the domain; of unnamed PSUs as many as can be told apart."""
        return self.df + 1 if self.psu is None else self._distinct(self.psu)

    @property
    def n_strata(self) -> CodeArray:
        """(k,) strata that hold a row of the domain; of unnamed PSUs 1."""
        return np.ones_like(self.df) if self.stratum is None else self._distinct(self.stratum)

    def column(self, j: int) -> "ReplicateTotals":
        """The j-th estimate alone."""
        return replace(self, estimates=self.estimates[:, [j]], holds=self.holds[:, [j]])

    def combined(self, coefficients: FloatArray) -> "ReplicateTotals":
        """Linear combinations, m of them, their coefficients given as (k, m)."""
        touched = (coefficients != 0).astype(np.float64)
        undefined = np.isnan(self.estimates).astype(np.float64) @ touched > 0
        sums = np.nan_to_num(self.estimates) @ coefficients
        return replace(
            self,
            estimates=np.where(undefined, np.nan, sums),
            holds=self.holds.astype(np.float64) @ touched > 0,
        )

    def joined(self, others: Sequence["ReplicateTotals"]) -> "ReplicateTotals":
        """The estimates of others beside these, replicate by replicate.

        Raises:
            DesignError: the replicates of one say nothing about those of another.
        """
        parts = [self, *others]
        estimates = [part.estimates for part in parts]
        if all(part.ranks.factor is self.ranks.factor for part in parts):
            holds = np.hstack([part.holds for part in parts])
            return replace(self, estimates=np.hstack(estimates), holds=holds)
        _refuse_unpaired(parts)
        return replace(
            self,
            estimates=np.hstack(estimates),
            ranks=FactorRanks(np.vstack([part.ranks.factor for part in parts])),
            holds=_block_diagonal([part.holds for part in parts]),
            psu=_stacked([part.psu for part in parts]),
            stratum=_stacked([part.stratum for part in parts]),
        )

    def _distinct(self, names: TextArray) -> CodeArray:
        counts = [len(set(names[held])) for held in self.holds.T]
        return np.array(counts, dtype=np.int64)


def replicate_statistic(
    function: Callable[[FloatArray], npt.ArrayLike],
    replicates: Replicates,
    rows: BoolArray | None = None,
) -> ReplicateTotals:
    """Any statistic of the weights, computed again in every replicate.

    Args:
        function: from (n,) weights to one or k numbers, NaN where undefined: a quantile, the
            coefficients of a regression, a Gini index.
        replicates: the n rows, same order as the data `function` holds.
        rows: (n,) those the numbers are made of, whose PSUs give the degrees of freedom;
            None: all.

    Returns:
        k estimates with their variation; `value` holds those of the full sample.

    Source: Wolter (2007), chapter 4. Oracle: R survey 4.5 withReplicates.
    """
    columns = range(1 + replicates.n_replicates)
    found = [np.atleast_1d(function(replicates.weights.column(r))) for r in columns]
    estimates = np.asarray(found, dtype=np.float64)
    counted = replicates.weight > 0 if rows is None else rows & (replicates.weight > 0)
    held = np.zeros((len(replicates.drawn.factor), estimates.shape[1]), dtype=np.bool_)
    held[replicates.drawn.unit_of_row[counted]] = True
    return ReplicateTotals.of(replicates, estimates, held)


def _psu_names(units: Units | None) -> TextArray | None:
    if units is None:
        return None
    stratum = units.stratum[units.stratum_of_unit]
    return np.asarray(stratum + "/" + units.unit, dtype=np.object_)


def _stratum_names(units: Units | None) -> TextArray | None:
    return None if units is None else units.stratum[units.stratum_of_unit]


def _refuse_unpaired(parts: Sequence[ReplicateTotals]) -> None:
    pairings = {part.scaling.pairing for part in parts}
    sizes = {len(part.estimates) - 1 for part in parts}
    if len(pairings) > 1 or None in pairings or len(sizes) > 1:
        raise DesignError(
            "contrast",
            f"expected replicates that vary together, got {len(parts)} sets of {sorted(sizes)}",
            hint="make bootstraps of both samples with one seed and number of replicates, "
            "replicate both samples as one with strata and PSUs named alike, or state that "
            "the samples are independent",
        )


def _block_diagonal(blocks: Sequence[BoolArray]) -> BoolArray:
    shape = np.sum([block.shape for block in blocks], axis=0)
    joined = np.zeros(shape, dtype=np.bool_)
    row, column = 0, 0
    for block in blocks:
        joined[row : row + block.shape[0], column : column + block.shape[1]] = block
        row, column = row + block.shape[0], column + block.shape[1]
    return joined


def _stacked(names: Sequence[TextArray | None]) -> TextArray | None:
    known = [part for part in names if part is not None]
    return np.concatenate(known) if len(known) == len(names) else None
