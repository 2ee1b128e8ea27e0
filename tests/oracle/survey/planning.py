"""Sample sizes, power, allocations and stages of a plan."""

import re
from collections.abc import Iterable
from typing import Any

import numpy as np

from pipeline.survey import planning
from tests.oracle.survey.cases import Answers, Case, Folder
from tests.oracle.survey.designs import NotUnderstoodError


def answer(folder: Folder, case: Case) -> Answers:
    """The family by its words, the figures from the estimand."""
    families = {
        "Bethel": lambda: _bethel(folder, case),
        "allocation|least cost for|strata": lambda: _allocation(case),
        "three-stage": lambda: _three_stage(case),
        "two-stage": lambda: _two_stage(case),
        "per wave|change": lambda: _change(case),
        "power|detectable|two proportions": lambda: _two_shares(case),
        "": lambda: _size(case),
    }
    for words, family in families.items():
        if re.search(words, case.stat, re.IGNORECASE):
            return family()
    raise NotUnderstoodError(case.stat)


def _size(case: Case) -> Answers:
    given, words = case.estimand, case.stat.lower()
    options: dict[str, Any] = {"population": given.get("N", np.inf)}
    level = {"level": 1 - given.get("alpha", 0.05)}
    is_relative = str(given.get("kind", "absolute")).startswith("relative")
    if "wilson" in words:
        found = planning.n_by_wilson(given["p"], given["e"], relative=is_relative, **level)
        return _answers(n=found.n, lower=found.ci_low, upper=found.ci_high, width=found.width)
    if "log-odds" in words or "log odds" in words:
        return _answers(
            n=planning.n_by_log_odds(
                given["p"], given["e"], relative=is_relative, **level, **options
            )
        )
    if "deff" in given or "response" in given:
        if "e" in given:
            plain = planning.n_by_wald(given["p"], given["e"], relative=is_relative, **level)
        else:
            plain = planning.n_for_share_cv(given["p"], given["cv"])
        extra = {key: given[key] for key in ("deff", "response") if key in given}
        return _answers(n=planning.n_to_draw(plain, **extra, **options))
    if "domain" in words:
        by_cv = planning.n_for_domain_total_cv if "total" in words else None
        by_cv = by_cv or planning.n_for_domain_mean_cv
        return _answers(n=by_cv(given["cv"], given["cv_pop"], given["share"], **options))
    if "p" in given and "cv" in given:
        return _answers(n=planning.n_for_share_cv(given["p"], given["cv"], **options))
    if "p" in given:
        return _answers(
            n=planning.n_by_wald(given["p"], given["e"], relative=is_relative, **level, **options)
        )
    return _mean_size(given, options, level)


def _mean_size(given: dict[str, Any], options: dict[str, Any], level: dict[str, Any]) -> Answers:
    """n for a mean, by its coefficient of variation or its margin of error."""
    cv_population = _first(given, "cv_pop", "cv_population", "CVpop")
    if "cv" in given and cv_population is not None:
        return _answers(n=planning.n_for_mean_cv(given["cv"], cv_population, **options))
    variance = _first(given, "S2", "var", "variance")
    sd = _first(given, "sd", "S") if variance is None else np.sqrt(variance)
    if sd is None and cv_population is not None:  # relative margin of a mean
        sd = cv_population
    return _answers(n=planning.n_for_mean_margin(sd, given["e"], **level, **options))


def _change(case: Case) -> Answers:
    given = case.estimand
    common = {key: given[key] for key in ("overlap", "ratio", "alpha", "power", "sides")
              if key in given}  # fmt: skip
    if "p1" in given:
        found = planning.waves_for_share_change(
            given["p1"], given["p2"], both=given.get("p_both"), **common
        )
    else:
        found = planning.waves_for_mean_change(
            given["S2_1"],
            given["S2_2"],
            change=_first(given, "delta", "change"),
            correlation=given.get("rho", 0.0),
            **common,
        )
    return _answers(n1=found.first, n2=found.second)


