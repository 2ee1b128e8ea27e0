"""Plausible values: their distribution, whose they are, and refusals."""

import numpy as np
import pytest
from scipy import integrate, stats
from scipy.special import expit

from pipeline.errors import ContractError
from pipeline.stats.measurement.irt.curves import Graded, Logistic
from pipeline.stats.measurement.plausible.drawing import draw
from pipeline.stats.streams import stream

ITEMS = Logistic.of_difficulty(
    np.array([0.8, 1.0, 1.2, 1.5, 0.9, 1.1]), np.array([-1.0, -0.5, 0.0, 0.5, 1.0, 1.5])
)


def keys(n: int) -> list[str]:
    return [f"person {number}" for number in range(n)]


def answers(n: int, *, mean=0.0, items=ITEMS, seed=4) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    ability = mean + random.normal(size=n)
    right = expit(np.outer(ability, items.slope) + items.intercept)
    return (random.random(right.shape) < right).astype(np.int64), ability


def drawn(responses, **changes) -> np.ndarray:
    given = {"mean": 0.0, "sd": 1.0, "keys": keys(len(responses)), "random": stream("wave")}
    return draw(responses, changes.pop("model", ITEMS), **(given | changes))


def test_values_of_one_person_follow_the_exact_posterior():
    """Against numeric integration of prior times likelihood."""
    pattern = np.array([1, 1, 0, 1, -1, 0])

    def density(ability: float) -> float:
        p = expit(ITEMS.slope * ability + ITEMS.intercept)
        likelihood = np.where(pattern < 0, 1, np.where(pattern == 1, p, 1 - p)).prod()
        return stats.norm.pdf(ability, 0.4, 0.8) * likelihood

    total = integrate.quad(density, -6, 6)[0]
    values = drawn(np.tile(pattern, (4000, 1)), mean=0.4, sd=0.8).ravel()
    cuts = np.linspace(-1, 2, 13)
    exact = [integrate.quad(density, -6, cut)[0] / total for cut in cuts]
    shares = (values[:, None] <= cuts).mean(axis=0)
    assert shares == pytest.approx(exact, abs=3.5 * 0.5 / np.sqrt(len(values)))


def test_values_are_continuous():
    values = drawn(np.tile([1, 1, 0, 1, 0, 0], (500, 1)))
    assert len(np.unique(values)) == values.size


def test_who_answered_nothing_draws_from_the_prior():
    values = drawn(np.full((3000, 6), -1), mean=0.7, sd=0.5)
    assert stats.kstest(values.ravel(), stats.norm(0.7, 0.5).cdf).pvalue > 0.001


def test_everything_right_and_everything_wrong_have_values():
    values = drawn(np.repeat([[1], [0]], 6, axis=1))
    assert np.isfinite(values).all()
    assert values[0].mean() > values[1].mean()


def test_values_of_all_people_together_are_the_population():
    """Posteriors averaged over people who follow the prior give the prior back."""
    responses, ability = answers(20000, mean=0.3)
    values = drawn(responses, mean=0.3, draws=5)
    assert values.mean() == pytest.approx(0.3, abs=0.03)
    assert values.var() == pytest.approx(1, abs=0.03)
    assert (values > 1).mean() == pytest.approx((ability > 1).mean(), abs=0.01)


def test_the_order_and_number_of_people_move_nobody():
    responses, _ = answers(300)
    names = keys(300)
    whole = drawn(responses)
    order = np.random.default_rng(1).permutation(300)[:120]
    mixed = drawn(responses[order], keys=[names[person] for person in order])
    np.testing.assert_allclose(mixed, whole[order], rtol=0, atol=1e-9)


def test_blocks_of_people_join_without_a_seam():
    responses, _ = answers(9000)
    last = drawn(responses)[-5:]
    alone = drawn(responses[-5:], keys=keys(9000)[-5:])
    np.testing.assert_allclose(alone, last, rtol=0, atol=1e-9)


def test_every_draw_may_have_a_prior_of_its_own():
    responses = np.full((2000, 6), -1)
    means = np.array([-1.0, 0.0, 2.0])[:, None] * np.ones(2000)
    values = drawn(responses, mean=means, sd=np.array([[0.5], [1.0], [0.2]]), draws=3)
    assert values.mean(axis=0) == pytest.approx([-1, 0, 2], abs=0.1)
    assert values.std(axis=0) == pytest.approx([0.5, 1, 0.2], rel=0.1)
    same = drawn(responses, mean=np.zeros((3, 2000)), draws=3)
    np.testing.assert_allclose(same, drawn(responses, draws=3), rtol=0, atol=1e-9)


def test_items_of_several_categories_draw_too():
    items = Graded(slope=np.array([1.0, 1.5]), intercepts=np.array([[1.0, -1.0], [0.5, np.nan]]))
    values = drawn(np.array([[2, 1], [0, 0], [1, -1]]), model=items, draws=200)
    assert np.isfinite(values).all()
    low, middle, high = np.sort(values.mean(axis=1))
    assert low < middle < high


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"responses": np.zeros((4, 5), int)}, "x 6 items"),
        ({"responses": np.full((4, 6), 2)}, "item 6: expected -1"),
        ({"sd": 0.0}, "sds above 0"),
        ({"sd": np.array([1, 1, np.nan, 1])}, "1 places"),
        ({"mean": np.array([0, 0, 7.0, 0])}, "1 outside"),
        ({"mean": np.zeros((3, 4))}, "one prior or 10, got 3"),
        ({"mean": np.zeros(3)}, "4 people"),
        ({"keys": keys(3)}, "expected 4 keys, got 3"),
        ({"keys": ["a", "b", "b", "a"]}, "2 repeated"),
    ],
)
def test_what_cannot_be_drawn_from_is_refused(change, fault):
    given = {"responses": np.zeros((4, 6), int)} | change
    with pytest.raises(ContractError, match=fault):
        drawn(given.pop("responses"), **given)
