import numpy as np
import pandas as pd
import pytest

from pipeline.stats.survey.weighting.cells import Coded, coded, crossing


@pytest.mark.parametrize(
    "labels",
    [
        pd.Series(["b", None, "a", "b"]),
        pd.Series(["b", np.nan, "a", "b"], dtype="category"),
        pd.Categorical(["b", None, "a", "b"]),
        np.array(["b", None, "a", "b"], dtype=object),
    ],
)
def test_labels_of_any_kind_are_numbered_and_missing_ones_are_not(labels):
    found = coded(labels)
    names = [found.names[code] if code >= 0 else None for code in found.codes]
    assert names == ["b", None, "a", "b"]


@pytest.mark.parametrize("kind", [np.int8, np.uint8, np.int64, np.uint64])
def test_small_whole_numbers_are_their_own_codes(kind):
    found = coded(np.array([2, 0, 2], dtype=kind))
    assert found.names == ("0", "1", "2")
    assert found.codes.tolist() == [2, 0, 2]


def test_large_and_negative_whole_numbers_are_names():
    found = coded(np.array([-1, 10**9, -1]))
    assert [found.names[code] for code in found.codes] == ["-1", "1000000000", "-1"]


@pytest.mark.parametrize("width", [3, 5000])
def test_cells_know_the_categories_of_their_rows(width):
    """Three columns; with 5000 names each the grid is too large and only what occurs is kept."""
    random = np.random.default_rng(1)
    names = tuple(map(str, range(width)))
    columns = [Coded(names, random.integers(-1, width, 50)) for _ in range(3)]
    found = crossing(columns)
    assert found.size == len(np.unique(found.cell_of_row))
    for column, codes in zip(columns, found.codes, strict=True):
        assert codes[found.cell_of_row].tolist() == column.codes.tolist()
