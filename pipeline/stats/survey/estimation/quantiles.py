"""Quantiles of domains with their intervals.

The interval of a quantile is that of the share below it, turned back into values (Woodruff):
with p the share of the domain at or below the estimated quantile and (p1, p2) its interval,
the bounds are the quantiles of p1 and p2. So every interval for shares gives one for
quantiles, and an interval is as wide as the data around the quantile are sparse. A bound
below 0 or above 1 has no quantile and is NaN.

"score" tests instead: the bounds enclose the values whose share below does not differ from
q by more than t standard errors, each with its own standard error.

Standard errors are interval widths over 2 t.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Literal, TypeAlias

import numpy as np
from scipy import sparse

from pipeline.stats.arrays import CodeArray, FloatArray, SparseArray, dense
from pipeline.stats.survey.design.sample import Sample
from pipeline.stats.survey.estimation.domains import Domains, Label
from pipeline.stats.survey.estimation.intervals import Interval, t_interval, t_quantile
from pipeline.stats.survey.estimation.quantile_rules import Ordered, QuantileRule, check_quantiles
from pipeline.stats.survey.estimation.quantile_score import Score
from pipeline.stats.survey.estimation.share_below import (
    ErrorSource,
    Linearised,
    Replicated,
    hits_among,
    repeated,
)
from pipeline.stats.survey.estimation.share_intervals import ShareMethod, share_interval
from pipeline.stats.survey.replication.replicates import Replicates
from pipeline.stats.survey.replication.totals import replicate_statistic

QuantileMethod: TypeAlias = ShareMethod | Literal["score", "r_score"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Quantiles:
    """The m quantiles of k domains; all arrays are (k, m) in the unit of the variable.

    Attributes:
        labels: k pairs (domain, category).
        q: (m,) shares asked for.
        estimate: NaN in an empty domain.
        se: interval width over 2 t.
        low: lower bounds; NaN where the sample does not reach so far.
        high: upper bounds.
        df: degrees of freedom.
        n: (k,) rows with weight and a value.
    """

    labels: tuple[Label, ...]
    q: FloatArray
    estimate: FloatArray
    se: FloatArray
    low: FloatArray
    high: FloatArray
    df: FloatArray
    n: CodeArray


def quantiles(
    y: FloatArray,
    sample: Sample,
    domains: Domains,
    q: FloatArray,
    *,
    rule: QuantileRule = "math",
    interval: QuantileMethod = "wald",
    level: float = 0.95,
    df: float | None = None,
) -> Quantiles:
    """Quantiles of y in each domain, errors by linearisation.

    Args:
        y: (n,) values; NaN = outside every domain.
        sample: the n people, same order, whole.
        domains: k subpopulations of the same n people.
        q: (m,) shares between 0 and 1.
        rule: what a quantile is, see `quantile_rules`.
        interval: an interval for shares, or "score".
        level: confidence level.
        df: degrees of freedom; default: those of the domain's rows with a value.

    Raises:
        ConfigError: an unknown rule or method, or a q outside [0, 1].
        LonelyPsuError: a stratum has one PSU and the sample's rule is "fail".

    Source: Woodruff (1952), JASA 47, 635-646; Francisco & Fuller (1991), Annals of Statistics
    19, 454-469, for "score". Oracle: R survey 4.5 svyquantile.
    """
    request = _Request.of(y, domains, q, rule, level, df)
    return _by_inversion(request, Linearised(sample), interval)


def replicate_quantiles(
    y: FloatArray,
    replicates: Replicates,
    domains: Domains,
    q: FloatArray,
    *,
    rule: QuantileRule = "math",
    interval: QuantileMethod | Literal["quantile"] = "wald",
    level: float = 0.95,
    df: float | None = None,
) -> Quantiles:
    """Quantiles of y in each domain, errors by replicate weights.

    "quantile" takes the variance of the replicates' own quantiles and a t interval around
    the estimate: sound for bootstrap and balanced half-samples, not for the jackknife.

    Args:
        y: (n,) values; NaN = outside every domain.
        replicates: weights of the n people, same order.
        domains: k subpopulations of the same n people.
        q: (m,) shares between 0 and 1.
        rule: what a quantile is, see `quantile_rules`.
        interval: an interval for shares, "score" or "quantile".
        level: confidence level.
        df: degrees of freedom; default: those of the domain's rows with a value.

    Source: Kovar, Rao & Wu (1988), Canadian Journal of Statistics 16, 25-45. Oracle: R survey
    4.5 svyquantile.
    """
    request = _Request.of(y, domains, q, rule, level, df)
    source = Replicated(replicates)
    if interval != "quantile":
        return _by_inversion(request, source, interval)
    totals = replicate_statistic(request.quantiles, replicates)
    freedom = request.freedom(source.shares(request.members, request.members).df)
    bounds = t_interval(totals.value, np.sqrt(totals.variance()), freedom, level=level)
    return request.result(source, totals.value, bounds, freedom)


def _by_inversion(request: "_Request", source: ErrorSource, interval: QuantileMethod) -> Quantiles:
    estimate = request.quantiles(source.weight)
    hits = hits_among(request.members, request.y, estimate)
    below = source.shares(request.members, hits)
    freedom = request.freedom(below.df)
    if interval == "score" or interval == "r_score":
        bounds = request.score_bounds(source, freedom, as_in_r=interval == "r_score")
    else:
        n = dense(request.members.T @ source.people)
        shares = share_interval(interval, below.share, below.se, freedom, n=n, level=request.level)
        bounds = request.values_at(shares, request.orders(source.weight))
    return request.result(source, estimate, bounds, freedom)


@dataclass(frozen=True, kw_only=True, eq=False)
class _Request:
    """The m quantiles of k domains laid side by side: k * m columns, domain by domain."""

    y: FloatArray
    domains: Domains
    wanted: FloatArray
    rule: QuantileRule
    level: float
    df: float | None

    @classmethod
    def of(
        cls,
        y: FloatArray,
        domains: Domains,
        q: FloatArray,
        rule: QuantileRule,
        level: float,
        df: float | None,
    ) -> "_Request":
        check_quantiles(q, rule)
        values = np.asarray(y, dtype=np.float64)
        return cls(
            y=np.nan_to_num(values),
            domains=domains.where(~np.isnan(values)),
            wanted=np.asarray(q, dtype=np.float64),
            rule=rule,
            level=level,
            df=df,
        )

    @property
    def shape(self) -> tuple[int, int]:
        return len(self.domains.labels), len(self.wanted)

    @property
    def q(self) -> FloatArray:
        return np.tile(self.wanted, self.shape[0])

    @cached_property
    def members(self) -> SparseArray:
        return repeated(self.domains.members, len(self.wanted))

    @cached_property
    def rows(self) -> list[CodeArray]:
        """Rows of each domain, in their order."""
        columns = sparse.csc_array(self.domains.members)
        columns.sort_indices()
        return np.split(columns.indices.astype(np.int64), columns.indptr[1:-1])

    def freedom(self, of_domains: FloatArray) -> FloatArray:
        """Degrees of freedom asked for, or those of the domains."""
        return of_domains if self.df is None else np.full_like(of_domains, self.df)

    def orders(self, weight: FloatArray, **options: float) -> list[Ordered]:
        return [Ordered.of(self.y[rows], weight[rows], **options) for rows in self.rows]

    def quantiles(self, weight: FloatArray) -> FloatArray:
        found = [order.quantile(self.wanted, rule=self.rule) for order in self.orders(weight)]
        return np.concatenate(found)

    def values_at(self, shares: Interval, orders: list[Ordered]) -> Interval:
        """Bounds on shares turned into values; NaN for shares outside [0, 1]."""
        return Interval(*(self._inverted(bound, orders) for bound in shares))

    def _inverted(self, shares: FloatArray, orders: list[Ordered]) -> FloatArray:
        inside = np.where((shares >= 0) & (shares <= 1), shares, np.nan).reshape(self.shape)
        pairs = zip(orders, inside, strict=True)
        return np.concatenate([order.quantile(row, rule=self.rule) for order, row in pairs])

    def score_bounds(self, source: ErrorSource, df: FloatArray, *, as_in_r: bool) -> Interval:
        values = [np.unique(order.y) for order in self.orders(source.weight)]
        by_column = [of for of in values for _ in self.wanted]
        score = Score(y=self.y, members=self.members, q=self.q, values=by_column, source=source)
        t = t_quantile(df, level=self.level)
        if as_in_r:
            return self.values_at(score.shares_of_r(t), self.orders(source.weight, tie=0))
        return score.interval(t)

    def result(
        self, source: ErrorSource, estimate: FloatArray, bounds: Interval, df: FloatArray
    ) -> Quantiles:
        reach = 2 * t_quantile(df, level=self.level)
        columns = {
            "estimate": estimate,
            "se": (bounds.high - bounds.low) / reach,
            "low": bounds.low,
            "high": bounds.high,
            "df": df,
        }
        return Quantiles(
            labels=self.domains.labels,
            q=self.wanted,
            n=np.rint(self.domains.sums(source.people)).astype(np.int64),
            **{name: column.reshape(self.shape) for name, column in columns.items()},
        )
