"""Whether a design can decide a question, and how many interviews and communities would."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import singledispatch
from math import ceil, inf

from pipeline.errors import ConfigError, DesignError
from pipeline.sampling.design import (
    AboveQuestion,
    ChangeQuestion,
    LevelQuestion,
    Question,
    SamplingDesign,
)
from pipeline.sampling.precision import CITY, DomainPlan, expected_interval
from pipeline.stats.survey.planning.expected_error import (
    se_of_change,
    se_of_share,
    unit_variance,
)
from pipeline.stats.survey.planning.power import (
    power_to_exceed,
    power_to_show,
    se_for_change,
    waves_for_mean_change,
)
from pipeline.stats.survey.planning.sample_size import n_by_wilson, n_to_exceed

# Beyond this many communities a question is called out of reach.
_MOST_COMMUNITIES = 100_000
# What is reached but for rounding of floats is reached.
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a design can say to one question about one domain.

    Attributes:
        question: asked.
        domain: it is asked about.
        wanted: half-width of the interval, or power.
        reached: the same as expected from the design.
        interviews_needed: that decide the question with the design's mix of strata; None
            when no number does.
        communities_needed: for these at the planned interviews per community.
    """

    question: Question
    domain: DomainPlan
    wanted: float
    reached: float
    interviews_needed: int | None
    communities_needed: int | None

    @property
    def is_level(self) -> bool:
        """Whether a half-width is wanted, and not power."""
        return isinstance(self.question, LevelQuestion)

    @property
    def is_decided(self) -> bool:
        """Whether the design reaches what is wanted."""
        slack = self.wanted * _ROUNDING
        if self.is_level:
            return self.reached <= self.wanted + slack
        return self.reached >= self.wanted - slack


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Level and power of all decisions of a design, and the targets it may name."""

    alpha: float
    power: float
    targets: Mapping[str, float]

    def target(self, question: AboveQuestion) -> float:
        """The fixed number a question names.

        Raises:
            ConfigError: there is no such target.
        """
        if question.target is not None:
            return question.target
        found = self.targets.get(question.target_id or "")
        if found is None:
            raise ConfigError(
                f"question {question.id}",
                f"target {question.target_id} is unknown; known: {', '.join(self.targets)}",
                hint="correct target_id, or add it to data/raw/targets/targets.csv",
            )
        return found


def answers(design: SamplingDesign, domains: list[DomainPlan], rule: Rule) -> list[Answer]:
    """One answer per question and domain it is asked about, in the order of the design."""
    return [
        _answer(question, domain, rule)
        for question in design.questions
        for domain in domains
        if (domain.name == CITY) == (question.domain == CITY)
    ]


def _answer(question: Question, domain: DomainPlan, rule: Rule) -> Answer:
    if isinstance(question, LevelQuestion) and question.share is None:
        question = question.model_copy(update={"share": domain.share})
    communities = _communities_needed(question, domain, rule)
    strata = domain.strata
    needed = None
    if communities is not None:
        needed = ceil(_size(question, rule, communities - strata) * domain.deff - _ROUNDING)
    return Answer(
        question=question,
        domain=domain,
        wanted=question.margin if isinstance(question, LevelQuestion) else rule.power,
        reached=_reached(question, rule, domain.n_eff, domain.df),
        interviews_needed=needed,
        communities_needed=communities,
    )


def _communities_needed(question: Question, domain: DomainPlan, rule: Rule) -> int | None:
    """Fewest communities that decide the question; more of them also raise the df."""
    per_size = domain.deff / domain.per_community
    least = _size(question, rule, inf) * per_size
    if not least <= _MOST_COMMUNITIES:
        return None
    communities = max(ceil(least - _ROUNDING), domain.strata + 1)
    while communities <= _MOST_COMMUNITIES:
        need = _size(question, rule, communities - domain.strata) * per_size
        if need <= communities + _ROUNDING:
            return communities
        communities += 1
    return None


@singledispatch
def _size(question: Question, rule: Rule, df: float) -> float:
    """People drawn at random that decide a question; infinite when no number does."""
    raise TypeError(type(question))


@_size.register
def _(question: LevelQuestion, rule: Rule, df: float) -> float:
    share = question.share or 0.0
    return n_by_wilson(share, question.margin, level=1 - rule.alpha, df=df).n


@_size.register
def _(question: AboveQuestion, rule: Rule, df: float) -> float:
    target = rule.target(question)
    return n_to_exceed(question.truth, target, alpha=rule.alpha, power=rule.power, df=df)


@_size.register
def _(question: ChangeQuestion, rule: Rule, df: float) -> float:
    past = question.before or 0.0
    before, after = unit_variance(past), unit_variance(question.after)
    change = question.after - past
    if question.last_se is None:
        return waves_for_mean_change(
            before, after, change, overlap=question.overlap, correlation=question.correlation,
            alpha=rule.alpha, power=rule.power, df=df,
        ).first  # fmt: skip
    se = se_for_change(
        change, question.last_se, correlation=question.overlap * question.correlation,
        alpha=rule.alpha, power=rule.power, df=df,
    )  # fmt: skip
    return inf if se is None else after / se**2


@singledispatch
def _reached(question: Question, rule: Rule, n_eff: float, df: float) -> float:
    """Half-width or power of n_eff people drawn at random."""
    raise TypeError(type(question))


@_reached.register
def _(question: LevelQuestion, rule: Rule, n_eff: float, df: float) -> float:
    share = question.share or 0.0
    low, high = expected_interval(share, n_eff, df, level=1 - rule.alpha)
    return (high - low) / 2


@_reached.register
def _(question: AboveQuestion, rule: Rule, n_eff: float, df: float) -> float:
    return power_to_exceed(question.truth, rule.target(question), n_eff, alpha=rule.alpha, df=df)


@_reached.register
def _(question: ChangeQuestion, rule: Rule, n_eff: float, df: float) -> float:
    now, past = se_of_share(question.after, n_eff), question.before or 0.0
    last = question.last_se or se_of_share(past, n_eff)
    se = se_of_change(last, now, correlation=question.overlap * question.correlation)
    return power_to_show(question.after - past, se, alpha=rule.alpha, df=df)


def refuse_undecided(design: SamplingDesign, found: list[Answer]) -> None:
    """Refuse a design that cannot decide what it must.

    Raises:
        DesignError: one sentence per question and domain, with what would decide it.
    """
    faults = [
        _fault(answer) for answer in found if answer.question.must_decide and not answer.is_decided
    ]
    if faults:
        raise DesignError(
            f"sample {design.wave}",
            faults,
            hint="plan more communities or households, or ask less; see `pipeline sample plan`",
        )


def _fault(answer: Answer) -> str:
    question, domain = answer.question, answer.domain
    what = "half-width" if answer.is_level else "power"
    short = (
        f"question {question.id}, {domain.name}: expected {what} {answer.wanted:.3g}, the design "
        f"reaches {answer.reached:.3g} with {domain.interviews:.0f} interviews in "
        f"{domain.communities} communities; "
    )
    if answer.communities_needed is None:
        return short + "no number of interviews would decide it"
    beyond = answer.communities_needed > domain.listed
    return (
        f"{short}{answer.interviews_needed} interviews in {answer.communities_needed} communities "
        f"would decide it{f' (the list holds {domain.listed})' * beyond}"
    )
