import numpy as np
import pytest
from hypothesis import given, settings

from pipeline.errors import ContractError
from pipeline.stats.survey.estimation import estimators
from pipeline.stats.survey.estimation.domains import Domains
from pipeline.stats.survey.replication.estimates import replicated_estimates
from pipeline.stats.survey.replication.factors import jkn
from pipeline.stats.survey.replication.given import given_replicates
from pipeline.stats.survey.replication.readjustment import readjusted_rows
from pipeline.stats.survey.replication.replicates import Replicates
from tests.stats.survey.survey_strategies import LAWS, design_of, six_people, surveys

Y = np.array([3.0, 1, 2, 6, 1, 2])
MEASURES = ("mean", "share", "total", "ratio")


def replicates_of(design, **options):
    return Replicates.of(design, jkn(design.units), **options)


def linearised(measure, y, x, design, domains):
    if measure == "ratio":
        return estimators.ratio(y, x, design, domains)
    return getattr(estimators, measure)(y, design, domains)


def variables(frame, measure):
    """Values of which a few are missing, and the denominators of a ratio."""
    y = frame["hit" if measure == "share" else "y"].to_numpy(dtype=float, copy=True)
    y[::7] = np.nan
    x = np.where(np.arange(len(y)) == 1, np.nan, 1 + np.arange(len(y)) % 5.0)
    return y, x if measure == "ratio" else None


def test_a_mean_worked_by_hand():
    """19/8, in the replicates 19/8, 19/8, 18/10 and 20/6: ((23/40)^2 + (23/24)^2) / 2."""
    made = replicates_of(six_people(), mse=True)
    found = replicated_estimates("mean", Y, None, made, Domains.whole(6))
    assert found.totals.estimates[:, 0] == pytest.approx([19 / 8, 19 / 8, 19 / 8, 18 / 10, 20 / 6])
    assert found.variance == pytest.approx(((23 / 40) ** 2 + (23 / 24) ** 2) / 2)
    assert (found.n.tolist(), found.population.tolist()) == ([6], [8])
    assert (found.df.tolist(), found.n_psu.tolist(), found.n_strata.tolist()) == ([2], [4], [2])


@pytest.mark.parametrize("measure", MEASURES)
@settings(**LAWS)
@given(frame=surveys())
def test_all_but_the_variance_is_that_of_linearisation(measure, frame):
    y, x = variables(frame, measure)
    domains = Domains.join(
        [Domains.whole(len(y)), *(Domains.from_categories(by, frame[by]) for by in ("sex", "age"))]
    )
    design = design_of(frame)
    plain = linearised(measure, y, x, design, domains)
    found = replicated_estimates(measure, y, x, replicates_of(design), domains)
    for name in ("estimate", "n", "population", "n_psu", "n_strata"):
        assert getattr(found, name) == pytest.approx(getattr(plain, name), nan_ok=True), name
    assert found.simple_variance == pytest.approx(
        plain.simple_variance, rel=1e-9, abs=1e-12, nan_ok=True
    )


@pytest.mark.parametrize("measure", ["mean", "share", "ratio"])
def test_quotients_come_near_linearisation_when_units_are_many(measure):
    random = np.random.default_rng(3)
    y, x = random.normal(50, 10, 2_000), random.normal(20, 2, 2_000)
    y = (y > 55).astype(float) if measure == "share" else y
    design = six_people(
        weight=random.lognormal(0, 0.2, 2_000),
        stratum=np.repeat([0, 1], 1_000),
        psu=np.repeat(np.arange(200), 10),
    )
    everybody, over = Domains.whole(2_000), x if measure == "ratio" else None
    plain = linearised(measure, y, x, design, everybody)
    found = replicated_estimates(measure, y, over, replicates_of(design), everybody)
    assert found.se == pytest.approx(plain.se, rel=0.01)


def test_a_row_without_weight_changes_nothing():
    design = six_people()
    longer = six_people(
        weight=[1, 1, 2, 1, 1, 2, 0],
        stratum=np.array(list("aaabbbb"), dtype=object),
        psu=np.array(list("1121229"), dtype=object),
    )
    plain = replicated_estimates("mean", Y, None, replicates_of(design), Domains.whole(6))
    found = replicated_estimates(
        "mean", np.append(Y, 99), None, replicates_of(longer), Domains.whole(7)
    )
    assert (found.estimate, found.se, found.n) == (plain.estimate, plain.se, plain.n)


@pytest.mark.parametrize("factor", [7.0, 1e-3])
def test_the_scale_of_the_weights_does_not_matter_to_a_mean(factor):
    plain, found = (
        replicated_estimates("mean", Y, None, replicates_of(six_people(weight=w)), Domains.whole(6))
        for w in (six_people().weight, factor * six_people().weight)
    )
    assert found.se == pytest.approx(plain.se)
    assert found.deff == pytest.approx(plain.deff)


def test_values_far_from_zero_keep_their_simple_variance():
    made, everybody = replicates_of(six_people()), Domains.whole(6)
    plain = replicated_estimates("mean", Y, None, made, everybody)
    moved = replicated_estimates("mean", Y + 1e9, None, made, everybody)
    assert moved.simple_variance == pytest.approx(plain.simple_variance, rel=1e-6)


def test_an_empty_domain_has_no_mean_and_a_total_of_zero():
    nobody = Domains.from_mask("all", "nobody", np.zeros(6, dtype=bool))
    made = replicates_of(six_people())
    mean = replicated_estimates("mean", Y, None, made, nobody)
    assert np.isnan([mean.estimate[0], mean.se[0]]).all()
    assert replicated_estimates("total", Y, None, made, nobody).estimate.tolist() == [0]
    assert (mean.n.tolist(), mean.df.tolist()) == ([0], [0])


def test_a_replicate_that_leaves_a_domain_empty_says_nothing_about_it():
    first = Domains.from_mask("psu", "a1", np.array([True, True, False, False, False, False]))
    found = replicated_estimates("mean", Y, None, replicates_of(six_people(), mse=True), first)
    assert found.totals.n_undefined.tolist() == [1]
    assert found.variance.tolist() == [0]


@pytest.mark.parametrize("hit", [0.0, 1.0])
def test_a_share_of_none_or_all_has_no_variance_and_counts_its_people(hit):
    made = replicates_of(six_people())
    found = replicated_estimates("share", np.full(6, hit), None, made, Domains.whole(6))
    assert found.estimate.tolist() == [hit]
    assert found.se.tolist() == [0]
    assert found.n_eff.tolist() == [6]
    assert np.isnan(found.deff).all()


def test_weights_held_row_by_row_give_the_same():
    made, domains = replicates_of(six_people()), Domains.whole(6)
    by_row = readjusted_rows(made, lambda weight: 2 * weight)
    plain = replicated_estimates("mean", Y, None, made, domains)
    found = replicated_estimates("mean", Y, None, by_row, domains)
    assert found.se == pytest.approx(plain.se)
    assert found.df == plain.df
    columns = np.column_stack([made.weights.column(r) for r in range(1, 5)])
    told = given_replicates(made.weight, columns, method="JKn", rscales=np.full(4, 0.5))
    assert replicated_estimates("mean", Y, None, told, domains).se == pytest.approx(plain.se)


def test_a_share_of_amounts_is_refused_without_telling_them():
    with pytest.raises(ContractError, match="another value in 4 rows") as error:
        replicated_estimates("share", Y, None, replicates_of(six_people()), Domains.whole(6))
    assert "6.0" not in str(error.value)
