import numpy as np
import pytest
from hypothesis import given, settings

from pipeline.errors import ContractError
from pipeline.stats.survey.design.sample import Sample
from pipeline.stats.survey.estimation.agreement import (
    alpha_of,
    cohens_kappa,
    cronbachs_alpha,
    kappa_and_slopes,
)
from pipeline.stats.survey.replication.factors import jkn
from pipeline.stats.survey.replication.replicates import Replicates
from tests.stats.survey.survey_strategies import LAWS, design_of, surveys


def raters(counts):
    """Levels of two raters, one row per person of a square table."""
    cells = [(i, j) for i, line in enumerate(counts) for j, n in enumerate(line) for _ in range(n)]
    return np.array(cells).T


def test_kappa_worked_by_hand():
    """Both agree on 35 of 50; margins alone give 0.5 * 0.6 + 0.5 * 0.4: (0.7 - 0.5) / 0.5."""
    first, second = raters([[20, 5], [10, 15]])
    found = cohens_kappa(first, second, Sample.clustered(np.ones(50)))
    assert found.value == pytest.approx(0.4)
    assert found.df == 49


def test_variance_of_kappa_in_a_simple_sample_is_that_of_fleiss():
    """Fleiss, Cohen & Everitt (1969), eq. 13, times n / (n - 1)."""
    counts = np.array([[20, 5, 2], [10, 15, 1], [3, 0, 9]])
    first, second = raters(counts)
    n, p = counts.sum(), counts / counts.sum()
    row, column, eye = p.sum(axis=1), p.sum(axis=0), np.eye(3)
    agree, chance = np.trace(p), row @ column
    mixed = np.add.outer(column, row)
    terms = eye * (1 - chance) - mixed * (1 - agree)
    variance = ((p * terms**2).sum() - (agree * chance - 2 * chance + agree) ** 2) / (
        (1 - chance) ** 4
    )
    found = cohens_kappa(first, second, Sample.clustered(np.ones(n)))
    assert found.variance == pytest.approx(variance / (n - 1))


def test_a_level_only_one_rater_uses_and_missing_ratings_are_allowed():
    first = np.array(["a", "b", "c", "a", None, "b"], dtype=object)
    second = np.array(["a", "b", "b", "a", "a", None], dtype=object)
    found = cohens_kappa(first, second, Sample.clustered(np.ones(6)))
    assert found.value == pytest.approx((3 / 4 - 6 / 16) / (1 - 6 / 16))


def test_kappa_over_replicates_varies_as_linearised():
    random = np.random.default_rng(5)
    first = random.integers(0, 3, 600)
    second = np.where(random.random(600) < 0.6, first, random.integers(0, 3, 600))
    sample = Sample.clustered(random.uniform(1, 3, 600), psu=np.arange(600) % 60)
    found = cohens_kappa(first, second, sample)
    jackknifed = cohens_kappa(first, second, Replicates.of(sample, jkn(sample.units)))
    assert jackknifed.value == pytest.approx(found.value)
    assert jackknifed.variance == pytest.approx(found.variance, rel=0.05)


def test_slopes_of_kappa_are_those_found_numerically():
    share = np.array([[0.4, 0.1, 0.05], [0.1, 0.15, 0.02], [0.08, 0.0, 0.1]])
    slopes = kappa_and_slopes(share)[1]
    step = 1e-6 * np.eye(9).reshape(9, 3, 3)
    found = [(kappa_and_slopes(share + h)[0] - kappa_and_slopes(share - h)[0]) / 2e-6 for h in step]
    assert slopes.ravel() == pytest.approx(found, rel=1e-6)


@settings(**LAWS)
@given(surveys())
def test_kappa_does_not_ask_who_rated_first_and_is_one_with_oneself(frame):
    sample = design_of(frame)
    first, second = frame["sex"], frame["sex"].where(frame["hit"], "f")
    found, turned = cohens_kappa(first, second, sample), cohens_kappa(second, first, sample)
    assert (turned.value, turned.variance) == pytest.approx((found.value, found.variance))
    assert cohens_kappa(first, first, sample).value == pytest.approx(1)


def test_one_level_for_both_is_refused():
    same = np.array(["a"] * 4)
    with pytest.raises(ContractError, match="everybody in one level"):
        cohens_kappa(same, same, Sample.clustered(np.ones(4)))


def test_alpha_worked_by_hand():
    """Variances 1 and 1 (over n), of the sum 3: alpha = 2 (1 - 2 / 3)."""
    items = np.array([[0.0, 0], [0, 2], [2, 2], [2, 2], [0, 0], [2, 0], [2, 2], [0, 0]])
    assert cronbachs_alpha(items, Sample.clustered(np.ones(8))).value == pytest.approx(2 / 3)
    assert alpha_of(items, np.ones(8)) == pytest.approx(2 / 3)


def test_weights_count_like_rows():
    items = np.array([[1.0, 0, 1], [1, 1, 1], [0, 0, 1], [0, 1, 0]])
    weight = np.array([1.0, 2, 1, 3])
    repeated = np.repeat(items, weight.astype(int), axis=0)
    assert alpha_of(items, weight) == pytest.approx(alpha_of(repeated, np.ones(7)))


def test_the_same_item_twice_is_consistent_without_error():
    item = np.array([1.0, 0, 1, 1, 0, np.nan])
    found = cronbachs_alpha(np.column_stack([item, item]), Sample.clustered(np.ones(6)))
    assert found.value == pytest.approx(1)
    assert found.variance == pytest.approx(0)
    assert found.df == 4


def test_alpha_over_replicates_varies_as_linearised():
    random = np.random.default_rng(4)
    ability = random.normal(size=600)
    items = (ability[:, None] + random.normal(size=(600, 6)) > 0).astype(float)
    sample = Sample.clustered(random.uniform(1, 3, 600), psu=np.arange(600) % 60)
    domain = np.arange(600) % 5 > 0
    found = cronbachs_alpha(items, sample, domain)
    jackknifed = cronbachs_alpha(items, Replicates.of(sample, jkn(sample.units)), domain)
    assert jackknifed.value == pytest.approx(found.value)
    assert jackknifed.value == pytest.approx(alpha_of(items[domain], sample.weight[domain]))
    assert jackknifed.variance == pytest.approx(found.variance, rel=0.05)


def test_a_domain_in_some_psus_has_their_degrees_of_freedom_by_replicates_too():
    """Four of ten PSUs; replicates used to claim the nine degrees of the whole design."""
    random = np.random.default_rng(6)
    items = random.integers(0, 2, (80, 3)).astype(float)
    psu = np.arange(80) % 10
    sample, domain = Sample.clustered(np.ones(80), psu=psu), psu < 4
    replicates = Replicates.of(sample, jkn(sample.units))
    for design in (sample, replicates):
        assert cronbachs_alpha(items, design, domain).df == 3
        assert cohens_kappa(items[:, 0], items[:, 1], design, domain).df == 3


@pytest.mark.parametrize(
    ("items", "fault"),
    [
        (np.ones((4, 1)), "two items or more"),
        (np.ones((4, 2)), "the same for everybody"),
        (np.full((4, 2), np.nan), "nobody with weight answered all items"),
    ],
)
def test_items_that_say_nothing_are_refused(items, fault):
    with pytest.raises(ContractError, match=fault):
        cronbachs_alpha(items, Sample.clustered(np.ones(4)))
