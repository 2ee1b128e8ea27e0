"""How many communities and how many people in each: variance, cost and their optimum.

The relvariance of a mean from m units with n people in each (and, in three stages, n
second-stage units with q people each) is taken apart by the measures of homogeneity delta:

two stages:   CV^2 = V k (1 + delta (n - 1)) / (m n)
three stages: CV^2 = V (k1 delta1 n q + k2 (1 + delta2 (q - 1))) / (m n q)

V is the unit relvariance (S / mean)^2, (1 - p) / p for a share; the k are 1 unless units
differ much in size. Source of both: Valliant, Dever & Kreuter (2018), chapter 9.
"""

from dataclasses import dataclass
from math import sqrt

from pipeline.errors import DesignError
from pipeline.stats.survey.planning.limits import refuse_outside

_WHERE = "stages of selection"


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoStage:
    """A two-stage sample: units, people per unit (neither rounded), its cost and its CV."""

    units: float
    people: float
    cost: float
    cv: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreeStage:
    """A three-stage sample: units, parts per unit, people per part, its cost and its CV."""

    units: float
    parts: float
    people: float
    cost: float
    cv: float


def homogeneity(deff: float, people: float) -> float:
    """Measure of homogeneity behind a design effect: (deff - 1) / (n - 1).

    Raises:
        DesignError: fewer than two people per unit tell nothing.
    """
    refuse_outside(_WHERE, deff=(deff, "above 0"), people_per_unit=(people, "above 1"))
    return (deff - 1) / (people - 1)


def cluster_deff(delta: float, people: float) -> float:
    """Design effect of n people per unit: 1 + delta (n - 1).

    Source: Kish (1965), section 5.4.
    """
    refuse_outside(_WHERE, people_per_unit=(people, "above 0"))
    return 1 + delta * (people - 1)


def two_stage_cv(
    relvariance: float, units: float, people: float, delta: float, *, k: float = 1.0
) -> float:
    """Coefficient of variation of a mean from two stages.

    Raises:
        DesignError: a figure is outside its limits.

    Oracle: PracTools 1.7.5 CVcalc2.
    """
    refuse_outside(
        _WHERE, relvariance=(relvariance, "above 0"), units=(units, "above 0"),
        people=(people, "above 0"), k=(k, "above 0"), delta=(delta, "in [0, 1]"),
    )  # fmt: skip
    return sqrt(relvariance * k * cluster_deff(delta, people) / (units * people))


def three_stage_cv(
    relvariance: float, units: float, parts: float, people: float,
    delta: tuple[float, float], *, k: tuple[float, float] = (1.0, 1.0),
) -> float:  # fmt: skip
    """Coefficient of variation of a mean from three stages.

    Raises:
        DesignError: a figure is outside its limits.

    Oracle: PracTools CVcalc3.
    """
    refuse_outside(
        _WHERE, relvariance=(relvariance, "above 0"), units=(units, "above 0"),
        parts=(parts, "above 0"), people=(people, "above 0"), k1=(k[0], "above 0"),
        k2=(k[1], "above 0"), delta1=(delta[0], "in [0, 1]"), delta2=(delta[1], "in [0, 1]"),
    )  # fmt: skip
    per_unit = parts * people
    spread = k[0] * delta[0] * per_unit + k[1] * cluster_deff(delta[1], people)
    return sqrt(relvariance * spread / (units * per_unit))


def best_two_stage(
    unit_cost: float, person_cost: float, delta: float, relvariance: float,
    *, k: float = 1.0, cost: float | None = None, cv: float | None = None,
) -> TwoStage:  # fmt: skip
    """The two-stage sample of least CV for a cost, or of least cost for a CV.

    n = sqrt(C1 / C2 (1 - delta) / delta); m follows from the cost C1 m + C2 m n or the CV.

    Args:
        unit_cost: C1, cost of a community.
        person_cost: C2, cost of an interview.
        delta: measure of homogeneity on (0, 1).
        relvariance: V.
        k: see the module.
        cost: money there is; exactly one of `cost` and `cv` is given.
        cv: coefficient of variation to be reached.

    Raises:
        DesignError: a figure is outside its limits, or not exactly one goal is given.

    Source: Hansen, Hurwitz & Madow (1953), chapter 6. Oracle: PracTools 1.7.5 clusOpt2, which
    prints units and people to one decimal and the CV to four.
    """
    refuse_outside(
        _WHERE, unit_cost=(unit_cost, "above 0"), person_cost=(person_cost, "above 0"),
        delta=(delta, "in (0, 1)"), **_goal(cost, cv),
    )  # fmt: skip
    people = sqrt(unit_cost / person_cost * (1 - delta) / delta)
    each = unit_cost + person_cost * people
    single = two_stage_cv(relvariance, 1.0, people, delta, k=k)
    units = _units_for(cost, cv, each, single)
    return TwoStage(units=units, people=people, cost=units * each, cv=single / sqrt(units))


