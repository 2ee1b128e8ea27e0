"""How often the published interval holds the truth: repeated surveys of the demo city.

    python benchmarks/coverage.py [WAVE] [SURVEYS]

The people of a wave, their answers and their scores are fixed; the sample, the response and
the weights are drawn anew each time. Prints, for the whole city, its counties and
urban-rural parts: true share, mean and spread of the estimates, mean standard error, and
coverage, with and without the floor of the plan for few first-stage units.
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.config.instrument import Instrument
from pipeline.config.plan import Plan
from pipeline.config.workspace import Workspace
from pipeline.engine.domains import domains_of
from pipeline.engine.estimation import FINAL, WaveTables, designs
from pipeline.engine.weighting import calibrated_weights
from pipeline.errors import PipelineError
from pipeline.io.microdata.domains import derive_domains
from pipeline.io.population import read_margins
from pipeline.simulation.cells import city_cells
from pipeline.simulation.interviews import respondents
from pipeline.simulation.outcome import ability_in, everybody_answers, lasting_ability
from pipeline.simulation.parameters import City, load_city
from pipeline.simulation.people import Population, invent_population
from pipeline.simulation.run import questionnaire_of
from pipeline.simulation.sampling import draw_sample, fieldwork_record
from pipeline.stats.survey.diagnostics import kish_deff
from pipeline.stats.survey.estimates import Estimates
from pipeline.stats.survey.estimators import share
from pipeline.stats.survey.few_units import floored
from pipeline.stats.survey.intervals import logit_interval

REPORTED = ("county", "urban_rural")
NOBODY = np.array([], dtype=np.int64)


def main(wave: str, surveys: int) -> None:
    """Print the coverage table of one wave's design."""
    workspace = Workspace.at(Path.cwd())
    city = load_city(workspace.raw / "simulation")
    instrument, plan = workspace.instrument(wave), workspace.plan(wave)
    cells = city_cells(workspace.population(wave), city)
    population = invent_population(city, cells, instrument)
    literate = everybody(workspace, city, wave, population)
    estimates = plan.estimates.model_copy(update={"domains": REPORTED})
    plan = plan.model_copy(update={"estimates": estimates})
    margins = read_margins(workspace.population(wave))
    rows, failed = [], 0
    for number in range(surveys):
        try:
            people, weights = survey(city, wave, number, population, instrument, margins, plan)
        except PipelineError:
            failed += 1
            continue
        y = literate[people["person"].to_numpy()].astype(float)
        tables = WaveTables(people=people, weights=weights, **dict.fromkeys(
            ("answers", "items", "scores", "dimensions"), pd.DataFrame()))  # fmt: skip
        design = designs(tables, plan)[FINAL]
        plain = share(y, design, domains_of(people, instrument, plan))
        floor = floored(
            plain, deff=kish_deff(design.weight), below_df=plan.variance.floor_below_df or 0
        )
        level = plan.estimates.confidence
        rows += [result(plain, "plain", level), result(floor, "floor", level)]
    print(f"wave {wave}: {surveys - failed} surveys, {failed} could not be weighted")
    print(table(pd.concat(rows), truth(population.people, literate)).to_string())


def everybody(workspace: Workspace, city: City, wave: str, population: Population) -> np.ndarray:
    """(N,) whether each person of the city passes the headline standard in the wave."""
    ability = ability_in(city, wave, lasting_ability(city, population), population)
    questionnaire = questionnaire_of(workspace, wave)
    outcome, _ = everybody_answers(city, wave, ability, questionnaire, NOBODY)
    return outcome.literate[workspace.headline().label].to_numpy()


def survey(
    city: City,
    wave: str,
    number: int,
    population: Population,
    instrument: Instrument,
    margins: dict[str, pd.DataFrame],
    plan: Plan,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Another sample of the same people, weighted by the plan."""
    design = city.waves[wave].model_copy(update={"random_start": f"survey {number}"})
    other = city.model_copy(update={"name": f"survey {number}", "waves": {wave: design}})
    sample = draw_sample(other, wave, population)
    rows = respondents(other, wave, population, sample, NOBODY)
    variables = rows.assign(age=pd.to_numeric(rows["age"]))
    units = sample.units[["stratum", "psu", "psu_prob", "household_prob"]]
    fieldwork = fieldwork_record(sample).merge(units, on=["stratum", "psu"])
    fieldwork["psu"] = fieldwork["stratum"] + "/" + fieldwork["psu"]
    people = rows[["stratum", "person"]].assign(
        psu=rows["stratum"] + "/" + rows["psu"],
        respondent_id=rows.index.astype(str),
        person_prob=1 / rows["household_adults"].astype(float),
        county_code=rows["county_code"],
    )
    people = people.join(derive_domains(variables, instrument))
    found = fieldwork.set_index("psu")[["psu_prob", "household_prob"]].reindex(people["psu"])
    people = people.join(found.set_axis(people.index))
    return people, calibrated_weights(people, fieldwork, margins, instrument, plan.weights).weights


def result(found: Estimates, rule: str, level: float) -> pd.DataFrame:
    """Estimates of one survey with their intervals."""
    n_eff = np.minimum(found.n_eff, found.n)
    interval = logit_interval(found.estimate, found.se, found.df, n_eff=n_eff, level=level)
    return found.frame().assign(rule=rule, low=interval.low, high=interval.high)


def truth(people: pd.DataFrame, literate: np.ndarray) -> dict[tuple[str, str], float]:
    """True share by domain and category."""
    shares = {("all", "all"): float(literate.mean())}
    for domain in REPORTED:
        for category, rows in people.groupby(domain).indices.items():
            shares[domain, str(category)] = float(literate[rows].mean())
    return shares


def table(rows: pd.DataFrame, shares: dict[tuple[str, str], float]) -> pd.DataFrame:
    """Coverage by rule, domain and category; surveys without an interval count apart."""
    true = [shares[key] for key in zip(rows["domain"], rows["category"], strict=True)]
    rows = rows.assign(truth=true, has_interval=rows["low"].notna())
    rows["covers"] = (rows["low"] <= rows["truth"]) & (rows["truth"] <= rows["high"])
    rows["covers"] = rows["covers"].where(rows["has_interval"]).astype(float)
    return rows.groupby(["rule", "domain", "category"]).agg(
        truth=("truth", "first"), mean=("estimate", "mean"), sd=("estimate", "std"),
        se=("se", "mean"), coverage=("covers", "mean"), intervals=("has_interval", "sum"),
    ).round(4)  # fmt: skip


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "2025", int((sys.argv[2:] or ["200"])[0]))
