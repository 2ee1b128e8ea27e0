"""Links of two separately calibrated waves: R plink."""

import re
from collections.abc import Mapping
from functools import partial
from itertools import product

import numpy as np
import pandas as pd

from pipeline.stats.measurement.irt.curves import Logistic
from pipeline.stats.measurement.linking.characteristic_curves import (
    Criterion,
    haebara,
    stocking_lord,
)
from pipeline.stats.measurement.linking.link import Link
from pipeline.stats.measurement.linking.moments import mean_mean, mean_sigma
from tests.oracle.psychometrics.requests import Answer, Request

WAVES = re.compile(r"theta_(\w+)\s*=\s*A\s*\*\s*theta_(\w+)\s*\+\s*B")
ANCHORS = re.compile(r"\banchors?\b:?\s*([^;)]+)")
GRID = re.compile(r"seq\(\s*(-?[\d.]+)\s*,\s*(-?[\d.]+)\s*,\s*(?:by\s*=\s*)?([\d.]+)\s*\)")
NORMAL = re.compile(r"N\(\s*(-?[\d.]+)\s*,\s*([\d.]+)\s*\)")
SYMMETRIC = re.compile(r"symmetric\s*=\s*T(RUE)?\b")
METRIC = re.compile(r"\bD\s*=\s*([\d.]+)")


def link(request: Request, method: str, suffix: str) -> Link:
    return request.once(f"link {method}{suffix}", lambda: _made(request, method, suffix))


def coefficient(part: str, method: str, suffix: str, request: Request) -> Mapping[str, float]:
    found = link(request, method, suffix)
    return dict.fromkeys(request.keys, found.slope if part == "A" else found.shift)


def _made(request: Request, method: str, suffix: str) -> Link:
    call = _call(request, suffix)
    old, new = _models(request, call)
    if method in {"MM", "MS"}:
        return {"MM": mean_mean, "MS": mean_sigma}[method](old, new)
    curves = {"HB": haebara, "SL": stocking_lord}[method]
    return curves(
        old,
        new,
        criterion=_criterion(call, suffix),
        symmetric=bool(SYMMETRIC.search(call)),
    )


def _call(request: Request, suffix: str) -> str:
    """The row's call, or, where it is elided, that of the case's row with the same suffix."""
    if "..." not in request.call:
        return request.call
    calls = [call for call in dict.fromkeys(request.calls) if "..." not in call]
    symmetric = "symmetric" in suffix
    fitting = [call for call in calls if bool(SYMMETRIC.search(call)) == symmetric]
    for weights in ("uniform", "normal"):
        if weights in suffix:
            fitting = [call for call in fitting if f"{weights} weights" in call] or fitting
    return (fitting or calls)[0]


def _criterion(call: str, suffix: str) -> Criterion:
    low, high, step = (float(each) for each in GRID.search(call).groups())
    ability = np.linspace(low, high, round((high - low) / step) + 1)
    if "uniform" in call or "uniform" in suffix:
        return Criterion.uniform(ability)
    stated = NORMAL.search(call)
    mean, sd = (float(each) for each in stated.groups()) if stated else (0.0, 1.0)
    return Criterion.normal(ability, mean=mean, sd=sd)


def _models(request: Request, call: str) -> tuple[Logistic, Logistic]:
    """The anchors on the old and the new scale."""
    stated = METRIC.search(call) or METRIC.search(request.note)
    metric = float(stated.group(1)) if stated else 1.0
    frame = request.frames[0].assign(item=request.frames[0]["item"].astype(str))
    waves = {str(wave).lower(): part.set_index("item") for wave, part in frame.groupby("form")}
    old, new = (waves[name.lower()] for name in WAVES.search(request.note).groups())
    anchors = _anchors(request.note, [item for item in old.index if item in new.index])
    return _model(old.loc[anchors], metric), _model(new.loc[anchors], metric)


def _anchors(note: str, shared: list[str]) -> list[str]:
    """Named as first..last, as first,second,...,last or one by one; else all that are shared."""
    stated = ANCHORS.search(note)
    if not stated:
        return shared
    text = stated.group(1).strip().rstrip(".,")
    if span := re.fullmatch(r"(\w+)\s*(?:\.\.+|-|to|:)\s*(\w+)", text):
        first, last = (shared.index(item) for item in span.groups())
        return shared[first : last + 1]
    if steps := re.fullmatch(r"(\d+)\s*,\s*(\d+)\s*,(?:.*,)?\s*\.\.+\s*,\s*(\d+)", text):
        first, second, last = (int(each) for each in steps.groups())
        return [str(item) for item in range(first, last + 1, second - first)]
    named = [item for item in re.split(r"[\s,]+", text) if item in shared]
    return named or shared


def _model(items: pd.DataFrame, metric: float) -> Logistic:
    return Logistic.of_difficulty(
        metric * items["a"].to_numpy(),
        items["b"].to_numpy(),
        items["c"].to_numpy() if "c" in items else 0.0,
    )


SUFFIXES = ["", "_symmetric"]
WEIGHTS = ["", "_uniform", "_normal"]
ENDINGS = {a + b for pair in product(SUFFIXES, WEIGHTS) for a, b in (pair, pair[::-1])}

ANSWERS: dict[str, Answer] = {
    f"link_{part}_{method}{ending}": partial(coefficient, part, method, ending)
    for part, method, ending in product("AB", ["MM", "MS", "HB", "SL"], sorted(ENDINGS))
}
