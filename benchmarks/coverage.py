"""How often 95 % intervals hold the truth: thousands of surveys of the demo city.

    python benchmarks/coverage.py [--surveys 2000] [--designs 10 20 60] [--output FILE]

The people, their answers and scores are fixed; sample, response and weights are drawn anew
each time, every survey from random numbers that bear its name. Three designs (10, 20 and 60
communities) meet three shares (5, 13 and 25 % of the people above a cut of the score) and
several sets of margins. Every survey is weighted by the whole chain: unknown eligibility,
nonresponse, raking, trimming, raking.

Judged are variances (linearised with more or less of the chain, jackknife and bootstrap with
the chain repeated in every replicate) against the spread of the estimates, and intervals by
how often they hold the truth, for the city and its counties. docs/coverage.md explains and
sums up.
"""

import argparse
import multiprocessing
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from repeated_surveys import tables
from repeated_surveys.city import FixedCity, found_city
from repeated_surveys.drawing import Design
from repeated_surveys.methods import Study
from repeated_surveys.variances import Found, survey
from repeated_surveys.weighting import Margin, Scheme

from pipeline.config.plan import CalibratedWeights
from pipeline.config.workspace import Workspace

SHARES = (0.05, 0.13, 0.25)
FEW = Margin(by=("sex", "age_group"), merge_along=("age_group", "sex"), min_respondents=10)
EDUCATION = Margin(by=("education",), merge_along=("education",), min_respondents=10)
BY_COUNTY = Margin(
    by=("county", "sex", "age_group"), merge_along=("age_group", "sex"), min_respondents=5
)
BY_PART = Margin(by=("county", "urban_rural"), merge_along=("urban_rural",), min_respondents=5)


def main() -> None:
    """Repeat surveys and print the tables."""
    chosen = arguments()
    workspace = Workspace.at(Path.cwd())
    city = found_city(workspace, chosen.wave, SHARES)
    studies = [
        study(city, design, scheme, chosen)
        for design in designs(city, chosen)
        for scheme in schemes(workspace, chosen)
    ]
    text = report(studies)
    print(text)
    if chosen.output:
        chosen.output.write_text(text + "\n", encoding="utf-8")


def arguments() -> argparse.Namespace:
    """Options of the command line."""
    first, _, rest = (__doc__ or "").partition("\n")
    parser = argparse.ArgumentParser(
        description=first, epilog=rest, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--wave", default="2025", help="questionnaire, level, design of 60")
    parser.add_argument("--surveys", type=int, default=2000, help="per design and margins")
    sizes, margins = ["10", "20", "60"], ["few", "crossed", "plan"]
    parser.add_argument("--designs", nargs="+", choices=sizes, default=sizes)
    parser.add_argument("--margins", nargs="+", choices=margins, default=margins[:2])
    parser.add_argument("--bootstrap", type=int, default=100, help="replicates; 0: no bootstrap")
    parser.add_argument("--fixed-order", action="store_true", help="do not shuffle the list")
    parser.add_argument("--processes", type=int, default=multiprocessing.cpu_count())
    parser.add_argument("--output", type=Path, help="file for the tables")
    return parser.parse_args()


def designs(city: FixedCity, chosen: argparse.Namespace) -> list[Design]:
    """Two or four communities per county, or the strata of the wave."""
    strata = city.parameters.waves[chosen.wave].first_stage
    known = {
        "10": Design(name="10", first_stage=dict.fromkeys(city.counties, 2), households=78),
        "20": Design(name="20", first_stage=dict.fromkeys(city.counties, 4), households=60),
        "60": Design(name="60", first_stage=strata, households=50),
    }
    return [known[name] for name in chosen.designs]


def schemes(workspace: Workspace, chosen: argparse.Namespace) -> list[Scheme]:
    """Few categories, many crossed ones, or those of the plan."""
    weights = workspace.plan(chosen.wave).weights
    if not isinstance(weights, CalibratedWeights) or weights.trimming is None:
        sys.exit(f"the plan of wave {chosen.wave} does not calibrate and trim")
    rules = ("by", "merge_along", "min_respondents")
    planned = [Margin(**{name: getattr(m, name) for name in rules}) for m in weights.margins]
    margins = {
        "few": (Margin(by=("county",)), FEW, EDUCATION),
        "crossed": (BY_COUNTY, BY_PART, EDUCATION),
        "plan": tuple(planned),
    }
    low, high = weights.trimming.low, weights.trimming.high
    return [Scheme(name=n, margins=margins[n], low=low, high=high) for n in chosen.margins]


def study(city: FixedCity, design: Design, scheme: Scheme, chosen: argparse.Namespace) -> Study:
    """All surveys of a design by a scheme, over several processes."""
    one = partial(
        survey, city, design, scheme, replicates=chosen.bootstrap, shuffle=not chosen.fixed_order
    )
    with multiprocessing.get_context("fork").Pool(chosen.processes) as pool:
        found = pool.imap(one, range(chosen.surveys), chunksize=5)
        title = f"{design.name} PSUs, {scheme.name} margins"
        results = list(followed(found, chosen.surveys, title))
    return Study.of(design.name, scheme.name, city.truth(), results)


def followed(results: Iterator[Found | str], number: int, title: str) -> Iterator[Found | str]:
    """Tell a terminal how far it has got."""
    start = time.monotonic()
    for done, result in enumerate(results, start=1):
        if sys.stderr.isatty() or done == number:
            end = "\n" if done == number else "\r"
            took = time.monotonic() - start
            line = f"{title}: {done} of {number}, {took:.0f} s"
            print(line, end=end, file=sys.stderr, flush=True)
        yield result


def report(studies: list[Study]) -> str:
    """All tables with their titles."""
    made = {
        "Surveys": tables.surveys_table,
        "Goals": tables.verdict_table,
        "Mean variance over true variance: the city by share (mean of the counties)": (
            tables.bias_table
        ),
        "Coverage of the city, %": tables.city_table,
        "Coverage of the city, %: Student's t against the normal": tables.freedom_table,
        "Coverage of the counties, %": tables.county_table,
    }
    return "\n\n".join(f"### {title}\n\n{table(studies)}" for title, table in made.items())


if __name__ == "__main__":
    main()
