"""The cheapest communities that answer every question of level: city and counties at once."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from pipeline.errors import ConfigError, DesignError
from pipeline.sampling.design import LevelQuestion, SamplingDesign
from pipeline.sampling.frame import county_of
from pipeline.sampling.yields import interviews_per_community, unit_deff
from pipeline.stats.arrays import BoolArray, CodeArray, FloatArray
from pipeline.stats.survey.planning.bethel import demands, optimum
from pipeline.stats.survey.planning.sample_size import n_by_wilson

# Sizes are raised so far that no finite population correction is left, as in `precision`.
_ENDLESS = 1e6
_ROUNDING = 1e-6


@dataclass(frozen=True, kw_only=True, eq=False)
class _Demand:
    """A margin to be kept in one domain of strata: (H,) members, assumed share, half-width."""

    inside: BoolArray
    share: float
    margin: float
    level: float

    def n_eff(self, communities: float) -> float:
        """People drawn at random that keep the margin with so many communities' df."""
        df = max(communities - self.inside.sum(), 1)
        return n_by_wilson(self.share, self.margin, level=self.level, df=df).n


def cheapest(
    design: SamplingDesign, households: Mapping[str, int], room: Mapping[str, int]
) -> dict[str, int]:
    """Communities per stratum that keep the margins of all questions of level at least cost.

    With m communities of b interviews and design effect d a domain of strata has
    1 / n_eff = sum W^2 d / (b m), and every question asks for an n_eff. The optimum with
    normal quantiles comes first, cut to whole communities; then single ones are added where
    they help most for their cost, until every margin is kept with the t quantile of its
    degrees of freedom.
    Without [cost] every community costs the same.

    Args:
        design: questions, yields and effects.
        households: listed households by stratum.
        room: communities that can be drawn, by stratum.

    Raises:
        ConfigError: the design asks no question of level.
        DesignError: a stratum would need more communities than it can give.

    Source: Bethel (1989), Survey Methodology 15, 47-57; see `planning.bethel`.
    """
    asked = _demands(design, households)
    if not asked:
        raise ConfigError("allocation", "rule optimum needs a question of kind level")
    yields = np.array([interviews_per_community(design, stratum) for stratum in design.strata])
    spread = np.array([unit_deff(design, b) / b for b in yields])
    weight = np.array([float(households[stratum.name]) for stratum in design.strata])
    paid = design.cost
    cost = np.ones(len(yields)) if paid is None else paid.community + paid.interview * yields
    numbers = _optimum(asked, weight, spread, cost, design.allocation.stratum_floor)
    numbers = _completed(asked, weight, spread, cost, numbers)
    return _within(numbers, design, room)


def _demands(design: SamplingDesign, households: Mapping[str, int]) -> list[_Demand]:
    names = [stratum.name for stratum in design.strata]
    weight = np.array([float(households[name]) for name in names])
    share = np.array([stratum.share or design.share for stratum in design.strata])
    found = []
    for question in design.questions:
        if not isinstance(question, LevelQuestion):
            continue
        whole = question.domain == "city"
        labels = np.array(["city" if whole else county_of(name) for name in names], dtype=object)
        for domain in sorted(set(labels)):
            inside = labels == domain
            mean = float(np.average(share[inside], weights=weight[inside]))
            found.append(
                _Demand(
                    inside=inside, share=question.share or mean, margin=question.margin,
                    level=1 - design.alpha,
                )
            )  # fmt: skip
    return found


def _optimum(
    asked: list[_Demand], weight: FloatArray, spread: FloatArray, cost: FloatArray, floor: int
) -> CodeArray:
    """Communities with normal quantiles, cut to whole ones: the mean of a variable that is 1."""
    groups = [
        (
            np.where(demand.inside, "inside", "").astype(object),
            np.array([1 / np.sqrt(demand.n_eff(np.inf))]),
        )
        for demand in asked
    ]
    mean = np.ones(len(weight))
    problem = demands(weight * _ENDLESS, mean, np.sqrt(spread), groups, cost=cost)
    found = optimum(problem, floor=float(floor))
    return np.maximum(np.floor(found.n + _ROUNDING).astype(np.int64), floor)


def _completed(
    asked: list[_Demand],
    weight: FloatArray,
    spread: FloatArray,
    cost: FloatArray,
    numbers: CodeArray,
) -> CodeArray:
    """Communities added one by one until every margin is kept with its t quantile."""
    parts = [demand.inside * weight / weight[demand.inside].sum() for demand in asked]
    numbers = numbers.copy()
    while True:
        gain = np.zeros(len(numbers))
        for demand, part in zip(asked, parts, strict=True):
            each = part**2 * spread / numbers
            n_eff = 1 / each.sum()
            if n_eff < demand.n_eff(float(numbers[demand.inside].sum())) * (1 - _ROUNDING):
                gain += each / (numbers + 1) * n_eff
        if not gain.any():
            return numbers
        numbers[np.argmax(gain / cost)] += 1


def _within(numbers: CodeArray, design: SamplingDesign, room: Mapping[str, int]) -> dict[str, int]:
    found = {s.name: int(n) for s, n in zip(design.strata, numbers, strict=True)}
    faults = [
        f"stratum {name} would need {number} communities, {room[name]} can be drawn"
        for name, number in found.items()
        if number > room[name]
    ]
    if faults:
        raise DesignError(
            "allocation", faults, hint="widen the margins, or visit more households per community"
        )
    return found
