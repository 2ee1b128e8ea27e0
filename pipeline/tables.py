"""Contracts of the tables that stages hand to each other.

A table lists its columns (defined in `fields`) and its key. `check` refuses a frame that
breaks them and says which rule and how many rows, never which values.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from pipeline.errors import ContractError
from pipeline.fields import FIELDS, Field


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table: its columns in order, its key, and whether the instrument adds columns."""

    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    has_instrument_columns: bool = False


PEOPLE = Table(
    name="people",
    columns=(
        "respondent_id",
        "wave",
        "source",
        "stratum",
        "psu",
        "psu_prob",
        "household_prob",
        "person_prob",
    ),
    key=("respondent_id",),
    has_instrument_columns=True,
)
ANSWERS = Table(
    name="answers", columns=("respondent_id",), key=("respondent_id",), has_instrument_columns=True
)
FIELDWORK = Table(
    name="fieldwork",
    columns=(
        "stratum", "psu", "psu_prob", "household_prob", "issued", "eligible", "completed",
        "refused", "unknown",
    ),
    key=("psu",),
)  # fmt: skip
PARADATA = Table(
    name="paradata",
    columns=("respondent_id", "interviewer", "started_at", "minutes"),
    key=("respondent_id",),
)
SET_ASIDE = Table(
    name="set_aside", columns=("respondent_id", "outcome", "rule"), key=("respondent_id",)
)
ITEMS = Table(
    name="items", columns=("respondent_id",), key=("respondent_id",), has_instrument_columns=True
)
SCORES = Table(
    name="scores",
    columns=("respondent_id", "standard", "score", "is_literate", "level"),
    key=("respondent_id", "standard"),
)
DIMENSIONS = Table(
    name="dimensions",
    columns=("respondent_id", "standard", "dimension", "points"),
    key=("respondent_id", "standard", "dimension"),
)
WEIGHTS = Table(
    name="weights",
    columns=(
        "respondent_id",
        "base_weight",
        "selection_factor",
        "eligibility_factor",
        "nonresponse_factor",
        "calibration_factor",
        "trimming_factor",
        "recalibration_factor",
        "is_trimmed",
        "response_class",
        "weight",
    ),
    key=("respondent_id",),
    has_instrument_columns=True,
)
LEFT_OUT = Table(
    name="left_out",
    columns=("respondent_id",),
    key=("respondent_id",),
    has_instrument_columns=True,
)
ONLINE_WEIGHTS = Table(
    name="online_weights",
    columns=("respondent_id", "weight", "blend_share"),
    key=("respondent_id",),
)
NOT_INTERVIEWED = Table(
    name="not_interviewed",
    columns=("stratum", "psu", "response_class", "contact", "households", "base_weight"),
    key=("psu", "response_class", "contact"),
)
MARGIN_FIT = Table(
    name="margin_fit",
    columns=("margin", "category", "population_share", "before", "after"),
    key=("margin", "category"),
)
MERGES = Table(
    name="merges",
    columns=("margin", "axis", "merged", "category", "completed"),
    key=("margin", "category"),
)
RESPONSE = Table(
    name="response",
    columns=(
        "response_class", "issued", "unknown", "eligible", "refused", "completed",
        "response_rate", "refusal_rate", "contact_rate", "cooperation_rate",
        "eligibility_factor", "nonresponse_factor",
    ),
    key=("response_class",),
)  # fmt: skip
_ESTIMATE_KEY = ("wave", "standard", "weighting", "indicator", "measure", "domain", "category")
ESTIMATES = Table(
    name="estimates",
    columns=(
        *_ESTIMATE_KEY, "estimate", "se", "ci_low", "ci_high", "df", "n", "n_psu", "n_strata",
        "n_eff", "deff", "cv", "population", "flag", "reason",
    ),
    key=_ESTIMATE_KEY,
)  # fmt: skip
PSU_SUMS = Table(
    name="psu_sums",
    columns=(*_ESTIMATE_KEY, "stratum", "psu", "z", "holds_domain", "is_centred"),
    key=(*_ESTIMATE_KEY, "psu"),
)
TREND = Table(
    name="trend",
    columns=(
        "area_code", "standard", "kind", "wave", "year", "domain", "category", "estimate", "se",
        "ci_low", "ci_high", "sample_size", "flag", "citation",
    ),
    key=("area_code", "standard", "kind", "year", "domain", "category"),
)  # fmt: skip
PUBLISHED = Table(
    name="published",
    columns=(
        "area_code",
        "year",
        "standard",
        "domain",
        "category",
        "estimate",
        "sample_size",
        "citation",
    ),
    key=("area_code", "year", "standard", "domain", "category"),
)
TARGETS = Table(
    name="targets",
    columns=(
        "target_id",
        "area_code",
        "year",
        "operator",
        "target",
        "target_kind",
        "standard",
        "document",
    ),
    key=("target_id",),
)
AREAS = Table(
    name="areas",
    columns=("area_code", "parent_code", "name_zh", "name_en"),
    key=("area_code",),
)
CHANGES = Table(
    name="changes",
    columns=(
        "standard", "domain", "category", "wave_from", "wave_to", "change", "se", "ci_low",
        "ci_high", "df", "p_value", "is_significant", "flag",
    ),
    key=("standard", "domain", "category", "wave_from", "wave_to"),
)  # fmt: skip
GAPS = Table(
    name="gaps",
    columns=(
        "wave", "standard", "gap", "category_a", "category_b", "comparison", "estimate", "se",
        "ci_low", "ci_high", "df", "flag",
    ),
    key=("wave", "standard", "gap", "category_a", "category_b", "comparison"),
)  # fmt: skip
RANKS = Table(
    name="ranks",
    columns=(
        "wave", "standard", "domain", "category", "estimate", "rank", "rank_low", "rank_high",
        "prob_highest", "may_rank",
    ),
    key=("wave", "standard", "domain", "category"),
)  # fmt: skip
VERDICTS = Table(
    name="verdicts",
    columns=(
        "wave", "standard", "target_id", "area_code", "target_year", "is_due", "operator",
        "target", "estimate", "se", "df", "p_value", "prob_met", "verdict", "n_needed",
    ),
    key=("wave", "standard", "target_id"),
)  # fmt: skip


