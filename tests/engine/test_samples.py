from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd
import pytest

from pipeline.config.plan import CalibratedWeights, Plan, Variance
from pipeline.engine.samples import WeightTables, samples
from pipeline.engine.weighting import Weighting, calibrated_weights, given_weights
from pipeline.stats.survey.design.adjustment import Adjustment
from pipeline.stats.survey.design.sample import Sample
from pipeline.stats.survey.estimation.domains import Domains
from pipeline.stats.survey.estimation.estimators import mean, total
from pipeline.stats.survey.weighting.eligibility import adjust_eligibility
from pipeline.stats.survey.weighting.nonresponse import adjust_nonresponse
from pipeline.stats.survey.weighting.raking import rake
from pipeline.stats.survey.weighting.trimming import trim

JACKKNIFE = Variance(method="linearised", lonely_psu="fail", jackknife_below_df=8)


def weighted(people, fieldwork, margins, instrument, plan: Plan, **changes) -> Weighting:
    rules = CalibratedWeights.model_validate(plan.weights.model_dump() | changes)
    return calibrated_weights(people, fieldwork, margins, instrument, rules)


def tables_of(people, done: Weighting) -> WeightTables:
    return WeightTables(
        people=people,
        weights=done.weights,
        not_interviewed=done.not_interviewed,
        online=done.online,
        left_out=done.left_out,
    )


def sample_of(people, done: Weighting, plan: Plan) -> Sample:
    return samples(tables_of(people, done), plan)["final"].sample


@pytest.mark.parametrize("trimming", [None, {"low": 0.5, "high": 1.5}])
def test_the_chain_ends_at_the_final_weights(
    people, fieldwork, margins, instrument, plan, trimming
):
    people.loc[0, "person_prob"] = 0.1  # one giant weight
    done = weighted(people, fieldwork, margins, instrument, plan, trimming=trimming)
    sample = sample_of(people, done, plan)
    assert done.weights["is_trimmed"].any() == (trimming is not None)
    assert sample.weight[:40] == pytest.approx(done.weights["weight"].to_numpy())
    assert (sample.weight[40:] == 0).all()
    assert len(sample.steps) == (3 if trimming is None else 5)


def test_addresses_without_an_interview_are_part_of_the_sample(
    people, fieldwork, margins, instrument, plan
):
    done = weighted(people, fieldwork, margins, instrument, plan)
    sample = sample_of(people, done, plan)
    assert sample.n_rows == 40 + 8 + 8
    assert sample.base_weight.sum() == pytest.approx(8 * 12 * 50)
    assert (sample.n_psu, sample.n_strata) == (8, 2)


def test_a_raked_margin_has_no_error_whatever_came_before(
    people, fieldwork, margins, instrument, plan
):
    people.loc[0, "person_prob"] = 0.1
    done = weighted(
        people, fieldwork, margins, instrument, plan, trimming={"low": 0.5, "high": 1.5}
    )
    sample = sample_of(people, done, plan)
    women = np.append((people["sex"] == "f").to_numpy(dtype=float), np.full(16, np.nan))
    found = total(women, sample, Domains.whole(56))
    assert found.estimate == pytest.approx([3000])
    assert found.se == pytest.approx([0], abs=1e-6)


def test_unequal_response_reaches_the_error(people, fieldwork, margins, instrument, plan):
    """Leaving out those who did not answer gives another error."""
    y = np.append((np.arange(40) % 4 == 0).astype(float), np.full(16, np.nan))
    done = weighted(people, fieldwork, margins, instrument, plan)
    sample = sample_of(people, done, plan)
    everybody = sample.base_weight[:40]
    answered = Sample.clustered(
        everybody * sample.steps[0].ratio[:40], people["stratum"], people["psu"]
    )
    every = total(y, sample, Domains.whole(56))
    alone = total(y[:40], answered, Domains.whole(40))
    assert every.se[0] != pytest.approx(alone.se[0], rel=1e-3)


def test_delivered_weights_are_one_sample_each(people, plan):
    content = plan.model_dump(by_alias=True)
    content["weights"] = {"method": "given", "columns": ("w1", "w2")}
    rows = given_weights(people.assign(w1=1.0, w2=3.0), ("w1", "w2"))
    tables = WeightTables(
        people=people,
        weights=rows,
        not_interviewed=pd.DataFrame(),
        online=pd.DataFrame(),
        left_out=rows[["respondent_id"]],
    )
    found = samples(tables, Plan.model_validate(content))
    assert list(found) == ["final", "w2"]
    assert found["w2"].sample.weight.tolist() == [3.0] * 40


def test_unknown_eligibility_is_a_step_of_its_own(people, fieldwork, margins, instrument, plan):
    fieldwork = fieldwork.assign(issued=15, unknown=3)
    done = weighted(people, fieldwork, margins, instrument, plan)
    sample = sample_of(people, done, plan)
    eligibility, nonresponse, *_ = sample.steps
    resolved = sample.base_weight * eligibility.ratio
    assert resolved.sum() == pytest.approx(8 * 15 * 50)
    assert (resolved * nonresponse.ratio).sum() == pytest.approx(8 * 10 * 50 * 15 / 12)
    assert sample.weight[:40] == pytest.approx(done.weights["weight"].to_numpy())


