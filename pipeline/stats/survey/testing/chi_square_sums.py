"""Tail of a weighted sum of chi-squares: the law of Pearson's statistic under a design.

With l_i the design effects of the contrasts a test asks about, its statistic varies like
Q = sum(l_i C_i), C_i independent chi-squares of one degree of freedom; with f degrees of
freedom behind the l_i, like Q over an independent chi-square of f divided by f.
"""

from typing import Literal, NamedTuple, TypeAlias

import numpy as np
from scipy import integrate, optimize, stats

from pipeline.stats.arrays import FloatArray

TailMethod: TypeAlias = Literal["satterthwaite", "saddlepoint", "exact"]

_AT_THE_POLE = 1 - 1e-12  # how near to its poles the cumulant function is searched
_AT_THE_MEAN = 1e-4  # a saddlepoint nearer to 0 makes the formula lose its digits
_NEARLY_WHOLE = 1 + 1e-9  # of terms: rounding must not take one away
_OFF_ZERO = 0.05  # least abscissa of the line of inversion, of the distance to the pole


class Satterthwaite(NamedTuple):
    """A scaled chi-square with the first two moments of a weighted sum."""

    scale: float
    df: float


def satterthwaite(scales: FloatArray) -> Satterthwaite:
    """The chi-square with df (sum l)^2 / sum(l^2), times sum(l^2) / sum(l).

    Source: Satterthwaite (1946), Biometrics Bulletin 2, 110-114.
    """
    total, squares = float(scales.sum()), float(np.square(scales).sum())
    return Satterthwaite(scale=squares / total, df=total**2 / squares)


def upper_tail(
    x: float, scales: FloatArray, *, df: float = np.inf, method: TailMethod = "exact"
) -> float:
    """Probability that a weighted sum of chi-squares exceeds x.

    Args:
        x: value of the statistic.
        scales: (m,) weights l_i > 0.
        df: degrees of freedom of the denominator; infinite: none.
        method: "satterthwaite" matches two moments, "saddlepoint" is a formula whose relative
            error stays small in the tail, "exact" inverts the Laplace transform.

    Source: Rao & Scott (1981), JASA 76, 221-230; for the three methods Satterthwaite (1946);
    Kuonen (1999), Biometrika 86, 929-935; Imhof (1961), Biometrika 48, 419-426, with the line
    of integration moved to the saddlepoint, where nothing oscillates. Oracle: R survey 4.5
    pchisqsum and pFsum.
    """
    if method == "satterthwaite" or x <= 0:
        return _two_moments(x, scales, df)
    if method == "saddlepoint":
        return _saddlepoint_tail(x, scales, df)
    terms = _Terms(scales, np.ones(len(scales))).less(x, df, df)
    return _inverted(terms, 0.0 if np.isfinite(df) else x)


class _Terms(NamedTuple):
    """Weights and degrees of freedom of independent chi-squares; K is their cumulant function."""

    scale: FloatArray
    df: FloatArray

    def less(self, x: float, df: float, terms: float) -> "_Terms":
        """The sum minus x times the denominator, which is to exceed 0."""
        if not np.isfinite(df):
            return self
        return _Terms(np.append(self.scale, -x / df), np.append(self.df, terms))

    def cumulant(self, s: complex) -> complex:
        return complex(-(self.df * np.log(1 - 2 * s * self.scale)).sum() / 2)

    def slope(self, s: float) -> float:
        return float((self.df * self.scale / (1 - 2 * s * self.scale)).sum())

    def curvature(self, s: float) -> float:
        return float((2 * self.df * (self.scale / (1 - 2 * s * self.scale)) ** 2).sum())

    @property
    def pole(self) -> float:
        return float(0.5 / self.scale.max() * _AT_THE_POLE)

    def saddlepoint(self, x: float) -> float:
        """Where the slope of K is x."""
        lowest = self.scale.min()
        low = 0.5 / lowest * _AT_THE_POLE if lowest < 0 else -self.df.sum() / (2 * x)
        return float(optimize.brentq(lambda s: self.slope(s) - x, low, self.pole, xtol=1e-15))


def _two_moments(x: float, scales: FloatArray, df: float) -> float:
    scale, numerator = satterthwaite(scales)
    if not np.isfinite(df):
        return float(stats.chi2.sf(x / scale, numerator))
    return float(stats.f.sf(x / scale / numerator, numerator, df))


def _saddlepoint_tail(x: float, scales: FloatArray, df: float) -> float:
    """The formula of Barndorff-Nielsen; near the mean, where it fails, two moments.

    A fractional denominator is given its whole number of terms, as in R, whose figures would
    else differ in the second digit when df is small.
    """
    size = scales.max()
    whole = max(np.floor(df * _NEARLY_WHOLE), 1.0)
    terms = _Terms(scales / size, np.ones(len(scales))).less(x / size, df, whole)
    at = 0.0 if np.isfinite(df) else x / size
    s = terms.saddlepoint(at)
    if abs(s) < _AT_THE_MEAN:
        return _two_moments(x, scales, df)
    w = np.sign(s) * np.sqrt(2 * (s * at - terms.cumulant(s).real))
    v = s * np.sqrt(terms.curvature(s))
    return float(stats.norm.sf(w + np.log(v / w) / w))


def _inverted(terms: _Terms, x: float) -> float:
    """P = 1 / (2 pi i) int exp(K(s) - s x) / s ds, upwards through c > 0 near the saddlepoint.

    Without a denominator the path bends away to the right, round the poles, where exp(-s x)
    dies out; with one x is 0 and the powers do so on a straight line.
    """
    c = max(terms.saddlepoint(x), _OFF_ZERO * terms.pole)
    width = 1 / np.sqrt(terms.curvature(c))
    bend = 0.5 if x > 0 else 0.0
    height = terms.cumulant(c).real - c * x

    def integrand(t: float) -> float:
        s = c + width * complex(bend * t**2, t)
        step = width * complex(2 * bend * t, 1)
        return float((np.exp(terms.cumulant(s) - s * x - height) / s * step).imag)

    area = integrate.quad(integrand, 0, np.inf, limit=500, epsabs=0, epsrel=1e-10)[0]
    return float(np.clip(np.exp(height) * area / np.pi, 0, 1))
