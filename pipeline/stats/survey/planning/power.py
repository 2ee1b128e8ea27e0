"""Changes between waves and distance from a target: interviews that show them, and power.

Waves that partly visit the same people take the overlap into account; waves with the same
communities and new people pass the correlation of the two waves' estimates. Two groups of
one wave are compared in `comparison`.
"""

from math import inf, sqrt

from pipeline.stats.survey.planning.limits import cumulative, quantile, refuse_outside
from pipeline.stats.survey.planning.whole_sizes import PairSizes, rounded_up

_WHERE = "power"


def waves_for_mean_change(
    variance_1: float,
    variance_2: float,
    change: float,
    *,
    overlap: float = 0.0,
    correlation: float = 0.0,
    ratio: float = 1.0,
    alpha: float = 0.05,
    power: float = 0.8,
    sides: int = 2,
    df: float = inf,
) -> PairSizes:
    """Interviews per wave that show a change of means between partly overlapping samples.

    n1 = (z_alpha + z_power)^2 (S1^2 + r S2^2 - 2 g r rho S1 S2) / change^2, n2 = n1 / r.

    Args:
        variance_1: S^2 in the earlier wave; times the design effect, for a complex design.
        variance_2: S^2 in the later wave, likewise.
        change: difference to be shown.
        overlap: share g of the earlier sample that is interviewed again.
        correlation: rho of the two answers of a person interviewed twice.
        ratio: r = n1 / n2.
        alpha: level.
        power: probability of showing it.
        sides: 1 or 2.
        df: degrees of freedom of the change.

    Raises:
        DesignError: a figure is outside its limits.

    Source: Woodward (1992); Valliant, Dever & Kreuter (2018), section 4.4.
    Oracle: PracTools 1.7.5 nDep2sam.
    """
    refuse_outside(
        _WHERE, variance_1=(variance_1, "above 0"), variance_2=(variance_2, "above 0"),
        correlation=(correlation, "in [0, 1]"),
    )  # fmt: skip
    covariance = correlation * sqrt(variance_1 * variance_2)
    variances = (variance_1, variance_2, covariance)
    return _waves(*variances, change, overlap, ratio, alpha, power, sides, df)


def waves_for_share_change(
    share_1: float,
    share_2: float,
    *,
    both: float | None = None,
    overlap: float = 0.0,
    ratio: float = 1.0,
    alpha: float = 0.05,
    power: float = 0.8,
    sides: int = 2,
    deff: float = 1.0,
) -> PairSizes:
    """Interviews per wave that show a change of a share between partly overlapping samples.

    As for means, with S^2 = p q and covariance p_both - p1 p2 of a person's two answers.

    Args:
        share_1: share in the earlier wave.
        share_2: share in the later wave.
        both: share of people with the property in both waves; independent when None.
        overlap: share of the earlier sample that is interviewed again.
        ratio: n1 / n2.
        alpha: level.
        power: probability of showing it.
        sides: 1 or 2.
        deff: design effect of both waves.

    Raises:
        DesignError: a figure is outside its limits, or `both` does not fit the two shares.

    Source: Woodward (1992); Valliant, Dever & Kreuter (2018), section 4.4.
    Oracle: PracTools 1.7.5 nProp2sam.
    """
    refuse_outside(
        _WHERE, share_1=(share_1, "in (0, 1)"), share_2=(share_2, "in (0, 1)"),
        deff=(deff, "above 0"),
    )  # fmt: skip
    variance_1, variance_2 = share_1 * (1 - share_1), share_2 * (1 - share_2)
    covariance = 0.0 if both is None else both - share_1 * share_2
    if both is not None:
        limit = min(share_1, share_2) - both
        least = both - max(0.0, share_1 + share_2 - 1)
        refuse_outside(
            _WHERE, smaller_share_minus_both=(limit, "0 or more"),
            both_above_its_least=(least, "0 or more"),
        )  # fmt: skip
    change = share_2 - share_1
    scaled = (deff * variance_1, deff * variance_2, deff * covariance)
    return _waves(*scaled, change, overlap, ratio, alpha, power, sides)


