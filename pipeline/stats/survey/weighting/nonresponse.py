"""Nonresponse adjustment within classes.

Those who answered carry the weight of the eligible people of their class who did not. This
removes bias as far as people of one class answer alike. `adjust_nonresponse` knows every
person drawn, so that the variance may know the nonrespondents; `adjust_by_class` works from a
fieldwork record of counts, one row per address or per first-stage unit.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from pipeline.errors import DesignError, EmptyStratumError
from pipeline.stats.arrays import BoolArray, FloatArray
from pipeline.stats.survey.design.adjustment import Adjustment
from pipeline.stats.survey.weighting.cells import Labels, coded
from pipeline.stats.survey.weighting.class_factors import (
    ClassFactors,
    class_cells,
    class_membership,
    refuse_lost,
    refuse_unusable,
)


@dataclass(frozen=True, eq=False)
class NonresponseAdjustment:
    """Factors by class.

    Attributes:
        table: index class; columns eligible, completed (counts), eligible_weight,
            completed_weight, response_rate (completed / eligible, unweighted: AAPOR RR1 when
            cases of unknown eligibility count as eligible), weighted_response_rate, factor.
    """

    table: pd.DataFrame

    def factors(self, classes: "pd.Series[Any]") -> FloatArray:
        """Factor of each respondent.

        Args:
            classes: (n,) class of each respondent.

        Raises:
            DesignError: a class is not in the fieldwork record.
        """
        unknown = sorted(set(classes.astype(str)) - set(self.table.index))
        if unknown:
            raise DesignError(
                "nonresponse",
                [f"class {name}: respondents, but nothing issued" for name in unknown],
                hint="correct the fieldwork record or the class of these respondents",
            )
        return classes.astype(str).map(self.table["factor"]).to_numpy(dtype=float)


@dataclass(frozen=True, kw_only=True, eq=False)
class NonresponseAdjusted:
    """Weights after nonrespondents handed theirs to the respondents of their class.

    Attributes:
        weight: (n,) weights; 0 for all but respondents.
        base_weight: (n,) weights before.
        table: as of `NonresponseAdjustment`.
        adjustment: what the variance needs.
    """

    weight: FloatArray
    base_weight: FloatArray
    table: pd.DataFrame
    adjustment: Adjustment


def adjust_nonresponse(
    weight: FloatArray,
    *,
    responded: BoolArray,
    classes: Labels,
    eligible: BoolArray | None = None,
) -> NonresponseAdjusted:
    """Multiply respondents' weights by eligible over responding weight of their class.

    Weights 1, 2, 3 in a class, the last did not answer: factor 6 / 3, weights 2, 4, 0.

    Args:
        weight: (n,) weights of all persons drawn, respondents or not.
        responded: (n,) whether an interview was completed.
        classes: (n,) class of each person.
        eligible: (n,) whether the person belongs to the population; others leave with weight
            0, and theirs goes to nobody. Default: everybody.

    Raises:
        DesignError: weights or classes cannot be used, an ineligible person responded.
        EmptyStratumError: a class has nobody who responded.

    Source: Little (1986), International Statistical Review 54, 139-157. Oracle: R svrep
    0.9.0 redistribute_weights.
    """
    before, column = np.asarray(weight, dtype=np.float64), coded(classes)
    answered = np.asarray(responded, dtype=np.bool_)
    belongs = np.ones_like(answered) if eligible is None else np.asarray(eligible, dtype=np.bool_)
    parts = {"responded": answered, "not responded": belongs & ~answered, "ineligible": ~belongs}
    refuse_unusable("nonresponse", before, column, parts)
    factors = ClassFactors(
        base_weight=before,
        cell=class_cells(column, list(parts.values())),
        takes=np.tile([True, False, False], len(column.names) + 1),
        membership=class_membership(column, [True, True, False]),
    )
    refuse_lost("nonresponse", factors, column.names, "eligible", "responded")
    return NonresponseAdjusted(
        weight=before * factors.ratio,
        base_weight=before,
        table=_class_table(factors, column.names),
        adjustment=factors.adjustment,
    )


def _class_table(factors: ClassFactors, names: Sequence[str]) -> pd.DataFrame:
    table = pd.DataFrame(
        {
            "eligible": factors.counts(np.ones_like(factors.takes)),
            "completed": factors.counts(factors.takes),
            "eligible_weight": factors.owed,
            "completed_weight": factors.held,
        },
        index=pd.Index(names, name="class"),
    )
    return _with_rates(table[table["eligible"] > 0].sort_index())


def _with_rates(table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(
        response_rate=table["completed"] / table["eligible"],
        weighted_response_rate=table["completed_weight"] / table["eligible_weight"],
        factor=table["eligible_weight"] / table["completed_weight"],
    )


def adjust_by_class(
    *,
    classes: "pd.Series[Any]",
    weight: "pd.Series[float]",
    eligible: "pd.Series[int]",
    completed: "pd.Series[int]",
) -> NonresponseAdjustment:
    """Factor per class = weighted eligible issued / weighted completed.

    Three addresses of weight 10 in a class, all eligible, two completed: factor 30/20 = 1.5.

    Args:
        classes: (m,) class of each row of the fieldwork record.
        weight: (m,) base weight of an address of that row.
        eligible: (m,) eligible addresses issued: a count, or 1 and 0.
        completed: (m,) of these, interviews completed.

    Raises:
        DesignError: counts are negative or more was completed than eligible.
        EmptyStratumError: a class was issued but has nobody completed.

    Source: Little (1986), International Statistical Review 54, 139-157; Särndal & Lundström
    (2005), Estimation in Surveys with Nonresponse. Rate: AAPOR, Standard
    Definitions.
    """
    record = pd.DataFrame(
        {
            "class": classes.astype(str),
            "eligible": eligible,
            "completed": completed,
            "eligible_weight": weight * eligible,
            "completed_weight": weight * completed,
        }
    )
    _refuse_bad_counts(record)
    table = record.groupby("class", sort=True).sum()
    table = table[table["eligible"] > 0]
    _refuse_empty_classes(table)
    return NonresponseAdjustment(_with_rates(table))


def _refuse_bad_counts(record: pd.DataFrame) -> None:
    checks = {
        "missing counts or weights": record.isna().any(axis=1),
        "negative counts or weights": (record.drop(columns="class") < 0).any(axis=1),
        "more completed than eligible": record["completed"] > record["eligible"],
    }
    faults = [f"{what} in {int(bad.sum())} rows" for what, bad in checks.items() if bad.any()]
    if faults:
        raise DesignError("nonresponse", faults, hint="correct the fieldwork record")


def _refuse_empty_classes(table: pd.DataFrame) -> None:
    empty = table.index[table["completed_weight"] <= 0]
    if len(empty):
        raise EmptyStratumError(
            "nonresponse",
            [
                f"class {name}: {table.loc[name, 'eligible']:g} eligible issued, nobody completed"
                for name in empty
            ],
            hint="use wider classes in the plan, so that each has somebody who answered",
        )
