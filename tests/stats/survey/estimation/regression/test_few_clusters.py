import numpy as np
import pytest
import statsmodels.api as sm

from pipeline.stats.survey.design.sample import Sample
from pipeline.stats.survey.estimation.regression.design_based import linearised
from pipeline.stats.survey.estimation.regression.few_clusters import (
    bell_mccaffrey,
    satterthwaite_df,
)
from pipeline.stats.survey.estimation.regression.fitting import fit

Y = np.array([3.0, 5, 4, 8, 6, 7, 9, 2, 4, 6])
GROUP = np.array([0.0, 0, 0, 1, 1, 1, 1, 1, 1, 1])


def simple(x):
    """Everybody a PSU of weight 1."""
    sample = Sample.clustered(np.ones(10))
    return fit(Y, x, sample.weight), sample


def test_with_psus_of_one_row_residuals_are_corrected_as_in_hc2():
    x = np.column_stack([np.ones(10), GROUP])
    found = bell_mccaffrey(*simple(x))
    hc2 = sm.OLS(Y, x).fit(cov_type="HC2").cov_params()
    assert found.covariance == pytest.approx(hc2 * 10 / 9)


def test_a_mean_has_one_degree_of_freedom_less_than_psus():
    assert satterthwaite_df(*simple(np.ones((10, 1)))) == pytest.approx([9])


def test_two_groups_have_the_degrees_of_freedom_of_welch_under_equal_variances():
    """Groups of 3 and 7: (1/3 + 1/7)^2 / (1 / (9 * 2) + 1 / (49 * 6))."""
    df = satterthwaite_df(*simple(np.column_stack([np.ones(10), GROUP])))
    assert df[1] == pytest.approx((1 / 3 + 1 / 7) ** 2 / (1 / 18 + 1 / 294))
    assert df[0] == pytest.approx(2)


def test_psus_of_several_rows_are_corrected_by_the_root_of_their_block():
    psu = np.array([0, 0, 1, 1, 1, 2, 2, 3, 3, 3])
    x = np.column_stack([np.ones(10), np.arange(10.0)])
    weight = np.linspace(1, 3, 10)
    sample = Sample.clustered(weight, psu=psu)
    found = fit(Y, x, weight)
    residual = found.working_residual.copy()
    hat = x @ np.linalg.inv(x.T @ x) @ x.T
    for unit in range(4):
        rows = np.flatnonzero(psu == unit)
        block = np.eye(len(rows)) - hat[np.ix_(rows, rows)]
        corrected = residual[rows]
        # B^(-1/2) r solves the equation B^(1/2) c = r, the root taken by squaring back
        values, vectors = np.linalg.eigh(block)
        root = vectors @ np.diag(np.sqrt(values)) @ vectors.T
        assert root @ root == pytest.approx(block)
        residual[rows] = np.linalg.solve(root, corrected)
    expected = linearised(found, sample, found.influence_of(residual))
    assert bell_mccaffrey(found, sample).covariance == pytest.approx(expected.covariance)
    assert (bell_mccaffrey(found, sample).se > linearised(found, sample).se).all()


def test_a_psu_that_a_column_fits_whole_adds_nothing_instead_of_infinity():
    x = np.column_stack([np.ones(10), np.arange(10) == 0]).astype(float)
    found, sample = simple(x)
    assert np.isfinite(bell_mccaffrey(found, sample).se).all()
    assert np.isfinite(satterthwaite_df(found, sample)).all()
