"""How many communities each stratum gets: counties by the rule, then strata within counties."""

from collections.abc import Mapping, Sequence

import numpy as np

from pipeline.errors import DesignError
from pipeline.sampling.design import SamplingDesign
from pipeline.sampling.frame import county_of
from pipeline.sampling.optimum import cheapest
from pipeline.stats.arrays import FloatArray
from pipeline.stats.survey.planning import allocation as rules
from pipeline.stats.survey.planning.expected_error import unit_variance


def allot(
    design: SamplingDesign, households: Mapping[str, int], listed: Mapping[str, int]
) -> dict[str, int]:
    """Communities of the sample by stratum.

    Counties are what results are reported for, so the rule divides among them, within their
    floors and what they hold. Inside a county strata share in proportion to their households
    or, under "neyman", to households times standard deviation.

    Args:
        design: names strata, rule, floors and assumed shares.
        households: listed households by stratum.
        listed: communities on the list by stratum.

    Raises:
        DesignError: floors and total do not fit, or a stratum cannot give its communities.
    """
    _refuse_unknown_counties(design, households)
    reserves = design.fieldwork.reserves_per_stratum
    room = {name: listed[name] - reserves for name in households}
    if design.allocation.rule == "given":
        given = {stratum.name: stratum.communities or 0 for stratum in design.strata}
        _refuse_too_many(given, room)
        return given
    if design.allocation.rule == "optimum":
        return _with_county_floors(design, cheapest(design, households, room), households, room)
    share = {stratum.name: stratum.share or design.share for stratum in design.strata}
    counties = sorted({county_of(name) for name in households})
    parts = {place: [name for name in households if county_of(name) == place] for place in counties}
    numbers = _over_counties(design, parts, households, share, room)
    return {
        name: number
        for county, total in numbers.items()
        for name, number in _within(design, parts[county], total, households, share, room).items()
    }


def _with_county_floors(
    design: SamplingDesign,
    found: Mapping[str, int],
    households: Mapping[str, int],
    room: Mapping[str, int],
) -> dict[str, int]:
    """Numbers raised, in proportion to households, where a county stays below its floor."""
    asked = design.allocation
    raised: dict[str, int] = {}
    for county in sorted({county_of(name) for name in found}):
        names = [name for name in found if county_of(name) == county]
        low = [found[name] for name in names]
        floor = asked.county_floors.get(county, asked.county_floor)
        measure = np.array([float(households[name]) for name in names])
        high = [room[name] for name in names]
        raised |= _divided(max(sum(low), floor), names, measure, low, high)
    return {name: raised[name] for name in found}


def _over_counties(
    design: SamplingDesign,
    parts: Mapping[str, Sequence[str]],
    households: Mapping[str, int],
    share: Mapping[str, float],
    room: Mapping[str, int],
) -> dict[str, int]:
    asked = design.allocation
    low = [
        max(
            asked.county_floors.get(county, asked.county_floor),
            asked.stratum_floor * len(names),
        )
        for county, names in parts.items()
    ]
    measure = _measure(design, parts, households, share)
    high = [sum(room[name] for name in names) for names in parts.values()]
    return _divided(asked.communities or 0, parts, measure, low, high)


def _measure(
    design: SamplingDesign,
    parts: Mapping[str, Sequence[str]],
    households: Mapping[str, int],
    share: Mapping[str, float],
) -> FloatArray:
    """What the rule divides by, one figure per county."""
    asked = design.allocation
    size = np.array([sum(households[name] for name in names) for names in parts.values()], float)
    of_county = [
        np.average([share[name] for name in names], weights=[households[name] for name in names])
        for names in parts.values()
    ]
    mean = np.asarray(of_county, dtype=np.float64)
    spread = [
        sum(households[name] * _sd(share[name]) for name in names) for names in parts.values()
    ]
    total = float(asked.communities or 0)
    by_rule = {
        "equal": lambda: rules.equal(total, len(parts)),
        "proportional": lambda: rules.proportional(total, size),
        "neyman": lambda: rules.neyman(total, size, np.array(spread) / size),
        "power": lambda: rules.power_allocation(
            total, size * mean, _sd(mean) / mean, exponent=asked.exponent
        ),
    }
    return by_rule[asked.rule]()


def _within(
    design: SamplingDesign,
    names: Sequence[str],
    total: int,
    households: Mapping[str, int],
    share: Mapping[str, float],
    room: Mapping[str, int],
) -> dict[str, int]:
    """A county's communities over its strata."""
    is_neyman = design.allocation.rule == "neyman"
    measure = [households[name] * (_sd(share[name]) if is_neyman else 1.0) for name in names]
    low = [design.allocation.stratum_floor] * len(names)
    return _divided(total, names, np.array(measure), low, [room[name] for name in names])


def _divided(
    total: int,
    names: Sequence[str] | Mapping[str, object],
    measure: FloatArray,
    low: Sequence[int],
    high: Sequence[int],
) -> dict[str, int]:
    """Whole numbers between floors and ceilings, in proportion to the measure elsewhere."""
    bounds = (np.array(low, dtype=np.float64), np.array(high, dtype=np.float64))
    sizes = rules.whole(rules.bounded(total, measure, *bounds))
    return {name: int(size) for name, size in zip(names, sizes, strict=True)}


def _sd(share: FloatArray | float) -> FloatArray:
    return np.sqrt(unit_variance(np.asarray(share, dtype=np.float64)))


def _refuse_unknown_counties(design: SamplingDesign, strata: Mapping[str, int]) -> None:
    unknown = design.allocation.county_floors.keys() - {county_of(name) for name in strata}
    if unknown:
        faults = [f"county_floors: {name} is no county" for name in sorted(unknown)]
        raise DesignError("allocation", faults)


def _refuse_too_many(given: Mapping[str, int], room: Mapping[str, int]) -> None:
    faults = [
        f"stratum {name}: {number} communities are more than the {room[name]} there are besides "
        "the reserves"
        for name, number in given.items()
        if number > room[name]
    ]
    if faults:
        raise DesignError("allocation", faults, hint="draw fewer communities or reserves")
