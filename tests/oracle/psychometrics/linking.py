"""Links of two separately calibrated waves: R plink."""

import re
from collections.abc import Mapping

import numpy as np

from pipeline.stats.measurement.irt.curves import Logistic
from pipeline.stats.measurement.linking.characteristic_curves import (
    Criterion,
    haebara,
    stocking_lord,
)
from pipeline.stats.measurement.linking.link import Link
from pipeline.stats.measurement.linking.moments import mean_mean, mean_sigma
from tests.oracle.psychometrics.ability import model_in
from tests.oracle.psychometrics.r_text import anywhere, assigned, normal, sequence
from tests.oracle.psychometrics.requests import Answer, Request

WAVES = re.compile(r"theta_(\w+)\s*=\s*A\s*\*\s*theta_(\w+)\s*\+\s*B")
ANCHORS = re.compile(r"\b(?:anchors?(?: items)?|common items)\b\s*[:=]?\s*([^;)]+)")
SYMMETRIC = re.compile(r"symmetric\s*=\s*T(RUE)?\b")
UNSTATED = np.linspace(-4, 4, 161)  # where a call has no seq()
STATISTIC = re.compile(r"link_([AB])_(MM|MS|HB|SL)((?:_\w+)?)")


def link(request: Request, method: str, suffix: str) -> Link:
    kind = f"link {method}{suffix} {_call(request, suffix)}"
    return request.once(kind, lambda: _made(request, method, suffix))


def coefficient(request: Request) -> Mapping[str, float]:
    part, method, suffix = STATISTIC.fullmatch(request.statistic).groups()
    found = link(request, method, suffix)
    return dict.fromkeys(request.keys, found.slope if part == "A" else found.shift)


def _made(request: Request, method: str, suffix: str) -> Link:
    call = _call(request, suffix)
    old, new = _models(request)
    if method in {"MM", "MS"}:
        return {"MM": mean_mean, "MS": mean_sigma}[method](old, new)
    curves = {"HB": haebara, "SL": stocking_lord}[method]
    return curves(
        old,
        new,
        criterion=_criterion(call, suffix),
        symmetric=bool(SYMMETRIC.search(call)) or "symmetric" in suffix,
    )


def _call(request: Request, suffix: str) -> str:
    """The row's call, or, where it says little, that of the case's row with the same suffix."""
    if _is_full(request.call):
        return request.call
    calls = [call for call in request.calls if _is_full(call)] or [request.call]
    symmetric = "symmetric" in suffix
    fitting = [call for call in calls if bool(SYMMETRIC.search(call)) == symmetric]
    for weights in ("uniform", "normal"):
        if weights in suffix:
            fitting = [call for call in fitting if f"{weights} weights" in call] or fitting
    return (fitting or calls)[0]


def _is_full(call: str) -> bool:
    return "plink" in call and "..." not in call and "=" in call


def _criterion(call: str, suffix: str) -> Criterion:
    stated = sequence(call)
    ability = UNSTATED if stated is None else stated
    if "uniform" in call or "uniform" in suffix:
        return Criterion.uniform(ability)
    mean, sd = normal([call], "N|dnorm") or (0.0, 1.0)
    return Criterion.normal(ability, mean=mean, sd=sd)


def _models(request: Request) -> tuple[Logistic, Logistic]:
    """The anchors on the old and the new scale."""
    metric = assigned(request, "D") or 1.0
    frame = request.frames[0]
    frame = frame.assign(item=frame["item"].astype(str), form=frame["form"].map(str))
    waves = {wave: part.set_index("item") for wave, part in frame.groupby("form", sort=False)}
    old, new = (waves[wave] for wave in _waves(request, list(waves)))
    shared = sorted((item for item in old.index if item in new.index), key=_natural)
    anchors = _anchors(request.note, shared)
    return model_in(old.loc[anchors], metric), model_in(new.loc[anchors], metric)


def _waves(request: Request, waves: list[str]) -> tuple[str, str]:
    """The old and the new wave: as the link's equation names them, or by the base group."""
    if equation := anywhere(request, WAVES.pattern):
        known = {wave.lower(): wave for wave in waves}
        return known[equation[1].lower()], known[equation[2].lower()]
    base = waves[int(assigned(request, "base.grp") or 1) - 1]
    return base, next(wave for wave in waves if wave != base)


def _natural(item: str) -> list[tuple[str, int]]:
    """Numbers within names in the order of their size."""
    return [(text, int(digits or 0)) for text, digits in re.findall(r"(\D*)(\d*)", item)]


def _anchors(note: str, shared: list[str]) -> list[str]:
    """Named as first..last, as first,second,...,last or one by one; else all that are shared."""
    stated = ANCHORS.search(note)
    if not stated:
        return shared
    text = stated.group(1).strip().rstrip(".,")
    span = re.match(r"(\w+)\s*(?:\.\.+|-|to|:)\s*(\w+)\b", text)
    if span and set(span.groups()) <= set(shared):
        return shared[shared.index(span[1]) : shared.index(span[2]) + 1]
    if steps := re.match(r"(\w+)\s*,\s*(\w+)\s*,.*?\.\.+\s*,?\s*(\w+)", text):
        places = [shared.index(item) for item in steps.groups()]
        return shared[places[0] : places[2] + 1 : places[1] - places[0]]
    named = [item for item in re.split(r"[\s,]+", text) if item in shared]
    return named or shared


PATTERNS: dict[str, Answer] = {STATISTIC.pattern: coefficient}
ANSWERS: dict[str, Answer] = {}
