import numpy as np
import pytest

from pipeline.errors import ConfigError
from pipeline.simulation.sampling import (
    draw_communities,
    draw_sample,
    fieldwork_record,
    push_online,
    stratified,
)


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
