"""A design as the text of R, Stata and SPSS, so that outsiders can check our numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.survey.grid import text_of

_SINGLE_UNIT = {
    "fail": "missing",
    "certainty": "certainty",
    "remove": "certainty",
    "adjust": "centered",
    "average": "scaled",
}
_WITH_REPLACEMENT = (
    "drawn without replacement with unequal probabilities; this text takes it as with replacement"
)
_PPS = {"brewer": "pps='brewer'", "overton": "pps='overton'", "hartley_rao": "pps=HR()"}


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The columns a design was made of.

    Attributes:
        weight: column of weights; None: implied by the population sizes.
        strata: one column per stage.
        units: one column per stage; empty: rows are units.
        sizes: columns or numbers, one per stage.
        pps: rule without replacement, if any.
        lonely_psu: rule for strata of one PSU.
        lonely_in_domains: whether it holds in domains.
    """

    weight: str | None
    strata: tuple[str, ...]
    units: tuple[str, ...]
    sizes: tuple[str | float, ...]
    pps: str | None
    lonely_psu: str
    lonely_in_domains: bool


@dataclass(frozen=True)
class Told:
    """A weighting step in words: its name and what it was asked."""

    name: str
    asked: Mapping[str, Any]


def r_design(plan: Plan, steps: Sequence[Told], data: str) -> str:
    """Options, svydesign() and the steps R has, one line each."""
    parts = [f"ids={_formula(plan.units)}"]
    if plan.strata:
        parts.append(f"strata={_formula(plan.strata)}")
    if plan.weight and not plan.pps:
        parts.append(f"weights={_formula([plan.weight])}")
    if plan.sizes:
        columns = [size if isinstance(size, str) else f"I({size:g})" for size in plan.sizes]
        parts.append(f"fpc=~{'+'.join(_quoted(name) for name in columns)}")
    if plan.pps:
        parts.append(_PPS[plan.pps])
    if plan.units and plan.strata:
        parts.append("nest=TRUE")
    lines = [f'options(survey.lonely.psu="{plan.lonely_psu}")']
    if plan.lonely_in_domains:
        lines.append("options(survey.adjust.domain.lonely=TRUE)")
    lines.append(f"design <- svydesign({', '.join([*parts, f'data={data}'])})")
    return "\n".join([*lines, *(_r_step(step) for step in steps)])


def r_replicates(
    weight: str, *, pattern: str, scale: float, rscales: Sequence[float], mse: bool, data: str
) -> str:
    """svrepdesign() over columns of replicate weights."""
    first = rscales[0]
    is_even = all(value == first for value in rscales)
    told = (
        f"rep({first:.17g}, {len(rscales)})"
        if is_even
        else f"c({', '.join(f'{value:.17g}' for value in rscales)})"
    )
    return (
        f'design <- svrepdesign(weights={_formula([weight])}, repweights="{pattern}", '
        f'type="other", scale={scale:.17g}, rscales={told}, combined.weights=TRUE, '
        f"mse={str(mse).upper()}, data={data})"
    )


def stata_design(plan: Plan, steps: Sequence[Told]) -> str:
    """Svyset; weighting steps as comments, their result being the weight."""
    first = plan.units[0] if plan.units else "_n"
    weight = f" [pweight={plan.weight}]" if plan.weight else ""
    options = []
    if plan.strata:
        options.append(f"strata({plan.strata[0]})")
    sizes = () if plan.pps else plan.sizes
    if sizes:
        options.append(f"fpc({_stata_size(sizes[0])})")
    options.append(f"singleunit({_SINGLE_UNIT[plan.lonely_psu]})")
    later = []
    for stage in range(1, len(plan.units)):
        own = [f"strata({plan.strata[stage]})"] if stage < len(plan.strata) else []
        own += [f"fpc({_stata_size(sizes[stage])})"] if stage < len(sizes) else []
        later.append(f" || {plan.units[stage]}{', ' if own else ''}{' '.join(own)}")
    text = f"svyset {first}{weight}, {' '.join(options)}{''.join(later)}"
    remarks = [_WITH_REPLACEMENT] if plan.pps else []
    return "\n".join([text, *(f"* {line}" for line in [*remarks, *map(_words, steps)])])


def stata_replicates(weight: str, *, stub: str, scale: float, mse: bool) -> str:
    """Svyset over columns of replicate weights, whatever their method: squares times a scale."""
    kind = f"jkrweight({stub}*, multiplier({scale:.17g})) vce(jackknife)"
    return f"svyset [pweight={weight}], {kind}{' mse' if mse else ''}"


