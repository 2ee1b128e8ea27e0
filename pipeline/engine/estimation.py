"""What a plan asks to be estimated, for whom: scores and answers meet weights here."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from pipeline import survey
from pipeline.config.instrument import Instrument
from pipeline.config.plan import Choice, Plan
from pipeline.config.standard import Standard
from pipeline.engine.disclosure import without_small_cells
from pipeline.engine.domains import domains_of
from pipeline.engine.samples import WaveSample, WeightTables, samples
from pipeline.fields import BLENDED, LITERATE, ONLINE, WHOLE, MissingKind
from pipeline.stats.arrays import FloatArray
from pipeline.stats.survey.estimation.domains import Domains
from pipeline.stats.survey.estimation.estimates import Estimates, Measure
from pipeline.stats.survey.estimation.estimators import mean, ratio, share, total
from pipeline.stats.survey.estimation.pooling import kish_in_domains, pooled
from pipeline.stats.survey.publication.presentation import Thresholds
from pipeline.stats.survey.replication.jackknife import jackknifed, left_out_estimates


@dataclass(frozen=True, slots=True, kw_only=True)
class WaveTables:
    """Tables of one wave, rows of the same people in the same order.

    Attributes:
        weighting: what the stage weight hands over, its people among them.
        graded_items: items with partial credit: their credit is a mean, not a share.
    """

    weighting: WeightTables
    answers: pd.DataFrame
    items: pd.DataFrame
    scores: pd.DataFrame
    dimensions: pd.DataFrame
    graded_items: frozenset[str] = frozenset()

    @property
    def people(self) -> pd.DataFrame:
        """Respondents, those of an online push last."""
        return self.weighting.people


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One quantity: its name, kind and value per person (NaN = outside the base)."""

    standard: str | None
    indicator: str
    measure: Measure
    values: FloatArray
    over: FloatArray | None = None


def requests(tables: WaveTables, standards: list[Standard], plan: Plan) -> Iterator[Request]:
    """Everything the plan asks for, one quantity at a time."""
    for standard in standards:
        yield from _score_requests(tables, standard, plan)
    if plan.estimates.items:
        for item in tables.items.columns.drop("respondent_id"):
            yield Request(
                standard=None,
                indicator=f"item:{item}",
                measure="mean" if item in tables.graded_items else "share",
                values=tables.items[item].to_numpy(dtype=float),
            )
    for indicator in plan.estimates.indicators:
        values = chosen(tables.answers, indicator)
        yield Request(standard=None, indicator=indicator.id, measure="share", values=values)
    for wanted in plan.estimates.ratios:
        yield Request(
            standard=None,
            indicator=wanted.id,
            measure="ratio",
            values=chosen(tables.answers, wanted.numerator),
            over=chosen(tables.answers, wanted.denominator),
        )


def _score_requests(tables: WaveTables, standard: Standard, plan: Plan) -> Iterator[Request]:
    label = standard.label
    scores = _of_standard(tables.scores, standard, tables.people)
    literate = scores["is_literate"].astype(float).to_numpy()
    points = scores["score"].to_numpy(dtype=float)
    yield Request(standard=label, indicator=LITERATE, measure="share", values=literate)
    yield Request(standard=label, indicator="score", measure="mean", values=points)
    if plan.estimates.population_total:
        yield Request(standard=label, indicator=LITERATE, measure="total", values=literate)
    for level in standard.levels if plan.estimates.levels else ():
        reached = np.where(np.isnan(points), np.nan, points >= level.cut)
        yield Request(
            standard=label, indicator=f"level:{level.id}", measure="share", values=reached
        )
    for dimension in standard.dimensions if plan.estimates.dimensions else ():
        rows = tables.dimensions[tables.dimensions["dimension"] == dimension.id]
        points_in = _of_standard(rows, standard, tables.people)["points"].to_numpy(dtype=float)
        yield Request(
            standard=label,
            indicator=f"dimension:{dimension.id}",
            measure="mean",
            values=points_in,
        )


def _of_standard(rows: pd.DataFrame, standard: Standard, people: pd.DataFrame) -> pd.DataFrame:
    """Rows of one standard in the order of `people`; unscored people get empty rows."""
    own = rows[rows["standard"] == standard.label].set_index("respondent_id")
    return own.reindex(people["respondent_id"])


