"""What a weighted quantile is: twelve rules, from the step function to plotting positions.

Steps: `math` (least value that share q of the weight reaches), `school` (middle of the two
values when q is reached exactly), `hf3`. Lines between values: `hf4` to `hf9`. `hf1` is
`math` and `hf2` is `school`. With equal weights `hf1` to `hf9` are types 1 to 9 of Hyndman
and Fan, except that `hf3` counts different values instead of rows.

`math` is the rule for publication. The others differ by less than a gap between two values,
and three of them depend a little on the order of rows with equal values: hf5, hf8, hf9.

`shahvaish` is R's reading of Shah and Vaish, for comparison only: it adds the raw weight to
sums of scaled ones, so its result depends on the unit of the weights.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, TypeAlias, get_args

import numpy as np
import pandas as pd

from pipeline.errors import ConfigError, ContractError
from pipeline.stats.arrays import BoolArray, CodeArray, FloatArray

QuantileRule: TypeAlias = Literal[
    "math",
    "school",
    "shahvaish",
    "hf1",
    "hf2",
    "hf3",
    "hf4",
    "hf5",
    "hf6",
    "hf7",
    "hf8",
    "hf9",
]

_TIE = 1e-12  # shares of the weight this close are the same: sums are rounded


@dataclass(frozen=True, eq=False)
class Ordered:
    """Values in ascending order, rows of weight zero left out.

    Attributes:
        y: (n,) values; equal ones keep the order of their rows.
        weight: (n,) their weights.
        tie: shares of the weight this close count as equal. At 0, sums are rounded as in R,
            whose steps at exact ties fall either way.
    """

    y: FloatArray
    weight: FloatArray
    tie: float = _TIE

    @classmethod
    def of(cls, y: FloatArray, weight: FloatArray, *, tie: float = _TIE) -> "Ordered":
        """Sort values that are not missing and carry weight."""
        rows = np.flatnonzero((weight > 0) & ~np.isnan(y))
        rows = rows[np.argsort(y[rows], kind="stable")]
        return cls(y[rows], weight[rows], tie)

    @cached_property
    def sums(self) -> FloatArray:
        """(n,) cumulated weights."""
        precision = np.float64 if self.tie else np.longdouble
        return np.cumsum(self.weight, dtype=precision).astype(np.float64)

    def place(self, q: FloatArray) -> tuple[CodeArray, BoolArray]:
        """Index of the last value that share q of the weight reaches (-1: none); is it met?"""
        total = self.sums[-1]
        below = np.searchsorted(self.sums, (q + self.tie) * total, side="right") - 1
        is_met = np.abs(_at(self.sums, below) / total - q) <= self.tie
        return below, (below >= 0) & is_met

    def quantile(self, q: FloatArray, *, rule: QuantileRule) -> FloatArray:
        """(m,) quantiles; NaN without rows or where q is NaN.

        A q that the rule places outside the sample gives its least or greatest value.
        """
        wanted = np.asarray(q, dtype=np.float64)
        if len(self.y) < 2:
            alone = self.y[0] if len(self.y) else np.nan
            return np.where(np.isnan(wanted), np.nan, alone)
        return np.where(np.isnan(wanted), np.nan, _RULES[rule](self, np.nan_to_num(wanted)))


def weighted_quantile(
    y: FloatArray, weight: FloatArray, q: FloatArray, *, rule: QuantileRule = "math"
) -> FloatArray:
    """Quantiles of n weighted values.

    Args:
        y: (n,) values; NaN = left out.
        weight: (n,) weights, not negative; rows of weight zero change nothing.
        q: (m,) shares between 0 and 1.
        rule: see the module.

    Returns:
        (m,) quantiles in the unit of y; NaN when no row is left.

    Raises:
        ConfigError: the rule is unknown or a q lies outside [0, 1].
        ContractError: lengths differ or a weight is negative or missing.

    Source: Hyndman & Fan (1996), American Statistician 50, 361-365; Shah & Vaish (2006),
    Proceedings of the ASA Survey Research Methods Section. Oracle: R survey 4.5 svyquantile.
    """
    check_quantiles(q, rule)
    values, weights = np.asarray(y, dtype=np.float64), np.asarray(weight, dtype=np.float64)
    if len(values) != len(weights):
        raise ContractError(
            "quantile", f"expected a weight per value, got {len(weights)} for {len(values)}"
        )
    if bad := int((~(weights >= 0)).sum()):
        raise ContractError("quantile", f"weight: negative or missing in {bad} rows")
    return Ordered.of(values, weights).quantile(np.asarray(q, dtype=np.float64), rule=rule)


def check_quantiles(q: FloatArray, rule: str) -> None:
    """Refuse what no rule can answer.

    Raises:
        ConfigError: the rule is unknown or a q lies outside [0, 1].
    """
    faults = []
    if rule not in _RULES:
        faults.append(f"rule: expected one of {', '.join(_RULES)}, got {rule!r}")
    if outside := int((~((np.asarray(q) >= 0) & (np.asarray(q) <= 1))).sum()):
        faults.append(f"q: expected 0 to 1, got another value {outside} times")
    if faults:
        raise ConfigError("quantile", faults)


def _math(values: Ordered, q: FloatArray) -> FloatArray:
    below, is_tie = values.place(q)
    return _at(values.y, np.where(is_tie, below, below + 1))


def _school(values: Ordered, q: FloatArray) -> FloatArray:
    below, is_tie = values.place(q)
    above = _at(values.y, below + 1)
    return np.where(is_tie, (_at(values.y, below) + above) / 2, above)


def _hf3(values: Ordered, q: FloatArray) -> FloatArray:
    distinct, weight = _grouped(pd.Series(values.weight).groupby(values.y).sum())
    below, is_tie = Ordered(distinct, weight, values.tie).place(q)
    is_even = (below + 1) % 2 == 0
    return _at(distinct, np.where(is_tie & is_even, below, below + 1))


def _shahvaish(values: Ordered, q: FloatArray) -> FloatArray:
    scaled = values.weight / values.weight.mean()
    positions = (np.cumsum(scaled) + 0.5 - values.weight / 2) / (len(values.y) + 1)
    # raw weights may turn the positions round; a value is taken up to the next position
    known, mean = _grouped(pd.Series(values.y).groupby(positions).mean())
    return _at(mean, np.searchsorted(known, q, side="right") - 1)


def _grouped(values: "pd.Series[Any]") -> tuple[FloatArray, FloatArray]:
    """Keys and values of a series, as plain arrays."""
    return np.asarray(values.index, dtype=np.float64), np.asarray(values, dtype=np.float64)


def _at(values: FloatArray, index: CodeArray) -> FloatArray:
    """Values by index; the first and the last stand for what lies outside."""
    return values[np.clip(index, 0, len(values) - 1)]


def _line(
    positions: Callable[[Ordered], FloatArray],
) -> Callable[[Ordered, FloatArray], FloatArray]:
    """A rule that draws lines between values at plotting positions."""

    def rule(values: Ordered, q: FloatArray) -> FloatArray:
        return np.interp(q, positions(values), values.y)

    return rule


def _between(part: float, beyond: float) -> Callable[[Ordered], FloatArray]:
    """Positions at a part of each row's own weight, over the total and a bit of the last."""

    def positions(values: Ordered) -> FloatArray:
        before = values.sums - values.weight
        total = values.sums[-1] + beyond * values.weight[-1]
        return np.asarray((before + part * values.weight) / total)

    return positions


def _hf7_positions(values: Ordered) -> FloatArray:
    before = np.concatenate([[0.0], values.sums[:-1]])
    return np.asarray(before / values.sums[-2])


_RULES: dict[str, Callable[[Ordered, FloatArray], FloatArray]] = dict(
    zip(
        get_args(QuantileRule),
        (
            *(_math, _school, _shahvaish, _math, _school, _hf3),
            *(_line(_between(1, 0)), _line(_between(0.5, 0)), _line(_between(1, 1))),
            *(_line(_hf7_positions), _line(_between(2 / 3, 1 / 3)), _line(_between(5 / 8, 1 / 4))),
        ),
        strict=True,
    )
)
