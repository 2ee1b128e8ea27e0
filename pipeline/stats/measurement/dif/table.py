"""What comparisons found, as one table: a row per item, grouping and focal group."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from pipeline.stats.arrays import BoolArray, CodeArray, FloatArray, TextArray
from pipeline.stats.measurement.dif.comparison import Comparison
from pipeline.stats.multiplicity import holm

Columns: TypeAlias = dict[str, Any]


@dataclass(frozen=True, kw_only=True, eq=False)
class Rows:
    """Columns over R rows, one per item, grouping and focal group; NaN or empty = not tested.

    Attributes:
        grouping: such as "sex".
        reference: group compared with.
        focal: group compared.
        item: name, or number from 1.
        n_reference: people of the reference group asked the item.
        n_focal: people of the focal group asked the item.
        reason: why the item was not tested: too few people of a group, or no variation.
        share_reference: share right, unmatched.
        share_focal: share right, unmatched.
        p_difference: standardised difference, focal minus reference.
        alpha: Mantel-Haenszel odds ratio, reference over focal.
        delta: MH D-DIF; negative: harder for the focal group.
        delta_se: its standard error.
        ets_class: A, B or C.
        mh_p: p of the corrected chi-square.
        mh_p_holm: the same, adjusted over all items and focal groups of the grouping.
        breslow_day_p: of one odds ratio at every score.
        uniform_p: logistic regression, group.
        uniform_r2: change of Nagelkerke's R2.
        uniform_class: A, B or C by its size.
        non_uniform_p: logistic regression, group x score.
        non_uniform_p_holm: adjusted likewise.
        non_uniform_r2: change of Nagelkerke's R2.
        non_uniform_class: A, B or C.
        delta_plot_distance: from the major axis.
        matches: whether the item is in the purified matching score.
        is_flagged: ETS class B or C, or non-uniform class B or C, and significant after Holm.
        is_crossing: non-uniform DIF significant after Holm, whatever its size. Its classes ask
            for much: a slope half as steep in the focal group changes R2 by .01 or .02, not by
            .035, so items that only cross deserve a look at their curves.
    """

    grouping: TextArray
    reference: TextArray
    focal: TextArray
    item: TextArray
    n_reference: CodeArray
    n_focal: CodeArray
    reason: TextArray
    share_reference: FloatArray
    share_focal: FloatArray
    p_difference: FloatArray
    alpha: FloatArray
    delta: FloatArray
    delta_se: FloatArray
    ets_class: TextArray
    mh_p: FloatArray
    mh_p_holm: FloatArray
    breslow_day_p: FloatArray
    uniform_p: FloatArray
    uniform_r2: FloatArray
    uniform_class: TextArray
    non_uniform_p: FloatArray
    non_uniform_p_holm: FloatArray
    non_uniform_r2: FloatArray
    non_uniform_class: TextArray
    delta_plot_distance: FloatArray
    matches: BoolArray
    is_flagged: BoolArray
    is_crossing: BoolArray

    def frame(self) -> pd.DataFrame:
        """The rows as a table."""
        return pd.DataFrame({each.name: getattr(self, each.name) for each in fields(self)})


def tested_columns(found: Comparison, *, fewest: int, level: float) -> Columns:
    """Columns of one comparison; items asked of too few, or without variation, are blank."""
    odds, logistic = found.mantel_haenszel, found.logistic
    is_small = found.n.min(axis=1) < fewest
    reason = np.where(
        is_small, "too few people", np.where(np.isnan(odds.alpha), "no variation", "")
    )
    numbers = {
        "p_difference": found.difference,
        "alpha": odds.alpha,
        "delta": odds.delta,
        "delta_se": odds.delta_se,
        "mh_p": odds.p_value_corrected,
        "breslow_day_p": found.homogeneity.p_value,
        "uniform_p": logistic.uniform.p_value,
        "uniform_r2": logistic.uniform.r2_change,
        "non_uniform_p": logistic.non_uniform.p_value,
        "non_uniform_r2": logistic.non_uniform.r2_change,
        "delta_plot_distance": found.plot.distance,
    }
    words = {
        "ets_class": found.ets_class,
        "uniform_class": logistic.uniform.classes(level=level),
        "non_uniform_class": logistic.non_uniform.classes(level=level),
    }
    return (
        _people(found.n, found.share_right)
        | {"reason": reason.astype(object), "matches": found.purification.matching}
        | {name: np.where(is_small, np.nan, column) for name, column in numbers.items()}
        | {name: np.where(is_small, "", column) for name, column in words.items()}
    )


def untested_columns(n: FloatArray, share_right: FloatArray) -> Columns:
    """Columns of a focal group of too few people: counts and shares, no test.

    Args:
        n: (J, 2) people asked each item, reference and focal.
        share_right: (J, 2).
    """
    size = len(n)
    blank = {each.name: np.full(size, np.nan) for each in fields(Rows)}
    classes = [each.name for each in fields(Rows) if each.name.endswith("_class")]
    empty = {name: np.full(size, "", dtype=object) for name in classes}
    reason = {"reason": np.full(size, "too few people", dtype=object)}
    return blank | empty | reason | _people(n, share_right) | {"matches": np.zeros(size, np.bool_)}


def with_holm(grouping: pd.DataFrame, *, level: float) -> pd.DataFrame:
    """The rows of one grouping with adjusted p values and the flags that follow from them."""
    by_odds = holm(grouping["mh_p"].to_numpy(dtype=np.float64))
    by_product = holm(grouping["non_uniform_p"].to_numpy(dtype=np.float64))
    is_large = grouping["ets_class"].isin(["B", "C"]).to_numpy()
    is_non_uniform = grouping["non_uniform_class"].isin(["B", "C"]).to_numpy()
    return grouping.assign(
        mh_p_holm=by_odds,
        non_uniform_p_holm=by_product,
        is_flagged=(is_large & (by_odds < level)) | (is_non_uniform & (by_product < level)),
        is_crossing=by_product < level,
    )


def rows_of(blocks: Sequence[pd.DataFrame]) -> Rows:
    """Groupings one below the other."""
    table = pd.concat(blocks, ignore_index=True)
    return Rows(**{each.name: table[each.name].to_numpy() for each in fields(Rows)})


def _people(n: FloatArray, share_right: FloatArray) -> Columns:
    counts = n.astype(np.int64)
    return {
        "n_reference": counts[:, 0],
        "n_focal": counts[:, 1],
        "share_reference": share_right[:, 0],
        "share_focal": share_right[:, 1],
    }
