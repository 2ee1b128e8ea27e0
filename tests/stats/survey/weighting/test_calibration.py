import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from pipeline.errors import CalibrationError, MarginMismatchError, NotConvergedError
from pipeline.stats.survey.weighting.auxiliaries import Auxiliaries, auxiliaries_of
from pipeline.stats.survey.weighting.calibration import calibrate
from pipeline.stats.survey.weighting.raking import rake
from tests.stats.survey.survey_strategies import LAWS, surveys
from tests.stats.survey.weighting.linearised import both_errors, clustered_people, linearised_se

METHODS = [("linear", {}), ("raking", {}), ("logit", {"bounds": (0.2, 4.0)})]
BOUNDED = [(name, {"bounds": (0.8, 1.3)}) for name in ("linear", "raking", "logit")]


def of(matrix, totals):
    matrix = np.asarray(matrix, dtype=float)
    names = tuple(f"x{j}" for j in range(matrix.shape[1]))
    return Auxiliaries(matrix, names, np.asarray(totals, dtype=float))


def drawn(seed, n=60, change=0.1):
    """Rows with an intercept, a category and an amount; totals near those of the weights."""
    random = np.random.default_rng(seed)
    weight = random.lognormal(0, 0.5, n)
    matrix = np.column_stack([np.ones(n), np.arange(n) % 3 == 0, random.lognormal(3, 0.5, n)])
    ratio = 1 + change * np.column_stack([matrix[:, 1], random.normal(0, 1, n)]).sum(axis=1) / 3
    return weight, of(matrix, matrix.T @ (weight * ratio))


def test_the_regression_estimator_worked_by_hand():
    """Weights 1 for x = 1, 2, 3; total 7 for 6: ratio 1 + x / 14."""
    found = calibrate(np.ones(3), of([[1], [2], [3]], [7]))
    assert found.weight == pytest.approx([15 / 14, 16 / 14, 17 / 14])


def test_variance_equal_to_the_one_auxiliary_is_the_ratio_estimator():
    x = np.array([1.0, 2, 3])
    found = calibrate(np.ones(3), of(x[:, None], [9]), variance=x)
    assert found.weight == pytest.approx([1.5, 1.5, 1.5])


@pytest.mark.parametrize(("method", "options"), METHODS + BOUNDED)
@settings(**LAWS)
@given(st.integers(0, 10**6))
def test_calibration_hits_every_total_within_its_bounds(method, options, seed):
    weight, auxiliaries = drawn(seed)
    found = calibrate(weight, auxiliaries, method=method, **options)
    assert auxiliaries.matrix.T @ found.weight == pytest.approx(auxiliaries.totals, rel=1e-8)
    low, high = options.get("bounds", (-np.inf, np.inf))
    assert low <= found.ratio.min() * (1 + 1e-12)
    assert found.ratio.max() <= high * (1 + 1e-12)
    assert found.missed == ()


@pytest.mark.parametrize("method", ["linear", "raking", "logit"])
@settings(**LAWS)
@given(st.integers(0, 10**6), st.sampled_from([(0.9, 1.1), (0.5, 2.0), (0.1, 9.0)]))
def test_totals_that_ratios_within_the_bounds_can_meet_are_met(method, seed, bounds):
    random = np.random.default_rng(seed)
    weight, auxiliaries = drawn(seed, n=15)
    ratio = random.uniform(*bounds, 15)
    totals = auxiliaries.matrix.T @ (weight * ratio)
    found = calibrate(weight, of(auxiliaries.matrix, totals), method=method, bounds=bounds)
    assert auxiliaries.matrix.T @ found.weight == pytest.approx(totals, rel=1e-8)


@settings(**LAWS)
@given(st.integers(0, 10**6))
def test_all_methods_agree_to_first_order(seed):
    """A tenth of the change in totals brings them a hundred times closer together."""
    gaps = []
    for change in (0.1, 0.01):
        weight, auxiliaries = drawn(seed, change=change)
        found = [calibrate(weight, auxiliaries, method=m, **o).ratio for m, o in METHODS]
        gaps.append(max(np.abs(ratio - found[0]).max() for ratio in found))
    assert gaps[1] < 0.03 * gaps[0]


