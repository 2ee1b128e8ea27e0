"""Classification from scores and their reliability alone: R betafunctions."""

from collections.abc import Callable
from functools import partial

import numpy as np

from pipeline.stats.arrays import FloatArray
from pipeline.stats.measurement.classical.moments import item_moments
from pipeline.stats.measurement.classical.reliability import alpha
from pipeline.stats.measurement.classification.hanson_brennan import (
    HansonBrennan,
    hanson_brennan,
)
from pipeline.stats.measurement.classification.livingston_lewis import (
    LivingstonLewis,
    livingston_lewis,
)
from tests.oracle.psychometrics.r_text import NUMBER, stated
from tests.oracle.psychometrics.requests import Answer, Request


def scores(request: Request) -> FloatArray:
    return request.frames[0].sum(axis=1).to_numpy(dtype=float)


def reliability(request: Request, function: str) -> float:
    """The reliability stated; where that is the data's alpha, in full and not as printed."""
    own = alpha(item_moments(request.frames[0].to_numpy(dtype=float)).covariance)
    said = stated(request, rf"{function}\(.*reliability\s*=\s*([\w.]+)")[1]
    if said == "alpha":
        return own
    digits = len(said.partition(".")[2])
    return own if round(own, digits) == float(said) else float(said)


def argument(request: Request, function: str, name: str) -> float:
    return float(stated(request, rf"{function}\(.*\b{name}\s*=\s*{NUMBER}")[1])


def by_livingston_lewis(parameters: int, request: Request) -> LivingstonLewis:
    least, most = (argument(request, r"(?:LL\.CA|ETL)", name) for name in ("min", "max"))
    return livingston_lewis(
        scores(request),
        np.array([argument(request, r"LL\.CA", "cut")]),
        reliability=reliability(request, r"(?:LL\.CA|ETL)"),
        least=least,
        most=most,
        parameters=parameters,
        r_betafunctions=True,
    )


def by_hanson_brennan(parameters: int, request: Request) -> HansonBrennan:
    return hanson_brennan(
        scores(request),
        np.array([argument(request, r"HB\.CA", "cut")]),
        reliability=reliability(request, r"HB\.CA"),
        items=int(argument(request, r"HB\.CA", "testlength")),
        parameters=parameters,
    )


def beta(found: LivingstonLewis | HansonBrennan) -> dict[str, float]:
    shape = found.true_scores
    values = {"alpha": shape.alpha, "beta": shape.beta, "l": shape.lower, "u": shape.upper}
    if isinstance(found, LivingstonLewis):
        return values | {"etl": found.effective_length}
    return values | {"k": found.lords_k}


def confusion(found: LivingstonLewis | HansonBrennan) -> dict[str, float]:
    sides = ("below", "above")
    return {
        f"true_{truly}&obs_{seen}": float(found.classification.true_observed[row, column])
        for row, truly in enumerate(sides)
        for column, seen in enumerate(sides)
    }


def one(
    classify: Callable[[Request], LivingstonLewis | HansonBrennan],
    read: Callable[[LivingstonLewis | HansonBrennan], float],
) -> Answer:
    return lambda request: {request.keys[0]: read(classify(request))}


def table(
    classify: Callable[[Request], LivingstonLewis | HansonBrennan],
    read: Callable[[LivingstonLewis | HansonBrennan], dict[str, float]],
) -> Answer:
    return lambda request: read(classify(request))


def of_scores(prefix: str, parameters: int) -> dict[str, Answer]:
    """The statistics of one method with one true-score distribution."""
    method = {"ll": by_livingston_lewis, "hb": by_hanson_brennan}[prefix]
    classify, ending = partial(method, parameters), f"{parameters}P"
    return {
        f"{prefix}_accuracy_{ending}": one(classify, lambda found: found.classification.accuracy),
        f"{prefix}_consistency_{ending}": one(
            classify, lambda found: found.classification.consistency
        ),
        f"{prefix}_kappa_{ending}": one(classify, lambda found: found.classification.kappa),
        f"{prefix}_beta_{ending}": table(classify, beta),
        f"{prefix}_confusion_{ending}": table(classify, confusion),
    }


ANSWERS: dict[str, Answer] = {
    "ll_effective_test_length": one(
        partial(by_livingston_lewis, 2), lambda found: found.effective_length
    ),
    "hb_lords_k": one(partial(by_hanson_brennan, 2), lambda found: found.lords_k),
    **of_scores("ll", 4),
    **of_scores("ll", 2),
    **of_scores("hb", 4),
    **of_scores("hb", 2),
}
