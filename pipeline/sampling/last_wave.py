"""Assumptions taken from the results of an earlier wave, where the design does not state them."""

import pandas as pd

from pipeline.config.workspace import Workspace
from pipeline.errors import ConfigError
from pipeline.fields import FINAL, LITERATE, WHOLE
from pipeline.io import parquet
from pipeline.sampling.design import AnyQuestion, ChangeQuestion, SamplingDesign, Stratum
from pipeline.sampling.frame import county_of
from pipeline.tables import ESTIMATES


def informed(design: SamplingDesign, workspace: Workspace) -> SamplingDesign:
    """The design with shares of `shares_from` and earlier estimates of `since` filled in.

    A stratum without a share takes the estimate of its county; a question of change that
    names a wave takes the city's estimate and its standard error.

    Raises:
        ConfigError: the wave has no such estimate.
        ContractError: the wave is not estimated yet.
    """
    strata, questions = design.strata, design.questions
    if design.shares_from is not None:
        of_county = _headline(workspace, design.shares_from, "county")
        strata = tuple(_with_share(stratum, of_county, design.shares_from) for stratum in strata)
    questions = tuple(_with_past(question, workspace) for question in questions)
    return design.model_copy(update={"strata": strata, "questions": questions})


def _with_share(stratum: Stratum, of_county: pd.DataFrame, wave: str) -> Stratum:
    if stratum.share is not None:
        return stratum
    county = county_of(stratum.name)
    if county not in of_county.index or not 0 < of_county.loc[county, "estimate"] < 1:
        raise ConfigError(
            f"stratum {stratum.name}", f"wave {wave} has no share of county {county}",
            hint="state the share of the stratum",
        )  # fmt: skip
    return stratum.model_copy(update={"share": float(of_county.loc[county, "estimate"])})


def _with_past(question: AnyQuestion, workspace: Workspace) -> AnyQuestion:
    if not isinstance(question, ChangeQuestion) or question.since is None:
        return question
    city = _headline(workspace, question.since, WHOLE)
    if city.empty:
        raise ConfigError(
            f"question {question.id}", f"wave {question.since} has no estimate of the city",
            hint="state before and last_se",
        )  # fmt: skip
    row = city.iloc[0]
    past = {"before": float(row["estimate"]), "last_se": float(row["se"])}
    return question.model_copy(update=past)


def _headline(workspace: Workspace, wave: str, domain: str) -> pd.DataFrame:
    """The wave's estimates of the headline share over one domain, by category."""
    label = workspace.standard(workspace.plan(wave).headline).label
    rows = parquet.read(ESTIMATES, workspace.processed("estimate", wave))
    wanted = {
        "standard": label, "weighting": FINAL, "indicator": LITERATE, "measure": "share",
        "domain": domain,
    }  # fmt: skip
    kept = rows[(rows[list(wanted)] == pd.Series(wanted)).all(axis=1)]
    return kept.dropna(subset=["estimate", "se"]).set_index("category")