@settings(**LAWS)
@given(surveys())
def test_exponential_calibration_on_categories_is_raking(frame):
    margins = {"sex": {"f": 55.0, "m": 45.0}, "age": {"mid": 40.0, "old": 25.0, "young": 35.0}}
    codes = {name: frame[name] for name in margins}
    auxiliaries = auxiliaries_of(frame["weight"], codes, margins)
    found = calibrate(frame["weight"], auxiliaries, method="raking")
    raked = rake(frame["weight"], codes, margins, tolerance=1e-12, max_rounds=999)
    np.testing.assert_allclose(found.weight, raked.weight, rtol=1e-7)


@pytest.mark.parametrize(("method", "options"), METHODS)
def test_scale_and_order_change_nothing(method, options):
    weight, auxiliaries = drawn(3)
    found = calibrate(weight, auxiliaries, method=method, **options)
    order = np.random.default_rng(1).permutation(len(weight))
    columns = [2, 0, 1]
    mixed = of(
        auxiliaries.matrix[order][:, columns] * [1, 1, 1000],
        auxiliaries.totals[columns] * [1, 1, 1000],
    )
    again = calibrate(weight[order], mixed, method=method, **options)
    np.testing.assert_allclose(again.weight, found.weight[order], rtol=1e-9)


def test_sparse_auxiliaries_give_what_dense_ones_give():
    weight, dense = drawn(4)
    thin = Auxiliaries(sparse.csr_array(dense.matrix), dense.names, dense.totals)
    for method, options in METHODS:
        found = calibrate(weight, thin, method=method, **options)
        expected = calibrate(weight, dense, method=method, **options)
        np.testing.assert_allclose(found.weight, expected.weight, rtol=1e-10)


@pytest.mark.parametrize(("method", "options"), METHODS + BOUNDED)
def test_rows_of_weight_zero_keep_it_and_change_nothing(method, options):
    weight, auxiliaries = drawn(5)
    expected = calibrate(weight, auxiliaries, method=method, **options)
    matrix = np.vstack([np.full((2, 3), 7.0), auxiliaries.matrix])
    longer = calibrate(
        np.append([0, 0], weight), of(matrix, auxiliaries.totals), method=method, **options
    )
    assert longer.weight[:2].tolist() == [0, 0]
    np.testing.assert_allclose(longer.weight[2:], expected.weight, rtol=1e-12)


def test_auxiliaries_that_overlap_are_calibrated_to_all_the_same():
    weight, auxiliaries = drawn(6)
    matrix = np.column_stack(
        [auxiliaries.matrix, auxiliaries.matrix[:, 0] - auxiliaries.matrix[:, 1]]
    )
    totals = np.append(auxiliaries.totals, auxiliaries.totals[0] - auxiliaries.totals[1])
    found = calibrate(weight, of(matrix, totals), method="raking")
    expected = calibrate(weight, auxiliaries, method="raking")
    np.testing.assert_allclose(found.weight, expected.weight, rtol=1e-8)


def test_totals_that_contradict_each_other_are_named():
    weight, matrix = np.ones(4), [[1, 1, 0], [1, 1, 0], [1, 0, 1], [1, 0, 1]]
    with pytest.raises(MarginMismatchError, match=r"total x0 is 10, and 10\.5 in the nearest"):
        calibrate(weight, of(matrix, [10, 6, 5]))


def test_members_of_a_household_share_one_ratio_and_meet_the_totals():
    weight, auxiliaries = drawn(7)
    household = np.repeat(np.arange(20), 3)
    found = calibrate(weight, auxiliaries, group=household)
    assert pd.Series(found.ratio).groupby(household).nunique().max() == 1
    assert found.ratio.std() > 0.001
    assert auxiliaries.matrix.T @ found.weight == pytest.approx(auxiliaries.totals)


def test_groups_of_one_are_no_groups():
    weight, auxiliaries = drawn(8)
    alone = calibrate(weight, auxiliaries, group=np.arange(len(weight)), method="raking")
    expected = calibrate(weight, auxiliaries, method="raking")
    np.testing.assert_allclose(alone.weight, expected.weight, rtol=1e-9)


