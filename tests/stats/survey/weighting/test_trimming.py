import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import CalibrationError
from pipeline.stats.survey.weighting.trimming import trim, trim_to_bounds
from tests.stats.survey.survey_strategies import LAWS
from tests.stats.survey.weighting.linearised import clustered_people, jackknife_se, linearised_se


def test_what_a_giant_loses_the_others_share_equally():
    """Median 2, bounds 1 and 4: 9 becomes 4, its 5 go to four others, 1.25 each."""
    found = trim(np.array([1.0, 2, 2, 2, 9]), low=0.5, high=2)
    assert found.weight == pytest.approx([2.25, 3.25, 3.25, 3.25, 4])
    assert (found.low, found.high, found.n_low, found.n_high) == (1, 4, 0, 1)


def test_whoever_is_pushed_over_the_bound_is_trimmed_in_turn():
    """Median 4, upper bound 6: 16 loses 10; 5.5 can take 0.5 only, the other three 9.5."""
    found = trim(np.array([1.0, 2, 4, 5.5, 16]), low=0, high=1.5)
    assert found.weight == pytest.approx([1 + 3.75, 2 + 3.75, 6, 6, 6])
    assert found.weight.sum() == pytest.approx(28.5)


def test_small_weights_are_lifted_at_the_cost_of_the_others():
    found = trim(np.array([0.1, 2, 2, 2, 3]), low=0.5, high=2)
    assert found.weight == pytest.approx([1, 2 - 0.225, 2 - 0.225, 2 - 0.225, 3 - 0.225])
    assert (found.n_low, found.n_high) == (1, 0)


def test_weights_inside_the_bounds_come_back_untouched():
    weight = np.array([0.3, 0.4, 0.5])
    assert trim(weight, low=0.5, high=2).weight.tolist() == weight.tolist()


def test_weights_of_zero_stay_and_do_not_count():
    found = trim(np.array([0, 0, 0, 1.0, 2, 2, 2, 9]), low=0.5, high=2)
    assert found.weight == pytest.approx([0, 0, 0, 2.25, 3.25, 3.25, 3.25, 4])


def test_bounds_that_cannot_hold_the_total_are_refused():
    with pytest.raises(CalibrationError, match=r"around the mean weight 20\.8, got \[0.5, 2\]"):
        trim(np.array([1.0, 1, 1, 1, 100]), low=0.5, high=2)


@settings(**LAWS)
@given(st.lists(st.floats(0.2, 5), min_size=3, max_size=30), st.floats(0.01, 100))
def test_trimming_keeps_the_total_the_bounds_and_the_order(values, scale):
    weight = scale * np.array([*values, 0.5, 1, 2])
    found = trim(weight, low=0.1, high=10 * weight.mean() / np.median(weight))
    tight = trim(weight, low=0.5 * min(1, weight.mean() / np.median(weight)),
                 high=1.5 * max(1, weight.mean() / np.median(weight)))  # fmt: skip
    for trimmed in (found, tight):
        assert trimmed.weight.sum() == pytest.approx(weight.sum())
        assert trimmed.weight.min() >= trimmed.low * (1 - 1e-12)
        assert trimmed.weight.max() <= trimmed.high * (1 + 1e-12)
        assert (np.diff(trimmed.weight[np.argsort(weight)]) >= -1e-9 * scale).all()


def test_what_is_cut_goes_equally_to_those_inside_and_may_lift_them_out():
    """Upper bound 6: 16 loses 10, four others get 2.5; 5.5 ends at 8 unless strict."""
    weight = np.array([1.0, 2, 4, 5.5, 16])
    assert trim_to_bounds(weight, upper=6).weight == pytest.approx([3.5, 4.5, 6.5, 8, 6])
    strict = trim_to_bounds(weight, upper=6, strict=True)
    assert strict.weight == pytest.approx([4.75, 5.75, 6, 6, 6])
    assert strict.is_clipped.tolist() == [False, False, True, True, True]


def test_weights_once_lifted_to_the_bound_do_not_share_again():
    found = trim_to_bounds(np.array([1.0, 5, 5, 9]), lower=3, upper=7)
    assert found.weight == pytest.approx([3, 5, 5, 7])


def test_nobody_left_to_share_is_refused():
    with pytest.raises(CalibrationError, match=r"expected weights inside .* to share"):
        trim_to_bounds(np.array([1.0, 9, 9]), lower=2, upper=5)


def test_strict_bounds_that_cannot_hold_the_total_are_refused():
    with pytest.raises(CalibrationError, match="expected bounds around the mean weight"):
        trim_to_bounds(np.array([1.0, 1, 100]), upper=5, strict=True)


def test_missing_weights_are_refused():
    with pytest.raises(CalibrationError, match="expected finite weights"):
        trim(np.array([1.0, np.nan]), low=0.5, high=2)


def test_trimming_counts_as_clipped_constants_and_a_shared_rest():
    """Weights 1, 2, 9 cut at 4 (shares 2.5): u' by hand with the mean b of the first two."""
    found = trim_to_bounds(np.array([1.0, 2, 9]), upper=4)
    assert found.weight == pytest.approx([3.5, 4.5, 4])
    u = np.array([[10.0], [20], [30]])
    presence, of_weight = found.adjustment.backward(u, u)
    b = 15
    assert presence[:, 0] == pytest.approx([3.5 * (10 - b) + b, 2.25 * 5 + b, 4 / 9 * 15 + b])
    assert of_weight[:, 0] == pytest.approx([10, 20, b])
    assert found.fixed_adjustment.backward(u, u)[0][:, 0] == pytest.approx([35, 45, 120 / 9])


def test_the_linearised_error_of_trimmed_weights_agrees_with_leaving_psus_out():
    """Replicates are trimmed at the same bounds, before they are scaled up."""
    sample = clustered_people(5)
    size = sample["psu"].max() + 1
    top = float(np.quantile(sample["base"], 0.9))

    def weighted(base):
        return trim_to_bounds(base * (size - 1) / size, upper=top, strict=True).weight

    found = trim_to_bounds(sample["base"], upper=top, strict=True)
    assert found.n_high == 120
    linearised = linearised_se(
        sample["base"], [found.adjustment], found.weight, sample["y"], sample["psu"]
    )
    jackknife = jackknife_se(sample["base"], weighted, sample["y"], sample["psu"])
    assert linearised == pytest.approx(jackknife, rel=0.02)