def chosen(answers: pd.DataFrame, choice: Choice) -> FloatArray:
    """(n,) 1 where any of the codes was answered, 0 where not, NaN where not asked."""
    if choice.question in answers:
        columns = answers[[choice.question]].to_numpy()
        hit = np.isin(columns, [int(code) for code in choice.codes])
    else:
        columns = answers[[f"{choice.question}_{code}" for code in choice.codes]].to_numpy()
        hit = columns == 1
    asked = (columns != int(MissingKind.NOT_ASKED)).any(axis=1)
    return np.where(asked, hit.any(axis=1).astype(float), np.nan)


def estimate_table(
    tables: WaveTables, standards: list[Standard], instrument: Instrument, plan: Plan, wave: str
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """All estimates of a wave, and the unit totals behind its literacy shares.

    Returns:
        (estimates, psu_sums) as their table contracts describe.
    """
    domains = domains_of(tables.people, instrument, plan)
    designs = samples(tables.weighting, plan)
    rows, totals = [], []
    for request in requests(tables, standards, plan):
        drawn: Estimates | None = None
        for weighting, design in designs.items():
            if weighting in (ONLINE, BLENDED) and not _shows_the_blend(request):
                continue
            found = estimated(request, design, domains, plan)
            drawn = drawn or found
            if weighting == BLENDED:
                # Independent volunteers add no knowledge of how first-stage units differ.
                found = replace(found, pooled_df=np.minimum(found.df, drawn.df))
            identity = {
                "wave": wave,
                "standard": request.standard,
                "weighting": weighting,
                "indicator": request.indicator,
                "measure": request.measure,
            }
            rows.append(_figures(found, plan).assign(**identity))
            if weighting not in (ONLINE, BLENDED) and _is_literacy(request):
                totals.append(found.psu_frame().assign(**identity))
    estimates = without_small_cells(pd.concat(rows, ignore_index=True), plan)
    return estimates, pd.concat(totals, ignore_index=True)


def _is_literacy(request: Request) -> bool:
    return request.indicator == LITERATE and request.measure == "share"


def _shows_the_blend(request: Request) -> bool:
    """Whether online and blended figures stand beside: literacy shares and mean scores."""
    return request.measure != "total" and request.indicator in (LITERATE, "score")


def headline_row(estimates: pd.DataFrame, standard: str) -> pd.Series:
    """The share of literate people in the whole area under a standard, first weighting."""
    rows = estimates[
        (estimates["standard"] == standard)
        & (estimates["indicator"] == LITERATE)
        & (estimates["measure"] == "share")
        & (estimates["domain"] == WHOLE)
    ]
    return rows.iloc[0]


def estimated(request: Request, design: WaveSample, domains: Domains, plan: Plan) -> Estimates:
    """Estimates of one quantity with the errors that the plan asks for.

    Args:
        request: values of the respondents, online ones last.
        design: the sample under one weighting.
        domains: over the same respondents.
        plan: says how few units are dealt with.
    """
    return _pooled(_estimate(request, design, domains), request, design, domains, plan)


def _estimate(request: Request, design: WaveSample, domains: Domains) -> Estimates:
    sample, without = design.sample, design.left_out
    unanswered = sample.n_rows - len(request.values)
    everybody = domains.extended(unanswered)
    values = _extended(request.values, unanswered)
    if request.over is not None:
        found = ratio(values, _extended(request.over, unanswered), sample, everybody)
    else:
        estimators = {"share": share, "mean": mean, "total": total}
        found = estimators[request.measure](values, sample, everybody)
    if without is None:
        return found
    left_out = left_out_estimates(request.measure, request.values, request.over, without, domains)
    return jackknifed(found, left_out)


def _extended(values: FloatArray, unanswered: int) -> FloatArray:
    """Values of the respondents; the other rows of the sample have none."""
    return np.concatenate([values, np.full(unanswered, np.nan)])


def _pooled(
    found: Estimates, request: Request, design: WaveSample, domains: Domains, plan: Plan
) -> Estimates:
    below_df = plan.variance.pool_below_df
    if below_df is None:
        return found
    present = ~np.isnan(request.values)
    kish = kish_in_domains(design.sample.weight[: len(present)], domains, present)
    return pooled(found, kish=kish, below_df=below_df)


def _figures(found: Estimates, plan: Plan) -> pd.DataFrame:
    rules = plan.estimates
    return survey.figures(
        found, interval=rules.interval, level=rules.confidence, thresholds=_thresholds(plan)
    )


def _thresholds(plan: Plan) -> Thresholds:
    return Thresholds(
        **plan.publication.model_dump(exclude={"note", "min_cell", "cell_protection"})
    )
