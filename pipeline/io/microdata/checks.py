"""Judging what mapping found: which rows count, which are set aside, what stops the run."""

from collections.abc import Callable, Collection, Sequence

import numpy as np
import pandas as pd

from pipeline.config.plan import Cleaning
from pipeline.errors import MicrodataError
from pipeline.io.microdata.mapping import Finding, Mapped


def findings_of_design(mapped: Mapped, weights: Collection[str]) -> list[Finding]:
    """Faults of identifiers, design columns and given weights."""
    ids = mapped.design["respondent_id"]
    probability = (mapped.design["source"] == "probability").to_numpy()
    known = mapped.design["source"].isin(["probability", "online"]).to_numpy()
    found = [
        Finding("blank", "respondent_id", "an identifier", ids.isna().to_numpy()),
        Finding(
            "duplicate_id", "respondent_id", "one row per identifier", ids.duplicated().to_numpy()
        ),
        Finding("code_outside_list", "source", "probability or online", ~known),
    ]
    for name in ("stratum", "psu"):
        blank = mapped.design[name].isna().to_numpy() & probability
        found.append(Finding("blank", name, "a design code", blank))
    for column, expected, is_sound in _NUMBERS:
        given = (mapped.design if column in mapped.design else mapped.paradata)[column]
        wrong = given.notna() & ~is_sound(pd.to_numeric(given, errors="coerce"))
        found.append(Finding("out_of_range", column, expected, wrong.to_numpy()))
    for name in weights:
        weight = pd.to_numeric(mapped.design[name], errors="coerce")
        positive = (weight > 0).to_numpy()
        found.append(Finding("weight_not_positive", name, "a weight above zero", ~positive))
    return found


# Numbers of the design and the fieldwork that may be empty but not wrong.
_NUMBERS: tuple[tuple[str, str, Callable[[pd.Series], pd.Series]], ...] = (
    ("person_prob", "a probability in (0, 1]", lambda number: (number > 0) & (number <= 1)),
    ("eligible_adults", "a whole number from 1", lambda number: (number >= 1) & (number % 1 == 0)),
    ("minutes", "a number from 0", lambda number: number >= 0),
)


def quarantined_rules(
    findings: Sequence[Finding], quarantine: Collection[str], where: str
) -> pd.Series:
    """Rule by which each row is quarantined, None for sound rows.

    Raises:
        MicrodataError: rows break rules that the plan does not quarantine; the message
            gives column, expectation and number of rows, never a value.
    """
    broken = [finding for finding in findings if finding.rows.any()]
    fatal = [finding for finding in broken if finding.rule not in quarantine]
    if fatal:
        raise MicrodataError(
            where,
            [
                f"column {f.column}: expected {f.expected}; {_rows(f)} ({f.rule})"
                for f in fatal
            ],
            hint="correct columns.toml, have the file corrected, or let the plan quarantine the "
            "rule under [cleaning]",
        )  # fmt: skip
    rules = pd.Series(None, index=range(len(findings[0].rows)), dtype=object)
    for finding in broken:
        rules[finding.rows & rules.isna().to_numpy()] = finding.rule
    return rules


def _rows(finding: Finding) -> str:
    count = int(finding.rows.sum())
    return f"{count} row does not" if count == 1 else f"{count} rows do not"


def excluded_rules(mapped: Mapped, scored: Sequence[str], cleaning: Cleaning) -> pd.Series:
    """Rule of the plan by which each sound interview is excluded, None when it counts.

    Args:
        mapped: the file in our columns.
        scored: answer columns of scored items.
        cleaning: the plan's rules.
    """
    rules = pd.Series(None, index=range(len(mapped.answers)), dtype=object)
    minutes = pd.to_numeric(mapped.paradata["minutes"], errors="coerce").to_numpy()
    if cleaning.min_minutes is not None:
        rules[minutes < cleaning.min_minutes] = "too_short"
    if cleaning.min_answered_share is not None:
        answered = (mapped.answers[list(scored)].to_numpy() >= 0).mean(axis=1)
        few = (answered < cleaning.min_answered_share) & rules.isna().to_numpy()
        rules[np.asarray(few)] = "too_few_answers"
    return rules
