"""From inclusion probabilities to final weights, as the plan says; no answer is in sight."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.config.instrument import Instrument
from pipeline.config.plan import CalibratedWeights, Margin
from pipeline.errors import ConfigError, MarginMismatchError
from pipeline.stats.arrays import FloatArray
from pipeline.stats.survey.base_weights import base_weights
from pipeline.stats.survey.calibration import Raked, rake
from pipeline.stats.survey.collapse import Collapsed, collapse
from pipeline.stats.survey.diagnostics import kish_deff, margin_distances, n_eff, weight_range
from pipeline.stats.survey.nonresponse import NonresponseAdjustment, adjust_by_class
from pipeline.stats.survey.trimming import Trimmed, trim

_SEPARATOR = "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighting:
    """Weights with the record of how they came about.

    Attributes:
        weights: one row per respondent of the probability sample, all factors.
        margin_fit: population margins before and after.
        merges: categories merged because too few respondents fell into them.
        response: response by nonresponse class.
        facts: design effect of weighting, range, trimming, rounds and gap of raking.
        convergence: largest relative distance to a margin after each round of raking.
    """

    weights: pd.DataFrame
    margin_fit: pd.DataFrame
    merges: pd.DataFrame
    response: pd.DataFrame
    facts: dict[str, float]
    convergence: tuple[float, ...]


def calibrated_weights(
    people: pd.DataFrame,
    fieldwork: pd.DataFrame,
    margins: Mapping[str, pd.DataFrame],
    instrument: Instrument,
    plan: CalibratedWeights,
) -> Weighting:
    """Base weight, nonresponse class, raking, trimming and raking once more.

    Args:
        people: the probability sample.
        fieldwork: drawn units with probabilities and eligible addresses.
        margins: per margin of the plan, its categories with `count` people.
        instrument: gives the order in which categories are neighbours.
        plan: the plan's rules.

    Raises:
        DesignError, CalibrationError: the sample cannot carry the plan.
    """
    _refuse_missing_margins(plan, margins)
    base = base_weights(
        *(people[name].to_numpy() for name in ("psu_prob", "household_prob", "person_prob"))
    )
    adjustment, classes = _nonresponse(people, fieldwork, plan)
    factor = adjustment.factors(classes)
    merged = {m.id: _merged(m, people, margins[m.id], instrument) for m in plan.margins}
    codes = {m.id: _labels(people, m, merged[m.id]) for m in plan.margins}
    totals = {
        m.id: margins[m.id]["count"].groupby(_labels(margins[m.id], m, merged[m.id])).sum()
        for m in plan.margins
    }
    raked = _rake(base * factor, codes, totals, plan)
    trimmed = _trim(raked, plan)
    final = _rake(trimmed.weight, codes, totals, plan) if trimmed else raked
    weights = pd.DataFrame(
        {
            "respondent_id": people["respondent_id"].to_numpy(),
            "base_weight": base,
            "nonresponse_factor": factor,
            "calibration_factor": raked.factor,
            "trimming_factor": final.weight / raked.weight,
            "weight": final.weight,
            **{f"margin_{name}": labels.to_numpy() for name, labels in codes.items()},
        }
    )
    return Weighting(
        weights=weights,
        margin_fit=_fit(codes, totals, raked.base_weight, final.weight),
        merges=_merge_table(merged),
        response=_response_table(adjustment),
        facts=_facts(raked, trimmed, final),
        convergence=final.history,
    )


def _refuse_missing_margins(plan: CalibratedWeights, margins: Mapping[str, pd.DataFrame]) -> None:
    faults = []
    for margin in plan.margins:
        if margin.id not in margins:
            faults.append(f"expected margin {margin.id}, got {', '.join(margins)}")
            continue
        lacking = [axis for axis in margin.by if axis not in margins[margin.id]]
        faults += [f"margin {margin.id} has no categories of {axis}" for axis in lacking]
    if faults:
        raise MarginMismatchError(
            "margins.csv",
            faults,
            hint="add them to the population's margins, or take the margin out of the plan",
        )


def given_weights(people: pd.DataFrame, columns: tuple[str, ...]) -> pd.DataFrame:
    """Weights as delivered; the first column is the headline's."""
    headline = people[columns[0]].to_numpy(dtype=float)
    ones = np.ones(len(people))
    return pd.DataFrame(
        {
            "respondent_id": people["respondent_id"].to_numpy(),
            "base_weight": headline,
            "nonresponse_factor": ones,
            "calibration_factor": ones,
            "trimming_factor": ones,
            "weight": headline,
            **{name: people[name].to_numpy(dtype=float) for name in columns},
        }
    )


