import numpy as np
import pytest

from pipeline.errors import ContractError
from pipeline.stats.measurement.equating.distributions import ScoreDistribution, place_on
from pipeline.stats.measurement.equating.joint import JointDistribution
from tests.stats.measurement.equating.score_groups import STRONG, distribution, times

KOLEN_BRENNAN = distribution(1, 2, 2, 3, 2)


def test_ranks_count_those_below_and_half_of_those_at_the_score():
    assert KOLEN_BRENNAN.ranks == pytest.approx([0.05, 0.2, 0.4, 0.65, 0.9])
    assert KOLEN_BRENNAN.rank(np.arange(5.0)) == pytest.approx(KOLEN_BRENNAN.ranks)


@pytest.mark.parametrize(
    ("score", "rank"), [(-0.5, 0), (-9, 0), (0.5, 0.1), (1.75, 0.35), (4.5, 1), (99, 1)]
)
def test_between_scores_people_are_spread_evenly(score, rank):
    assert KOLEN_BRENNAN.rank(np.array([score])) == pytest.approx([rank])


def test_scores_at_ranks_undo_ranks():
    scores = np.linspace(-0.49, 4.49, 40)
    assert KOLEN_BRENNAN.score_at(KOLEN_BRENNAN.rank(scores)) == pytest.approx(scores)


def test_a_stretch_without_people_is_met_in_its_middle():
    # Half are at 0, half at 3: rank one half is anywhere from 0.5 to 2.5.
    assert distribution(5, 0, 0, 5).score_at(np.array([0.5, 0.25, 0.75])) == pytest.approx(
        [1.5, 0.0, 3.0]
    )


def test_the_first_and_last_rank_are_the_ends_of_the_scale():
    gaps_at_both_ends = distribution(0, 0, 4, 4, 0)
    assert gaps_at_both_ends.score_at(np.array([0.0, 1.0])).tolist() == [-0.5, 4.5]


def test_ties_are_ties_whatever_the_weights_sum_to():
    thirds = distribution(0.1, 0.2, 0.0, 0.3, 0.3)
    assert thirds.score_at(np.array([1 / 3])) == pytest.approx([2.0])


def test_moments_by_hand():
    assert KOLEN_BRENNAN.mean == pytest.approx(2.3)
    assert KOLEN_BRENNAN.variance == pytest.approx(1.61)


def test_steps_wider_than_one_are_shared_out_over_themselves():
    tens = ScoreDistribution(np.array([0.0, 10.0, 20.0]), np.array([1.0, 2.0, 1.0]))
    assert tens.rank(np.array([-5, 5, 10, 25])) == pytest.approx([0, 0.25, 0.5, 1])


def test_people_are_counted_by_weight_and_those_without_do_not_count():
    scores, weights = np.array([2.0, 0.0, 2.0, 1.0]), np.array([1.5, 1.0, 0.5, 0.0])
    found = ScoreDistribution.of_people(scores, scale=np.arange(4.0), weights=weights)
    assert found.frequency.tolist() == [1.0, 0.0, 2.0, 0.0]
    plain = ScoreDistribution.of_people(scores, scale=np.arange(4.0))
    assert plain.frequency.tolist() == [1.0, 1.0, 2.0, 0.0]


def test_pairs_are_counted_in_their_cells():
    found = JointDistribution.of_people(
        np.array([2.0, 2.0, 0.0]),
        np.array([1.0, 1.0, 0.0]),
        scale=np.arange(3.0),
        anchor_scale=np.arange(2.0),
        weights=np.array([1.0, 2.0, 0.5]),
    )
    assert found.frequency.tolist() == [[0.5, 0.0], [0.0, 0.0], [0.0, 3.0]]
    assert found.test.frequency.tolist() == [0.5, 0.0, 3.0]
    assert found.anchor.frequency.tolist() == [0.5, 3.0]


def test_covariance_by_hand_and_free_of_the_weights_unit():
    found = JointDistribution(np.array([0.0, 4.0]), np.array([0.0, 1.0]), np.diag([1.0, 3.0]))
    assert found.covariance == pytest.approx(0.75)
    assert times(STRONG, 8.0).covariance == pytest.approx(STRONG.covariance)


@pytest.mark.parametrize(
    ("scores", "frequency", "message"),
    [
        (np.arange(3.0), np.ones(2), "a frequency per score"),
        (np.array([0.0]), np.ones(1), "two possible scores or more"),
        (np.array([0.0, 2.0, 1.0]), np.ones(3), "rising"),
        (np.arange(3.0), np.array([1.0, -1.0, 1.0]), "not below zero"),
        (np.arange(3.0), np.array([1.0, np.nan, 1.0]), "not below zero"),
        (np.arange(3.0), np.zeros(3), "somebody with a weight above zero"),
    ],
)
def test_frequencies_that_are_none_are_refused(scores, frequency, message):
    with pytest.raises(ContractError, match=message):
        ScoreDistribution(scores, frequency)


def test_uneven_scores_have_no_percentile_ranks():
    uneven = ScoreDistribution(np.array([0.0, 1.0, 5.0]), np.ones(3))
    with pytest.raises(ContractError, match="equally spaced"):
        uneven.rank(np.array([1.0]))


@pytest.mark.parametrize("scores", [[0.0, 7.0], [0.5, 1.0], [-1.0, 1.0], [np.nan, 1.0]])
def test_impossible_scores_are_refused_by_number_of_people_only(scores):
    with pytest.raises(ContractError, match="got 1 people off it"):
        place_on(np.arange(3.0), np.array(scores))


def test_pairs_of_the_wrong_shape_are_refused():
    with pytest.raises(ContractError, match=r"shape \(2, 3\), got \(3, 2\)"):
        JointDistribution(np.arange(2.0), np.arange(3.0), np.ones((3, 2)))
