"""How good the test is and what its error does to the headline, in sentences.

The headline stays the raw rule, which targets and national figures use; the corrected
share stands beside it and is never compared with them.
"""

import pandas as pd

from pipeline.config.standard import TotalRule
from pipeline.present.context import Context
from pipeline.present.masking import WITHHELD
from pipeline.present.measured import (
    ALPHA,
    AT_CUT,
    ERROR_AT_CUT,
    Measured,
    accuracy,
    coefficient,
    corrected_whole,
    readings,
    reliability_at_cut,
)


def beside_headline(measurement: Measured, context: Context) -> list[str]:
    """What must stand with the headline: its corrected twin, and how good the test is."""
    whole = corrected_whole(measurement, context)
    told = [] if _is_hidden(whole) else [_words_of_corrected("beside", whole, context)]
    return [*told, *against_plan(measurement, context)]


def against_plan(measurement: Measured, context: Context) -> list[str]:
    """Reliability and accuracy beside what the plan asks for, and what a weak test asks for."""
    rules, show, words = context.plan.measurement, context.formats, context.words
    reliable, right = reliability_at_cut(measurement, context), accuracy(measurement, context)
    if rules is None or reliable is None or right is None:
        return []
    told = words(
        f"measured.beside.{reliable['coefficient']}",
        reliability=show.number(reliable["estimate"], 2),
        min_reliability=f"{rules.min_reliability:.2f}",
        accuracy=show.percent(right["accuracy"]),
        min_accuracy=show.level(rules.min_accuracy),
    )
    is_unreliable = reliable["estimate"] < rules.min_reliability
    is_wrong = right["accuracy"] < rules.min_accuracy
    if not (is_unreliable or is_wrong):
        return [told]
    weak = "both" if is_unreliable and is_wrong else "reliability" if is_unreliable else "accuracy"
    return [told, words(f"measured.weak.{weak}")]


def reliability(measurement: Measured, context: Context) -> list[str]:
    """Reliability of the whole test and at the cut."""
    show, words = context.formats, context.words
    told = []
    whole = coefficient(measurement, context, ALPHA)
    if whole is not None:
        gaps = {"year": context.year(context.latest), "value": show.number(whole["estimate"], 2)}
        key = "measured.reliability.plain"
        if pd.notna(whole["ci_low"]):
            key = "measured.reliability.interval"
            limits = [show.number(whole[end], 2) for end in ("ci_low", "ci_high")]
            gaps |= {"confidence": context.confidence, "low": limits[0], "high": limits[1]}
        told.append(words(key, **gaps))
    at_cut = coefficient(measurement, context, AT_CUT)
    if at_cut is not None:
        told.append(words("measured.reliability.at_cut", value=show.number(at_cut["estimate"], 2)))
    error = coefficient(measurement, context, ERROR_AT_CUT)
    if error is not None:
        told.append(
            words("measured.reliability.error_at_cut", value=show.number(error["estimate"]))
        )
    return told


def decision(measurement: Measured, context: Context) -> list[str]:
    """How sure a pass or a fail is, in people out of a hundred."""
    found, show = accuracy(measurement, context), context.formats
    if found is None:
        return []
    words = context.words
    told = [words("measured.decision.accuracy", share=show.percent(found["accuracy"]))]
    if pd.notna(found["pass_again"]):
        lost = show.count(100 * (1 - found["pass_again"]))
        told.append(words("measured.decision.again", lost=lost))
    wrong = {name: show.percent(found[name]) for name in ("false_pass", "false_fail")}
    return [*told, words("measured.decision.wrong", **wrong)]


def corrected(measurement: Measured, context: Context) -> list[str]:
    """The corrected share beside the observed one, and what it may be used for."""
    whole, words = corrected_whole(measurement, context), context.words
    if whole is None:
        return []
    if _is_hidden(whole):
        return [words("measured.corrected.withheld")]
    told = [_words_of_corrected("shown", whole, context), words("measured.corrected.meaning")]
    return [*told, words("measured.corrected.use")]


def cut(measurement: Measured, context: Context) -> list[str]:
    """People exactly at the cut, and the share by both readings of it."""
    found, rule = readings(measurement, context), context.standard.passing
    if found is None or not isinstance(rule, TotalRule):
        return []
    show = context.formats
    figures = {name: show.percent(found[name]) for name in ("at_or_above", "above", "exactly")}
    key = "measured.cut.inclusive" if rule.inclusive else "measured.cut.exclusive"
    return [context.words(key, cut=f"{rule.cut:g}", **figures)]


def _words_of_corrected(kind: str, row: pd.Series, context: Context) -> str:
    show = context.formats
    return context.words(
        f"measured.corrected.{kind}",
        observed=show.percent(row["observed"]),
        share=show.percent(row["estimate"]),
        confidence=context.confidence,
        interval=show.interval(row["ci_low"], row["ci_high"]),
    )


def _is_hidden(row: pd.Series | None) -> bool:
    return row is None or row["flag"] == WITHHELD
