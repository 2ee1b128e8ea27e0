"""Families of generalised linear models: the distribution and the link of the outcome.

Owns the choice offered; the functions behind each come from statsmodels.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from statsmodels.genmod import families

from pipeline.errors import ContractError
from pipeline.stats.arrays import FloatArray


@dataclass(frozen=True, eq=False)
class Family:
    """A distribution with a link: g(mu) = x'b, variance proportional to V(mu).

    Attributes:
        name: how the family is asked for.
        low: least value of the outcome, if there is one.
        high: greatest value of the outcome, if there is one.
        model: the statsmodels family.
    """

    name: str
    low: float
    high: float
    model: Any

    def mean(self, predictor: FloatArray) -> FloatArray:
        """Mean of the outcome at values of the linear predictor."""
        with np.errstate(over="ignore"):  # far out the mean is 0 or 1 all the same
            return np.asarray(self.model.link.inverse(predictor), dtype=np.float64)

    def predictor(self, mean: FloatArray) -> FloatArray:
        """Linear predictor at values of the mean."""
        return np.asarray(self.model.link(mean), dtype=np.float64)

    def first_mean(self, outcome: FloatArray, weight: FloatArray) -> FloatArray:
        """Means to start iterations from: the outcomes, kept off the ends of their range."""
        if self.is_bounded:
            return (weight * outcome + 0.5) / (weight + 1)
        return outcome if self.is_linear else outcome + 0.1

    def slope(self, predictor: FloatArray) -> FloatArray:
        """Derivative of the mean by the linear predictor."""
        with np.errstate(over="ignore", invalid="ignore"):
            return np.asarray(self.model.link.inverse_deriv(predictor), dtype=np.float64)

    def variance(self, mean: FloatArray) -> FloatArray:
        """Variance function V of the mean."""
        return np.asarray(self.model.variance(mean), dtype=np.float64)

    def deviance(self, outcome: FloatArray, mean: FloatArray, weight: FloatArray) -> float:
        """Weighted deviance of n outcomes from their means."""
        return float(self.model.deviance(outcome, mean, var_weights=weight))

    @property
    def is_linear(self) -> bool:
        """Least squares solve the model without iterations."""
        return not np.isfinite(self.low)

    @property
    def is_bounded(self) -> bool:
        """Outcomes in [0, 1], whose groups may be told apart without error."""
        return bool(np.isfinite(self.high))


GAUSSIAN = Family("gaussian", -np.inf, np.inf, families.Gaussian())
LOGIT = Family("logit", 0, 1, families.Binomial())
PROBIT = Family("probit", 0, 1, families.Binomial(families.links.Probit()))
CLOGLOG = Family("cloglog", 0, 1, families.Binomial(families.links.CLogLog()))
POISSON = Family("poisson", 0, np.inf, families.Poisson())

FAMILIES: Mapping[str, Family] = MappingProxyType(
    {family.name: family for family in (GAUSSIAN, LOGIT, PROBIT, CLOGLOG, POISSON)}
)


def family_named(name: str) -> Family:
    """The family of a name.

    Raises:
        ContractError: no such family.
    """
    if name not in FAMILIES:
        known = ", ".join(FAMILIES)
        raise ContractError("regression", f'expected a family of {known}, got "{name}"')
    return FAMILIES[name]
