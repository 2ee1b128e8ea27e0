"""Plausible values of a wave's people, and what is estimated from them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from pipeline.engine.domains import domains_of
from pipeline.engine.measurement.chain import WaveScale
from pipeline.engine.measurement.form import Form
from pipeline.engine.measurement.wave import MeasuredWave
from pipeline.errors import within
from pipeline.fields import FINAL, LITERATE
from pipeline.stats.arrays import FloatArray
from pipeline.stats.measurement.irt.calibration import fit_population
from pipeline.stats.measurement.irt.item_errors import design_errors
from pipeline.stats.measurement.plausible.conditioning import (
    ConditioningDesign,
    conditioning_design,
)
from pipeline.stats.measurement.plausible.drawing import draw
from pipeline.stats.measurement.plausible.pooled import PooledEstimates, pooled_estimates
from pipeline.stats.measurement.plausible.priors import drawn_priors
from pipeline.stats.streams import stream
from pipeline.stats.survey.estimation.domains import Domains
from pipeline.tables import CORRECTED


@dataclass(frozen=True, kw_only=True)
class PlausibleWave:
    """A wave with M plausible values of each respondent's ability, on the chain's scale.

    Attributes:
        scale: the wave's items and people.
        drawn: (n, M).
    """

    scale: WaveScale
    drawn: FloatArray

    @property
    def wave(self) -> MeasuredWave:
        """The wave."""
        return self.scale.own.wave

    @classmethod
    def of(cls, scale: WaveScale) -> "PlausibleWave":
        """Draw the values from answers and the plan's conditioning variables."""
        with within(f"wave {scale.own.wave.name}, plausible values"):
            return cls(scale=scale, drawn=_drawn(scale))

    def mean_ability(self) -> "Figure":
        """Mean ability of everybody."""
        everybody = Domains.whole(self.wave.n)
        found = pooled_estimates(
            [self.wave.estimates(column, "mean", everybody) for column in self.drawn.T]
        )
        return Figure(float(found.estimate[0]), float(found.se[0]), float(found.df[0]))

    @cached_property
    def domains(self) -> Domains:
        """The plan's domains over the respondents."""
        return domains_of(self.wave.people, self.wave.instrument, self.wave.plan)

    def shares(self, cut: float, label: str) -> PooledEstimates:
        """Shares at or above a cut in ability, of the people scored under a standard."""
        is_scored = ~np.isnan(self.wave.scores(label))
        return pooled_estimates(
            [
                self.wave.estimates(
                    np.where(is_scored, column >= cut, np.nan), "share", self.domains
                )
                for column in self.drawn.T
            ]
        )


def _drawn(scale: WaveScale) -> FloatArray:
    """(n, M) plausible values of the respondents."""
    wave = scale.own.wave
    rules = wave.rules.plausible_values
    known = _conditioning(wave)
    sample = wave.design.sample
    responses = np.full((sample.n_rows, len(scale.own.places)), -1)
    responses[: wave.n] = scale.own.responses
    covariates = np.zeros((sample.n_rows, known.matrix.shape[1]))
    covariates[: wave.n] = known.matrix
    fitted = fit_population(
        responses,
        scale.model,
        weights=sample.weight * wave.n / sample.weight.sum(),
        covariates=covariates,
    )
    random = stream("plausible values", wave.name)
    mean, sd = drawn_priors(fitted, design_errors(fitted, sample), random=random, draws=rules.draws)
    return draw(
        responses[: wave.n],
        scale.model,
        mean=mean[:, : wave.n],
        sd=sd[:, : wave.n],
        keys=wave.people["respondent_id"].tolist(),
        random=random,
        draws=rules.draws,
    )


def _conditioning(wave: MeasuredWave) -> ConditioningDesign:
    """Dummies of the plan's domains; bands of a number are in order."""
    domains = [
        wave.instrument.domain_by_id[name] for name in wave.rules.plausible_values.conditioning
    ]
    return conditioning_design(
        {
            domain.id: pd.Categorical(
                wave.labels(domain.id), [each.value for each in wave.instrument.categories(domain)]
            )
            for domain in domains
        },
        ordered=[domain.id for domain in domains if domain.bands],
        weights=wave.weight,
    )


@dataclass(frozen=True)
class Figure:
    """An estimate with its standard error and degrees of freedom."""

    estimate: float
    se: float
    df: float


def corrected_table(
    drawn: PlausibleWave, forms: Mapping[str, Form], estimates: pd.DataFrame
) -> pd.DataFrame:
    """Observed and corrected shares of every domain, withheld wherever the observed one is."""
    return pd.concat([_corrected(drawn, form, label, estimates) for label, form in forms.items()])


def _corrected(
    drawn: PlausibleWave, form: Form, label: str, estimates: pd.DataFrame
) -> pd.DataFrame:
    plan, found = drawn.wave.plan, drawn.shares(form.latent_cut, label)
    bounds = found.interval(plan.estimates.interval, level=plan.estimates.confidence)
    rows = pd.DataFrame(found.labels, columns=["domain", "category"]).assign(
        wave=drawn.wave.name,
        standard=label,
        estimate=found.estimate,
        se=found.se,
        ci_low=bounds.low,
        ci_high=bounds.high,
        df=found.df,
        n=found.n,
        missing_information=found.missing_information,
    )
    raw = estimates[
        (estimates["standard"] == label)
        & (estimates["indicator"] == LITERATE)
        & (estimates["measure"] == "share")
        & (estimates["weighting"] == FINAL)
    ]
    observed = raw[["domain", "category", "estimate", "flag"]]
    beside = rows.merge(
        observed.rename(columns={"estimate": "observed"}), on=["domain", "category"]
    )
    return beside[list(CORRECTED.columns)]
