"""What a planning figure may be, and the refusal that names every figure outside its limits."""

from math import inf, isnan

from scipy import stats

from pipeline.errors import DesignError

# Name of a limit -> (lowest, highest, lowest allowed, highest allowed).
_LIMITS = {
    "in (0, 1)": (0.0, 1.0, False, False),
    "in (0, 1]": (0.0, 1.0, False, True),
    "in [0, 1]": (0.0, 1.0, True, True),
    "in [0, 1)": (0.0, 1.0, True, False),
    "above 0": (0.0, inf, False, True),
    "0 or more": (0.0, inf, True, True),
    "at least 1": (1.0, inf, True, True),
    "above 1": (1.0, inf, False, True),
    "1 or 2": (1.0, 2.0, True, True),
}


def refuse_outside(where: str, **figures: tuple[float, str]) -> None:
    """Refuse figures outside their limits, all at once.

    Args:
        where: what is being planned, for the message.
        figures: value and name of its limit, such as `share=(0.13, "in (0, 1)")`.

    Raises:
        DesignError: one sentence per figure outside its limits.
    """
    faults = [
        f"{name.replace('_', ' ')}: expected a number {limit}, got {value:g}"
        for name, (value, limit) in figures.items()
        if not _is_within(value, limit)
    ]
    if faults:
        raise DesignError(where, faults, hint="correct the figures named above")


def _is_within(value: float, limit: str) -> bool:
    low, high, with_low, with_high = _LIMITS[limit]
    if isnan(value):
        return False
    above = value >= low if with_low else value > low
    return above and (value <= high if with_high else value < high)


def quantile(probability: float, df: float = inf) -> float:
    """Quantile of Student's t; of the normal distribution when df is infinite."""
    return float(stats.norm.ppf(probability) if df == inf else stats.t.ppf(probability, df))


def cumulative(value: float, df: float = inf) -> float:
    """Distribution function of Student's t; of the normal when df is infinite."""
    return float(stats.norm.cdf(value) if df == inf else stats.t.cdf(value, df))
