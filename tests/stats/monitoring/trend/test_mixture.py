import numpy as np
import pytest
from scipy import stats

from pipeline.stats.monitoring.trend.mixture import NormalMixture


def mixture(weight, mean, sd):
    columns = (np.array(values, dtype=float) for values in (weight, mean, sd))
    return NormalMixture(**dict(zip(("weight", "mean", "sd"), columns, strict=True)))


ONE = mixture([1], [[2, 0]], [[3, 1]])
TWO = mixture([0.5, 0.5], [[-1], [1]], [[1], [1]])


@pytest.mark.parametrize("level", [0.025, 0.1, 0.5, 0.9])
def test_one_part_has_the_quantiles_of_the_normal(level):
    expected = stats.norm.ppf(level, [2, 0], [3, 1])
    np.testing.assert_allclose(ONE.quantile(level), expected, rtol=1e-14)


def test_mean_and_spread_worked_by_hand():
    """Two normals at -1 and 1 with variance 1: variance 1 within and 1 between."""
    assert TWO.average == pytest.approx([0])
    assert TWO.spread == pytest.approx([np.sqrt(2)])


def test_a_symmetric_mixture_has_its_median_in_the_middle():
    assert TWO.quantile(0.5) == pytest.approx([0], abs=1e-12)


@pytest.mark.parametrize("level", [0.01, 0.3, 0.8, 0.999])
def test_quantiles_and_probabilities_undo_each_other(level):
    uneven = mixture([0.2, 0.8], [[0, 5], [1, -5]], [[1, 2], [0.1, 0.5]])
    np.testing.assert_allclose(uneven.below(uneven.quantile(level)), level, rtol=1e-9)


def test_tails_add_up_to_one_and_are_exact_far_out():
    assert TWO.below(0.4) + TWO.above(0.4) == pytest.approx([1])
    assert ONE.above(np.array([2 + 30 * 3, 30])) == pytest.approx(
        np.full(2, stats.norm.sf(30)), rel=1e-9
    )


def test_a_certain_quantity_has_no_spread_and_breaks_nothing():
    certain = mixture([1], [[0.3]], [[0]])
    assert certain.quantile(0.9) == pytest.approx([0.3])
    assert certain.above(0.3) == pytest.approx([1])
    assert certain.above(0.31) == pytest.approx([0])
