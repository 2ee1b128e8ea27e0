"""Money: what a design costs, and a budget that is kept."""

import pytest

from pipeline.errors import DesignError
from pipeline.sampling.planned import work_out
from pipeline.sampling.run import draw, plan

COST = """
[cost]
community = 1000.0
interview = 100.0
"""


def test_communities_and_interviews_are_paid(workspace, write_design):
    """12 communities and 96 interviews; sqrt(10 * 0.95 / 0.05) = 13.8 per community."""
    found = work_out(workspace, write_design(more=COST)).spending
    assert found.total == pytest.approx(12 * 1000 + 96 * 100)
    assert found.per_community == pytest.approx(8)
    assert found.cheapest == pytest.approx(13.784, abs=1e-3)
    assert work_out(workspace, write_design()).spending is None


def test_a_design_effect_given_as_a_whole_tells_no_best_size(workspace, write_design):
    path = write_design(("icc = 0.05\nkish_deff = 1.2", "deff = 1.5"), more=COST)
    assert work_out(workspace, path).spending.cheapest is None


def test_the_plan_tells_cost_budget_and_best_size_in_both_languages(workspace, write_design):
    plan(workspace, write_design(more=COST + "budget = 30000.0\n"))
    text = (workspace.processed("sampling", "2030") / "plan" / "plan.md").read_text("utf-8")
    assert "预计费用21600元。预算30000元。" in text
    assert "The fieldwork costs 21,600 yuan. The budget is 30,000 yuan." in text
    assert "14 interviews per community are cheapest; the plan has about 8" in text


@pytest.mark.parametrize("command", [plan, draw])
def test_a_design_beyond_its_budget_is_refused_and_writes_nothing(workspace, write_design, command):
    path = write_design(more=COST + "budget = 20000.0\n")
    with pytest.raises(DesignError, match="20,000 at most, the design costs 21,600"):
        command(workspace, path)
    assert not workspace.processed("sampling", "2030").exists()
    assert not (path.parent / "draw").exists()
