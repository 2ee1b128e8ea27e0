"""Planning of samples for analysts: sizes, power, allocation, stages, at one address."""

from pipeline.stats.survey.planning.allocation import (
    at_cost,
    bounded,
    equal,
    for_variance,
    neyman,
    power_allocation,
    proportional,
    whole,
)
from pipeline.stats.survey.planning.bethel import (
    demands,
    optimum,
)
from pipeline.stats.survey.planning.comparison import (
    TwoShares,
)
from pipeline.stats.survey.planning.mean_size import (
    n_for_domain_mean_cv,
    n_for_domain_total_cv,
    n_for_mean_cv,
    n_for_mean_margin,
)
from pipeline.stats.survey.planning.power import (
    power_to_exceed,
    power_to_show,
    se_for_change,
    waves_for_mean_change,
    waves_for_share_change,
)
from pipeline.stats.survey.planning.sample_size import (
    n_by_log_odds,
    n_by_wald,
    n_by_wilson,
    n_for_share_cv,
    n_to_draw,
    n_to_exceed,
)
from pipeline.stats.survey.planning.two_stage import (
    best_three_stage,
    best_two_stage,
    cluster_deff,
    homogeneity,
    three_stage_cv,
    two_stage_cv,
    two_stage_with_units,
)

__all__ = [
    "TwoShares",
    "at_cost",
    "best_three_stage",
    "best_two_stage",
    "bounded",
    "cluster_deff",
    "demands",
    "equal",
    "for_variance",
    "homogeneity",
    "n_by_log_odds",
    "n_by_wald",
    "n_by_wilson",
    "n_for_domain_mean_cv",
    "n_for_domain_total_cv",
    "n_for_mean_cv",
    "n_for_mean_margin",
    "n_for_share_cv",
    "n_to_draw",
    "n_to_exceed",
    "neyman",
    "optimum",
    "power_allocation",
    "power_to_exceed",
    "power_to_show",
    "proportional",
    "se_for_change",
    "three_stage_cv",
    "two_stage_cv",
    "two_stage_with_units",
    "waves_for_mean_change",
    "waves_for_share_change",
    "whole",
]
