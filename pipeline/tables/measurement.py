"""Tables of the measurement: how good the ruler is, and whether it stayed the same."""

from pipeline.tables.contract import Table

ITEM_STATISTICS = Table(
    name="item_statistics",
    columns=(
        "wave", "item", "dimension", "is_anchor", "exposure", "n", "difficulty", "difficulty_se",
        "item_rest", "upper_lower", "dont_know_share", "refused_share", "slope", "slope_se",
        "location", "location_se", "information_at_cut", "fit_p", "dif", "has_drift", "warnings",
    ),
    key=("wave", "item"),
)  # fmt: skip
ITEM_MODES = Table(
    name="item_modes",
    columns=("wave", "item", "mode", "n", "difficulty", "item_rest", "dont_know_share"),
    key=("wave", "item", "mode"),
)
OPTIONS = Table(
    name="options",
    columns=("wave", "item", "option", "is_key", "band", "share", "rest_score"),
    key=("wave", "item", "option", "band"),
)
RELIABILITY = Table(
    name="reliability",
    columns=("wave", "standard", "dimension", "coefficient", "estimate", "ci_low", "ci_high"),
    key=("wave", "standard", "dimension", "coefficient"),
)
FIT = Table(
    name="fit",
    columns=("wave", "statistic", "estimate"),
    key=("wave", "statistic"),
)
EIGENVALUES = Table(
    name="eigenvalues",
    columns=("wave", "factor", "eigenvalue", "by_chance"),
    key=("wave", "factor"),
)
CURVES = Table(
    name="curves",
    columns=("wave", "standard", "ability", "expected_score", "information", "density"),
    key=("wave", "standard", "ability"),
)
ACCURACY = Table(
    name="accuracy",
    columns=(
        "wave", "standard", "method", "accuracy", "consistency", "kappa", "false_pass",
        "false_fail", "pass_again",
    ),
    key=("wave", "standard", "method"),
)  # fmt: skip
ACCURACY_BY_SCORE = Table(
    name="accuracy_by_score",
    columns=("wave", "standard", "score", "score_share", "prob_true", "prob_again"),
    key=("wave", "standard", "score"),
)
READINGS = Table(
    name="readings",
    columns=("wave", "standard", "at_or_above", "above", "exactly"),
    key=("wave", "standard"),
)
CORRECTED = Table(
    name="corrected",
    columns=(
        "wave", "standard", "domain", "category", "observed", "estimate", "se", "ci_low",
        "ci_high", "df", "n", "missing_information", "flag",
    ),
    key=("wave", "standard", "domain", "category"),
)  # fmt: skip
LINKS = Table(
    name="links",
    columns=(
        "wave_from", "wave_to", "is_linked", "link_reason", "anchors", "anchors_dropped",
        "link_slope", "link_shift", "link_se", "ability_change", "se", "ci_low", "ci_high",
        "p_value",
    ),
    key=("wave_from", "wave_to"),
)  # fmt: skip
CORRECTED_CHANGES = Table(
    name="corrected_changes",
    columns=(
        "standard", "domain", "category", "wave_from", "wave_to", "change", "se", "link_se",
        "ci_low", "ci_high", "df", "p_value", "flag",
    ),
    key=("standard", "domain", "category", "wave_from", "wave_to"),
)  # fmt: skip
ANCHORS = Table(
    name="anchors",
    columns=(
        "wave_from", "wave_to", "item", "location_from", "location_to", "robust_z", "mh_delta",
        "is_kept", "drop_reason",
    ),
    key=("wave_from", "wave_to", "item"),
)  # fmt: skip
DIF = Table(
    name="dif",
    columns=(
        "wave", "item", "grouping", "reference", "focal", "n_reference", "n_focal", "mh_delta",
        "p_value", "std_difference", "r2_uniform", "r2_nonuniform", "dif", "dif_reason",
    ),
    key=("wave", "item", "grouping", "focal"),
)  # fmt: skip
DIF_EFFECTS = Table(
    name="dif_effects",
    columns=("wave", "standard", "grouping", "group", "items_removed", "observed", "without"),
    key=("wave", "standard", "grouping", "group"),
)
