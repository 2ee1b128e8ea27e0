"""Steps on cells say of the variance what the same steps say row by row."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from pipeline.stats.arrays import dense
from pipeline.stats.survey.estimation.domains import Domains
from pipeline.stats.survey.estimation.estimators import mean, total
from pipeline.stats.survey.weighting.eligibility import adjust_eligibility
from pipeline.stats.survey.weighting.nonresponse import adjust_nonresponse
from pipeline.stats.survey.weighting.raking import rake
from tests.stats.survey.survey_strategies import LAWS, design_of, surveys

MARGINS = {"sex": {"f": 55.0, "m": 45.0}, "age": {"mid": 40.0, "old": 25.0, "young": 35.0}}


def row_by_row(step):
    """The same step without cells."""
    return replace(step, auxiliaries=dense(step.auxiliaries)[step.cell], cell=None)


def raked(frame):
    codes = {name: frame[name] for name in MARGINS}
    return rake(frame["weight"].to_numpy(), codes, MARGINS, tolerance=1e-10, max_rounds=900)


def answered(frame):
    responded = frame.groupby("age").cumcount().to_numpy() % 3 != 1
    out = frame.groupby("age").cumcount().to_numpy() % 5 == 1
    return adjust_nonresponse(
        frame["weight"].to_numpy(),
        responded=responded,
        classes=frame["age"],
        eligible=responded | ~out,
    )


def resolved(frame, share=None):
    place = frame.groupby("sex").cumcount().to_numpy() % 4
    return adjust_eligibility(
        frame["weight"].to_numpy(), eligible=place == 0, ineligible=place == 1,
        classes=frame["sex"], eligible_share=share,
    )  # fmt: skip


STEPS = {
    "raking": raked,
    "nonresponse": answered,
    "eligibility": resolved,
    "stated eligibility": lambda frame: resolved(frame, {"f": 0.7, "m": 0.2}),
}


@pytest.mark.parametrize("step", STEPS)
@settings(**LAWS)
@given(surveys())
def test_cells_and_rows_give_one_variance(step, frame):
    found = STEPS[step](frame).adjustment
    assert found.cell is not None
    domains = Domains.join(
        [Domains.whole(len(frame)), Domains.from_categories("age", frame["age"])]
    )
    in_cells, in_rows = (design_of(frame).adjusted(one) for one in (found, row_by_row(found)))
    for estimator in (mean, total):
        y = frame["y"].to_numpy()
        cells, rows = (estimator(y, sample, domains) for sample in (in_cells, in_rows))
        np.testing.assert_allclose(cells.totals.z, rows.totals.z, rtol=1e-7, atol=1e-9)
        assert cells.variance == pytest.approx(rows.variance, rel=1e-7, nan_ok=True)
