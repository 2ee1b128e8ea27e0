"""Replicates made from a design or given, with the weighting repeated in each."""

import numpy as np
import pandas as pd
import pytest

from pipeline import survey
from pipeline.errors import DesignError

SEX = {"F": 3200, "M": 2800}


def test_the_jackknife_gives_totals_their_linearised_error(design):
    linear, jackknife = design.total("score"), design.replicates("jkn").total("score")
    assert jackknife["se"].iloc[0] == pytest.approx(linear["se"].iloc[0])
    assert jackknife["estimate"].iloc[0] == pytest.approx(linear["estimate"].iloc[0])
    assert jackknife["df"].iloc[0] == linear["df"].iloc[0]


def test_every_replicate_takes_every_step(design, people):
    steps = design.adjust_nonresponse(responded="answered", by="county").rake({"sex": SEX})
    replicates = steps.replicates("jkn")
    gone = ~people["answered"].to_numpy()
    for r in (1, 7, replicates.n_replicates):
        weight = replicates.replicate_weight(r)
        sums = pd.Series(weight).groupby(people["sex"].to_numpy()).sum()
        assert sums.to_dict() == pytest.approx(SEX)
        assert (weight[gone] == 0).all()
    assert np.allclose(replicates.weight, steps.weight)


def test_steps_may_follow_the_replicates_as_well(design):
    first = design.rake({"sex": SEX}).replicates("jkn").mean("score")
    after = design.replicates("jkn").rake({"sex": SEX}).mean("score")
    assert after["se"].iloc[0] == pytest.approx(first["se"].iloc[0])


def test_steps_on_single_rows_are_repeated_too(design):
    found = design.rake({"sex": SEX}).trim(low=0.8, high=1.2).replicates("jkn")
    weight = found.replicate_weight(3)
    assert weight.max() <= 1.2 * np.median(weight[weight > 0]) + 1e-9


def test_linearised_and_replicated_errors_agree_through_the_chain(design):
    chain = design.adjust_nonresponse(responded="answered", by="county").rake({"sex": SEX})
    linear = chain.share("passed", by="county")["se"]
    jackknife = chain.replicates("jkn").share("passed", by="county")["se"]
    assert jackknife.to_numpy() == pytest.approx(linear.to_numpy(), rel=0.06)


def test_the_bootstrap_is_drawn_by_name_and_seed(design, people):
    se = design.replicates("bootstrap", n=50, seed="a").mean("score")["se"].iloc[0]
    turned = people.iloc[::-1].reset_index(drop=True)
    other = survey.Design(turned, weight="weight", stratum="stratum", psu="psu")
    again = other.replicates("bootstrap", n=50, seed="a").mean("score")["se"].iloc[0]
    assert again == pytest.approx(se)
    assert design.replicates("bootstrap", n=50, seed="b").mean("score")["se"].iloc[0] != se


def test_given_weights_reproduce_the_design_they_came_from(design, people):
    made = design.replicates("jkn")
    frame = pd.concat([people.drop(columns="weight"), made.replicate_frame("r")], axis=1)
    given = survey.ReplicateDesign.given(
        frame,
        weight="weight",
        replicate_weights=[f"r{j}" for j in range(1, made.n_replicates + 1)],
        kind="other",
        scale=made.source.scaling.scale,
        rscales=made.source.scaling.rscales,
    )
    for found, wanted in ((given.mean("score"), made.mean("score")),):
        assert found["se"].iloc[0] == pytest.approx(wanted["se"].iloc[0])


def test_any_statistic_of_the_weights_has_an_error(design):
    replicates = design.replicates("jkn")
    own = replicates.statistic(lambda w, frame: np.average(frame["score"], weights=w)).iloc[0]
    assert own["se"] == pytest.approx(replicates.mean("score")["se"].iloc[0])


@pytest.mark.parametrize(
    ("kind", "options", "said"),
    [
        ("bootstrap", {}, "expected n"),
        ("fay", {}, "expected rho"),
        ("jkn", {"seed": 1}, "does not know seed"),
        ("jackknife", {}, "expected jk1, jkn, brr, fay, bootstrap"),
        ("brr", {}, "expected two PSUs, got 4"),
    ],
)
def test_options_that_do_not_fit_are_refused(design, kind, options, said):
    with pytest.raises(DesignError, match=said):
        design.replicates(kind, **options)


def test_quantiles_tests_and_models_take_replicates(design):
    replicates = design.replicates("jkn")
    assert replicates.quantile("score")["se"].iloc[0] > 0
    assert replicates.t_test("score", "sex").df == design.t_test("score", "sex").df
    linear = design.regression("score ~ sex").table["se"]
    assert replicates.regression("score ~ sex").table["se"].to_numpy() == pytest.approx(
        linear.to_numpy(), rel=0.05
    )
    assert replicates.variance("score")["se"].iloc[0] > 0


def test_errors_of_few_clusters_need_psus(design):
    with pytest.raises(DesignError, match="need PSUs, got replicate weights"):
        design.replicates("jkn").regression("score ~ sex", errors="bell_mccaffrey")
