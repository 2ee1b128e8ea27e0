from functools import partial

import numpy as np
import pytest

from pipeline.errors import ContractError, NotConvergedError
from pipeline.stats.measurement.irt.curves import Curves, Graded, ItemModel, Logistic
from pipeline.stats.measurement.linking.characteristic_curves import (
    Criterion,
    haebara,
    stocking_lord,
)
from pipeline.stats.measurement.linking.link import Link, locations, slopes
from pipeline.stats.measurement.linking.moments import mean_mean, mean_sigma
from tests.stats.measurement.linking.anchor_items import (
    MODELS,
    harder,
    logistic,
    on_new_scale,
)

METHODS = {
    "mean-mean": mean_mean,
    "mean-sigma": mean_sigma,
    "Haebara": haebara,
    "Stocking-Lord": stocking_lord,
    "Haebara, both directions": partial(haebara, symmetric=True),
    "Stocking-Lord, both directions": partial(stocking_lord, symmetric=True),
}
every_method = pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
every_model = pytest.mark.parametrize("old", MODELS.values(), ids=MODELS)
SHAKEN = harder(
    on_new_scale(logistic(), Link(1.2, -0.4)), np.random.default_rng(2).normal(0, 0.2, 20)
)


def numbers(link: Link) -> list[float]:
    return [link.slope, link.shift]


@every_method
@every_model
@pytest.mark.parametrize("truth", [Link(1.0, 0.0), Link(1.3, 0.5), Link(0.6, -1.5)])
def test_every_method_finds_an_exact_link(method, old, truth):
    found = method(old, on_new_scale(old, truth))
    assert numbers(found) == pytest.approx(numbers(truth), abs=1e-7)


@pytest.mark.parametrize("method", [mean_mean, mean_sigma, haebara, stocking_lord])
def test_links_follow_a_change_of_the_new_scale(method):
    direct = method(logistic(), SHAKEN)
    through = method(logistic(), SHAKEN.rescaled(1.5, 0.7))
    assert through.slope == pytest.approx(direct.slope / 1.5, abs=1e-6)
    assert through.shift == pytest.approx(direct.shift - direct.slope * 0.7 / 1.5, abs=1e-6)


@every_method
def test_the_order_of_the_anchors_does_not_matter(method):
    turned = np.arange(20)[::-1]
    assert numbers(method(logistic().take(turned), SHAKEN.take(turned))) == pytest.approx(
        numbers(method(logistic(), SHAKEN)), abs=1e-8
    )


@pytest.mark.parametrize(
    "name", [name for name in METHODS if name not in {"Haebara", "Stocking-Lord"}]
)
def test_there_and_back_is_nowhere_unless_the_criterion_looks_one_way(name):
    there, back = METHODS[name](logistic(), SHAKEN), METHODS[name](SHAKEN, logistic())
    assert there.slope * back.slope == pytest.approx(1, abs=1e-6)
    assert there.slope * back.shift + there.shift == pytest.approx(0, abs=1e-6)


def test_moment_links_by_hand():
    old = Logistic.of_difficulty(np.array([1.0, 2.0]), np.array([-1.0, 3.0]))
    new = Logistic.of_difficulty(np.array([1.0, 5.0]), np.array([0.0, 1.0]))
    # Slopes 6 / 3 = 2; spreads 4 / 1 = 4; means of difficulty 1 and 0.5.
    assert numbers(mean_mean(old, new)) == pytest.approx([2.0, 0.0])
    assert numbers(mean_sigma(old, new)) == pytest.approx([4.0, -1.0])


def test_each_step_of_ordered_categories_counts_as_a_difficulty():
    old = Graded(slope=np.ones(2), intercepts=np.array([[1.0, -1.0], [-3.0, np.nan]]))
    new = Graded(slope=np.ones(2), intercepts=np.array([[2.0, 0.0], [-4.0, np.nan]]))
    # Steps -1, 1, 3 against -2, 0, 4: means 1 and 2/3.
    assert mean_mean(old, new).shift == pytest.approx(1 / 3)


@pytest.mark.parametrize("method", [haebara, stocking_lord])
def test_two_graded_categories_link_as_right_and_wrong(method):
    as_graded = [
        Graded(slope=each.slope, intercepts=each.intercept[:, None])
        for each in (logistic(), SHAKEN)
    ]
    assert numbers(method(*as_graded)) == pytest.approx(
        numbers(method(logistic(), SHAKEN)), abs=1e-8
    )


