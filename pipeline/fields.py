"""Names, types and meanings of columns, each defined once for every table."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Literal

ColumnType = Literal["text", "integer", "number", "boolean"]

# Values on which tables, formulas and outputs must agree.
LITERATE = "is_literate"  # the indicator of the headline
FINAL = "final"  # the weighting of the headline
ONLINE = "online"  # respondents of an online push alone
BLENDED = "blended"  # both samples, the online one with the share its bias allows
WHOLE = "all"  # domain and category of the whole area
CROSS = "*"  # joins crossed domains and their categories


class MissingKind(IntEnum):
    """Kinds of missing answer; the codes stand in answer columns, so a reason is never lost."""

    NOT_ASKED = -1
    DONT_KNOW = -2
    REFUSED = -3
    INVALID = -4


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A column: its type, whether it may be empty, its range or values, and its meaning."""

    name: str
    type: ColumnType
    meaning: str
    unit: str = ""
    nullable: bool = False
    low: float | None = None
    high: float | None = None
    allowed: tuple[str, ...] = ()


def _text(
    name: str, meaning: str, *, nullable: bool = False, allowed: tuple[str, ...] = ()
) -> Field:
    return Field(name=name, type="text", meaning=meaning, nullable=nullable, allowed=allowed)


def _number(
    name: str,
    meaning: str,
    *,
    unit: str = "",
    nullable: bool = False,
    low: float | None = None,
    high: float | None = None,
) -> Field:
    return Field(
        name=name, type="number", meaning=meaning, unit=unit, nullable=nullable, low=low, high=high
    )


def _integer(name: str, meaning: str, *, nullable: bool = False, low: float | None = None) -> Field:
    return Field(name=name, type="integer", meaning=meaning, nullable=nullable, low=low)


def _boolean(name: str, meaning: str, *, nullable: bool = False) -> Field:
    return Field(name=name, type="boolean", meaning=meaning, nullable=nullable)


