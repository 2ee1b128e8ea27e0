"""Tables of one wave: people, answers, scores, weights, estimates."""

from pipeline.tables.contract import Table

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
