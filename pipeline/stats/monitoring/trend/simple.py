"""Straight lines through a series: the plain answers to hold beside the model's."""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from pipeline.stats.arrays import FloatArray
from pipeline.stats.monitoring.trend.local_linear import check_trend
from pipeline.stats.monitoring.trend.series import Series
from pipeline.stats.survey.estimation.intervals import Interval, t_interval


@dataclass(frozen=True, slots=True, kw_only=True)
class StraightLine:
    """A line fitted to waves; years are counted from `centre` for the sake of rounding.

    Attributes:
        centre: mean year, weighted as the fit.
        height: of the line at the centre.
        slope: per year.
        height_variance: of `height`; 0 covariance with the slope.
        slope_variance: of `slope`.
        noise: variance of a new wave about the line; 0 when only the line is foretold.
        df: of the variances; infinite when they are known.
    """

    centre: float
    height: float
    slope: float
    height_variance: float
    slope_variance: float
    noise: float
    df: float

    @property
    def intercept(self) -> float:
        """Height in the year 0."""
        return self.height - self.slope * self.centre

    @property
    def intercept_se(self) -> float:
        """Standard error of the intercept."""
        return float(np.sqrt(self.height_variance + self.centre**2 * self.slope_variance))

    @property
    def slope_se(self) -> float:
        """Standard error of the slope."""
        return float(np.sqrt(self.slope_variance))

    def at(self, years: FloatArray) -> FloatArray:
        """Heights of the line."""
        return np.asarray(self.height + self.slope * (years - self.centre))

    def interval(self, years: FloatArray, *, level: float) -> Interval:
        """Interval for a new wave, or for the line where no noise is added.

        Without degrees of freedom the bounds are NaN.
        """
        variance = self.height_variance + (years - self.centre) ** 2 * self.slope_variance
        df = np.full(np.shape(years), self.df)
        return t_interval(self.at(years), np.sqrt(variance + self.noise), df, level=level)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heterogeneity:
    """Do waves scatter about the line by more than their sampling error?

    Attributes:
        q: sum of squared residuals over their sampling variances.
        df: waves less 2.
        p_value: of no more scatter than sampling; NaN without degrees of freedom.
    """

    q: float
    df: int
    p_value: float


def ordinary_line(years: FloatArray, values: FloatArray) -> StraightLine:
    """Least squares line, its spread taken from the residuals: a prediction line.

    It asks nothing about sampling errors and counts every wave alike; with three or four
    waves its interval is long, and it still assumes that the line goes on.

    Args:
        years: (n,) at least two different.
        values: (n,) on any scale.

    Raises:
        ContractError: lengths differ or one year alone.

    Oracle: R lm, predict(interval = "prediction").
    """
    waves = Series(years=years, values=values, variances=np.ones(np.shape(years)))
    line = weighted_line(waves)
    df = len(years) - 2
    residual = float(((values - line.at(years)) ** 2).sum())
    noise = residual / df if df > 0 else float("nan")
    return StraightLine(
        centre=line.centre,
        height=line.height,
        slope=line.slope,
        height_variance=noise * line.height_variance,
        slope_variance=noise * line.slope_variance,
        noise=noise,
        df=df,
    )


def weighted_line(series: Series) -> StraightLine:
    """Line weighted by known sampling variances, which alone make its errors.

    Too sure of itself when waves have effects of their own; see `heterogeneity`.

    Args:
        series: at least two different years.

    Raises:
        ContractError: one year alone.

    Oracle: R lm(weights = 1 / variance), errors sqrt(diag(solve(X'WX))).
    """
    check_trend(series)
    weight = 1 / series.variances
    centre = float(weight @ series.years / weight.sum())
    since = series.years - centre
    information = float(weight @ since**2)
    return StraightLine(
        centre=centre,
        height=float(weight @ series.values / weight.sum()),
        slope=float(weight @ (since * series.values) / information),
        height_variance=float(1 / weight.sum()),
        slope_variance=1 / information,
        noise=0.0,
        df=float("inf"),
    )


def heterogeneity(series: Series) -> Heterogeneity:
    """Cochran's Q of the waves about their weighted line.

    Source: Cochran (1954), Biometrics 10, 101-129.
    """
    line = weighted_line(series)
    q = float(((series.values - line.at(series.years)) ** 2 / series.variances).sum())
    df = len(series.years) - 2
    return Heterogeneity(q=q, df=df, p_value=float(stats.chi2.sf(q, df)) if df > 0 else np.nan)
