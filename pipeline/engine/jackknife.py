"""The weighting repeated with each first-stage unit left out."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from pipeline.config.plan import CalibratedWeights
from pipeline.engine.chain import weigh
from pipeline.errors import CalibrationError, EmptyStratumError
from pipeline.stats.arrays import CodeArray, FloatArray
from pipeline.stats.survey.replication.jackknife import left_out_factors


def left_out_weights(
    base: FloatArray,
    people: pd.DataFrame,
    fieldwork: pd.DataFrame,
    codes: Mapping[str, "pd.Series[str]"],
    totals: Mapping[str, "pd.Series[float]"],
    plan: CalibratedWeights,
) -> pd.DataFrame:
    """Final weights of the respondents with each unit left out.

    The unit's weight goes to the other units of its stratum and the whole weighting runs
    again. A category of a margin that nobody is left in is left out of the margin, the others
    stand for its people. Margins that then contradict each other (the only urban unit of a
    county is gone) are met as far as the plan's rounds of raking go.

    Args:
        base: (n,) base weights of the respondents.
        people: respondents: respondent_id, psu and response_class.
        fieldwork: per drawn unit, as `chain.weigh` takes it, with stratum and psu.
        codes: per margin, (n,) categories.
        totals: per margin, population by category.
        plan: the plan's rules.

    Returns:
        respondent_id, and the weights without each of the P units: a column per unit, in the
        order of strata and units.

    Raises:
        CalibrationError, EmptyStratumError: the sample without a unit cannot carry the plan.
    """
    units = (
        fieldwork[fieldwork["issued"] > 0].sort_values(["stratum", "psu"]).reset_index(drop=True)
    )
    factors = left_out_factors(pd.factorize(units["stratum"])[0])
    unit_of_row = pd.Index(units["psu"]).get_indexer(people["psu"])
    columns = {}
    for number, name in enumerate(units["psu"]):
        factor = factors[:, number]
        try:
            columns[name] = _without(
                base, factor, unit_of_row, people["response_class"], units, codes, totals, plan
            )
        except (CalibrationError, EmptyStratumError) as fault:
            raise type(fault)(
                f"jackknife without unit {name}",
                fault.faults,
                hint="use wider margins or response classes, or variance.method = "
                '"linearised" in the plan',
            ) from fault
    return pd.DataFrame({"respondent_id": people["respondent_id"].to_numpy(), **columns})


def _without(
    base: FloatArray,
    factor: FloatArray,
    unit_of_row: CodeArray,
    classes: "pd.Series[str]",
    units: pd.DataFrame,
    codes: Mapping[str, "pd.Series[str]"],
    totals: Mapping[str, "pd.Series[float]"],
    plan: CalibratedWeights,
) -> FloatArray:
    kept = factor[unit_of_row] > 0
    left = {name: labels[kept] for name, labels in codes.items()}
    chain = weigh(
        base[kept] * factor[unit_of_row][kept],
        classes[kept],
        units.assign(household_weight=units["household_weight"] * factor)[factor > 0],
        left,
        {name: _represented(totals[name], labels) for name, labels in left.items()},
        plan,
        if_unmet="accept",
    )
    weight = np.zeros(len(base))
    weight[kept] = chain.final.weight
    return weight


def _represented(total: "pd.Series[float]", labels: "pd.Series[str]") -> "pd.Series[float]":
    """Totals of the categories somebody is in, brought to the sum of all."""
    present = total[total.index.isin(labels.unique())]
    return present * (total.sum() / present.sum())
