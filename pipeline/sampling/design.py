"""The design of a wave still to come, as strict models of its `design.toml`.

Shares, rates and effects in it are assumptions and say where they come from; what they lead
to is worked out in `precision` and `answers`.
"""

from collections import Counter
from typing import Annotated, Literal

from pydantic import Discriminator, Field, model_validator

from pipeline.config.loading import Model
from pipeline.config.standard import Source
from pipeline.config.wave import WaveId

Share = Annotated[float, Field(gt=0, lt=1)]
Rate = Annotated[float, Field(gt=0, le=1)]
Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]+$")]


class FrameFile(Model):
    """The list of communities: a CSV file beside the design, where it comes from, real or not."""

    file: str
    origin: Literal["real", "synthetic"]
    source: Source


class Stratum(Model):
    """A county, or its urban or rural part (`county-urban`, `county-rural`).

    `share` is the share assumed in it, where it differs from the design's; `communities` is
    given under the rule "given" and under no other.
    """

    name: str
    share: Share | None = None
    communities: int | None = Field(default=None, ge=2)
    eligibility: Rate | None = None
    response: Rate | None = None


class Allocation(Model):
    """How communities are divided: over counties by the rule, within a county over its strata.

    `exponent` belongs to the rule "power"; floors are numbers of communities. The rule
    "optimum" finds the cheapest numbers that answer all questions of kind level.
    """

    rule: Literal["given", "equal", "proportional", "neyman", "power", "optimum"]
    communities: int | None = Field(default=None, ge=2)
    exponent: float = Field(default=0.5, ge=0, le=1)
    stratum_floor: int = Field(default=2, ge=2)
    county_floor: int = Field(default=2, ge=2)
    county_floors: dict[str, int] = {}

    @model_validator(mode="after")
    def _has_a_total(self) -> "Allocation":
        finds_total = self.rule in {"given", "optimum"}
        if finds_total == (self.communities is not None):
            raise ValueError(
                'expected a total of communities, the rule "given" and communities per stratum, '
                'or the rule "optimum" and neither'
            )
        return self


class Fieldwork(Model):
    """What is done in a drawn community, and what comes of it.

    `eligibility` is the share of listed households with somebody to interview, `response`
    the share of these that give an interview; `visits` is how often an address is tried.
    """

    households_per_community: int = Field(ge=2)
    reserves_per_stratum: int = Field(ge=0)
    eligibility: Rate
    response: Rate
    visits: int = Field(default=3, ge=1, le=6)


class Effects(Model):
    """Design effect within strata: `deff` as a whole, or from its two sources.

    `icc` is the homogeneity of communities, `kish_deff` the effect of unequal weights within
    strata (size of household, nonresponse, trimming). What unequal fractions between strata
    cost is worked out from the allocation and not part of either.
    """

    icc: float | None = Field(default=None, ge=0, le=1)
    deff: float | None = Field(default=None, gt=0)
    kish_deff: float = Field(default=1.0, ge=1)
    note_zh: str = ""
    note_en: str = ""

    @model_validator(mode="after")
    def _one_of_two(self) -> "Effects":
        if (self.icc is None) == (self.deff is None):
            raise ValueError("expected either icc or deff")
        if self.deff is not None and self.kish_deff != 1:
            raise ValueError("deff already contains kish_deff; leave one of them out")
        return self


class Cost(Model):
    """Money for visiting a community and for an interview, and all there is, in one currency."""

    community: float = Field(gt=0)
    interview: float = Field(gt=0)
    budget: float | None = Field(default=None, gt=0)


class Question(Model):
    """What the wave has to decide, for the city as a whole or for each county."""

    id: Name
    title_zh: str = ""
    title_en: str
    domain: Literal["city", "county"] = "city"
    must_decide: bool


class LevelQuestion(Question):
    """How large is the share: the interval reaches `margin` to either side at most.

    Without `share` the one assumed in the domain is taken.
    """

    kind: Literal["level"]
    share: Share | None = None
    margin: Share


class AboveQuestion(Question):
    """Does the share lie beyond a target, if in truth it is `truth`: a one-sided test."""

    kind: Literal["above"]
    truth: Share
    target: Share | None = None
    target_id: str | None = None

    @model_validator(mode="after")
    def _one_target(self) -> "AboveQuestion":
        if (self.target is None) == (self.target_id is None):
            raise ValueError("expected either target or target_id")
        return self


class ChangeQuestion(Question):
    """Has the share changed from `before` to `after`: a two-sided test.

    `overlap` is the share of communities visited in both waves, `correlation` that of the two
    estimates if all were; with `last_se` the earlier wave's error is a fact, without it the
    earlier wave is taken to be as large as this one. `since` names a wave whose results give
    both `before` and `last_se`.
    """

    kind: Literal["change"]
    before: Share | None = None
    since: WaveId | None = None
    after: Share
    overlap: float = Field(default=0.0, ge=0, le=1)
    correlation: float = Field(default=0.0, ge=0, lt=1)
    last_se: float | None = Field(default=None, gt=0)

    @model_validator(mode="after")
    def _is_about_one_estimate(self) -> "ChangeQuestion":
        if (self.before is None) == (self.since is None):
            raise ValueError("expected either before or since")
        if self.since is not None and (self.last_se is not None or self.domain == "county"):
            raise ValueError("since gives the city's estimate and its error; leave last_se out")
        if self.before == self.after:
            raise ValueError("before and after are equal: there is no change to show")
        if self.last_se is not None and self.domain == "county":
            raise ValueError("last_se belongs to the city's estimate; ask for the city")
        return self


AnyQuestion = Annotated[LevelQuestion | AboveQuestion | ChangeQuestion, Discriminator("kind")]


class SamplingDesign(Model):
    """The whole design. `seed` settles every random number of the draw.

    Strata without a share of their own take `share`, or with `shares_from` the estimate of
    their county in that wave.
    """

    wave: WaveId
    title_zh: str = ""
    title_en: str
    seed: str = Field(min_length=1)
    share: Share
    shares_from: WaveId | None = None
    alpha: Share = 0.05
    power: Share = 0.8
    frame: FrameFile
    strata: tuple[Stratum, ...] = Field(min_length=1)
    allocation: Allocation
    fieldwork: Fieldwork
    effects: Effects
    cost: Cost | None = None
    questions: tuple[AnyQuestion, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _names_once(self) -> "SamplingDesign":
        named = [f"stratum {stratum.name}" for stratum in self.strata]
        named += [f"question {question.id}" for question in self.questions]
        faults = [f"{name} is named twice" for name, times in Counter(named).items() if times > 1]
        is_given = self.allocation.rule == "given"
        faults += [
            f"stratum {stratum.name}: communities go with the rule given, and only with it"
            for stratum in self.strata
            if (stratum.communities is not None) != is_given
        ]
        if faults:
            raise ValueError("; ".join(faults))
        return self

    @property
    def is_synthetic(self) -> bool:
        """Whether the communities are invented."""
        return self.frame.origin == "synthetic"
