"""The samples behind a wave's estimates: its people with the weighting as it was done.

Estimates take the whole weighting into their errors, so addresses that gave no interview are
part of the sample: they are rows without values, whose weight others carry. Respondents of an
online push are rows too. Nobody drew them, so they have no weight in the headline; two further
samples, of them alone and of both blended, show what they would change.

The records of the weighting functions end with the stage weight; what it hands over are tables
of factors. So the adjustments of the steps are read back from the factors here.
"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from pipeline.config.plan import CalibratedWeights, GivenWeights, Plan
from pipeline.fields import BLENDED, FINAL, ONLINE
from pipeline.stats.arrays import FloatArray
from pipeline.stats.survey.design.adjustment import Adjustment, indicators_of
from pipeline.stats.survey.design.sample import Sample
from pipeline.stats.survey.replication.jackknife import left_out_factors


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightTables:
    """What the stage weight hands over.

    Attributes:
        people: respondents with stratum and psu: n of the probability sample, m online.
        weights: (n rows) all factors of the probability sample, in the order of `people`.
        not_interviewed: addresses without an interview that counts, per unit and reason.
        online: (m rows) weights of the online respondents, or empty.
        left_out: (n rows) weights with each first-stage unit left out, one column each; without
            such columns errors are linearised.
    """

    people: pd.DataFrame
    weights: pd.DataFrame
    not_interviewed: pd.DataFrame
    online: pd.DataFrame
    left_out: pd.DataFrame

    @property
    def without_units(self) -> pd.DataFrame | None:
        """The weights alone; None when no unit was left out."""
        weights = self.left_out.drop(columns="respondent_id")
        return weights if len(weights.columns) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class WaveSample:
    """A sample of the wave under one weighting.

    Attributes:
        sample: respondents in the order of the tables, then addresses without an interview.
        left_out: (n + m, units) weights with each unit left out, units as the sample orders
            them; None: errors are linearised.
    """

    sample: Sample
    left_out: FloatArray | None = None


def samples(tables: WeightTables, plan: Plan) -> dict[str, WaveSample]:
    """The sample under each weight that the plan reports, by name of the weighting."""
    if isinstance(plan.weights, GivenWeights):
        # The first delivered weight is the headline's; the others keep their own names.
        names = [FINAL, *plan.weights.columns[1:]]
        columns = [tables.weights[column].to_numpy() for column in plan.weights.columns]
        return {
            name: WaveSample(sample=_sample(column, tables.people, plan))
            for name, column in zip(names, columns, strict=True)
        }
    final = _final(tables, plan, plan.weights)
    found = {FINAL: WaveSample(sample=final, left_out=_left_out(tables))}
    if len(tables.online):
        found[ONLINE] = WaveSample(sample=_online(final, tables))
        found[BLENDED] = _blended(final, tables)
    return found


def _sample(
    base: FloatArray, rows: pd.DataFrame, plan: Plan, steps: tuple[Adjustment, ...] = ()
) -> Sample:
    lonely = plan.variance.lonely_psu
    return Sample.clustered(base, rows["stratum"], rows["psu"], lonely_psu=lonely, steps=steps)


def _final(tables: WeightTables, plan: Plan, rules: CalibratedWeights) -> Sample:
    """The probability sample from addresses to people; online respondents weigh nothing."""
    columns = ["stratum", "psu"]
    n = len(tables.weights)
    alone = tables.people[n:].assign(psu=tables.people["respondent_id"][n:])
    rows = pd.concat([part[columns] for part in (tables.people[:n], alone, tables.not_interviewed)])
    lay = _Layout(tables.weights, tables.online, tables.not_interviewed)
    base = lay.rows(lay.households, online=0.0, others=tables.not_interviewed["base_weight"])
    return _sample(base, rows, plan, (*_response_steps(lay), *_weighting_steps(lay, rules)))


def _online(final: Sample, tables: WeightTables) -> Sample:
    """Online respondents alone, as if drawn one by one with unequal weights."""
    base = np.zeros(final.n_rows)
    n = len(tables.weights)
    base[n : n + len(tables.online)] = tables.online["weight"]
    return replace(final, base_weight=base, steps=())


def _blended(final: Sample, tables: WeightTables) -> WaveSample:
    """Both: online respondents vary independently, one unit each in a stratum of their own.

    Their bias is in no standard error.
    """
    share = float(tables.online["blend_share"].iloc[0])
    n, own = len(tables.weights), share * tables.online["weight"].to_numpy()
    base = (1 - share) * final.base_weight
    base[n : n + len(own)] = own
    both = replace(final, base_weight=base)
    if tables.without_units is None:
        return WaveSample(sample=both)
    drawn = (1 - share) * tables.without_units
    # Leaving out an online respondent moves only the other online respondents.
    fixed = np.repeat((1 - share) * final.weight[:n, None], len(own), axis=1)
    beside = np.repeat(own[:, None], drawn.shape[1], axis=1)
    alone = own[:, None] * left_out_factors(np.zeros(len(own), dtype=np.int64))
    units = [*drawn.columns, *tables.online["respondent_id"]]
    weights = pd.DataFrame(np.block([[drawn.to_numpy(), fixed], [beside, alone]]), columns=units)
    return WaveSample(sample=both, left_out=weights[list(both.units.unit)].to_numpy())


def _left_out(tables: WeightTables) -> FloatArray | None:
    if tables.without_units is None:
        return None
    weights = tables.without_units.to_numpy()
    return np.vstack([weights, np.zeros((len(tables.online), weights.shape[1]))])


class _Layout:
    """Columns of the probability sample laid over all rows of the wave."""

    def __init__(self, weights: pd.DataFrame, online: pd.DataFrame, others: pd.DataFrame) -> None:
        self.weights, self.others, self.m = weights, others, len(online)
        self.households = weights["base_weight"] / weights["selection_factor"]

    def rows(
        self,
        values: "pd.Series[float]",
        *,
        online: float = 1.0,
        others: "pd.Series[float] | float" = 0.0,
    ) -> FloatArray:
        """Values of the respondents, of online respondents, of addresses not interviewed."""
        rest = np.broadcast_to(np.asarray(others, dtype=np.float64), len(self.others))
        parts = [values.to_numpy(dtype=np.float64), np.full(self.m, online), rest]
        return np.concatenate(parts)

    def labels(
        self, values: "pd.Series[str]", others: "pd.Series[str] | None" = None
    ) -> "pd.Series[str]":
        """Names for the respondents, none online, and those given for the others."""
        rest = pd.Series([None] * len(self.others), dtype=object) if others is None else others
        nobody = pd.Series([None] * self.m, dtype=object)
        return pd.concat([values, nobody, rest], ignore_index=True)


def _response_steps(lay: _Layout) -> tuple[Adjustment, ...]:
    """Unknown eligibility, if any, and nonresponse: both within classes, by households."""
    weights, others = lay.weights, lay.others
    is_known = (others["contact"] != "unknown").astype(float)
    is_eligible = others["contact"] == "no_interview"
    by_class = dict(zip(weights["response_class"], weights["eligibility_factor"], strict=True))
    resolved = others["response_class"].map(by_class) * is_known
    eligibility = Adjustment(
        ratio=lay.rows(weights["eligibility_factor"], others=resolved),
        auxiliaries=indicators_of(
            [lay.labels(weights["response_class"], others["response_class"])]
        ),
        regression_weight=lay.rows(
            lay.households, online=0.0, others=others["base_weight"] * is_known
        ),
        is_estimated=True,
    )
    classes = others["response_class"].where(is_eligible)
    nonresponse = Adjustment(
        ratio=lay.rows(weights["nonresponse_factor"]),
        auxiliaries=indicators_of([lay.labels(weights["response_class"], classes)]),
        regression_weight=lay.rows(lay.households * weights["eligibility_factor"], online=0.0),
        is_estimated=True,
    )
    return (nonresponse,) if is_known.all() else (eligibility, nonresponse)


def _weighting_steps(lay: _Layout, rules: CalibratedWeights) -> tuple[Adjustment, ...]:
    """The person in the household, raking, and where weights were trimmed, raking once more."""
    weights = lay.weights
    # Which member of a household answers is a stage of selection; its units are not clustered.
    selection = Adjustment(ratio=lay.rows(weights["selection_factor"]))
    margins = indicators_of([lay.labels(weights[f"margin_{m.id}"]) for m in rules.margins])
    before = weights["base_weight"] * weights["eligibility_factor"] * weights["nonresponse_factor"]
    raking = Adjustment(
        ratio=lay.rows(weights["calibration_factor"]),
        auxiliaries=margins,
        regression_weight=lay.rows(before, online=0.0),
    )
    if not weights["is_trimmed"].any():
        return selection, raking
    is_free = (~weights["is_trimmed"]).astype(float)
    trimming = Adjustment(
        ratio=lay.rows(weights["trimming_factor"]),
        slope=lay.rows(is_free),
        auxiliaries=lay.rows(is_free * 0 + 1, online=0.0)[:, None],
        regression_weight=lay.rows(is_free, online=0.0),
        is_estimated=True,
    )
    trimmed = before * weights["calibration_factor"] * weights["trimming_factor"]
    again = Adjustment(
        ratio=lay.rows(weights["recalibration_factor"]),
        auxiliaries=margins,
        regression_weight=lay.rows(trimmed, online=0.0),
    )
    return selection, raking, trimming, again
