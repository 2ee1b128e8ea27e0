"""Dividing a sample over strata: by a rule, within bounds, in whole numbers.

The rules return sizes that need be neither whole nor within the stratum; `bounded` brings
any rule's proportions between floors and ceilings, `whole` rounds without losing the sum.
Several precision demands at once belong to `bethel`.
"""

import numpy as np

from pipeline.errors import DesignError
from pipeline.stats.arrays import CodeArray, FloatArray
from pipeline.stats.survey.planning.limits import refuse_outside

_WHERE = "allocation"


def equal(n: float, strata: int) -> FloatArray:
    """The same size in every stratum: n / H."""
    refuse_outside(_WHERE, n=(n, "above 0"), strata=(strata, "at least 1"))
    return np.full(strata, n / strata)


def proportional(n: float, size: FloatArray) -> FloatArray:
    """Sizes in proportion to the strata: n N_h / sum N.

    Args:
        n: total size.
        size: (H,) people or households of the strata.

    Returns:
        (H,) sizes, not rounded.

    Raises:
        DesignError: a figure is not above 0.

    Source: Cochran (1977), section 5.5. Oracle: PracTools 1.7.5 strAlloc.
    """
    return _shared_out(n, _positive(size=size)[0])


def neyman(n: float, size: FloatArray, sd: FloatArray) -> FloatArray:
    """Sizes that give the mean its least variance: n N_h S_h / sum N S.

    Args:
        n: total size.
        size: (H,) people of the strata.
        sd: (H,) standard deviations within the strata.

    Returns:
        (H,) sizes, not rounded.

    Raises:
        DesignError: a figure is not above 0.

    Source: Neyman (1934); Cochran (1977), section 5.5. Oracle: PracTools 1.7.5 strAlloc.
    """
    size, sd = _positive(size=size, sd=sd)
    return _shared_out(n, size * sd)


def at_cost(cost: float, unit_cost: FloatArray, size: FloatArray, sd: FloatArray) -> FloatArray:
    """Sizes that give the mean its least variance for a sum of money.

    n_h = cost (N_h S_h / sqrt(c_h)) / sum N S sqrt(c).

    Args:
        cost: money for interviews.
        unit_cost: (H,) cost of an interview.
        size: (H,) people of the strata.
        sd: (H,) standard deviations within the strata.

    Returns:
        (H,) sizes, not rounded.

    Raises:
        DesignError: a figure is not above 0.

    Source: Cochran (1977), section 5.5. Oracle: PracTools 1.7.5 strAlloc.
    """
    refuse_outside(_WHERE, cost=(cost, "above 0"))
    unit_cost, size, sd = _positive(unit_cost=unit_cost, size=size, sd=sd)
    per_money = size * sd / np.sqrt(unit_cost)
    return np.asarray(cost * per_money / (per_money @ unit_cost))


def for_variance(
    variance: float, unit_cost: FloatArray, size: FloatArray, sd: FloatArray
) -> FloatArray:
    """Sizes of least cost for a given variance of the mean.

    n_h = (W_h S_h / sqrt(c_h)) sum(W S sqrt(c)) / (V + sum(W S^2) / N).

    Args:
        variance: wanted for the estimated mean; (cv * mean)^2 for a coefficient of variation.
        unit_cost: (H,) cost of an interview.
        size: (H,) people of the strata.
        sd: (H,) standard deviations within the strata.

    Returns:
        (H,) sizes, not rounded.

    Raises:
        DesignError: a figure is not above 0.

    Source: Cochran (1977), section 5.5. Oracle: PracTools 1.7.5 strAlloc.
    """
    refuse_outside(_WHERE, variance=(variance, "above 0"))
    unit_cost, size, sd = _positive(unit_cost=unit_cost, size=size, sd=sd)
    part = size / size.sum()
    allowed = variance + part @ sd**2 / size.sum()
    root = np.sqrt(unit_cost)
    return np.asarray(part * sd / root * (part @ (sd * root)) / allowed)


