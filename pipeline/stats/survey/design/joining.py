"""Totals of several estimates laid over the union of their units.

Units are matched by stage, stratum and name: two estimates of one wave, or of two waves that
returned to the same PSUs, get their covariance from the units they share.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.errors import DesignError
from pipeline.stats.arrays import CodeArray

if TYPE_CHECKING:
    from pipeline.stats.survey.design.unit_totals import UnitTotals


def joined_totals(parts: Sequence["UnitTotals"]) -> "UnitTotals":
    """All columns of all parts over the union of their units.

    A unit that a part does not know adds 0 to it.

    Raises:
        DesignError: the parts follow different rules for lonely PSUs, or for unequal
            probabilities without replacement, which know no pairs across samples.
    """
    first = parts[0]
    if all(part.unit is first.unit for part in parts):
        return first.replaced(
            np.hstack([part.z for part in parts]), np.hstack([part.holds for part in parts])
        )
    _refuse_mixed(parts)
    keys = [pd.MultiIndex.from_arrays([p.stage, p.stratum, p.unit]) for p in parts]
    union = keys[0].append(keys[1:]).unique().sort_values()
    places = [union.get_indexer(key).astype(np.int64) for key in keys]
    scale = np.ones(len(union))
    for part, place in zip(parts, places, strict=True):
        scale[place] = part.scale
    return replace(
        first,
        stage=union.get_level_values(0).to_numpy(dtype=np.int64),
        stratum=union.get_level_values(1).to_numpy(dtype=object),
        unit=union.get_level_values(2).to_numpy(dtype=object),
        z=_laid([part.z for part in parts], places, len(union)),
        holds=_laid([part.holds for part in parts], places, len(union)),
        scale=scale,
    )


def _refuse_mixed(parts: Sequence["UnitTotals"]) -> None:
    rules = {part.lonely_psu for part in parts}
    if len(rules) > 1:
        raise DesignError("contrast", f"expected one rule for lonely PSUs, got {sorted(rules)}")
    if len({part.is_centred for part in parts}) > 1:
        raise DesignError(
            "contrast", "expected one kind of variance, got linearisation and the jackknife"
        )
    if any(part.pps for part in parts):
        raise DesignError(
            "contrast",
            "expected estimates of one sample, got two samples drawn without replacement "
            "with unequal probabilities",
            hint="state that the samples are independent",
        )


def _laid(
    columns: Sequence[npt.NDArray[Any]], places: Sequence[CodeArray], size: int
) -> npt.NDArray[Any]:
    """Columns laid over the union, zero or false where a part has no such unit."""
    laid = []
    for column, place in zip(columns, places, strict=True):
        wide = np.zeros((size, column.shape[1]), dtype=column.dtype)
        wide[place] = column
        laid.append(wide)
    return np.hstack(laid)
