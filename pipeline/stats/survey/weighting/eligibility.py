"""Weights of cases never resolved, handed to those of the class that were.

An address where nobody was ever met may hold an eligible person or not. Among the resolved
cases of its class a share e is eligible, and the same share of its weight goes to them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse

from pipeline.errors import DesignError
from pipeline.stats.arrays import BoolArray, FloatArray, SparseArray
from pipeline.stats.survey.design.adjustment import Adjustment
from pipeline.stats.survey.weighting.cells import Coded, Labels, coded
from pipeline.stats.survey.weighting.class_factors import (
    ClassFactors,
    class_cells,
    class_membership,
    refuse_lost,
    refuse_unusable,
)

_WHERE = "eligibility"


@dataclass(frozen=True, kw_only=True, eq=False)
class EligibilityAdjusted:
    """Weights after the unresolved cases handed theirs over.

    Attributes:
        weight: (n,) weights; 0 for unresolved cases. Ineligible cases keep theirs: they are
            in the sample of cases, though not in the population.
        base_weight: (n,) weights before.
        table: index class; eligible, ineligible, unresolved (counts), eligible_weight,
            ineligible_weight, unresolved_weight, eligible_share (the e used).
        adjustment: what the variance needs.
    """

    weight: FloatArray
    base_weight: FloatArray
    table: pd.DataFrame
    adjustment: Adjustment


def adjust_eligibility(
    weight: FloatArray,
    *,
    eligible: BoolArray,
    ineligible: BoolArray,
    classes: Labels,
    eligible_share: float | Mapping[str, float] | None = None,
) -> EligibilityAdjusted:
    """Hand the weight of unresolved cases to the resolved ones of their class.

    With E, I and U the weights of eligible, ineligible and unresolved cases of a class, and
    e = E / (E + I) unless stated: eligible cases get the factor (E + e U) / E, ineligible
    ones (I + (1 - e) U) / I.

    Weights of 10, two eligible, one ineligible, one unresolved: e = 2/3 and every resolved
    case ends with 40/3.

    Args:
        weight: (n,) base weights of all issued cases.
        eligible: (n,) cases known to be eligible, whether they answered or not.
        ineligible: (n,) cases known not to be. All others are unresolved.
        classes: (n,) class of each case.
        eligible_share: e from outside, one or one per class; None: from the class.

    Raises:
        DesignError: weights or classes cannot be used, a share is outside [0, 1].
        EmptyStratumError: a class has unresolved cases and no case to take their weight.

    Source: AAPOR (2023), Standard Definitions, on e; Valliant, Dever & Kreuter (2018),
    Practical Tools for Designing and Weighting Survey Samples, section 13.4.
    """
    before, column = np.asarray(weight, dtype=np.float64), coded(classes)
    known = np.asarray(eligible | ineligible)
    parts = {"eligible": eligible, "ineligible": ineligible, "unresolved": ~known}
    refuse_unusable(_WHERE, before, column, parts)
    member, taker = class_membership(column, [True] * len(parts)), "resolved"
    if eligible_share is not None:
        member, taker = _split(member, _stated_shares(column, eligible_share)), "eligible"
    factors = ClassFactors(
        base_weight=before,
        cell=class_cells(column, list(parts.values())),
        takes=np.tile([True, True, False], len(column.names) + 1),
        membership=member,
    )
    refuse_lost(_WHERE, factors, column.names, "unresolved", taker)
    return EligibilityAdjusted(
        weight=before * factors.ratio,
        base_weight=before,
        table=_table(factors, column, list(parts), eligible_share),
        adjustment=factors.adjustment,
    )


def _split(member: SparseArray, shares: FloatArray) -> SparseArray:
    """(C, 2K) membership of eligible classes and of ineligible ones, unresolved cases in both."""
    is_eligible = np.column_stack(np.broadcast_arrays(1.0, 0.0, np.append(shares, 0.0)))
    eligible = sparse.diags_array(is_eligible.ravel()) @ member
    return sparse.csr_array(sparse.hstack([eligible, member - eligible]))


def _stated_shares(classes: Coded, stated: float | Mapping[str, float]) -> FloatArray:
    by_class = stated if isinstance(stated, Mapping) else dict.fromkeys(classes.names, stated)
    shares = np.array([by_class.get(name, np.nan) for name in classes.names])
    faults = [
        f"class {name}: expected a share of eligible cases in [0, 1], got {share:g}"
        for name, share in zip(classes.names, shares, strict=True)
        if not 0 <= share <= 1
    ]
    if faults:
        raise DesignError(_WHERE, faults, hint="state one share, or one for every class")
    return shares


def _table(
    factors: ClassFactors,
    classes: Coded,
    parts: Sequence[str],
    stated: float | Mapping[str, float] | None,
) -> pd.DataFrame:
    table = pd.DataFrame(index=pd.Index(classes.names, name="class"))
    for place, part in enumerate(parts):
        cells = slice(place, len(parts) * len(classes.names), len(parts))
        table[part] = factors.cell_count[cells]
        table[f"{part}_weight"] = factors.cell_weight[cells]
    resolved = table["eligible_weight"] + table["ineligible_weight"]
    table["eligible_share"] = (
        table["eligible_weight"] / resolved.where(resolved > 0)
        if stated is None
        else _stated_shares(classes, stated)
    )
    return table.sort_index()
