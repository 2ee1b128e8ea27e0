"""How many interviews a single share needs: half-width, CV, or proof against a target.

Sizes are those of simple random sampling and not rounded; `n_to_draw` carries them to
addresses of a real design. Means are in `mean_size`, changes between waves in `power`, the
division over strata in `allocation`. With `df` the quantiles are those of Student's t with
the design's degrees of freedom, which matter when a county has a handful of communities.
"""

from dataclasses import dataclass
from math import inf, log, sqrt

from pipeline.stats.survey.planning.limits import quantile, refuse_outside
from pipeline.stats.survey.planning.whole_sizes import rounded_up

_WHERE = "sample size"


def n_by_wald(
    share: float,
    margin: float,
    *,
    relative: bool = False,
    level: float = 0.95,
    df: float = inf,
    population: float = inf,
) -> float:
    """Interviews so that the Wald interval reaches `margin` to either side.

    n = a z^2 p q / (e^2 + z^2 p q / (N - 1)), a = N / (N - 1).

    Args:
        share: assumed share on (0, 1).
        margin: half-width, in shares, or as a fraction of the share when `relative`.
        relative: how `margin` is meant.
        level: confidence level.
        df: degrees of freedom of the design.
        population: people in the finite population.

    Returns:
        Interviews under simple random sampling, not rounded.

    Raises:
        DesignError: a figure is outside its limits.

    Source: Valliant, Dever & Kreuter (2018), section 3.1. Oracle: PracTools 1.7.5 nPropMoe.
    """
    reach = _half_width(share, margin, relative, level, population)
    spread = quantile(_upper(level), df) ** 2 * share * (1 - share)
    return _finite(population) * spread / (reach**2 + spread / (population - 1))


@dataclass(frozen=True, slots=True)
class WilsonSize:
    """Interviews for a Wilson interval, and the interval if the share is met exactly."""

    n: float
    ci_low: float
    ci_high: float

    @property
    def width(self) -> float:
        """Length of the interval."""
        return self.ci_high - self.ci_low


def n_by_wilson(
    share: float, margin: float, *, relative: bool = False, level: float = 0.95, df: float = inf
) -> WilsonSize:
    """Interviews so that the Wilson interval has the half-width `margin`.

    n = z^2 / (2 e^2) * (p q - 2 e^2 + sqrt(e^2 - p q (4 e^2 - p q))). For a relative margin
    e is margin * p.

    Args:
        share: assumed share on (0, 1).
        margin: half-width, in shares, or as a fraction of the share when `relative`.
        relative: how `margin` is meant.
        level: confidence level.
        df: degrees of freedom of the design.

    Raises:
        DesignError: a figure is outside its limits.

    Source: Valliant, Dever & Kreuter (2018), section 3.4. Oracle: PracTools 1.7.5 nWilson.
    """
    reach = _half_width(share, margin, relative, level, inf)
    z = quantile(_upper(level), df)
    spread = share * (1 - share)
    root = sqrt(reach**2 - spread * (4 * reach**2 - spread))
    n = (spread - 2 * reach**2 + root) * (z / reach) ** 2 / 2
    middle = 2 * n * share + z**2
    half = z * sqrt(z**2 + 4 * n * spread)
    return WilsonSize(n, (middle - half) / 2 / (n + z**2), (middle + half) / 2 / (n + z**2))


def n_by_log_odds(
    share: float,
    margin: float,
    *,
    relative: bool = False,
    level: float = 0.95,
    df: float = inf,
    population: float = inf,
) -> float:
    """Interviews so that the interval built on the log odds is 2 * `margin` long.

    1 / n = a p q (log(x) / z)^2 + 1 / N, where x solves for the length 2 e:
    x = (e (1 + k^2) + sqrt(e^2 (1 + k^2)^2 + k^2 (1 - 2 e)(1 + 2 e))) / (k (1 - 2 e)), k = q / p.

    Args:
        share: assumed share on (0, 1).
        margin: half the length, below one half, or a fraction of the share when `relative`.
        relative: how `margin` is meant.
        level: confidence level.
        df: degrees of freedom of the design.
        population: people in the finite population.

    Raises:
        DesignError: a figure is outside its limits.

    Source: Valliant, Dever & Kreuter (2018), section 3.4. Oracle: PracTools 1.7.5 nLogOdds.
    """
    reach = _half_width(share, margin, relative, level, population)
    refuse_outside(_WHERE, twice_the_margin=(2 * reach, "in (0, 1)"))
    odds = (1 - share) / share
    lead = reach * (1 + odds**2)
    root = sqrt(lead**2 + odds**2 * (1 - 2 * reach) * (1 + 2 * reach))
    spread = sqrt(share * (1 - share)) / quantile(_upper(level), df)
    fraction = (spread * log((lead + root) / (odds * (1 - 2 * reach)))) ** 2
    return 1 / (_finite(population) * fraction + 1 / population)