ALL = (
    # keys
    _text("wave", "round of the survey, as registered"),
    _text("respondent_id", "re-keyed respondent; cannot be led back to the vendor's file"),
    _text("standard", "scoring standard with its version; empty when no score is involved",
          nullable=True),
    _text("dimension", "part of the test under a standard"),
    # design
    _text("source", "how the respondent was found", allowed=("probability", "online")),
    _text("stratum", "design stratum"),
    _text("psu", "first-stage unit, written stratum/unit"),
    _number("psu_prob", "inclusion probability of the first-stage unit", nullable=True, low=0,
            high=1),
    _number("household_prob", "inclusion probability of the household within its unit",
            nullable=True, low=0, high=1),
    _number("person_prob", "inclusion probability of the person within the household",
            nullable=True, low=0, high=1),
    _integer("issued", "addresses issued to interviewers", low=0),
    _integer("eligible", "issued addresses with somebody in the survey population", low=0),
    _integer("completed", "completed interviews", low=0),
    _integer("refused", "eligible addresses that refused", low=0),
    _integer("unknown", "issued addresses whose eligibility was never learned", low=0),
    # fieldwork
    _text("interviewer", "re-keyed interviewer", nullable=True),
    _text("started_at", "start of the interview, local time", nullable=True),
    _number("minutes", "length of the interview", unit="minutes", nullable=True, low=0),
    _text("outcome", "what became of an interview that does not count",
          allowed=("quarantined", "excluded")),
    _text("rule", "rule by which an interview was set aside"),
    # weights
    _number("base_weight", "1 / inclusion probability", unit="people", low=0),
    _number("selection_factor", "members of the household among whom the respondent was drawn",
            low=0),
    _number("eligibility_factor", "correction for addresses of unknown eligibility", low=0),
    _number("nonresponse_factor", "correction for households not reached", low=0),
    _number("calibration_factor", "correction to the population margins", low=0),
    _number("trimming_factor", "effect of bounding extreme weights", low=0),
    _number("recalibration_factor", "correction to the margins after trimming", low=0),
    _boolean("is_trimmed", "whether the weight was brought to a bound"),
    _text("contact", "why an issued address gave no interview",
          allowed=("unknown", "ineligible", "no_interview")),
    _integer("households", "issued addresses without an interview that counts", low=0),
    _number("weight", "final weight", unit="people", low=0),
    _number("blend_share", "share of the online respondents in the blend of both samples", low=0,
            high=1),
    _text("response_class", "class in which respondents stand for those not reached; empty "
          "when weights were delivered", nullable=True),
    _number("response_rate", "interviews that count over eligible addresses (AAPOR RR3)", low=0,
            high=1),
    _number("refusal_rate", "refusals over eligible addresses (AAPOR REF2)", low=0, high=1),
    _number("contact_rate", "eligible addresses reached (AAPOR CON2)", low=0, high=1),
    _number("cooperation_rate", "interviews over addresses reached (AAPOR COOP1)", nullable=True,
            low=0, high=1),
    _text("margin", "population margin of the plan"),
    _number("population_share", "share of the category in the population", low=0, high=1),
    _number("before", "share in the sample before calibration", low=0, high=1),
    _number("after", "share in the sample with final weights", low=0, high=1),
    _text("axis", "variable along which categories were merged"),
    _text("merged", "categories that became one"),
    # scores
    _number("score", "points reached", unit="points"),
    _number("points", "points reached in the dimension", unit="points"),
    _boolean("is_literate", "whether the respondent passes the standard"),
    _text("level", "highest level reached", nullable=True),
    # estimates
    _text("weighting", "which weight the estimate uses"),
    _text("indicator", "what is estimated"),
    _text("measure", "kind of estimate", allowed=("share", "mean", "total", "ratio")),
    _text("domain", "population grouping; 'all' is the whole area"),
    _text("category", "part of the domain; 'all' is the whole area"),
    _number("estimate", "shares in [0, 1], scores in points, totals in people", nullable=True),
    _number("se", "standard error of the estimate", nullable=True, low=0),
    _number("ci_low", "lower limit of the confidence interval", nullable=True),
    _number("ci_high", "upper limit of the confidence interval", nullable=True),
    _number("df", "design degrees of freedom", nullable=True, low=0),
    _integer("n", "respondents behind the estimate", low=0),
    _integer("n_psu", "first-stage units with such a respondent", low=0),
    _integer("n_strata", "strata with such a respondent", low=0),
    _number("n_eff", "simple random sample of the same precision, at most n", nullable=True,
            low=0),
    _number("deff", "variance over that of simple random sampling with replacement",
            nullable=True, low=0),
    _number("cv", "standard error over estimate", nullable=True, low=0),
    _number("population", "people the respondents stand for", unit="people", nullable=True, low=0),
    _text("flag", "publication rule's verdict", allowed=("publish", "review", "withhold")),
    _text("reason", "codes of the rules behind the flag", nullable=True),
    _number("z", "linearised total of the first-stage unit", nullable=True),
    _boolean("is_centred", "whether z stands about the estimate, as the jackknife gives it"),
    _boolean("holds_domain", "whether the first-stage unit holds somebody of the domain"),
    # trend
    _text("area_code", "GB/T 2260 code of the area"),
    _text("kind", "own survey or published figure", allowed=("survey", "published")),
    _integer("year", "calendar year of the wave"),
    _integer("target_year", "year in which the target is due"),
    _number("sample_size", "interviews behind a figure, where known", nullable=True, low=0),
    _text("parent_code", "area that holds this one; empty at the top"),
    _text("name_zh", "name in Chinese", nullable=True),
    _text("name_en", "name in English"),
    _text("document", "document that sets the target"),
    _text("citation", "where the figure comes from", nullable=True),
    _text("wave_from", "earlier wave"),
    _text("wave_to", "later wave"),
    _number("change", "later minus earlier", low=-1, high=1),
    _number("p_value", "probability of a result as extreme if the hypothesis held", nullable=True,
            low=0, high=1),
    _boolean("is_significant", "whether the plan's test rejects no change"),
    _text("gap", "domain whose two categories are compared"),
    _text("comparison", "how the two are compared", allowed=("points", "ratio", "odds_ratio")),
    _text("category_a", "first category of the comparison"),
    _text("category_b", "second category of the comparison"),
    _integer("rank", "place by the estimates, 1 the highest", low=1),
    _integer("rank_low", "best place that the errors allow", low=1),
    _integer("rank_high", "worst place that the errors allow", low=1),
    _number("prob_highest", "probability of being the highest", nullable=True, low=0, high=1),
    _boolean("may_rank", "whether every category differs significantly from the next"),
    _text("target_id", "target of the register"),
    _text("target_kind", "how binding the target is", allowed=("floor", "stretch", "goal")),
    _text("operator", "how the target compares", allowed=(">", ">=")),
    _number("target", "share to be reached", low=0, high=1),
    _number("prob_met", "approximate probability that the population share meets the target",
            nullable=True, low=0, high=1),
    _text("verdict", "outcome of the plan's test",
          allowed=("shown_above", "shown_below", "not_decided")),
    _number("n_needed", "interviews that would decide with the plan's power",
            nullable=True, low=0),
    _boolean("is_due", "whether the target's year has been reached"),
    # measurement
    _text("item", "item of the bank"),
    _text("mode", "how the interview was held"),
    _boolean("is_anchor", "whether the bank marks the item as an anchor between waves"),
    _integer("exposure", "waves of the register that asked the item, this one included", low=1),
    _number("difficulty", "weighted share of the credit earned", low=0, high=1),
    _number("difficulty_se", "design-based standard error of the difficulty", low=0),
    _number("item_rest", "weighted correlation with the points of the other items",
            nullable=True, low=-1, high=1),
    _number("upper_lower", "difficulty in the upper minus that in the lower 27 % by total",
            nullable=True, low=-1, high=1),
    _number("dont_know_share", "weighted share that answered don't know", low=0, high=1),
    _number("refused_share", "weighted share that gave no valid answer", low=0, high=1),
    _number("slope", "discrimination on the latent scale", nullable=True),
    _number("slope_se", "design-based standard error of the slope", nullable=True, low=0),
    _number("location", "difficulty on the latent scale", nullable=True),
    _number("location_se", "design-based standard error of the location", nullable=True, low=0),
    _number("information_at_cut", "information of the item at the headline's cut",
            nullable=True, low=0),
    _number("fit_p", "p-value of the item's fit (S-X2)", nullable=True, low=0, high=1),
    _text("dif", "gravest class of differential item functioning", nullable=True,
          allowed=("A", "B", "C")),
    _boolean("has_drift", "whether the item drifted away from the other anchors"),
    _text("warnings", "codes of what is wrong with the item, joined by spaces", nullable=True),
    _text("option", "answer code, or a kind of missing answer"),
    _boolean("is_key", "whether the option is right"),
    _text("band", "fifth of the respondents by total, 1 the lowest; 'all' is everybody"),
    _number("share", "weighted share of those asked", nullable=True, low=0, high=1),
    _number("rest_score", "mean points on the other items of those who chose it",
            nullable=True),
    _text("coefficient", "coefficient of reliability or error of measurement"),
    _text("statistic", "statistic of model fit"),
    _integer("factor", "number of the factor, the strongest first", low=1),
    _number("eigenvalue", "eigenvalue of the items' correlations"),
    _number("by_chance", "the same of unrelated items, upper 5 %"),
    _number("ability", "place on the latent scale"),
    _number("expected_score", "points expected at the ability", unit="points"),
    _number("information", "information of the test at the ability", low=0),
    _number("density", "density of the population at the ability", low=0),
    _text("method", "method of classification accuracy"),
    _number("accuracy", "probability of the right side of the cut", low=0, high=1),
    _number("consistency", "probability of the same side on a parallel test", low=0, high=1),
    _number("kappa", "consistency beyond chance", nullable=True),
    _number("false_pass", "share that passes though the true score does not", low=0, high=1),
    _number("false_fail", "share that fails though the true score passes", low=0, high=1),
    _number("pass_again", "probability of passing a parallel test, of those who passed",
            nullable=True, low=0, high=1),
    _number("score_share", "weighted share of people with the score", low=0, high=1),
    _number("prob_true", "probability that the true score reaches the cut", low=0, high=1),
    _number("prob_again", "probability of passing a parallel test", low=0, high=1),
    _number("at_or_above", "weighted share at the cut or above", low=0, high=1),
    _number("above", "weighted share above the cut", low=0, high=1),
    _number("exactly", "weighted share exactly at the cut", low=0, high=1),
    _number("observed", "share by the raw rule", nullable=True, low=0, high=1),
    _number("without", "the same without the items removed", nullable=True, low=0, high=1),
    _number("missing_information", "share of the information that measurement error costs",
            nullable=True, low=0, high=1),
    _boolean("is_linked", "whether the two waves are on one scale"),
    _text("link_reason", "why they are not, as a code", nullable=True),
    _integer("anchors", "items that link the waves", low=0),
    _integer("anchors_dropped", "items dropped for drift", low=0),
    _number("link_slope", "factor from the later wave's own scale to the earlier's",
            nullable=True, low=0),
    _number("link_shift", "shift from the later wave's own scale to the earlier's",
            nullable=True),
    _number("link_se", "error that the choice of anchors adds to a change", nullable=True,
            low=0),
    _number("ability_change", "change of mean ability, in standard deviations of the earlier wave",
            nullable=True),
    _number("location_from", "location in the earlier wave", nullable=True),
    _number("location_to", "location in the later wave, on the earlier scale", nullable=True),
    _number("robust_z", "distance of the shift from those of the other anchors", nullable=True),
    _number("mh_delta", "Mantel-Haenszel difference on the delta scale", nullable=True),
    _boolean("is_kept", "whether the item stayed an anchor"),
    _text("drop_reason", "rule that dropped the anchor", nullable=True),
    _text("grouping", "domain whose groups are compared"),
    _text("group", "group of the grouping; 'all' is everybody"),
    _text("reference", "group compared with"),
    _text("focal", "group looked at"),
    _integer("n_reference", "respondents of the reference group", low=0),
    _integer("n_focal", "respondents of the focal group", low=0),
    _number("std_difference", "standardised difference of difficulty", nullable=True),
    _number("r2_uniform", "gain of Nagelkerke's R2 by the group", nullable=True),
    _number("r2_nonuniform", "gain of Nagelkerke's R2 by group times total", nullable=True),
    _text("dif_reason", "why there is no class", nullable=True),
    _text("items_removed", "items with DIF of class C, joined by spaces", nullable=True),
)  # fmt: skip

FIELDS = {field.name: field for field in ALL}
