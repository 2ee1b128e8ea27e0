"""From mapped columns to the tables of the ingest stage, with nobody lost on the way."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from pipeline.config.instrument import Instrument
from pipeline.config.items import Item
from pipeline.config.plan import Cleaning
from pipeline.errors import ContractError
from pipeline.io.fieldwork import nested, reconcile
from pipeline.io.microdata.checks import excluded_rules, findings_of_design, quarantined_rules
from pipeline.io.microdata.domains import derive_domains
from pipeline.io.microdata.mapping import Mapped
from pipeline.io.microdata.reading import RawFile

_ONLINE = "online"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ingested:
    """What ingest hands on; `people` and `answers` meet again only in the estimate stage."""

    people: pd.DataFrame
    answers: pd.DataFrame
    paradata: pd.DataFrame
    set_aside: pd.DataFrame


def assemble(
    mapped: Mapped,
    *,
    wave: str,
    instrument: Instrument,
    bank: Mapping[str, Item],
    cleaning: Cleaning,
    weights: Sequence[str],
    fieldwork: pd.DataFrame,
    where: str,
) -> Ingested:
    """Judge every row, re-key people and interviewers, and split person from answers.

    Args:
        mapped: the file in our columns.
        wave: the wave's id, which becomes part of the new identifiers.
        instrument: the wave's questionnaire.
        bank: the item bank.
        cleaning: the plan's rules.
        weights: names of weights delivered with the file.
        fieldwork: drawn units with their probabilities; empty when weights are delivered.
        where: the wave's folder, for errors.

    Raises:
        MicrodataError: rows break rules that the plan does not quarantine, or units and
            interviews differ from the fieldwork record.
        ContractError: rows in are not rows out.
    """
    findings = [*findings_of_design(mapped, weights), *mapped.findings]
    quarantined = quarantined_rules(findings, cleaning.quarantine, where)
    scored = [column for item in instrument.items for column in bank[item].answer_columns]
    excluded = excluded_rules(mapped, scored, cleaning)
    key = rekeyed(mapped.design["respondent_id"], wave)
    counts = (quarantined.isna() & excluded.isna()).to_numpy()
    people = _people(mapped, key, wave, instrument, weights)
    if len(fieldwork):
        reconcile(fieldwork, people[people["source"] != _ONLINE], where)
        people = _with_probabilities(people, fieldwork)
    ingested = Ingested(
        people=people[counts],
        answers=mapped.answers.assign(respondent_id=key)[counts],
        paradata=_paradata(mapped, key, wave)[counts],
        set_aside=_set_aside(key, quarantined, excluded),
    )
    if len(ingested.people) + len(ingested.set_aside) != len(key):
        raise ContractError(where, "rows in are not clean + quarantined + excluded")
    return ingested


def rekeyed(identifiers: pd.Series, wave: str) -> pd.Series:
    """New identifiers in an order that reveals neither the old ones nor the file's order."""
    digests = [
        hashlib.sha256(f"{wave}|{value}|{row}".encode()).hexdigest()
        for row, value in enumerate(identifiers)
    ]
    order = pd.Series(digests, index=identifiers.index).rank(method="first").astype(int)
    return order.map(lambda position: f"{wave}-{position:06d}")


def _people(
    mapped: Mapped, key: pd.Series, wave: str, instrument: Instrument, weights: Sequence[str]
) -> pd.DataFrame:
    online = mapped.design["source"] == _ONLINE
    people = pd.DataFrame(
        {
            "respondent_id": key,
            "wave": wave,
            "source": mapped.design["source"],
            # Volunteers reached online stand outside the sample: no unit, no probability.
            "stratum": mapped.design["stratum"].mask(online, _ONLINE),
            "psu": nested(mapped.design["stratum"], mapped.design["psu"]).mask(online, _ONLINE),
            "psu_prob": float("nan"),
            "household_prob": float("nan"),
            "person_prob": _person_prob(mapped.design).mask(online),
        }
    )
    given = mapped.design[list(weights)].apply(pd.to_numeric, errors="coerce")
    domains = derive_domains(mapped.variables, instrument)
    return pd.concat([people, mapped.variables, domains, given], axis=1)


def _with_probabilities(people: pd.DataFrame, fieldwork: pd.DataFrame) -> pd.DataFrame:
    recorded = fieldwork.set_index("psu")[["psu_prob", "household_prob"]]
    found = recorded.reindex(people["psu"]).set_axis(people.index)
    return people.assign(**{name: found[name] for name in recorded})


def _person_prob(design: pd.DataFrame) -> pd.Series:
    """Recorded probability, or one over the eligible adults among whom one was drawn."""
    recorded = pd.to_numeric(design["person_prob"], errors="coerce")
    adults = pd.to_numeric(design["eligible_adults"], errors="coerce")
    return recorded.fillna(1 / adults)


def _paradata(mapped: Mapped, key: pd.Series, wave: str) -> pd.DataFrame:
    codes = mapped.paradata["interviewer"]
    known = {code: f"{wave}-I{number:03d}" for number, code in enumerate(_by_digest(codes), 1)}
    return pd.DataFrame(
        {
            "respondent_id": key,
            "interviewer": codes.map(known),
            "started_at": mapped.paradata["started_at"],
            "minutes": pd.to_numeric(mapped.paradata["minutes"], errors="coerce"),
        }
    )


def _by_digest(codes: pd.Series) -> list[str]:
    distinct = {str(code) for code in codes.dropna()}
    return sorted(distinct, key=lambda code: hashlib.sha256(code.encode()).hexdigest())


def _set_aside(key: pd.Series, quarantined: pd.Series, excluded: pd.Series) -> pd.DataFrame:
    rule = quarantined.fillna(excluded)
    outcome = pd.Series("excluded", index=rule.index).mask(quarantined.notna(), "quarantined")
    rows = rule.notna().to_numpy()
    return pd.DataFrame(
        {
            "respondent_id": key.to_numpy()[rows],
            "outcome": outcome.to_numpy()[rows],
            "rule": rule.to_numpy()[rows],
        }
    )


def quality_facts(raw: RawFile, mapped: Mapped, ingested: Ingested) -> dict[str, object]:
    """Facts of the file and the fate of its rows, for the quality report."""
    by_outcome = ingested.set_aside.groupby("outcome").size()
    by_rule = ingested.set_aside.groupby("rule").size()
    empty = mapped.variables.isna().sum()
    return {
        **raw.facts,
        "clean": len(ingested.people),
        "quarantined": int(by_outcome.get("quarantined", 0)),
        "excluded": int(by_outcome.get("excluded", 0)),
        "set_aside_by_rule": {str(rule): int(rows) for rule, rows in by_rule.items()},
        "empty_cells": {str(name): int(rows) for name, rows in empty[empty > 0].items()},
        "columns_taken": mapped.columns_taken,
        "columns_left": len(raw.frame.columns) - mapped.columns_taken,
    }
