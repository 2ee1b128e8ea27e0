"""Survey statistics for analysts: designs over frames, estimates as tidy tables."""

from pipeline.survey.design import Design
from pipeline.survey.figures import figures
from pipeline.survey.replicate_design import ReplicateDesign
from pipeline.survey.table import NCHS

__all__ = ["NCHS", "Design", "ReplicateDesign", "figures"]
