"""Anchors that changed between waves.

An anchor drifts when it became easier or harder for people of the same ability: it was taught,
published, outdated or reworded. Left in, it would pass for a change of the population.
"""

from dataclasses import dataclass

import numpy as np

from pipeline.stats.arrays import BoolArray, FloatArray
from pipeline.stats.measurement.irt.curves import ItemModel
from pipeline.stats.measurement.linking.link import Link, check_anchors, difficulties, slopes

# Below this, spread is arithmetic noise of a calibration and no anchor is to be judged by it.
SMALLEST_SPREAD = 1e-3
QUARTILES = np.arange(1, 4) / 4


@dataclass(frozen=True, eq=False, kw_only=True)
class Drift:
    """How J anchors moved between waves, on the old scale.

    Attributes:
        location: (J,) new minus old mean difficulty; above zero: it became harder.
        location_z: (J,) robust z of `location`.
        slope: (J,) log of new over old slope.
        slope_z: (J,) robust z of `slope`; reported, no reason to leave.
        delta: (J,) Mantel-Haenszel delta between waves; NaN where none was given.
    """

    location: FloatArray
    location_z: FloatArray
    slope: FloatArray
    slope_z: FloatArray
    delta: FloatArray


def robust_z(values: FloatArray, *, among: FloatArray | None = None) -> FloatArray:
    """(J,) distances from the median in robust standard deviations.

    z = (x - median) / (0.74 IQR), quartiles by linear interpolation.

    Args:
        values: (J,).
        among: values that give median and quartiles; None: the same.

    Source: Huynh & Meyer (2010), Pract. Assess. Res. Eval. 15(2).
    """
    low, middle, high = np.quantile(values if among is None else among, QUARTILES)
    return np.asarray((values - middle) / max(0.74 * (high - low), SMALLEST_SPREAD))


def drift(
    old: ItemModel,
    new: ItemModel,
    link: Link,
    *,
    delta: FloatArray | None = None,
    stable: BoolArray | None = None,
) -> Drift:
    """How each anchor moved once the new wave is on the old scale.

    Args:
        old: (J) anchors on the old scale.
        new: the same anchors on the new scale.
        link: from the new scale to the old.
        delta: (J,) Mantel-Haenszel deltas with the waves as groups.
        stable: (J,) bool, anchors that give median and quartiles; None: all.

    Raises:
        ContractError: anchors that differ or whose parameters are not usable.
    """
    check_anchors(old, new)
    carried = link.items(new)
    location = difficulties(carried) - difficulties(old)
    slope = np.log(slopes(carried) / slopes(old))
    among = np.ones(len(location), dtype=bool) if stable is None else np.asarray(stable, bool)
    return Drift(
        location=location,
        location_z=robust_z(location, among=location[among]),
        slope=slope,
        slope_z=robust_z(slope, among=slope[among]),
        delta=np.full(len(location), np.nan) if delta is None else np.asarray(delta),
    )
