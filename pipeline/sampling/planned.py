"""A design read from its file and worked out against its list of communities."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from pipeline.config.loading import load
from pipeline.config.workspace import Workspace
from pipeline.io.digest import sha256
from pipeline.io.registers import read_targets
from pipeline.sampling.answers import Answer, Rule, answers
from pipeline.sampling.design import SamplingDesign
from pipeline.sampling.frame import read_frame
from pipeline.sampling.last_wave import informed
from pipeline.sampling.precision import DomainPlan, StratumPlan, domain_plans, strata_plans
from pipeline.sampling.spending import Spending, spending


@dataclass(frozen=True, kw_only=True, eq=False)
class Planned:
    """A design with what it leads to.

    Attributes:
        design: as read, with what it takes from an earlier wave.
        frame: one row per community on the list.
        strata: what is done in each stratum.
        domains: what the city and each county can expect.
        answers: to the questions of the design.
        spending: cost of the fieldwork; None where the design states no costs.
        design_digest: sha256 of the design's file.
        frame_digest: sha256 of the list's file.
    """

    design: SamplingDesign
    frame: pd.DataFrame
    strata: list[StratumPlan]
    domains: list[DomainPlan]
    answers: list[Answer]
    spending: Spending | None
    design_digest: str
    frame_digest: str


def work_out(workspace: Workspace, path: Path) -> Planned:
    """Read a design and its list, and work out what they lead to.

    Raises:
        ConfigError: the design or the list is wrong.
        DesignError: the communities cannot be allotted as asked.
    """
    design = informed(load(SamplingDesign, path), workspace)
    listing = path.parent / design.frame.file
    frame = read_frame(listing)
    strata = strata_plans(design, frame)
    domains = domain_plans(strata)
    listed = read_targets(workspace.raw)
    targets = dict(zip(listed["target_id"], listed["target"].astype(float), strict=True))
    rule = Rule(alpha=design.alpha, power=design.power, targets=targets)
    return Planned(
        design=design,
        frame=frame,
        strata=strata,
        domains=domains,
        answers=answers(design, domains, rule),
        spending=spending(design, domains[0]),
        design_digest=sha256(path),
        frame_digest=sha256(listing),
    )