def power_allocation(
    n: float, importance: FloatArray, cv: FloatArray, *, exponent: float = 0.5
) -> FloatArray:
    """A compromise between the whole and its parts: n X_h^q C_h / sum X^q C.

    Exponent 1 with X the total of the variable is Neyman's allocation, 0 makes the
    coefficients of variation of the strata nearly equal; a half lies between.

    Args:
        n: total size.
        importance: (H,) measure X of the strata, such as people or the variable's total.
        cv: (H,) standard deviation over mean within the strata.
        exponent: q on [0, 1].

    Returns:
        (H,) sizes, not rounded.

    Raises:
        DesignError: a figure is outside its limits.

    Source: Bankier (1988), The American Statistician 42, 174-177.
    """
    refuse_outside(_WHERE, exponent=(exponent, "in [0, 1]"))
    importance, cv = _positive(importance=importance, cv=cv)
    return _shared_out(n, importance**exponent * cv)


def bounded(n: float, measure: FloatArray, low: FloatArray, high: FloatArray) -> FloatArray:
    """Sizes in proportion to a measure wherever floors and ceilings leave room.

    n_h = clip(t measure_h, low_h, high_h), with the t that makes them add up to n.

    Args:
        n: total size.
        measure: (H,) result of any rule, or its proportions.
        low: (H,) floors.
        high: (H,) ceilings.

    Returns:
        (H,) sizes that sum to n, not rounded.

    Raises:
        DesignError: floors exceed n or their ceilings, or the ceilings do not reach n.
    """
    (measure,) = _positive(measure=measure)
    low, high = np.broadcast_to(low, measure.shape), np.broadcast_to(high, measure.shape)
    faults = [f"the floors add up to {low.sum():g}, more than n = {n:g}"] * bool(low.sum() > n)
    faults += [f"the strata hold {high.sum():g}, less than n = {n:g}"] * bool(high.sum() < n)
    faults += [f"floors above what the stratum holds: {(low > high).sum()}"] * bool(
        (low > high).any()
    )
    if faults:
        raise DesignError(_WHERE, faults, hint="change n, the floors, or the strata")
    corners = np.unique(np.concatenate([low / measure, high / measure]))
    reached = np.clip(np.outer(corners, measure), low, high).sum(axis=1)
    return np.asarray(np.clip(np.interp(n, reached, corners) * measure, low, high))


def whole(sizes: FloatArray) -> CodeArray:
    """Whole sizes with the same (rounded) sum, by largest remainders.

    Every size is cut, and what is missing goes to the largest remainders, earlier strata
    first among equals; whole floors and ceilings stay kept.

    Args:
        sizes: (H,) sizes, 0 or more.

    Returns:
        (H,) whole sizes.

    Source: Balinski & Young (1982), Hamilton's method.
    """
    sizes = np.asarray(sizes, dtype=np.float64)
    # Remainders are compared to nine digits: ties must not hang on the last bit.
    cut = np.floor(np.round(sizes, 9))
    missing = round(float(sizes.sum() - cut.sum()))
    order = np.argsort(-np.round(sizes - cut, 9), kind="stable")
    cut[order[:missing]] += 1
    return cut.astype(np.int64)


def _shared_out(n: float, measure: FloatArray) -> FloatArray:
    refuse_outside(_WHERE, n=(n, "above 0"))
    return np.asarray(n * measure / measure.sum())


def _positive(**columns: FloatArray) -> list[FloatArray]:
    """The columns as floats; all must be above 0 and of one length."""
    arrays = {name: np.asarray(given, dtype=np.float64) for name, given in columns.items()}
    faults = [
        f"{name.replace('_', ' ')}: expected numbers above 0, got another in {count} strata"
        for name, array in arrays.items()
        if (count := int((~(array > 0)).sum()))
    ]
    if len({array.shape for array in arrays.values()}) > 1:
        lengths = ", ".join(f"{name} {array.size}" for name, array in arrays.items())
        faults.append(f"expected one figure per stratum in every column, got {lengths}")
    if faults:
        raise DesignError(_WHERE, faults)
    return list(arrays.values())
