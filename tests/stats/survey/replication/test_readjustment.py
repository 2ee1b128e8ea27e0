import numpy as np
import pandas as pd
import pytest

from pipeline.errors import CalibrationError, EmptyStratumError
from pipeline.stats.survey.replication.bootstrap import bootstrap
from pipeline.stats.survey.replication.cell_steps import (
    PostStratification,
    Raking,
    Redistribution,
)
from pipeline.stats.survey.replication.factors import jkn
from pipeline.stats.survey.replication.readjustment import readjusted, readjusted_rows
from pipeline.stats.survey.replication.replicates import Replicates
from pipeline.stats.survey.weighting.nonresponse import adjust_nonresponse
from pipeline.stats.survey.weighting.raking import rake
from pipeline.stats.survey.weighting.trimming import trim
from tests.stats.survey.survey_strategies import design_of, six_people

SEX, AGE = 2, 3
TOTALS = [np.array([180.0, 220]), np.array([100.0, 140, 160])]


def some_survey(seed=1):
    """Three strata of four PSUs of 20 people, and their replicates by jackknife."""
    random = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "stratum": np.repeat(np.arange(3), 80),
            "psu": np.repeat(np.arange(12), 20),
            "weight": random.lognormal(0, 0.4, 240),
            "sex": random.integers(0, SEX, 240),
            "age": random.integers(0, AGE, 240),
        }
    )
    design = design_of(frame)
    return frame, Replicates.of(design, jkn(design.units))


def raking_of(frame):
    margins = [frame["sex"].to_numpy(), frame["age"].to_numpy()]
    return Raking(margins=margins, totals=TOTALS, tolerance=1e-11)


def columns_of(made):
    return [made.weights.column(r) for r in range(1 + made.n_replicates)]


def test_nonresponse_taken_anew_worked_by_hand():
    """Row 0 gives to rows 1 and 2 (weights 1 and 2): factor 4/3; without unit 2 of a, 4/2."""
    answered = np.array([False, True, True, True, True, True])
    step = Redistribution(classes=np.array([0, 0, 0, 1, 1, 1]), gives=~answered, takes=answered)
    design = six_people()
    made = readjusted(Replicates.of(design, jkn(design.units)), [step])
    assert made.weight == pytest.approx([0, 4 / 3, 8 / 3, 1, 1, 2])
    assert made.weights.column(1) == pytest.approx([0, 0, 4, 1, 1, 2])
    assert made.weights.column(2) == pytest.approx([0, 4, 0, 1, 1, 2])


def test_raked_replicates_hit_all_margins():
    frame, drawn = some_survey()
    for weight in columns_of(readjusted(drawn, [raking_of(frame)])):
        assert np.bincount(frame["sex"], weight) == pytest.approx(TOTALS[0])
        assert np.bincount(frame["age"], weight) == pytest.approx(TOTALS[1])


def test_cells_give_the_weights_of_single_people():
    """Classes of nonresponse, then raking, once on cells and once on the rows of each replicate."""
    frame, drawn = some_survey()
    answered = np.random.default_rng(2).random(240) < 0.7
    classes, everybody = frame["stratum"].to_numpy(), np.ones(240, dtype=bool)
    steps = [Redistribution(classes=classes, gives=~answered, takes=answered), raking_of(frame)]
    on_cells = readjusted(drawn, steps)
    labels = {name: frame[name].astype(str).where(answered) for name in ("sex", "age")}
    margins = {
        name: {str(code): total for code, total in enumerate(totals)}
        for name, totals in zip(labels, TOTALS, strict=True)
    }

    def chain(weight):
        first = adjust_nonresponse(
            weight, eligible=everybody, responded=answered, classes=classes
        ).weight
        return rake(first, labels, margins, tolerance=1e-11, max_rounds=500).weight

    on_rows = readjusted_rows(drawn, chain)
    for cells, rows in zip(columns_of(on_cells), columns_of(on_rows), strict=True):
        assert cells == pytest.approx(rows)


def test_steps_at_once_or_one_after_another_are_the_same():
    frame, drawn = some_survey()
    post = PostStratification(codes=frame["stratum"].to_numpy(), totals=np.array([90.0, 80, 70]))
    at_once = readjusted(drawn, [post, raking_of(frame)])
    in_turn = readjusted(readjusted(drawn, [post]), [raking_of(frame)])
    for one, other in zip(columns_of(at_once), columns_of(in_turn), strict=True):
        assert one == pytest.approx(other)


def test_cells_may_follow_a_step_on_rows():
    frame, drawn = some_survey()
    trimmed = readjusted_rows(drawn, lambda weight: trim(weight, low=0.5, high=2).weight)
    made = readjusted(trimmed, [raking_of(frame)])
    assert made.df == drawn.df
    for before, after in zip(columns_of(trimmed), columns_of(made), strict=True):
        assert np.bincount(frame["age"], after) == pytest.approx(TOTALS[1])
        assert (after[before == 0] == 0).all()


def test_many_replicates_stay_small():
    """240 people, 200 replicates: what is kept is cells x replicates, no row of people."""
    frame, _ = some_survey()
    design = design_of(frame)
    drawn = Replicates.of(design, bootstrap(design.units, replicates=200, seed=3))
    made = readjusted(drawn, [raking_of(frame)])
    assert made.weights.cell_factor.shape == (SEX * AGE, 201)
    assert made.weights.factor is drawn.weights.factor


def test_a_replicate_in_which_nobody_answers_is_refused():
    answered = np.array([False, True, True, False, True, True])
    step = Redistribution(
        classes=np.array([0, 0, 0, 1, 2, 2]), gives=~answered, takes=answered, names=["a", "b", "c"]
    )
    design = six_people()
    with pytest.raises(EmptyStratumError, match="class b: nobody to take the weight in 4"):
        readjusted(Replicates.of(design, jkn(design.units)), [step])


def test_a_step_on_rows_that_refuses_names_the_replicate():
    design = six_people()
    drawn = Replicates.of(design, jkn(design.units))

    def refuse(weight):
        if weight[0] == 0:
            raise CalibrationError("bounds", "cannot be kept")
        return weight

    with pytest.raises(CalibrationError, match="replicate 1, bounds"):
        readjusted_rows(drawn, refuse)
