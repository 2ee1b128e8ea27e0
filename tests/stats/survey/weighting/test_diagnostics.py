import numpy as np
import pandas as pd
import pytest

from pipeline.stats.survey.weighting.diagnostics import (
    WeightRange,
    kish_deff,
    margin_distances,
    n_eff,
    weight_range,
)


def test_unequal_weights_cost_people():
    weight = np.array([1.0, 1, 2, 0])
    assert n_eff(weight) == pytest.approx(16 / 6)
    assert kish_deff(weight) == pytest.approx(3 * 6 / 16)


def test_equal_weights_cost_nothing():
    assert kish_deff(np.full(5, 3.0)) == pytest.approx(1)


def test_range_leaves_out_weights_of_zero():
    assert weight_range(np.array([0, 4.0, 1, 2])) == WeightRange(low=1, median=2, high=4, ratio=4)


def test_distances_to_margins_are_shares_of_sample_and_population():
    table = margin_distances(
        {"sex": pd.Series(["f", "f", "m", "m"], index=[9, 8, 7, 6])},
        {"sex": {"m": 30, "f": 60, "x": 10}},
        before=np.array([1.0, 1, 1, 1]),
        after=np.array([30.0, 30, 15, 25]),
    )
    assert table["category"].tolist() == ["m", "f", "x"]
    assert table["target"].tolist() == pytest.approx([0.3, 0.6, 0.1])
    assert table["before"].tolist() == pytest.approx([0.5, 0.5, 0])
    assert table["gap_before"].tolist() == pytest.approx([0.2, -0.1, -0.1])
    assert table["gap_after"].tolist() == pytest.approx([0.1, 0, -0.1])


def test_rows_of_weight_zero_count_in_kishs_n_only_when_asked_to():
    weight = np.array([1.0, 1, 2, 0])
    assert kish_deff(weight) == pytest.approx(3 * 6 / 16)
    assert kish_deff(weight, count_zeros=True) == pytest.approx(4 * 6 / 16)
