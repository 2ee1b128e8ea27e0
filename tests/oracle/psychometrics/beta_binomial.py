"""Classification from scores and their reliability alone: R betafunctions."""

import re
from collections.abc import Mapping

import numpy as np

from pipeline.stats.arrays import FloatArray
from pipeline.stats.measurement.classical.moments import item_moments
from pipeline.stats.measurement.classical.reliability import alpha
from pipeline.stats.measurement.classification.hanson_brennan import (
    HansonBrennan,
    hanson_brennan,
    lords_k,
)
from pipeline.stats.measurement.classification.livingston_lewis import effective_test_length
from pipeline.stats.measurement.classification.livingston_lewis_of_r import (
    LivingstonLewisOfR,
    livingston_lewis_of_r,
)
from tests.oracle.psychometrics.columns import items
from tests.oracle.psychometrics.r_text import NUMBER, argument, is_true
from tests.oracle.psychometrics.requests import Answer, Request

LEWIS, BRENNAN = r"LL\.CA|ETL", r"HB\.CA|Lords\.k"
STATISTIC = re.compile(r"(ll|hb)_(accuracy|consistency|kappa|beta|confusion)_(\d)P(?:_(.+))?")
FEWEST_DIGITS = 5  # of a reliability that was computed, not chosen
PLACES = {"x": 0, "reliability": 1, "cut": 2, "min": 3, "max": 4}


def scores(request: Request) -> FloatArray:
    """Totals of the people who answered everything."""
    return items(request).dropna().sum(axis=1).to_numpy(dtype=float)


def reliability(request: Request, functions: str) -> float:
    """The reliability stated; where that is the data's alpha, in full and not as printed."""
    answers = items(request).dropna().to_numpy(dtype=float)
    said = argument(request, functions, "reliability", PLACES["reliability"], default="alpha")
    own = alpha(item_moments(answers).covariance) if answers.shape[1] > 1 else np.nan
    if not re.fullmatch(NUMBER, said):
        return own
    digits = len(said.partition(".")[2])
    is_printed = digits >= FEWEST_DIGITS and round(own, digits) == float(said)
    return own if is_printed else float(said)


def number(request: Request, functions: str, name: str, default: float) -> float:
    """An argument, or the default where no call of the case states a number."""
    said = argument(request, functions, name, PLACES.get(name))
    return float(said) if re.fullmatch(NUMBER, said) else default


def cut(request: Request, functions: str) -> float:
    """The cut that ends the statistic's name or its keys, or else the call's."""
    tail = (STATISTIC.fullmatch(request.statistic)[4] or "", *request.keys)
    named = [found for each in tail if (found := re.search(rf"cut\D*?{NUMBER}$", each))]
    return float(named[0][1]) if named else number(request, functions, "cut", np.nan)


def points(request: Request) -> tuple[float, float]:
    """Lowest and highest possible score; where not said, 0 and the sum of the items' highest."""
    highest = float(items(request).max().sum())
    return number(request, LEWIS, "min", 0.0), number(request, LEWIS, "max", highest)


def by_livingston_lewis(parameters: int, request: Request) -> LivingstonLewisOfR:
    least, most = points(request)
    return livingston_lewis_of_r(
        scores(request),
        cut(request, LEWIS),
        reliability=reliability(request, LEWIS),
        least=least,
        most=most,
        parameters=parameters,
        failsafe=is_true(argument(request, LEWIS, "failsafe", default="TRUE")),
    )


def by_hanson_brennan(parameters: int, request: Request) -> HansonBrennan:
    return hanson_brennan(
        scores(request),
        np.array([cut(request, BRENNAN)]),
        reliability=reliability(request, BRENNAN),
        items=n_items(request),
        parameters=parameters,
    )


def n_items(request: Request) -> int:
    return int(number(request, BRENNAN, "testlength", items(request).shape[1]))


def beta(found: LivingstonLewisOfR | HansonBrennan) -> dict[str, float]:
    shape = found.true_scores
    values = {"alpha": shape.alpha, "beta": shape.beta, "l": shape.lower, "u": shape.upper}
    if isinstance(found, LivingstonLewisOfR):
        whole = {"etl_rounded": float(round(found.effective_length))}
        return values | {"etl": found.effective_length} | whole
    return values | {"k": found.lords_k}


def confusion(found: LivingstonLewisOfR | HansonBrennan) -> dict[str, float]:
    by_r = isinstance(found, LivingstonLewisOfR)
    shares = found.true_observed if by_r else found.classification.true_observed
    sides = ("below", "above")
    return {
        f"true_{truly}&obs_{seen}": float(shares[row, column])
        for row, truly in enumerate(sides)
        for column, seen in enumerate(sides)
    }


def statistic(request: Request) -> Mapping[str, float]:
    """One number, or a table, of the method and distribution that the name states."""
    method, name, parameters, _ = STATISTIC.fullmatch(request.statistic).groups()
    classify = {"ll": by_livingston_lewis, "hb": by_hanson_brennan}[method]
    kind = f"{method}{parameters} {cut(request, LEWIS if method == 'll' else BRENNAN)}"
    found = request.once(f"{kind} {request.call}", lambda: classify(int(parameters), request))
    if name in ("beta", "confusion"):
        return {"beta": beta, "confusion": confusion}[name](found)
    holder = found if isinstance(found, LivingstonLewisOfR) else found.classification
    return dict.fromkeys(request.keys, getattr(holder, name))


def effective_length(request: Request) -> Mapping[str, float]:
    least, most = points(request)
    totals = scores(request)
    found = effective_test_length(
        totals.mean(),
        totals.var(ddof=1),
        reliability=reliability(request, LEWIS),
        least=least,
        most=most,
    )
    return dict.fromkeys(request.keys, float(found))


def compound(request: Request) -> Mapping[str, float]:
    totals = scores(request)
    found = lords_k(
        totals.mean(),
        totals.var(ddof=1),
        reliability=reliability(request, BRENNAN),
        items=n_items(request),
    )
    return dict.fromkeys(request.keys, float(found))


ANSWERS: dict[str, Answer] = {
    "ll_effective_test_length": effective_length,
    "hb_lords_k": compound,
}
PATTERNS: dict[str, Answer] = {STATISTIC.pattern: statistic}
