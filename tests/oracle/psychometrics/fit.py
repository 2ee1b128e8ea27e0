"""Our fit of items, pairs of items and the whole test for reference numbers."""

from collections.abc import Callable, Mapping

import numpy as np

from pipeline.stats.measurement.irt.fit.item_fit import ItemFit, item_fit, item_parameters
from pipeline.stats.measurement.irt.fit.limited_information import (
    LimitedInformation,
    limited_information,
)
from pipeline.stats.measurement.irt.fit.local_dependence import LocalDependence, local_dependence
from pipeline.stats.measurement.irt.quadrature import log_normal_weights
from tests.oracle.psychometrics.calibration import calibrated
from tests.oracle.psychometrics.columns import items, responses
from tests.oracle.psychometrics.requests import Answer, Request


def item_fits(request: Request) -> ItemFit:
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

    return request.once("item fit", make)


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
    names = list(items(request))
    said = request.statistic.removeprefix("Q3_")
    named = [name for name in names if said.startswith(f"{name}_")]
    row = pairs(request).q3[names.index(max(named, key=len)) if named else 0]
    return dict(zip(names, row, strict=True))


def one(number: Callable[[Request], float]) -> Answer:
    return lambda request: dict.fromkeys(request.keys, float(number(request)))


def by_item(values: Callable[[Request], np.ndarray]) -> Answer:
    return lambda request: dict(zip(items(request), values(request), strict=True))


ANSWERS: dict[str, Answer] = {
    "M2": one(lambda r: whole(r).m2),
    "M2_df": one(lambda r: whole(r).df),
    "RMSEA": one(lambda r: whole(r).rmsea),
    "SRMSR": one(lambda r: whole(r).srmsr),
    "Q3_mean": one(lambda r: pairs(r).mean),
    "Q3_maxabs": one(lambda r: np.abs(pairs(r).pairs).max()),
    "S_X2": by_item(lambda r: item_fits(r).statistic),
    "S_X2_df": by_item(lambda r: item_fits(r).df),
}
PATTERNS: dict[str, Answer] = {r"Q3_.+": with_first}
