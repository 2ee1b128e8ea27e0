import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings

from pipeline.errors import DesignError, LonelyPsuError
from pipeline.stats.survey.design.sample import Sample
from pipeline.stats.survey.estimation.domains import Domains
from pipeline.stats.survey.estimation.estimators import mean, total
from pipeline.stats.survey.replication.bootstrap import bootstrap
from pipeline.stats.survey.replication.estimates import replicated_estimates
from pipeline.stats.survey.replication.replicates import Replicates
from tests.stats.survey.survey_strategies import LAWS, design_of, six_people, surveys


def of_names(design, **options):
    """Factors as a frame, one row per (stratum, PSU)."""
    units = design.units
    factors = bootstrap(units, **({"replicates": 50, "seed": "2027"} | options))
    names = zip(units.stratum[units.stratum_of_unit], units.unit, strict=True)
    return pd.DataFrame(factors.factor, index=list(names))


def three_strata(sizes=(4, 5, 6)):
    units = [(h, i) for h, size in zip("abc", sizes, strict=True) for i in range(size)]
    frame = pd.DataFrame(units, columns=["stratum", "psu"])
    return frame.assign(weight=1.0)


def test_of_two_units_one_is_drawn_and_counts_twice():
    found = of_names(six_people(), replicates=4)
    assert set(np.unique(found)) == {0, 2}
    assert (found.iloc[:2].sum() == 2).all()


def test_a_fraction_drawn_softens_the_factors():
    """Of 8 units 2 were drawn: l = sqrt(3/4), factors 1 - l and 1 + l."""
    found = of_names(six_people(fpc=np.full(6, 8.0)), replicates=4)
    assert np.unique(found) == pytest.approx([1 - 0.75**0.5, 1 + 0.75**0.5])


@settings(**LAWS)
@given(surveys())
def test_factors_are_one_on_average_in_each_stratum_of_each_replicate(frame):
    units = design_of(frame).units
    factor = bootstrap(units, replicates=2, seed=1).factor
    sums = np.zeros((len(units.stratum), 2))
    np.add.at(sums, units.stratum_of_unit, factor)
    assert sums == pytest.approx(np.bincount(units.stratum_of_unit)[:, None] * np.ones(2))
    assert (factor >= 0).all()


def test_counts_are_multinomial():
    """Two draws of three units: both times the same unit in 1/9 of the replicates."""
    design = Sample.clustered(np.ones(6), list("aaabbb"), list("123123"))
    count = of_names(design, replicates=8).to_numpy()[:3] / 1.5
    assert count.sum(axis=0).tolist() == [2] * 8
    many = three_strata((3, 6, 9))
    found = of_names(design_of(many), replicates=9_000).to_numpy()[:3] / 1.5
    assert (found == 2).mean(axis=1) == pytest.approx([1 / 9] * 3, abs=4 * (8 / 81 / 9_000) ** 0.5)
    assert (found == 1).mean(axis=1) == pytest.approx([4 / 9] * 3, abs=4 * (20 / 81 / 9_000) ** 0.5)


@pytest.mark.parametrize("fpc", [None, 12.0])
def test_the_variance_of_totals_and_means_is_right_on_average(fpc):
    frame = three_strata((5, 8, 11))
    frame = frame.loc[frame.index.repeat(6)].reset_index(drop=True)
    random = np.random.default_rng(4)
    frame["weight"] = random.lognormal(0, 0.3, len(frame))
    y = random.normal(50, 10, len(frame)) + 5 * frame["psu"].to_numpy()
    given_fpc = None if fpc is None else np.full(len(frame), fpc)
    design, everybody = design_of(frame, fpc=given_fpc), Domains.whole(len(frame))
    made = Replicates.of(design, bootstrap(design.units, replicates=4_000, seed="law"))
    plain = total(y, design, everybody).variance
    found = replicated_estimates("total", y, None, made, everybody).variance
    assert found == pytest.approx(plain, rel=4 * (2 / 4_000) ** 0.5)
    plain = mean(y, design, everybody).variance
    found = replicated_estimates("mean", y, None, made, everybody).variance
    assert found == pytest.approx(plain, rel=4 * (2 / 4_000) ** 0.5 + 0.03)


def test_the_order_of_rows_and_other_strata_change_nothing():
    frame = three_strata()
    found = of_names(design_of(frame))
    shuffled = frame.sample(frac=1, random_state=1)
    pd.testing.assert_frame_equal(of_names(design_of(shuffled)), found)
    without_b = frame[frame["stratum"] != "b"]
    kept = [name for name in found.index if name[0] != "b"]
    pd.testing.assert_frame_equal(of_names(design_of(without_b)), found.loc[kept])


def test_another_seed_draws_others():
    design = design_of(three_strata())
    assert not of_names(design).equals(of_names(design, seed="2029"))


def test_units_kept_for_a_second_wave_meet_nearly_the_same_fate():
    first = three_strata((10, 10, 10))
    second = first.assign(psu=first["psu"].where(first["psu"] > 0, 99))
    now, then = (of_names(design_of(f), replicates=400) for f in (first, second))
    shared = [name for name in now.index if name in then.index]
    assert len(shared) == 27
    assert (
        np.corrcoef(now.loc[shared].to_numpy().ravel(), then.loc[shared].to_numpy().ravel())[0, 1]
        > 0.6
    )
    unrelated = of_names(design_of(second), replicates=400, seed="other")
    assert (
        abs(np.corrcoef(now.to_numpy()[1:].ravel(), unrelated.to_numpy()[:-1].ravel())[0, 1]) < 0.1
    )


LONELY = {
    "stratum": np.array(list("aaabbc"), dtype=object),
    "psu": np.array(list("112121"), dtype=object),
}


@pytest.mark.parametrize(("rule", "swollen"), [("certainty", 1), ("remove", 1), ("average", 1.5)])
def test_a_lone_unit_keeps_its_weight(rule, swollen):
    factors = bootstrap(six_people(**LONELY).units, replicates=4, seed=1, lonely_psu=rule)
    assert (factors.factor[4] == 1).all()
    assert factors.scale == pytest.approx(swollen / 3)


@pytest.mark.parametrize("rule", ["fail", "adjust"])
def test_a_lone_unit_is_named_and_refused(rule):
    with pytest.raises(LonelyPsuError, match="got one in: c"):
        bootstrap(six_people(**LONELY).units, replicates=4, seed=1, lonely_psu=rule)


@pytest.mark.parametrize("replicates", [1, 5])
def test_more_replicates_than_resamples_are_refused(replicates):
    """Two strata of two PSUs: 2 x 2 different resamples."""
    with pytest.raises(DesignError, match="between 2 and 4"):
        bootstrap(six_people().units, replicates=replicates, seed=1)


def test_a_sample_that_does_not_vary_is_refused():
    with pytest.raises(DesignError, match="a stratum that varies"):
        bootstrap(six_people(fpc=np.full(6, 2.0)).units, replicates=10, seed=1)
