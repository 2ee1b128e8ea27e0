import numpy as np
import pytest

from pipeline.errors import CalibrationError, EmptyStratumError, NotConvergedError
from pipeline.stats.survey.replication.cell_steps import (
    PostStratification,
    Raking,
    Redistribution,
)

TWO = np.array([[4.0, 1, 3], [8, 2, 0]])  # three cells: full sample, one replicate


def redistribution(**options):
    """Two rows per class; the first of each gives, the second takes."""
    return Redistribution(
        classes=np.array([0, 0, 1, 1]),
        gives=np.array([True, False, True, False]),
        takes=np.array([False, True, False, True]),
        **options,
    )


def test_those_who_answered_carry_the_weight_of_those_who_did_not():
    """Class 0: 2 given to 1, (2 + 1) / 1; class 1: 1 to 4 in the full sample, 0 to 4 later."""
    step = redistribution()
    weight = np.array([[2.0, 1, 1, 4], [2, 2, 0, 4]])
    factor = step.factor(weight, step.codings)
    assert factor.tolist() == [[0, 3, 0, 1.25], [0, 2, 0, 1]]
    assert (weight * factor).sum(axis=1).tolist() == weight.sum(axis=1).tolist()


def test_rows_that_neither_give_nor_take_keep_their_weight():
    step = Redistribution(
        classes=np.zeros(3, dtype=int),
        gives=np.array([True, False, False]),
        takes=np.array([False, True, False]),
    )
    assert step.factor(np.ones((1, 3)), step.codings).tolist() == [[0, 2, 1]]


def test_a_class_where_nobody_is_left_to_answer_is_named():
    step = redistribution(names=["north", "south"])
    weight = np.array([[2.0, 1, 1, 4], [2, 1, 1, 0], [2, 1, 3, 0]])
    with pytest.raises(EmptyStratumError, match=r"class south: nobody to take .* in 2 replicates"):
        step.factor(weight, step.codings)


def test_a_row_with_weight_but_no_class_is_refused_and_one_without_weight_is_not():
    step = redistribution()
    codes = [np.array([0, 0, -1, -1]), step.codings[1]]
    with pytest.raises(CalibrationError, match="got none in 2 cells"):
        step.factor(np.ones((1, 4)), codes)
    assert step.factor(np.array([[1.0, 1, 0, 0]]), codes).tolist() == [[0, 2, 1, 1]]


def test_post_strata_are_met_in_every_replicate():
    step = PostStratification(codes=np.array([0, 0, 1]), totals=np.array([10.0, 6]))
    weight = np.array([[4.0, 1, 3], [1, 1, 2]])
    factor = step.factor(weight, step.codings)
    assert factor.tolist() == [[2, 2, 2], [5, 5, 3]]


def test_a_post_stratum_empty_in_a_replicate_is_named():
    step = PostStratification(
        codes=np.array([0, 0, 1]), totals=np.array([10.0, 6]), names=["young", "old"]
    )
    with pytest.raises(CalibrationError, match="category old: population, but no weight in 1"):
        step.factor(TWO, step.codings)


def test_raking_meets_both_margins_in_every_replicate():
    margins = [np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])]
    totals = [np.array([30.0, 70]), np.array([45.0, 55])]
    step = Raking(margins=margins, totals=totals, tolerance=1e-12)
    weight = np.random.default_rng(1).lognormal(size=(6, 4))
    raked = weight * step.factor(weight, margins)
    for codes, total in zip(margins, totals, strict=True):
        sums = [raked[:, codes == code].sum(axis=1) for code in (0, 1)]
        assert np.array(sums) == pytest.approx(np.repeat(total[:, None], 6, axis=1))


def test_raking_keeps_the_odds_ratio_of_each_replicate():
    margins = [np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])]
    step = Raking(margins=margins, totals=[np.array([30.0, 70]), np.array([45.0, 55])])
    weight = np.random.default_rng(2).lognormal(size=(3, 4))
    raked = weight * step.factor(weight, margins)
    odds = [w[:, 0] * w[:, 3] / (w[:, 1] * w[:, 2]) for w in (weight, raked)]
    assert odds[1] == pytest.approx(odds[0])


def test_cells_without_weight_need_no_category():
    step = Raking(margins=[np.array([0, 1, -1])], totals=[np.array([8.0, 3])])
    assert step.factor(np.array([[4.0, 1, 0]]), step.codings).tolist() == [[2, 3, 1]]


@pytest.mark.parametrize("step", [Raking, PostStratification])
def test_a_row_with_weight_but_no_category_is_refused(step):
    codes = np.array([0, 1, -1])
    options = {"margins": [codes], "totals": [np.ones(2)]} if step is Raking else {}
    made = step(**(options or {"codes": codes, "totals": np.ones(2)}))
    with pytest.raises(CalibrationError, match="expected a category for every row with weight"):
        made.factor(TWO, made.codings)


def test_a_margin_category_empty_in_a_replicate_is_refused():
    step = Raking(margins=[np.array([0, 0, 1])], totals=[np.array([10.0, 6])])
    with pytest.raises(CalibrationError, match="category 1: population, but no weight in 1"):
        step.factor(TWO, step.codings)


def test_raking_that_cannot_meet_its_margins_says_so():
    diagonal = np.array([0, 1])
    step = Raking(
        margins=[diagonal, diagonal], totals=[np.array([3.0, 7]), np.array([7.0, 3])], max_rounds=9
    )
    with pytest.raises(NotConvergedError, match="after 9 rounds"):
        step.factor(np.ones((2, 2)), step.codings)
