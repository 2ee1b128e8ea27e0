"""The family of confidence intervals for shares, each to be chosen by its name.

Every method needs no more than the share, its effective sample size and Student's t:

    n_eff = p (1 - p) / v

A share whose standard error is 0 (as at 0 and 1) counts with the n people asked, since more
than those cannot be claimed, so every method has bounds there. Without degrees of freedom
the bounds are NaN; in no other case.

    method          at a standard error of 0            remark
    wald            Wilson with n people                may leave [0, 1]
    logit           Wilson with n people                long on the side of one half
    wilson          Wilson with n people                recommended for domains with few PSUs
    korn_graubard   Clopper-Pearson with n people       the form of the NCHS, for publication
    beta            Clopper-Pearson with n people       Korn-Graubard uncut, as R survey has it
    arcsine         sin^2 of -+ t / (2 sqrt(n))         cut at the ends of the angle
    likelihood      2 n KL(p, bound) = t^2              Rao-Scott scaled deviance
    r_asin          as arcsine, never past the share    R's asin, angle not cut
    r_likelihood    as likelihood                       R's likelihood, read off a spline

The last two repeat R survey to the digit, for comparison only; see `intervals_of_r`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, TypeAlias, get_args

import numpy as np
from scipy import stats

from pipeline.errors import ConfigError, ContractError
from pipeline.stats.arrays import BoolArray, FloatArray
from pipeline.stats.survey.estimation import intervals_of_r
from pipeline.stats.survey.estimation.divergence import lowest_within
from pipeline.stats.survey.estimation.intervals import (
    Interval,
    logit_interval,
    t_interval,
    t_quantile,
    wilson_interval,
)
from pipeline.stats.survey.estimation.intervals_of_r import Fit

ShareMethod: TypeAlias = Literal[
    "wald",
    "logit",
    "wilson",
    "korn_graubard",
    "beta",
    "arcsine",
    "likelihood",
    "r_asin",
    "r_likelihood",
]


def share_interval(
    method: ShareMethod,
    share: FloatArray,
    se: FloatArray,
    df: FloatArray,
    *,
    n: FloatArray,
    level: float,
    logit_se: FloatArray | None = None,
    fits: Sequence[Fit] | None = None,
) -> Interval:
    """Interval of k shares by a named method; see the module for the choice.

    Args:
        method: name of the method.
        share: (k,) on [0, 1]; NaN in an empty domain.
        se: (k,) standard errors on the scale of the share.
        df: (k,) degrees of freedom of the domain.
        n: (k,) people behind each share. R's `beta` counts rows of weight zero too.
        level: confidence level, such as 0.95.
        logit_se: (k,) standard errors of logit(p) found otherwise than by the delta method,
            as by replicates; infinite when a replicate reaches 0 or 1. Only for "logit",
            "likelihood" and "r_likelihood", as in R survey.
        fits: k fits for "r_likelihood"; without them weights count as equal, which moves its
            bounds in the fourth digit or later.

    Raises:
        ConfigError: the method is unknown or the level is not between 0 and 1.
        ContractError: lengths differ, a share lies outside [0, 1], an error is negative.
    """
    _check_request(method, level, logit_se)
    shares = _Shares(
        share=np.asarray(share, dtype=np.float64),
        se=np.asarray(se, dtype=np.float64),
        df=np.asarray(df, dtype=np.float64),
        n=np.asarray(n, dtype=np.float64),
        level=level,
        logit_se=None if logit_se is None else np.asarray(logit_se, dtype=np.float64),
        fits=fits,
    )
    shares.check()
    low, high = _METHODS[method](shares)
    known = shares.df > 0
    return Interval(np.where(known, low, np.nan), np.where(known, high, np.nan))


def korn_graubard_size(
    n_eff: FloatArray, n: FloatArray, df: FloatArray, *, level: float
) -> FloatArray:
    """Effective size of the Korn-Graubard interval: n_eff (t(n - 1) / t(df))^2, uncut.

    The factor widens the interval as t does for few degrees of freedom; the NCHS form cuts
    the result at n.

    Source: Korn & Graubard (1998), Survey Methodology 24, 193-201.
    """
    # a single person has no degree of freedom of their own; one keeps the bounds defined
    factor = t_quantile(np.maximum(n - 1, 1), level=level) / t_quantile(df, level=level)
    return np.asarray(n_eff * factor**2)


@dataclass(frozen=True, kw_only=True, eq=False)
class _Shares:
    """A request for k intervals."""

    share: FloatArray
    se: FloatArray
    df: FloatArray
    n: FloatArray
    level: float
    logit_se: FloatArray | None
    fits: Sequence[Fit] | None

    def check(self) -> None:
        sizes = {len(column) for column in (self.share, self.se, self.df, self.n)}
        if len(sizes) > 1:
            raise ContractError(
                "interval", f"share, se, df and n: expected one length, got {sorted(sizes)}"
            )
        checks = {
            "share: expected 0 to 1": (self.share < 0) | (self.share > 1),
            "se: expected 0 or more": self.se < 0,
            "n: expected 0 or more": self.n < 0,
        }
        found = {told: int(outside.sum()) for told, outside in checks.items()}
        if faults := [f"{told}, got other values in {c} rows" for told, c in found.items() if c]:
            raise ContractError("interval", faults)

    @cached_property
    def varies(self) -> BoolArray:
        """(k,) shares that have a standard error to speak of."""
        has_spread: BoolArray = (self.share > 0) & (self.share < 1)
        return has_spread & (self.se > 0)

    @cached_property
    def n_eff(self) -> FloatArray:
        """(k,) effective sizes; n where nothing varies."""
        unit = self.share * (1 - self.share)
        by_se = np.divide(unit, self.se**2, out=self.n.copy(), where=self.varies)
        if self.logit_se is None:
            return by_se
        scaled = unit * self.logit_se**2
        return np.divide(1, scaled, out=by_se, where=self.varies & (scaled > 0))

    @cached_property
    def t(self) -> FloatArray:
        return t_quantile(self.df, level=self.level)


def _wald(shares: _Shares) -> Interval:
    """Estimate -+ t se."""
    wald = t_interval(shares.share, shares.se, shares.df, level=shares.level)
    return _where(shares.varies, wald, _wilson(shares))


def _logit(shares: _Shares) -> Interval:
    """Symmetric on the logit scale."""
    p, n_eff = shares.share, shares.n_eff
    with np.errstate(divide="ignore", invalid="ignore"):
        se = np.where(shares.varies, np.sqrt(p * (1 - p) / n_eff), 0)
    return logit_interval(p, se, shares.df, n_eff=n_eff, level=shares.level)


def _wilson(shares: _Shares) -> Interval:
    """Score interval."""
    return wilson_interval(shares.share, shares.df, n_eff=shares.n_eff, level=shares.level)


def _korn_graubard(shares: _Shares) -> Interval:
    """Clopper-Pearson with an effective size that is never above n.

    Source: Parker et al. (2017), Vital and Health Statistics 2(175), appendix.
    """
    size = korn_graubard_size(shares.n_eff, shares.n, shares.df, level=shares.level)
    size = np.where(shares.varies, np.minimum(size, shares.n), shares.n)
    return _clopper_pearson(shares.share, size, shares.level)


def _beta(shares: _Shares) -> Interval:
    """Korn-Graubard with an effective size that may exceed n.

    Oracle: R survey 4.5 svyciprop(method = "beta").
    """
    size = korn_graubard_size(shares.n_eff, shares.n, shares.df, level=shares.level)
    size = np.where(shares.varies, size, shares.n)
    return _clopper_pearson(shares.share, size, shares.level)


def _arcsine(shares: _Shares) -> Interval:
    """Symmetric in the angle asin(sqrt(p)), whose standard error is 1 / (2 sqrt(n_eff)).

    Source: Cochran (1977), Sampling Techniques, section 3.6, for the transformation.
    """
    angle = np.arcsin(np.sqrt(shares.share))
    with np.errstate(divide="ignore", invalid="ignore"):
        reach = shares.t / (2 * np.sqrt(shares.n_eff))
    low = np.sin(np.maximum(angle - reach, 0)) ** 2
    high = np.sin(np.minimum(angle + reach, np.pi / 2)) ** 2
    return _around(shares.share, low, high)


def _likelihood(shares: _Shares) -> Interval:
    """Values whose deviance from p, n_eff people strong, stays below t^2.

    2 n_eff KL(p, x) <= t^2 with KL(p, x) = p log(p / x) + (1 - p) log((1 - p) / (1 - x)).

    Source: Rao & Scott (1984), Annals of Statistics 12, 46-60, for the scaling of the
    deviance by the design effect.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        bound = shares.t**2 / (2 * shares.n_eff)
    low = lowest_within(shares.share, bound)
    high = 1 - lowest_within(1 - shares.share, bound)
    return _around(shares.share, low, high)


