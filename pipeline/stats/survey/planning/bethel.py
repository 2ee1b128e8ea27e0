"""The cheapest allocation that meets many precision demands in many domains at once.

Minimise sum c_h n_h subject to, for every domain d and variable j,

    sum_{h in d} N_h^2 S_hj^2 (1 / n_h - 1 / N_h) <= (cv_dj * sum_{h in d} N_h M_hj)^2

and low_h <= n_h <= N_h. In 1 / n the demands are linear and the cost convex, so the optimum
is unique and its multipliers give a lower bound on the cost: the gap between cost and bound
proves how close the result is.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import optimize

from pipeline.errors import DesignError, NotConvergedError
from pipeline.stats.arrays import CodeArray, FloatArray, TextArray

_WHERE = "optimum allocation"
_GAP = 1e-8  # of the cost, between the result and what no allocation can undercut
_MAX_ROUNDS = 20_000
_WHOLE = 1e-6  # interviews
_POLISHING = 500  # rounds between two attempts to polish, and steps of each


@dataclass(frozen=True, kw_only=True, eq=False)
class Demands:
    """Precision demands on the strata.

    Attributes:
        size: (H,) people of the strata.
        mean: (H, J) means of the variables.
        sd: (H, J) standard deviations within strata; times the root of a design effect, for
            clusters.
        cost: (H,) cost of an interview.
        domain: (K, H) whether demand k counts the stratum.
        variable: (K,) variable of demand k.
        cv: (K,) coefficient of variation that demand k allows.
        name: (K,) what demand k is called.
    """

    size: FloatArray
    mean: FloatArray
    sd: FloatArray
    cost: FloatArray
    domain: FloatArray
    variable: CodeArray
    cv: FloatArray
    name: TextArray

    @property
    def spread(self) -> FloatArray:
        """(K, H) N^2 S^2 of the strata that a demand counts."""
        return np.asarray(self.domain * (self.size[:, None] * self.sd).T[self.variable] ** 2)

    @property
    def total(self) -> FloatArray:
        """(K,) sum of N M over the strata that a demand counts."""
        return np.asarray((self.domain * (self.size[:, None] * self.mean).T[self.variable]).sum(1))

    def reached(self, n: FloatArray) -> FloatArray:
        """(K,) coefficients of variation with sizes n (H,)."""
        variance = self.spread @ (1 / n - 1 / self.size)
        return np.asarray(np.sqrt(np.maximum(variance, 0)) / self.total)


@dataclass(frozen=True, kw_only=True, eq=False)
class Optimum:
    """The cheapest allocation.

    Attributes:
        n: (H,) sizes before rounding.
        whole: (H,) sizes rounded up; every demand stays met.
        cost: of the sizes before rounding.
        bound: cost that no allocation meeting the demands can undercut.
        cv: (K,) coefficients of variation reached with `whole`.
        price: (K,) cost saved per unit of relative slack in the variance a demand allows;
            0 where the demand is met by the way.
        rounds: iterations.
    """

    n: FloatArray
    whole: CodeArray
    cost: float
    bound: float
    cv: FloatArray
    price: FloatArray
    rounds: int


def demands(
    size: FloatArray,
    mean: FloatArray,
    sd: FloatArray,
    groups: Sequence[tuple[TextArray, FloatArray]],
    *,
    cost: FloatArray | None = None,
) -> Demands:
    """One demand per value of each grouping and per variable.

    Args:
        size: (H,) people of the strata.
        mean: (H, J) means of the variables.
        sd: (H, J) standard deviations within strata.
        groups: groupings: (H,) domain of each stratum, empty where it is in none, and (J,)
            coefficients of variation that every domain of this grouping must keep.
        cost: (H,) cost of an interview; equal when None.

    Raises:
        DesignError: a size, cost, deviation or demand is not above 0, or a domain's total is 0.
    """
    size = np.asarray(size, dtype=np.float64)
    mean, sd = (np.asarray(table, dtype=np.float64).reshape(size.size, -1) for table in (mean, sd))
    rows = [
        (
            (labels == label).astype(np.float64),
            variable,
            allowed,
            f"{label}, variable {variable + 1}",
        )
        for labels, cvs in groups
        for label in np.unique(labels[labels != ""])
        for variable, allowed in enumerate(np.atleast_1d(cvs))
    ]
    domain, variable, cv, name = zip(*rows, strict=True)
    asked = Demands(
        size=size, mean=mean, sd=sd,
        cost=np.ones(size.size) if cost is None else np.asarray(cost, dtype=np.float64),
        domain=np.array(domain), variable=np.array(variable), cv=np.array(cv, dtype=np.float64),
        name=np.array(name, dtype=object),
    )  # fmt: skip
    _refuse_impossible(asked)
    return asked


def _refuse_impossible(asked: Demands) -> None:
    columns = {"size": asked.size, "cost": asked.cost, "coefficient of variation": asked.cv}
    faults = [
        f"{name}: expected numbers above 0, got another {count} times"
        for name, column in columns.items()
        if (count := int((~(column > 0)).sum()))
    ]
    faults += ["standard deviation: expected 0 or more"] * bool((~(asked.sd >= 0)).any())
    faults += [f"the total of {name} is 0" for name in asked.name[asked.total == 0]]
    if faults:
        raise DesignError(_WHERE, faults)


def optimum(asked: Demands, *, floor: float = 2.0) -> Optimum:
    """The cheapest allocation that meets all demands.

    Multipliers l_k of the demands give n_h = sqrt(sum_k l_k a_kh / c_h), kept between floor
    and N_h, a_kh = spread / (allowed variance + sum N S^2). Each multiplier is raised or
    lowered by the square of how far its demand is missed or more than met, until cost and
    lower bound meet. Demands that nearly coincide make this slow; a quasi-Newton method on the
    bound then helps.

    Args:
        asked: the demands.
        floor: least size of a stratum; a stratum with fewer people is taken whole.

    Raises:
        NotConvergedError: cost and bound do not meet.

    Source: Bethel (1989), Survey Methodology 15, 47-57; Chromy (1987), Proc. ASA Survey
    Research Methods, 194-199. Oracle: R2BEAT 1.0.5 beat.1st (to one interview per stratum,
    R2BEAT rounds up).
    """
    allowed = (asked.cv * asked.total) ** 2 + asked.spread @ (1 / asked.size)
    low = np.minimum(floor, asked.size)
    dual = _Dual(asked.spread / allowed[:, None], asked.cost, low, asked.size)
    price = np.full(len(allowed), low @ asked.cost / len(allowed))
    for rounds in range(1, _MAX_ROUNDS + 1):
        met = dual.feasible(price)
        cost, bound = float(asked.cost @ met), dual.bound(price)
        if cost - bound <= _GAP * cost:
            return _optimum(asked, met, bound, price, rounds)
        price = dual.scaled(price)
        if rounds % _POLISHING == 0:
            price = max(price, dual.polished(price), key=dual.bound)
    raise NotConvergedError(
        _WHERE, f"cost {cost:g} and bound {bound:g} did not meet in {_MAX_ROUNDS} rounds"
    )


@dataclass(frozen=True, eq=False)
class _Dual:
    """The demands as sum_h load_kh / n_h <= 1, seen from their multipliers (prices)."""

    load: FloatArray
    cost: FloatArray
    low: FloatArray
    size: FloatArray

    def n(self, price: FloatArray) -> FloatArray:
        """(H,) sizes that are cheapest when missing demand k costs price k."""
        return np.asarray(np.clip(np.sqrt(price @ self.load / self.cost), self.low, self.size))

    def missed(self, price: FloatArray) -> FloatArray:
        """(K,) above 1 where a demand is missed, below where it is more than met."""
        return np.asarray(self.load @ (1 / self.n(price)))

    def bound(self, price: FloatArray) -> float:
        """Value of the dual problem: no allocation that meets the demands costs less."""
        n = self.n(price)
        return float(self.cost @ n + (price @ self.load) @ (1 / n) - price.sum())

    def feasible(self, price: FloatArray) -> FloatArray:
        """Sizes moved toward a census, evenly in 1 / n, until all demands are met."""
        missed, least = self.missed(price), self.load @ (1 / self.size)
        room = (1 - least) / np.maximum(missed - least, 1 - least)
        step = np.where(missed > 1, room, 1.0).min()
        return np.asarray(1 / (1 / self.size + step * (1 / self.n(price) - 1 / self.size)))

    def scaled(self, price: FloatArray) -> FloatArray:
        """Prices of missed demands raised, of others lowered: slow at times, never astray."""
        return np.asarray(price * self.missed(price) ** 2)

    def polished(self, price: FloatArray) -> FloatArray:
        """Prices of the highest bound as a quasi-Newton method finds it from here."""
        unit = float(price.sum())
        found, *_ = optimize.fmin_l_bfgs_b(
            lambda part: (-self.bound(unit * part) / unit, 1 - self.missed(unit * part)),
            price / unit,
            bounds=[(0, None)] * price.size,
            factr=1.0,
            pgtol=1e-12,
            maxiter=_POLISHING,
        )
        return np.asarray(unit * found)


def _optimum(
    asked: Demands, n: FloatArray, bound: float, price: FloatArray, rounds: int
) -> Optimum:
    up = np.minimum(np.ceil(n - _WHOLE), asked.size)
    return Optimum(
        n=n, whole=up.astype(np.int64), cost=float(asked.cost @ n), bound=bound,
        cv=asked.reached(up), price=price, rounds=rounds,
    )  # fmt: skip
