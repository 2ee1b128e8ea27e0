"""Tables of levels: worked by hand, and their laws."""

import numpy as np
import pytest

from pipeline.errors import ContractError
from pipeline.stats.measurement.classification.agreement import LevelChances, levels

# Half of the people are truly below and pass with .1, half truly above and pass with .8.
TWO = LevelChances(true_level=np.array([0, 1]), chance=np.array([[0.9, 0.2], [0.1, 0.8]]))
HALVES = np.array([1.0, 1.0])
THREE = LevelChances(
    true_level=np.array([0, 1, 1, 2]),
    chance=np.array([[0.8, 0.3, 0.1, 0.0], [0.2, 0.6, 0.6, 0.3], [0.0, 0.1, 0.3, 0.7]]),
)
SHARES = np.array([0.4, 0.3, 0.2, 0.1])


def test_errors_and_agreement_by_hand():
    found = TWO.over(HALVES)
    assert found.accuracy == pytest.approx(0.5 * 0.9 + 0.5 * 0.8)
    assert found.false_positive == pytest.approx(0.05)
    assert found.false_negative == pytest.approx(0.1)
    assert found.consistency == pytest.approx(0.5 * (0.81 + 0.01) + 0.5 * (0.04 + 0.64))
    np.testing.assert_allclose(found.true_share, [0.5])
    np.testing.assert_allclose(found.observed_share, [0.45])
    # Chance agreement .45^2 + .55^2 = .505.
    assert found.kappa == pytest.approx((0.75 - 0.505) / 0.495)


def test_what_becomes_of_those_who_passed_by_hand():
    # .45 pass; .05 of them are truly below; .5 * .01 + .5 * .64 = .325 pass twice.
    found = TWO.over(HALVES)
    np.testing.assert_allclose(found.undeserved, [0.05 / 0.45])
    np.testing.assert_allclose(found.lost_on_retest, [1 - 0.325 / 0.45])


def test_chances_by_person():
    np.testing.assert_allclose(TWO.accuracy, [0.9, 0.8])
    np.testing.assert_allclose(TWO.consistency, [0.82, 0.68])


def test_one_cut_of_several_is_as_if_it_stood_alone():
    alone = LevelChances(
        true_level=np.array([0, 0, 0, 1]),
        chance=np.vstack([THREE.chance[:2].sum(axis=0), THREE.chance[2]]),
    ).over(SHARES)
    several = THREE.over(SHARES)
    upper = several.at(1)
    np.testing.assert_allclose(upper.true_observed, alone.true_observed)
    np.testing.assert_allclose(upper.twice, alone.twice)
    assert several.lost_on_retest[1] == pytest.approx(alone.lost_on_retest[0])
    assert several.observed_share[1] == pytest.approx(alone.observed_share[0])


def test_tables_hold_everybody_and_errors_what_accuracy_leaves():
    found = THREE.over(SHARES * 250)
    assert found.true_observed.sum() == pytest.approx(1)
    assert found.twice.sum() == pytest.approx(1)
    np.testing.assert_allclose(found.twice, found.twice.T)
    assert found.accuracy + found.false_positive + found.false_negative == pytest.approx(1)
    np.testing.assert_allclose(found.twice.sum(axis=0), found.true_observed.sum(axis=0))


def test_people_of_no_share_change_nothing():
    found = THREE.over(np.array([0.4, 0.3, 0.0, 0.1]))
    kept = np.array([0, 1, 3])
    fewer = LevelChances(true_level=THREE.true_level[kept], chance=THREE.chance[:, kept])
    assert found.kappa == pytest.approx(fewer.over(SHARES[kept]).kappa)


def test_a_cut_that_nobody_passes_leaves_nothing_to_say_of_those_who_did():
    nobody = LevelChances(true_level=np.array([0]), chance=np.array([[1.0], [0.0]]))
    found = nobody.over(np.array([1.0]))
    assert np.isnan(found.lost_on_retest).all()
    assert np.isnan(found.undeserved).all()
    assert np.isnan(found.kappa)
    assert found.accuracy == 1


def test_a_score_on_the_cut_passes_under_one_reading_only():
    scores = np.array([69.0, 70, 71, 85])
    cuts = np.array([70.0, 85])
    np.testing.assert_array_equal(levels(scores, cuts), [0, 1, 1, 2])
    np.testing.assert_array_equal(levels(scores, cuts, inclusive=False), [0, 0, 1, 1])


@pytest.mark.parametrize("cuts", [[], [85, 70], [70, 70]])
def test_cuts_that_do_not_rise_are_refused(cuts):
    with pytest.raises(ContractError, match="expected one or more, rising"):
        levels(np.array([1.0]), np.array(cuts, dtype=float))
