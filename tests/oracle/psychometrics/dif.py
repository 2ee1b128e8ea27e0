"""Differential item functioning: our answers to the reference numbers.

The first column of the data names the focal group (1), the others are items.
"""

import re
from collections.abc import Callable, Mapping

import numpy as np

from pipeline.stats.measurement.dif.differences import delta_plot, standardised_difference
from pipeline.stats.measurement.dif.homogeneity import Homogeneity, breslow_day
from pipeline.stats.measurement.dif.logistic import LikelihoodRatio, LogisticDif, logistic_dif
from pipeline.stats.measurement.dif.mantel_haenszel import MantelHaenszel, mantel_haenszel
from pipeline.stats.measurement.dif.matching import MatchedCounts, matched_counts
from pipeline.stats.measurement.dif.purification import Purification, purify
from tests.oracle.psychometrics.requests import Answer, Request

PARTS: dict[str, Callable[[LogisticDif], LikelihoodRatio]] = {
    "both": lambda found: found.both,
    "udif": lambda found: found.uniform,
    "nudif": lambda found: found.non_uniform,
}


def named_in(pattern: str, request: Request, default: str = "") -> str:
    """What a pattern catches in the request's call, or else in another call of its case."""
    found = [re.search(pattern, call) for call in (request.call, *request.calls)]
    return next((each[1] for each in found if each), default)


def people(request: Request) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Responses (n, J), who is focal (n,), names of the items."""
    frame = request.frames[0]
    group = named_in(r"group\s*=\s*[\"']?(\w+)", request, frame.columns[0])
    focal = named_in(r"focal\.name\s*=\s*[\"']?(\w+)", request, "1")
    items = frame.drop(columns=group)
    responses = items.fillna(-1).to_numpy().astype(np.int64)
    return responses, (frame[group].astype(str) == focal).to_numpy(), list(items.columns)


def counts(request: Request) -> MatchedCounts:
    responses, is_focal, _ = people(request)
    return request.once("dif counts", lambda: matched_counts(responses, is_focal))


def by_item(request: Request, values: np.ndarray) -> Mapping[str, float]:
    return dict(zip(people(request)[2], values.astype(float).tolist(), strict=True))


def odds(read: Callable[[MantelHaenszel], np.ndarray]) -> Answer:
    return lambda request: by_item(request, read(mantel_haenszel(counts(request))))


def homogeneity(read: Callable[[Homogeneity], np.ndarray]) -> Answer:
    return lambda request: by_item(request, read(breslow_day(counts(request))))


def logistic(part: str, read: Callable[[LikelihoodRatio], np.ndarray]) -> Answer:
    def answer(request: Request) -> Mapping[str, float]:
        found = request.once(
            "dif logistic", lambda: logistic_dif(counts(request), r_nagelkerke=True)
        )
        return by_item(request, read(PARTS[part](found)))

    return answer


def purification(request: Request) -> Purification:
    """The rule of difR: an item leaves when its chi-square is significant."""
    responses, is_focal, items = people(request)
    level = float(named_in(r"alpha\s*=\s*(0?\.\d+)", request, "0.05"))
    is_corrected = re.search(r"correct\s*=\s*(T|TRUE)\b", request.call) is not None

    def flag(matching: np.ndarray) -> np.ndarray:
        found = mantel_haenszel(matched_counts(responses, is_focal, matching=matching))
        return (found.p_value_corrected if is_corrected else found.p_value) < level

    return request.once(f"purified {level} {is_corrected}", lambda: purify(flag, len(items)))


def purified_flag(request: Request) -> Mapping[str, float]:
    return by_item(request, purification(request).flagged)


def purified_alpha(request: Request) -> Mapping[str, float]:
    responses, is_focal, _ = people(request)
    kept = purification(request).matching
    found = mantel_haenszel(matched_counts(responses, is_focal, matching=kept))
    return by_item(request, found.alpha)


ANSWERS: dict[str, Answer] = {
    "mh_chisq": odds(lambda found: found.chi_square),
    "mh_chisq_cc": odds(lambda found: found.chi_square_corrected),
    "mh_alpha": odds(lambda found: found.alpha),
    "mh_delta_ets": odds(lambda found: found.delta),
    "mh_var_log_alpha": odds(lambda found: found.variance),
    "mh_alpha_ci_lower": odds(lambda found: found.interval(level=0.95).low),
    "mh_alpha_ci_upper": odds(lambda found: found.interval(level=0.95).high),
    "mh_purified_flag": purified_flag,
    "mh_purified_alpha": purified_alpha,
    "std_p_dif": lambda request: by_item(request, standardised_difference(counts(request))),
    "delta_plot_distance": lambda request: by_item(request, delta_plot(counts(request)).distance),
    "breslow_day": homogeneity(lambda found: found.chi_square),
    "breslow_day_df": homogeneity(lambda found: found.df),
    **{f"logistic_lrt_{part}": logistic(part, lambda ratio: ratio.chi_square) for part in PARTS},
    **{
        f"logistic_deltaR2_nagelkerke_{part}": logistic(part, lambda ratio: ratio.r2_change)
        for part in PARTS
    },
}
