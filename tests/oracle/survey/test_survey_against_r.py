"""Every number of R survey 4.5 that design-based estimation here can be asked for."""

from pathlib import Path

import numpy as np
import pytest

from pipeline.errors import LonelyPsuError
from pipeline.stats.survey.design import Design
from pipeline.stats.survey.diagnostics import kish_deff, n_eff
from pipeline.stats.survey.domains import Domains
from pipeline.stats.survey.estimators import mean, share, total
from pipeline.stats.survey.intervals import Interval
from pipeline.stats.survey.psu_totals import psu_totals
from pipeline.stats.survey.publication import Thresholds, flag_shares
from pipeline.stats.survey.trimming import trim
from pipeline.stats.survey.variance import total_covariance
from tests.oracle.survey.oracle_answers import answer
from tests.oracle.survey.oracle_cases import (
    ONE_STRATUM_FPC,
    Case,
    build_design,
    domain_mask,
    read_cases,
    read_data,
    read_designs,
)

COUNTIES = ["wave.diff.c01", "wave.diff.c03", "wave.diff.c10", "wave.diff.c12"]
ESTIMATES = [
    *["mean.srs", "mean.srs_wr", "mean.strat_wr", "nh.mean", "fpc.wr", "mean.pps_wr"],
    *["prop.srs", "prop.srs_wr", "prop.strat_wr", "prop.clus1_wr", "prop.clus2_wr", "levels.srs"],
    *["total.srs_wr", "total.strat_wr", "total.clus1", "total.clus1_wr", "total.clus2_wr"],
    *["nh.tot", "tot.crowd", "tot.pps_wr", "pub.lohr.gpa", "pub.lohr.coots"],
    *["ratio.srs_wr", "ratio.strat_wr", "ratio.clus1", "ratio.clus1_wr", "ratio.clus2_wr"],
    *["ci.logit.nh", "ci.logit.nhd", "ci.logit.lit90", "ci.xlogit.clus1", "ci.xlogit.lit"],
    *["ci.xlogit.df30", "ci.mean.clus1", "ci.mean.nh", "ci.mean.nhd", "ci.mean.lit90"],
    *["ci.mean.df30", "ci.wilson.clus1", "ci.wilson.nh", "ci.wilson.nhd", "ci.wilson.lit"],
    *["byt.clus1", "byr.clus1", "by2.clus1", "lit.county", "lit.county2"],
    *["conr.clus1", "cone.clus1", "wave.by", "wave.diff", *COUNTIES],
    *["wave.tot", "wave.gap", "wave.logodds"],
    *["w.ps.tot.clus1", "w.ps.by.clus1", "w.rake2.ratio.clus1", "w.rake2.by.clus1"],
    *["w.rake3.tot.clus1", "w.rake3.ratio.clus1", "w.lrake.lit1p", "w.lrakeby.lit1p"],
    *["w.lcalby.raking", "w.lps.edu", "w.lpst.edu"],
    *["lon.mean.lon_adjust", "lon.dom.adjust", "lon.mean.lon_certainty", "lon.tot.lon_remove"],
    *["lon.ratio.lon_remove", "lon.dom.remove", "lon.mean.lon_average", "lon.ratio.lon_average"],
    *["lit.lonely.certainty", "lit.lonely.remove", "lit.lonely.average"],
    *["edge.na.rm", "edge.na.by", "edge.rare", "edge.zerowd", "edge.one.row"],
]
DEGREES_OF_FREEDOM = [
    *["df.clus1", "df.clus1_wr", "df.clus2_wr", "dom.clus1.df", "nh.df"],
    *["lon.df.fail", "lon.df.adjust", "lon.df.certainty", "lon.df.average"],
]
KORN_GRAUBARD = [
    *["kg.c01", "kg.c02", "kg.c03", "kg.c04", "kg.c07", "kg.c11", "kg.c12", "kg.c12.mid"],
    *["kg.c12.high", "kg.none", "kg.all", "kg.nh2", "kg.nh3", "kg.nh4"],
]
RAKED_WEIGHTS = ["w.ps.g.clus1", "w.rake3.g.clus1", "w.lrakew"]
OTHERS = ["dom.lit.df", "kish.lit1", "kish.nh", "deffK"]

