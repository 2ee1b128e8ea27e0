"""Differential item functioning: our answers to the reference numbers."""

import re
from collections.abc import Callable, Mapping

import numpy as np

from pipeline.stats.measurement.dif.differences import delta_plot, standardised_difference
from pipeline.stats.measurement.dif.homogeneity import Homogeneity, breslow_day
from pipeline.stats.measurement.dif.logistic import LikelihoodRatio, LogisticDif, logistic_dif
from pipeline.stats.measurement.dif.mantel_haenszel import MantelHaenszel, mantel_haenszel
from pipeline.stats.measurement.dif.matching import MatchedCounts, matched_counts
from pipeline.stats.measurement.dif.purification import Purification, purify
from pipeline.stats.survey.estimation.intervals import Interval
from tests.oracle.psychometrics.columns import focal_people, items
from tests.oracle.psychometrics.r_text import argument, assigned, calls, is_true, texts
from tests.oracle.psychometrics.requests import Answer, Request

PARTS: dict[str, Callable[[LogisticDif], LikelihoodRatio]] = {
    "both": lambda found: found.both,
    "udif": lambda found: found.uniform,
    "nudif": lambda found: found.non_uniform,
}


def people(request: Request) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Responses (n, J), who is focal (n,), names of the items."""
    is_focal, group = focal_people(request)
    answers = items(request).drop(columns=group, errors="ignore")
    return answers.fillna(-1).to_numpy().astype(np.int64), is_focal, list(answers)


def counts(request: Request) -> MatchedCounts:
    responses, is_focal, _ = people(request)
    return request.once("dif counts", lambda: matched_counts(responses, is_focal))


def by_item(request: Request, values: np.ndarray) -> Mapping[str, float]:
    return dict(zip(people(request)[2], values.astype(float).tolist(), strict=True))


def odds(read: Callable[[MantelHaenszel], np.ndarray]) -> Answer:
    return lambda request: by_item(request, read(mantel_haenszel(counts(request))))


def interval(read: Callable[[Interval], np.ndarray]) -> Answer:
    def answer(request: Request) -> Mapping[str, float]:
        level = assigned(request, "conf.level") or 0.95
        return odds(lambda found: read(found.interval(level=level)))(request)

    return answer


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
    responses, is_focal, names = people(request)
    level = float(argument(request, r"difMH", "alpha", default="0.05"))
    purified = [text for text in texts(request) if re.search(r"purify\s*=\s*T", text)]
    said = next((call for text in purified for call in calls(text) if call.name == "difMH"), None)
    is_corrected = said is None or is_true(said.argument("correct") or "TRUE")

    def flag(matching: np.ndarray) -> np.ndarray:
        found = mantel_haenszel(matched_counts(responses, is_focal, matching=matching))
        return (found.p_value_corrected if is_corrected else found.p_value) < level

    return request.once(
        f"purified {level} {is_corrected}", lambda: purify(flag, len(names), r_last_round=True)
    )


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
    "mh_alpha_ci_lower": interval(lambda found: found.low),
    "mh_alpha_ci_upper": interval(lambda found: found.high),
    "mh_purified_flag": purified_flag,
    "mh_purified_alpha": purified_alpha,
    "std_p_dif": lambda request: by_item(request, standardised_difference(counts(request))),
    "delta_plot_distance": lambda request: by_item(
        request, delta_plot(counts(request), r_bounds=True).distance
    ),
    "breslow_day": homogeneity(lambda found: found.chi_square),
    "breslow_day_df": homogeneity(lambda found: found.df),
    **{f"logistic_lrt_{part}": logistic(part, lambda ratio: ratio.chi_square) for part in PARTS},
    **{
        f"logistic_deltaR2_nagelkerke_{part}": logistic(part, lambda ratio: ratio.r2_change)
        for part in PARTS
    },
}