def test_bounds_on_weights_hold_together_with_the_totals():
    weight, auxiliaries = drawn(9)
    free = calibrate(weight, auxiliaries, method="raking")
    top = float(np.quantile(free.weight, 0.9))
    found = calibrate(weight, auxiliaries, method="raking", weight_bounds=(0, top))
    assert found.weight.max() == pytest.approx(top)
    assert auxiliaries.matrix.T @ found.weight == pytest.approx(auxiliaries.totals)
    at_bound = np.isclose(found.weight, top)
    assert found.adjustment.slope[at_bound].tolist() == [0] * int(at_bound.sum())


def test_trimmed_ratios_are_cut_and_the_others_share():
    weight, auxiliaries = drawn(10, change=0.5)
    free = calibrate(weight, auxiliaries)
    low, high = np.quantile(free.ratio, [0.05, 0.8])
    found = calibrate(weight, auxiliaries, trim=(low, high))
    outside = (free.ratio < low) | (free.ratio > high)
    assert found.ratio[outside] == pytest.approx(np.clip(free.ratio[outside], low, high))
    moved = (found.ratio - free.ratio)[~outside]
    assert moved == pytest.approx(moved[0])
    assert found.weight.sum() == pytest.approx(free.weight.sum())
    assert found.missed == ("x1", "x2")


def test_infeasible_bounds_name_the_totals_and_bounds_that_would_do():
    weight, matrix = np.ones(4), [[1, 0], [1, 0], [0, 1], [0, 1]]
    with pytest.raises(CalibrationError) as refused:
        calibrate(weight, of(matrix, [3, 2]), bounds=(0.8, 1.2))
    assert refused.value.faults == ["total x0: expected 3, the bounds allow no more than 2.4"]
    assert "[0.8, 1.5] times the weight before" in refused.value.hint


def test_infeasible_bounds_on_weights_are_answered_with_weights():
    with pytest.raises(CalibrationError, match=r"\[1, 9\] as weights"):
        calibrate(np.array([1.0, 5]), of(np.eye(2), [2, 9]), weight_bounds=(1, 6))


def test_the_nearest_weights_keep_the_bounds_and_tell_what_they_miss():
    weight, matrix = np.ones(6), np.eye(3)[[0, 0, 1, 1, 2, 2]]
    found = calibrate(weight, of(matrix, [3, 2, 2.1]), bounds=(0.8, 1.2), if_infeasible="nearest")
    assert found.ratio == pytest.approx([1.2, 1.2, 1, 1, 1.05, 1.05])
    assert found.missed == ("x0",)


def test_too_few_rounds_are_told_apart_from_bounds_that_cannot_hold():
    weight, auxiliaries = drawn(11, change=0.8)
    with pytest.raises(NotConvergedError, match="after 1 rounds, although the bounds allow it"):
        calibrate(weight, auxiliaries, method="raking", max_rounds=1, tolerance=1e-12)


def test_every_fault_of_the_request_is_reported_at_once():
    matrix = np.array([[1.0, np.nan], [1, 2], [1, 3]])
    with pytest.raises(CalibrationError) as refused:
        calibrate(np.array([1.0, -1, np.nan]), of(matrix, [3, 6]), method="logit", bounds=(1.1, 2))
    assert refused.value.faults == [
        "base weight: missing, infinite or negative in 2 rows",
        "auxiliary x1: missing or infinite in some rows, or its total is",
        "bounds: logit needs finite ones around 1, got [1.1, 2]",
    ]


def test_a_variance_not_above_zero_and_a_missing_group_are_refused():
    weight, auxiliaries = drawn(12)
    group = pd.Series(["a", None, *"b" * 58])
    with pytest.raises(CalibrationError) as refused:
        calibrate(weight, auxiliaries, variance=np.zeros(60), group=group)
    assert refused.value.faults == [
        "variance: missing, infinite or not above 0 in 60 rows",
        "group: missing in 1 rows",
    ]


@pytest.mark.parametrize(("method", "options"), METHODS)
def test_the_linearised_error_agrees_with_leaving_psus_out(method, options):
    sample = clustered_people(1)
    x = np.column_stack([np.ones(len(sample["x"])), sample["x"], sample["group"] == 1])
    totals = x.T @ sample["base"] * [1, 1.1, 1.05]

    linearised, jackknife = both_errors(
        sample, lambda base: calibrate(base, of(x, totals), method=method, **options)
    )
    assert linearised == pytest.approx(jackknife, rel=0.05)
    plain = linearised_se(sample["base"], [], sample["base"], sample["y"], sample["psu"])
    assert linearised < 0.8 * plain
