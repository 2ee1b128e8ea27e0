import numpy as np
import pytest

from pipeline.stats.multiplicity import benjamini_hochberg, holm


def test_holm_worked_by_hand():
    """Four tests: .01 * 4, .02 * 3, max(.06, .03 * 2), .5; a missing one does not count."""
    found = holm(np.array([0.5, 0.01, np.nan, 0.03, 0.02]))
    np.testing.assert_allclose(found, [0.5, 0.04, np.nan, 0.06, 0.06])
    assert holm(np.array([0.9, 0.8])) == pytest.approx([1, 1])


def test_benjamini_hochberg_worked_by_hand():
    """Four tests: .5 * 4 / 4, .03 * 4 / 3, .02 * 4 / 2, .01 * 4; a missing one stays."""
    found = benjamini_hochberg(np.array([0.5, 0.01, np.nan, 0.03, 0.02]))
    np.testing.assert_allclose(found, [0.5, 0.04, np.nan, 0.04, 0.04])


@pytest.mark.parametrize("adjust", [holm, benjamini_hochberg])
def test_adjusted_values_are_never_below_the_raw_ones_nor_above_one(adjust):
    raw = np.random.default_rng(1).uniform(size=(4, 5))
    found = adjust(raw)
    assert found.shape == raw.shape
    assert (found >= raw).all()
    assert (found <= 1).all()


@pytest.mark.parametrize("adjust", [holm, benjamini_hochberg])
@pytest.mark.parametrize("raw", [[], [0.03], [np.nan]])
def test_a_single_test_and_none_at_all_stay_as_they_are(adjust, raw):
    np.testing.assert_array_equal(adjust(np.array(raw)), raw)


def test_false_discovery_is_never_stricter_than_holm():
    raw = np.random.default_rng(2).uniform(size=30) ** 3
    assert (benjamini_hochberg(raw) <= holm(raw)).all()
