"""Observed-score equating: R equate."""

import re
from collections.abc import Mapping

import numpy as np
import pandas as pd

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
from tests.oracle.psychometrics.r_text import NUMBER, calls
from tests.oracle.psychometrics.requests import Answer, Request

ANCHOR_ITEMS = re.compile(r"(\d+)\s+(?:internal |external |common )?anchor items")
METHODS = "tucker|levine|chained|braun_holland|frequency(?:_estimation)?"
STATISTIC = re.compile(
    rf"(yx|coef)_(mean|linear|equip(?:ercentile)?)(?:_({METHODS}))?(?:_ws(-?[\d.]+))?"
)
TYPES = {"mean": mean_equating, "linear": linear_equating}
COUNT = r"{}[ _.]?(?:count|freq\w*|n)?"
Groups = tuple[JointDistribution, JointDistribution]


def converted(request: Request) -> Mapping[str, float]:
    """Equated scores, or the line that gives them."""
    what, kind, method, weight = STATISTIC.fullmatch(request.statistic).groups()
    new, found = _found(kind, method or "", _synthetic_weight(request, weight), request)
    if what == "coef":
        return {"intercept": found.intercept, "slope": found.slope}
    return _by_score(new, found.equated(new) if isinstance(found, Line) else found)


def percentile_ranks(request: Request) -> Mapping[str, float]:
    scores = _distribution(request, request.statistic.rpartition("_")[2])
    return _by_score(scores.scores, scores.ranks)


def _synthetic_weight(request: Request, named: str | None) -> float | None:
    """As the statistic's name or its call says; R's default of -1 is none of its own."""
    stated = re.search(rf"\bws\s*=\s*{NUMBER}", request.call)
    said = named or (stated[1] if stated else "-1")
    return None if float(said) < 0 else float(said)


def _found(
    kind: str, method: str, weight: float | None, request: Request
) -> tuple[FloatArray, Line | FloatArray]:
    """The new form's scores and their conversion."""
    if not method:
        pair = [_distribution(request, form) for form in _forms(request)]
        if kind in TYPES:
            return pair[0].scores, TYPES[kind](moments(*pair, r_counts=True))
        return pair[0].scores, equipercentile(*pair)
    groups = _groups(request)
    is_external = re.search(r"internal\s*=\s*F", request.call) is not None
    return groups[0].scores, _anchored(kind, method, weight, groups, is_external)


def _anchored(
    kind: str, method: str, weight: float | None, groups: Groups, is_external: bool
) -> Line | FloatArray:
    if method == "chained":
        if kind == "mean":
            new, old = groups
            first = mean_equating(moments(new.test, new.anchor))
            return first.then(mean_equating(moments(old.anchor, old.test)))
        return (chained_linear if kind == "linear" else chained_equipercentile)(*groups)
    options = {"synthetic_weight": weight, "r_counts": True}
    if method.startswith("frequency"):
        mixed = frequency_estimation(*groups, **options)
        return equipercentile(mixed.new, mixed.old)
    if method == "levine" and is_external:
        options["anchor"] = "external"
    made = {"tucker": tucker, "levine": levine, "braun_holland": braun_holland}[method]
    return TYPES[kind](made(*groups, **options))


def _groups(request: Request) -> Groups:
    """The two groups; scores and anchor scores on the lists that the rows and the note give."""
    frame = request.frames[0]
    forms, total, anchor = _neat_columns(frame)
    scale = _scale(frame[total], _scores_listed(request))
    stated = ANCHOR_ITEMS.search(request.note)
    anchors = _scale(frame[anchor], [0.0, *([float(stated[1])] if stated else [])])
    groups = [
        JointDistribution.of_people(
            part[total].to_numpy(), part[anchor].to_numpy(), scale=scale, anchor_scale=anchors
        )
        for part in (frame[frame[forms].map(str) == form] for form in _forms(request))
    ]
    return groups[0], groups[1]


def _neat_columns(frame: pd.DataFrame) -> tuple[str, str, str]:
    """Columns of form, score and anchor score, by name or else in this order."""
    by_name = ("form", "total", "anchor")
    return by_name if set(by_name) <= set(frame) else tuple(frame.columns[:3])


def _scores_listed(request: Request) -> list[float]:
    """Scores of the rows; of coefficients, those that other rows of the case list."""
    keys = (key for listed in request.case_keys.values() for key in listed)
    own = [key for key in request.keys if "=" in key]
    return [float(key.partition("=")[2]) for key in own or keys if "=" in key]


def _scale(scores: pd.Series, listed: list[float]) -> FloatArray:
    """All possible scores: from the lowest to the highest seen or listed, in their least step."""
    known = np.unique([*scores, *listed])
    step = float(np.diff(known).min()) if len(known) > 1 else 1.0
    return known[0] + step * np.arange(1 + round((known[-1] - known[0]) / step))


def _distribution(request: Request, form: str) -> ScoreDistribution:
    frame = request.frames[0]
    if form in _forms(request) and len(frame) != frame.iloc[:, 0].nunique():
        return _groups(request)[form != _forms(request)[0]].test
    fitting = [name for name in frame if re.fullmatch(COUNT.format(form), str(name))]
    counts = frame[fitting[0]].to_numpy(dtype=float)
    return ScoreDistribution(frame[frame.columns[0]].to_numpy(dtype=float), counts)


def _forms(request: Request) -> tuple[str, str]:
    """The new and the old form, as equate(new, old) names them."""
    every = [call for text in (request.call, *request.calls) for call in calls(text)]
    named = [call.unnamed[:2] for call in every if call.name == "equate" and len(call.unnamed) > 1]
    return named[0] if named else ("x", "y")


def _by_score(scores: FloatArray, values: FloatArray) -> Mapping[str, float]:
    return {
        f"{name}={score:g}": float(value)
        for name in ("x", "y")
        for score, value in zip(scores, values, strict=True)
    }


ANSWERS: dict[str, Answer] = {}
PATTERNS: dict[str, Answer] = {
    STATISTIC.pattern: converted,
    r"percentile_rank_\w+": percentile_ranks,
}
