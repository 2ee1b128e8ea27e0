import numpy as np
import pandas as pd
import pytest

from pipeline.io.population import population_cells, read_margins
from pipeline.simulation.people import GROUPS, whole_numbers


def test_cells_keep_the_census_and_the_urban_share(workspace, cells):
    folder = workspace.population("2025")
    census = population_cells(folder).set_index(["county", "sex", "age_group", "education"])
    kept = cells.groupby(["county", "sex", "age_group", "education"])["count"].sum()
    assert kept.to_numpy() == pytest.approx(census["count"].reindex(kept.index).to_numpy())
    urban = read_margins(folder)["county_urban"].set_index(["county", "urban_rural"])["count"]
    split = cells.groupby(["county", "urban_rural"])["count"].sum()
    assert split.to_numpy() == pytest.approx(urban.reindex(split.index).to_numpy())


def test_whole_numbers_never_drift_from_the_running_total():
    cells = pd.DataFrame({name: [f"{i:03d}" for i in range(200)] for name in GROUPS})
    cells["count"] = np.random.default_rng(1).uniform(0, 3, 200)
    whole = whole_numbers(cells.sample(frac=1, random_state=1))["count"]
    assert (whole >= 0).all()
    assert (whole.cumsum().to_numpy() - cells["count"].cumsum().to_numpy()) == pytest.approx(
        0, abs=0.5 + 1e-6
    )


@pytest.mark.parametrize(
    ("margin", "axes"),
    [
        ("county_sex_age", ["county", "sex", "age_group"]),
        ("county_urban", ["county", "urban_rural"]),
        ("education", ["education"]),
    ],
)
def test_simulated_people_match_the_census_margins(workspace, population, margin, axes):
    census = read_margins(workspace.population("2025"))[margin].set_index(axes)["count"]
    people = population.people.groupby(axes, observed=True).size().reindex(census.index)
    # rounding cells to people moves a margin by at most a person per block of cells it cuts
    assert people.to_numpy() == pytest.approx(census.to_numpy(), abs=12)
    assert len(population.people) == pytest.approx(census.sum(), abs=1)


def test_ages_lie_in_their_age_group(population):
    limits = population.people["age_group"].astype(str).str.split("-", expand=True).astype(int)
    assert population.people["age"].between(limits[0], limits[1]).all()
    assert (
        population.people["age"].nunique() == limits.to_numpy().max() - limits.to_numpy().min() + 1
    )


def test_households_are_whole_and_within_one_community(population):
    people = population.people
    household = people.groupby("household")
    assert (household["community"].min() == household["community"].max()).all()
    assert (household.size() == household["household_adults"].first()).all()


def test_communities_count_their_people_and_households(population):
    people, communities = population.people, population.communities
    assert (people.groupby("community").size() == communities["people"]).all()
    first = people.iloc[communities["first_person"]]
    assert first["community"].tolist() == communities.index.tolist()
    assert first["household"].tolist() == communities["first_household"].tolist()
    assert (communities["households"] >= communities["eligible_households"]).all()


def test_traits_follow_what_is_known(population):
    people = population.people
    graduates = people["education_code"].isin(["10", "20"])
    assert (graduates == (people["education"] == "bachelor_or_above")).all()
    assert (people["occupation_code"].ne("0") == people["employment"].eq("1")).all()
    assert (people["sex_code"].eq("1") == people["sex"].eq("male")).all()
