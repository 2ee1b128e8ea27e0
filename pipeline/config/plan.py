"""The analysis plan: every choice that could move a number, fixed before scores exist."""

from typing import Literal

from pydantic import Field, model_validator

from pipeline.config.loading import Model


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
    """A population margin and how sparse categories of it are merged."""

    id: str
    by: tuple[str, ...] = Field(min_length=1)
    min_respondents: int = Field(ge=1)
    merge_along: tuple[str, ...] = ()

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


class GivenWeights(Model):
    """Weights delivered with the microdata, taken as they are."""

    method: Literal["given"]
    columns: tuple[str, ...] = Field(min_length=1)


class Variance(Model):
    """How sampling errors are computed.

    Below `floor_below_df` degrees of freedom a variance is not taken below that of a
    simple random sample times the design effect of the weights.
    """

    method: Literal["linearised"]
    lonely_psu: Literal["fail", "certainty", "remove", "adjust", "average"]
    floor_below_df: float | None = None


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


class Estimation(Model):
    """What is estimated, for whom, with which interval."""

    confidence: float = Field(gt=0, lt=1)
    domains: tuple[str, ...]
    gaps: tuple[str, ...] = ()
    levels: bool
    dimensions: bool
    items: bool
    population_total: bool
    indicators: tuple[AnswerIndicator, ...] = ()
    ratios: tuple[AnswerRatio, ...] = ()


class Publication(Model):
    """When a figure may be printed (after the NCHS standard of 2017)."""

    min_n: int
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

    @model_validator(mode="after")
    def _headline_is_listed(self) -> "Plan":
        if self.headline not in self.standards:
            raise ValueError(f"headline {self.headline} is not among standards {self.standards}")
        return self
