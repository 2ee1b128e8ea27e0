"""Linear and generalised linear models of a population, by formula."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal, TypeAlias

import numpy as np
import pandas as pd

from pipeline.errors import ContractError, DesignError
from pipeline.stats.survey.design.sample import Sample
from pipeline.stats.survey.estimation.intervals import t_interval
from pipeline.stats.survey.estimation.plausible import pool
from pipeline.stats.survey.estimation.regression.design_based import Regression, regress
from pipeline.stats.survey.estimation.regression.families import family_named
from pipeline.stats.survey.estimation.regression.few_clusters import (
    bell_mccaffrey,
    satterthwaite_df,
)
from pipeline.stats.survey.estimation.regression.fitting import Fit, fit
from pipeline.stats.survey.estimation.regression.prediction import (
    Predictions,
    PseudoR2,
    Scale,
    predict,
    predictive_margins,
    pseudo_r2,
)
from pipeline.stats.survey.estimation.regression.replicated import replicated_regression
from pipeline.stats.survey.replication.replicates import Replicates
from pipeline.stats.survey.testing.wald import WaldTest, term_test
from pipeline.survey.analysis import Analysis
from pipeline.survey.columns import Condition, listed, mask, numbers
from pipeline.survey.formulas import DesignMatrix, design_matrix
from pipeline.survey.grid import categories_of

Errors: TypeAlias = Literal["design", "bell_mccaffrey"]


@dataclass(frozen=True, eq=False)
class Model:
    """A fitted regression.

    Attributes:
        matrix: columns that the formula made.
        result: coefficients with their variation.
        fitted: the fit itself.
        frame: the rows it was fitted on.
        source: sample or replicates behind it.
        level: of the intervals.
        again: fits another formula in the same way.
    """

    matrix: DesignMatrix
    result: Regression
    fitted: Fit
    frame: pd.DataFrame
    source: Sample | Replicates
    level: float
    again: Callable[[str], "Model"]

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row per coefficient: estimate, se, interval, df, t, p_value."""
        result = self.result
        bounds = result.interval(level=self.level)
        return pd.DataFrame(
            {
                "term": result.names,
                "estimate": result.coefficient,
                "se": result.se,
                "ci_low": bounds.low,
                "ci_high": bounds.high,
                "df": np.broadcast_to(np.asarray(result.df, float), result.coefficient.shape),
                "t": result.t,
                "p_value": result.p_value,
                "n": int(self.fitted.is_used.sum()),
            }
        )

    @property
    def covariance(self) -> pd.DataFrame:
        """Covariance matrix of the coefficients."""
        names = list(self.result.names)
        return pd.DataFrame(self.result.covariance, index=names, columns=names)

    @property
    def pseudo_r2(self) -> PseudoR2:
        """Shares of the deviance explained (Cox-Snell, Nagelkerke)."""
        return pseudo_r2(self.fitted)

    def predict(self, frame: pd.DataFrame, *, scale: Scale = "response") -> pd.DataFrame:
        """Expected outcomes of the rows of another frame, with their errors.

        Args:
            frame: with the variables of the formula.
            scale: "response", or "link" for the linear predictor.

        Oracle: R survey 4.5 predict.svyglm.
        """
        found = predict(self.result, self.matrix.of(frame), scale=scale)
        return pd.DataFrame(self._with_bounds(found), index=frame.index)

    def wald(self, *terms: str) -> WaldTest:
        """Whether all coefficients of the terms are 0, such as all levels of a column.

        Oracle: R survey 4.5 regTermTest.
        """
        names = [name for term in terms for name in self.matrix.names_of(term)]
        return term_test(self.result, list(dict.fromkeys(names)))

    def margins(self, column: str) -> pd.DataFrame:
        """Mean predictions as if everybody were in each category of a column.

        A column that is not in the formula joins it.

        Oracle: R survey 4.5 svypredmeans.
        """
        if column not in variables_of(self.matrix.formula):
            return self.again(f"{self.matrix.formula} + `{column}`").margins(column)
        levels = categories_of(self.frame[column]).listed
        scenarios = [self.matrix.of(self.frame.assign(**{column: level})) for level in levels]
        found = predictive_margins(self.fitted, self.result, scenarios, self.source)
        return pd.DataFrame({column: list(levels)} | self._with_bounds(found))

    def _with_bounds(self, found: Predictions) -> dict[str, Any]:
        df = np.full(len(found.estimate), float(np.min(self.result.df)))
        bounds = t_interval(found.estimate, found.se, df, level=self.level)
        return {
            "estimate": found.estimate,
            "se": found.se,
            "ci_low": bounds.low,
            "ci_high": bounds.high,
        }