def two_stage_with_units(
    units: float, unit_cost: float, person_cost: float, delta: float, relvariance: float,
    *, k: float = 1.0, cost: float | None = None, cv: float | None = None,
) -> TwoStage:  # fmt: skip
    """People per unit when the number of units is settled.

    Raises:
        DesignError: a figure is outside its limits, the cost does not pay the units, or the
            units are too few for the CV however many people are asked.

    Source: Valliant, Dever & Kreuter (2018), section 9.3. Oracle: PracTools clusOpt2fixedPSU.
    """
    refuse_outside(
        _WHERE, units=(units, "above 0"), unit_cost=(unit_cost, "above 0"),
        person_cost=(person_cost, "above 0"), delta=(delta, "in [0, 1]"),
        relvariance=(relvariance, "above 0"), k=(k, "above 0"), **_goal(cost, cv),
    )  # fmt: skip
    if cost is not None:
        rest = cost / units - unit_cost
        refuse_outside(_WHERE, money_left_per_unit=(rest, "above 0"))
        people = rest / person_cost
    else:
        spare = (cv or 0.0) ** 2 * units / (relvariance * k) - delta
        refuse_outside(_WHERE, precision_left_to_people=(spare, "above 0"))
        people = (1 - delta) / spare
    reached = two_stage_cv(relvariance, units, people, delta, k=k)
    total = units * (unit_cost + person_cost * people)
    return TwoStage(units=units, people=people, cost=total, cv=reached)


def best_three_stage(
    costs: tuple[float, float, float], delta: tuple[float, float], relvariance: float,
    *, k: tuple[float, float] = (1.0, 1.0), cost: float | None = None, cv: float | None = None,
) -> ThreeStage:  # fmt: skip
    """The three-stage sample of least CV for a cost, or of least cost for a CV.

    q = sqrt((1 - delta2) / delta2 C2 / C3), n = sqrt((1 - delta2) / delta1 C1 / C3 k2 / k1) / q;
    m follows from the cost C1 m + C2 m n + C3 m n q or the CV.

    Args:
        costs: of a unit, of a part of it, of an interview.
        delta: homogeneity of units, and of parts within units, each on (0, 1).
        relvariance: V.
        k: see the module.
        cost: money there is; exactly one of `cost` and `cv` is given.
        cv: coefficient of variation to be reached.

    Raises:
        DesignError: a figure is outside its limits, or not exactly one goal is given.

    Source: Hansen, Hurwitz & Madow (1953), chapter 7. Oracle: PracTools 1.7.5 clusOpt3, which
    prints sizes to one decimal and the CV to four.
    """
    refuse_outside(
        _WHERE, cost_of_a_unit=(costs[0], "above 0"), cost_of_a_part=(costs[1], "above 0"),
        cost_of_an_interview=(costs[2], "above 0"), delta1=(delta[0], "in (0, 1)"),
        delta2=(delta[1], "in (0, 1)"), **_goal(cost, cv),
    )  # fmt: skip
    people = sqrt((1 - delta[1]) / delta[1] * costs[1] / costs[2])
    parts = sqrt((1 - delta[1]) / delta[0] * costs[0] / costs[2] * k[1] / k[0]) / people
    each = costs[0] + parts * (costs[1] + people * costs[2])
    single = three_stage_cv(relvariance, 1.0, parts, people, delta, k=k)
    units = _units_for(cost, cv, each, single)
    return ThreeStage(
        units=units, parts=parts, people=people, cost=units * each, cv=single / sqrt(units)
    )


def _goal(cost: float | None, cv: float | None) -> dict[str, tuple[float, str]]:
    """The one goal that is given, with its limit."""
    given = {"cost": cost, "cv": cv}
    goals = {name: (value, "above 0") for name, value in given.items() if value is not None}
    if len(goals) != 1:
        raise DesignError(_WHERE, f"expected either a cost or a cv as the goal, got {len(goals)}")
    return goals


def _units_for(cost: float | None, cv: float | None, each: float, single: float) -> float:
    """Units that a goal pays or asks for: what each costs, and the CV of a single one."""
    return cost / each if cost is not None else (single / (cv or 1.0)) ** 2