# relative distance granted where R itself stops short of its own formula
R_STOPS_SHORT = {
    "w.rake3.ratio.clus1": 1e-6,  # ten sweeps of residuals; the full regression gives ours
    "ci.logit.nhd": 1e-7,  # bounds from a GLM stopped at its default precision
}
OTHER_METHODS = {
    *["quantile", "standardise", "chisq", "ttest", "ranktest", "association", "variance"],
    *["reliability", "regression", "plausible", "quadform"],
}
LEFT_OUT = {
    "deffH": "Henry's design effect is not offered",
    "edge.nest": "PSUs are always nested here, so nothing is there to refuse",
}
NCHS = Thresholds(
    min_n=30,
    min_n_eff=30,
    max_width=0.30,
    always_width=0.05,
    max_relative_width=1.30,
    min_df=8,
)


@pytest.fixture(scope="module")
def folder(shared: Path) -> Path:
    return shared / "oracles" / "survey"


def wrong(case: Case, answers: dict[tuple[str, str], float]) -> list[tuple]:
    floor = R_STOPS_SHORT.get(case.id, 0)
    return [
        (number.term, number.statistic, number.value, answers[number.term, number.statistic])
        for number in case.numbers
        if not abs(answers[number.term, number.statistic] - number.value)
        <= max(number.tolerance, floor * abs(number.value))
    ]


@pytest.mark.parametrize("name", ESTIMATES)
def test_estimates_errors_and_intervals_equal_those_of_r(folder, name):
    case = read_cases(folder)[name]
    assert wrong(case, answer(folder, case)) == []


@pytest.mark.parametrize("name", DEGREES_OF_FREEDOM)
def test_degrees_of_freedom_equal_those_of_r(folder, name):
    case = read_cases(folder)[name]
    frame, design = read_data(folder, case.design), build_design(folder, case)
    domain = case.estimand.get("domain")
    df = design.domain_df(domain_mask(frame, domain)) if domain else design.df
    assert df == case.value("df")


def test_degrees_of_freedom_of_counties_equal_those_of_r(folder):
    case = read_cases(folder)["dom.lit.df"]
    county, design = read_data(folder, case.design)["county"], build_design(folder, case)
    found = {f"df_{name}": design.domain_df(county == name) for name in ("c01", "c03", "c12")}
    found["df_all"] = design.df
    assert found == {number.statistic: number.value for number in case.numbers}


@pytest.mark.parametrize("name", KORN_GRAUBARD)
def test_shares_and_publication_flags_equal_the_nchs_rule(folder, name):
    case = read_cases(folder)[name]
    frame, design = read_data(folder, case.design), build_design(folder, case)
    domains = Domains.from_mask("d", "c", domain_mask(frame, case.estimand.get("domain")))
    found = share(frame[case.estimand["y"]].to_numpy(dtype=float), design, domains)
    assert found.estimate[0] == pytest.approx(case.value("est"), rel=1e-9)
    assert (found.n[0], found.df[0]) == (case.value("n"), case.value("df"))
    flags = flag_shares(
        found.estimate,
        Interval(np.array([case.value("ci_low")]), np.array([case.value("ci_high")])),
        n=found.n,
        n_eff=np.array([case.value("n_eff")]),
        df=found.df,
        thresholds=NCHS,
    )
    withheld, reasons = flags.flag[0] == "withhold", set(flags.reason[0].split(";"))
    assert withheld == case.value("nchs_suppress")
    assert ("wide_relative_complement" in reasons) == case.value("nchs_footnote_complement")
    assert bool({"few_df", "all_or_none"} & reasons) == case.value("nchs_review")


@pytest.mark.parametrize("name", RAKED_WEIGHTS)
def test_raked_weights_equal_those_of_r(folder, name):
    case = read_cases(folder)[name]
    design = build_design(folder, case)
    weight, factor = design.weight, design.weight / design.calibration.weight
    answers = {
        **{f"w_row{row}": weight[row - 1] for row in (1, 50, 100, 183)},
        **{f"w_{row}": weight[row - 1] for row in (1, 5, 300) if len(weight) >= row},
        **{"g_min": factor.min(), "min_g": factor.min(), "g_max": factor.max()},
        **{"max_g": factor.max(), "sum_w": weight.sum(), "sum_w2": (weight**2).sum()},
        "deff_kish": kish_deff(weight),
    }
    assert wrong(case, {("", key): value for key, value in answers.items()}) == []


