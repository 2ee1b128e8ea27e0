"""Whether an analysis plan asks only for what its questionnaire holds."""

from collections import Counter
from pathlib import Path

from pipeline.config.instrument import Instrument
from pipeline.config.plan import CalibratedWeights, Choice, Plan
from pipeline.errors import ConfigError
from pipeline.fields import CROSS


def check_agreement(plan: Plan, instrument: Instrument, path: Path) -> None:
    """Refuse a plan that names domains, questions or codes the questionnaire lacks.

    Raises:
        ConfigError: every such name, at the plan's file.
    """
    faults = [
        *_domain_faults(plan, instrument),
        *_margin_faults(plan, instrument),
        *_indicator_faults(plan, instrument),
        *_measurement_faults(plan, instrument),
    ]
    if faults:
        raise ConfigError(
            str(path),
            faults,
            hint=f"correct the plan, or add to survey_instruments/instruments/{instrument.id}.toml",
        )


def _domain_faults(plan: Plan, instrument: Instrument) -> list[str]:
    reported = plan.estimates.domains
    faults = [
        fault
        for name in reported
        for part in name.split(CROSS)
        for fault in _use_faults(f"estimates.domains {name}", part, instrument, alone=name == part)
    ]
    return faults + [
        f"estimates.gaps: {gap} is not among estimates.domains"
        for gap in plan.estimates.gaps
        if gap not in reported
    ]


def _margin_faults(plan: Plan, instrument: Instrument) -> list[str]:
    if not isinstance(plan.weights, CalibratedWeights):
        return []
    return [
        fault
        for margin in plan.weights.margins
        for axis in margin.by
        for fault in _use_faults(f"weights.margins {margin.id}", axis, instrument, alone=False)
    ]


def _measurement_faults(plan: Plan, instrument: Instrument) -> list[str]:
    rules = plan.measurement
    if rules is None:
        return []
    uses = {
        "measurement.fairness.groupings": rules.fairness.groupings,
        "measurement.plausible_values.conditioning": rules.plausible_values.conditioning,
    }
    return [
        fault
        for where, names in uses.items()
        for name in names
        for fault in (
            _use_faults(where, name, instrument, alone=False)
            or _single_category_faults(where, name, instrument)
        )
    ]


def _single_category_faults(where: str, name: str, instrument: Instrument) -> list[str]:
    categories = instrument.categories(instrument.domain_by_id[name])
    if len(categories) > 1:
        return []
    return [f"{where}: expected two categories of {name} or more, got {len(categories)}"]


def _use_faults(where: str, name: str, instrument: Instrument, *, alone: bool) -> list[str]:
    domain = instrument.domain_by_id.get(name)
    if domain is None:
        known = ", ".join(instrument.domain_by_id)
        return [f"{where}: expected domains of {instrument.id} ({known}), got {name}"]
    if domain.overlaps and not alone:
        return [f"{where}: {name} has overlapping categories and cannot be combined"]
    return []


def _indicator_faults(plan: Plan, instrument: Instrument) -> list[str]:
    wanted = plan.estimates
    choices: list[tuple[str, Choice]] = [(entry.id, entry) for entry in wanted.indicators]
    for ratio in wanted.ratios:
        choices += [(ratio.id, ratio.numerator), (ratio.id, ratio.denominator)]
    faults = [
        fault for name, choice in choices for fault in _choice_faults(name, choice, instrument)
    ]
    ids = Counter([i.id for i in wanted.indicators] + [ratio.id for ratio in wanted.ratios])
    return faults + [f"indicator {name} is defined twice" for name in ids if ids[name] > 1]


def _choice_faults(name: str, choice: Choice, instrument: Instrument) -> list[str]:
    options = {
        question.id: [option.code for option in question.options]
        for question in instrument.questions
    }
    if choice.question not in options:
        return [f"indicator {name}: {choice.question} is not a question of {instrument.id}"]
    return [
        f"indicator {name}: {code} is not a code of {choice.question}"
        for code in choice.codes
        if code not in options[choice.question]
    ]