def _two_shares(case: Case) -> Answers:
    given, words = case.estimand, case.stat.lower()
    options = {key: given[key] for key in ("alpha", "sides", "deff", "response") if key in given}
    second = given.get("p2", given["p1"])
    if "pooled" in words:
        options["pooled"] = "unpooled" not in words and "not pooled" not in words
    pair = planning.TwoShares(share_1=given["p1"], share_2=second, **options)
    answers: Answers = {}
    if "n_total" in given or "n" in given:
        n = _first(given, "n_total", "n")
        answers |= _answers(
            power=pair.power(n), mde=pair.least_detectable(n, power=given.get("power", 0.8))
        )
    elif second != given["p1"]:
        found = pair.addresses(power=given.get("power", 0.8))
        answers |= _answers(n1=found.first, n2=found.second, n=found.first + found.second)
    return answers


def _allocation(case: Case) -> Answers:
    given, words = case.estimand, case.stat.lower()
    size = np.array(given["N_h"], dtype=float)
    sd = np.array(given.get("S_h", np.ones_like(size)), dtype=float)
    cost = np.array(given.get("c_h", np.ones_like(size)), dtype=float)
    if "proportional" in words:
        sizes = planning.proportional(given["n"], size)
    elif "neyman" in words or ("n" in given and "S_h" in given and "power" not in words):
        sizes = planning.neyman(given["n"], size, sd)
    elif "power" in words:
        means = np.array(_first(given, "mean_h", "M_h", "means"), dtype=float)
        exponent = _first(given, "a", "exponent", "q")
        sizes = planning.power_allocation(given["n"], size * means, sd / means, exponent=exponent)
    elif "equal" in words:
        sizes = planning.equal(given["n"], len(size))
    elif "cost" in given:
        sizes = planning.at_cost(given["cost"], cost, size, sd)
    else:
        variance = given.get("variance", (given.get("cv", 0) * given.get("mean", 0)) ** 2)
        sizes = planning.for_variance(variance, cost, size, sd)
    return {(str(j + 1), "nh"): float(n) for j, n in enumerate(sizes)}


def _two_stage(case: Case) -> Answers:
    """PracTools prints units and people to one decimal."""
    given = case.estimand
    k = {"k": given.get("k", 1.0)}
    if "m" in given and "nbar" in given:
        cv = planning.two_stage_cv(given["relvar"], given["m"], given["nbar"], given["delta"], **k)
        return _answers(CV=cv)
    goal = {key: given[key] for key in ("cost", "cv") if key in given}
    figures = (given["C1"], given["C2"], given["delta"], given["relvar"])
    if "m" in given:
        found = planning.two_stage_with_units(given["m"], *figures, **k, **goal)
    else:
        found = planning.best_two_stage(*figures, **k, **goal)
    return {
        ("", "m.opt"): round(found.units, 1),
        ("", "n.opt"): round(found.people, 1),
        ("", "n"): round(found.people, 1),
        ("", "cost"): found.cost,
        ("", "CV"): round(found.cv, 4),
    }


def _three_stage(case: Case) -> Answers:
    given = case.estimand
    delta = (given["delta1"], given["delta2"])
    k = {"k": (given.get("k1", 1.0), given.get("k2", 1.0))}
    relvar = given.get("relvar", 1.0)
    if {"m", "nbar", "qbar"} <= set(given):
        sizes = (given["m"], given["nbar"], given["qbar"])
        return _answers(CV=planning.three_stage_cv(relvar, *sizes, delta, **k))
    goal = {key: given[key] for key in ("cost", "cv") if key in given}
    found = planning.best_three_stage(tuple(given["costs"]), delta, relvar, **k, **goal)
    return {
        ("", "m.opt"): round(found.units, 1),
        ("", "n.opt"): round(found.parts, 1),
        ("", "q.opt"): round(found.people, 1),
        ("", "cost"): found.cost,
        ("", "CV"): round(found.cv, 4),
    }


def _bethel(folder: Folder, case: Case) -> Answers:
    given, frame = case.estimand, folder.data(case.data)
    groups = [
        (frame[name].to_numpy(dtype=object), np.array(list(cvs.values())))
        for name, cvs in given["domains"].items()
    ]
    asked = planning.demands(
        frame["N"], frame[given["means"]], frame[given["sds"]], groups, cost=frame[given["cost"]]
    )
    sizes = planning.optimum(asked).whole
    return {(str(name), "n_h"): float(n) for name, n in zip(frame.iloc[:, 0], sizes, strict=True)}


def _answers(**numbers: float) -> Answers:
    return {("", name): float(value) for name, value in numbers.items()}


def _first(given: dict[str, Any], *names: str) -> Any:
    known: Iterable[Any] = (given[name] for name in names if name in given)
    return next(iter(known), None)
