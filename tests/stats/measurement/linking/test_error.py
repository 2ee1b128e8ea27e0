import numpy as np
import pytest
from scipy.stats import norm

from pipeline.errors import ContractError
from pipeline.stats.measurement.irt.curves import Logistic
from pipeline.stats.measurement.linking.characteristic_curves import haebara, stocking_lord
from pipeline.stats.measurement.linking.error import (
    LinkError,
    change_se,
    jackknife_covariance,
    linking_error,
)
from pipeline.stats.measurement.linking.link import Link
from pipeline.stats.measurement.linking.moments import mean_mean
from tests.stats.measurement.linking.anchor_items import MODELS, harder, logistic, on_new_scale

NODES = np.linspace(-6, 6, 61)


def test_the_jackknife_of_a_mean_is_its_standard_error():
    values = np.array([1.0, 4.0, 2.0, 9.0, 3.0])
    left_out = (values.sum() - values) / 4
    assert jackknife_covariance(left_out[:, None])[0, 0] == pytest.approx(values.var(ddof=1) / 5)


def test_the_error_of_a_shift_by_the_means_is_that_of_the_mean_difference():
    rasch = Logistic.of_difficulty(np.ones(20), logistic().difficulty)
    moves = np.random.default_rng(3).normal(0, 0.2, 20)
    found = linking_error(rasch, harder(rasch, moves), method=mean_mean)
    assert found.shift_se == pytest.approx(np.sqrt(moves.var(ddof=1) / 20))
    assert found.slope_se == pytest.approx(0, abs=1e-12)
    assert found.mean_se(0.8) == pytest.approx(found.shift_se)


@pytest.mark.parametrize("old", MODELS.values(), ids=MODELS)
@pytest.mark.parametrize("method", [mean_mean, haebara, stocking_lord])
def test_anchors_that_agree_make_no_error(old, method):
    found = linking_error(old, on_new_scale(old, Link(1.2, 0.3)), method=method)
    assert len(found.left_out) == 20
    assert [found.slope_se, found.shift_se] == pytest.approx([0, 0], abs=1e-6)
    assert found.share_se(1.0, NODES, weights=norm.pdf(NODES)) == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("method", [haebara, stocking_lord])
def test_the_jackknife_tells_how_links_vary_over_draws_of_anchors(method):
    draw, links, errors = np.random.default_rng(4), [], []
    for _ in range(60):
        old = Logistic.of_difficulty(draw.lognormal(0, 0.3, 20), draw.normal(0, 1, 20))
        found = linking_error(old, harder(old, draw.normal(0, 0.2, 20)), method=method)
        links.append([found.link.slope, found.link.shift])
        errors.append(found.covariance.diagonal())
    # Sixty draws know a standard deviation to about a tenth; over 300 the two differ by 7 %.
    assert np.sqrt(np.mean(errors, axis=0)) == pytest.approx(np.std(links, axis=0), rel=0.25)


def shifted_by(*shifts: float) -> LinkError:
    return LinkError(link=Link(1.0, 0.0), left_out=tuple(Link(1.0, shift) for shift in shifts))


def test_a_mean_takes_the_slopes_error_in_proportion():
    found = LinkError(link=Link(1.0, 0.0), left_out=(Link(0.9, 0.0), Link(1.1, 0.0)))
    assert found.mean_se(0.0) == 0
    assert found.mean_se(3.0) == pytest.approx(3 * found.slope_se)


@pytest.mark.parametrize(
    ("ability", "weights"),
    [
        (NODES, norm.pdf(NODES)),
        (norm.ppf((np.arange(20_000) + 0.5) / 20_000), None),
    ],
    ids=["nodes", "plausible values"],
)
def test_a_share_moves_by_the_density_at_the_cut(ability, weights):
    found = shifted_by(-0.01, 0.01)
    expected = norm.pdf(1.1) * found.shift_se
    assert found.share_se(1.1, ability, weights=weights) == pytest.approx(expected, rel=0.02)


def test_a_share_far_from_everybody_has_no_error():
    assert shifted_by(-0.1, 0.1).share_se(50.0, NODES) == 0


def test_people_of_no_weight_and_the_weights_unit_change_no_share():
    ability, weights = np.array([-1.0, 0.0, 1.0]), np.array([1.0, 2.0, 1.0])
    found = shifted_by(-0.1, 0.1)
    expected = found.share_se(0.3, ability, weights=weights)
    more = found.share_se(0.3, np.append(ability, 0.3), weights=np.append(7 * weights, 0.0))
    twice = found.share_se(0.3, np.array([-1.0, 0.0, 0.0, 1.0]))
    assert [more, twice] == pytest.approx([expected, expected])


def test_a_change_carries_both_samples_and_the_link():
    assert change_se(0.3, 0.4, 1.2) == pytest.approx(1.3)
    assert change_se(0.3, 0.4, 0.0) == pytest.approx(0.5)


def test_two_anchors_are_too_few_for_an_error():
    with pytest.raises(ContractError, match="expected 3 anchors or more, got 2"):
        linking_error(logistic(2), logistic(2))


@pytest.mark.parametrize("left_out", [np.zeros((1, 2)), np.zeros(3), np.array([[1.0], [np.nan]])])
def test_a_jackknife_of_one_or_of_gaps_is_refused(left_out):
    with pytest.raises(ContractError, match="jackknife"):
        jackknife_covariance(left_out)


@pytest.mark.parametrize(
    ("ability", "weights"),
    [
        (np.array([0.0, np.nan]), None),
        (np.array([0.0, 1.0]), np.array([1.0])),
        (np.array([0.0, 1.0]), np.array([1.0, -1.0])),
        (np.array([0.0, 0.0]), None),
        (np.array([0.0, 1.0]), np.array([1.0, 0.0])),
    ],
)
def test_a_share_of_nobody_or_of_one_place_is_refused(ability, weights):
    with pytest.raises(ContractError, match="share: expected"):
        shifted_by(-0.1, 0.1).share_se(0.5, ability, weights=weights)
