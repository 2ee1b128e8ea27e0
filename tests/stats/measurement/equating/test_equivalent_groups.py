import numpy as np
import pytest

from pipeline.errors import ContractError
from pipeline.stats.measurement.equating.distributions import ScoreDistribution
from pipeline.stats.measurement.equating.equipercentile import equipercentile
from pipeline.stats.measurement.equating.lines import (
    Line,
    linear_equating,
    mean_equating,
    moments,
)
from tests.stats.measurement.equating.score_groups import STRONG, WEAK, distribution

NEW, OLD = distribution(2, 3, 2, 2, 1), distribution(1, 2, 2, 3, 2)


def test_equipercentile_equating_by_hand():
    assert equipercentile(NEW, OLD) == pytest.approx([0.5, 1.75, 2.5 + 1 / 3, 3.5, 4.25])


def test_mean_and_linear_equating_by_hand():
    new = ScoreDistribution(np.array([0.0, 2.0]), np.array([1.0, 1.0]))
    old = ScoreDistribution(np.array([0.0, 6.0]), np.array([1.0, 1.0]))
    assert mean_equating(moments(new, old)) == Line(2.0, 1.0)
    assert linear_equating(moments(new, old)) == Line(0.0, 3.0)


def test_a_form_equates_to_itself():
    both = moments(NEW, NEW)
    for line in (mean_equating(both), linear_equating(both)):
        assert line.equated(NEW.scores) == pytest.approx(NEW.scores)
    assert equipercentile(NEW, NEW) == pytest.approx(NEW.scores)


def test_linear_equating_gives_the_old_forms_mean_and_spread():
    line = linear_equating(moments(NEW, OLD))
    equated = line.equated(NEW.scores)
    mean = NEW.share @ equated
    assert mean == pytest.approx(OLD.mean)
    assert NEW.share @ (equated - mean) ** 2 == pytest.approx(OLD.variance)


def test_linear_equating_there_and_back_is_nowhere():
    there, back = linear_equating(moments(NEW, OLD)), linear_equating(moments(OLD, NEW))
    both = there.then(back)
    assert [both.intercept, both.slope] == pytest.approx([0, 1])


@pytest.mark.parametrize("factor", [0.01, 7.3, 1e6])
def test_the_unit_of_the_weights_does_not_matter(factor):
    scaled = ScoreDistribution(NEW.scores, factor * NEW.frequency)
    assert equipercentile(scaled, OLD) == pytest.approx(equipercentile(NEW, OLD))
    line, same = linear_equating(moments(scaled, OLD)), linear_equating(moments(NEW, OLD))
    assert [line.intercept, line.slope] == pytest.approx([same.intercept, same.slope])


def test_equipercentile_equating_never_falls_and_stays_on_the_scale():
    equated = equipercentile(STRONG.test, WEAK.test)
    assert (np.diff(equated) >= 0).all()
    assert equated.min() >= -0.5
    assert equated.max() <= 30.5


def test_a_form_shifted_by_whole_points_is_shifted_back():
    moved = distribution(0, 0, *NEW.frequency)
    assert equipercentile(NEW, moved) == pytest.approx(NEW.scores + 2)
    assert mean_equating(moments(NEW, moved)) == Line(pytest.approx(2.0), 1.0)


def test_forms_may_have_different_lengths():
    assert equipercentile(distribution(1, 1), distribution(1, 1, 1, 1)) == pytest.approx([0.5, 2.5])


def test_all_right_equates_to_the_end_of_the_scale_of_everybody_below():
    all_right = distribution(0, 0, 5)
    assert equipercentile(all_right, all_right) == pytest.approx([-0.5, -0.5, 2.0])


def test_as_in_r_variances_divide_by_one_less_when_asked():
    found, plain = moments(NEW, OLD, r_counts=True), moments(NEW, OLD)
    assert found.new_variance == pytest.approx(plain.new_variance * 10 / 9)
    assert found.new_mean == plain.new_mean


def test_one_person_alone_has_no_variance_of_that_kind():
    with pytest.raises(ContractError, match="two people or more"):
        moments(distribution(0, 1), OLD, r_counts=True)


def test_scores_all_alike_have_no_line():
    with pytest.raises(ContractError, match="expected scores that differ on both forms"):
        linear_equating(moments(distribution(0, 4, 0), OLD))
