"""What the addresses of a community bring: interviews, and the design effect within strata."""

from pipeline.sampling.design import SamplingDesign, Stratum
from pipeline.stats.survey.planning.two_stage import cluster_deff


def interviews_per_community(design: SamplingDesign, stratum: Stratum) -> float:
    """Interviews expected from the addresses of a community of a stratum."""
    fieldwork = design.fieldwork
    eligibility = stratum.eligibility or fieldwork.eligibility
    response = stratum.response or fieldwork.response
    return fieldwork.households_per_community * eligibility * response


def unit_deff(design: SamplingDesign, per_community: float) -> float:
    """Design effect within a stratum: as given, or Kish's times that of clusters."""
    effects = design.effects
    if effects.deff is not None:
        return effects.deff
    return effects.kish_deff * cluster_deff(effects.icc or 0.0, per_community)
