import numpy as np
import pandas as pd
import pytest

from pipeline.engine.monitoring.changes import changes
from pipeline.engine.monitoring.gaps import gaps
from pipeline.engine.monitoring.series import trend
from pipeline.engine.monitoring.verdicts import verdicts
from pipeline.engine.monitoring.wave import Wave

STANDARD = "quiz@1"
FIGURES = {"se": 0.01, "ci_low": 0.0, "ci_high": 1.0, "df": 6, "n": 40, "n_eff": 30.0}


def wave(
    name: str, plan, instrument, share: float, *, frame: str = "f", flag: str = "publish"
) -> Wave:
    """A wave whose women and men score 10 points above and below the whole."""
    domains = [("all", "all", share), ("sex", "f", share + 0.1), ("sex", "m", share - 0.1)]
    identity = {
        "wave": name, "standard": STANDARD, "weighting": "final", "indicator": "is_literate",
        "measure": "share",
    }  # fmt: skip
    rows = [
        identity | FIGURES | {"domain": d, "category": c, "estimate": e, "flag": flag}
        for d, c, e in domains
    ]
    sums = [
        identity
        | {
            "domain": d,
            "category": c,
            "stratum": h,
            "psu": u,
            "z": z,
            "holds_domain": True,
            "is_centred": False,
        }
        for d, c, _ in domains
        for h, u, z in [("n", "1", 0.01), ("n", "2", -0.01), ("s", "3", 0.02), ("s", "4", -0.02)]
    ]
    tables = [pd.DataFrame(rows), pd.DataFrame(sums)]
    return Wave.of(name, int(name), frame, plan, instrument, tables)


@pytest.fixture
def targets() -> pd.DataFrame:
    rows = [
        ("floor", "1", 2023, ">", 0.13, "quiz", ""),
        ("goal", "1", 2035, ">=", 0.25, "quiz", ""),
        ("foreign", "9", 2023, ">", 0.13, "quiz", ""),
        ("other_ruler", "1", 2023, ">", 0.13, "exam", ""),
    ]
    columns = ["target_id", "area_code", "year", "operator", "target", "standard", "document"]
    return pd.DataFrame(rows, columns=columns)


def test_changes_join_consecutive_waves_and_the_first_with_the_last(plan, instrument):
    waves = [
        wave("2020", plan, instrument, 0.1),
        wave("2022", plan, instrument, 0.12),
        wave("2023", plan, instrument, 0.3),
    ]
    table = changes(waves)
    whole = table[table.domain == "all"].set_index(["wave_from", "wave_to"]).change
    assert whole.to_dict() == pytest.approx(
        {("2020", "2022"): 0.02, ("2022", "2023"): 0.18, ("2020", "2023"): 0.2}
    )


def test_returning_to_the_same_units_makes_the_change_more_certain(plan, instrument):
    same = changes([wave("2020", plan, instrument, 0.1), wave("2022", plan, instrument, 0.12)])
    other = changes(
        [wave("2020", plan, instrument, 0.1), wave("2022", plan, instrument, 0.12, frame="g")]
    )
    assert (same.se < other.se).all()


def test_a_change_between_withheld_figures_is_withheld(plan, instrument):
    table = changes(
        [wave("2020", plan, instrument, 0.1, flag="withhold"), wave("2022", plan, instrument, 0.12)]
    )
    assert set(table.flag) == {"withhold"}


def test_gaps_are_told_in_points_as_ratio_and_as_odds_ratio(plan, instrument):
    table = gaps([wave("2022", plan, instrument, 0.2)]).set_index("comparison")
    assert table.loc["points", "estimate"] == pytest.approx(0.2)
    assert table.loc["ratio", "estimate"] == pytest.approx(3)
    assert table.loc["odds_ratio", "estimate"] == pytest.approx((0.3 / 0.7) / (0.1 / 0.9))
    assert (table.ci_low <= table.estimate).all()


def test_verdicts_hold_only_the_areas_own_targets_under_their_own_standard(
    plan, instrument, targets
):
    table = verdicts([wave("2023", plan, instrument, 0.3)], targets, "1").set_index("target_id")
    assert set(table.index) == {"floor", "goal"}
    assert bool(table.loc["floor", "is_due"])
    assert not bool(table.loc["goal", "is_due"])
    assert table.loc["floor", "verdict"] == "shown_above"


def test_the_trend_puts_own_and_published_figures_side_by_side(plan, instrument):
    published = pd.DataFrame(
        {"area_code": ["0"], "year": [2020], "standard": ["quiz"], "domain": ["all"],
         "category": ["all"], "estimate": [0.1], "sample_size": [np.nan], "citation": ["news"]}
    )  # fmt: skip
    table = trend([wave("2020", plan, instrument, 0.1)], published, "1")
    assert table.kind.value_counts().to_dict() == {"survey": 3, "published": 1}
    assert table[table.kind == "published"].citation.iloc[0] == "news"


def test_a_workspace_without_targets_has_no_verdict(plan, instrument, targets):
    assert verdicts([wave("2023", plan, instrument, 0.3)], targets.iloc[:0], "1").empty
