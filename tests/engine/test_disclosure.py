import pandas as pd
import pytest

from pipeline.config.plan import Plan
from pipeline.engine.disclosure import without_small_cells

COUNTS = {  # respondents by county and sex: one small cell
    ("n", "f"): 3, ("n", "m"): 40, ("s", "f"): 50, ("s", "m"): 60,
}  # fmt: skip


@pytest.fixture
def careful(plan) -> Plan:
    content = plan.model_dump(by_alias=True)
    content["publication"]["min_cell"] = 10
    content["estimates"]["domains"] = ("county", "sex", "county*sex")
    return Plan.model_validate(content)


def table(counts: dict[tuple[str, str], int], share: float = 0.2) -> pd.DataFrame:
    """Shares of everybody, by county, by sex and crossed; ten people per respondent."""
    cells = pd.Series(counts)
    sums = {("all", "all"): cells.sum()}
    sums |= {("county", c): n for c, n in cells.groupby(level=0).sum().items()}
    sums |= {("sex", s): n for s, n in cells.groupby(level=1).sum().items()}
    sums |= {("county*sex", f"{c}*{s}"): n for (c, s), n in counts.items()}
    identity = {"standard": "quiz@1", "weighting": "final", "indicator": "is_literate",
                "measure": "share", "flag": "publish", "reason": "", "estimate": share}  # fmt: skip
    return pd.DataFrame(
        [
            identity | {"domain": d, "category": c, "n": n, "population": 10.0 * n}
            for (d, c), n in sums.items()
        ]
    )


def withheld(rows: pd.DataFrame) -> dict[str, str]:
    return rows[rows["flag"] == "withhold"].set_index("category")["reason"].to_dict()


def test_a_small_cell_takes_the_cells_with_it_that_would_give_it_away(careful):
    """In two by two the one small cell needs the other three, the margins being printed."""
    found = withheld(without_small_cells(table(COUNTS), careful))
    assert found["n*f"] == "small_cell"
    assert {found[cell] for cell in ("n*m", "s*f", "s*m")} == {"complementary"}
    assert len(found) == 4


def test_a_reason_is_added_to_those_already_there(careful):
    rows = table(COUNTS)
    rows.loc[rows["category"] == "n*f", "reason"] = "small_n"
    assert withheld(without_small_cells(rows, careful))["n*f"] == "small_n;small_cell"


def test_a_small_part_of_the_whole_takes_another_part_with_it(careful):
    counts = {("n", "f"): 2, ("n", "m"): 3, ("s", "f"): 50, ("s", "m"): 60}
    found = withheld(without_small_cells(table(counts), careful))
    assert {"n", "s"} <= set(found)
    assert "all" not in found


def test_empty_cells_and_large_ones_change_nothing(careful):
    counts = {("n", "f"): 0, ("n", "m"): 40, ("s", "f"): 50, ("s", "m"): 60}
    assert not withheld(without_small_cells(table(counts), careful))


def test_parts_that_do_not_add_up_are_no_table(careful):
    rows = table(COUNTS)
    rows.loc[rows["domain"] == "all", "population"] *= 2
    assert not withheld(without_small_cells(rows, careful))


def test_a_plan_without_the_rule_withholds_nothing(plan):
    assert not withheld(without_small_cells(table(COUNTS), plan))
