"""Weighting steps of a case, taken through the public API."""

import re
from typing import Any

from pipeline import survey
from tests.oracle.survey.cases import Case
from tests.oracle.survey.conditions import values_of
from tests.oracle.survey.designs import AnyDesign, NotUnderstoodError

PAIRS = ("bounds", "trim", "weight_bounds")
TOLERANCE = {"tolerance": 1e-12, "max_rounds": 5000}


def adjusted(design: AnyDesign, case: Case) -> AnyDesign:
    """The design after the steps that the case asks for."""
    steps = case.estimand.get("adjust") or []
    response = "resp"
    for step in [steps] if isinstance(steps, dict) else steps:
        response = step.get("response", response)
        design = _taken(design, step, response, case)
    return design


def _taken(design: AnyDesign, step: dict[str, Any], response: str, case: Case) -> AnyDesign:
    """R's own iterations where a binding number holds their result, ours where one is decided."""
    words = step["op"].lower()
    if "nonresponse" in words:
        classes = tuple(re.search(r"classes ([\w.]+(?: x [\w.]+)*)", step["op"])[1].split(" x "))
        return design.adjust_nonresponse(responded=f"{response} == 1", by=classes)
    if "post-strat" in words:
        if "totals" not in step:
            return _equal_cells(design, step["op"])
        ((by, totals),) = step["totals"].items()
        return design.post_stratify(_key(by), _cells(by, totals))
    if words.startswith("rake"):
        margins = {_key(by): _cells(by, totals) for by, totals in step["totals"].items()}
        bounds = tuple(step["bounds"]) if "bounds" in step else None
        binding = all(number.is_binding for number in case.numbers)
        residuals = "r_sweeps" if binding else "weighted"
        return design.rake(margins, bounds=bounds, residuals=residuals, **TOLERANCE)
    if "calibrate" in words:
        return _trimmed(_calibrated(design, step, case.call), step)
    if "trim" in words:
        return _trimmed(design, step)
    raise NotUnderstoodError(f"step: {step['op']}")


def _calibrated(design: AnyDesign, step: dict[str, Any], call: str) -> AnyDesign:
    """The function, bounds and options of R's calibrate()."""
    function = step.get("calfun", "linear").lower()
    method = next(m for m in ("linear", "raking", "logit") if m in function)
    totals = {}
    for name, total in step["totals"].items():
        column = name.removesuffix("_total")
        totals["population" if name == "N" and "N" not in design.frame else column] = total
    options: dict[str, Any] = {"method": method}
    options |= {key: tuple(step[key]) for key in PAIRS if key in step}
    if "aggregate" in step:
        options["household"] = step["aggregate"]
    if "variance" in step:
        expression = str(step["variance"]).split(":")[0].strip()
        if expression not in design.frame:
            design = design.assign(_variance=values_of(design.frame, expression))
            expression = "_variance"
        options["variance"] = expression
    if isinstance(design, survey.ReplicateDesign) and not {"aggregate"} & set(step):
        rounds = re.search(r"maxit=(\d+)", call)
        options |= {"if_infeasible": "r_last_step", "max_rounds": int(rounds[1]) if rounds else 50}
    return design.calibrate(totals, **options)


def _trimmed(design: AnyDesign, step: dict[str, Any]) -> AnyDesign:
    """Bounds stand in the words: "to [20,45]", "to at most 40", "to at least 3"."""
    number = r"(-?[\d.]+)"
    between = re.search(rf"trim to \[{number},\s*{number}\]", step["op"])
    most, least = (re.search(rf"at {word} {number}", step["op"]) for word in ("most", "least"))
    bounds = {}
    if between:
        bounds = {"lower": float(between[1]), "upper": float(between[2])}
    if most:
        bounds["upper"] = float(most[1])
    if least:
        bounds["lower"] = float(least[1])
    if not bounds:
        return design
    is_strict = bool(step.get("strict", "until all" in step["op"]))
    return design.trim(**bounds, strict=is_strict, factors="fixed")


def _equal_cells(design: AnyDesign, words: str) -> AnyDesign:
    """ "post-stratify county x education, 100 each"."""
    axes, each = re.search(r"stratify (\w+ x \w+), (\d+) each", words).groups()
    first, second = (_column(design, name) for name in axes.split(" x "))
    levels = [sorted(design.frame[name].dropna().unique()) for name in (first, second)]
    totals = {(one, other): float(each) for one in levels[0] for other in levels[1]}
    return design.post_stratify((first, second), totals)


def _column(design: AnyDesign, word: str) -> str:
    """A column by its name or by the beginning of it."""
    return word if word in design.frame else next(c for c in design.frame if word.startswith(c))


def _key(by: str) -> Any:
    parts = re.split(r" x |:|\+", by)
    return tuple(parts) if len(parts) > 1 else by


def _cells(by: str, totals: dict[str, float]) -> dict[Any, float]:
    if isinstance(_key(by), str):
        return totals
    return {tuple(re.split(r" x |:|\.", name)): total for name, total in totals.items()}
