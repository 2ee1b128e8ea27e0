from functools import partial

import numpy as np
import pytest

from pipeline.errors import ContractError
from pipeline.stats.measurement.equating.anchored import (
    chained_linear,
    levine,
    tucker,
)
from pipeline.stats.measurement.equating.equipercentile import (
    chained_equipercentile,
    equipercentile,
)
from pipeline.stats.measurement.equating.joint import JointDistribution
from pipeline.stats.measurement.equating.lines import linear_equating, mean_equating, moments
from pipeline.stats.measurement.equating.synthetic import braun_holland, frequency_estimation
from tests.stats.measurement.equating.score_groups import STRONG, WEAK, group, times

MOMENTS = {
    "Tucker": tucker,
    "Levine": levine,
    "Levine, external anchor": partial(levine, anchor="external"),
    "Braun-Holland": braun_holland,
}


def by_moments(method):
    return lambda new, old, **share: linear_equating(method(new, old, **share)).equated(new.scores)


def by_frequencies(new, old, **share):
    mixed = frequency_estimation(new, old, **share)
    return equipercentile(mixed.new, mixed.old)


MIXED = {name: by_moments(method) for name, method in MOMENTS.items()} | {
    "frequency estimation": by_frequencies
}
EVERY = MIXED | {
    "chained linear": lambda new, old: chained_linear(new, old).equated(new.scores),
    "chained equipercentile": chained_equipercentile,
}
every_moments = pytest.mark.parametrize("method", MOMENTS.values(), ids=MOMENTS)
every_mixture = pytest.mark.parametrize("method", MIXED.values(), ids=MIXED)
every_method = pytest.mark.parametrize("method", EVERY.values(), ids=EVERY)


@every_method
def test_one_group_twice_leaves_scores_as_they_are(method):
    # Chained equipercentile goes through the coarser anchor scale and comes back only nearly.
    near = 1e-8 if method is not chained_equipercentile else 1.0
    found = method(WEAK, WEAK)[3:28]
    assert found == pytest.approx(WEAK.scores[3:28], abs=near)


@every_method
def test_a_harder_form_gets_points_back_however_able_its_group(method):
    # STRONG's own 20 items are 0.4 logits harder, and it does better on them all the same.
    people = 30_000
    truth = equipercentile(group(3, easier=-0.4, people=people).test, group(4, people=people).test)
    found = method(STRONG, WEAK)
    assert found[10:25] == pytest.approx(truth[10:25], abs=0.7)
    assert equipercentile(STRONG.test, WEAK.test)[15] < found[15] - 0.5


@every_mixture
@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_the_unit_of_either_groups_weights_does_not_matter(method, share):
    plain = method(STRONG, WEAK, synthetic_weight=share)
    found = method(times(STRONG, 0.02), times(WEAK, 40.0), synthetic_weight=share)
    assert found == pytest.approx(plain)


@every_mixture
def test_without_a_weight_the_groups_count_by_their_size(method):
    found = method(times(STRONG, 3.0), WEAK)
    assert found == pytest.approx(method(STRONG, WEAK, synthetic_weight=0.75))


@every_moments
def test_in_the_new_forms_own_group_its_moments_are_the_observed_ones(method):
    found = method(STRONG, WEAK, synthetic_weight=1.0)
    assert found.new_mean == pytest.approx(STRONG.test.mean)
    assert found.new_variance == pytest.approx(STRONG.test.variance)
    other = method(STRONG, WEAK, synthetic_weight=0.0)
    assert other.old_mean == pytest.approx(WEAK.test.mean)
    assert other.old_variance == pytest.approx(WEAK.test.variance)


@every_moments
@pytest.mark.parametrize("share", [0.0, 0.4, 1.0])
def test_groups_alike_on_the_anchor_are_taken_as_equivalent(method, share):
    # The same people, one point better on another form.
    same = JointDistribution(WEAK.scores, WEAK.anchors, np.roll(WEAK.frequency, 1, axis=0))
    found, plain = method(same, WEAK, synthetic_weight=share), moments(same.test, WEAK.test)
    assert found.new_mean == pytest.approx(plain.new_mean)
    assert found.old_variance == pytest.approx(plain.old_variance)


def test_tucker_by_hand():
    # Test = 2 * anchor in the new group, 3 * anchor in the old: slopes 2 and 3 exactly.
    scales = (np.array([0.0, 2.0, 3.0]), np.array([0.0, 1.0]))
    new = JointDistribution(*scales, np.array([[1.0, 0.0], [0.0, 3.0], [0.0, 0.0]]))
    old = JointDistribution(*scales, np.array([[2.0, 0.0], [0.0, 0.0], [0.0, 2.0]]))
    found = tucker(new, old, synthetic_weight=0.5)
    # Anchor means 0.75 and 0.5; in the even mixture 0.625, variance 0.625 * 0.375.
    assert [found.new_mean, found.old_mean] == pytest.approx([1.25, 1.875])
    spread = 0.625 * 0.375
    assert [found.new_variance, found.old_variance] == pytest.approx([4 * spread, 9 * spread])
    # All curves are straight here: frequency estimation says the same.
    exact = braun_holland(new, old, synthetic_weight=0.5)
    assert exact.new_variance == pytest.approx(found.new_variance)
    assert exact.old_mean == pytest.approx(found.old_mean)


