"""Shares of areas from census cells: worked by hand, laws, and the average over a prior."""

import numpy as np
import pytest
from scipy.special import expit

from pipeline.errors import ContractError
from pipeline.stats.monitoring.areas.cells import Cells
from pipeline.stats.monitoring.areas.integrated_logistic import integrated_logistic
from pipeline.stats.monitoring.areas.mixed_logistic import mixed_logistic
from pipeline.stats.monitoring.areas.poststratified import (
    poststratified,
    poststratified_over_prior,
)
from pipeline.stats.survey.estimation.regression.families import LOGIT
from pipeline.stats.survey.estimation.regression.fitting import fit
from tests.stats.monitoring.areas.simulated_areas import simulated


def census(n_areas=12):
    """Four cells per area, 10 to 40 people each."""
    x = np.column_stack([np.ones(4 * n_areas), np.tile(np.arange(4.0), n_areas)])
    area = np.repeat(np.arange(n_areas), 4)
    return Cells(x=x, people=10 * (x[:, 1] + 1), areas=area, n_areas=n_areas)


def test_shares_of_an_area_are_those_of_its_cells():
    """People 10, 20, 30, 40 in the cells x = 0, 1, 2, 3."""
    y, x, code, _ = simulated(n=600)
    found = mixed_logistic(y, x, code)
    shares = poststratified(found, census(), census().areas)
    b, u = found.coefficient, found.effects[0]
    by_hand = sum((j + 1) / 10 * expit(b[0] + b[1] * j + u[3]) for j in range(4))
    assert shares[3] == pytest.approx(by_hand)


def test_whole_is_the_mean_by_people():
    y, x, code, _ = simulated(n=600)
    found = integrated_logistic(y, x, code, prior_scale=[0.5])
    shares = poststratified_over_prior(found, census(), census().areas)
    one = Cells(x=census().x, people=census().people, areas=0 * census().areas, n_areas=1)
    whole = poststratified_over_prior(found, one, census().areas)
    assert shares.whole.estimate == pytest.approx(whole.estimate)
    assert shares.whole.se == pytest.approx(whole.se)


def test_a_tiny_prior_scale_is_plain_regression():
    y, x, code, _ = simulated(n=600)
    found = integrated_logistic(y, x, code, prior_scale=[1e-4])
    plain = fit(y, x, np.ones(600), family=LOGIT).coefficient
    assert found.coefficient == pytest.approx(plain, abs=1e-5)
    assert np.abs(found.effects[0]).max() < 1e-5


def test_the_average_agrees_with_likelihood_where_groups_are_many():
    y, x, code, _ = simulated(n=20_000, groups=60)
    likely = mixed_logistic(y, x, code)
    found = integrated_logistic(y, x, code, prior_scale=[1.0], points=60)
    assert found.mean_sd[0] == pytest.approx(likely.sd[0], abs=0.03)
    average = poststratified_over_prior(found, census(60), census(60).areas)
    assert average.estimate == pytest.approx(
        poststratified(likely, census(60), census(60).areas), abs=5e-3
    )


def test_counties_stay_apart_where_the_likelihood_says_0():
    """Groups of the same people: the likelihood is highest at 0, the prior keeps doubt."""
    y, x, _, _ = simulated(n=100)
    code = np.repeat(np.arange(5), 100)
    people = (np.tile(y, 5), np.tile(x, (5, 1)), code)
    found = integrated_logistic(*people, prior_scale=[0.5])
    fixed = integrated_logistic(*people, prior_scale=[1e-4])
    assert found.mean_sd[0] > 0.05
    se, without = (
        poststratified_over_prior(each, census(5), census(5).areas).se for each in (found, fixed)
    )
    assert (se > without).all()


def test_intervals_cover_the_truth():
    """Five groups of 200, 60 waves: 95 % intervals hold 90 to 99 % of the true shares."""
    inside = []
    for seed in range(60):
        y, x, code, effect = simulated(n=1000, groups=5, sd=0.3, seed=seed)
        found = integrated_logistic(y, x, code, prior_scale=[0.5], points=7)
        shares = poststratified_over_prior(found, census(5), census(5).areas)
        cells = census(5)
        true = cells.mixing @ expit(cells.x @ [-1.5, 0.5] + effect[cells.areas])
        inside.append(np.abs(shares.estimate - true) <= 1.96 * shares.se)
    assert 0.90 <= np.mean(inside) <= 0.99


def test_a_town_without_respondents_is_told_with_more_doubt():
    y, x, code, _ = simulated(n=600)
    found = integrated_logistic(y, x, code, prior_scale=[0.8], sizes=(13,))
    shares = poststratified_over_prior(found, census(13), census(13).areas)
    assert found.effects[0][12] == pytest.approx(0, abs=1e-12)
    assert shares.se[12] > shares.se[:12].max()


def test_county_and_county_in_a_wave_are_fitted_together():
    y, x, code, _ = simulated(n=1500, groups=5)
    wave = np.arange(1500) % 3
    found = integrated_logistic(
        y, x, np.column_stack([code, 3 * code + wave]), prior_scale=[0.5, 0.3], points=5
    )
    assert found.sd.shape == (25, 2)
    assert found.weight.sum() == pytest.approx(1)
    assert found.mean_sd[0] > found.mean_sd[1]


@pytest.mark.parametrize("scale", [[0.0], [0.5, 0.5], [np.nan]])
def test_impossible_prior_scales_are_refused(scale):
    y, x, code, _ = simulated(n=200)
    with pytest.raises(ContractError, match="positive scales"):
        integrated_logistic(y, x, code, prior_scale=scale)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"people": -census().people}, "counts from 0"),
        ({"n_areas": 13}, "no people in areas 12"),
        ({"areas": census().areas - 1}, "areas from 0"),
        ({"people": census().people[1:]}, "C rows"),
        ({"x": np.nan * census().x}, "missing"),
    ],
)
def test_impossible_cells_are_refused(change, message):
    cells = census()
    given = {"x": cells.x, "people": cells.people, "areas": cells.areas, "n_areas": 12}
    with pytest.raises(ContractError, match=message):
        Cells(**(given | change))


def test_cells_of_another_model_are_refused():
    y, x, code, _ = simulated(n=300)
    found = mixed_logistic(y, x, code)
    with pytest.raises(ContractError, match="codes from 0 below"):
        poststratified(found, census(), census().areas + 1)
    narrow = Cells(x=census().x[:, :1], people=census().people, areas=census().areas, n_areas=12)
    with pytest.raises(ContractError, match="expected 2 columns"):
        poststratified(found, narrow, census().areas)
