"""Observed-score equating: R equate."""

import re
from collections.abc import Mapping
from functools import partial
from itertools import product

import numpy as np

from pipeline.stats.arrays import FloatArray
from pipeline.stats.measurement.equating.anchored import (
    chained_linear,
    levine,
    tucker,
)
from pipeline.stats.measurement.equating.distributions import ScoreDistribution
from pipeline.stats.measurement.equating.equipercentile import (
    chained_equipercentile,
    equipercentile,
)
from pipeline.stats.measurement.equating.joint import JointDistribution
from pipeline.stats.measurement.equating.lines import (
    Line,
    linear_equating,
    mean_equating,
    moments,
)
from pipeline.stats.measurement.equating.synthetic import braun_holland, frequency_estimation
from tests.oracle.psychometrics.requests import Answer, Request

FORMS = re.compile(r"equate\(\s*(\w+)\s*,\s*(\w+)")
ANCHOR_ITEMS = re.compile(r"(\d+)\s+(?:internal |external |common )?anchor items")
SYNTHETIC_WEIGHT = re.compile(r"\bws\s*=\s*(-?[\d.]+)")
TYPES = {"mean": mean_equating, "linear": linear_equating}
Groups = tuple[JointDistribution, JointDistribution]


def equated(kind: str, method: str, weight: float | None, request: Request) -> Mapping[str, float]:
    new, found = _found(kind, method, weight, request)
    values = found.equated(new) if isinstance(found, Line) else found
    return _by_score(new, values)


def coefficients(
    kind: str, method: str, weight: float | None, request: Request
) -> Mapping[str, float]:
    _, found = _found(kind, method, weight, request)
    return {"intercept": found.intercept, "slope": found.slope}


def percentile_ranks(form: str, request: Request) -> Mapping[str, float]:
    scores = _distribution(request, form)
    return _by_score(scores.scores, scores.ranks)


def _found(
    kind: str, method: str, weight: float | None, request: Request
) -> tuple[FloatArray, Line | FloatArray]:
    """The new form's scores and their conversion."""
    if stated := SYNTHETIC_WEIGHT.search(request.call):
        weight = float(stated.group(1))
    weight = None if weight is not None and weight < 0 else weight
    if not method:
        pair = [_distribution(request, form) for form in _forms(request)]
        if kind in TYPES:
            return pair[0].scores, TYPES[kind](moments(*pair, r_counts=True))
        return pair[0].scores, equipercentile(*pair)
    groups = _groups(request)
    return groups[0].scores, _anchored(kind, method, weight, groups, request.call)


def _anchored(
    kind: str, method: str, weight: float | None, groups: Groups, call: str
) -> Line | FloatArray:
    if method == "chained":
        if kind == "mean":
            new, old = groups
            first = mean_equating(moments(new.test, new.anchor))
            return first.then(mean_equating(moments(old.anchor, old.test)))
        return (chained_linear if kind == "linear" else chained_equipercentile)(*groups)
    options = {"synthetic_weight": weight, "r_counts": True}
    if method == "frequency_estimation":
        mixed = frequency_estimation(*groups, **options)
        return equipercentile(mixed.new, mixed.old)
    if method == "levine" and re.search(r"internal\s*=\s*F", call):
        options["anchor"] = "external"
    made = {"tucker": tucker, "levine": levine, "braun_holland": braun_holland}[method]
    return TYPES[kind](made(*groups, **options))


def _groups(request: Request) -> Groups:
    """The two groups; scores and anchor scores on the lists that the rows and the note give."""
    frame = request.frames[0]
    top = int(frame["total"].max())
    for key in request.keys:
        top = max(top, int(float(key.partition("=")[2] or 0)))
    stated = ANCHOR_ITEMS.search(request.note)
    anchor_top = max(int(frame["anchor"].max()), int(stated.group(1)) if stated else 0)
    groups = [
        JointDistribution.of_people(
            part["total"].to_numpy(),
            part["anchor"].to_numpy(),
            scale=np.arange(top + 1.0),
            anchor_scale=np.arange(anchor_top + 1.0),
        )
        for part in (frame[frame["form"] == form] for form in _forms(request))
    ]
    return groups[0], groups[1]


def _distribution(request: Request, form: str) -> ScoreDistribution:
    frame = request.frames[0]
    if "form" in frame:
        return _groups(request)[form != _forms(request)[0]].test
    return ScoreDistribution(
        frame["scale"].to_numpy(dtype=float), frame[f"{form}count"].to_numpy(dtype=float)
    )


def _forms(request: Request) -> tuple[str, str]:
    stated = next((found for call in request.calls if (found := FORMS.search(call))), None)
    return (stated.group(1), stated.group(2)) if stated else ("x", "y")


def _by_score(scores: FloatArray, values: FloatArray) -> Mapping[str, float]:
    return {
        f"{name}={score:g}": float(value)
        for name in ("x", "y")
        for score, value in zip(scores, values, strict=True)
    }


KINDS = ["mean", "linear", "equip", "equipercentile"]
METHODS = ["tucker", "levine", "chained", "braun_holland", "frequency_estimation"]
# A statistic's name carries its weight: every hundredth, R's default of -1, or none.
WEIGHTS: dict[str, float | None] = {"": None, "_ws-1": None} | {
    f"_ws{hundredth / 100:g}": hundredth / 100 for hundredth in range(101)
}
ANSWERS: dict[str, Answer] = {
    f"{prefix}_{kind}{method and '_' + method}{ending}": partial(answer, kind, method, weight)
    for (prefix, answer), kind, method, (ending, weight) in product(
        [("yx", equated), ("coef", coefficients)], KINDS, ["", *METHODS], WEIGHTS.items()
    )
} | {f"percentile_rank_{form}": partial(percentile_ranks, form) for form in ("x", "y")}
