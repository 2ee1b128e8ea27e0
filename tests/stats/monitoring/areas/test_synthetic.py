"""Synthetic shares and their correction by residuals."""

import numpy as np
import pandas as pd
import pytest

from pipeline.errors import ContractError
from pipeline.stats.monitoring.areas.cells import Cells
from pipeline.stats.monitoring.areas.synthetic import logistic_greg, synthetic
from pipeline.stats.survey.design.sample import Sample
from pipeline.stats.survey.estimation.domains import Domains
from pipeline.stats.survey.estimation.estimators import share
from pipeline.stats.survey.estimation.regression.design_based import linearised
from pipeline.stats.survey.estimation.regression.families import LOGIT
from pipeline.stats.survey.estimation.regression.fitting import fit
from tests.stats.monitoring.areas.simulated_areas import simulated


def wave(n=800):
    y, x, code, _ = simulated(n=n, groups=4)
    weight = 1 + np.arange(n) % 3.0
    sample = Sample.clustered(weight, psu=pd.Series(np.arange(n) % 40))
    found = fit(y, x, sample.weight, family=LOGIT)
    names = pd.Series(code).map(str)
    return y, x, code, sample, found, Domains.from_categories("county", names)


def census_of(x, code, weight):
    """A census just like the weighted sample."""
    return Cells(x=x, people=weight, areas=code, n_areas=4)


def test_with_the_samples_own_census_residuals_give_back_the_direct_share():
    y, x, code, sample, found, areas = wave()
    cells = census_of(x, code, sample.weight)
    direct = share(y, sample, areas)
    assert logistic_greg(found, cells, sample, areas).estimate == pytest.approx(direct.estimate)


def test_with_a_mean_alone_every_area_is_the_city():
    y, x, code, sample, _, _ = wave()
    found = fit(y, x[:, :1], sample.weight, family=LOGIT)
    cells = census_of(x[:, :1], code, sample.weight)
    city = share(y, sample, Domains.whole(len(y)))
    shares = synthetic(linearised(found, sample), cells)
    assert shares.estimate == pytest.approx(np.full(4, city.estimate[0]))
    assert shares.se == pytest.approx(np.full(4, city.se[0]), rel=1e-6)
    assert shares.whole.se == pytest.approx(city.se, rel=1e-6)


def test_synthetic_shares_vary_less_and_doubt_less():
    _, x, code, sample, found, areas = wave()
    cells = census_of(x, code, sample.weight)
    plain = synthetic(linearised(found, sample), cells)
    corrected = logistic_greg(found, cells, sample, areas)
    assert plain.estimate.std() < corrected.estimate.std()
    assert (plain.se < corrected.se).all()


def test_cells_of_other_columns_or_areas_are_refused():
    _, x, code, sample, found, areas = wave()
    cells = Cells(x=x[:, :1], people=sample.weight, areas=code, n_areas=4)
    with pytest.raises(ContractError, match="expected 2 columns and 4 areas, got 1"):
        logistic_greg(found, cells, sample, areas)
    with pytest.raises(ContractError):
        synthetic(linearised(found, sample), cells)
