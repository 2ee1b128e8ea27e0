import pandas as pd
import pytest

from pipeline.config.plan import Plan
from pipeline.engine.monitoring.ranks import ranks
from pipeline.engine.monitoring.wave import Wave

IDENTITY = {
    "wave": "2025", "standard": "quiz@1", "weighting": "final", "indicator": "is_literate",
    "measure": "share",
}  # fmt: skip
UNITS = [("n", "1", 1), ("n", "2", -1), ("s", "3", 1), ("s", "4", -1)]


@pytest.fixture
def ranked(plan) -> Plan:
    content = plan.model_dump(by_alias=True)
    content["estimates"]["ranks"] = ("sex",)
    return Plan.model_validate(content)


def wave(plan, instrument, *, gap: float, flag: str = "publish") -> Wave:
    """Women ahead of men by a gap; each share rests on two units of its own, se 0.02."""
    shares = {"f": 0.2 + gap, "m": 0.2}
    figures = {"se": 0.02, "ci_low": 0, "ci_high": 1, "df": 2, "n": 40, "n_eff": 30.0}
    rows = [
        IDENTITY | figures | {"domain": "sex", "category": c, "estimate": e, "flag": flag}
        for c, e in shares.items()
    ]
    sums = [
        IDENTITY
        | {
            "domain": "sex",
            "category": c,
            "stratum": h,
            "psu": u,
            "holds_domain": True,
            "is_centred": False,
        }
        | {"z": 0.01 * sign * (h == stratum)}
        for c, stratum in (("f", "n"), ("m", "s"))
        for h, u, sign in UNITS
    ]
    return Wave.of("2025", 2025, "f", plan, instrument, [pd.DataFrame(rows), pd.DataFrame(sums)])


def test_overlapping_shares_leave_every_place_open(ranked, instrument):
    table = ranks([wave(ranked, instrument, gap=0.02)]).set_index("category")
    assert table["rank"].to_dict() == {"f": 1, "m": 2}
    assert table["rank_low"].tolist() == [1, 1]
    assert table["rank_high"].tolist() == [2, 2]
    assert not table["may_rank"].any()
    assert 0.5 < table["prob_highest"]["f"] < 1
    assert table["prob_highest"].sum() == pytest.approx(1)


def test_shares_far_apart_have_one_place_each(ranked, instrument):
    table = ranks([wave(ranked, instrument, gap=0.5)]).set_index("category")
    assert table["rank_high"].to_dict() == {"f": 1, "m": 2}
    assert table["may_rank"].all()


def test_the_same_wave_always_has_the_same_probabilities(ranked, instrument):
    tables = [ranks([wave(ranked, instrument, gap=0.02)]) for _ in range(2)]
    assert tables[0].equals(tables[1])


def test_withheld_shares_have_no_place(ranked, instrument):
    assert ranks([wave(ranked, instrument, gap=0.02, flag="withhold")]).empty


def test_a_plan_that_ranks_nothing_gets_no_ranks(plan, instrument):
    assert ranks([wave(plan, instrument, gap=0.02)]).empty
