import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings

from pipeline.stats.survey.design.adjustment import Adjustment
from pipeline.stats.survey.estimation.condensing import condensed
from pipeline.stats.survey.estimation.domains import Domains
from pipeline.stats.survey.estimation.estimators import mean, share, total
from tests.stats.survey.survey_strategies import LAWS, design_of, surveys

COLUMNS = ["estimate", "se", "df", "n", "n_psu", "n_strata", "n_eff", "deff", "population"]


def many(frame: pd.DataFrame) -> pd.DataFrame:
    """Every person ten times, with other weights."""
    copies = pd.concat([frame] * 10, ignore_index=True)
    return copies.assign(weight=copies["weight"] * np.tile(np.arange(1, 11), len(frame)))


def domains(code: np.ndarray) -> Domains:
    labels = pd.Series(np.array(["mid", "old", "young", None], dtype=object)[code])
    return Domains.join([Domains.whole(len(code)), Domains.from_categories("age", labels)])


@settings(**LAWS)
@given(surveys())
@pytest.mark.parametrize("estimate", [mean, total])
def test_condensed_rows_give_every_figure_of_the_rows(estimate, frame):
    frame = many(frame).assign(y=lambda f: f["y"].round())
    age = pd.Categorical(frame["age"], ["mid", "old", "young"]).codes.astype(np.int64)
    design = design_of(frame)
    by_row = estimate(frame["y"].to_numpy(), design, domains(age)).frame()
    short = condensed(design, age, [frame["y"].to_numpy()])
    by_group = estimate(short.columns[0], short.sample, domains(short.domain)).frame()
    assert len(short.domain) <= len(frame) / 10
    pd.testing.assert_frame_equal(by_group[COLUMNS], by_row[COLUMNS], rtol=1e-9, atol=1e-12)


@settings(**LAWS)
@given(surveys())
@pytest.mark.parametrize("domain", [None, -1])
def test_weighting_steps_with_cells_are_condensed_too(domain, frame):
    frame = many(frame)
    sex = (frame["sex"] == "m").to_numpy().astype(np.int64)
    step = Adjustment(
        ratio=np.where(sex == 1, 1.5, 0.75),
        auxiliaries=np.eye(2),
        regression_weight=frame["weight"].to_numpy(),
        cell=sex,
    )
    design = design_of(frame).adjusted(step)
    hit = frame["hit"].to_numpy()
    by_row = share(hit, design, Domains.whole(len(frame)))
    in_domain = None if domain is None else np.full(len(frame), domain)
    short = condensed(design, in_domain, [hit])
    by_group = share(short.columns[0], short.sample, Domains.whole(len(short.domain)))
    assert by_group.se == pytest.approx(by_row.se)
    assert by_group.estimate == pytest.approx(by_row.estimate)


def test_missing_values_stay_missing():
    frame = pd.DataFrame({"stratum": "a", "psu": [1, 1, 2, 2], "weight": 1.0})
    short = condensed(design_of(frame), np.zeros(4, dtype=int), [np.array([1, np.nan, 0, np.nan])])
    found = share(short.columns[0], short.sample, Domains.whole(4))
    assert found.n.tolist() == [2]
    assert found.estimate.tolist() == [0.5]


@pytest.mark.parametrize("values", [np.array([0.5, 1, 2, 3]), np.array([0.0, 1, 2, 1e6])])
def test_many_or_broken_values_are_left_as_rows(values):
    frame = pd.DataFrame({"stratum": "a", "psu": [1, 1, 2, 2], "weight": 1.0})
    assert condensed(design_of(frame), np.zeros(4, dtype=int), [values]) is None


def test_a_step_that_differs_from_row_to_row_is_left_as_rows():
    frame = pd.DataFrame({"stratum": "a", "psu": [1, 1, 2, 2], "weight": 1.0})
    design = design_of(frame).adjusted(Adjustment(ratio=np.arange(1.0, 5)))
    assert condensed(design, np.zeros(4, dtype=int), [np.array([True, False, True, True])]) is None
