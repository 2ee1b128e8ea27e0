"""Two intervals for shares exactly as R survey computes them, for comparison digit by digit.

Not for publication: each departs from its own definition by numerical accident.

R's `asin` lets the angle pass 0 or a right angle, where its sine turns back into [0, 1].
R's `likelihood` evaluates the profile of the log odds at about a dozen points, draws a
cubic spline through them and reads the bounds off straight lines between points of that
spline; the bounds are off by up to some percent of their size.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special, stats

from pipeline.stats.arrays import BoolArray, FloatArray
from pipeline.stats.survey.estimation.divergence import divergence

_STEPS = 9  # steps taken to either side of the estimate, at most
_STEPS_TO_BOUND = 5  # steps meant to reach the bound
_KNOTS = 4  # that the ends of the spline ask for
_POINTS_PER_KNOT = 3
_FIT_TOLERANCE = 1e-8  # relative change of the deviance at which R's fit stops
_FIT_STEPS = 25


def asin(share: FloatArray, t: FloatArray, n_eff: FloatArray) -> tuple[FloatArray, FloatArray]:
    """sin^2(asin(sqrt(p)) -+ t / (2 sqrt(n_eff))), never past the share.

    Oracle: R survey 4.5 svyciprop(method = "asin").
    """
    angle = np.arcsin(np.sqrt(share))
    with np.errstate(divide="ignore", invalid="ignore"):
        reach = t / (2 * np.sqrt(n_eff))
        low, high = np.sin(angle - reach) ** 2, np.sin(angle + reach) ** 2
    return np.minimum(low, share), np.maximum(high, share)


@dataclass(frozen=True, kw_only=True)
class Fit:
    """What R's fit of the log odds depends on besides the share and its error.

    Attributes:
        people: rows with weight.
        rows: rows, those of weight zero included; R scales weights to mean 1 over these.
        first_logit: log odds after the first step of the fit.
    """

    people: float
    rows: float
    first_logit: float

    @classmethod
    def of(cls, y: BoolArray, weight: FloatArray) -> "Fit":
        """From the answers and weights of a domain, rows of weight zero included."""
        scaled = weight / weight.mean()
        start = (scaled * y + 0.5) / (scaled + 1)
        spread = start * (1 - start)
        working = special.logit(start) + (y - start) / spread
        return cls(
            people=float((weight > 0).sum()),
            rows=float(len(weight)),
            first_logit=float(np.average(working, weights=scaled * spread)),
        )

    @classmethod
    def plain(cls, share: float, n: float) -> "Fit":
        """Of n people of equal weight."""
        return cls(people=n, rows=n, first_logit=(2 * share - 1) * (np.log(3) + 4 / 3))


def likelihood(
    share: FloatArray, t: FloatArray, n_eff: FloatArray, fits: Sequence[Fit]
) -> tuple[FloatArray, FloatArray]:
    """Bounds read off a spline through the profile of the log odds.

    NaN where the profile does not reach the bound.

    Oracle: R survey 4.5 svyciprop(method = "likelihood").
    """
    rows = zip(share, t, n_eff, fits, strict=True)
    bounds = np.array([_profile_bounds(*row) for row in rows]).reshape(-1, 2)
    return bounds[:, 0], bounds[:, 1]


def _profile_bounds(share: float, t: float, n_eff: float, fit: Fit) -> tuple[float, float]:
    unit = share * (1 - share)
    if not (unit > 0 and n_eff > 0 and fit.people > 1 and np.isfinite(t)):
        return np.nan, np.nan
    cutoff = t * np.sqrt(fit.rows / n_eff * _unit_variance(share, fit) / unit)
    reach = -special.stdtrit(fit.rows - 1, stats.norm.sf(cutoff) / 4)
    step = reach / _STEPS_TO_BOUND / np.sqrt(n_eff * unit)
    logits, roots = _profile(share, fit, step=step, reach=reach)
    if not np.isfinite(roots).all() or len(roots) < _KNOTS:
        return np.nan, np.nan
    fine = np.linspace(logits[0], logits[-1], _POINTS_PER_KNOT * len(logits))
    curve = _spline(logits, roots, fine)
    low, high = np.interp([-cutoff, cutoff], curve, fine, left=np.nan, right=np.nan)
    return float(special.expit(low)), float(special.expit(high))


def _unit_variance(share: float, fit: Fit) -> float:
    """Spread p (1 - p) as R's fit last saw it: one step short of its solution."""
    least = 2 * fit.rows * float(special.entr([share, 1 - share]).sum())
    logit, before, deviance = fit.first_logit, 0.5, np.inf
    for _ in range(_FIT_STEPS):
        p, last = float(special.expit(logit)), deviance
        deviance = least + _deviance(share, logit, fit.rows)
        if abs(deviance - last) < _FIT_TOLERANCE * (deviance + 0.1):
            break
        before, logit = p, logit + (share - p) / (p * (1 - p))
    return before * (1 - before)


def _profile(share: float, fit: Fit, *, step: float, reach: float) -> tuple[FloatArray, FloatArray]:
    """Points of the signed root of the scaled deviance, walked from the estimate outwards."""
    centre, points = special.logit(share), [(0.0, 0.0)]
    dispersion = fit.people / (fit.people - 1)
    for sign in (-1, 1):
        root = 0.0
        for k in range(1, _STEPS + 1):
            if abs(root) >= reach:
                break
            found = _deviance(share, centre + sign * k * step, fit.rows)
            root = sign * np.sqrt(found / dispersion)
            points.append((sign * k * step, root))
    offset, roots = np.array(sorted(points)).T
    return centre + offset, roots


def _deviance(share: float, logit: float, n: float) -> float:
    return float(2 * n * divergence(np.asarray(share), np.asarray(logit)))


def _spline(x: FloatArray, y: FloatArray, at: FloatArray) -> FloatArray:
    """Cubic spline that continues, at each end, the cubic through the four points there.

    Source: Forsythe, Malcolm & Moler (1977), Computer Methods for Mathematical Computations.
    """
    h, size = np.diff(x), len(x)
    slope = np.diff(y) / h
    system, right = np.zeros((size, size)), np.zeros(size)
    for i in range(1, size - 1):
        system[i, i - 1 : i + 2] = h[i - 1], 2 * (h[i - 1] + h[i]), h[i]
        right[i] = 6 * (slope[i] - slope[i - 1])
    system[0, :2], right[0] = (-1, 1), h[0] * _third_derivative(x[:4], y[:4])
    system[-1, -2:], right[-1] = (-1, 1), h[-1] * _third_derivative(x[-4:], y[-4:])
    second = np.linalg.solve(system, right)
    gap = np.clip(np.searchsorted(x, at, side="right") - 1, 0, size - 2)
    after, before = (at - x[gap]) / h[gap], (x[gap + 1] - at) / h[gap]
    bend = (after**3 - after) * second[gap + 1] + (before**3 - before) * second[gap]
    return np.asarray(before * y[gap] + after * y[gap + 1] + h[gap] ** 2 / 6 * bend)


def _third_derivative(x: FloatArray, y: FloatArray) -> float:
    """Of the cubic through four points; 0 of a parabola through three."""
    return 0.0 if len(x) < 4 else float(6 * np.polyfit(x - x[0], y, 3)[0])