@pytest.mark.parametrize("method", [haebara, stocking_lord])
def test_the_link_is_a_minimum_of_its_criterion(method):
    places = Criterion.uniform(np.linspace(-3, 3, 13))

    def distance(slope: float, shift: float) -> float:
        gap = logistic().probabilities(places.ability) - SHAKEN.rescaled(
            slope, shift
        ).probabilities(places.ability)
        parts = gap if method is haebara else gap[:, 1].sum(axis=0)
        return float((parts**2).sum())

    found = method(logistic(), SHAKEN, criterion=places)
    least = distance(found.slope, found.shift)
    for slope, shift in [(0.003, 0), (-0.003, 0), (0, 0.003), (0, -0.003)]:
        assert distance(found.slope + slope, found.shift + shift) > least


def test_only_the_ratios_of_criterion_weights_matter():
    normal = Criterion.normal(np.linspace(-4, 4, 41))
    tenfold = Criterion(normal.ability, 10 * normal.weights)
    found = [stocking_lord(logistic(), SHAKEN, criterion=each) for each in (normal, tenfold)]
    assert numbers(found[0]) == pytest.approx(numbers(found[1]), abs=1e-8)


def test_weights_decide_where_the_curves_must_agree():
    # Easy anchors moved by 1, hard ones not at all: who counts the easy end sees the move.
    old = Logistic.of_difficulty(np.full(10, 2.0), np.repeat([-2.0, 2.0], 5))
    new = harder(old, np.repeat([-1.0, 0.0], 5))
    low, high = (
        stocking_lord(old, new, criterion=Criterion.normal(np.linspace(-6, 6, 61), mean=mean))
        for mean in (-2.5, 2.0)
    )
    assert low.slope * -3 + low.shift == pytest.approx(-2, abs=0.02)
    assert high.slope * 2 + high.shift == pytest.approx(2, abs=0.02)


def test_a_link_carries_items_and_people_together():
    link, ability = Link(1.4, -0.3), np.linspace(-2, 2, 5)
    before = logistic().probabilities(ability)
    after = link.items(logistic()).probabilities(link.abilities(ability))
    assert after == pytest.approx(before)


@pytest.mark.parametrize("method", [mean_mean, haebara, stocking_lord])
def test_one_anchor_can_carry_a_link(method):
    old = logistic(1)
    assert numbers(method(old, on_new_scale(old, Link(1.1, 0.2)))) == pytest.approx(
        [1.1, 0.2], abs=1e-6
    )


def test_anchors_of_one_difficulty_have_no_spread_to_match():
    alike = Logistic.of_difficulty(np.ones(5), np.zeros(5))
    with pytest.raises(ContractError, match="mean-sigma: expected anchors of different difficulty"):
        mean_sigma(alike, alike)


@every_method
@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (logistic(), logistic(19), "got 20 and 19 items"),
        (logistic(), MODELS["graded"], "expected one model, got Logistic and Graded"),
        (logistic(0), logistic(0), "expected 1 anchors or more, got 0"),
        (
            logistic(3),
            Logistic.of_difficulty(np.array([1.0, -0.1, np.nan]), np.zeros(3)),
            r"new wave, anchors \[2, 3\]",
        ),
    ],
)
def test_anchors_that_cannot_carry_a_link_are_refused(method, old, new, message):
    with pytest.raises(ContractError, match=message):
        method(old, new)


def test_a_search_that_ends_upside_down_is_refused():
    old = Logistic.of_difficulty(np.array([1.0, 1.0]), np.array([-3.0, 3.0]))
    new = Logistic.of_difficulty(np.array([1.0, 9.0]), np.array([4.0, -4.0]))
    with pytest.raises(NotConvergedError, match="look for an anchor that drifted far"):
        haebara(old, new)


@pytest.mark.parametrize(
    ("ability", "weights", "message"),
    [
        (np.zeros(3), np.ones(2), "one weight for each ability"),
        (np.arange(3.0), np.array([1.0, -1.0, 1.0]), "not below zero"),
        (np.arange(3.0), np.array([1.0, 0.0, 0.0]), "two or more of them above"),
        (np.arange(3.0), np.array([1.0, np.nan, 0.0]), "not below zero"),
        (np.array([0.0, np.inf]), np.ones(2), "finite abilities"),
    ],
)
def test_a_criterion_without_weight_is_refused(ability, weights, message):
    with pytest.raises(ContractError, match=message):
        Criterion(ability, weights)


class Unknown(ItemModel):
    """A model without slopes and difficulties."""

    categories = np.array([2])

    def probabilities(self, ability):
        raise NotImplementedError

    def curves(self, ability) -> Curves:
        raise NotImplementedError

    def take(self, items):
        return self

    def rescaled(self, slope, shift):
        return self


@pytest.mark.parametrize("read", [slopes, locations])
def test_a_model_without_the_parameters_is_refused_by_name(read):
    with pytest.raises(ContractError, match="got Unknown"):
        read(Unknown())