def check(table: Table, frame: pd.DataFrame) -> pd.DataFrame:
    """Return `frame` with the table's columns first, or refuse it.

    Raises:
        ContractError: one sentence per broken rule: column, rule, number of rows.
    """
    missing = [name for name in table.columns if name not in frame.columns]
    extra = [name for name in frame.columns if name not in table.columns]
    faults = [f"column {name} is missing" for name in missing]
    if not table.has_instrument_columns:
        faults += [f"column {name} does not belong to the table" for name in extra]
    if not faults and frame.empty:
        # Without rows there is nothing to infer a type from.
        frame = frame.astype({name: _STORED[FIELDS[name].type] for name in table.columns})
    elif not faults:
        faults = _broken_rules(table, frame)
    if faults:
        raise ContractError(f"table {table.name}", faults, hint="the stage that wrote it is wrong")
    return frame[[*table.columns, *extra]]


def _broken_rules(table: Table, frame: pd.DataFrame) -> list[str]:
    # pandera costs half a second to import; --help and configuration never need it.
    import pandera.pandas as pa
    from pandera.errors import SchemaErrors

    schema = pa.DataFrameSchema(
        {name: _column(FIELDS[name]) for name in table.columns}, unique=list(table.key)
    )
    try:
        schema.validate(frame, lazy=True)
    except SchemaErrors as broken:
        counts = broken.failure_cases.groupby(["column", "check"], dropna=False).size()
        # A repeated key is reported once per column of the key.
        rows_by_rule = {
            _sentence(table, column, rule): rows for (column, rule), rows in dict(counts).items()
        }
        return [f"{rule}; rows that differ: {rows}" for rule, rows in rows_by_rule.items()]
    return []


def _sentence(table: Table, column: str, rule: str) -> str:
    if rule == "multiple_fields_uniqueness":
        return f"key {', '.join(table.key)}: expected one row each"
    return f"column {column}: expected {'a value' if rule == 'not_nullable' else rule}"


def _column(field: Field):  # type: ignore[no-untyped-def]  # noqa: ANN202 - pandera is lazy
    import pandera.pandas as pa

    checks = [pa.Check(_TYPE_RULES[field.type], error=_KINDS[field.type])]
    if field.allowed:
        checks.append(pa.Check.isin(field.allowed, error=f"one of {', '.join(field.allowed)}"))
    if field.low is not None:
        checks.append(pa.Check.ge(field.low, error=f"at least {field.low:g}"))
    if field.high is not None:
        checks.append(pa.Check.le(field.high, error=f"at most {field.high:g}"))
    return pa.Column(checks=checks, nullable=field.nullable)


_KINDS = {"text": "text", "integer": "whole numbers", "number": "numbers", "boolean": "yes or no"}
_STORED = {"text": "str", "integer": "int64", "number": "float64", "boolean": "bool"}


def _stored(is_kind: Callable[..., bool]) -> Callable[["pd.Series[Any]"], "pd.Series[bool]"]:
    """A rule of the whole column: one wrong cell changes how all of them are stored."""
    return lambda column: pd.Series(is_kind(column.dtype), index=column.index)


# Parquet gives text back as pandas strings, and an all-empty column as objects: the
# contract is about kinds of values, not about one storage type.
_TYPE_RULES = {
    "text": lambda column: column.map(lambda cell: isinstance(cell, str)),
    "integer": _stored(pd.api.types.is_integer_dtype),
    "number": _stored(pd.api.types.is_numeric_dtype),
    "boolean": _stored(pd.api.types.is_bool_dtype),
}
