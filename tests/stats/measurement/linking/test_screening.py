from functools import partial

import numpy as np
import pytest

from pipeline.errors import ContractError
from pipeline.stats.measurement.irt.curves import Logistic
from pipeline.stats.measurement.linking.characteristic_curves import haebara, stocking_lord
from pipeline.stats.measurement.linking.link import Link
from pipeline.stats.measurement.linking.linkage import linkage
from pipeline.stats.measurement.linking.moments import mean_mean
from pipeline.stats.measurement.linking.screening import DriftRule, Reason, screen_anchors
from tests.stats.measurement.linking.anchor_items import MODELS, harder, logistic, on_new_scale

NAMES = [f"q{number:02d}" for number in range(1, 21)]
TRUTH = Link(1.2, 0.3)


def second_wave(old: Logistic, moves: object) -> Logistic:
    return on_new_scale(harder(old, moves), TRUTH)


def noise(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, 0.05, 20)


@pytest.mark.parametrize("method", [mean_mean, haebara, stocking_lord])
def test_planted_drift_is_found_worst_first_and_the_link_is_freed_of_it(method):
    moves = noise(5).clip(-0.1, 0.1)
    moves[[3, 11]] = [1.2, -0.8]
    old = logistic()
    found = screen_anchors(old, second_wave(old, moves), NAMES, method=method)
    assert [(each.item, each.round, each.reason) for each in found.removed[:2]] == [
        ("q04", 1, Reason.LOCATION),
        ("q12", 2, Reason.LOCATION),
    ]
    assert found.removed[0].value > 2.7
    assert found.removed[1].value < -2.7
    # The link is made of what stays, as if the others had never been asked.
    stays = np.flatnonzero(found.stays)
    direct = method(old.take(stays), second_wave(old, moves).take(stays))
    assert found.link == direct
    assert found.link.shift == pytest.approx(TRUTH.shift, abs=0.06)
    # What left is still told, on the freed link.
    assert found.drift.location[3] == pytest.approx(1.2, abs=0.15)


@pytest.mark.parametrize("old", MODELS.values(), ids=MODELS)
def test_unchanged_anchors_all_stay(old):
    found = screen_anchors(old, on_new_scale(old, TRUTH), NAMES)
    assert found.removed == ()
    assert found.kept == tuple(NAMES)


def test_clean_anchors_seldom_leave():
    old = logistic()
    left = [
        len(screen_anchors(old, second_wave(old, noise(seed)), NAMES).removed)
        for seed in range(100)
    ]
    # 0.7 % of normal moves lie beyond 2.7; quartiles of twenty values make it about 4 %.
    assert np.mean(left) / 20 < 0.06


def test_a_large_delta_leaves_before_any_judgement_of_difficulty():
    moves = np.zeros(20)
    moves[3] = 1.0
    delta = np.full(20, np.nan)
    delta[[6, 8, 9]] = [-1.5, 1.9, 1.49]
    old = logistic()
    found = screen_anchors(old, second_wave(old, moves), NAMES, delta=delta)
    assert [(each.item, each.reason, each.round) for each in found.removed] == [
        ("q09", Reason.MANTEL_HAENSZEL, 1),
        ("q07", Reason.MANTEL_HAENSZEL, 2),
        ("q04", Reason.LOCATION, 3),
    ]
    assert [each.value for each in found.removed[:2]] == [1.9, -1.5]
    assert len(found.kept) == 17


def test_a_changed_slope_is_reported_and_stays():
    old = logistic()
    slope = old.slope * np.where(np.arange(20) == 5, 2.0, 1.0)
    new = on_new_scale(Logistic.of_difficulty(slope, old.difficulty), TRUTH)
    found = screen_anchors(old, new, NAMES, method=partial(stocking_lord, symmetric=True))
    assert np.abs(found.drift.slope_z).argmax() == 5
    assert "q06" in found.kept


def test_another_rule_is_followed():
    moves = np.where(np.arange(20) == 3, 1.0, noise(5))
    old = logistic()
    new = second_wave(old, moves)
    lenient = DriftRule(location_z=1e6, delta=3.0)
    assert screen_anchors(old, new, NAMES, rule=lenient, delta=np.full(20, 2.0)).removed == ()


def test_removal_ends_at_three_anchors():
    old = logistic(4)
    found = screen_anchors(old, old, NAMES[:4], delta=np.full(4, 9.0))
    assert len(found.kept) == 3
    assert len(found.removed) == 1


def test_waves_lose_their_link_when_too_many_anchors_left():
    moves = noise(5)
    moves[:6] = [1.0, -1.2, 1.4, -1.6, 1.8, 2.0]
    old = logistic()
    found = screen_anchors(old, second_wave(old, moves), NAMES)
    left = [each.item for each in found.removed]
    assert set(NAMES[:6]) <= set(left)
    verdict = linkage(NAMES, NAMES, dropped=left)
    assert not verdict.is_linked
    with pytest.raises(ContractError, match=r"anchors left out: q01, q02"):
        verdict.require()


def test_a_move_within_the_noise_of_its_anchor_stays_and_one_beyond_it_leaves():
    """Two outliers among quiet anchors; the standard error of the first is 0.6."""
    moves = noise(5).clip(-0.1, 0.1)
    moves[[3, 11]] = [1.0, -0.8]
    errors = np.full(20, 0.1)
    errors[3] = 0.6
    old = logistic()
    found = screen_anchors(old, second_wave(old, moves), NAMES, noise=errors)
    assert [each.item for each in found.removed] == ["q12"]
    with pytest.raises(ContractError, match="a noise for each of 20 anchors"):
        screen_anchors(old, old, NAMES, noise=errors[:19])


@pytest.mark.parametrize(
    ("names", "delta"), [(NAMES[:19], None), (NAMES, np.zeros(19)), (NAMES, np.zeros((20, 1)))]
)
def test_names_and_deltas_that_do_not_match_are_refused(names, delta):
    with pytest.raises(ContractError, match="a name and a delta for each of 20 anchors"):
        screen_anchors(logistic(), logistic(), names, delta=delta)


def test_two_anchors_cannot_be_screened():
    with pytest.raises(ContractError, match="expected 3 anchors or more"):
        screen_anchors(logistic(2), logistic(2), NAMES[:2])
