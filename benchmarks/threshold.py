"""What measurement error does to the share above a cut, and what plausible values mend.

    python benchmarks/threshold.py [--runs 200] [--output FILE]

First the closed forms of a normal test. Then 2PL tests of 20, 30 and 50 items and 2,000 people,
with known items, and with the whole chain: weights, communities, items calibrated from the same
answers, a population fitted and drawn, ten plausible values, intervals. Last five counties of
different ability, with and without the county in the prior. True shares are those of the normal
population behind the people.
"""

import argparse
import multiprocessing
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np
from repeated_surveys.tables import markdown
from scipy import stats
from simulated_tests.tests import answers, items_with_cut, repeated

from pipeline.stats.arrays import FloatArray
from pipeline.stats.measurement.classification.cut import latent_cut
from pipeline.stats.measurement.irt.ability.posterior import expected_a_posteriori
from pipeline.stats.measurement.irt.calibration import calibrate, fit_population
from pipeline.stats.measurement.irt.item_errors import design_errors
from pipeline.stats.measurement.plausible import threshold_bias
from pipeline.stats.measurement.plausible.corrected_share import corrected_share
from pipeline.stats.measurement.plausible.drawing import draw
from pipeline.stats.measurement.plausible.pooled import PooledEstimates
from pipeline.stats.measurement.plausible.priors import drawn_priors
from pipeline.stats.streams import stream
from pipeline.stats.survey.design.sample import Sample
from pipeline.stats.survey.estimation.domains import Domains

CUT, CUT_SHARE = 1.12, 0.7
TRUTH = float(stats.norm.sf(CUT))
PEOPLE, COMMUNITIES, COMMUNITY_SD = 2000, 60, 0.25
LENGTHS = (20, 30, 50)
RELIABILITIES = np.array([0.75, 0.85, 0.90, 0.95])
COUNTY_MEANS = np.array([-0.5, -0.25, 0.0, 0.25, 0.5])


