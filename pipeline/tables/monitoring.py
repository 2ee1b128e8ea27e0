"""Tables of all waves together: trend, targets, published figures, areas."""

from pipeline.tables.contract import Table

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
