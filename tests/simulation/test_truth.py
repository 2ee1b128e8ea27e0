import numpy as np
import pandas as pd
import pytest

from pipeline.simulation.outcome import ability_in, everybody_answers, lasting_ability
from pipeline.simulation.run import questionnaire_of
from pipeline.simulation.truth import parts_of_population, true_values

EDUCATION = [
    "primary_or_below",
    "junior_secondary",
    "senior_secondary",
    "junior_college",
    "bachelor_or_above",
]
AGES = ["18-29", "30-39", "40-49", "50-59", "60-69"]


@pytest.fixture(scope="module")
def answered(workspace, city, population):
    """Outcome and answers of everybody in the small city."""
    ability = ability_in(city, "2023", lasting_ability(city, population), population)
    everybody = np.arange(len(ability))
    asked = questionnaire_of(workspace, "2023")
    return everybody_answers(city, "2023", ability, asked, everybody)


def _points(answers, bank, items, standard):
    """Points of one person by the text of the rule: all options right, or nothing."""
    total = 0.0
    for item in items:
        scoring = bank[item].scoring.get(standard)
        if scoring is None:
            continue
        if bank[item].type == "multiple":
            chosen = {o.code for o in bank[item].options if answers[f"{item}_{o.code}"] == 1}
            refused = any(answers[f"{item}_{o.code}"] < 0 for o in bank[item].options)
            right = chosen == set(bank[item].key) and not refused
        else:
            right = str(answers[item]) == bank[item].key[0]
        total += scoring.points * right
    return total


def test_truth_is_what_scoring_by_hand_finds(workspace, population, answered):
    outcome, answers = answered
    instrument, standard = workspace.instrument("2023"), workspace.standard("cast_100")
    some = np.arange(0, len(answers), 40)
    points = np.array(
        [_points(answers.iloc[row], workspace.bank, instrument.items, standard.id) for row in some]
    )
    literate = points >= standard.passing.cut
    people = population.people.iloc[some].reset_index(drop=True)
    part = type(outcome)(
        *(table.iloc[some].reset_index(drop=True) for table in (outcome.literate, outcome.score))
    )
    found = true_values("2023", parts_of_population(people, instrument), part)
    found = found[found["standard"] == standard.label].set_index(["domain", "category"])
    assert found.loc[("all", "all"), "literate"] == literate.sum()
    assert found.loc[("all", "all"), "mean_score"] == pytest.approx(points.mean())
    women = (people["sex"] == "female").to_numpy()
    assert found.loc[("sex", "female"), "share"] == pytest.approx(literate[women].mean())
    workers = people["occupation_code"].eq("6") & people["employment"].eq("1")
    assert found.loc[("key_group", "industrial_worker"), "population"] == workers.sum()
    cell = (people["county"].eq("510411") & people["urban_rural"].eq("rural")).to_numpy()
    crossed = found.loc[("county*urban_rural", "510411*rural")]
    assert crossed["literate"] == literate[cell].sum()


def test_answers_of_some_are_those_they_give_among_all(workspace, city, population, answered):
    ability = ability_in(city, "2023", lasting_ability(city, population), population)
    some = np.array([3, 500, len(ability) - 1])
    asked = questionnaire_of(workspace, "2023")
    _, answers = everybody_answers(city, "2023", ability, asked, some)
    assert (answers.to_numpy() == answered[1].iloc[some].to_numpy()).all()


@pytest.fixture(scope="module")
def shipped(project) -> pd.DataFrame:
    """The truth of the shipped city under the headline standard."""
    truth = pd.read_csv(project / "data/raw/simulation/truth.csv", dtype={"wave": str})
    return truth[truth["standard"].str.startswith("cast_100@")]


def _shares(truth, wave, domain):
    rows = truth[(truth["wave"] == wave) & (truth["domain"] == domain)]
    return rows.set_index("category")["share"]


def test_the_shipped_city_rises_as_intended(shipped):
    city = {wave: _shares(shipped, wave, "all")["all"] for wave in shipped["wave"].unique()}
    assert city == pytest.approx(
        {"2020": 0.103, "2022": 0.119, "2023": 0.128, "2025": 0.144}, abs=0.002
    )


def test_groups_of_the_shipped_city_resemble_the_published_ones(project, shipped):
    published = pd.read_csv(project / "data/raw/published/published.csv", dtype={"area_code": str})
    nation = published[(published["area_code"] == "100000") & (published["year"] == 2023)]
    level = (
        _shares(shipped, "2023", "all")["all"] / nation.query("domain == 'all'")["estimate"].item()
    )
    for domain in ("education", "age_group", "sex", "urban_rural"):
        expected = nation[nation["domain"] == domain].set_index("category")["estimate"] * level
        found = _shares(shipped, "2023", domain)[expected.index]
        assert found.to_numpy() == pytest.approx(expected.to_numpy(), rel=0.12)


def test_gradients_of_the_shipped_city_point_the_known_way(shipped):
    for wave in shipped["wave"].unique():
        assert _shares(shipped, wave, "education")[EDUCATION].is_monotonic_increasing
        assert _shares(shipped, wave, "age_group")[AGES].is_monotonic_decreasing
        sex, area = _shares(shipped, wave, "sex"), _shares(shipped, wave, "urban_rural")
        assert sex["male"] > sex["female"]
        assert area["urban"] > area["rural"]
