"""Our fit of items, pairs of items and the whole test for reference numbers."""

import re
from collections.abc import Callable, Mapping

import numpy as np

from pipeline.stats.measurement.irt.calibrated import Calibrated
from pipeline.stats.measurement.irt.calibration import calibrate
from pipeline.stats.measurement.irt.fit.item_fit import ItemFit, item_fit, item_parameters
from pipeline.stats.measurement.irt.fit.limited_information import (
    LimitedInformation,
    limited_information,
)
from pipeline.stats.measurement.irt.fit.local_dependence import LocalDependence, local_dependence
from pipeline.stats.measurement.irt.quadrature import log_normal_weights
from tests.oracle.psychometrics.requests import Answer, Request

FAMILY = re.compile(r"\b(2pl|3pl|rasch|graded|grm|gpcm)\b", re.IGNORECASE)


def responses(request: Request) -> np.ndarray:
    return request.frames[0].fillna(-1).to_numpy(dtype=np.int64)


def family(request: Request) -> str:
    """The model that a call of the case names; 2PL where none does."""
    named = [found[1].lower() for call in request.calls if (found := FAMILY.search(call))]
    return {"graded": "grm"}.get(named[0], named[0]) if named else "2pl"


def calibrated(request: Request) -> Calibrated:
    return request.once("calibrated", lambda: calibrate(responses(request), family(request)))


def items(request: Request) -> ItemFit:
    def make() -> ItemFit:
        found = calibrated(request)
        people = found.population
        return item_fit(
            found.model,
            responses(request),
            population=np.exp(log_normal_weights(found.nodes, people.means[0], people.sds[0])),
            parameters=item_parameters(found),
            nodes=found.nodes,
        )

    return request.once("items", make)


def whole(request: Request) -> LimitedInformation:
    return request.once(
        "whole", lambda: limited_information(calibrated(request), responses(request))
    )


def pairs(request: Request) -> LocalDependence:
    def make() -> LocalDependence:
        found = calibrated(request)
        return local_dependence(found.model, responses(request), found.eap)

    return request.once("pairs", make)


def with_first(request: Request) -> Mapping[str, float]:
    """Residual correlations of the item that the statistic names with the items of the keys."""
    names = list(request.frames[0].columns)
    named = re.match(r"Q3_(.+?)_", request.statistic)[1]
    row = pairs(request).q3[names.index(named) if named in names else 0]
    return dict(zip(names, row, strict=True))


def one(number: Callable[[Request], float]) -> Answer:
    return lambda request: {"": number(request)}


def by_item(values: Callable[[Request], np.ndarray]) -> Answer:
    return lambda request: dict(zip(request.frames[0].columns, values(request), strict=True))


ANSWERS: dict[str, Answer] = {
    "M2": one(lambda r: whole(r).m2),
    "M2_df": one(lambda r: whole(r).df),
    "RMSEA": one(lambda r: whole(r).rmsea),
    "SRMSR": one(lambda r: whole(r).srmsr),
    "Q3_mean": one(lambda r: pairs(r).mean),
    "Q3_maxabs": one(lambda r: np.abs(pairs(r).pairs).max()),
    "Q3_i01_i02..i05": with_first,
    "S_X2": by_item(lambda r: items(r).statistic),
    "S_X2_df": by_item(lambda r: items(r).df),
}