def spss_design(plan: Plan, steps: Sequence[Told], file: str) -> str:
    """CSPLAN ANALYSIS, one stage per DESIGN block."""
    lines = [f"CSPLAN ANALYSIS\n  /PLAN FILE='{file}'"]
    lines.append(f"  /PLANVARS ANALYSISWEIGHT={plan.weight or 'weight'}")
    lines.append("  /SRSESTIMATOR TYPE=WR\n  /PRINT PLAN")
    for stage in range(max(len(plan.units), 1)):
        parts = []
        if stage < len(plan.strata):
            parts.append(f"STRATA={plan.strata[stage]}")
        if stage < len(plan.units):
            parts.append(f"CLUSTER={plan.units[stage]}")
        lines.append(f"  /DESIGN STAGELABEL='stage {stage + 1}' {' '.join(parts)}".rstrip())
        lines.append(_spss_estimator(plan, stage))
        if stage >= len(plan.sizes):
            break
    remarks = [_WITH_REPLACEMENT] if plan.pps else []
    told = [f"* {line}." for line in [*remarks, *map(_words, steps)]]
    return "\n".join([*lines[:-1], f"{lines[-1]}.", *told])


def _spss_estimator(plan: Plan, stage: int) -> str:
    if stage >= len(plan.sizes) or plan.pps:
        return "  /ESTIMATOR TYPE=WR"
    size = plan.sizes[stage]
    told = f"VARIABLE={size}" if isinstance(size, str) else f"VALUE={size:g}"
    return f"  /ESTIMATOR TYPE=EQUAL_WOR\n  /POPSIZE {told}"


def _r_step(step: Told) -> str:
    """A step as R takes it, or a comment where R has none."""
    asked = step.asked
    if step.name == "post_stratify":
        return f"design <- postStratify(design, {_r_margin(asked['by'], asked['totals'])})"
    if step.name == "rake" and asked["bounds"] is None:
        margins = [_r_margin(by, totals) for by, totals in asked["margins"].items()]
        formulas = ", ".join(text.split(", ", 1)[0] for text in margins)
        tables = ", ".join(text.split(", ", 1)[1] for text in margins)
        return f"design <- rake(design, list({formulas}), list({tables}))"
    without = ("weight_bounds", "variance", "household")  # R has no such argument, or another
    if step.name == "calibrate" and all(asked[name] is None for name in without):
        return _r_calibrate(asked)
    return f"# {_words(step)}"


def _r_calibrate(asked: Mapping[str, Any]) -> str:
    """A constant and all categories but the first, as R codes them."""
    terms, totals = [], {}
    tables = [total for total in asked["totals"].values() if isinstance(total, Mapping)]
    people = asked["totals"].get("population", sum(tables[0].values()) if tables else None)
    if people is not None:
        totals["(Intercept)"] = float(people)
    for name, total in asked["totals"].items():
        if name == "population":
            continue
        terms.append(_quoted(name))
        if isinstance(total, Mapping):
            rest = {text_of(level): n for level, n in total.items()}
            if people is not None and abs(sum(rest.values()) - people) < 1e-6 * people:
                rest.pop(min(rest))
            totals |= {f"{name}{level}": float(n) for level, n in rest.items()}
        else:
            totals[name] = float(total)
    constant = [] if people is not None else ["-1"]
    vector = ", ".join(f"'{name}'={total:.17g}" for name, total in totals.items())
    limits = [
        f", {name}=c({_number(asked[name][0])}, {_number(asked[name][1])})"
        for name in ("bounds", "trim")
        if asked[name] is not None
    ]
    return (
        f"design <- calibrate(design, ~{'+'.join([*terms, *constant])}, c({vector}), "
        f"calfun='{asked['method']}'{''.join(limits)})"
    )


def _r_margin(by: str | tuple[str, ...], totals: Mapping[Any, float]) -> str:
    """Formula and population table of a margin."""
    names = [by] if isinstance(by, str) else list(by)
    cells = [cell if isinstance(cell, tuple) else (cell,) for cell in totals]
    columns = [
        f"{_quoted(name)}=c({', '.join(repr(text_of(cell[place])) for cell in cells)})"
        for place, name in enumerate(names)
    ]
    numbers = ", ".join(f"{total:.17g}" for total in totals.values())
    return f"{_formula(names)}, data.frame({', '.join(columns)}, Freq=c({numbers}))"


def _words(step: Told) -> str:
    """A step that the other program takes otherwise or not at all."""
    asked = ", ".join(
        f"{name}={value!r}" for name, value in step.asked.items() if value is not None
    )
    return f"weighting step {step.name}({asked}): the final weight contains it"


def _formula(names: Sequence[str]) -> str:
    return "~" + ("+".join(_quoted(name) for name in names) if names else "1")


def _quoted(name: str) -> str:
    plain = name.replace(".", "_").replace("(", "_").replace(")", "_")
    return name if plain.isidentifier() else f"`{name}`"


def _number(value: float) -> str:
    return {float("inf"): "Inf", float("-inf"): "-Inf"}.get(value, f"{value:.17g}")


def _stata_size(size: str | float) -> str:
    return size if isinstance(size, str) else f"{size:g}"