class Modelling(Analysis):
    """Regressions under the design."""

    def regression(
        self,
        formula: str,
        family: str = "gaussian",
        *,
        where: Condition = None,
        errors: Errors = "design",
        df: Literal["design", "satterthwaite"] = "design",
        level: float = 0.95,
    ) -> Model:
        """A linear or generalised linear model with design-based errors.

        Args:
            formula: as in R, such as "score ~ sex + I(age/10)"; columns with other characters
                than letters stand in backticks or with their dots.
            family: "gaussian", "logit", "probit", "cloglog" or "poisson".
            where: condition on the rows; the design stays whole.
            errors: "design", or "bell_mccaffrey" for few PSUs: corrected residuals.
            df: of the coefficients: "design" df + 1 - coefficients, or with "bell_mccaffrey"
                one "satterthwaite" number for each.
            level: of the intervals.

        Returns:
            A record with .table, .covariance, .predict(), .wald(), .margins(), .pseudo_r2.

        Raises:
            ContractError: the formula cannot be read, columns repeat each other, or the
                outcome is told apart for sure.

        Oracle: R survey 4.5 svyglm.
        """
        matrix = design_matrix(formula, self.frame)
        if matrix.outcome is None:
            raise ContractError("formula", f'"{formula}": expected an outcome, as in "score ~ sex"')
        y, kept = matrix.outcome, mask(self.frame, where)
        if kept is not None:
            y = np.where(kept, y, np.nan)
        names, kind = matrix.names, family_named(family)
        fitted = fit(y, matrix.x, self.source.weight, names=names, family=kind)
        if errors == "bell_mccaffrey":
            result = self._bell_mccaffrey(fitted, df)
        elif isinstance(self.source, Replicates):
            result = replicated_regression(y, matrix.x, self.source, names=names, family=kind)
        else:
            result = regress(y, matrix.x, self.source, names=names, family=kind)

        def again(other: str) -> Model:
            return self.regression(other, family, where=where, errors=errors, df=df, level=level)

        return Model(matrix, result, fitted, self.frame, self.source, level, again)

    def plausible_regression(
        self,
        formula: str,
        values: Mapping[str, Iterable[str]],
        family: str = "gaussian",
        *,
        where: Condition = None,
        level: float = 0.95,
    ) -> pd.DataFrame:
        """A regression made once per plausible value and pooled by Rubin's rules.

        Args:
            formula: with a name that stands for the plausible values.
            values: that name, and the columns it stands for.
            family: see `regression`.
            where: condition on the rows.
            level: of the intervals.

        Returns:
            One row per coefficient.

        Oracle: R mitools 2.4 MIcombine.
        """
        ((name, columns),) = values.items()
        models = [
            self.assign(**{name: numbers(self.frame, column)}).regression(
                formula, family, where=where
            )
            for column in listed(columns)
        ]
        pooled = pool(
            [model.result.coefficient for model in models],
            [model.result.covariance for model in models],
        )
        bounds = pooled.interval(level=level)
        return pd.DataFrame(
            {
                "term": models[0].result.names,
                "estimate": pooled.estimate,
                "se": pooled.se,
                "ci_low": bounds.low,
                "ci_high": bounds.high,
                "df": pooled.df,
                "missing_information": pooled.missing_information,
            }
        )

    def _bell_mccaffrey(self, fitted: Fit, df: str) -> Regression:
        if isinstance(self.source, Replicates):
            raise DesignError(
                "regression",
                "Bell and McCaffrey's errors need PSUs, got replicate weights",
                hint="fit with the Design that the replicates were made from",
            )
        result = bell_mccaffrey(fitted, self.source)
        if df == "satterthwaite":
            return replace(result, df=satterthwaite_df(fitted, self.source))
        return result


def variables_of(formula: str) -> set[str]:
    """Names of columns that occur in a formula."""
    return {word.strip("`") for word in re.findall(r"`[^`]*`|[A-Za-z_][\w.]*", formula)}