@pytest.fixture
def volunteers(people) -> pd.DataFrame:
    """Ten people who answered a link: more women, and nobody drew them."""
    chosen = people.iloc[::4].reset_index(drop=True)
    ids = [f"o-{k}" for k in range(len(chosen))]
    return chosen.assign(respondent_id=ids, source="online", stratum="online", psu="online")


@pytest.fixture
def with_volunteers(people, volunteers, fieldwork, margins, instrument, plan):
    online = {"margins": ("county_sex",), "assumed_bias": 0.2, "note": ""}
    rules = CalibratedWeights.model_validate(plan.weights.model_dump() | {"online": online})
    done = calibrated_weights(
        people, fieldwork, margins, instrument, rules, online=volunteers, variance=JACKKNIFE
    )
    everybody = pd.concat([people, volunteers], ignore_index=True)
    return done, samples(tables_of(everybody, done), plan)


def test_volunteers_weigh_nothing_in_the_headline(with_volunteers, people, plan):
    done, found = with_volunteers
    final = found["final"].sample
    assert final.weight[:40] == pytest.approx(done.weights["weight"].to_numpy())
    assert (final.weight[40:] == 0).all()
    assert (final.n_psu, final.n_strata) == (8, 2)


def test_the_blend_gives_volunteers_the_share_their_assumed_bias_allows(with_volunteers):
    done, found = with_volunteers
    share = done.online["blend_share"].iloc[0]
    weight = found["blended"].sample.weight
    assert 0 < share < 0.5
    assert weight[40:50].sum() == pytest.approx(share * 5400)
    assert weight[:40].sum() == pytest.approx((1 - share) * 5400)
    assert found["online"].sample.weight.sum() == pytest.approx(5400)


def test_leaving_out_units_and_volunteers_keeps_the_total(with_volunteers):
    _, found = with_volunteers
    blended = found["blended"]
    units = list(blended.sample.units.unit)
    assert blended.left_out.shape == (50, blended.sample.n_psu)
    drawn = [place for place, unit in enumerate(units) if unit[0] != "o"]
    assert blended.left_out[:, drawn].sum(axis=0) == pytest.approx([5400] * 8)
    assert blended.left_out[40, units.index("o-0")] == 0
    assert blended.left_out[0, units.index("n/0")] == 0


def test_without_a_jackknife_nobody_is_left_out(people, fieldwork, margins, instrument, plan):
    done = weighted(people, fieldwork, margins, instrument, plan)
    assert samples(tables_of(people, done), plan)["final"].left_out is None


@pytest.mark.parametrize("trimming", [None, {"low": 0.5, "high": 1.5}])
@pytest.mark.parametrize("unknown", [0, 3])
def test_steps_read_back_from_tables_are_those_that_the_weighting_functions_record(
    people, fieldwork, margins, instrument, plan, trimming, unknown
):
    people.loc[0, "person_prob"] = 0.1
    done = weighted(
        people,
        fieldwork.assign(issued=12 + unknown, unknown=unknown, completed=5),
        margins, instrument, plan, trimming=trimming,
    )  # fmt: skip
    found = sample_of(people, done, plan)
    recorded = taken_one_by_one(replace(found, steps=()), done, trimming)
    assert len(recorded.steps) == len(found.steps)
    assert recorded.weight == pytest.approx(found.weight)
    y = np.random.default_rng(5).normal(50, 10, found.n_rows)
    y[40:] = np.nan
    whole = Domains.whole(found.n_rows)
    for domains in (whole, whole.where(np.arange(found.n_rows) % 3 == 0)):
        expected, got = (mean(y, sample, domains) for sample in (recorded, found))
        assert got.se == pytest.approx(expected.se, rel=1e-6)
        assert (expected.se > 0).all()


def taken_one_by_one(sample: Sample, done: Weighting, trimming: dict | None) -> Sample:
    """The same rows weighted by the functions themselves, each step's own adjustment kept."""
    weights, others = done.weights, done.not_interviewed
    classes = [*weights["response_class"], *others["response_class"]]
    contact = np.array([*["interview"] * len(weights), *others["contact"]])
    is_eligible, answers = np.isin(contact, ["interview", "no_interview"]), contact == "interview"
    is_strange = ~is_eligible & (contact != "unknown")
    if (contact == "unknown").any():
        record = adjust_eligibility(
            sample.weight, eligible=is_eligible, ineligible=is_strange, classes=classes
        )
        sample = sample.adjusted(record.adjustment)
    record = adjust_nonresponse(
        sample.weight, responded=answers, eligible=is_eligible, classes=classes
    )
    sample = sample.adjusted(record.adjustment)
    members = np.append(weights["selection_factor"], np.ones(len(others)))
    sample = sample.adjusted(Adjustment(ratio=members))
    labels = {"margin": [*weights["margin_county_sex"], *[None] * len(others)]}
    totals = {"margin": weights.groupby("margin_county_sex")["weight"].sum().to_dict()}
    steps = [partial(rake, codes=labels, margins=totals, tolerance=1e-9, max_rounds=50)]
    if trimming is not None:
        steps = [*steps, partial(trim, **trimming), *steps]
    for step in steps:
        sample = sample.adjusted(step(sample.weight).adjustment)
    return sample