def weight_facts(weight: FloatArray) -> dict[str, float]:
    """Size, range and design effect of a set of weights."""
    spread = weight_range(weight)
    return {
        "n": len(weight),
        "kish_deff": kish_deff(weight),
        "n_eff": n_eff(weight),
        "min": spread.low,
        "median": spread.median,
        "max": spread.high,
    }


def _nonresponse(
    people: pd.DataFrame, fieldwork: pd.DataFrame, plan: CalibratedWeights
) -> tuple[NonresponseAdjustment, pd.Series]:
    unknown = [name for name in plan.nonresponse.class_by if name not in ("stratum", "psu")]
    if unknown:
        raise ConfigError(
            "plan, weights.nonresponse.class_by",
            f"expected columns of the fieldwork record (stratum, psu), got {', '.join(unknown)}",
        )
    # Interviews excluded by the plan count as not completed: others stand for them too.
    kept = people.groupby("psu").size().reindex(fieldwork["psu"]).fillna(0).to_numpy()
    by = list(plan.nonresponse.class_by)
    adjustment = adjust_by_class(
        classes=_joined(fieldwork, by),
        weight=1 / (fieldwork["psu_prob"] * fieldwork["household_prob"]),
        eligible=fieldwork["eligible"],
        completed=pd.Series(kept.astype(int), index=fieldwork.index),
    )
    return adjustment, _joined(people, by)


def _joined(frame: pd.DataFrame, columns: list[str]) -> pd.Series:
    first, *others = (frame[name].astype(str) for name in columns)
    return first.str.cat(others, sep=_SEPARATOR) if others else first


def _merged(
    margin: Margin, people: pd.DataFrame, population: pd.DataFrame, instrument: Instrument
) -> Collapsed:
    by = list(margin.by)
    cells = pd.MultiIndex.from_frame(population[by].astype(str))
    counts = people.groupby(by, observed=True).size()
    counts.index = pd.MultiIndex.from_arrays(
        [counts.index.get_level_values(name).astype(str) for name in by], names=by
    )
    along = {
        axis: [c.value for c in instrument.categories(instrument.domain_by_id[axis])]
        for axis in margin.merge_along
    }
    listed = counts.reindex(cells.union(counts.index), fill_value=0).rename(margin.id)
    return collapse(listed, along=along, min_count=margin.min_respondents)


def _labels(frame: pd.DataFrame, margin: Margin, merged: Collapsed) -> pd.Series:
    cells = zip(*(frame[name].astype(str) for name in margin.by), strict=True)
    return pd.Series([merged.labels.get(cell) for cell in cells], index=frame.index, dtype=object)


def _rake(
    weight: FloatArray,
    codes: Mapping[str, pd.Series],
    totals: Mapping[str, pd.Series],
    plan: CalibratedWeights,
) -> Raked:
    targets = {name: total.to_dict() for name, total in totals.items()}
    return rake(
        weight, codes, targets, tolerance=plan.raking.tolerance, max_rounds=plan.raking.max_rounds
    )


def _trim(raked: Raked, plan: CalibratedWeights) -> Trimmed | None:
    if plan.trimming is None:
        return None
    return trim(raked.weight, low=plan.trimming.low, high=plan.trimming.high)


def _fit(
    codes: Mapping[str, pd.Series],
    totals: Mapping[str, pd.Series],
    before: FloatArray,
    after: FloatArray,
) -> pd.DataFrame:
    targets = {name: total.to_dict() for name, total in totals.items()}
    rows = margin_distances(codes, targets, before=before, after=after)
    rows = rows.rename(columns={"target": "population_share"})
    return rows.drop(columns=["gap_before", "gap_after"])


def _merge_table(merged: Mapping[str, Collapsed]) -> pd.DataFrame:
    rows = [
        (name, merge.axis, " ".join(merge.merged), merge.label, merge.count)
        for name, result in merged.items()
        for merge in result.merges
    ]
    columns = ["margin", "axis", "merged", "category", "completed"]
    return pd.DataFrame(rows, columns=columns).astype({"completed": "int64"})


def _response_table(adjustment: NonresponseAdjustment) -> pd.DataFrame:
    table = adjustment.table.rename_axis("response_class").reset_index()
    table = table.rename(columns={"factor": "nonresponse_factor"})
    columns = ["response_class", "eligible", "completed", "response_rate", "nonresponse_factor"]
    return table[columns].astype({"eligible": "int64", "completed": "int64"})


def _facts(raked: Raked, trimmed: Trimmed | None, final: Raked) -> dict[str, float]:
    return {
        **weight_facts(final.weight),
        "raking_rounds": raked.rounds,
        "raking_gap": final.gap,
        "trimmed_low": trimmed.n_low if trimmed else 0,
        "trimmed_high": trimmed.n_high if trimmed else 0,
    }
