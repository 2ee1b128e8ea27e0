"""From inclusion probabilities to final weights, as the plan says; no answer is in sight."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.config.instrument import Instrument
from pipeline.config.plan import CalibratedWeights, Margin, Variance
from pipeline.engine.chain import Chain, weigh
from pipeline.engine.jackknife import left_out_weights
from pipeline.engine.online import online_weights
from pipeline.engine.weighting_record import (
    chain_facts,
    margin_fit,
    merge_table,
    not_interviewed,
    response_table,
    weight_table,
)
from pipeline.errors import ConfigError, MarginMismatchError
from pipeline.stats.survey.weighting.base_weights import base_weights
from pipeline.stats.survey.weighting.collapse import Collapsed, collapse

_SEPARATOR = "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighting:
    """Weights with the record of how they came about.

    Attributes:
        weights: one row per respondent of the probability sample, all factors.
        online: weights of the online respondents and their share in the blend.
        left_out: respondents, with a column of weights for each first-stage unit left out when
            the sample takes the jackknife.
        not_interviewed: addresses without an interview that counts, per unit and reason.
        margin_fit: population margins before and after.
        merges: categories merged because too few respondents fell into them.
        response: response by nonresponse class.
        facts: design effect of weighting, range, trimming, rounds and gap of raking.
        convergence: largest relative distance to a margin after each round of raking.
    """

    weights: pd.DataFrame
    online: pd.DataFrame
    left_out: pd.DataFrame
    not_interviewed: pd.DataFrame
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
    *,
    online: pd.DataFrame | None = None,
    variance: Variance | None = None,
) -> Weighting:
    """Base weight, response classes, raking, trimming and raking once more.

    Args:
        people: the probability sample.
        fieldwork: drawn units with probabilities and eligible addresses.
        margins: per margin of the plan, its categories with `count` people.
        instrument: gives the order in which categories are neighbours.
        plan: the plan's rules.
        online: respondents whom nobody drew.
        variance: says whether the weighting is repeated with each unit left out.

    Raises:
        DesignError, CalibrationError: the sample cannot carry the plan.
    """
    _refuse_missing_margins(plan, margins)
    base = base_weights(
        *(people[name].to_numpy() for name in ("psu_prob", "household_prob", "person_prob"))
    )
    fieldwork = _with_classes(people, fieldwork, plan)
    people = people.assign(response_class=_joined(people, list(plan.nonresponse.class_by)))
    merged = {m.id: _merged(m, people, margins[m.source], instrument) for m in plan.margins}
    codes = {m.id: _labels(people, m, merged[m.id]) for m in plan.margins}
    totals = {
        m.id: margins[m.source]["count"].groupby(_labels(margins[m.source], m, merged[m.id])).sum()
        for m in plan.margins
    }
    chain = weigh(base, people["response_class"], fieldwork, codes, totals, plan)
    left_out = people[["respondent_id"]]
    if variance is not None and variance.takes_jackknife(_df(fieldwork)):
        left_out = left_out_weights(base, people, fieldwork, codes, totals, plan)
    return Weighting(
        weights=weight_table(people, base, chain, codes),
        online=_online(online, chain, codes, totals, merged, plan),
        left_out=left_out,
        not_interviewed=not_interviewed(fieldwork),
        margin_fit=margin_fit(codes, totals, chain.raked.base_weight, chain.final.weight),
        merges=merge_table(merged),
        response=response_table(fieldwork, chain),
        facts=chain_facts(chain),
        convergence=chain.final.history,
    )


def _df(fieldwork: pd.DataFrame) -> int:
    """Degrees of freedom of the design: units with an issued address - strata."""
    issued = fieldwork[fieldwork["issued"] > 0]
    return len(issued) - issued["stratum"].nunique()


def _refuse_missing_margins(plan: CalibratedWeights, margins: Mapping[str, pd.DataFrame]) -> None:
    faults = []
    for margin in plan.margins:
        if margin.source not in margins:
            faults.append(f"expected margin {margin.source}, got {', '.join(margins)}")
            continue
        lacking = [axis for axis in margin.by if axis not in margins[margin.source]]
        faults += [f"margin {margin.source} has no categories of {axis}" for axis in lacking]
    if faults:
        raise MarginMismatchError(
            "margins.csv",
            faults,
            hint="add them to the population's margins, or take the margin out of the plan",
        )


def _online(
    online: pd.DataFrame | None,
    chain: Chain,
    codes: Mapping[str, pd.Series],
    totals: Mapping[str, pd.Series],
    merged: Mapping[str, Collapsed],
    plan: CalibratedWeights,
) -> pd.DataFrame:
    people = pd.DataFrame() if online is None else online
    theirs = {m.id: _labels(people, m, merged[m.id]) for m in plan.margins if len(people)}
    return online_weights(people, chain.final.weight, codes, theirs, totals, plan)


def given_weights(people: pd.DataFrame, columns: tuple[str, ...]) -> pd.DataFrame:
    """Weights as delivered; the first column is the headline's."""
    headline = people[columns[0]].to_numpy(dtype=float)
    ones = np.ones(len(people))
    return pd.DataFrame(
        {
            "respondent_id": people["respondent_id"].to_numpy(),
            "base_weight": headline,
            "selection_factor": ones,
            "eligibility_factor": ones,
            "nonresponse_factor": ones,
            "calibration_factor": ones,
            "trimming_factor": ones,
            "recalibration_factor": ones,
            "is_trimmed": False,
            "response_class": None,
            "weight": headline,
            **{name: people[name].to_numpy(dtype=float) for name in columns},
        }
    )


def _with_classes(
    people: pd.DataFrame, fieldwork: pd.DataFrame, plan: CalibratedWeights
) -> pd.DataFrame:
    """The fieldwork record with class, household weight, and interviews that count."""
    by = list(plan.nonresponse.class_by)
    if foreign := [name for name in by if name not in ("stratum", "psu")]:
        raise ConfigError(
            "plan, weights.nonresponse.class_by",
            f"expected columns of the fieldwork record (stratum, psu), got {', '.join(foreign)}",
        )
    # Interviews excluded by the plan count as not completed: others stand for them too.
    kept = people.groupby("psu").size().reindex(fieldwork["psu"]).fillna(0)
    return fieldwork.assign(
        response_class=_joined(fieldwork, by),
        household_weight=1 / (fieldwork["psu_prob"] * fieldwork["household_prob"]),
        completed=kept.to_numpy().astype(int),
        known=fieldwork["issued"] - fieldwork["unknown"],
    )


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
