"""How people differ and agree: variances, agreement, reliability, design effects."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from pipeline.errors import ContractError
from pipeline.stats.arrays import BoolArray, FloatArray
from pipeline.stats.survey.estimation.agreement import cohens_kappa, cronbachs_alpha
from pipeline.stats.survey.estimation.covariation import covariance_of, population_covariance
from pipeline.stats.survey.estimation.intervals import t_interval
from pipeline.stats.survey.estimation.linearised import Linearised
from pipeline.stats.survey.estimation.variation import Variation
from pipeline.stats.survey.replication.replicates import Replicates
from pipeline.stats.survey.replication.totals import replicate_statistic
from pipeline.stats.survey.weighting.design_effects import henry_deff, spencer_deff
from pipeline.stats.survey.weighting.diagnostics import kish_deff, n_eff
from pipeline.survey.analysis import Analysis, refuse_nobody
from pipeline.survey.columns import Condition, listed, numbers, require
from pipeline.survey.found import Df, freedom_of


class _Covariances(NamedTuple):
    """(k, k) covariances and the variation of them, row by row."""

    estimate: FloatArray
    variation: Variation


class Dispersion(Analysis):
    """Descriptions of spread and agreement in the population, with design-based errors."""

    def variance(
        self,
        y: str,
        *,
        by: str | Iterable[str] | None = None,
        where: Condition = None,
        level: float = 0.95,
        df: Df = "domain",
    ) -> pd.DataFrame:
        """Variance of a column in the population. Arguments as for `share`.

        It is missing where fewer than two people are in the domain.

        Oracle: R survey 4.5 svyvar.
        """
        values = numbers(self.frame, y)
        grid = self._grid(by, where)
        held = (self.source.weight > 0) & ~np.isnan(values)
        rows = [
            self._variance_row(values, held & (grid.code == j), df, level)
            for j in range(len(grid.cells))
        ]
        domains = grid.frame(self.labels).assign(variable=y, measure="variance")
        return pd.concat([domains, pd.DataFrame(rows)], axis=1)

    def population_covariance(
        self,
        y: Iterable[str],
        *,
        where: Condition = None,
        level: float = 0.95,
        df: Df = "domain",
    ) -> pd.DataFrame:
        """Covariances of columns in the population, one row per pair in both orders.

        People with any of the columns missing are outside.

        Oracle: R survey 4.5 svyvar.
        """
        names = listed(y)
        values = np.column_stack([numbers(self.frame, name) for name in names])
        found = self._covariances(values, self._rows(where))
        pairs = [(one, other) for one in names for other in names]
        rows = [
            {"variable": one, "other": other, "measure": "covariance"}
            | self._row(float(value), found.variation.column(j), df, level)
            for j, ((one, other), value) in enumerate(
                zip(pairs, found.estimate.ravel(), strict=True)
            )
        ]
        return pd.DataFrame(rows)

    def kappa(
        self, first: str, second: str, *, where: Condition = None, level: float = 0.95
    ) -> pd.DataFrame:
        """Cohen's kappa: agreement of two columns of categories beyond chance.

        Oracle: R survey 4.5 svykappa.
        """
        require(self.frame, [first, second])
        one, other = (self.frame[name].to_numpy(dtype=object) for name in (first, second))
        found = cohens_kappa(one, other, self.source, self._rows(where))
        return self._single("kappa", found, level)

    def alpha(
        self, items: Iterable[str], *, where: Condition = None, level: float = 0.95
    ) -> pd.DataFrame:
        """Cronbach's alpha: consistency of items, over people who answered all of them.

        Oracle: R survey 4.5 svycralpha.
        """
        values = np.column_stack([numbers(self.frame, name) for name in listed(items)])
        found = cronbachs_alpha(values, self.source, self._rows(where))
        return self._single("alpha", found, level)

    def design_effects(
        self,
        y: str | None = None,
        *,
        x: Sequence[str] = (),
        draw_probability: str | None = None,
        where: Condition = None,
        as_in_r: bool = False,
    ) -> pd.DataFrame:
        """Design effects by the sample that each refers to.

        Args:
            y: column; without it only what the weights alone cost.
            x: auxiliaries that the weights were calibrated to, for Henry's.
            draw_probability: column of the probabilities of one draw, for Spencer's; default:
                in proportion to 1 / weight.
            where: condition on the rows.
            as_in_r: conventions of R and PracTools: rows of weight zero count in Kish's, and
                Henry's and Spencer's take covariances over n.

        Returns:
            One row per reference: "kish" (unequal weights alone), "with_replacement" and
            "without_replacement" (of the mean), "spencer" (of a total, weights that y goes
            along with), "henry" (of a calibrated total).

        Raises:
            ContractError: nobody with weight meets the condition.
        """
        rows = self._rows(where)
        weight = self.source.weight[rows]
        refuse_nobody("design effects", weight)
        found = {"kish": kish_deff(weight, count_zeros=as_in_r)}
        sizes = {"kish": n_eff(weight)}
        if y is not None:
            mean = self._found("mean", y, where=where)
            for reference in ("with_replacement", "without_replacement"):
                found[reference] = float(mean.deff(reference)[0])
                n, deff = float(mean.rows("n")[0]), found[reference]
                sizes[reference] = n / deff if deff else np.inf
            chance = self._chance(draw_probability)
            found |= self._model_based(numbers(self.frame, y), x, chance, rows, as_in_r)
        return pd.DataFrame(
            {
                "reference": list(found),
                "deff": list(found.values()),
                "n_eff": [sizes.get(name, np.nan) for name in found],
                "sum_of_weights": float(weight.sum()),
            }
        )

    def _model_based(
        self,
        y: FloatArray,
        x: Sequence[str],
        chance: FloatArray,
        rows: BoolArray,
        as_in_r: bool,
    ) -> dict[str, float]:
        used = rows & (self.source.weight > 0) & ~np.isnan(y)
        weight = self.source.weight[used]
        found = {"spencer": spencer_deff(y[used], weight, chance[used], practools=as_in_r)}
        if x:
            auxiliaries = np.column_stack([numbers(self.frame, name)[used] for name in x])
            found["henry"] = henry_deff(y[used], weight, auxiliaries, practools=as_in_r)
        return found

    def _chance(self, column: str | None) -> FloatArray:
        """(n,) probabilities of one draw."""
        if column is not None:
            return numbers(self.frame, column)
        weight = self.source.weight
        counted = weight > 0
        size = weight * np.count_nonzero(counted)
        return np.asarray(np.divide(1, size, out=np.zeros_like(weight), where=counted))

    def _variance_row(
        self, values: FloatArray, rows: BoolArray, df: Df, level: float
    ) -> dict[str, float]:
        if np.count_nonzero(rows) < 2:
            return dict.fromkeys(("estimate", "se", "ci_low", "ci_high"), np.nan) | {"df": 0.0}
        found = self._covariances(values[:, None], rows)
        return self._row(float(found.estimate[0, 0]), found.variation, df, level)

    def _covariances(self, values: FloatArray, rows: BoolArray) -> _Covariances:
        if not isinstance(self.source, Replicates):
            found = population_covariance(values, self.source, rows)
            return _Covariances(found.estimate, found.totals)
        used = rows & (self.source.weight > 0) & ~np.isnan(values).any(axis=1)
        if used.sum() < 2:
            raise ContractError("population variance", "expected two complete rows or more")
        n = float(used.sum())
        of_weights = replicate_statistic(
            lambda weight: covariance_of(values, np.where(used, weight, 0.0), n=n),
            self.source,
            used,
        )
        k = values.shape[1]
        return _Covariances(of_weights.value.reshape(k, k), of_weights)

    def _single(self, name: str, found: Linearised, level: float) -> pd.DataFrame:
        row = self._row(found.value, found.totals, "domain", level)
        return pd.DataFrame([{"measure": name} | row])

    def _row(self, value: float, variation: Variation, df: Df, level: float) -> dict[str, float]:
        se = np.sqrt(variation.variance()[:1])
        own, design = float(variation.df[0]), float(self.source.df)
        freedom = np.array([freedom_of(df, domain=own, design=design)])
        bounds = t_interval(np.array([value]), se, freedom, level=level)
        return {
            "estimate": value,
            "se": float(se[0]),
            "ci_low": float(bounds.low[0]),
            "ci_high": float(bounds.high[0]),
            "df": float(freedom[0]),
        }
