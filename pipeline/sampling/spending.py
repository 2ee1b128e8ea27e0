"""What a design costs, and the size of cluster at which its precision would cost least."""

from dataclasses import dataclass

from pipeline.errors import DesignError
from pipeline.sampling.design import SamplingDesign
from pipeline.sampling.precision import DomainPlan
from pipeline.stats.survey.planning.two_stage import best_two_stage


@dataclass(frozen=True, slots=True, kw_only=True)
class Spending:
    """Money for the fieldwork.

    Attributes:
        total: expected cost.
        budget: money there is; None where none is stated.
        per_community: interviews planned per community.
        cheapest: interviews per community at which the city's precision costs least; None
            where the design states no homogeneity between 0 and 1.
    """

    total: float
    budget: float | None
    per_community: float
    cheapest: float | None


def spending(design: SamplingDesign, city: DomainPlan) -> Spending | None:
    """Cost of a design; None where it states no costs."""
    paid, icc = design.cost, design.effects.icc
    if paid is None:
        return None
    cheapest = None
    if icc is not None and 0 < icc < 1:
        best = best_two_stage(paid.community, paid.interview, icc, 1.0, cv=1.0)
        cheapest = best.people
    return Spending(
        total=paid.community * city.communities + paid.interview * city.interviews,
        budget=paid.budget,
        per_community=city.per_community,
        cheapest=cheapest,
    )


def refuse_over_budget(wave: str, found: Spending | None) -> None:
    """Refuse a design that costs more than there is.

    Raises:
        DesignError: with both sums.
    """
    if found is not None and found.budget is not None and found.total > found.budget:
        raise DesignError(
            f"sample {wave}",
            f"expected a cost of {found.budget:,.0f} at most, the design costs {found.total:,.0f}",
            hint="draw fewer communities, or find the money before the draw",
        )