def _r_asin(shares: _Shares) -> Interval:
    found = intervals_of_r.asin(shares.share, shares.t, shares.n_eff)
    return _where(shares.varies, Interval(*found), _arcsine(shares))


def _r_likelihood(shares: _Shares) -> Interval:
    fits = shares.fits or [Fit.plain(p, n) for p, n in zip(shares.share, shares.n, strict=True)]
    found = intervals_of_r.likelihood(shares.share, shares.t, shares.n_eff, fits)
    return _where(shares.varies & np.isfinite(found[0]), Interval(*found), _likelihood(shares))


def _clopper_pearson(share: FloatArray, size: FloatArray, level: float) -> Interval:
    """Exact binomial interval of a size that need not be whole.

    Source: Clopper & Pearson (1934), Biometrika 26, 404-413.
    """
    hits, misses, tail = size * share, size * (1 - share), (1 - level) / 2
    low = stats.beta.ppf(tail, np.where(hits > 0, hits, np.nan), misses + 1)
    high = stats.beta.isf(tail, hits + 1, np.where(misses > 0, misses, np.nan))
    none, every = (hits == 0) & (share < 1), (misses == 0) & (share > 0)
    return _around(share, np.where(none, 0, low), np.where(every, 1, high))


def _where(choice: BoolArray, first: Interval, second: Interval) -> Interval:
    return Interval(
        np.where(choice, first.low, second.low), np.where(choice, first.high, second.high)
    )


def _around(share: FloatArray, low: FloatArray, high: FloatArray) -> Interval:
    """Rounding may carry a bound a hair past the share itself."""
    return Interval(np.minimum(low, share), np.maximum(high, share))


def _check_request(method: str, level: float, logit_se: FloatArray | None) -> None:
    faults = []
    if method not in _METHODS:
        faults.append(f"method: expected one of {', '.join(_METHODS)}, got {method!r}")
    elif logit_se is not None and method not in ("logit", "likelihood", "r_likelihood"):
        faults.append(f"logit_se: method {method!r} does not use it")
    if not 0 < level < 1:
        faults.append(f"level: expected between 0 and 1, got {level}")
    if faults:
        raise ConfigError("interval", faults)


_METHODS: dict[str, Callable[[_Shares], Interval]] = dict(
    zip(
        get_args(ShareMethod),
        (
            *(_wald, _logit, _wilson, _korn_graubard, _beta, _arcsine, _likelihood),
            *(_r_asin, _r_likelihood),
        ),
        strict=True,
    )
)
