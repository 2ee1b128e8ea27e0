"""What must be refused."""

import math

from pipeline import survey
from pipeline.errors import PipelineError
from tests.oracle.survey.cases import Answers, Case, Folder
from tests.oracle.survey.designs import frame_of


def answer(folder: Folder, case: Case) -> Answers:
    """PSU labels that are used again in another stratum, when they are said to be unique."""
    spec = folder.designs[case.design]
    try:
        survey.Design(
            frame_of(folder, case),
            weight=spec["weights"],
            stratum=spec["strata"],
            psu=spec["psu"],
            psu_labels="unique",
        )
    except PipelineError:
        return {("", "refused"): 1.0}
    return {("", "refused"): 0.0}


def missing_weight(folder: Folder, case: Case) -> Answers:
    """A design with a weight missing."""
    spec, frame = folder.designs[case.design], frame_of(folder, case)
    frame.loc[frame.index[0], spec["weights"]] = math.nan
    survey.Design(frame, weight=spec["weights"], stratum=spec["strata"], psu=spec["psu"])
    return {}