def test_levine_uses_the_ratio_of_true_spreads():
    found = levine(STRONG, WEAK, synthetic_weight=0.0)
    gap = STRONG.anchor.mean - WEAK.anchor.mean
    gamma = STRONG.test.variance / STRONG.covariance
    assert found.new_mean == pytest.approx(STRONG.test.mean - gamma * gap)
    external = levine(STRONG, WEAK, synthetic_weight=0.0, anchor="external")
    above = STRONG.test.variance + STRONG.covariance
    below = STRONG.anchor.variance + STRONG.covariance
    assert external.new_mean == pytest.approx(STRONG.test.mean - above / below * gap)


def test_chained_lines_are_the_two_lines_one_after_the_other():
    found = chained_linear(STRONG, WEAK)
    slope = np.sqrt(
        STRONG.anchor.variance / STRONG.test.variance * WEAK.test.variance / WEAK.anchor.variance
    )
    assert found.slope == pytest.approx(slope)
    on_anchor = linear_equating(moments(STRONG.test, STRONG.anchor)).equated(12.0)
    assert found.equated(12.0) == pytest.approx(
        linear_equating(moments(WEAK.anchor, WEAK.test)).equated(on_anchor)
    )


def test_frequency_estimation_by_hand():
    scales = (np.arange(2.0), np.arange(2.0))
    new = JointDistribution(*scales, np.array([[3.0, 1.0], [1.0, 3.0]]))
    old = JointDistribution(*scales, np.array([[2.0, 0.0], [4.0, 2.0]]))
    found = frequency_estimation(new, old, synthetic_weight=0.0)
    # Three quarters of the old group have anchor 0, and of such 1/4 pass the new form.
    assert found.new.share[1] == pytest.approx(0.75 * 0.25 + 0.25 * 0.75)
    assert found.old.share[1] == pytest.approx(0.75)
    assert found.unseen_by_new == 0


def test_anchor_scores_that_one_group_never_had_are_told_and_left_out():
    scales = (np.arange(2.0), np.arange(3.0))
    new = JointDistribution(*scales, np.array([[3.0, 1.0, 0.0], [1.0, 3.0, 0.0]]))
    old = JointDistribution(*scales, np.array([[2.0, 2.0, 0.0], [2.0, 2.0, 2.0]]))
    found = frequency_estimation(new, old, synthetic_weight=0.5)
    assert found.unseen_by_new == pytest.approx(0.2)
    assert found.unseen_by_old == 0
    assert found.new.share[1] == pytest.approx(0.5 * 0.5 + 0.5 * 0.5)


def test_as_in_r_the_larger_group_counts_more_than_its_weight_when_asked():
    weighed = frequency_estimation(STRONG, times(WEAK, 3.0), synthetic_weight=0.5, r_counts=True)
    plain = frequency_estimation(STRONG, WEAK, synthetic_weight=0.25)
    assert weighed.old.share == pytest.approx(plain.old.share, abs=1e-6)


def test_as_in_r_tucker_divides_by_one_less_when_asked():
    one, other = (
        tucker(STRONG, WEAK, synthetic_weight=1.0, r_counts=each) for each in (True, False)
    )
    assert one.old_mean == other.old_mean
    assert one.new_variance == pytest.approx(other.new_variance * 3000 / 2999)


@every_moments
@pytest.mark.parametrize("share", [-0.1, 1.1, np.nan])
def test_a_weight_outside_nought_and_one_is_refused(method, share):
    with pytest.raises(ContractError, match="synthetic weight between 0 and 1"):
        method(STRONG, WEAK, synthetic_weight=share)


@every_moments
def test_anchors_on_two_scales_are_refused(method):
    longer = JointDistribution(WEAK.scores, np.arange(1.0, 12.0), WEAK.frequency)
    with pytest.raises(ContractError, match="one list of possible anchor scores"):
        method(STRONG, longer)


@pytest.mark.parametrize("method", [tucker, levine])
def test_an_anchor_that_runs_against_the_test_is_refused(method):
    against = JointDistribution(WEAK.scores, WEAK.anchors, WEAK.frequency[:, ::-1])
    with pytest.raises(ContractError, match="rise together"):
        method(STRONG, against)


def test_groups_without_an_anchor_score_in_common_are_refused():
    scales = (np.arange(2.0), np.arange(2.0))
    low = JointDistribution(*scales, np.array([[1.0, 0.0], [1.0, 0.0]]))
    high = JointDistribution(*scales, np.array([[0.0, 1.0], [0.0, 1.0]]))
    with pytest.raises(ContractError, match="none in common"):
        frequency_estimation(low, high)


def test_mean_equating_takes_any_moments():
    both = tucker(STRONG, WEAK, synthetic_weight=0.5)
    assert mean_equating(both).intercept == pytest.approx(both.old_mean - both.new_mean)
