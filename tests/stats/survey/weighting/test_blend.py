import numpy as np
import pandas as pd
import pytest

from pipeline.errors import CalibrationError
from pipeline.stats.survey.weighting.blend import blend
from pipeline.stats.survey.weighting.diagnostics import n_eff

MARGIN = {"f": 500.0, "m": 500.0}


def people(online_shift=0.0, n_drawn=400, n_online=400, seed=1):
    """A probability sample, and online respondents of whom more are men, shifted in years."""
    random = np.random.default_rng(seed)
    is_online = np.arange(n_drawn + n_online) >= n_drawn
    sex = np.where(random.random(len(is_online)) < np.where(is_online, 0.3, 0.5), "f", "m")
    return {
        "is_online": is_online,
        "weight": np.where(is_online, np.nan, 1000 / n_drawn),
        "margins": {"sex": (pd.Series(sex), MARGIN)},
        "checks": {"years": random.normal(10, 2, len(is_online)) + 2 * online_shift * is_online},
        "education": pd.Series(np.where(random.random(len(is_online)) < 0.4, "low", "high")),
    }


def blended(case, **changes):
    given = {name: case[name] for name in ("is_online", "margins", "checks")} | changes
    weight = np.where(case["is_online"], 0, case["weight"])
    return blend(weight, **given)


def test_the_share_without_bias_worked_by_hand():
    """Equal weights, 3 drawn and 1 online, no bias: a share of 3/4."""
    case = {"is_online": np.array([False] * 3 + [True]), "weight": np.ones(4)}
    found = blended(case | {"margins": {}, "checks": None}, assumed_bias=0)
    assert found.share == pytest.approx(0.75)
    assert found.blended == pytest.approx([0.75, 0.75, 0.75, 0.75])
    assert found.pooled.tolist() == found.blended.tolist()


def test_an_assumed_bias_worked_by_hand():
    """The same with a bias of one: m = 1 + 1, v = 1/3, share 6/7."""
    case = {"is_online": np.array([False] * 3 + [True]), "weight": np.ones(4)}
    found = blended(case | {"margins": {}, "checks": None}, assumed_bias=1)
    assert found.share == pytest.approx(6 / 7)
    assert found.n_eff == pytest.approx((3, 1, 0.5))


def test_every_set_of_weights_meets_what_it_stands_for():
    case = people()
    found = blended(case)
    sex = case["margins"]["sex"][0]
    assert pd.Series(found.online).groupby(sex).sum().to_dict() == pytest.approx(MARGIN)
    for weight in (found.without, found.online, found.pooled, found.blended):
        assert weight.sum() == pytest.approx(1000)
    assert found.without[case["is_online"]].max() == 0
    assert found.online[~case["is_online"]].max() == 0


def test_online_respondents_take_over_estimated_totals_of_shared_covariates():
    case = people()
    found = blended(case, shared={"education": case["education"]})
    by_education = [
        pd.Series(weight).groupby(case["education"]).sum().to_dict()
        for weight in (found.without, found.online)
    ]
    assert by_education[1] == pytest.approx(by_education[0])


def test_the_more_the_online_sample_differs_the_less_it_counts():
    shares = [blended(people(shift)).share for shift in (0.0, 0.2, 1.0)]
    assert shares[0] < shares[1] < shares[2]
    assert shares[0] < 0.6
    assert shares[2] > 0.99


def test_a_clustered_probability_sample_leaves_more_to_the_online_one():
    assert blended(people(), clustering=4.0).share < blended(people()).share


def test_the_effective_size_of_online_weights_is_kishs():
    found = blended(people())
    assert found.n_eff[1] == pytest.approx(n_eff(found.online))
    assert found.n_eff[2] <= found.n_eff[1]


def test_faults_are_reported_at_once():
    case = people()
    with pytest.raises(CalibrationError) as refused:
        blend(
            np.full(800, np.nan),
            is_online=np.zeros(800, dtype=bool),
            margins=case["margins"],
            checks={"years": np.full(800, np.nan)},
            assumed_bias=-1,
        )
    assert refused.value.faults == [
        "expected either check covariates or an assumed bias",
        "assumed bias: expected one not below 0",
        "weight: missing, infinite or negative in 800 rows",
        "expected online respondents, got none",
        "expected a probability sample with weight, got none",
        "check years: missing in 800 rows",
    ]
