"""What a weighting did, as tables and facts."""

from collections.abc import Mapping

import pandas as pd

from pipeline.engine.chain import Chain
from pipeline.stats.arrays import FloatArray
from pipeline.stats.survey.weighting.collapse import Collapsed
from pipeline.stats.survey.weighting.diagnostics import (
    kish_deff,
    margin_distances,
    n_eff,
    weight_range,
)
from pipeline.stats.survey.weighting.response_rates import Dispositions, response_rates


def weight_table(
    people: pd.DataFrame, base: FloatArray, chain: Chain, codes: Mapping[str, pd.Series]
) -> pd.DataFrame:
    """All factors of every respondent's weight."""
    return pd.DataFrame(
        {
            "respondent_id": people["respondent_id"].to_numpy(),
            "base_weight": base,
            "selection_factor": 1 / people["person_prob"].to_numpy(),
            "eligibility_factor": chain.known,
            "nonresponse_factor": chain.answered,
            "calibration_factor": chain.raked.factor,
            "trimming_factor": chain.kept / chain.raked.weight,
            "recalibration_factor": chain.final.weight / chain.kept,
            "is_trimmed": chain.is_trimmed,
            "response_class": people["response_class"].to_numpy(),
            "weight": chain.final.weight,
            **{f"margin_{name}": labels.to_numpy() for name, labels in codes.items()},
        }
    )


def not_interviewed(fieldwork: pd.DataFrame) -> pd.DataFrame:
    """Addresses without an interview that counts, by unit and reason, with their base weight."""
    households = {
        "unknown": fieldwork["unknown"],
        "ineligible": fieldwork["known"] - fieldwork["eligible"],
        "no_interview": fieldwork["eligible"] - fieldwork["completed"],
    }
    rows = pd.concat(
        fieldwork[["stratum", "psu", "response_class"]].assign(
            contact=contact,
            households=count,
            base_weight=fieldwork["household_weight"] * count,
        )
        for contact, count in households.items()
    )
    return rows[rows["households"] > 0].reset_index(drop=True)


def response_table(fieldwork: pd.DataFrame, chain: Chain) -> pd.DataFrame:
    """Counts, AAPOR rates and factors by response class."""
    counts = ["issued", "unknown", "eligible", "refused", "completed"]
    table = fieldwork.groupby("response_class")[counts].sum()
    rates = [response_rates(_dispositions(row)) for _, row in table.iterrows()]
    return table.assign(
        response_rate=[rate.rr3 for rate in rates],
        refusal_rate=[rate.ref2 for rate in rates],
        contact_rate=[rate.con2 for rate in rates],
        cooperation_rate=[rate.coop1 for rate in rates],
        eligibility_factor=chain.eligibility.table["factor"],
        nonresponse_factor=chain.nonresponse.table["factor"],
    ).reset_index()


def _dispositions(counts: "pd.Series[float]") -> Dispositions:
    """Addresses by outcome; what became of eligible ones beyond refusal is not recorded."""
    return Dispositions(
        complete=counts["completed"],
        refusal=counts["refused"],
        non_contact=counts["eligible"] - counts["completed"] - counts["refused"],
        unknown_household=counts["unknown"],
        ineligible=counts["issued"] - counts["unknown"] - counts["eligible"],
    )


def margin_fit(
    codes: Mapping[str, pd.Series],
    totals: Mapping[str, pd.Series],
    before: FloatArray,
    after: FloatArray,
) -> pd.DataFrame:
    """Shares of margin categories: population, and sample before and after."""
    targets = {name: total.to_dict() for name, total in totals.items()}
    rows = margin_distances(codes, targets, before=before, after=after)
    rows = rows.rename(columns={"target": "population_share"})
    return rows.drop(columns=["gap_before", "gap_after"])


def merge_table(merged: Mapping[str, Collapsed]) -> pd.DataFrame:
    """Categories merged because too few respondents fell into them."""
    rows = [
        (name, merge.axis, " ".join(merge.merged), merge.label, merge.count)
        for name, result in merged.items()
        for merge in result.merges
    ]
    columns = ["margin", "axis", "merged", "category", "completed"]
    return pd.DataFrame(rows, columns=columns).astype({"completed": "int64"})


def chain_facts(chain: Chain) -> dict[str, float]:
    """Size, range and design effect of the weights; rounds, gap and trimming."""
    trimmed = chain.trimmed
    return {
        **weight_facts(chain.final.weight),
        "raking_rounds": chain.raked.rounds,
        "raking_gap": chain.final.gap,
        "trimmed_low": trimmed.n_low if trimmed else 0,
        "trimmed_high": trimmed.n_high if trimmed else 0,
    }


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
