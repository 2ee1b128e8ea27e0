"""The analysis plan: every choice that could move a number, fixed before scores exist."""

from typing import Literal

from pydantic import Field, model_validator

from pipeline.config.loading import Model
from pipeline.config.measurement import Measurement


class DimensionCuts(Model):
    """Cuts that a standard leaves to the plan, by dimension."""

    cuts: dict[str, float]
    note: str


class Cleaning(Model):
    """Interviews that do not count, by rules that look at no answer's content.

    A fault of a delivered row stops the run, unless its rule is listed under
    `quarantine`: then the row is set aside and counted.
    """

    quarantine: tuple[Literal["code_outside_list", "out_of_range", "blank", "duplicate_id"], ...]
    min_minutes: float | None = None
    min_answered_share: float | None = Field(default=None, ge=0, le=1)


class Nonresponse(Model):
    """Classes within which respondents stand for households not reached."""

    class_by: tuple[str, ...] = Field(min_length=1)


class Margin(Model):
    """A population margin and how sparse categories of it are merged.

    `of` names the margin of the population whose people are added up to the categories of
    `by`; without it that is the margin of the same id.
    """

    id: str
    of: str = ""
    by: tuple[str, ...] = Field(min_length=1)
    min_respondents: int = Field(ge=1)
    merge_along: tuple[str, ...] = ()

    @property
    def source(self) -> str:
        """Id of the population's margin."""
        return self.of or self.id

    @model_validator(mode="after")
    def _merges_own_axes(self) -> "Margin":
        foreign = [axis for axis in self.merge_along if axis not in self.by]
        if foreign:
            raise ValueError(f"margin {self.id} merges along {foreign}, which are not in `by`")
        return self


class Trimming(Model):
    """Bounds of the weight as multiples of its median within the sample."""

    low: float = Field(gt=0)
    high: float = Field(gt=0)


class Online(Model):
    """How respondents of an online push stand beside the probability sample.

    Nobody drew them, so they are calibrated to some of the plan's margins (`margins`, those
    they can fill) and enter a blend with the share that minimises the mean squared error if
    their answers are `assumed_bias` standard deviations off. The headline stays without them.
    """

    margins: tuple[str, ...] = Field(min_length=1)
    assumed_bias: float = Field(ge=0)
    note: str


class Raking(Model):
    """When raking has converged and when it has failed."""

    tolerance: float = Field(gt=0)
    max_rounds: int = Field(gt=0)


class CalibratedWeights(Model):
    """Weights built by the pipeline from recorded inclusion probabilities."""

    method: Literal["calibrated"]
    nonresponse: Nonresponse
    margins: tuple[Margin, ...] = Field(min_length=1)
    raking: Raking
    trimming: Trimming | None = None
    online: Online | None = None

    @model_validator(mode="after")
    def _online_margins_are_listed(self) -> "CalibratedWeights":
        listed = {margin.id for margin in self.margins}
        foreign = [
            name for name in (self.online.margins if self.online else ()) if name not in listed
        ]
        if foreign:
            raise ValueError(f"online.margins names {foreign}, which are not among the margins")
        return self


class GivenWeights(Model):
    """Weights delivered with the microdata, taken as they are."""

    method: Literal["given"]
    columns: tuple[str, ...] = Field(min_length=1)


class Variance(Model):
    """How sampling errors are computed.

    "linearised" takes what the weighting explains out of each unit's total; "jackknife"
    repeats the whole weighting with each unit left out, which stays right when units are few
    for the number of calibrated categories. With `jackknife_below_df` samples of fewer degrees
    of freedom take the jackknife, others linearisation. Categories of a domain with fewer than
    `pool_below_df` degrees of freedom take the clustering effect of all its categories together.
    """

    method: Literal["linearised", "jackknife"]
    lonely_psu: Literal["fail", "certainty", "remove", "adjust", "average"]
    jackknife_below_df: float | None = None
    pool_below_df: float | None = None

    def takes_jackknife(self, df: float) -> bool:
        """Whether a sample of so many degrees of freedom takes the jackknife."""
        below = self.jackknife_below_df
        return self.method == "jackknife" or (below is not None and df < below)

    @property
    def may_take_jackknife(self) -> bool:
        """Whether some sample would."""
        return self.method == "jackknife" or self.jackknife_below_df is not None


class Choice(Model):
    """Answers to a question that count: any of `codes`."""

    question: str
    codes: tuple[str, ...] = Field(min_length=1)


class AnswerIndicator(Choice):
    """Share of those asked whose answer to a question is one of `codes`.

    Those who did not know or refused stay in the base: they were asked.
    """

    id: str
    title_zh: str = ""
    title_en: str


class AnswerRatio(Model):
    """Ratio of two shares of answers, such as first choices of a channel over its users."""

    id: str
    numerator: Choice
    denominator: Choice
    title_zh: str = ""
    title_en: str


ShareInterval = Literal["korn_graubard", "logit", "wilson", "beta", "arcsine", "likelihood", "wald"]


class Estimation(Model):
    """What is estimated, for whom, with which interval."""

    confidence: float = Field(gt=0, lt=1)
    interval: ShareInterval
    domains: tuple[str, ...]
    gaps: tuple[str, ...] = ()
    ranks: tuple[str, ...] = ()
    levels: bool
    dimensions: bool
    items: bool
    population_total: bool
    indicators: tuple[AnswerIndicator, ...] = ()
    ratios: tuple[AnswerRatio, ...] = ()


class Publication(Model):
    """When a figure may be printed (after the NCHS standard of 2017).

    Cells with fewer respondents than `min_cell` are withheld together with those they could
    be worked out from; `cell_protection` says how uncertain they must stay.
    """

    min_n: int
    min_psu: int = 0
    min_cell: int | None = None
    cell_protection: float = Field(default=0.5, gt=0)
    min_n_eff: float
    max_width: float
    always_width: float
    max_relative_width: float
    min_df: float
    review_cv: float
    withhold_cv: float
    note: str


class TargetTest(Model):
    """The one-sided test behind verdicts and the two-sided one behind changes."""

    alpha: float = Field(gt=0, lt=1)
    power: float = Field(gt=0, lt=1)


class Plan(Model):
    """An analysis plan."""

    id: str
    version: str
    title_zh: str = ""
    title_en: str
    headline: str
    standards: tuple[str, ...] = Field(min_length=1)
    standard_settings: dict[str, DimensionCuts] = {}
    cleaning: Cleaning
    weights: CalibratedWeights | GivenWeights = Field(discriminator="method")
    variance: Variance
    estimates: Estimation
    publication: Publication
    test: TargetTest
    measurement: Measurement | None = None

    @model_validator(mode="after")
    def _jackknife_has_a_weighting_to_repeat(self) -> "Plan":
        if self.variance.may_take_jackknife and isinstance(self.weights, GivenWeights):
            raise ValueError(
                "the jackknife repeats the weighting, which delivered weights do not tell; "
                'expected variance.method "linearised" without jackknife_below_df'
            )
        return self

    @model_validator(mode="after")
    def _headline_is_listed(self) -> "Plan":
        if self.headline not in self.standards:
            raise ValueError(f"headline {self.headline} is not among standards {self.standards}")
        return self
