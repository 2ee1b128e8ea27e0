import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from scipy import stats

from pipeline.errors import DesignError
from pipeline.stats.survey.design.sample import Sample
from pipeline.stats.survey.estimation.domains import Domains
from pipeline.stats.survey.estimation.estimators import total
from pipeline.stats.survey.testing.cross_table import CrossTable
from pipeline.stats.survey.testing.independence import (
    design_effects,
    independence_test,
    pearson_statistic,
)
from tests.stats.survey.survey_strategies import LAWS, design_of, surveys

STATISTICS = ("F", "Chisq", "Wald", "adjWald", "saddlepoint", "exact")
COUNTS = np.array([[10, 6, 4], [5, 7, 8]])


def cross_table(rows, columns, sample):
    """Linearised totals of the cells, and their shares by the delta method."""
    (row, row_levels), (column, column_levels) = (
        pd.factorize(np.asarray(labels), sort=True) for labels in (rows, columns)
    )
    size = (len(row_levels), len(column_levels))
    code = pd.Series(row * size[1] + column)
    cells = Domains.from_categories("cell", code, range(size[0] * size[1]))
    found = total(np.ones(len(code)), sample, cells)
    whole = found.estimate.sum()
    to_shares = (np.eye(len(cells.labels)) - found.estimate / whole) / whole
    return CrossTable(
        row_levels=tuple(map(str, row_levels)),
        column_levels=tuple(map(str, column_levels)),
        total=found.estimate.reshape(size),
        total_covariance=found.covariance(),
        share_covariance=found.totals.combined(to_shares).covariance(),
        n=len(code),
    )


def people(counts=COUNTS):
    """One row per person, row and column levels."""
    cells = [(i, j) for i, line in enumerate(counts) for j, n in enumerate(line) for _ in range(n)]
    rows, columns = np.array(cells).T
    return rows, columns


def simple_table(counts=COUNTS, times=1):
    """Everybody `times` over, every person a PSU of the same weight."""
    rows, columns = (np.repeat(codes, times) for codes in people(counts))
    psu = np.repeat(np.arange(counts.sum()), times)
    return cross_table(rows, columns, Sample.clustered(np.full(len(rows), 2.0), psu=psu))


def test_in_a_simple_sample_pearson_is_pearson():
    """With replacement the variance of n people is n / (n - 1) that of the multinomial."""
    table, n = simple_table(), COUNTS.sum()
    classical = stats.chi2_contingency(COUNTS, correction=False)
    assert pearson_statistic(table) == pytest.approx(classical.statistic)
    found = independence_test(table, df=n - 1, statistic="Chisq")
    assert found.statistic == pytest.approx(classical.statistic)
    assert (found.df, np.isnan(found.ddf)) == (2, True)


def test_under_independence_a_simple_sample_has_design_effects_of_one():
    """Cells are products of margins: V is the multinomial's times n / (n - 1)."""
    counts = np.outer([2, 4], [1, 2, 3])
    n = counts.sum()
    assert design_effects(simple_table(counts)) == pytest.approx([n / (n - 1)] * 2)


def test_people_asked_three_times_over_in_their_psu_say_nothing_new():
    once, thrice = simple_table(), simple_table(times=3)
    assert design_effects(thrice) == pytest.approx(3 * design_effects(once))
    for statistic in STATISTICS:
        p = [independence_test(t, df=39, statistic=statistic).p_value for t in (once, thrice)]
        assert p[0] == pytest.approx(p[1])


def test_adjusted_wald_by_hand():
    """adjWald = Wald (df - m + 1) / df on m and df - m + 1; m = 2, df = 39."""
    table = simple_table()
    wald = independence_test(table, df=39, statistic="Wald")
    adjusted = independence_test(table, df=39, statistic="adjWald")
    assert (wald.df, wald.ddf, adjusted.ddf) == (2, 39, 38)
    assert adjusted.statistic == pytest.approx(wald.statistic * 38 / 39)
    assert adjusted.p_value == pytest.approx(stats.f.sf(adjusted.statistic, 2, 38))


def test_wald_of_a_two_by_two_table_is_the_square_of_the_linearised_departure():
    """Departure N p_11 - N p_1. p_.1 over its standard error, both from unit totals."""
    rows, columns = people(COUNTS[:, :2])
    n = len(rows)
    a, b = rows == 0, columns == 0
    u = (a & b) - a * b.mean() - b * a.mean() + a.mean() * b.mean()
    departure = n * ((a & b).mean() - a.mean() * b.mean())
    variance = n / (n - 1) * np.square(u - u.mean()).sum()
    table = cross_table(rows, columns, Sample.clustered(np.ones(n)))
    found = independence_test(table, df=n - 1, statistic="Wald")
    assert found.statistic == pytest.approx(departure**2 / variance)


@settings(**LAWS)
@given(surveys())
def test_no_test_depends_on_names_sides_or_the_scale_of_weights(frame):
    sample, df = design_of(frame), 12
    heavier = design_of(frame.assign(weight=7 * frame["weight"]))
    renamed = frame["age"].map({"mid": "z", "old": "y", "young": "x"})
    tables = [
        cross_table(frame["sex"], frame["age"], sample),
        cross_table(frame["age"], frame["sex"], sample),
        cross_table(frame["sex"], renamed, heavier),
    ]
    if sample.df < 3:
        return
    for statistic in STATISTICS:
        p = [independence_test(t, df=df, statistic=statistic).p_value for t in tables]
        assert p[1:] == pytest.approx([p[0]] * 2, rel=1e-6, abs=1e-9)


def test_wald_refuses_more_contrasts_than_degrees_of_freedom():
    with pytest.raises(DesignError, match="needs 2 degrees of freedom or more, the design has 1"):
        independence_test(simple_table(), df=1, statistic="Wald")


def test_a_table_that_cannot_vary_is_refused_with_its_empty_cells():
    rows = np.array(["a", "b", "a", "b"])
    sample = Sample.clustered(np.ones(4), psu=np.array([0, 0, 1, 1]))
    table = cross_table(rows, rows, sample)
    with pytest.raises(DesignError, match="empty cells: a x b, b x a"):
        independence_test(table, df=1)
    with pytest.raises(DesignError, match="1 of 1 restrictions do not vary"):
        independence_test(table, df=1, statistic="Wald")
