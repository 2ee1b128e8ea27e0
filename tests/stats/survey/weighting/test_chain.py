"""The steps of weighting one after the other, and the standard error through all of them."""

import numpy as np
import pandas as pd
import pytest

from pipeline.stats.survey.weighting.eligibility import adjust_eligibility
from pipeline.stats.survey.weighting.nonresponse import adjust_nonresponse
from pipeline.stats.survey.weighting.propensity import adjust_by_propensity
from pipeline.stats.survey.weighting.raking import rake
from pipeline.stats.survey.weighting.trimming import trim_to_bounds
from pipeline.stats.survey.weighting.trimming_to_margins import trim_to_margins
from tests.stats.survey.weighting.linearised import clustered_people, jackknife_se, linearised_se

SAMPLE = clustered_people(6)
RANDOM = np.random.default_rng(6)
PEOPLE = len(SAMPLE["x"])
UNRESOLVED = RANDOM.random(PEOPLE) < 0.15
INELIGIBLE = ~UNRESOLVED & (RANDOM.random(PEOPLE) < 0.1)
ELIGIBLE = ~UNRESOLVED & ~INELIGIBLE
RESPONDED = SAMPLE["responded"] & ELIGIBLE
ABILITY = pd.Series(np.where(SAMPLE["x"] > 0, "high", "low"))
CODES = {"group": pd.Series(SAMPLE["group"].astype(str)), "ability": ABILITY}
MARGINS = {"group": {"0": 600.0, "1": 500, "2": 400}, "ability": {"high": 700.0, "low": 800}}
TOP = 4.3  # one raked weight in ten is above


def eligibility(weight):
    return adjust_eligibility(
        weight, eligible=ELIGIBLE, ineligible=INELIGIBLE, classes=SAMPLE["group"]
    )


def nonresponse(weight):
    return adjust_nonresponse(
        weight, responded=RESPONDED, classes=SAMPLE["group"], eligible=ELIGIBLE | UNRESOLVED
    )


def propensity(weight):
    return adjust_by_propensity(
        weight,
        responded=RESPONDED,
        covariates={"x": SAMPLE["x"]},
        eligible=ELIGIBLE | UNRESOLVED,
    )


def raking(weight):
    return rake(weight, CODES, MARGINS, tolerance=1e-12, max_rounds=999)


def trimming(weight):
    return trim_to_bounds(weight, upper=TOP, strict=True)


def trimming_on_margins(weight):
    high = TOP / np.median(weight[weight > 0])
    return trim_to_margins(weight, CODES, MARGINS, low=0, high=high, tolerance=1e-10, max_rounds=99)


CHAINS = {
    "classes": [eligibility, nonresponse, raking],
    "propensity": [eligibility, propensity, raking],
    "trimmed": [eligibility, nonresponse, raking, trimming],
    "raked again": [eligibility, nonresponse, raking, trimming, raking],
    "on margins": [eligibility, nonresponse, raking, trimming_on_margins],
}


def weighted(base, chain):
    for step in chain:
        base = step(base).weight
    return base


@pytest.mark.parametrize("name", CHAINS)
def test_the_linearised_error_goes_through_the_whole_chain(name):
    chain, weight, steps = CHAINS[name], SAMPLE["base"], []
    for step in chain:
        taken = step(weight)
        weight = taken.weight
        steps.append(taken.adjustment)
    jackknife = jackknife_se(
        SAMPLE["base"], lambda base: weighted(base, chain), SAMPLE["y"], SAMPLE["psu"]
    )
    linearised = linearised_se(SAMPLE["base"], steps, weight, SAMPLE["y"], SAMPLE["psu"])
    assert linearised == pytest.approx(jackknife, rel=0.03)


def test_a_sample_that_forgets_its_chain_gets_the_wrong_error():
    """Margins explain much of y, so weights taken as they are overstate the error by half."""
    weight = weighted(SAMPLE["base"], CHAINS["classes"])
    naive = linearised_se(weight, [], weight, SAMPLE["y"], SAMPLE["psu"])
    jackknife = jackknife_se(
        SAMPLE["base"], lambda base: weighted(base, CHAINS["classes"]), SAMPLE["y"], SAMPLE["psu"]
    )
    assert naive > 1.2 * jackknife