def _waves(
    variance_1: float,
    variance_2: float,
    covariance: float,
    change: float,
    overlap: float,
    ratio: float,
    alpha: float,
    power: float,
    sides: int,
    df: float = inf,
) -> PairSizes:
    refuse_outside(
        _WHERE, size_of_the_change=(abs(change), "above 0"), overlap=(overlap, "in [0, 1]"),
        ratio=(ratio, "above 0"), alpha=(alpha, "in (0, 1)"), power=(power, "in (0, 1)"),
        sides=(sides, "1 or 2"),
    )  # fmt: skip
    variance = variance_1 + ratio * variance_2 - 2 * overlap * ratio * covariance
    first = variance / change**2 * _errors_to_show(alpha, power, sides, df) ** 2
    return PairSizes(rounded_up(first), rounded_up(first / ratio))


def _errors_to_show(alpha: float, power: float, sides: int, df: float) -> float:
    """Standard errors that a difference must measure to show with that probability."""
    return quantile(1 - alpha / sides, df) + quantile(power, df)


def se_for_change(
    change: float,
    last_se: float,
    *,
    correlation: float = 0.0,
    alpha: float = 0.05,
    power: float = 0.8,
    sides: int = 2,
    df: float = inf,
) -> float | None:
    """Largest standard error of the new wave with which a change since the last one shows.

    The last wave is over, its error a fact. The change shows when
    |change| >= (t_alpha + t_power) sqrt(a^2 + s^2 - 2 c a s), a the last wave's error, c the
    correlation of the two estimates; the largest such s is returned.

    Args:
        change: difference to be shown.
        last_se: standard error of the last wave's estimate.
        correlation: of the two estimates; units in common make it positive.
        alpha: level.
        power: probability of showing it.
        sides: 1 or 2.
        df: degrees of freedom of the change.

    Returns:
        The standard error; None when the last wave's own error already exceeds what is
        allowed, so that no sample of the new wave can show the change.

    Raises:
        DesignError: a figure is outside its limits.

    Source: Kish (1965), section 12.4, solved for the later wave.
    """
    refuse_outside(
        _WHERE, size_of_the_change=(abs(change), "above 0"), last_se=(last_se, "0 or more"),
        correlation=(correlation, "in [0, 1)"), alpha=(alpha, "in (0, 1)"),
        power=(power, "in (0, 1)"), sides=(sides, "1 or 2"),
    )  # fmt: skip
    allowed = abs(change) / _errors_to_show(alpha, power, sides, df)
    rest = allowed**2 - last_se**2 * (1 - correlation**2)
    se = correlation * last_se + sqrt(rest) if rest > 0 else 0.0
    return se if se > 0 else None


def power_to_show(
    difference: float, se: float, *, alpha: float = 0.05, sides: int = 2, df: float = inf
) -> float:
    """Probability that an estimate with a known standard error shows a difference.

    power = T(|difference| / se - t_alpha); the far tail of a two-sided test is left out.

    Raises:
        DesignError: a figure is outside its limits.

    Source: Fleiss, Levin & Paik (2003), chapter 4.
    """
    refuse_outside(_WHERE, se=(se, "above 0"), alpha=(alpha, "in (0, 1)"), sides=(sides, "1 or 2"))
    return cumulative(abs(difference) / se - quantile(1 - alpha / sides, df), df)


def power_to_exceed(
    share: float, target: float, n: float, *, deff: float = 1.0, alpha: float = 0.05,
    df: float = inf,
) -> float:  # fmt: skip
    """Probability that n interviews show a share to lie beyond a target (one-sided score test).

    power = T((|p - p0| sqrt(n / deff) - t_alpha sqrt(p0 q0)) / sqrt(p q)).

    Raises:
        DesignError: a figure is outside its limits.

    Source: Fleiss, Levin & Paik (2003), chapter 2.
    """
    refuse_outside(
        _WHERE, share=(share, "in (0, 1)"), target=(target, "in (0, 1)"), n=(n, "above 0"),
        deff=(deff, "above 0"), alpha=(alpha, "in (0, 1)"),
    )  # fmt: skip
    distance = abs(share - target) * sqrt(n / deff)
    shift = distance - quantile(1 - alpha, df) * sqrt(target * (1 - target))
    return cumulative(shift / sqrt(share * (1 - share)), df)