def test_kish_figures_equal_those_of_r(folder):
    cases = read_cases(folder)
    nhanes = build_design(folder, cases["kish.nh"]).weight
    assert n_eff(nhanes) == pytest.approx(cases["kish.nh"].value("n_eff"), rel=1e-9)
    # the files hold rows of weight 0: R counts them in n, PracTools and we do not
    for name in ("kish.nh", "kish.lit1"):
        weight, expected = build_design(folder, cases[name]).weight, cases[name].value("deff_kish")
        assert len(weight) / n_eff(weight) == pytest.approx(expected, rel=1e-9)
    weight = build_design(folder, cases["kish.lit1"]).weight
    assert n_eff(weight) == pytest.approx(cases["kish.lit1"].value("n_eff"), rel=1e-9)
    assert weight.sum() == pytest.approx(cases["kish.lit1"].value("sum_w"), rel=1e-9)
    assert kish_deff(weight) == pytest.approx(cases["deffK"].value("deff_kish"), rel=1e-9)


def test_trimmed_weights_give_the_mean_of_r(folder):
    case = read_cases(folder)["w.trim1.strat"]
    frame = read_data(folder, "strat")
    weight = frame["pw"].to_numpy()
    trimmed = trim(weight, low=0, high=40 / np.median(weight))
    found = np.average(frame["api00"], weights=trimmed.weight)
    assert found == pytest.approx(case.value("est"), rel=1e-9)


def test_design_effect_against_sampling_with_replacement_has_the_reference_of_r(folder):
    # R's design has an FPC, which the variance of simple sampling with replacement lacks
    case = read_cases(folder)["deffrep.strat"]
    frame = read_data(folder, "strat")
    rows = np.arange(len(frame))
    design = Design(weight=frame["pw"], stratum=frame["stype"], psu=rows)
    for y in ("api00", "api99"):
        found = mean(frame[y].to_numpy(dtype=float), design, Domains.whole(len(frame)))
        of_r = {n.statistic: n.value for n in case.numbers if n.term == y}
        assert found.variance / found.deff == pytest.approx(of_r["se"] ** 2 / of_r["deff"])


def test_raked_share_has_the_base_weighted_error_and_not_that_of_r_rake(folder):
    # R rake() gives 0.02744: it leaves the weights out of the regression
    case = read_cases(folder)["w.lrake.lit1p"]
    answers = answer(folder, case)
    assert answers["lit_nz", "se"] == pytest.approx(0.02646, abs=5e-6)


def test_total_covariance_takes_many_plain_columns(folder):
    case = read_cases(folder)["lon.tot.lon_remove"]
    columns = read_data(folder, case.design)[["y", "x"]].to_numpy(dtype=float)
    matrix = total_covariance(psu_totals(build_design(folder, case), columns))
    expected = {number.statistic: number.value for number in case.numbers}
    assert matrix[0, 1] == pytest.approx(expected["cov"], rel=1e-9)


@pytest.mark.parametrize("name", ["mean", "total", "share"])
def test_a_stratum_of_one_psu_is_refused_when_the_rule_says_so(folder, name):
    case = read_cases(folder)["lon.df.fail"]
    design, frame = build_design(folder, case), read_data(folder, case.design)
    estimate = {"mean": mean, "total": total, "share": share}[name]
    with pytest.raises(LonelyPsuError, match=r"got one in: 3, 5\b"):
        estimate(frame["b"].to_numpy(dtype=float), design, Domains.whole(len(frame)))


def test_no_binding_case_of_these_designs_is_passed_over(folder):
    cases, tested = read_cases(folder), [*ESTIMATES, *DEGREES_OF_FREEDOM, *KORN_GRAUBARD]
    tested += [*RAKED_WEIGHTS, *OTHERS]
    expected = {name for name, case in cases.items() if is_ours(case, folder)}
    assert len(tested) == len(set(tested))
    assert set(tested) == expected
    assert len(tested) == 115
    assert sum(len(cases[name].numbers) for name in ESTIMATES) == 739


def is_ours(case: Case, folder: Path) -> bool:
    """Linearised, first stage with replacement, raked or not calibrated."""
    spec, estimand = read_designs(folder).get(case.design, {}), case.estimand
    if spec.get("kind") != "taylor" or case.group in OTHER_METHODS or case.id in LEFT_OUT:
        return False
    step = estimand.get("adjust", {"op": "rake"})
    return (
        (not spec.get("fpc") or case.design in ONE_STRATUM_FPC)
        and (step["op"] in ("rake", "post-stratify") or step.get("calfun") == "raking")
        and estimand.get("ci_method") not in ("beta", "asin", "likelihood")
        and "domain_lonely" not in spec.get("options", [])
    )