def n_for_share_cv(share: float, cv: float, *, population: float = inf) -> float:
    """Interviews so that an estimated share has the coefficient of variation `cv`.

    n = a (q / p) / (cv^2 + (q / p) / (N - 1)), a = N / (N - 1).

    Raises:
        DesignError: a figure is outside its limits.

    Source: Valliant, Dever & Kreuter (2018), section 3.1. Oracle: PracTools nProp.
    """
    refuse_outside(
        _WHERE, share=(share, "in (0, 1)"), cv=(cv, "above 0"), population=(population, "above 1")
    )
    odds = (1 - share) / share
    return _finite(population) * odds / (cv**2 + odds / (population - 1))


def n_to_exceed(
    share: float, target: float, *, alpha: float = 0.05, power: float = 0.8, df: float = inf
) -> float:
    """Interviews that show a share to lie beyond a fixed target, by a one-sided score test.

    n = ((t_alpha sqrt(p0 q0) + t_power sqrt(p q)) / (p - p0))^2.

    Args:
        share: assumed true share p, on [0, 1].
        target: the fixed number p0.
        alpha: one-sided level.
        power: probability of showing it.
        df: degrees of freedom of the design.

    Returns:
        Interviews; infinite when share and target agree.

    Raises:
        DesignError: a figure is outside its limits.

    Source: Fleiss, Levin & Paik (2003), chapter 2.
    """
    refuse_outside(
        _WHERE, share=(share, "in [0, 1]"), target=(target, "in (0, 1)"),
        alpha=(alpha, "in (0, 1)"), power=(power, "in (0, 1)"),
    )  # fmt: skip
    if share == target:
        return inf
    reach = quantile(1 - alpha, df) * sqrt(target * (1 - target))
    reach += quantile(power, df) * sqrt(share * (1 - share))
    return (reach / (share - target)) ** 2


def n_to_draw(
    n: float, *, deff: float = 1.0, response: float = 1.0, population: float = inf
) -> int:
    """Addresses to draw so that a design is as precise as n simple random interviews.

    n' = n deff / response, then n' / (1 + (n' - 1) / N), rounded up.

    Args:
        n: size of the simple random sample from an infinite population.
        deff: design effect against simple random sampling.
        response: share of drawn addresses that give an interview, eligibility included.
        population: addresses there are.

    Raises:
        DesignError: a figure is outside its limits.

    Source: Cochran (1977), section 4.4. Oracle: ReGenesees 2.4 n.prop.
    """
    refuse_outside(
        _WHERE, n=(n, "above 0"), deff=(deff, "above 0"), response=(response, "in (0, 1]"),
        population=(population, "above 0"),
    )  # fmt: skip
    unbounded = n * deff / response
    return rounded_up(unbounded / (1 + (unbounded - 1) / population))


def _upper(level: float) -> float:
    return 1 - (1 - level) / 2


def _finite(population: float) -> float:
    """Factor N / (N - 1), a in the formulas."""
    return 1.0 if population == inf else population / (population - 1)


def _half_width(
    share: float, margin: float, relative: bool, level: float, population: float
) -> float:
    """The margin in shares, after a look at all figures."""
    refuse_outside(
        _WHERE, share=(share, "in (0, 1)"), margin=(margin, "in (0, 1)"),
        level=(level, "in (0, 1)"), population=(population, "above 1"),
    )  # fmt: skip
    return margin * share if relative else margin
