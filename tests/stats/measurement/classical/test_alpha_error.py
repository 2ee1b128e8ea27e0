"""Error of alpha: Feldt's interval, and a variance that holds under any design."""

import numpy as np
import pytest

from pipeline.errors import ContractError
from pipeline.stats.measurement.classical.alpha_error import alpha_influence, feldt_interval
from pipeline.stats.measurement.classical.moments import item_moments
from pipeline.stats.measurement.classical.reliability import alpha


@pytest.fixture
def scores() -> np.ndarray:
    generator = np.random.default_rng(5)
    return generator.standard_normal((300, 1)) + generator.standard_normal((300, 8))


def test_the_interval_holds_alpha_and_narrows_with_people():
    low, high = feldt_interval(0.8, n=200, items=40, level=0.95)
    wider = feldt_interval(0.8, n=50.5, items=40, level=0.95)
    assert wider.low < low < 0.8 < high < wider.high


def test_the_interval_covers_as_often_as_it_says():
    generator = np.random.default_rng(11)
    held = 0
    for _ in range(400):
        drawn = generator.standard_normal((60, 1)) + generator.standard_normal((60, 5))
        low, high = feldt_interval(alpha(item_moments(drawn).covariance), n=60, items=5, level=0.90)
        held += low < 5 / 6 < high
    assert held / 400 == pytest.approx(0.90, abs=0.045)


@pytest.mark.parametrize(
    "request_", [{"alpha": 0.5, "n": 1, "items": 5}, {"alpha": 0.5, "n": 9, "items": 1},
                 {"alpha": 1.0, "n": 9, "items": 5}]
)  # fmt: skip
def test_an_interval_needs_people_items_and_error(request_):
    with pytest.raises(ContractError, match="expected more than one person"):
        feldt_interval(**request_, level=0.95)


def test_influence_is_how_alpha_moves_with_a_persons_weight(scores):
    weights = np.random.default_rng(6).uniform(1, 3, 300)
    step = np.zeros(300)
    step[17] = 1e-5
    up, down = (
        alpha(item_moments(scores, weights=weights + sign * step).covariance) for sign in (1, -1)
    )
    slope = (up - down) / 2e-5 * weights.sum()
    assert alpha_influence(scores, weights=weights)[17] == pytest.approx(slope, rel=1e-6)


def test_influence_has_mean_zero_and_is_zero_without_weight(scores):
    weights = np.random.default_rng(6).uniform(0, 3, 300)
    weights[::10] = 0
    found = alpha_influence(scores, weights=weights)
    assert weights @ found == pytest.approx(0, abs=1e-9)
    assert not found[::10].any()


def test_influence_gives_the_sampling_variance_of_alpha():
    generator = np.random.default_rng(9)
    draws = generator.standard_normal((500, 200, 1)) + generator.standard_normal((500, 200, 5))
    alphas = [alpha(item_moments(drawn).covariance) for drawn in draws]
    by_influence = [np.var(alpha_influence(drawn)) / 200 for drawn in draws[:50]]
    assert np.sqrt(np.mean(by_influence)) == pytest.approx(np.std(alphas), rel=0.1)


@pytest.mark.parametrize(
    ("scores", "message"),
    [
        (np.array([[1, np.nan], [0, 1]]), "not scored for everybody: items 2"),
        (np.ones((3, 1)), "two items or more"),
        (np.ones((3, 2)), "total score with variance"),
    ],
)
def test_influence_needs_complete_scores_that_vary(scores, message):
    with pytest.raises(ContractError, match=message):
        alpha_influence(scores)
