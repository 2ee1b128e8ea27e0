import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import ConfigError, DesignError
from pipeline.simulation.sampling import (
    draw_communities,
    draw_sample,
    fieldwork_record,
    push_online,
    stratified,
    systematic_pps,
)


@given(
    sizes=st.lists(st.integers(50, 150), min_size=12, max_size=40),
    number=st.integers(1, 4),
    start=st.floats(0, 0.999),
)
def test_systematic_draws_are_distinct_and_probabilities_sum_to_their_number(sizes, number, start):
    chosen, probability = systematic_pps(np.array(sizes), number, start, "s")
    assert len(set(chosen)) == number
    assert probability.sum() == pytest.approx(number)
    assert probability == pytest.approx(number * np.array(sizes) / sum(sizes))


def test_systematic_draw_selects_each_unit_as_often_as_its_probability_says():
    sizes, number = np.array([10, 20, 30, 40, 25, 15]), 2
    starts = (np.arange(2000) + 0.5) / 2000
    drawn = np.concatenate([systematic_pps(sizes, number, s, "s")[0] for s in starts])
    often = np.bincount(drawn, minlength=6) / 2000
    assert often == pytest.approx(systematic_pps(sizes, number, 0.0, "s")[1], abs=1e-3)


def test_systematic_draw_refuses_a_unit_that_could_come_twice():
    with pytest.raises(DesignError, match="no unit above 1/2 of the stratum, got 1"):
        systematic_pps(np.array([10, 80, 10]), 2, 0.5, "s")


def test_a_community_outside_every_stratum_is_refused(population):
    with pytest.raises(ConfigError, match="510411-rural is in 0 strata"):
        stratified(population.communities, ["510402", "510403", "510411-urban", "510421", "510422"])


@pytest.mark.parametrize("wave", ["2020", "2022", "2023", "2025"])
def test_inclusion_probabilities_of_a_stratum_sum_to_its_units(city, population, wave):
    design = city.waves[wave]
    units = draw_communities(city, design, population.communities)
    assert units.groupby("stratum").size().to_dict() == design.first_stage
    frames = stratified(population.communities, list(design.first_stage))
    for stratum, number in design.first_stage.items():
        households = frames[stratum]["households"]
        drawn = units[units["stratum"] == stratum]
        assert drawn["psu_prob"].to_numpy() == pytest.approx(
            number * drawn["listed"].to_numpy() / households.sum()
        )


def test_waves_with_a_common_start_share_communities(city, population):
    units = {
        wave: draw_communities(city, city.waves[wave], population.communities)
        for wave in ("2023", "2025")
    }
    named = [set(frame["stratum"] + "/" + frame["psu"]) for frame in units.values()]
    assert len(named[0] & named[1]) >= 10


def test_one_eligible_person_is_drawn_per_household(city, population):
    sample = draw_sample(city, "2025", population)
    addresses = sample.addresses
    eligible = addresses[addresses["person"] >= 0]
    people = population.people.iloc[eligible["person"]]
    assert people["household"].tolist() == eligible["household"].tolist()
    assert not eligible.duplicated("household").any()
    places = sample.units.loc[eligible["unit"], "place"]
    assert people["community"].tolist() == places.tolist()


def test_fieldwork_record_accounts_for_every_address(city, population):
    sample = draw_sample(city, "2022", population)
    record = fieldwork_record(sample)
    outcomes = record["completed"] + record["refused"] + record["not_reached"]
    assert (record["eligible"] == outcomes).all()
    assert (record["eligible"] <= record["issued"]).all()
    assert record["issued"].sum() == len(sample.addresses)


def test_design_weights_estimate_totals_without_bias(city, population):
    """Two hundred samples: people and graduates are estimated right on average."""
    people = population.people
    truth = np.array([len(people), (people["education"] == "bachelor_or_above").sum()])
    estimates = []
    for replicate in range(200):
        design = city.waves["2022"].model_copy(update={"random_start": f"start {replicate}"})
        again = city.model_copy(update={"waves": {f"draw {replicate}": design}})
        sample = draw_sample(again, f"draw {replicate}", population)
        found = sample.addresses[sample.addresses["person"] >= 0]
        units = sample.units.loc[found["unit"]]
        drawn = people.iloc[found["person"]]
        prob = units["psu_prob"].to_numpy() * units["household_prob"].to_numpy()
        weight = drawn["household_adults"].to_numpy() / prob
        is_graduate = (drawn["education"] == "bachelor_or_above").to_numpy()
        estimates.append((weight.sum(), weight[is_graduate].sum()))
    error = np.std(estimates, axis=0) / np.sqrt(len(estimates))
    assert (np.abs(np.mean(estimates, axis=0) - truth) < 3.5 * error).all()
    assert (error < 0.02 * truth).all()


def test_volunteers_are_young_and_were_not_interviewed(city, population):
    sample = draw_sample(city, "2025", population)
    online = push_online(city, "2025", population, sample)
    done = sample.addresses.loc[sample.addresses["outcome"] == "completed", "person"]
    assert not set(online) & set(done)
    share = len(online) / (len(online) + len(done))
    assert share == pytest.approx(city.waves["2025"].online_share, abs=0.005)
    ages = population.people["age"]
    assert ages.iloc[online].mean() < ages.mean() - 2 < ages.iloc[done].mean() + 2