def main() -> None:
    """Repeat tests and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--processes", type=int, default=multiprocessing.cpu_count())
    parser.add_argument("--output", type=Path, help="file for the tables")
    chosen = parser.parse_args()
    tables = {
        "A normal test whose true share is 13 %": closed_forms(),
        f"2PL tests, {PEOPLE:,} people, truth {TRUTH:.1%}, known items": known(chosen),
        "The whole chain: weights, communities, items from the same answers": chain(chosen),
        "Counties, 30 items, the whole chain": counties(chosen),
    }
    text = "\n\n".join(f"### {title}\n\n{table}" for title, table in tables.items())
    print(text)
    if chosen.output:
        chosen.output.write_text(text + "\n", encoding="utf-8")


def closed_forms() -> str:
    """Naive and regressed shares, and what a single pass is worth, by reliability."""
    naive = threshold_bias.naive_share(0.13, RELIABILITIES)
    rows = {
        "share of observed scores above the cut, %": 100 * naive,
        "bias, points": 100 * (naive - 0.13),
        "bias at 5 % true, points": 100 * (threshold_bias.naive_share(0.05, RELIABILITIES) - 0.05),
        "bias at 25 % true, points": 100 * (threshold_bias.naive_share(0.25, RELIABILITIES) - 0.25),
        "share of posterior means above the cut, %": 100
        * threshold_bias.eap_share(0.13, RELIABILITIES),
        "of those truly above, pass, %": 100 * threshold_bias.sensitivity(0.13, RELIABILITIES),
        "of those who pass, truly above, %": 100
        * threshold_bias.positive_predictive_value(0.13, RELIABILITIES),
    }
    body = [[name, *(f"{value:.1f}" for value in values)] for name, values in rows.items()]
    return markdown(body, ["reliability", *(f"{r:.2f}" for r in RELIABILITIES)])


def known(chosen: argparse.Namespace) -> str:
    """Raw scores, posterior means and plausible values where items and prior are right."""
    rows = []
    for length in LENGTHS:
        found = np.array(list(repeated(partial(one_known, length), chosen.runs, chosen.processes)))
        rows.append([str(length), *(_mean(column) for column in found.T)])
    return markdown(rows, ["items", "raw, %", "posterior means, %", "plausible values, %"])


def one_known(length: int, run: int) -> tuple[float, ...]:
    """Shares above the cut of one simple sample: raw, posterior means, plausible values."""
    random = stream("threshold known", str(length), str(run))
    items = items_with_cut(length, ability=CUT, cut_share=CUT_SHARE)
    given = answers(items, random.normal(size=PEOPLE), random)
    values = draw(given, items, mean=0.0, sd=1.0, keys=KEYS, random=random)
    means = expected_a_posteriori(items, given).estimate
    raw = (given.sum(axis=1) >= CUT_SHARE * length - 1e-9).mean()
    return raw, (means >= CUT).mean(), (values >= CUT).mean()


def chain(chosen: argparse.Namespace) -> str:
    """Plausible values where everything is estimated from a clustered, weighted sample."""
    rows = []
    for length in LENGTHS:
        found = np.array(list(repeated(partial(one_chain, length), chosen.runs, chosen.processes)))
        raw, share, se, held, lost = found.T
        row = [str(length), _mean(raw), _mean(share), f"{100 * share.std():.2f}"]
        row += [f"{100 * np.sqrt((se**2).mean()):.2f}", f"{100 * held.mean():.1f}"]
        rows.append([*row, f"{lost.mean():.2f}"])
    heading = ["items", "raw, %", "plausible values, %", "true SE, points", "SE by Rubin, points"]
    return markdown(rows, [*heading, "coverage of 95 %, %", "missing information"])


def one_chain(length: int, run: int) -> tuple[float, ...]:
    """Raw and corrected share, its SE, whether its interval holds the truth, information lost."""
    random = stream("threshold chain", str(length), str(run))
    items = items_with_cut(length, ability=CUT, cut_share=CUT_SHARE)
    community = np.arange(PEOPLE) % COMMUNITIES
    effect = COMMUNITY_SD * random.normal(size=COMMUNITIES)[community]
    ability = effect + np.sqrt(1 - COMMUNITY_SD**2) * random.normal(size=PEOPLE)
    given = answers(items, ability, random)
    sample = Sample.clustered(random.uniform(0.5, 2, PEOPLE), psu=community)
    found = corrected(given, sample, Domains.whole(PEOPLE), None, random)
    raw = sample.weight @ (given.sum(axis=1) >= CUT_SHARE * length - 1e-9) / sample.weight.sum()
    held = _holds(found, np.array([TRUTH]))[0]
    return raw, found.estimate[0], found.se[0], held, found.missing_information[0]


def corrected(
    given: np.ndarray,
    sample: Sample,
    domains: Domains,
    covariates: FloatArray | None,
    random: np.random.Generator,
) -> PooledEstimates:
    """Calibrate, fit the population, draw it and the people, and estimate."""
    items = calibrate(given, weights=sample.weight, covariates=covariates).model
    fitted = fit_population(given, items, weights=sample.weight, covariates=covariates)
    mean, sd = drawn_priors(fitted, design_errors(fitted, sample), random=random)
    values = draw(given, items, mean=mean, sd=sd, keys=KEYS, random=random)
    return corrected_share(values, latent_cut(items, CUT_SHARE * len(given.T)), sample, domains)


def counties(chosen: argparse.Namespace) -> str:
    """Shares by county: raw, and by plausible values whose prior knows the county or not."""
    found = np.array(list(repeated(one_of_counties, chosen.runs, chosen.processes)))
    truth = 100 * stats.norm.sf(CUT - COUNTY_MEANS)
    rows = [["true share", *(f"{share:.1f}" for share in truth), ""]]
    names = ("raw", "plausible values, no county in the prior", "plausible values, county in it")
    for name, values, held in zip(
        names, found[:, 0::2].mean(axis=0), found[:, 1::2].mean(axis=0), strict=True
    ):
        coverage = "" if np.isnan(held).any() else f"{100 * held.mean():.1f}"
        rows.append([name, *(f"{100 * value:.1f}" for value in values), coverage])
    heading = [f"county, mean ability {mean:+.2f}" for mean in COUNTY_MEANS]
    return markdown(rows, ["%", *heading, "coverage of 95 %, %"])


def one_of_counties(run: int) -> FloatArray:
    """(6, 5) shares and whether intervals hold the truth: raw, without county, with county."""
    random = stream("threshold counties", str(run))
    items = items_with_cut(30, ability=CUT, cut_share=CUT_SHARE)
    county = np.arange(PEOPLE) % len(COUNTY_MEANS)
    given = answers(items, COUNTY_MEANS[county] + random.normal(size=PEOPLE), random)
    truth = stats.norm.sf(CUT - COUNTY_MEANS)
    marks = [Domains.from_mask("county", str(k), county == k) for k in range(len(COUNTY_MEANS))]
    sample, domains = Sample.clustered(np.ones(PEOPLE)), Domains.join(marks)
    is_passed = given.sum(axis=1) >= CUT_SHARE * 30 - 1e-9
    rows = [np.bincount(county, is_passed) / np.bincount(county), np.full(len(truth), np.nan)]
    dummies = (county[:, None] == np.arange(1, len(COUNTY_MEANS))).astype(np.float64)
    for covariates in (None, dummies):
        found = corrected(given, sample, domains, covariates, random)
        rows += [found.estimate, _holds(found, truth)]
    return np.array(rows)


def _holds(found: PooledEstimates, truth: FloatArray) -> FloatArray:
    low, high = found.interval()
    return ((low <= truth) & (truth <= high)).astype(np.float64)


def _mean(shares: FloatArray) -> str:
    return f"{100 * shares.mean():.1f} (±{100 * shares.std() / np.sqrt(len(shares)):.1f})"


KEYS: Sequence[str] = [str(person) for person in range(PEOPLE)]

if __name__ == "__main__":
    main()
