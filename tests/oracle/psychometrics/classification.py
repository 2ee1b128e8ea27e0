"""Observed-score distributions and classification at cuts: R cacIRT, betafunctions, recursion."""

import re
from collections.abc import Callable, Iterable, Mapping

import numpy as np

from pipeline.stats.arrays import FloatArray
from pipeline.stats.measurement.classification import lee, rudner
from pipeline.stats.measurement.classification.agreement import Classification
from pipeline.stats.measurement.classification.cut import shares_at_cut
from pipeline.stats.measurement.irt.ability.nodes import Nodes
from pipeline.stats.measurement.irt.curves import Logistic
from pipeline.stats.measurement.irt.observed_scores import ObservedScores, observed_scores
from tests.oracle.psychometrics import beta_binomial
from tests.oracle.psychometrics.ability import model_in
from tests.oracle.psychometrics.r_text import (
    NUMBER,
    anywhere,
    argument,
    assigned,
    grid,
    normal,
    numbers,
    texts,
)
from tests.oracle.psychometrics.requests import Answer, Request


def population(request: Request) -> FloatArray:
    """Normal shares, of the mean and deviation given to dnorm if any."""
    nodes = grid(request)
    mean, sd = normal(texts(request), "dnorm|N") or (0.0, 1.0)
    return Nodes(nodes, np.ones(len(nodes))).population(mean, sd)


def items(request: Request) -> Logistic:
    """The file's items. A function whose metric is D is given slopes over D, or means D a."""
    metric = assigned(request, "D") or 1.0
    over = anywhere(request, rf"\ba\s*/\s*{NUMBER}")
    return model_in(request.frames[0], metric / float(over[1]) if over else metric)


def points(request: Request) -> FloatArray | None:
    frame = request.frames[0]
    if "points" not in frame:
        return None
    worth = frame["points"].to_numpy(dtype=float)
    return np.column_stack([np.zeros_like(worth), worth])


def totals(request: Request) -> ObservedScores:
    return request.once(
        f"totals {grid(request)}",
        lambda: observed_scores(items(request).probabilities(grid(request)), points(request)),
    )


def true_scores(request: Request) -> FloatArray:
    return items(request).expected(grid(request), points(request)).sum(axis=0)


def number_in(key: str) -> float:
    return float(re.search(rf"={NUMBER}$", key)[1])


def by_lee(request: Request, cuts: Iterable[float]) -> Classification:
    chances = lee.level_chances(totals(request), true_scores(request), np.array(sorted(cuts)))
    return chances.over(population(request))


def by_rudner(request: Request, cuts: Iterable[float]) -> Classification:
    nodes = grid(request)
    information = items(request).information(nodes).sum(axis=0)
    chances = rudner.level_chances(nodes, 1 / np.sqrt(information), np.array(sorted(cuts)))
    return chances.over(population(request))


def by_cut(
    classify: Callable[[Request, Iterable[float]], Classification],
    read: Callable[[Classification], float],
) -> Answer:
    return lambda request: {
        key: float(read(classify(request, [number_in(key)]))) for key in request.keys
    }


def simultaneous(request: Request) -> Mapping[str, float]:
    """All cuts at once: those the call lists, or else all that the case has."""
    own = numbers(argument(request, r"Lee\S*", "cut", 0)) if "c(" in request.call else []
    keys = [key for name in request.case_keys for key in request.case_keys[name]]
    every = [number_in(key) for key in keys if key.startswith("cut=")]
    found = by_lee(request, set(own or every))
    return {key: getattr(found, key) for key in request.keys}


def score_shares(request: Request) -> Mapping[str, float]:
    found = totals(request)
    marginal = found.marginal(population(request))
    return {
        key: float(marginal[np.isclose(found.scores, number_in(key))].sum()) for key in request.keys
    }


def shares_above(request: Request) -> Mapping[str, float]:
    found = {
        key: shares_at_cut(totals(request), population(request), number_in(key))
        for key in request.keys
    }
    strictly = re.search(r"x\s*>\s*cut", request.call)
    return {key: one.above if strictly else one.at_or_above for key, one in found.items()}


ANSWERS: dict[str, Answer] = {
    "obs_score_prob": score_shares,
    "expected_share_at_or_above": shares_above,
    "true_share_at_or_above": by_cut(by_lee, lambda found: found.true_share[0]),
    "lee_accuracy": by_cut(by_lee, lambda found: found.accuracy),
    "lee_consistency": by_cut(by_lee, lambda found: found.consistency),
    "lee_false_positive": by_cut(by_lee, lambda found: found.false_positive),
    "lee_false_negative": by_cut(by_lee, lambda found: found.false_negative),
    "lee_kappa": by_cut(by_lee, lambda found: found.kappa),
    "lee_simultaneous": simultaneous,
    "rudner_accuracy": by_cut(by_rudner, lambda found: found.accuracy),
    "rudner_kappa": by_cut(by_rudner, lambda found: found.kappa),
    "rudner_false_positive": by_cut(by_rudner, lambda found: found.false_positive),
    "rudner_false_negative": by_cut(by_rudner, lambda found: found.false_negative),
    "rudner_consistency": by_cut(by_rudner, lambda found: found.consistency),
    **beta_binomial.ANSWERS,
}
PATTERNS = beta_binomial.PATTERNS
