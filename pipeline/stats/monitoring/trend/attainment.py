"""Is a target within reach? Probability over scales, and the yearly rise it asks for."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.errors import ContractError
from pipeline.stats.monitoring.trend.forecasts import MixedForecast, ShareForecast
from pipeline.stats.monitoring.trend.scales import Scale


@dataclass(frozen=True, slots=True, kw_only=True)
class Attainment:
    """Probability that a target is reached in a year.

    Attributes:
        by_scale: probability by name of the scale.
        low: lowest of them.
        high: highest.
        mixture: their mean, the one number when one is asked for.
    """

    by_scale: dict[str, float]
    low: float
    high: float
    mixture: float


@dataclass(frozen=True, slots=True, kw_only=True)
class YearlyRise:
    """Rise per year between two shares.

    Attributes:
        share: in shares, so 0.01 is one percentage point.
        on_scale: in units of the scale, where an equal rise is equally hard all along.
    """

    share: float
    on_scale: float


def attainment(forecasts: Sequence[ShareForecast], target: float, year: float) -> Attainment:
    """Probability that the share is at the target or above in a year.

    To three years ahead the scales agree; later their range is the honest answer.

    Args:
        forecasts: the same years on different scales.
        target: share strictly between 0 and 1.
        year: one of the forecasts' years.

    Raises:
        ContractError: the year is not forecast, a scale comes twice, a target out of range.
    """
    mixed = MixedForecast(forecasts=forecasts)
    names = [each.scale.name for each in forecasts]
    if len(set(names)) < len(names):
        raise ContractError("attainment", f"expected each scale once, got {', '.join(names)}")
    place = np.flatnonzero(forecasts[0].years == year)
    if not len(place):
        raise ContractError(
            "attainment", f"year {year:g} is not among the forecast years", hint="forecast it"
        )
    by_scale = {each.scale.name: float(each.at_least(target)[place[0]]) for each in forecasts}
    return Attainment(
        by_scale=by_scale,
        low=min(by_scale.values()),
        high=max(by_scale.values()),
        mixture=float(mixed.at_least(target)[place[0]]),
    )


def yearly_rise(start: float, end: float, *, years: float, scale: Scale) -> YearlyRise:
    """Rise per year that leads from one share to another.

    From the modelled share of the last wave to the target it is the required rise; from a
    wave five years ago to the last it is the recent one to hold beside.

    Args:
        start: share at the beginning.
        end: share at the end; below `start` the rise is negative.
        years: between them, above 0.
        scale: for the rise on the scale.

    Raises:
        ContractError: no time passes, or a share is out of range.
    """
    if not years > 0:
        raise ContractError("yearly rise", f"years: expected above 0, got {years:g}")
    return YearlyRise(
        share=(end - start) / years,
        on_scale=float(scale.value(end) - scale.value(start)) / years,
    )
